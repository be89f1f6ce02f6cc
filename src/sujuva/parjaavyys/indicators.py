"""The tidy table of indicators: means, their place in the range, standard deviations and shares in bands."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sujuva.codebooks import Instrument
from sujuva.estimation import LonelyCluster
from sujuva.parjaavyys.common import scales_of
from sujuva.parjaavyys.level import pomp, score_estimates, within_range
from sujuva.tidy import KEY, tidy


def score_indicators(
    scores: pl.DataFrame,
    instruments: Mapping[str, Instrument],
    *,
    estimates: pl.DataFrame | None = None,
    confidence: float = 0.95,
    lonely_cluster: LonelyCluster = "adjust",
) -> pl.DataFrame:
    """Turn the moments of scores into indicators.

    - `score_mean` and `score_sd` of every scale of the codebooks, in units of the scale;
    - `score_pomp`, the mean in per cent of the theoretical range of the scale (but of zeros and ones);
    - `band_share` of every band of the norm set used (category = band key), a proportion 0–1.

    Args:
        scores: The moments `scores`; bands are scales "<scale>.<band>".
        instruments: Codebooks.
        estimates: What `score_estimates` made of `scores` with the same settings, where that is at hand.
        confidence: Coverage of the intervals.
        lonely_cluster: adjust or certainty, for strata with one cluster.

    Returns:
        Columns `TIDY`, sorted by `KEY`. n counts persons with a score. A domain in which nobody has a score is
        here too, with n = 0 and a note. The notes `under_30_clusters` and `few_degrees` stand beside an interval. No
        interval of a mean reaches beyond the theoretical range, where the mean cannot be.

    Raises:
        ParameterError: `confidence` or `lonely_cluster` is not allowed.
        ContractError: A column is missing.
    """
    if estimates is None:
        estimates = score_estimates(scores, instruments, confidence=confidence, lonely_cluster=lonely_cluster)
    band = pl.col("scale").str.contains(".", literal=True)
    parts = pl.col("scale").str.splitn(".", 2).struct
    means = within_range(
        tidy(estimates.filter(~band), indicator="score_mean", estimate=pl.col("mean")), scales_of(instruments)
    )
    shares = tidy(
        estimates.filter(band),
        indicator="band_share",
        scale=parts.field("field_0"),
        category=parts.field("field_1"),
        estimate=pl.col("mean"),
    )
    nothing = pl.lit(None, pl.Float64)
    # The standard deviation lacks only what one person cannot give; clusters do not matter to it.
    deviations = tidy(
        estimates.filter(~band),
        indicator="score_sd",
        estimate=pl.col("sd"),
        se=nothing,
        df=nothing,
        ci_low=nothing,
        ci_high=nothing,
        note=pl.when(pl.col("n") > 1).then(pl.lit("")).otherwise(pl.col("note")),
    )
    return pl.concat([means, pomp(means, scales_of(instruments)), shares, deviations]).sort(KEY)
