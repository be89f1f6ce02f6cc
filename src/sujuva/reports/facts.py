"""Rows of the page of a region: the same facts for all, each with its change, its verdict and its published cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from sujuva.codebooks.regions import COUNTRY, NETWORK
from sujuva.figures.casework import way
from sujuva.figures.findings import change_of, days_of, fact_rows, to_meeting
from sujuva.figures.judged import comparison
from sujuva.figures.labels import range_of
from sujuva.figures.language import DASH
from sujuva.figures.specification import View
from sujuva.figures.verdicts import HIDDEN, Verdict
from sujuva.published import KEYS, SHOWN, row_of, rows_of
from sujuva.reports.cautions import flagged
from sujuva.reports.tables import Row

ARROWS: Mapping[str, str] = {"better": "▲", "worse": "▼", "more": "↗", "less": "↘", "same": "→"}
"""What stands for the way of a verdict: up is better, whichever way the number goes."""
_WIDE = 50
"""A scale wider than this is told in whole points, a narrower one with a decimal."""


@dataclass(frozen=True)
class Cell:
    """Where a number stands among the published tables: the table, and the keys of its row."""

    table: str
    key: Mapping[str, Any]

    @classmethod
    def of(cls, table: str, row: Row) -> Cell:
        """Return the cell of a row of a published table."""
        return cls(table, {name: row[name] for name in KEYS[table]})


@dataclass(frozen=True)
class Point:
    """A year of the small line: its number, or that it is hidden."""

    year: int
    value: float | None
    hidden: bool


@dataclass(frozen=True)
class Fact:
    """One row.

    Attributes:
        key: Which of the declared facts it is.
        title: What it is, short.
        unit: What its number is in: the range of a scale, or whom a hundred is counted of.
        topic: Page that it leads to.
        importance: How much it counts among findings.
        front: What of it stands on the front page.
        value: The latest number; a dash where there is none, "not shown" where it is hidden.
        year: Its year.
        before: The number of the first year; "" where there is one year only.
        since: That year.
        series: All years, for a small line.
        verdict: Judgement on the change; none of public statistics, and of a single year.
        says: The verdict in words; a dash where there is none.
        arrow: Its way as a sign; "" where it has none.
        network: The number of the whole network in the same year.
        country: The number of the whole country in the same year.
        doubt: Whether there are remarks on the quality of the data behind the change.
        cells: The published cells by what they are: value, before, change, network, country.
        info: The declaration of the row.
        first: The published row of the first year.
        last: The published row of the latest year.
    """

    key: str
    title: str
    unit: str
    topic: str
    importance: int
    front: tuple[str, ...]
    value: str
    year: int | None
    before: str
    since: int | None
    series: tuple[Point, ...]
    verdict: Verdict | None
    says: str
    arrow: str
    network: str
    country: str
    doubt: bool
    cells: Mapping[str, Cell]
    info: Mapping[str, Any] = field(repr=False)
    first: Row | None = field(default=None, repr=False)
    last: Row | None = field(default=None, repr=False)


def facts(view: View) -> list[Fact]:
    """Return the rows of the page of a region, or of the network, in the order of the codebook.

    A row that the publication has nothing of, of any region, is left out; one without a number of this region stays.
    """
    found = ((info, fact_rows(view, info)) for info in view.meta["facts"])
    return [_fact(view, info, rows) for info, rows in found if not rows.is_empty()]


def _fact(view: View, info: Mapping[str, Any], rows: pl.DataFrame) -> Fact:
    mine = rows.filter(pl.col("region") == view.region)
    change = change_of(view, info, rows)
    first, last, verdict = change.first, change.last, change.verdict
    beside = {key: _at(rows, place, last) for key, place in (("network", NETWORK), ("country", COUNTRY))}
    told = {"value": last, "before": first, **beside}
    cells = {name: Cell.of(info["table"], row) for name, row in told.items() if row is not None}
    if first is not None and last is not None and (row := comparison(view, first, last)):
        cells["change"] = Cell.of("comparisons", row)
    return Fact(
        key=info["key"], title=_title(view, info), unit=_unit(view, info), topic=info["topic"],
        importance=info["importance"], front=tuple(info["front"]), value=text_of(view, info, last),
        year=last["wave"] if last else None, before=text_of(view, info, first) if first else "",
        since=first["wave"] if first else None,
        series=tuple(
            Point(row["wave"], row["estimate"], row["suppressed"] != SHOWN) for row in rows_of(mine)
        ),
        verdict=verdict, says=verdict.title(view.words) if verdict else DASH,
        arrow=ARROWS.get(verdict.way or verdict.word, "") if verdict else "",
        network=text_of(view, info, beside["network"]), country=text_of(view, info, beside["country"]),
        doubt=bool(
            first and last and last["scale"] in view.meta["scales"] and info["table"] == "parjaavyys"
            and flagged(view, last, (first["wave"], last["wave"]))
        ),
        cells=cells, info=info, first=first, last=last,
    )  # fmt: skip


def _at(rows: pl.DataFrame, place: str, last: Row | None) -> Row | None:
    """Return the row of the network or the country in the year of a region's own number, or the latest without one."""
    found = rows.filter(pl.col("region") == place)
    if last is not None:
        found = found.filter(pl.col("wave") == last["wave"])
    return row_of(found, -1) if found.height else None


def text_of(view: View, info: Mapping[str, Any], row: Row | None, *, more: int = 0) -> str:
    """Write the number of a fact as readers use it: shares of a hundred in whole numbers, wide scales in whole points.

    Args:
        view: The page.
        info: The declaration of the row.
        row: A published row; None: there is none.
        more: Decimals beyond the usual.
    """
    if row is not None and row["suppressed"] != SHOWN:
        return HIDDEN.title(view.words)
    if row is None or row["estimate"] is None:
        return DASH
    if info.get("hundred"):
        return view.words.number(100 * row["estimate"], more)
    return view.words.number(row["estimate"], _decimals(view, info) + more)


def _decimals(view: View, info: Mapping[str, Any]) -> int:
    scale = view.meta["scales"].get(info["scale"])
    return 0 if scale and scale["range"][1] - scale["range"][0] > _WIDE else 1


def _title(view: View, info: Mapping[str, Any]) -> str:
    if info["days"] and not to_meeting(view.meta):
        return way(view.meta, view.words).within.format(n=days_of(view))
    return view.words.of(info["title"]).format(days=days_of(view))


def _unit(view: View, info: Mapping[str, Any]) -> str:
    own = info.get("unit") or info.get("hundred")
    if own:
        return view.words.of(own)
    scale = view.meta["scales"].get(info["scale"])
    if scale is None:
        return view.words.of(view.meta["indicators"][info["indicator"]]["unit"])
    span = view.words.span(*range_of(view.meta, "scales", info["scale"]))
    return span if scale["higher_is_better"] else view.say("{span}, less is better", span=span)
