"""Tables of reports: published rows in the reader's words, and the same rows as CSV."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import polars as pl

from sujuva.figures.categories import category_title
from sujuva.figures.labels import (
    Meta,
    environment_title,
    group_title,
    indicator_title,
    informant_title,
    manner,
    note_title,
    outcome_title,
    region_title,
    relation_title,
    rule_title,
    sector_title,
    transition_title,
)
from sujuva.figures.language import DASH, Words
from sujuva.figures.profile import dimension_titles
from sujuva.figures.quality import file_titles, under
from sujuva.figures.waits import group_name
from sujuva.published import PRIMARY, SHOWN, require_published
from sujuva.reports.footnotes import Footnotes, carried, of_interval
from sujuva.reports.marks import band, formula, measure, star_note


@dataclass(frozen=True)
class Table:
    """A table ready to print.

    Attributes:
        caption: What it shows.
        headers: Column headings.
        rows: Cells as text, row by row; the first cell names the row.
        numeric: Which columns are numbers, set flush right.
        csv: The published rows behind it as CSV.
        name: File name of the CSV.
        note: What a sign in the cells means.
    """

    caption: str
    headers: list[str]
    rows: list[list[str]]
    numeric: list[bool]
    csv: str = ""
    name: str = "data.csv"
    note: str = ""

    @property
    def href(self) -> str:
        """Return the CSV as a data address: it works offline and asks nobody."""
        return "data:text/csv;charset=utf-8," + quote("\ufeff" + self.csv, safe=",:|@/")


def csv_text(frame: pl.DataFrame) -> str:
    """Return a frame as CSV with points as decimal signs, for machines."""
    return str(frame.write_csv(line_terminator="\r\n"))


_Cell = Callable[[dict[str, Any]], str]


def value(row: dict[str, Any], meta: Meta, words: Words) -> str:
    """Return the estimate of a row; in place of a number that is hidden or does not exist, why."""
    if row["suppressed"] != SHOWN:
        return words.say("hidden")
    if row["estimate"] is None and row["note"]:
        return f"{DASH} ({note_title(row['note'], words)})"
    return words.value(row["estimate"], manner(meta, row))


def indicator_rows(
    frame: pl.DataFrame, meta: Meta, words: Words, *, caption: str, columns: list[str], name: str
) -> Table:
    """Make a table of indicators with the columns asked for.

    Args:
        frame: Published tidy rows, in the order to print.
        meta: Metadata of the publication.
        words: The reader's language.
        caption: What the table shows.
        columns: Of scale, informant, indicator, category, region, group, wave, estimate, interval, n and what stands in
            `cells` below.
        name: File name of its CSV.
    """
    require_published(frame, caption)

    def info(row: dict[str, Any]) -> dict[str, Any]:
        return dict(meta["indicators"].get(row["indicator"], {}))

    def interval(row: dict[str, Any]) -> str:
        why = of_interval(row["note"] or "")
        if row["ci_low"] is None and why and row["estimate"] is not None:
            return f"{DASH} ({note_title(why, words)})"
        return words.interval(row["ci_low"], row["ci_high"], manner(meta, row))

    signs = Footnotes(words)
    cells: dict[str, tuple[str, _Cell, bool]] = {
        "scale": (
            words.say("Measure"),
            lambda row: measure(meta, row["scale"], words),
            False,
        ),
        "relation": (words.say("Relation"), lambda row: relation_title(row["scale"], words, meta), False),
        "part": (words.say("Part"), lambda row: category_title(meta, row, words) or words.say("all parts"), False),
        "dimension": (words.say("Dimension"), lambda row: dimension_titles(meta, words)[row["dimension"]], False),
        "place": (words.say("On 0–100"), lambda row: words.number(row["place"], 0), True),
        "condition": (words.say("Measure"), lambda row: measure(meta, row["scale"] or row["category"], words), False),
        "source": (words.say("Referring sector"), lambda row: sector_title(meta, row["scale"], words), False),
        "target": (words.say("Sector referred to"), lambda row: sector_title(meta, row["category"], words), False),
        "statistic": (
            words.say("Statistic"),
            lambda row: str(meta["areas"].get("titles", {}).get(row["scale"], row["scale"])),
            False,
        ),
        "informant": (words.say("Answered by"), lambda row: informant_title(row["informant"], words), False),
        "indicator": (
            words.say("Indicator"),
            lambda row: indicator_title(meta, row["indicator"], words) + formula(row["indicator"]),
            False,
        ),
        "of": (words.say("Unit"), lambda row: words.of(info(row).get("unit")), False),
        "unit": (
            words.say("Unit"),
            lambda row: "%" if info(row).get("percent") else words.of(info(row).get("unit")),
            False,
        ),
        "band": (words.say("Band"), lambda row: band(meta, row["scale"], row["category"], words), False),
        "days": (words.say("Days"), lambda row: row["category"], True),
        "outcome": (words.say("Outcome"), lambda row: outcome_title(row["category"].split(":")[0], words), False),
        "environment": (
            words.say("Environment"),
            lambda row: environment_title(row["category"].rpartition(":")[2] if _is_place(row) else "", words),
            False,
        ),
        "transition": (
            words.say("Change"),
            lambda row: transition_title(row["category"].split(":")[0], words),
            False,
        ),
        "region": (words.say("Region"), lambda row: region_title(meta, row["region"], words), False),
        "wait": (words.say("Group"), lambda row: group_name(meta, row["group"], words), False),
        "group": (words.say("Group"), lambda row: group_title(row["group"], words), False),
        "wave": (words.say("Year"), lambda row: str(row["wave"] or words.say("all years together")), True),
        "estimate": (
            words.say("Value"),
            lambda row: signs.marked(value(row, meta, words), carried(row)),
            True,
        ),
        "interval": (words.say("{level} interval", level=words.percent(meta["confidence"], 0)), interval, True),
        "n": ("n", lambda row: words.number(row["n"]), True),
    }
    chosen = [cells[column] for column in columns]
    rows = [[cell(row) for _, cell, _ in chosen] for row in frame.iter_rows(named=True)]
    return Table(
        caption=caption,
        headers=[header for header, _, _ in chosen],
        rows=rows,
        numeric=[numeric for _, _, numeric in chosen],
        csv=csv_text(frame.drop("note", strict=False)),
        name=name,
        note=" ".join(one for one in (star_note(rows, words), signs.said()) if one),
    )


def _is_place(row: dict[str, Any]) -> bool:
    return row["indicator"] != "lp_transition_share" or ":" in row["category"]


def by_wave(
    frame: pl.DataFrame,
    meta: Meta,
    words: Words,
    *,
    caption: str,
    first: str,
    label: Callable[[dict[str, Any]], str],
    name: str,
    waves: list[int],
) -> Table:
    """Make a table with a row for each series and a column for each wave.

    Args:
        frame: Published tidy rows of one region, in the order in which series should stand.
        meta: Metadata of the publication.
        words: The reader's language.
        caption: What the table shows.
        first: Heading of the first column.
        label: Names a series from one of its rows.
        name: File name of its CSV.
        waves: Years, one column each.
    """
    require_published(frame, caption)
    signs = Footnotes(words)
    series: dict[str, dict[int, str]] = {}
    for row in frame.iter_rows(named=True):
        series.setdefault(label(row), {})[row["wave"]] = signs.marked(value(row, meta, words), carried(row))
    return Table(
        caption=caption,
        headers=[first, *(str(wave) for wave in waves)],
        rows=[[title, *(values.get(wave, DASH) for wave in waves)] for title, values in series.items()],
        numeric=[False, *(True for _ in waves)],
        csv=csv_text(frame.drop("note", strict=False)),
        name=name,
        note=" ".join(one for one in (star_note([list(series)], words), signs.said()) if one),
    )


def plain(
    frame: pl.DataFrame, words: Words, *, caption: str, headers: dict[str, str], name: str, decimals: int = 1
) -> Table:
    """Make a table of the columns in `headers` as they are; hidden numbers say so.

    Args:
        frame: Published rows.
        words: The reader's language.
        caption: What the table shows.
        headers: Columns and their headings.
        name: File name of its CSV.
        decimals: Of numbers that are not whole.
    """
    require_published(frame, caption)
    numeric = [frame.schema[column].is_numeric() for column in headers]

    def cell(row: dict[str, Any], column: str) -> str:
        value = row[column]
        if value is None:
            return words.say("hidden") if row["suppressed"] != SHOWN else DASH
        if column == "wave":
            return str(value)
        if isinstance(value, float):
            return words.number(value, 0 if value.is_integer() else decimals)
        return words.number(value) if isinstance(value, int) else str(value)

    return Table(
        caption=caption,
        headers=list(headers.values()),
        rows=[[cell(row, column) for column in headers] for row in frame.iter_rows(named=True)],
        numeric=numeric,
        csv=csv_text(frame.select(*headers, "suppressed")),
        name=name,
    )


def quality_tables(ledger: pl.DataFrame, rules: pl.DataFrame, meta: Meta, words: Words) -> tuple[Table, Table]:
    """Make the tables of rows by file and of rules, small counts as "under 5".

    Args:
        ledger: Published ledger.
        rules: Published counts of rules.
        meta: Metadata of the publication.
        words: The reader's language.
    """

    def count(value: int | None, row: dict[str, Any]) -> str:
        if value is not None:
            return words.number(value)
        return under(meta, words) if row["suppressed"] == PRIMARY else words.say("hidden")

    def clean(row: dict[str, Any]) -> str:
        return words.number(row["rows_clean"]) if row["rows_clean"] is not None else words.say("hidden")

    titled = file_titles(ledger)
    files = [
        [titled[row["source"]], words.number(row["rows_in"]), clean(row), count(row["rows_quarantined"], row)]
        for row in require_published(ledger, "ledger").sort("file", "source").iter_rows(named=True)
    ]
    reasons = [
        [
            titled.get(row["source"], row["source"]),
            rule_title(row["rule"], words),
            words.title("rule_kind", row["kind"]),
            count(row["rows"], row),
        ]
        for row in require_published(rules, "rules").sort("source", "kind", "rule").iter_rows(named=True)
    ]
    return (
        Table(
            words.say("Rows by file: every row that came in was either used or set aside."),
            [words.say("File"), words.say("Rows in"), words.say("Used"), words.say("Set aside")],
            files,
            [False, True, True, True],
            csv_text(ledger),
            "quality_ledger.csv",
        ),
        Table(
            words.say("Rules that set rows aside or recoded values."),
            [words.say("File"), words.say("Rule"), words.say("What was done"), words.say("Rows")],
            reasons,
            [False, False, False, True],
            csv_text(rules),
            "quality_rules.csv",
        ),
    )
