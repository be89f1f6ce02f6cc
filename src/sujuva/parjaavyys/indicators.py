"""The tidy table of indicators: means, standard deviations and shares in bands."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sujuva.codebooks import Instrument
from sujuva.estimation import LonelyCluster, estimate_scores
from sujuva.tidy import KEY, TIDY


def score_indicators(
    scores: pl.DataFrame,
    instruments: Mapping[str, Instrument],
    *,
    confidence: float = 0.95,
    lonely_cluster: LonelyCluster = "adjust",
) -> pl.DataFrame:
    """Turn the moments of scores into indicators.

    - `score_mean` and `score_sd` of every scale of the codebooks, in units of the scale;
    - `band_share` of the bands that the codebook marks as indicators (category = band key), a proportion 0–1.

    Args:
        scores: The moments `scores`; bands are scales "<scale>.<band>".
        instruments: Codebooks.
        confidence: Coverage of the intervals.
        lonely_cluster: adjust or certainty, for strata with one cluster.

    Returns:
        Columns `TIDY`, sorted by `KEY`. n counts persons with a score. A domain in which nobody has a score is
        here too, with n = 0 and a note.

    Raises:
        ParameterError: `confidence` or `lonely_cluster` is not allowed.
        ContractError: A column is missing.
    """
    scales = [scale for instrument in instruments.values() for scale in instrument.scales]
    marked = [f"{scale.key}.{band.key}" for scale in scales for band in scale.bands if band.indicator]
    estimates = estimate_scores(
        scores.filter(pl.col("scale").is_in([scale.key for scale in scales] + marked)),
        shares=frozenset(marked),
        confidence=confidence,
        lonely_cluster=lonely_cluster,
    )
    band = pl.col("scale").is_in(marked)
    parts = pl.col("scale").str.splitn(".", 2)
    nothing = pl.lit(None, pl.Float64)
    # The standard deviation lacks only what one person cannot give; clusters do not matter to it.
    deviation = estimates.filter(~band).with_columns(
        indicator=pl.lit("score_sd"),
        category=pl.lit(""),
        estimate=pl.col("sd"),
        se=nothing,
        df=nothing,
        ci_low=nothing,
        ci_high=nothing,
        note=pl.when(pl.col("n") > 1).then(pl.lit("")).otherwise(pl.col("note")),
    )
    means = estimates.with_columns(
        indicator=pl.when(band).then(pl.lit("band_share")).otherwise(pl.lit("score_mean")),
        category=pl.when(band).then(parts.struct.field("field_1")).otherwise(pl.lit("")),
        scale=pl.when(band).then(parts.struct.field("field_0")).otherwise(pl.col("scale")),
        estimate=pl.col("mean"),
    )
    return pl.concat(
        [one.select(pl.col(name).cast(kind) for name, kind in TIDY.items()) for one in (means, deviation)]
    ).sort(KEY)
