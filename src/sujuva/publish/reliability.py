"""How well the measures measure, as readers may see it: from enough answers, and ends of scales as classes."""

from __future__ import annotations

import polars as pl

from sujuva.codebooks import Indicators
from sujuva.publish.privacy import Privacy
from sujuva.publish.rules import is_one, is_shown, rounded, rounded_count, ruled
from sujuva.published import ADDITIVE, FROM_5, LEAST, OVER_15, SHOWN, UNDER_5, UNDER_15

ENDS = ("floor", "ceiling")
_CLASSES = (0.05, 0.15)
"""Ends of the classes of floor and ceiling: 15 per cent is the criterion of Terwee et al. (2007)."""


def suppress_reliability(
    reliability: pl.DataFrame, bars: pl.DataFrame, indicators: Indicators, privacy: Privacy
) -> pl.DataFrame:
    """Decide what is shown of the measurement quality, and turn floors and ceilings into classes.

    A class is only told where it holds every count from 0 to the threshold ("under 5 %" needs 100 persons, "under
    15 %" 34), and only where the bin at that end of the scale is shown: else it would help to find the hidden bin.

    `reliability`: rows of `sujuva.tidy.RELIABILITY`; `bars`: distributions with `suppressed`: scale, informant,
    region, wave, group, bin_low, bin_high; `indicators`: the records: measures of which no column may leave are left
    out. So are shares left blank, whose small counts other tables tell in classes, and means of items, which times n
    would tell how few chose the rare answers.

    Returns:
        The rows with `bound`, `rule` and `suppressed`.
    """
    rows = reliability.filter(
        is_one([key for key, one in indicators.items() if one.release.columns], "measure")
    ).with_row_index("_row")
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
    end = is_one(ENDS, "measure")
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
    return (
        ruled(
            rows.with_columns(bound=bound),
            (n < max(LEAST, privacy.threshold), "few_answers"),
            (end & (~coarse | share.is_null()), "few_answers"),
            (end & (pl.col("state").fill_null("none") != SHOWN), ADDITIVE),
        )
        .with_columns(bound=pl.when(is_shown()).then("bound").otherwise(pl.lit("")))
        .sort("_row")
        .select(*reliability.columns, "bound", "rule", "suppressed")
    )


def round_reliability(frame: pl.DataFrame, indicators: Indicators, privacy: Privacy) -> pl.DataFrame:
    """Round to the decimals of each measure, and counts to the base."""
    decimals = {key: one.decimals for key, one in indicators.items()}
    digits = pl.col("measure").replace_strict(decimals, return_dtype=pl.Int64)
    return frame.with_columns(
        *rounded(("estimate", "ci_low", "ci_high"), digits, frame),
        rounded_count(pl.col("n"), privacy.rounding).alias("n"),
    )
