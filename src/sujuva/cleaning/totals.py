"""Totals of public statistics that are less than their parts."""

from __future__ import annotations

import polars as pl

from sujuva.cleaning.book import Book
from sujuva.cleaning.fed import AT
from sujuva.cleaning.taking import Setting
from sujuva.codebooks.areas import Areas

_RULE = "total_below_parts"
_ROUNDED = 0.5
"""By how much a number may have been rounded."""


def totals(frame: pl.DataFrame, book: Book, setting: Setting) -> None:
    """Note `total_below_parts` of statistics whose total is less than its parts together.

    Which of the numbers is wrong nobody can tell, so all are set aside. Absolute numbers are compared, in rows that
    have broken no other rule, and each may have been rounded.

    Parts are men and women of any statistic, and municipalities of their wellbeing services county and of the whole
    country in statistics that add up (`AreaStatistic.adds_up`): what happens in two places may count in both. Areas of
    other kinds overlap. Municipalities that ended are left out, for the one that they went into may have been computed
    backwards with them.
    """
    rows = book.clean(frame, AT).filter(pl.col("absolute").is_not_null())
    period = "month" if "month" in rows.columns else "year"
    place = ("indicator", "area", period)
    total = pl.col("absolute").filter(pl.col("gender") == "total").max().over(place)
    parts = pl.col("absolute").filter(pl.col("gender") != "total").sum().over(place)
    book.note(_RULE, rows.filter(total + 2 * _ROUNDED < parts)[AT])
    adding = rows.filter(pl.col("indicator").is_in(list(setting.books.study.adding)))
    if adding.height:
        _areas(adding, period, book, _places(adding, setting.books.lookups.areas, set(setting.books.study.ended)))


def _areas(rows: pl.DataFrame, period: str, book: Book, places: pl.DataFrame) -> None:
    at = ["indicator", "gender", period, "whole"]
    placed = rows.join(places, on=["area", "area_name"], nulls_equal=True)
    # A municipality that stands there twice is a duplicate, not two parts.
    each = placed.filter("part").group_by(*at, "area").agg(pl.col("absolute").min())
    sums = each.group_by(at).agg(parts=pl.col("absolute").sum(), number=pl.len())
    less = placed.filter(~pl.col("part")).join(sums, on=at)
    less = less.filter(pl.col("absolute") + _ROUNDED * (pl.col("number") + 1) < pl.col("parts"))
    book.note(_RULE, placed.join(less.select(at).unique(), on=at, how="semi")[AT].unique().sort())


def _places(rows: pl.DataFrame, areas: Areas, ended: set[str]) -> pl.DataFrame:
    """Return area, area_name, whole (the key of a total) and whether the area is a part of it or the total itself."""
    county = {code: one.key for one in areas.of("county") for code in one.municipalities}
    country = {one.key for one in areas.of("country")}
    found = []
    for code, name in rows.select("area", "area_name").unique().sort("area", "area_name").iter_rows():
        area = areas.code_beside(code, name or "")
        if area is None:
            continue
        if area.level == "municipality" and area.code not in ended:
            held = {*country, county.get(area.code, "")} - {""}
            found += [(code, name, whole, True) for whole in sorted(held)]
        elif area.level in {"county", "country"}:
            found.append((code, name, area.key, False))
    schema = {"area": pl.String, "area_name": pl.String, "whole": pl.String, "part": pl.Boolean}
    return pl.DataFrame(found, schema=schema, orient="row")
