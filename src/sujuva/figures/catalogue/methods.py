"""The figure of methods: families that were reached, and professionals who were trained, as areas tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from sujuva.codebooks.offers import UNVERIFIED
from sujuva.codebooks.regions import NETWORK
from sujuva.figures.catalogue.common import HIDDEN_WORD, drawn, year
from sujuva.figures.labels import indicator_title, method_of
from sujuva.figures.layouts import Axis, Dots, Panel, Row, year_series
from sujuva.figures.specification import Spec, View, latest_told, ranked, say
from sujuva.published import LOWER_BOUND, SHOWN, chosen, row_of, rows_of

FAMILIES, PROFESSIONALS = "method_families", "method_professionals"
_ROOM = 1.05
"""How far an axis reaches beyond the largest count."""


def _rows(view: View) -> pl.DataFrame:
    """Return what is told of methods in the region of the page, families before professionals."""
    known = [one["key"] for one in view.meta["offers"]["methods"]]
    return ranked(view.data, "wave", indicator=[FAMILIES, PROFESSIONALS], category=known, region=[view.region])


def count_told(view: View, row: Mapping[str, Any]) -> str:
    """Write a count as no more than it is: "at least" before a lower bound."""
    number = view.words.number(row["estimate"], 0)
    return view.say("at least {number}", number=number) if row["note"] == LOWER_BOUND else number


def method_title(view: View, key: str) -> str:
    """Return the title of a method, marked where no source confirms something of it."""
    method = method_of(view.meta, key)
    title = view.words.of(method["title"])
    return f"{title} {UNVERIFIED}" if method["unverified"] else title


def _last(view: View) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the shown row of the latest year by indicator and method."""
    last = view.data.filter(pl.col("wave") == view.data["wave"].max(), pl.col("suppressed") == SHOWN)
    return {(row["indicator"], row["category"]): row for row in rows_of(last)}


def _dots(view: View) -> Dots | None:
    if view.shown.is_empty():
        return None
    panels = []
    for key in (FAMILIES, PROFESSIONALS):
        most = view.shown.filter(pl.col("indicator") == key)["estimate"].max()
        if most is not None:
            axis = Axis(0, _ROOM * max(float(str(most)), 1.0), view.words.number, ticks=4)
            panels.append(Panel(key, indicator_title(view.meta, key, view.words), axis=axis))
    methods = view.data["category"].unique(maintain_order=True).to_list()
    beside = {at: count_told(view, row) for at, row in _last(view).items()}
    return Dots(
        drawn(view.data, panel="indicator", row="category", series=year()), panels,
        [Row(one, method_title(view, one)) for one in methods],
        year_series(view.data["wave"].to_list(), view.words), panels[0].axis or Axis(0, 1, str), dodge=False,
        across=1, beside=beside, beside_title=str(view.data["wave"].max()),
    )  # fmt: skip


def _finding(view: View) -> str:
    """Say of the method with the largest count how many families it reached; "most" where no other may be larger."""
    told = latest_told(view.data.filter(pl.col("indicator") == FAMILIES)).sort("estimate", "category")
    if told.is_empty():
        return ""
    row = row_of(told, -1)
    method = view.words.of(method_of(view.meta, row["category"])["title"])
    gaps = {"where": view.where, "year": row["wave"], "method": method, "number": count_told(view, row)}
    if (told.head(-1)["note"] == LOWER_BOUND).any():  # what is a lower bound may be larger than the largest
        return view.say("Families reached {where} in {year} by {method}: {number}", **gaps)
    return view.say("Families reached {where} in {year}: most by {method}, {number}", **gaps)


def _told(view: View) -> str:
    titles = {FAMILIES: view.say("families"), PROFESSIONALS: view.say("professionals")}
    said: dict[str, list[str]] = {}
    for (indicator, method), row in _last(view).items():
        said.setdefault(method, []).append(f"{count_told(view, row)} {titles[indicator]}")
    return "; ".join(f"{method_title(view, method)}: {', '.join(some)}" for method, some in said.items())


def _doubts(view: View) -> str:
    """Say of the marked methods what no source confirms."""
    held = set(view.data["category"])
    doubts = [one["unverified"] for one in view.meta["offers"]["methods"] if one["key"] in held and one["unverified"]]
    return " ".join(f"{UNVERIFIED} {said}" for said in dict.fromkeys(view.words.of(one) for one in doubts))


FIGURES = (
    Spec(
        key="methods",
        finding=_finding,
        table="integration",
        topic="there",
        about="region",
        rows=_rows,
        layout=_dots,
        title=say("Methods: families reached and professionals trained"),
        caption=(
            say(
                "Counts of the year, as areas tell them. “At least” is a lower bound: the area said “over”, or the sum "
                "lacks an area that told nothing. Lower bounds are rounded down, other counts to the nearest {n}.",
                n=lambda view: chosen(view.meta, "privacy", "rounding"),
            ),
            say("Methods and years are not added up: a family or a professional may be in several."),
            say(
                "The sum is of the areas that told.",
                when=lambda view: view.region == NETWORK,
            ),
            _doubts,
            HIDDEN_WORD,
        ),
        alt=say("{values}.", values=_told),
        columns=("method", "indicator", "wave", "count"),
    ),
)
