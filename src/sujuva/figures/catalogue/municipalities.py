"""Maps of public statistics: the municipalities of a region, and the counties of the country."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.labels import region_title, statistic_title
from sujuva.figures.layouts import Level, Map, Panel, squeezed, tiles_of
from sujuva.figures.specification import Spec, View, ranked, say
from sujuva.published import SHOWN, row_of, rows_of

_MOST, _MOST_OF_MANY, _MANY = 4, 2, 16
"""Statistics of one table, and maps of one with more areas than this, each of which is half a telephone's screen."""
_FEWEST = 2
_COUNTRYWIDE = 12
"""Counties, of 23 with Helsinki and Åland, that make a map of the country."""
_COUNTIES = ("county", "county_like")
_TOWNS = ("city", "municipality")
_ROLES = ("outcome", "service", "background", "cost", "")
"""Roles of statistics in the order in which they are mapped; what the catalogue does not have comes last."""
_SHADES = ("#dbe8f2", "#8db8d9", "#2f74ab")


def members(view: View, year: int | None = None) -> list[str]:
    """Return the municipalities of the page's region, of those that were there in a year; none of the network.

    They go by their code, or by the key of the study's region that one of them is, as their rows do.
    """
    regions = view.meta["regions"]
    held = regions.get(view.region, {}).get("municipalities", {})
    until = {key: one["until"] for key, one in _places(view).items()}
    keys = {one["code"]: key for key, one in regions.items() if one["level"] in _TOWNS}
    return [keys.get(code, code) for code in held if year is None or year <= (until.get(code) or year)]


def counties(view: View) -> list[str]:
    """Return the counties of statistics that name most of them, Helsinki and Åland too; on the page of the network."""
    found = [key for key, one in _places(view).items() if one["level"] in _COUNTIES]
    return found if view.region == NETWORK and len(found) >= _COUNTRYWIDE else []


def latest_values(view: View, areas: Sequence[str]) -> pl.DataFrame:
    """Return the values of these areas, both genders together, of each statistic in its latest year with a number."""
    rows = view.table("situation").filter(
        pl.col("indicator") == "area_value", pl.col("category") == "total", pl.col("region").is_in(list(areas))
    )
    numbers = rows.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    return rows.join(numbers.group_by("scale").agg(pl.col("wave").max()), on=["scale", "wave"], how="semi")


def mapped(view: View, areas: Sequence[str]) -> list[str]:
    """Return the statistics that stand in the table, of which the first are mapped.

    They are shares and rates, what concerns children most first (see `_ROLES`).
    """
    shown = latest_values(view, areas).filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    rates = shown.filter(pl.col("estimate").ne_missing(pl.col("n").cast(pl.Float64)))
    counted = rates.group_by("scale").agg(areas=pl.col("region").n_unique()).filter(pl.col("areas") >= _FEWEST)
    known = view.meta["areas"].get("statistics", {})
    order = sorted(
        (_ROLES.index(known.get(scale, {}).get("role", "")), -several, scale) for scale, several in counted.iter_rows()
    )
    return [scale for *_, scale in order[:_MOST]]


