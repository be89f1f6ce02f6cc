"""How far the conditions of common work are in place, as those say who assess it with evidence."""

from __future__ import annotations

import polars as pl

from sujuva.tables import CONDITIONS
from sujuva.tidy import KEY, tidy

NO_ASSESSMENT = "no_assessment"
"""Note: nobody assessed the condition, or not with evidence."""


def rubric_indicators(rubric: pl.DataFrame) -> pl.DataFrame:
    """Return the level of every condition: the median of the assessors, which with two may lie between two levels.

    The levels (0 not started, 1 emerging, 2 in place, 3 sustained) are this project's own: no scoring key of the
    published frameworks is known. Levels are ordered and not counted, so there is a median and no mean, and no network.

    Args:
        rubric: The moments `rubric`: region, wave, condition, level, n.

    Returns:
        Tidy indicators `rubric_level`, sorted by `KEY`: category is the condition, n the number of assessors. Every
        region and wave of the table has all conditions; one that was not assessed has n = 0 and the note
        `NO_ASSESSMENT`.
    """
    each = rubric.with_columns(pl.col("level").repeat_by("n")).explode("level")
    medians = each.group_by("region", "wave", "condition").agg(estimate=pl.col("level").median(), n=pl.len())
    every = (
        rubric.select("region")
        .unique()
        .join(rubric.select("wave").unique(), how="cross")
        .join(pl.DataFrame({"condition": CONDITIONS}), how="cross")
    )
    found = every.join(medians, on=["region", "wave", "condition"], how="left").with_columns(pl.col("n").fill_null(0))
    missing = pl.col("estimate").is_null()
    return tidy(
        found,
        indicator="rubric_level",
        category=pl.col("condition"),
        note=pl.when(missing).then(pl.lit(NO_ASSESSMENT)).otherwise(pl.lit("")),
    ).sort(KEY)
