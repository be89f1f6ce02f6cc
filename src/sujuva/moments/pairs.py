"""The moments of pairs: what two domains have in common through clusters with members in both."""

from __future__ import annotations

from itertools import combinations

import polars as pl

from sujuva.moments.parts import Family, Part, check_sums, laid_out, product, with_network
from sujuva.moments.scores import cluster_part

_PRODUCTS = ("cww", "cwy", "cyw", "cyy")
PAIRS = pl.Schema(
    {
        **dict.fromkeys(("region", "stratum", "informant", "scale"), pl.String()),
        "wave": pl.Int32(),
        "group": pl.String(),
        "other_wave": pl.Int32(),
        "other_group": pl.String(),
        **dict.fromkeys(("clusters", "design_clusters"), pl.Int64()),
        **dict.fromkeys(_PRODUCTS, pl.Int128()),
    }
)
"""Columns of the moments of pairs and their types."""
PAIRS_KEY = ("region", "stratum", "informant", "scale", "wave", "group", "other_wave", "other_group")
"""Columns that tell the rows of the moments of pairs apart."""
_PLACE = ("region", "stratum", "informant", "scale")


def finish_pairs(merged: Part) -> pl.DataFrame:
    """Reduce clusters to the cross second moments of two domains.

    Two kinds of pairs are made, each once: two levels of one grouping column within a wave (`group` comes before
    `other_group` in the alphabet), and one group at two waves (`wave` is the later one), where units are linked. With T
    the totals over the scored members that a cluster has in the one domain and T' in the other:

    - cww = Σ T_w·T'_w, cwy = Σ T_w·T'_wy, cyw = Σ T_wy·T'_w, cyy = Σ T_wy·T'_wy;
    - clusters: clusters with a scored member of either; design_clusters: all units of the stratum at either wave.

    Levels of one wave have a row where a cluster has members of both; without a row they share none. Waves have a row
    in every stratum in which the group has scores at one of them, because the number of units matters there.

    Returns:
        Columns `PAIRS`, sorted by `PAIRS_KEY`. The network's rows come from its own cluster totals.

    Raises:
        ContractError: Totals are too large for exact sums of products.
    """
    clusters = with_network(merged["clusters"].filter(pl.col("n") > 0)).select(
        "wave", *_PLACE, "unit", "group", "w", "wy"
    )
    check_sums(clusters, (product("w", "w"), product("wy", "wy")))
    linked = merged["design"]["linked"].any()
    pairs = [_levels(clusters), *([_waves(clusters)] if linked else [])]
    planned = _planned(merged["design"].drop("linked"), linked=linked)
    return laid_out(pl.concat(pairs).join(planned, on=["stratum", "wave", "other_wave"], how="left"), PAIRS, PAIRS_KEY)


def _planned(units: pl.DataFrame, *, linked: bool) -> pl.DataFrame:
    """Count the units of each stratum at a wave (other_wave is the same) and, where linked, at either of two waves."""
    waves = sorted(units["wave"].unique())
    wanted = [(wave, wave) for wave in waves]
    if linked:
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


def _levels(clusters: pl.DataFrame) -> pl.DataFrame:
    """Pair the levels of each grouping column within waves, where clusters have members of both."""
    column = pl.col("group").str.split(":").list.first()
    levels = clusters.with_columns(column=column)
    domain = ["wave", *_PLACE, "group"]
    own = levels.group_by(domain).len("clusters")
    shared = (
        levels.join(levels, on=["wave", *_PLACE, "unit", "column"], suffix="_")
        .filter(pl.col("group") < pl.col("group_"))
        .rename({"group_": "other_group"})
        .group_by(*domain, "other_group")
        .agg(pl.len().alias("shared"), *_products())
    )
    return _counted(
        shared.join(own, on=domain)
        .join(own.rename({"group": "other_group", "clusters": "others"}), on=["wave", *_PLACE, "other_group"])
        .with_columns(other_wave=pl.col("wave"))
    )


def _waves(clusters: pl.DataFrame) -> pl.DataFrame:
    """Pair the waves of each group, in every stratum in which it has scores at one of the two."""
    place = [*_PLACE, "group"]
    own = clusters.group_by(*place, "wave").len("clusters")
    made = [_levels(clusters.clear())]  # the columns, where there is one wave only
    for earlier, later in combinations(sorted(clusters["wave"].unique()), 2):
        now, then = (clusters.filter(pl.col("wave") == wave) for wave in (later, earlier))
        shared = (
            now.join(then, on=[*place, "unit"], suffix="_").group_by(place).agg(pl.len().alias("shared"), *_products())
        )
        later_own, earlier_own = (own.filter(pl.col("wave") == wave).drop("wave") for wave in (later, earlier))
        whole = [key for key in place if key != "stratum"]  # domains that both waves have, in whatever strata
        pairs = later_own.join(earlier_own.rename({"clusters": "others"}), on=place, how="full", coalesce=True)
        pairs = pairs.join(later_own, on=whole, how="semi").join(earlier_own, on=whole, how="semi")
        made.append(
            _counted(
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
    return [one.sum().alias(name) for name, one in pairs]


def _counted(pairs: pl.DataFrame) -> pl.DataFrame:
    """Count the clusters of either domain, and lay out the columns alike."""
    own, others, shared = (pl.col(name).cast(pl.Int64) for name in ("clusters", "others", "shared"))
    return pairs.with_columns(clusters=own + others - shared).select(*PAIRS_KEY, "clusters", *_PRODUCTS)


score_pairs = Family(cluster_part, finish_pairs, schema=PAIRS, key=PAIRS_KEY, source="clusters")
