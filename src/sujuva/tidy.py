"""The shape that every indicator takes: one row an estimate, told apart by seven columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

ALL = "all"
"""The group that holds everybody."""
ALL_YEARS = 0
"""The wave that stands for all years together."""
KEY = ("indicator", "scale", "category", "informant", "region", "wave", "group")
"""Columns that tell indicators apart."""
TIDY = pl.Schema(
    {
        "indicator": pl.String(),
        "scale": pl.String(),
        "category": pl.String(),
        "informant": pl.String(),
        "region": pl.String(),
        "wave": pl.Int32(),
        "group": pl.String(),
        "estimate": pl.Float64(),
        "se": pl.Float64(),
        "df": pl.Float64(),
        "ci_low": pl.Float64(),
        "ci_high": pl.Float64(),
        "n": pl.Int64(),
        "heads": pl.Int64(),
        "other_heads": pl.Int64(),
        "note": pl.String(),
    }
)
"""Columns of the table of indicators and their types.

`heads` and `other_heads` are the unweighted numbers of distinct persons (children, families) on the two sides of a
share: with something in its numerator, and with something that is not. One may stand on both sides of a share
of topics or meetings, of which a person has several. Of a count of such things, `heads` are the persons behind it; of a
quantile, those at or below it and those at or above. `publish` decides by them, and they never leave it (`HEADS`).
"""
HEADS = ("heads", "other_heads")
"""Columns of `TIDY` that are never published."""
COMPARISONS_KEY = (
    "comparison",
    "scale",
    "category",
    "informant",
    "region",
    "wave",
    "group",
    "other_wave",
    "other_group",
)
"""Columns that tell comparisons apart: of (region, wave, group) with (region, other_wave, other_group)."""
COMPARISONS = pl.Schema(
    {
        **dict.fromkeys(("comparison", "scale", "category", "informant", "region"), pl.String()),
        "wave": pl.Int32(),
        "group": pl.String(),
        "other_wave": pl.Int32(),
        "other_group": pl.String(),
        "estimate": pl.Float64(),
        "se": pl.Float64(),
        "df": pl.Float64(),
        "ci_low": pl.Float64(),
        "ci_high": pl.Float64(),
        "relative": pl.Float64(),
        "relative_low": pl.Float64(),
        "relative_high": pl.Float64(),
        "effect": pl.Float64(),
        "effect_low": pl.Float64(),
        "effect_high": pl.Float64(),
        "effect_kind": pl.String(),
        "p": pl.Float64(),
        "q": pl.Float64(),
        "clusters": pl.Int64(),
        "n": pl.Int64(),
        "other_n": pl.Int64(),
        "note": pl.String(),
    }
)
"""Columns of the table of comparisons and their types: gaps between groups, changes between waves."""
RELIABILITY_KEY = ("measure", "scale", "item", "informant", "region", "wave")
"""Columns that tell the rows of the table of measurement quality apart; `item` is "" for the whole scale."""
RELIABILITY = pl.Schema(
    {
        **dict.fromkeys(("measure", "scale", "item", "informant", "region"), pl.String()),
        "wave": pl.Int32(),
        "estimate": pl.Float64(),
        "ci_low": pl.Float64(),
        "ci_high": pl.Float64(),
        "n": pl.Int64(),
        "note": pl.String(),
    }
)
"""Columns of the table of measurement quality and their types."""
_DEFAULTS: dict[str, Any] = {"scale": "", "category": "", "informant": "", "group": ALL, "note": ""}


NO_COMPARISON: dict[str, Any] = dict.fromkeys(COMPARISONS) | {
    "category": "",
    "informant": "",
    "group": ALL,
    "other_group": ALL,
    "effect_kind": "",
    "note": "",
}
"""A row of comparisons in which nothing is told yet: of everybody, without any number."""


def tidy(frame: pl.DataFrame, **columns: pl.Expr | str | int) -> pl.DataFrame:
    """Give `frame` the columns of `TIDY`: its own, those named in `columns`, and defaults for the rest.

    Args:
        frame: Any columns; those that no indicator has are dropped.
        columns: Values of indicator columns: expressions over `frame`, or constants. A text is a constant.
    """
    given = {name: pl.lit(value) if isinstance(value, str | int) else value for name, value in columns.items()}
    frame = frame.with_columns(**given)
    missing = [name for name in TIDY if name not in frame.columns]
    return frame.with_columns(pl.lit(_DEFAULTS.get(name)).alias(name) for name in missing).select(
        pl.col(name).cast(kind) for name, kind in TIDY.items()
    )


def tidy_rows(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Return rows of indicators as a table: columns that a row lacks are empty, or have the defaults of `tidy`."""
    return pl.DataFrame([_DEFAULTS | dict(row) for row in rows], schema=TIDY, strict=False)


def within_range(means: pl.DataFrame, ranges: Mapping[str, tuple[float, float]]) -> pl.DataFrame:
    """Cut intervals at the ends of the theoretical range, where no mean can be: with few clusters, t reaches beyond.

    Args:
        means: Columns `TIDY` in units of the scale.
        ranges: Lowest and highest score by scale; scales that are not here keep their intervals.
    """
    low, high = (
        pl.col("scale").replace_strict(
            {key: float(ends[place]) for key, ends in ranges.items()}, default=None, return_dtype=pl.Float64
        )
        for place in (0, 1)
    )
    return means.with_columns(pl.col("ci_low", "ci_high").clip(low, high))
