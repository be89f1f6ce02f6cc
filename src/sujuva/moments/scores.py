"""The moments of scores: counts, sums, squares, and second moments of cluster totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.moments.study import by_group
from sujuva.moments.weights import check_squares

SCORES = pl.Schema(
    {
        "wave": pl.Int32(),
        "region": pl.String(),
        "group": pl.String(),
        "stratum": pl.String(),
        "informant": pl.String(),
        "scale": pl.String(),
        "decimals": pl.Int32(),
        "weight_decimals": pl.Int32(),
        "n": pl.Int64(),
        "n_missing": pl.Int64(),
        "y": pl.Int64(),
        "yy": pl.Int64(),
        "w": pl.Int128(),
        "wy": pl.Int128(),
        "wyy": pl.Int128(),
        "clusters": pl.Int64(),
        "design_clusters": pl.Int64(),
        "cww": pl.Int128(),
        "cwy": pl.Int128(),
        "cyy": pl.Int128(),
    }
)
"""Columns of the moments of scores and their types."""
SCORES_KEY = ("wave", "region", "group", "stratum", "informant", "scale")
"""Columns that tell the rows of the moments of scores apart."""
_CLUSTER = ("wave", "region", "stratum", "unit", "informant")
_SUMS = ("n", "y", "yy", "w", "wy", "wyy")


def score_moments(
    persons: pl.LazyFrame,
    columns: Mapping[str, int],
    *,
    design: pl.LazyFrame,
    groups: Sequence[str] = (),
    weight_decimals: int,
) -> pl.DataFrame:
    """Reduce scored persons to moments; microdata is read once, in one streaming query of integer sums.

    Clusters are the distinct (wave, stratum, unit). The network's second moments come from its own cluster totals, so
    a cluster with members in several regions counts once.

    Args:
        persons: wave, region, stratum, unit, informant, weight (whole number, see `fixed_weights`), the columns of
            `groups`, and the columns of `columns` (Int64, null: no score).
        columns: Score column to the decimals of its fixed-point numbers.
        design: wave, stratum, unit of everybody in the study, whether they answered or not.
        groups: Columns whose values make groups.
        weight_decimals: Decimals in `weight`, written into the table.

    Returns:
        Columns `SCORES`, one row a `SCORES_KEY`, sorted; y and w in fixed-point units. n counts scores and n_missing
        persons without one; clusters counts those with a scored member, design_clusters all of the stratum and wave.

    Raises:
        ContractError: Totals are too large for exact sums of squares.
    """
    weight = pl.col("weight").cast(pl.Int128)  # the product of a weight and a squared score may leave 64 bits
    totals = (
        persons.group_by([*_CLUSTER, *groups])
        .agg(pl.len().cast(pl.Int64).alias("rows"), *(sums for name in columns for sums in _sums(name, weight)))
        .collect(engine="streaming")
    )
    clusters = by_group(totals, _CLUSTER, groups)
    everywhere = clusters.drop("region").group_by(*(key for key in _CLUSTER if key != "region"), "group")
    network = everywhere.agg(pl.all().sum()).with_columns(region=pl.lit(NETWORK))
    together = pl.concat([clusters, network.select(clusters.columns)])
    planned = design.group_by("wave", "stratum").agg(pl.col("unit").n_unique().cast(pl.Int64).alias("design_clusters"))
    reduced = [_strata(together, name).with_columns(decimals=pl.lit(columns[name])) for name in columns]
    if not reduced:
        return pl.DataFrame(schema=SCORES)
    return (
        pl.concat(reduced)
        .join(planned.collect(engine="streaming"), on=["wave", "stratum"], how="left")
        .with_columns(weight_decimals=pl.lit(weight_decimals))
        .select(pl.col(name).cast(kind) for name, kind in SCORES.items())
        .sort(SCORES_KEY)
    )


def _sums(name: str, weight: pl.Expr) -> list[pl.Expr]:
    """Return the sums of one score over the persons of a cluster."""
    y = pl.col(name)
    weighted = weight * y.cast(pl.Int128)  # null where the score is
    made = {
        "n": y.count().cast(pl.Int64),
        "y": y.sum(),
        "yy": (y * y).sum(),
        "w": pl.when(y.is_not_null()).then(weight).sum(),
        "wy": weighted.sum(),
        "wyy": (weighted * y.cast(pl.Int128)).sum(),
    }
    return [expression.alias(f"{name}|{key}") for key, expression in made.items()]


def _strata(clusters: pl.DataFrame, name: str) -> pl.DataFrame:
    """Reduce the cluster totals of one score to one row a stratum, with squares of the totals."""
    one = clusters.select(
        "wave",
        "region",
        "group",
        "stratum",
        "informant",
        "rows",
        *(pl.col(f"{name}|{key}").alias(key) for key in _SUMS),
    )
    largest = one.select(pl.max_horizontal(pl.col("w").max(), pl.col("wy").abs().max())).item()
    check_squares(int(largest or 0), one.height)
    w, wy = pl.col("w"), pl.col("wy")
    return (
        one.group_by("wave", "region", "group", "stratum", "informant")
        .agg(
            (pl.col("rows").sum() - pl.col("n").sum()).alias("n_missing"),
            *(pl.col(key).sum() for key in _SUMS),
            (pl.col("n") > 0).sum().alias("clusters"),
            (w * w).sum().alias("cww"),
            (w * wy).sum().alias("cwy"),
            (wy * wy).sum().alias("cyy"),
        )
        .with_columns(scale=pl.lit(name))
    )
