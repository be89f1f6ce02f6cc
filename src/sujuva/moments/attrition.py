"""The moments of attrition: those with a score at a wave, followed to a later one or lost.

Lost is whoever has no score at the later wave, for whatever reason: absent, moved, outside the ages of the instrument.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sujuva.moments.paired import (
    CLUSTER,
    KEYS,
    LATER,
    PAIRED_KEY,
    check_totals,
    finished,
    strata_of,
    totals_of,
    two_waves,
    with_whole,
)

_ENDS = ("followed", "lost")
_SUMS = ("n", "y", "yy", "w", "wy", "wyy")
_PRODUCTS = ("cww", "cwy", "cyw", "cyy")
ATTRITION = pl.Schema(
    {
        **KEYS,
        **{f"{name}_{end}": pl.Int64() for end in _ENDS for name in ("n", "y", "yy")},
        **{f"{name}_{end}": pl.Int128() for end in _ENDS for name in ("w", "wy", "wyy")},
        **dict.fromkeys(("clusters", "clusters_followed", "clusters_lost", "design_clusters"), pl.Int64()),
        **{f"{name}_{end}": pl.Int128() for end in _ENDS for name in ("cww", "cwy", "cyy")},
        **{f"{name}_across": pl.Int128() for name in _PRODUCTS},
    }
)
"""Columns of the moments of attrition and their types."""


def attrition_moments(
    scored: pl.LazyFrame, design: pl.LazyFrame, columns: Mapping[str, int], *, weight_decimals: int
) -> pl.DataFrame:
    """Reduce everybody who has a score at the earlier of two waves to moments of that score, followed and lost apart.

    Args:
        scored: As in `paired_moments`.
        design: As in `paired_moments`.
        columns: As in `paired_moments`.
        weight_decimals: Decimals in `weight`, written into the table.

    Returns:
        Columns `ATTRITION`, sorted by `PAIRED_KEY`; y is the score at the earlier wave. Columns with `_followed` and
        `_lost` are those of the moments of scores for each; with `_across` the second moments of their cluster totals
        with each other, the followed first (cwy_across = Σ T_w,followed · T_wy,lost). Pairs of waves at which the
        network has nobody with the scale at the later wave are left out: it was not asked then.

    Raises:
        ContractError: Totals are too large for exact sums of squares.
    """
    persons = two_waves(scored, design, columns, how="left")
    sums = [one for name in columns for one in _attrition_sums(name)]
    totals = persons.group_by(CLUSTER).agg(sums).collect(engine="streaming")
    clusters = with_whole(totals)
    asked = _asked(scored, columns)
    made = [
        _reduced_attrition(clusters, name)
        .join(asked.filter(scale=name), on=["informant", "scale", "wave"], how="semi")
        .with_columns(decimals=pl.lit(columns[name]))
        for name in columns
    ]
    return finished(made, design, ATTRITION, PAIRED_KEY, weight_decimals)


def _attrition_sums(name: str) -> list[pl.Expr]:
    """Return the sums over the persons of a cluster with an earlier score, followed and lost apart."""
    followed = pl.col(name + LATER).is_not_null()
    made: list[pl.Expr] = []
    for end, inside in zip(_ENDS, (followed, ~followed), strict=True):
        y = pl.when(inside).then(pl.col(name))
        w = pl.when(y.is_not_null()).then(pl.col("weight")).cast(pl.Int128)
        wide = y.cast(pl.Int128)
        sums = (y.count().cast(pl.Int64), y.sum(), (y * y).sum(), w.sum(), (w * wide).sum(), (w * wide * wide).sum())
        made += [sum_.alias(f"{name}|{key}_{end}") for key, sum_ in zip(_SUMS, sums, strict=True)]
    return made


def _reduced_attrition(clusters: pl.DataFrame, name: str) -> pl.DataFrame:
    """Reduce the cluster totals of one score to one row a stratum, with the products of the two kinds of totals."""
    one = totals_of(clusters, name).filter(pl.col("n_followed") + pl.col("n_lost") > 0)
    check_totals(one, ["w_followed", "w_lost", "wy_followed", "wy_lost"])
    totals = {f"{key}_{end}": pl.col(f"w{'' if key == 'w' else 'y'}_{end}") for key in "wy" for end in _ENDS}
    products = {
        f"c{a}{b}_{end}": totals[f"{a}_{end}"] * totals[f"{b}_{end}"] for end in _ENDS for a, b in ("ww", "wy", "yy")
    } | {f"c{a}{b}_across": totals[f"{a}_followed"] * totals[f"{b}_lost"] for a, b in ("ww", "wy", "yw", "yy")}
    return (
        one.group_by(strata_of(one))
        .agg(
            *(pl.col(f"{key}_{end}").sum() for end in _ENDS for key in _SUMS),
            pl.len().alias("clusters"),
            *((pl.col(f"n_{end}") > 0).sum().alias(f"clusters_{end}") for end in _ENDS),
            *(product.sum().alias(key) for key, product in products.items()),
        )
        .with_columns(scale=pl.lit(name))
    )


def _asked(scored: pl.LazyFrame, columns: Mapping[str, int]) -> pl.DataFrame:
    """Return the waves at which each informant has any score on a scale."""
    counted = scored.group_by("informant", "wave").agg(pl.col(list(columns)).count()).collect(engine="streaming")
    long = counted.unpivot(index=["informant", "wave"], variable_name="|scale", value_name="|n")
    return long.filter(pl.col("|n") > 0).select("informant", "wave", scale="|scale")
