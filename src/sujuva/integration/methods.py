"""How far methods have come: professionals who were trained and families that were reached, by area and year."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.published import LOWER_BOUND
from sujuva.tidy import KEY, tidy

COUNTED = ("professionals", "families")
"""What is counted of a method; the indicators are method_<counted>."""


def method_indicators(reach: pl.DataFrame, regions: Collection[str]) -> pl.DataFrame:
    """Return what each area told of each method and year, and the sum of the areas that told.

    A sum of counts of which one is a lower bound, or of which one is not told, is a lower bound itself. Neither
    methods nor years are summed: a family may have had several, and in several years.

    Args:
        reach: The clean table method_reach of the study's regions: region, wave, method, and of each of `COUNTED` the
            number (null: not told) and its bound.
        regions: Regions of the study.

    Returns:
        Tidy indicators `method_professionals` and `method_families`, sorted by `KEY`: `category` is the method,
        `estimate` the count, `note` `LOWER_BOUND` where it is one. What is not told has no row.
    """
    parts = []
    for counted in COUNTED:
        told = reach.filter(pl.col(counted).is_not_null()).select(
            "region", "wave", "method", number=counted, least=pl.col(f"{counted}_bound") == "at_least"
        )
        whole = told.group_by("wave", "method").agg(
            pl.col("number").sum(), least=pl.col("least").any() | (pl.col("region").n_unique() < len(set(regions)))
        )
        rows = pl.concat([told, whole.with_columns(region=pl.lit(NETWORK)).select(told.columns)])
        note = pl.when("least").then(pl.lit(LOWER_BOUND)).otherwise(pl.lit(""))
        parts.append(
            tidy(
                rows.select("region", "wave", category="method", estimate=pl.col("number").cast(pl.Float64), note=note),
                indicator=f"method_{counted}",
            )
        )
    return pl.concat(parts).sort(KEY)
