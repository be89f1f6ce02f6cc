"""How many units have how many scored members, and what those add up to: what an intraclass correlation needs."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sujuva.moments.study import ALL

UNIT_SIZES = pl.Schema(
    {
        "wave": pl.Int32(),
        "region": pl.String(),
        "informant": pl.String(),
        "scale": pl.String(),
        "decimals": pl.Int32(),
        "size": pl.Int64(),
        "units": pl.Int64(),
        "y": pl.Int64(),
        "yy": pl.Int64(),
        "tt": pl.Int128(),
    }
)
"""Columns of the unit sizes and their types."""
UNIT_SIZES_KEY = ("wave", "region", "informant", "scale", "size")
"""Columns that tell the rows of the unit sizes apart."""


def unit_sizes(totals: pl.DataFrame, columns: Mapping[str, int]) -> pl.DataFrame:
    """Count units by how many of their members have a score, and add up scores, without weights.

    Rows of regions may be added unless a unit has members in several; the network has clusters of its own.

    Args:
        totals: What `cluster_totals` returned. A unit is a cluster: a (wave, stratum, unit).
        columns: Score column to the decimals of its fixed-point numbers.

    Returns:
        wave, region (and the network), informant, scale, decimals, size (scored members), units (how many of that
        size), y (sum of scores), yy (sum of their squares), tt (sum of the units' squared totals), sorted by
        `UNIT_SIZES_KEY`; scores in fixed-point units.
    """
    everybody = totals.filter(pl.col("group") == ALL)
    parts = [pl.DataFrame(schema=UNIT_SIZES)]
    for name, decimals in columns.items():
        n, y, yy = (pl.col(f"{name}|{key}") for key in ("n", "y", "yy"))
        total = y.cast(pl.Int128)
        counted = (
            everybody.filter(n > 0)
            .group_by("wave", "region", "informant", n.alias("size"))
            .agg(pl.len().alias("units"), y.sum().alias("y"), yy.sum().alias("yy"), (total * total).sum().alias("tt"))
            .with_columns(scale=pl.lit(name), decimals=pl.lit(decimals))
        )
        parts.append(counted.select(pl.col(key).cast(kind) for key, kind in UNIT_SIZES.items()))
    return pl.concat(parts).sort(UNIT_SIZES_KEY)