def written(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """Add `text` to rows of statistics: their values, with a decimal where one of the same statistic has one."""
    whole = (pl.col("estimate") == pl.col("estimate").round()).fill_null(value=True).all().over("scale")
    told = rows_of(rows.with_columns(whole=whole))
    texts = [
        None if row["estimate"] is None else view.words.number(row["estimate"], 0 if row["whole"] else 1)
        for row in told
    ]
    return rows.with_columns(text=pl.Series(texts, dtype=pl.String))


def _places(view: View) -> dict[str, dict[str, Any]]:
    return dict(view.meta["areas"].get("places", {}))


def _rows(view: View, areas: Sequence[str]) -> pl.DataFrame:
    some = mapped(view, areas)[: _MOST_OF_MANY if len(areas) > _MANY else _MOST]
    return ranked(latest_values(view, areas).filter(pl.col("scale").is_in(some)), scale=some, region=areas)


def _map(view: View, areas: Sequence[str]) -> Map | None:
    if view.data.is_empty():
        return None
    places = _places(view)
    rank = (pl.col("estimate").rank("min") - 1).over("scale")
    several = pl.col("estimate").count().over("scale")
    frame = written(view, view.data).select(
        "suppressed",
        panel="scale",
        row="region",
        level=(rank * len(_SHADES) // several).cast(pl.Int64),
        text="text",
    )
    titles = [view.say("lowest third"), view.say("middle third"), view.say("highest third")]
    years = dict(view.data.select("scale", "wave").iter_rows())
    at = {key: place for key in areas if (place := places.get(key, {}).get("at")) is not None}
    tiles = squeezed(at) if view.region == NETWORK else tiles_of(at)  # counties have tiles of their own
    below = 1 + max((row for _, row in tiles.values()), default=-1)
    tiles |= {key: (place, below) for place, key in enumerate(key for key in areas if key not in tiles)}
    return Map(
        frame,
        [Panel(key, f"{statistic_title(view.meta, key, view.words)} ({years[key]})") for key in years],
        {key: region_title(view.meta, key, view.words) for key in areas},
        tiles,
        [Level(title, shade) for title, shade in zip(titles, _SHADES, strict=True)],
        {key: places.get(key, {}).get("outline") or () for key in areas},
    )


def _first(view: View) -> pl.DataFrame:
    """Return the shown values of the first map, the lowest first."""
    first = view.data.filter(pl.col("scale") == view.data["scale"][0])
    shown = written(view, first).filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    return shown.sort("estimate", "region")


def _finding(view: View) -> str:
    if view.data.is_empty():
        return ""
    shown = _first(view)
    low, high = row_of(shown), row_of(shown, -1)
    if low["estimate"] == high["estimate"]:
        return ""
    return view.say(
        "{title}: from {low} ({lowest}) to {high} ({highest})",
        title=statistic_title(view.meta, low["scale"], view.words),
        low=low["text"], lowest=region_title(view.meta, low["region"], view.words),
        high=high["text"], highest=region_title(view.meta, high["region"], view.words),
    )  # fmt: skip


def _said(view: View) -> str:
    return "; ".join(
        f"{region_title(view.meta, region, view.words)} {value}"
        for region, value in _first(view).select("region", "text").iter_rows()
    )


def _is_tiled(view: View) -> bool:
    areas = counties(view) or members(view, max(view.data["wave"], default=None))
    return not all(_places(view).get(key, {}).get("outline") for key in areas)


_TILED = say(
    "Each tile is an area, about where it lies on the map, and all are of the same size. The stronger the colour, the "
    "higher the value is among these areas; strong does not mean bad.",
    when=_is_tiled,
)
_TRUE = say(
    "The stronger the colour, the higher the value is among these areas; strong does not mean bad. Large areas catch "
    "the eye, not important ones.",
    when=lambda view: not _is_tiled(view),
)
_BLANK = say("No data: the producer has published no number, which is not zero.")

FIGURES = (
    Spec(
        key="municipalities",
        finding=_finding,
        table="situation",
        topic="areas",
        about="region",
        rows=lambda view: _rows(view, members(view)),
        layout=lambda view: _map(view, members(view, max(view.data["wave"], default=None))),
        title=say("The municipalities of the area: public statistics"),
        caption=(_TILED, _TRUE, _BLANK),
        alt=say("Maps of the municipalities of {region}. {values}.", region=lambda view: view.place(), values=_said),
        columns=("statistic", "region", "wave", "estimate"),
    ),
    Spec(
        key="counties",
        finding=_finding,
        table="situation",
        topic="areas",
        about="study",
        rows=lambda view: _rows(view, counties(view)),
        layout=lambda view: _map(view, counties(view)),
        title=say("The wellbeing services counties: public statistics"),
        caption=(_TILED, _TRUE, _BLANK),
        alt=say("Maps of the wellbeing services counties. {values}.", values=_said),
        columns=("statistic", "region", "wave", "estimate"),
    ),
)
