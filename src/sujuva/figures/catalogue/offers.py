"""Figures of what is there to meet a need, as areas tell it: parts of services, and children's share of the budget."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import polars as pl

from sujuva.codebooks.offers import UNVERIFIED
from sujuva.codebooks.regions import NETWORK
from sujuva.figures.catalogue.common import drawn, ends_of_time
from sujuva.figures.labels import offered_part, structure_of
from sujuva.figures.layouts import MOST_LINES, Axis, Dots, Heat, Level, Lines, Panel, Row, region_series
from sujuva.figures.specification import Spec, View, ranked, say
from sujuva.published import SHOWN, row_of, rows_of

PART, SHARE = "service_part", "child_budget_share"
_STATES = ("not_told", "unknown", "missing", "planned", "in_use")
"""What was told of a part, the lightest first."""
_SHADES = ("#ffffff", "#ececec", "#f6dcc6", "#b9d5e9", "#2f74ab")
_ROOM = 0.02
"""What an axis of shares shows beyond the lowest and the highest."""


# Parts of services.


def _structure(view: View) -> Mapping[str, Any]:
    return structure_of(view.meta, view.variant)


def _structures(view: View) -> list[str]:
    """Return the structures of which an area of the page has told anything."""
    rows = view.data.filter(pl.col("indicator") == PART)
    rows = rows if view.region == NETWORK else rows.filter(pl.col("region") == view.region)
    held = set(rows["scale"])
    return [one["key"] for one in view.meta["offers"]["structures"] if one["key"] in held]


def _part_rows(view: View) -> pl.DataFrame:
    """Return what a region told in each year; on the page of the network, what each told last."""
    rows = view.data.filter(pl.col("indicator") == PART, pl.col("scale") == view.variant)
    parts = [part["key"] for part in _structure(view)["parts"]]
    if view.region != NETWORK:
        return ranked(rows, "wave", category=parts, region=[view.region])
    rows = ranked(rows, "wave", category=parts, region=list(view.meta["regions"]))
    return rows.filter(pl.col("wave") == pl.col("wave").max().over("region"))


def _columns(view: View) -> dict[str, str]:
    """Return the columns: years of a region, or regions with the year in which each told."""
    if view.region != NETWORK:
        return {str(year): str(year) for year in view.data["wave"].unique().sort()}
    years = dict(view.data.select("region", "wave").unique().iter_rows())
    latest = max(years.values(), default=0)
    return {
        key: view.place(key) if years[key] == latest else f"{view.place(key)} {years[key]}"
        for key in view.meta["regions"]
        if key in years
    }


def _state(view: View, note: str) -> str:
    return view.words.title("note", note)


def _parts(view: View) -> Heat | None:
    if view.data.is_empty():
        return None
    texts = [_state(view, note) for note in view.data["note"]]
    frame = view.data.select(
        "suppressed",
        panel=pl.lit(""),
        row="category",
        column="region" if view.region == NETWORK else pl.col("wave").cast(pl.String),
        text=pl.Series(texts, dtype=pl.String),
        level=pl.col("note").replace_strict({one: place for place, one in enumerate(_STATES)}, return_dtype=pl.Int64),
    )
    rows = [Row(part, offered_part(view.meta, view.variant, part, view.words)) for part in _held(view)]
    levels = [Level(_state(view, one), shade) for one, shade in zip(_STATES, _SHADES, strict=True)]
    return Heat(frame, [Panel("")], rows, _columns(view), levels)


def _held(view: View) -> list[str]:
    return view.data["category"].unique(maintain_order=True).to_list()


def _counted(view: View, rows: pl.DataFrame) -> str:
    """Say how many parts are in each state, those in use first; states that do not occur are left out."""
    of = ((one, rows.filter(pl.col("note") == one)) for one in reversed(_STATES))
    return ", ".join(f"{view.count(some)} {_state(view, one)}" for one, some in of if some.height)


def _parts_finding(view: View) -> str:
    """Say how many parts there are, and how many in each state: of a region, or of all that told."""
    title = view.words.of(_structure(view)["title"])
    last = view.data.filter(pl.col("wave") == view.data["wave"].max())
    if view.region != NETWORK:
        return view.say(
            "{title} {where}: of {all}, {states} ({year})",
            title=title, where=view.where, all=view.count(last), states=_counted(view, last), year=last["wave"][0],
        )  # fmt: skip
    return view.say(
        "{title}: in {regions} areas {all} in all, of which {states}",
        title=title, regions=view.count(view.data.unique("region", maintain_order=True)),
        all=view.count(view.data), states=_counted(view, view.data),
    )  # fmt: skip


def _silent(view: View) -> str:
    """Name the regions that told nothing; "" on the page of a region, and where each has told something."""
    away = [view.place(key) for key in view.meta["regions"] if key not in set(view.data["region"])]
    return view.say("Not told: {regions}.", regions=view.words.listed(away)) if away and view.region == NETWORK else ""


def _parts_told(view: View) -> str:
    if view.region == NETWORK:
        mine = view.data.partition_by("region", maintain_order=True)
        return "; ".join(f"{view.place(rows['region'][0])}: {_counted(view, rows)}" for rows in mine)
    last = view.data.filter(pl.col("wave") == view.data["wave"].max())
    return "; ".join(
        f"{offered_part(view.meta, view.variant, part, view.words)}: {_state(view, note)}"
        for part, note in last.select("category", "note").iter_rows()
    )


def doubt(view: View, entry: Mapping[str, Any]) -> str:
    """Say what of an entry no source confirms, marked; "" where there is nothing."""
    return f"{UNVERIFIED} {view.words.of(entry['unverified'])}" if entry["unverified"] else ""


# Children's share of the budget.


def _share_rows(view: View) -> pl.DataFrame:
    rows = ranked(view.data.filter(pl.col("indicator") == SHARE), "wave", region=list(view.meta["regions"]))
    told = rows.filter(pl.col("estimate").is_not_null())
    here = view.region == NETWORK or view.region in set(told["region"])
    return told if here else told.clear()


def _decimals(share: float) -> int:
    """Return the decimals with which a tick is written: none where it is a whole per cent."""
    return 0 if math.isclose(100 * share, round(100 * share), abs_tol=1e-6) else 1


def _budget(view: View) -> Lines | Dots | None:
    data = view.data
    if data.is_empty():
        return None
    titles = {key: view.place(key) for key in view.meta["regions"] if key in set(data["region"])}
    low, high = data.select(low=pl.col("estimate").min(), high=pl.col("estimate").max()).row(0)
    axis = Axis(
        max(0.0, low - _ROOM),
        min(1.0, high + _ROOM),
        lambda value: view.words.percent(value, _decimals(value)),
        ticks=4,
    )
    panels = [Panel("share", "", axis=axis)]
    data = data.with_columns(panel=pl.lit("share"))
    if len(titles) > MOST_LINES:
        roles, ends = ends_of_time(data, view)
        rows = [Row(key, title, bold=key == view.region) for key, title in titles.items()]
        return Dots(drawn(data, panel="panel", row="region", **roles), panels, rows, ends, axis, dodge=False)
    years = data["wave"].unique().sort()
    own = sorted(region_series(titles, view.region), key=lambda one: one.key != view.region)
    frame = drawn(data, panel="panel", series="region", x=pl.col("wave").cast(pl.Float64))
    return Lines(frame, panels, own, {float(one): str(one) for one in years}, height=2.2)


def _budget_finding(view: View) -> str:
    """Say how many euros of a hundred were for children: here, or in the areas with least and most."""
    last = view.data.filter(pl.col("wave") == view.data["wave"].max()) if view.region == NETWORK else view.newest
    shown = last.filter(pl.col("suppressed") == SHOWN).sort("estimate", "region")
    if shown.is_empty():
        return ""
    low, high = row_of(shown), row_of(shown, -1)
    if shown.height == 1:
        return view.say(
            "Of every 100 euros of the budget, {n} were for children: {place} {year}",
            n=view.hundred(low["estimate"]), place=view.place(low["region"]), year=low["wave"],
        )  # fmt: skip
    return view.say(
        "Of every 100 euros of the budget, from {low} ({lowest}) to {high} ({highest}) were for children in {year}",
        low=view.hundred(low["estimate"]), lowest=view.place(low["region"]),
        high=view.hundred(high["estimate"]), highest=view.place(high["region"]), year=low["wave"],
    )  # fmt: skip


def _budget_told(view: View) -> str:
    last = view.data.filter(pl.col("wave") == pl.col("wave").max().over("region"))
    return "; ".join(
        f"{view.place(row['region'])} {view.words.percent(row['estimate'], 1)} ({row['wave']})" for row in rows_of(last)
    )


FIGURES = (
    Spec(
        key="service_parts",
        finding=_parts_finding,
        table="situation",
        topic="there",
        about="region",
        rows_are="others",
        variants=_structures,
        rows=_part_rows,
        layout=_parts,
        title=say("{title}: what is there", title=lambda view: view.words.of(_structure(view)["title"])),
        caption=(
            say(
                "As the area itself told it. “Not told” is no answer: it does not mean that the part is missing. That "
                "a part is there tells nothing of its quality, nor of whether it is enough."
            ),
            say("The parts are those that the source names: {source}.", source=lambda view: _structure(view)["source"]),
            _silent,
            lambda view: doubt(view, _structure(view)),
        ),
        alt=say("{values}.", values=_parts_told),
        columns=("offered", "region", "wave", "told"),
    ),
    Spec(
        key="child_budget",
        finding=_budget_finding,
        table="situation",
        topic="there",
        about="region",
        rows=_share_rows,
        layout=_budget,
        title=say("Children's share of the budget"),
        caption=(
            say(
                "Money for children divided by the whole budget, as the area itself has counted both. Shares of "
                "different budgets are never added up; areas may count in different ways, and a larger share is not "
                "better in itself."
            ),
            say("The axis does not start from zero, so small changes look large: read the numbers."),
        ),
        alt=say("{values}.", values=_budget_told),
        columns=("region", "wave", "estimate"),
    ),
)
