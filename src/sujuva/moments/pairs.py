"""The moments of pairs: what two domains have in common through clusters with members in both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import polars as pl

from sujuva.moments.scores import cluster_totals
from sujuva.moments.weights import check_squares

PAIRS = pl.Schema(
    {
        "region": pl.String(),
        "stratum": pl.String(),
        "informant": pl.String(),
        "scale": pl.String(),
        "wave": pl.Int32(),
        "group": pl.String(),
        "other_wave": pl.Int32(),
        "other_group": pl.String(),
        "clusters": pl.Int64(),
        "design_clusters": pl.Int64(),
        "cww": pl.Int128(),
        "cwy": pl.Int128(),
        "cyw": pl.Int128(),
        "cyy": pl.Int128(),
    }
)
"""Columns of the moments of pairs and their types."""
PAIRS_KEY = ("region", "stratum", "informant", "scale", "wave", "group", "other_wave", "other_group")
"""Columns that tell the rows of the moments of pairs apart."""
_CLUSTER = ("wave", "region", "stratum", "unit", "informant")
_PLACE = ("region", "stratum", "informant")
_PRODUCTS = ("cww", "cwy", "cyw", "cyy")


def score_pairs(
    persons: pl.LazyFrame,
    columns: Mapping[str, int],
    *,
    design: pl.LazyFrame,
    groups: Sequence[str] = (),
    linked_units: bool = True,
) -> pl.DataFrame:
    """Reduce scored persons to the cross second moments of cluster totals of two domains, exactly.

    Two kinds of pairs are made, each once: two levels of one grouping column within a wave (`group` comes before
    `other_group` in the alphabet), and one group at two waves (`wave` is the later one). With T the totals over the
    scored members that a cluster has in the one domain and T' in the other:

    - cww = Σ T_w·T'_w, cwy = Σ T_w·T'_wy, cyw = Σ T_wy·T'_w, cyy = Σ T_wy·T'_wy;
    - clusters: clusters with a scored member of either; design_clusters: all units of the stratum at either wave.

    Levels of one wave have a row where a cluster has members of both; without a row they share none. Waves have a row
    in every stratum in which the group has scores at one of them, because the number of units matters there.

    Args:
        persons: wave, region, stratum, unit, informant, weight (whole number), the columns of `groups` and of `columns`
            (Int64, null: no score), as for `score_moments`.
        columns: Score columns.
        design: wave, stratum, unit of everybody in the study.
        groups: Columns whose values make groups.
        linked_units: The same unit of a stratum at two waves is the same cluster. If not, there are no pairs of waves.

    Returns:
        Columns `PAIRS`, sorted by `PAIRS_KEY`. The network's rows come from its own cluster totals.

    Raises:
        ContractError: Totals are too large for exact sums of products.
    """
    totals = cluster_totals(persons, columns, groups=groups)
    return reduce_pairs(totals, columns, design=design, linked_units=linked_units)


def reduce_pairs(
    totals: pl.DataFrame, columns: Mapping[str, int], *, design: pl.LazyFrame, linked_units: bool = True
) -> pl.DataFrame:
    """Reduce the totals of clusters to moments of pairs: the second half of `score_pairs`, with its result.

    Args:
        totals: What `sujuva.moments.cluster_totals` returned.
        columns: Score columns.
        design: wave, stratum, unit of everybody in the study.
        linked_units: The same unit of a stratum at two waves is the same cluster.

    Raises:
        ContractError: Totals are too large for exact sums of products.
    """
    units = design.select(pl.col("wave").cast(pl.Int32), pl.col("stratum", "unit").cast(pl.String)).unique()
    planned = _planned(units.collect(engine="streaming"), linked_units=linked_units)
    made = []
    for name in columns:
        one = totals.select(*_CLUSTER, "group", *(pl.col(f"{name}|{key}").alias(key) for key in ("n", "w", "wy")))
        one = one.filter(pl.col("n") > 0).drop("n").with_columns(pl.col("wave").cast(pl.Int32))
        largest = one.select(pl.max_horizontal(pl.col("w").max(), pl.col("wy").abs().max())).item()
        check_squares(int(largest or 0), one.height)
        pairs = [_levels(one), *([_waves(one)] if linked_units else [])]
        made.append(pl.concat(pairs).with_columns(scale=pl.lit(name)))
    if not made:
        return pl.DataFrame(schema=PAIRS)
    return (
        pl.concat(made)
        .join(planned, on=["stratum", "wave", "other_wave"], how="left")
        .select(pl.col(name).cast(kind) for name, kind in PAIRS.items())
        .sort(PAIRS_KEY)
    )


def _planned(units: pl.DataFrame, *, linked_units: bool) -> pl.DataFrame:
    """Count the units of each stratum at a wave (other_wave is the same) and, where linked, at either of two waves."""
    waves = sorted(units["wave"].unique())
    wanted = [(wave, wave) for wave in waves]
    if linked_units:
        wanted += [(later, earlier) for earlier, later in combinations(waves, 2)]
    counted = [
        units.filter(pl.col("wave").is_in([wave, other]))
        .group_by("stratum")
        .agg(design_clusters=pl.col("unit").n_unique().cast(pl.Int64))
        .with_columns(wave=pl.lit(wave, pl.Int32), other_wave=pl.lit(other, pl.Int32))
        for wave, other in wanted
    ]
    schema = {"stratum": pl.String, "design_clusters": pl.Int64, "wave": pl.Int32, "other_wave": pl.Int32}
    return pl.concat([pl.DataFrame(schema=schema), *counted])


def _levels(one: pl.DataFrame) -> pl.DataFrame:
    """Pair the levels of each grouping column within waves, where clusters have members of both."""
    column = pl.col("group").str.split(":").list.first()
    one = one.with_columns(column=column)
    domain = ["wave", *_PLACE, "group"]
    own = one.group_by(domain).len("clusters")
    shared = (
        one.join(one, on=[*_CLUSTER, "column"], suffix="_")
        .filter(pl.col("group") < pl.col("group_"))
        .rename({"group_": "other_group"})
        .group_by(*domain, "other_group")
        .agg(pl.len().alias("shared"), *_products())
    )
    return _ordered(
        shared.join(own, on=domain)
        .join(own.rename({"group": "other_group", "clusters": "others"}), on=["wave", *_PLACE, "other_group"])
        .with_columns(other_wave=pl.col("wave"))
    )


def _waves(one: pl.DataFrame) -> pl.DataFrame:
    """Pair the waves of each group, in every stratum in which it has scores at one of the two."""
    place = [*_PLACE, "group"]
    own = one.group_by(*place, "wave").len("clusters")
    made = [_levels(one.clear())]  # the columns, where there is one wave only
    for earlier, later in combinations(sorted(one["wave"].unique()), 2):
        now, then = (one.filter(pl.col("wave") == wave) for wave in (later, earlier))
        shared = (
            now.join(then, on=[*place, "unit"], suffix="_").group_by(place).agg(pl.len().alias("shared"), *_products())
        )
        later_own, earlier_own = (own.filter(pl.col("wave") == wave).drop("wave") for wave in (later, earlier))
        whole = [key for key in place if key != "stratum"]  # domains that both waves have, in whatever strata
        pairs = later_own.join(earlier_own.rename({"clusters": "others"}), on=place, how="full", coalesce=True)
        pairs = pairs.join(later_own, on=whole, how="semi").join(earlier_own, on=whole, how="semi")
        made.append(
            _ordered(
                pairs.join(shared, on=place, how="left").with_columns(
                    pl.col("clusters", "others", "shared", *_PRODUCTS).fill_null(0),
                    wave=pl.lit(later, pl.Int32),
                    other_wave=pl.lit(earlier, pl.Int32),
                    other_group=pl.col("group"),
                )
            )
        )
    return pl.concat(made)


def _products() -> list[pl.Expr]:
    w, wy, other_w, other_wy = (pl.col(name) for name in ("w", "wy", "w_", "wy_"))
    pairs = zip(_PRODUCTS, (w * other_w, w * other_wy, wy * other_w, wy * other_wy), strict=True)
    return [product.sum().alias(name) for name, product in pairs]


def _ordered(pairs: pl.DataFrame) -> pl.DataFrame:
    """Count the clusters of either domain, and lay out the columns alike."""
    own, others, shared = (pl.col(name).cast(pl.Int64) for name in ("clusters", "others", "shared"))
    keys = (*_PLACE, "wave", "group", "other_wave", "other_group", "clusters")
    return pairs.with_columns(clusters=own + others - shared).select(*keys, pl.col(_PRODUCTS).cast(pl.Int128))
