"""The moments of pairs: what two domains have in common through clusters with members in both."""

from __future__ import annotations

from itertools import combinations

import polars as pl

from sujuva.moments.parts import Family, Part, check_sums, laid_out, product, with_network
from sujuva.moments.scores import cluster_part

_PRODUCTS = ("cww", "cwy", "cyw", "cyy")
_TOTALS = ("w", "wy", "other_w", "other_wy")
PAIRS = pl.Schema(
    {
        **dict.fromkeys(("region", "stratum", "informant", "scale"), pl.String()),
        "wave": pl.Int32(),
        "group": pl.String(),
        "other_wave": pl.Int32(),
        "other_group": pl.String(),
        **dict.fromkeys(("clusters", "overlap"), pl.Int64()),
        **dict.fromkeys((*_PRODUCTS, *_TOTALS), pl.Int128()),
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
    - clusters: clusters with a scored member of either; overlap: all units of the stratum that are in the design at
      both waves; w, wy and other_w, other_wy: Σ T over these units, of either domain.

    Levels of one wave have a row where a cluster has members of both; without a row they share none. Waves have a row
    in every stratum that was drawn at both, where the group has scores at one of them: the number of units matters
    there. Whether there is a row is told from the stratum alone, so that regions' rows make the network's.

    Returns:
        Columns `PAIRS`, sorted by `PAIRS_KEY`. The network's rows come from its own cluster totals.

    Raises:
        ContractError: Totals are too large for exact sums of products.
    """
    clusters = with_network(merged["clusters"].filter(pl.col("n") > 0)).select(
        "wave", *_PLACE, "unit", "group", "w", "wy"
    )
    check_sums(clusters, (product("w", "w"), product("wy", "wy")))
    units = merged["design"].select("wave", "stratum", "unit")
    linked = merged["design"]["linked"].any()
    pairs = [_levels(clusters, units), *(_waves(clusters, units) if linked else [])]
    return laid_out(pl.concat(pairs), PAIRS, PAIRS_KEY)


def _levels(clusters: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Pair the levels of each grouping column within waves, where clusters have members of both."""
    column = pl.col("group").str.split(":").list.first()
    levels = clusters.with_columns(column=column)
    domain = ["wave", *_PLACE, "group"]
    own = levels.group_by(domain).agg(*_own())
    shared = (
        levels.join(levels, on=["wave", *_PLACE, "unit", "column"], suffix="_")
        .filter(pl.col("group") < pl.col("group_"))
        .rename({"group_": "other_group"})
        .group_by(*domain, "other_group")
        .agg(pl.len().alias("shared"), *_products())
    )
    planned = units.group_by("wave", "stratum").agg(overlap=pl.col("unit").n_unique().cast(pl.Int64))
    return _counted(
        shared.join(own, on=domain)
        .join(_of_other(own).rename({"group": "other_group"}), on=["wave", *_PLACE, "other_group"])
        .join(planned, on=["wave", "stratum"])
        .with_columns(other_wave=pl.col("wave"))
    )


def _waves(clusters: pl.DataFrame, units: pl.DataFrame) -> list[pl.DataFrame]:
    """Pair the waves of each group, in every stratum that both have and in which it has scores at one of them."""
    place = [*_PLACE, "group"]
    made = []
    for earlier, later in combinations(sorted(units["wave"].unique()), 2):
        now, then = (clusters.filter(pl.col("wave") == wave) for wave in (later, earlier))
        planned = [units.filter(pl.col("wave") == wave).drop("wave") for wave in (later, earlier)]
        both = planned[0].join(planned[1], on=["stratum", "unit"], how="semi").with_columns(both=pl.lit(value=True))
        own, others = (
            table.join(both, on=["stratum", "unit"], how="left")
            .group_by(place)
            .agg(*_own(pl.col("both").fill_null(value=False)))
            for table in (now, then)
        )
        shared = (
            now.join(then, on=[*place, "unit"], suffix="_").group_by(place).agg(pl.len().alias("shared"), *_products())
        )
        drawn = planned[0].join(planned[1], on="stratum", how="semi").select("stratum").unique()
        pairs = own.join(_of_other(others), on=place, how="full", coalesce=True).join(drawn, on="stratum", how="semi")
        overlap = both.group_by("stratum").agg(overlap=pl.len().cast(pl.Int64))
        made.append(
            _counted(
                pairs.join(shared, on=place, how="left")
                .join(overlap, on="stratum", how="left")
                .with_columns(
                    pl.col("clusters", "others", "shared", "overlap", *_PRODUCTS, *_TOTALS).fill_null(0),
                    wave=pl.lit(later, pl.Int32),
                    other_wave=pl.lit(earlier, pl.Int32),
                    other_group=pl.col("group"),
                )
            )
        )
    return made


def _own(kept: pl.Expr | None = None) -> list[pl.Expr]:
    """Count the clusters of a domain, and add up those that are `kept`."""
    sums = [pl.col(name) if kept is None else pl.col(name).filter(kept) for name in ("w", "wy")]
    return [pl.len().alias("clusters"), *(one.sum() for one in sums)]


def _of_other(own: pl.DataFrame) -> pl.DataFrame:
    return own.rename({"clusters": "others", "w": "other_w", "wy": "other_wy"})


def _products() -> list[pl.Expr]:
    w, wy, other_w, other_wy = (pl.col(name) for name in ("w", "wy", "w_", "wy_"))
    pairs = zip(_PRODUCTS, (w * other_w, w * other_wy, wy * other_w, wy * other_wy), strict=True)
    return [one.sum().alias(name) for name, one in pairs]


def _counted(pairs: pl.DataFrame) -> pl.DataFrame:
    """Count the clusters of either domain, and lay out the columns alike."""
    own, others, shared = (pl.col(name).cast(pl.Int64) for name in ("clusters", "others", "shared"))
    return pairs.with_columns(clusters=own + others - shared).select(
        *PAIRS_KEY, "clusters", "overlap", *_PRODUCTS, *_TOTALS
    )


score_pairs = Family(cluster_part, finish_pairs, schema=PAIRS, key=PAIRS_KEY, source="clusters")
