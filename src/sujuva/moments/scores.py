"""The moments of scores: counts, sums, squares, and second moments of cluster totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.moments.study import by_group
from sujuva.moments.weights import check_squares
from sujuva.tables import ASKED

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
CLUSTER = ("wave", "region", "stratum", "unit", "informant")
_TEXTS = ("region", "stratum", "unit", "informant")  # may come as whole numbers
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
            `groups`, and the columns of `columns` (Int64, null: no score); "<scale>|asked" (1 or 0) where a scale, and
            so its bands "<scale>.<band>", is not for everybody.
        columns: Score column to the decimals of its fixed-point numbers.
        design: wave, stratum, unit of everybody in the study, whether they answered or not.
        groups: Columns whose values make groups.
        weight_decimals: Decimals in `weight`, written into the table.

    Returns:
        Columns `SCORES`, one row a `SCORES_KEY`, sorted; y and w in fixed-point units. n counts scores and n_missing
        persons without one who were asked; clusters counts those with a scored member, design_clusters all of the
        stratum and wave.

    Raises:
        ContractError: Totals are too large for exact sums of squares.
    """
    totals = cluster_totals(persons, columns, groups=groups)
    return reduce_clusters(totals, columns, design=design, weight_decimals=weight_decimals)


def cluster_totals(persons: pl.LazyFrame, columns: Mapping[str, int], *, groups: Sequence[str] = ()) -> pl.DataFrame:
    """Add up scored persons by cluster, in one streaming query of integer sums: what every moment of scores rests on.

    Args:
        persons: As in `score_moments`.
        columns: Score columns.
        groups: Columns whose values make groups.

    Returns:
        wave, region (and the network, from clusters of its own), stratum, unit, informant, group ("all" or
        "<column>:<value>"), rows (persons), and for every score "<score>|n", "|y", "|yy" (Int64), "|w", "|wy", "|wyy"
        (Int128): sums over the scored persons of the cluster; "<score>|asked" (Int64), persons who were asked, of
        scores that are not for everybody. Rows in no particular order.
    """
    weight = pl.col("weight").cast(pl.Int128)  # the product of a weight and a squared score may leave 64 bits
    there = persons.collect_schema().names()
    some = {name: column for name in columns if (column := name.partition(".")[0] + ASKED) in there}
    asked = [pl.col(column).cast(pl.Int64).sum().alias(name + ASKED) for name, column in some.items()]
    totals = (
        persons.group_by([*CLUSTER, *groups])
        .agg(
            pl.len().cast(pl.Int64).alias("rows"),
            *(sums for name in columns for sums in _sums(name, weight)),
            *asked,
        )
        .collect(engine="streaming")
    )
    return with_network_clusters(by_group(totals, CLUSTER, groups))


def with_network_clusters(clusters: pl.DataFrame) -> pl.DataFrame:
    """Append the clusters of the network to those of the regions: one cluster, wherever its members are."""
    clusters = clusters.with_columns(pl.col(_TEXTS).cast(pl.String))
    everywhere = clusters.drop("region").group_by(*(key for key in CLUSTER if key != "region"), "group")
    network = everywhere.agg(pl.all().sum()).with_columns(region=pl.lit(NETWORK))
    return pl.concat([clusters, network.select(clusters.columns)])


def reduce_clusters(
    totals: pl.DataFrame, columns: Mapping[str, int], *, design: pl.LazyFrame, weight_decimals: int
) -> pl.DataFrame:
    """Reduce the totals of clusters to moments: the second half of `score_moments`, with its arguments and result.

    Args:
        totals: What `cluster_totals` returned.
        columns: Score column to the decimals of its fixed-point numbers.
        design: wave, stratum, unit of everybody in the study.
        weight_decimals: Decimals in the weights.

    Raises:
        ContractError: Totals are too large for exact sums of squares.
    """
    planned = (
        design.group_by("wave", "stratum")
        .agg(pl.col("unit").n_unique().cast(pl.Int64).alias("design_clusters"))
        .with_columns(pl.col("wave").cast(pl.Int32), pl.col("stratum").cast(pl.String))
    )
    reduced = [_strata(totals, name).with_columns(decimals=pl.lit(columns[name])) for name in columns]
    if not reduced:
        return pl.DataFrame(schema=SCORES)
    return (
        pl.concat(reduced)
        .with_columns(pl.col("wave").cast(pl.Int32))
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
        pl.col(name + ASKED if name + ASKED in clusters.columns else "rows").alias("asked"),
        *(pl.col(f"{name}|{key}").alias(key) for key in _SUMS),
    )
    largest = one.select(pl.max_horizontal(pl.col("w").max(), pl.col("wy").abs().max())).item()
    check_squares(int(largest or 0), one.height)
    w, wy = pl.col("w"), pl.col("wy")
    return (
        one.group_by("wave", "region", "group", "stratum", "informant")
        .agg(
            (pl.col("asked").sum() - pl.col("n").sum()).alias("n_missing"),
            *(pl.col(key).sum() for key in _SUMS),
            (pl.col("n") > 0).sum().alias("clusters"),
            (w * w).sum().alias("cww"),
            (w * wy).sum().alias("cwy"),
            (wy * wy).sum().alias("cyy"),
        )
        .with_columns(scale=pl.lit(name))
    )
