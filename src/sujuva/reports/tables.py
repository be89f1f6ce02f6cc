"""Tables of reports: published rows in the reader's words, and the rows behind them to take along."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from sujuva.figures.bound import plain as unmarked
from sujuva.figures.catalogue.cases import group_name
from sujuva.figures.catalogue.change import turn_title
from sujuva.figures.catalogue.common import level
from sujuva.figures.catalogue.methods import count_told, method_title
from sujuva.figures.categories import category_title
from sujuva.figures.labels import (
    background_part,
    background_unit,
    environment_title,
    group_title,
    indicator_title,
    informant_title,
    manner,
    manner_of_difference,
    note_title,
    offered_part,
    outcome_title,
    region_title,
    relation_title,
    sector_title,
    statistic_title,
    subject_title,
    transition_title,
)
from sujuva.figures.language import DASH, NO_BREAK
from sujuva.figures.profile import dimension_titles
from sujuva.figures.specification import Text, View, say
from sujuva.figures.titled import TITLES
from sujuva.published import Q_CLASSES, SHOWN, require_published
from sujuva.reports.signs import Footnotes, band, formula, measure, of_interval, star_note

Row = Mapping[str, Any]
LEAST_P = 0.001


@dataclass(frozen=True)
class Table:
    """A table ready to print.

    Attributes:
        caption: What it shows.
        headers: Column headings.
        rows: Cells as text, row by row; the first cell names the row.
        numeric: Which columns are numbers, set flush right.
        data: The published rows behind it, to take along.
        name: File name of these.
        note: What a sign in the cells means.
    """

    caption: str
    headers: list[str]
    rows: list[list[str]]
    numeric: list[bool]
    data: pl.DataFrame | None = None
    name: str = "data.csv"
    note: str = ""

    def __post_init__(self) -> None:
        """Take out marks of cells: the rows of a table lie beside it."""
        object.__setattr__(self, "caption", unmarked(self.caption))
        object.__setattr__(self, "headers", [unmarked(one) for one in self.headers])
        object.__setattr__(self, "rows", [[unmarked(one) for one in row] for row in self.rows])


@dataclass(frozen=True)
class Column:
    """A column of a table of published rows: its heading, what a row says there, and whether that is a number."""

    heading: Text
    cell: Callable[[Row, View], str]
    numeric: bool = False


def because(row: Row, view: View) -> str:
    """Return what stands where a number is missing: a dash, and why where that is known."""
    return f"{DASH} ({note_title(row['note'], view.words)})" if row["note"] else DASH


def value(row: Row, view: View) -> str:
    """Return the estimate of a row; in place of a number that is hidden or does not exist, why."""
    if row["suppressed"] != SHOWN:
        return view.say("not shown")
    return because(row, view) if row["estimate"] is None else view.words.value(row["estimate"], manner(view.meta, row))


def with_unit(row: Row, view: View) -> str:
    """Return the title of an indicator with its unit."""
    info = view.meta["indicators"][row["indicator"]]
    unit = "%" if info["percent"] else view.words.of(info["unit"])
    title = ", ".join(one for one in (indicator_title(view.meta, row["indicator"], view.words), unit) if one)
    return title + formula(view, row["indicator"])


def chance(value: float | None, view: View) -> str:
    """Write the class of q: at most its upper end, or over that of the last class."""
    if value is None:
        return DASH
    sign = "≤" if value <= Q_CLASSES[-1] else ">"
    return f"{sign}{NO_BREAK}{view.words.tick(min(value, Q_CLASSES[-1]), {})}"


def _interval(row: Row, view: View) -> str:
    why = of_interval(row["note"] or "")
    if row["ci_low"] is None and why and row["estimate"] is not None:
        return f"{DASH} ({note_title(why, view.words)})"
    return view.words.interval(row["ci_low"], row["ci_high"], manner(view.meta, row))


def _place(row: Row, view: View) -> str:
    """Return the environment that a row of LP discussions is about; of all of them together where it is of none."""
    of_none = row["indicator"] == "lp_transition_share" and ":" not in row["category"]
    return environment_title("" if of_none else row["category"].rpartition(":")[2], view.words)


def _statistic(row: Row, view: View) -> str:
    return statistic_title(view.meta, row["scale"], view.words)


def _count(row: Row, view: View) -> str:
    """Return a count as no more than it is; a word where it is hidden."""
    return count_told(view, row) if row["suppressed"] == SHOWN else view.say("not shown")


def _bounded(row: Row, view: View) -> str:
    """Return a number of others with its unit, and as no more than its source tells: over, about."""
    unit = background_unit(view.meta, row["scale"], view.words)
    number = view.words.number(row["estimate"], 0)
    said = {"": "{number}", "about": view.say("about {number}"), "at_least": view.say("over {number}")}[row["note"]]
    return f"{said.format(number=number)} {unit}"


def _coded(row: Row, view: View) -> str:
    """Return what coders agree on: a theme, all codes, or all codes of two coders."""
    if row["category"]:
        return view.say("all codes of coders {two}", two="–".join(row["category"].split(":")))
    return TITLES["scale"](view.meta, view.words, row) or view.say("all codes")


COLUMNS: dict[str, Column] = {
    "scale": Column(say("Measure"), lambda row, view: measure(view, row["scale"])),
    "relation": Column(say("Relation"), lambda row, view: relation_title(row["scale"], view.words, view.meta)),
    "part": Column(
        say("Part"), lambda row, view: category_title(view.meta, row, view.words) or view.say("all parts")
    ),
    "dimension": Column(
        say("Dimension"), lambda row, view: dimension_titles(view.meta, view.words)[row["dimension"]]
    ),
    "place": Column(say("On 0–100"), lambda row, view: view.words.number(row["place"], 0), numeric=True),
    "condition": Column(say("Measure"), lambda row, view: measure(view, row["scale"] or row["category"])),
    "source": Column(say("Referring sector"), lambda row, view: sector_title(view.meta, row["scale"], view.words)),
    "target": Column(
        say("Sector referred to"), lambda row, view: sector_title(view.meta, row["category"], view.words)
    ),
    "subject": Column(say("Subject"), lambda row, view: subject_title(view.meta, row["scale"], view.words)),
    "counted": Column(
        say("Of which"), lambda row, view: background_part(view.meta, row["scale"], row["category"], view.words)
    ),
    "offered": Column(
        say("Part"), lambda row, view: offered_part(view.meta, row["scale"], row["category"], view.words)
    ),
    "method": Column(say("Method"), lambda row, view: method_title(view, row["category"])),
    "count": Column(say("Number"), _count, numeric=True),
    "told": Column(say("What the area told"), lambda row, view: note_title(row["note"], view.words)),
    "bounded": Column(say("Number"), _bounded, numeric=True),
    "statistic": Column(say("Statistic"), _statistic),
    "informant": Column(say("Answered by"), lambda row, view: informant_title(row["informant"], view.words)),
    "indicator": Column(
        say("Indicator"),
        lambda row, view: indicator_title(view.meta, row["indicator"], view.words) + formula(view, row["indicator"]),
    ),
    "of": Column(say("Unit"), lambda row, view: view.words.of(view.meta["indicators"][row["indicator"]]["unit"])),
    "band": Column(say("Band"), lambda row, view: band(view, row["scale"], row["category"])),
    "noticed": Column(say("Part"), lambda row, view: TITLES["category"](view.meta, view.words, row) or DASH),
    "theme": Column(say("Theme"), lambda row, view: TITLES["scale"](view.meta, view.words, row) or DASH),
    "coded": Column(say("Of"), _coded),
    "days": Column(say("Days"), lambda row, _: row["category"], numeric=True),
    "years": Column(say("Years"), lambda row, _: f"{row['category'].rpartition(':')[2]}–{row['wave']}"),
    "outcome": Column(say("Outcome"), lambda row, view: outcome_title(row["category"].split(":")[0], view.words)),
    "environment": Column(say("Environment"), _place),
    "transition": Column(
        say("Change"), lambda row, view: transition_title(row["category"].split(":")[0], view.words)
    ),
    "region": Column(say("Region"), lambda row, view: region_title(view.meta, row["region"], view.words)),
    "wait": Column(say("Group"), lambda row, view: group_name(view.meta, row["group"], view.words)),
    "group": Column(say("Group"), lambda row, view: group_title(row["group"], view.words)),
    "wave": Column(
        say("Year"), lambda row, view: str(row["wave"] or view.say("all years together")), numeric=True
    ),
    "estimate": Column(say("Value"), value, numeric=True),
    "alpha": Column(lambda _: "α", value, numeric=True),
    "interval": Column(say("{level} interval", level=level), _interval, numeric=True),
    "n": Column(lambda _: "n", lambda row, view: view.words.number(row["n"]), numeric=True),
}  # fmt: skip
"""Columns of tables of indicators, by the names that specifications of figures use."""


def _difference(row: Row, view: View) -> str:
    if row["suppressed"] != SHOWN:
        return view.say("not shown")
    if row["estimate"] is None:
        return because(row, view)
    return view.words.signed(row["estimate"], manner_of_difference(view.meta, row), brief=True)


def _effect(row: Row, view: View) -> str:
    if row["effect"] is None:
        return DASH
    return f"{view.words.number(row['effect'], 2)} ({view.words.span(row['effect_low'], row['effect_high'], 2)})"


def _sizes(row: Row, view: View) -> str:
    if row["n"] is None:
        return DASH
    same = row["comparison"] in ("change_paired", "lp_transition")
    return view.words.number(row["n"]) + ("" if same else f" / {view.words.number(row['other_n'])}")


def _groups(row: Row, view: View) -> str:
    return f"{group_title(row['group'], view.words)} – {view.words.inside(group_title(row['other_group'], view.words))}"


_KINDS: dict[str, Text] = {
    "change": say("everyone who answered"),
    "change_paired": say("the same children at both times"),
    "did": lambda view: turn_title("did", view.words),
    "placebo": lambda view: turn_title("placebo", view.words),
}
COMPARED: dict[str, Column] = {
    **COLUMNS,
    "environment": Column(
        say("Environment"), lambda row, view: environment_title(row["category"], view.words)
    ),
    "kind": Column(say("Who"), lambda row, view: _KINDS[row["comparison"]](view)),
    "groups": Column(say("Groups"), _groups),
    "years": Column(say("Years"), lambda row, _: f"{row['other_wave']}–{row['wave']}"),
    "difference": Column(say("Difference"), _difference, numeric=True),
    "interval": Column(
        say("{level} interval", level=level),
        lambda row, view: view.words.between(row["ci_low"], row["ci_high"], manner_of_difference(view.meta, row)),
        numeric=True,
    ),
    "effect": Column(say("In standard deviations"), _effect, numeric=True),
    "q": Column(lambda _: "q", lambda row, view: chance(row["q"], view), numeric=True),
    "n": Column(lambda _: "n", _sizes, numeric=True),
}  # fmt: skip
"""Columns of tables of comparisons."""


def row_table(
    view: View,
    frame: pl.DataFrame,
    columns: Sequence[str],
    *,
    caption: str,
    name: str,
    known: Mapping[str, Column] = COLUMNS,
) -> Table:
    """Make a table with a line for each published row.

    Args:
        view: The page.
        frame: Published rows, in the order to print.
        columns: Names of columns in `known`.
        caption: What the table shows.
        name: File name of its rows, without an ending.
        known: `COLUMNS`, or `COMPARED` for rows of comparisons.
    """
    require_published(frame, caption)
    signs = Footnotes(view.words)

    def cell(column: str, row: Row) -> str:
        text = known[column].cell(row, view)
        return signs.marked(text, row) if column == "estimate" else text

    rows = [[cell(column, row) for column in columns] for row in frame.iter_rows(named=True)]
    return Table(
        caption=caption,
        headers=[known[column].heading(view) for column in columns],
        rows=rows,
        numeric=[known[column].numeric for column in columns],
        data=frame,
        name=f"{name}.csv",
        note=" ".join(one for one in (star_note(rows, view.words), signs.said()) if one),
    )


def by_wave(
    view: View,
    frame: pl.DataFrame,
    label: Callable[[Row], str | tuple[str, ...]],
    *,
    caption: str,
    heads: Sequence[str],
    name: str,
    waves: Iterable[int] | None = None,
    write: Callable[[Row, View], str] = value,
) -> Table:
    """Make a table with a line for each series and a column for each year.

    Args:
        view: The page.
        frame: Published rows, in the order in which series should stand.
        label: Names a series from one of its rows: a text for each of `heads`.
        caption: What the table shows.
        heads: Headings of the columns of names.
        name: File name of its rows, without an ending.
        waves: Years; those of the rows if not given.
        write: Writes a cell.
    """
    require_published(frame, caption)
    signs, years = Footnotes(view.words), sorted(frame["wave"].unique() if waves is None else waves)
    series: dict[tuple[str, ...], dict[int, str]] = {}
    for row in frame.iter_rows(named=True):
        names = label(row)
        cells = series.setdefault((names,) if isinstance(names, str) else names, {})
        cells[row["wave"]] = signs.marked(write(row, view), row)
    return Table(
        caption=caption,
        headers=[*heads, *(str(year) for year in years)],
        rows=[[*names, *(values.get(year, DASH) for year in years)] for names, values in series.items()],
        numeric=[*(False for _ in heads), *(True for _ in years)],
        data=frame,
        name=f"{name}.csv",
        note=" ".join(one for one in (star_note(series, view.words), signs.said()) if one),
    )


def plain(
    view: View,
    frame: pl.DataFrame,
    headers: Mapping[str, str],
    *,
    caption: str,
    name: str,
    decimals: int = 1,
    behind: pl.DataFrame,
) -> Table:
    """Make a table of columns as they are; hidden numbers say so.

    Args:
        view: The page.
        frame: Published rows.
        headers: Columns and their headings.
        caption: What the table shows.
        name: File name of its rows, without an ending.
        decimals: Of numbers that are not whole.
        behind: The published rows that the numbers are of.
    """
    require_published(frame, caption)
    told = require_published(behind, caption)

    def cell(row: Row, column: str) -> str:
        value = row[column]
        if value is None:
            return view.say("not shown") if row["suppressed"] != SHOWN else DASH
        if column == "wave" or not isinstance(value, (int, float)):
            return str(value)
        return view.words.number(value, 0 if float(value).is_integer() else decimals)

    return Table(
        caption=caption,
        headers=list(headers.values()),
        rows=[[cell(row, column) for column in headers] for row in frame.iter_rows(named=True)],
        numeric=[frame.schema[column].is_numeric() for column in headers],
        data=told,
        name=f"{name}.csv",
    )
