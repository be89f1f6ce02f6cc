"""Public statistics by area, matched with the regions of the study."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from sujuva.codebooks import LANGUAGES, Region
from sujuva.tidy import KEY, tidy

BLANK = "blank"
"""Note: the producer left the cell empty, which is not 0."""

_COUNTY = re.compile(r"hyvinvointialue|\bhva\b|välfärdsområde|wellbeing services county")


def regions_by_area(regions: Mapping[str, Region], areas: pl.DataFrame) -> pl.DataFrame:
    """Find the areas that are regions of the study, by code and name.

    One column of codes holds areas of many levels: municipalities (three digits), the whole country (358), and in
    two digits counties, hospital districts and regional councils, where 14 and 18 mean another place on each level.
    So the code alone does not tell an area; its name has to agree with the region.

    Args:
        regions: The study's regions by key.
        areas: area (code as text, leading zeros kept) and area_name; rows may repeat.

    Returns:
        area, area_name, region: only areas that are a region of the study; sorted by area and name.
    """
    seen = areas.select("area", "area_name").unique().sort("area", "area_name")
    by_code = {region.code: region for region in regions.values() if region.code}
    rows = [
        (area, name, by_code[area].key)
        for area, name in seen.iter_rows()
        if area in by_code and is_name_of(name or "", by_code[area])
    ]
    return pl.DataFrame(rows, schema={"area": pl.String, "area_name": pl.String, "region": pl.String}, orient="row")


def is_name_of(name: str, region: Region) -> bool:
    """Tell whether an area's name can mean `region`, on its level.

    It does when it is the region's title in one language. A county is also known by its official name: words that
    begin like those of the title (stems change when they are inflected: Satakunta, Satakunnan), and the word for a
    wellbeing services county.
    """
    plain = name.strip().casefold()
    titles = [region.title[language].casefold() for language in LANGUAGES]
    if plain in titles:
        return True
    begins = {word[:2] for word in re.split(r"[\s-]+", plain)}
    return (
        region.level == "county"
        and _COUNTY.search(plain) is not None
        and any({word[:2] for word in re.split(r"[\s-]+", title)} <= begins for title in titles)
    )


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
