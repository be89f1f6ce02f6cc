"""How well the measures measure, as readers may see it: from enough answers, and ends of scales as classes."""

from __future__ import annotations

import polars as pl

from sujuva.publish.people import rounded_count, suppressed_of
from sujuva.publish.privacy import Privacy
from sujuva.published import FROM_5, LEAST, OVER_15, SHOWN, UNDER_5, UNDER_15

NUMBERS = ["estimate", "ci_low", "ci_high", "n"]
MEASURES = {
    "alpha": 2, "omega_total": 2, "average_r": 2, "item_rest": 2, "alpha_without": 2,
    "icc": 3, "unit_size": 1, "design_effect": 2, "floor": 2, "ceiling": 2,
}  # fmt: skip
"""Published measures and their decimals. Left out: `item_missing` and `missing`, whose small counts the tables of
blank answers and of response already tell in classes, and `item_mean`, which times n would tell how few chose the
rare answers."""
ENDS = ("floor", "ceiling")
_CLASSES = (0.05, 0.15)
"""Ends of the classes of floor and ceiling: 15 per cent is the criterion of Terwee et al. (2007)."""


def suppress_reliability(reliability: pl.DataFrame, bars: pl.DataFrame, privacy: Privacy) -> pl.DataFrame:
    """Decide what is shown of the measurement quality, and turn floors and ceilings into classes.

    A class is only told where it holds every count from 0 to the threshold ("under 5 %" needs 100 persons, "under
    15 %" 34), and only where the bin at that end of the scale is shown: else it would help to find the hidden bin.

    Args:
        reliability: Rows of `sujuva.tidy.RELIABILITY`.
        bars: Distributions with `suppressed`: scale, informant, region, wave, group, bin_low, bin_high.
        privacy: The thresholds.

    Returns:
        The rows of `MEASURES` with `bound`, `rule` and `suppressed`, floors and ceilings without their estimate.
    """
    rows = reliability.filter(pl.col("measure").is_in(list(MEASURES))).with_row_index("_row")
    place = ["scale", "informant", "region", "wave"]
    ends = (
        bars.filter(pl.col("group") == "all")
        .sort("bin_low")
        .group_by(place, maintain_order=True)
        .agg(floor=pl.col("suppressed").first(), ceiling=pl.col("suppressed").last())
        .unpivot(ENDS, index=place, variable_name="measure", value_name="state")
    )
    rows = rows.join(ends, on=[*place, "measure"], how="left", maintain_order="left")
    share, n, low, high = pl.col("estimate"), pl.col("n"), *_CLASSES
    end = pl.col("measure").is_in(ENDS)
    fine, coarse = n * low >= privacy.threshold, n * high >= privacy.threshold
    bound = (
        pl.when(~end)
        .then(pl.lit(""))
        .when(share > high)
        .then(pl.lit(OVER_15))
        .when(fine & (share >= low))
        .then(pl.lit(FROM_5))
        .when(fine)
        .then(pl.lit(UNDER_5))
        .otherwise(pl.lit(UNDER_15))
    )
    rule = (
        pl.when(n < max(LEAST, privacy.threshold))
        .then(pl.lit("few_answers"))
        .when(end & (~coarse | share.is_null()))
        .then(pl.lit("few_answers"))
        .when(end & (pl.col("state").fill_null("none") != SHOWN))
        .then(pl.lit("additive"))
        .otherwise(pl.lit(""))
    )
    return (
        rows.with_columns(
            rule=rule,
            bound=bound,
            **{name: pl.when(~end).then(pl.col(name)) for name in ("estimate", "ci_low", "ci_high")},
        )
        .with_columns(suppressed=suppressed_of("rule"))
        .with_columns(bound=pl.when(pl.col("suppressed") == SHOWN).then("bound").otherwise(pl.lit("")))
        .sort("_row")
        .select(*reliability.columns, "bound", "rule", "suppressed")
    )


def round_reliability(frame: pl.DataFrame, privacy: Privacy) -> pl.DataFrame:
    """Round to the decimals of each measure, and counts to the base."""
    digits = pl.col("measure").replace_strict(MEASURES, return_dtype=pl.Int64)

    def rounded(name: str) -> pl.Expr:
        told = pl.col(name).round(2)
        for places in sorted({*MEASURES.values()} - {2}):
            told = pl.when(digits == places).then(pl.col(name).round(places)).otherwise(told)
        return told.alias(name)

    return frame.with_columns(
        *(rounded(name) for name in ("estimate", "ci_low", "ci_high")),
        rounded_count(pl.col("n"), privacy.rounding).alias("n"),
    )
