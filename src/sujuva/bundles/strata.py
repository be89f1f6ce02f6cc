"""Strata joined to one a region: their sums add up, and a region is not as small as its strata.

Collapsing strata is the usual way where strata are too small (Wolter 2007, Introduction to Variance Estimation, § 2.5):
estimates stay what they are, and standard errors are estimated as if clusters had been drawn from the whole region, so
they come out larger where strata differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sujuva.bundles.small import whole

_DESIGN: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "scores": ("design_clusters", ("wave",)),
    "pairs": ("overlap", ("wave", "other_wave")),
    "paired": ("design_clusters", ("from_wave", "wave")),
    "attrition": ("design_clusters", ("from_wave", "wave")),
    "differences": ("", ()),
}
"""Of each table the column that counts all clusters of a stratum, whoever is in them, and what else it hangs on."""


def joined(
    name: str, table: pl.DataFrame, some: pl.DataFrame, key: Sequence[str], design: pl.DataFrame
) -> pl.DataFrame:
    """Join the strata of some scales of a region.

    Args:
        name: The table: scores, pairs, paired, attrition or differences.
        table: Its rows, of one region.
        some: informant and scale of those whose strata are joined.
        key: The columns that tell its rows apart.
        design: As `design_of` the table returns it.

    Returns:
        The rows of all other scales as they are, and the joined ones, in the columns and types of `table`.
    """
    on = ["informant", "scale"]
    rows = whole(table.join(some, on=on, how="semi"))
    keys = [one for one in key if one != "stratum"]
    constant = [one for one in ("decimals", "weight_decimals") if one in table.columns]
    total, by = _DESIGN[name]
    sums = [one for one in table.columns if one not in {*key, *constant, total}]
    added = rows.group_by(keys).agg(pl.col(sums).sum(), *(pl.col(one).first() for one in constant))
    if total:
        added = added.join(design, on=list(by), how="left")
    added = added.with_columns(stratum=pl.format("{}|", "region"))
    typed = added.select(pl.col(one).cast(kind) for one, kind in table.schema.items())
    return pl.concat([table.join(some, on=on, how="anti"), typed]).sort(key)


def design_of(name: str, table: pl.DataFrame) -> pl.DataFrame:
    """Return the clusters of a region's design, over all of its strata, whether a scale was asked in them or not."""
    total, by = _DESIGN[name]
    if not total:
        return pl.DataFrame()
    return table.select(*by, "stratum", total).unique().group_by(by).agg(pl.col(total).sum())
