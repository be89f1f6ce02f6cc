"""All years of a table of counts together, as wave 0."""

from __future__ import annotations

import polars as pl

from sujuva.tidy import ALL_YEARS


def with_all_waves(counts: pl.DataFrame) -> pl.DataFrame:
    """Add the sum over waves as wave 0 to a table of counts `n` (any other columns tell rows apart)."""
    single = counts.filter(pl.col("wave") != ALL_YEARS)
    every = single.with_columns(wave=pl.lit(ALL_YEARS, dtype=pl.Int32))
    by = [name for name in counts.columns if name != "n"]
    return pl.concat([single, every]).group_by(by).agg(pl.col("n").sum()).sort(by)
