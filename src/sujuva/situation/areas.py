"""Public statistics by area, matched with the regions of the study."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sujuva.codebooks import Region
from sujuva.codebooks.areas import canonical
from sujuva.tidy import KEY, tidy

BLANK = "blank"
"""Note: the producer left the cell empty, which is not 0."""


def regions_by_area(regions: Mapping[str, Region], areas: pl.DataFrame) -> pl.DataFrame:
    """Find the areas that are regions of the study, by code and name.

    One column of codes holds areas of many levels: municipalities (three digits), the whole country (358), and in
    two digits counties, hospital districts and regional councils, where 14 and 18 mean another place on each level.
    So the code alone does not tell an area; its name has to be one of the region's, too.

    Args:
        regions: The study's regions by key.
        areas: area (code as text, leading zeros kept) and area_name; rows may repeat.

    Returns:
        area, area_name, region: only areas that are a region of the study; sorted by area and name.
    """
    seen = areas.select("area", "area_name").unique().sort("area", "area_name")
    names = canonical(seen["area_name"])
    known = {key: region.area for key, region in regions.items() if region.code}
    ways = {key: [way for way in area.ways() if any(one.isalpha() for one in way)] for key, area in known.items()}
    found = [
        seen.filter(
            seen["area"].is_in([area.code, area.statistic]), names.is_in(canonical(pl.Series(ways[key])).to_list())
        ).with_columns(region=pl.lit(key))
        for key, area in known.items()
    ]
    return pl.concat([seen.clear().with_columns(region=pl.lit("")), *found]).sort("area", "area_name")


def area_indicators(area: pl.DataFrame, regions: Mapping[str, Region]) -> pl.DataFrame:
    """Turn the statistics of areas into tidy indicators.

    Args:
        area: indicator, title, area, area_name, gender, year, value, absolute; one row a statistic of an area.
        regions: The study's regions by key.

    Returns:
        Tidy rows of the indicator `area_value`: `scale` is the statistic, `category` the gender, `region` the key of
        the study's region or else the area's code, `wave` the year, `estimate` the value and `n` the absolute number
        (a half rounds up). A value that is blank in the source stays null and says so.
    """
    known = regions_by_area(regions, area)
    whole = (pl.col("absolute") + 0.5).floor().cast(pl.Int64)
    note = pl.when(pl.col("value").is_null()).then(pl.lit(BLANK)).otherwise(pl.lit(""))
    placed = area.join(known, on=["area", "area_name"], how="left", nulls_equal=True)
    return tidy(
        placed.select(
            "gender",
            "year",
            "value",
            statistic="indicator",
            place=pl.coalesce("region", "area"),
            whole=whole,
            note=note,
        ),
        indicator="area_value",
        scale=pl.col("statistic"),
        category=pl.col("gender"),
        region=pl.col("place"),
        wave=pl.col("year"),
        estimate=pl.col("value"),
        n=pl.col("whole"),
    ).sort(KEY)


def statistic_titles(area: pl.DataFrame) -> pl.DataFrame:
    """Return scale and title of every statistic, sorted; of several titles the one of the latest year."""
    latest = pl.col("title").sort_by("year", "title").last()
    return area.group_by(scale="indicator").agg(latest).sort("scale")


def area_names(area: pl.DataFrame, regions: Mapping[str, Region]) -> pl.DataFrame:
    """Return what the regions in `area_indicators` are: region, area (code) and area_name, sorted.

    An area whose name changed has its latest one.
    """
    known = regions_by_area(regions, area)
    return (
        area.join(known, on=["area", "area_name"], how="left", nulls_equal=True)
        .with_columns(region=pl.coalesce("region", "area"))
        .group_by("region", "area")
        .agg(pl.col("area_name").sort_by("year", "area_name").last())
        .sort("region", "area")
    )
