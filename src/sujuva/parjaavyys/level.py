"""The level of coping: estimates of every scale, and where in its distribution a group stands."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Unpack

import polars as pl

from sujuva.codebooks import Instrument, Scale
from sujuva.estimation import Precision, estimate_quantiles, estimate_scores
from sujuva.estimation.interval import NOT_MISSING
from sujuva.parjaavyys.common import scales_of
from sujuva.tidy import KEY, TIDY, tidy, within_range

QUANTILES = {f"q{percent}": Fraction(percent, 100) for percent in (10, 25, 50, 75, 90)}
"""Category to the share of people at or below the quantile."""


def score_estimates(
    scores: pl.DataFrame, instruments: Mapping[str, Instrument], **settings: Unpack[Precision]
) -> pl.DataFrame:
    """Estimate every scale of the codebooks and every band of the norm sets that were used.

    Bands have the intervals of shares; every other mean has the t interval, also that of zeros and ones, unless all are
    the same. This is what
    the indicators are made of, with what they do not tell: the design effect, the effective number of persons and the
    number of clusters.

    Args:
        scores: The moments `scores`; bands are scales "<scale>.<band>".
        instruments: Codebooks.
        settings: See `sujuva.estimation.Precision`.

    Returns:
        Columns `sujuva.estimation.ESTIMATES`, sorted by `sujuva.estimation.DOMAIN`.
    """
    scales = scales_of(instruments)
    known = scores.filter(pl.col("scale").str.split(".").list.first().is_in(list(scales)))
    bands = known.filter(pl.col("scale").str.contains(".", literal=True))["scale"].unique()
    bounded = {key for key, scale in scales.items() if scale.is_share}
    return estimate_scores(known, shares=set(bands), bounded=bounded, **settings)


def score_indicators(
    scores: pl.DataFrame,
    instruments: Mapping[str, Instrument],
    *,
    estimates: pl.DataFrame | None = None,
    **settings: Unpack[Precision],
) -> pl.DataFrame:
    """Turn the moments of scores into indicators.

    - `score_mean` and `score_sd` of every scale of the codebooks, in units of the scale;
    - `score_pomp`, the mean in per cent of the theoretical range of the scale (but of zeros and ones);
    - `band_share` of every band of the norm set used (category = band key), a proportion 0–1.

    Args:
        scores: The moments `scores`; bands are scales "<scale>.<band>".
        instruments: Codebooks.
        estimates: What `score_estimates` made of `scores` with the same settings, where that is at hand.
        settings: See `sujuva.estimation.Precision`.

    Returns:
        Columns `TIDY`, sorted by `KEY`. n counts persons with a score. A domain in which nobody has a score is
        here too, with n = 0 and a note. The notes `under_30_clusters` and `few_degrees` stand beside an interval. No
        interval of a mean reaches beyond the theoretical range, where the mean cannot be.
    """
    if estimates is None:
        estimates = score_estimates(scores, instruments, **settings)
    band = pl.col("scale").str.contains(".", literal=True)
    parts = pl.col("scale").str.splitn(".", 2).struct
    scales = scales_of(instruments)
    means = tidy(estimates.filter(~band), indicator="score_mean", estimate=pl.col("mean"))
    means = within_range(means, {key: scale.range for key, scale in scales.items()})
    shares = tidy(
        estimates.filter(band),
        indicator="band_share",
        scale=parts.field("field_0"),
        category=parts.field("field_1"),
        estimate=pl.col("mean"),
    )
    # The standard deviation lacks only what one person cannot give; clusters do not matter to it.
    deviations = tidy(
        estimates.filter(~band).drop("se", "df", "ci_low", "ci_high"),
        indicator="score_sd",
        estimate=pl.col("sd"),
        note=pl.when(pl.col("n") > 1).then(pl.lit("")).otherwise(pl.col("note")),
    )
    return pl.concat([means, pomp(means, scales), shares, deviations]).sort(KEY)


def quantile_indicators(
    distributions: pl.DataFrame,
    estimates: pl.DataFrame,
    instruments: Mapping[str, Instrument],
    *,
    shares: Mapping[str, Fraction] | None = None,
    confidence: float = 0.95,
) -> pl.DataFrame:
    """Return the quantiles of every scale as indicators `score_quantile` (category q10, q25, q50, q75, q90).

    Scales of zeros and ones have none: their share says it all.

    Args:
        distributions: The moments `distributions`.
        estimates: What `score_estimates` made of the moments `scores` of the same run.
        instruments: Codebooks.
        shares: Category to share; default: `QUANTILES`.
        confidence: Coverage of the intervals.

    Returns:
        Columns `TIDY`, sorted by `KEY`, in units of the scale. Where an interval reaches beyond the sample, its end is
        that of the theoretical range. No standard error: the interval is made on the share (see `estimate_quantiles`).

    Raises:
        ParameterError: `confidence` or a share is not allowed.
        ContractError: The tables do not belong together.
    """
    shares = QUANTILES if shares is None else shares
    scales = {key: scale for key, scale in scales_of(instruments).items() if not scale.is_share}
    known = distributions.filter(pl.col("scale").is_in(list(scales)))
    made = estimate_quantiles(known, estimates, shares.values(), confidence=confidence)
    lows, highs = ({key: float(scale.range[end]) for key, scale in scales.items()} for end in (0, 1))
    there = pl.col("note").is_in(NOT_MISSING)
    return tidy(
        made,
        indicator="score_quantile",
        category=pl.col("share").replace_strict({float(share): name for name, share in shares.items()}),
        ci_low=pl.when(there).then(pl.col("ci_low").fill_null(_end(lows))),
        ci_high=pl.when(there).then(pl.col("ci_high").fill_null(_end(highs))),
    ).sort(KEY)


def _end(ends: Mapping[str, float]) -> pl.Expr:
    return pl.col("scale").replace_strict(dict(ends), return_dtype=pl.Float64)


def pomp(means: pl.DataFrame, scales: Mapping[str, Scale]) -> pl.DataFrame:
    """Turn means into per cent of the theoretical range (POMP), 100·(x − min) / (max − min), with error and interval.

    The mean of the scores so turned is the mean, turned: linear (Cohen, Cohen, Aiken & West, 1999, Multivariate
    Behavioral Research 34, 315–346). The direction of the scale stays: where fewer points are better, so is less here.

    Scales of zeros and ones are left out: their mean is a share already.
    """
    ranges = {key: scale.range for key, scale in scales.items() if not scale.is_share}
    low = _end({key: float(ends[0]) for key, ends in ranges.items()})
    width = _end({key: float(ends[1] - ends[0]) for key, ends in ranges.items()})
    return (
        means.filter(pl.col("scale").is_in(list(ranges)))
        .with_columns(
            *(((pl.col(name) - low) * 100 / width).alias(name) for name in ("estimate", "ci_low", "ci_high")),
            (pl.col("se") * 100 / width).alias("se"),
            pl.lit("score_pomp").alias("indicator"),
        )
        .select(TIDY.names())
    )
