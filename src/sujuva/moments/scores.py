"""The moments of scores: everything that rests on the totals of clusters, and how often each score occurs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from sujuva.moments.parts import Family, Part, check_sums, empty, laid_out, product, with_network
from sujuva.moments.study import ALL, by_group
from sujuva.tables import ASKED

_TEXTS = ("region", "stratum", "unit", "informant")  # may come as whole numbers
SUMS = ("n", "y", "yy", "w", "wy", "wyy")
_DECIMALS = dict.fromkeys(("decimals", "weight_decimals"), pl.Int32())
SCORES = pl.Schema(
    {
        "wave": pl.Int32(),
        **dict.fromkeys(("region", "group", "stratum", "informant", "scale"), pl.String()),
        **_DECIMALS,
        **dict.fromkeys(("n", "n_missing", "y"), pl.Int64()),
        **dict.fromkeys(("yy", "w", "wy", "wyy"), pl.Int128()),
        **dict.fromkeys(("clusters", "design_clusters"), pl.Int64()),
        **dict.fromkeys(("cww", "cwy", "cyy"), pl.Int128()),
    }
)
"""Columns of the moments of scores and their types."""
SCORES_KEY = ("wave", "region", "group", "stratum", "informant", "scale")
"""Columns that tell the rows of the moments of scores apart."""
UNIT_SIZES = pl.Schema(
    {
        "wave": pl.Int32(),
        **dict.fromkeys(("region", "informant", "scale"), pl.String()),
        "decimals": pl.Int32(),
        **dict.fromkeys(("size", "units", "y"), pl.Int64()),
        **dict.fromkeys(("yy", "tt"), pl.Int128()),
    }
)
"""Columns of the unit sizes and their types."""
UNIT_SIZES_KEY = ("wave", "region", "informant", "scale", "size")
"""Columns that tell the rows of the unit sizes apart."""
DISTRIBUTIONS = pl.Schema(
    {
        "wave": pl.Int32(),
        **dict.fromkeys(("region", "group", "informant", "scale"), pl.String()),
        "decimals": pl.Int32(),
        "score": pl.Int64(),
        "n": pl.Int64(),
        "w": pl.Int128(),
    }
)
"""Columns of the distributions and their types."""
DISTRIBUTIONS_KEY = ("wave", "region", "group", "informant", "scale", "score")
"""Columns that tell the rows of the distributions apart."""
CLUSTER = ("wave", "region", "stratum", "unit", "informant")
_CLUSTERS = pl.Schema(
    {"wave": pl.Int32(), **dict.fromkeys((*_TEXTS, "scale"), pl.String()), **_DECIMALS, "group": pl.String()}
)


def cluster_part(
    persons: pl.LazyFrame,
    columns: Mapping[str, int],
    *,
    design: pl.LazyFrame,
    groups: Sequence[str] = (),
    weight_decimals: int = 0,
    linked_units: bool = True,
) -> Part:
    """Add up scored persons by cluster; microdata is read once, in one streaming query of integer sums.

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
        linked_units: The same unit of a stratum at two waves is the same cluster.

    Returns:
        clusters: wave, region, stratum, unit, informant, scale, decimals, weight_decimals, group ("all" or
        "<column>:<value>"), and the sums asked (persons who were asked) and, over those with a score, n, y, yy, w, wy,
        wyy. design: wave, stratum, unit, linked.

    Raises:
        ContractError: Weights times scores are too large for exact sums.
    """
    there = persons.collect_schema().names()
    sums = {}
    for name in columns:
        asked = name.partition(".")[0] + ASKED
        everybody = pl.col(asked).cast(pl.Int64).sum() if asked in there else pl.len()
        sums[name] = {"asked": everybody, **score_sums(pl.col(name), pl.col("weight"))}
    tables = (by_group(table, groups) for table in sums_by_scale(persons, [*CLUSTER, *groups], sums, columns))
    clusters = stacked(tables, _CLUSTERS, ("asked", *SUMS), weight_decimals)
    return {"clusters": clusters, "design": design_units(design, linked_units=linked_units)}


def stacked(
    tables: Iterable[pl.DataFrame], keys: Mapping[str, pl.DataType], sums: Sequence[str], weight_decimals: int
) -> pl.DataFrame:
    """Put the tables of scales under each other, in the columns of a part, sorted."""
    none = empty(pl.Schema(keys), sums)
    weighted = (table.with_columns(weight_decimals=pl.lit(weight_decimals)) for table in tables)
    wanted = (table.select(pl.col(name).cast(kind) for name, kind in none.schema.items()) for table in weighted)
    return pl.concat([none, *wanted]).sort(list(keys))


def score_sums(y: pl.Expr, weight: pl.Expr) -> dict[str, pl.Expr]:
    """Return the sums over those of a group who have a score `y`, and their `size` for the check of overflow."""
    w, wide = weight.cast(pl.Int128), y.cast(pl.Int128)  # a weight times a squared score may leave 64 bits
    weighted = w * wide  # null where the score is
    return {
        "n": y.count(),
        "y": wide.sum(),
        "yy": (wide * wide).sum(),
        "w": pl.when(y.is_not_null()).then(w).sum(),
        "wy": weighted.sum(),
        "wyy": (weighted * wide).sum(),
        "size": (weight.cast(pl.Float64) * y * y).sum(),  # no other sum is larger: weights are 1 or more
    }


def sums_by_scale(
    persons: pl.LazyFrame, keys: Sequence[str], sums: Mapping[str, Mapping[str, pl.Expr]], columns: Mapping[str, int]
) -> Iterable[pl.DataFrame]:
    """Add up in one streaming query; yield of each scale its keys, scale, decimals and sums (Int128).

    Of the sums of a scale, `size`, a float, bounds all others: where it leaves 38 digits there is a `ContractError`.
    """
    named = [one.alias(f"{name}|{key}") for name, own in sums.items() for key, one in own.items()]
    totals = persons.group_by(keys).agg(named).collect(engine="streaming")
    check_sums(totals, (pl.col(f"{name}|size") for name in sums))
    for name, own in sums.items():
        yield totals.select(
            *keys,
            scale=pl.lit(name),
            decimals=pl.lit(columns[name], pl.Int32),
            **{key: pl.col(f"{name}|{key}").cast(pl.Int128) for key in own if key != "size"},
        )


def design_units(design: pl.LazyFrame, *, linked_units: bool = True) -> pl.DataFrame:
    """Return wave, stratum and unit of everybody in the study, and whether units of two waves are linked."""
    units = design.select(pl.col("wave").cast(pl.Int32), pl.col("stratum", "unit").cast(pl.String)).unique()
    made = units.collect(engine="streaming").with_columns(linked=pl.lit(linked_units))
    return made.sort(made.columns)


def finish_scores(merged: Part) -> pl.DataFrame:
    """Reduce clusters to the moments of scores.

    Returns:
        Columns `SCORES`, one row a `SCORES_KEY`, sorted; y and w in fixed-point units. n counts scores and n_missing
        persons without one who were asked; clusters counts those with a scored member, design_clusters all of the
        stratum and wave. With T the totals of a cluster: cww = Σ T_w², cwy = Σ T_w·T_wy, cyy = Σ T_wy².

    Raises:
        ContractError: Totals are too large for exact sums of squares.
    """
    clusters = with_network(merged["clusters"])
    check_sums(clusters, (product("w", "w"), product("wy", "wy")))
    w, wy = pl.col("w"), pl.col("wy")
    reduced = clusters.group_by([name for name in _CLUSTERS if name != "unit"]).agg(
        (pl.col("asked").sum() - pl.col("n").sum()).alias("n_missing"),
        *(pl.col(key).sum() for key in SUMS),
        (pl.col("n") > 0).sum().alias("clusters"),
        (w * w).sum().alias("cww"),
        (w * wy).sum().alias("cwy"),
        (wy * wy).sum().alias("cyy"),
    )
    units = pl.col("unit").n_unique().alias("design_clusters")
    planned = merged["design"].group_by("wave", "stratum").agg(units)
    return laid_out(reduced.join(planned, on=["wave", "stratum"], how="left"), SCORES, SCORES_KEY)


def finish_unit_sizes(merged: Part) -> pl.DataFrame:
    """Count units by how many of their members have a score, and add up scores, without weights.

    Rows of regions may be added unless a unit has members in several; the network has clusters of its own.

    Returns:
        wave, region (and the network), informant, scale, decimals, size (scored members), units (how many of that
        size), y (sum of scores), yy (sum of their squares), tt (sum of the units' squared totals), sorted by
        `UNIT_SIZES_KEY`; scores in fixed-point units. Of scales, not of bands.

    Raises:
        ContractError: Totals are too large for exact sums of squares.
    """
    everybody = with_network(merged["clusters"].filter(pl.col("group") == ALL, is_scale())).filter(pl.col("n") > 0)
    check_sums(everybody, [product("y", "y")])
    total = pl.col("y")
    counted = everybody.group_by("wave", "region", "informant", "scale", "decimals", size="n").agg(
        pl.len().alias("units"), pl.col("y", "yy").sum(), (total * total).sum().alias("tt")
    )
    return laid_out(counted, UNIT_SIZES, UNIT_SIZES_KEY)


def is_scale() -> pl.Expr:
    """Tell scales from their bands "<scale>.<band>"."""
    return ~pl.col("scale").str.contains(".", literal=True)


def distribution_part(persons: pl.LazyFrame, columns: Mapping[str, int], *, groups: Sequence[str] = ()) -> Part:
    """Count persons (n) and add up weights (w) for every score that occurs, in one streaming query.

    Args:
        persons: wave, region, informant, weight (whole number), the columns of `groups` and of `columns`.
        columns: Score column to the decimals of its fixed-point numbers.
        groups: Columns whose values make groups.

    Returns:
        distributions: the keys of `DISTRIBUTIONS`, n and w; persons without a score are left out.
    """
    none = empty(DISTRIBUTIONS, ("n", "w"))
    if not columns:
        return {"distributions": none}
    index = ["wave", "region", "informant", "weight", *groups]
    counted = (
        persons.select(*index, *columns)
        .unpivot(index=index, variable_name="|scale", value_name="|score")
        .rename({"|scale": "scale", "|score": "score"})  # a scale may itself be called score
        .filter(pl.col("score").is_not_null())
        .group_by("wave", "region", "informant", "scale", "score", *groups)
        .agg(n=pl.len().cast(pl.Int128), w=pl.col("weight").cast(pl.Int128).sum())
        .collect(engine="streaming")
    )
    decimals = pl.col("scale").replace_strict(dict(columns), return_dtype=pl.Int32)
    made = by_group(counted.with_columns(decimals=decimals), groups)
    return {"distributions": made.select(pl.col(name).cast(kind) for name, kind in none.schema.items())}


def finish_distributions(merged: Part) -> pl.DataFrame:
    """Return columns `DISTRIBUTIONS`, sorted by `DISTRIBUTIONS_KEY`."""
    return laid_out(with_network(merged["distributions"]), DISTRIBUTIONS, DISTRIBUTIONS_KEY)


score_moments = Family(cluster_part, finish_scores, schema=SCORES, key=SCORES_KEY, source="clusters")
unit_sizes = Family(cluster_part, finish_unit_sizes, schema=UNIT_SIZES, key=UNIT_SIZES_KEY, source="clusters")
score_distributions = Family(
    distribution_part, finish_distributions, schema=DISTRIBUTIONS, key=DISTRIBUTIONS_KEY, source="distributions"
)
