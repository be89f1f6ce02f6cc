"""How often each score occurs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sujuva.moments.study import by_group, with_network

DISTRIBUTIONS = pl.Schema(
    {
        "wave": pl.Int32(),
        "region": pl.String(),
        "group": pl.String(),
        "informant": pl.String(),
        "scale": pl.String(),
        "decimals": pl.Int32(),
        "score": pl.Int64(),
        "n": pl.Int64(),
        "w": pl.Int128(),
    }
)
"""Columns of the distributions and their types."""
DISTRIBUTIONS_KEY = ("wave", "region", "group", "informant", "scale", "score")
"""Columns that tell the rows of the distributions apart."""


def score_distributions(
    persons: pl.LazyFrame, columns: Mapping[str, int], *, groups: Sequence[str] = ()
) -> pl.DataFrame:
    """Count persons (n) and add up weights (w) for every score that occurs, in one streaming query.

    Args:
        persons: wave, region, informant, weight (whole number), the columns of `groups` and of `columns`.
        columns: Score column to the decimals of its fixed-point numbers.
        groups: Columns whose values make groups.

    Returns:
        Columns `DISTRIBUTIONS`, sorted by `DISTRIBUTIONS_KEY`; persons without a score are left out.
    """
    if not columns:
        return pl.DataFrame(schema=DISTRIBUTIONS)
    keys = ["wave", "region", "informant", "scale", "score"]
    counted = (
        persons.select("wave", "region", "informant", "weight", *groups, *columns)
        .unpivot(index=["wave", "region", "informant", "weight", *groups], variable_name="|scale", value_name="|score")
        .rename({"|scale": "scale", "|score": "score"})  # a scale may itself be called score
        .filter(pl.col("score").is_not_null())
        .group_by([*keys, *groups])
        .agg(n=pl.len().cast(pl.Int64), w=pl.col("weight").cast(pl.Int128).sum())
        .collect(engine="streaming")
    )
    decimals = pl.col("scale").replace_strict(dict(columns), return_dtype=pl.Int32)
    return (
        with_network(by_group(counted, keys, groups))
        .with_columns(decimals=decimals)
        .select(pl.col(name).cast(kind) for name, kind in DISTRIBUTIONS.items())
        .sort(DISTRIBUTIONS_KEY)
    )
