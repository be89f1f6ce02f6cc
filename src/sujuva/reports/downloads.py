"""Rows that readers take along, in their words: CSV as their Excel expects it, and a workbook.

Columns have titles, codes their titles beside them, what is hidden says so, and the file tells whose data it is and
whether they are made up. `readback` reads both forms again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import numpy as np
import polars as pl
import polars.selectors as cs

from sujuva.errors import CodebookError, nearest
from sujuva.figures import Words
from sujuva.figures.labels import Meta, manner, of_others, source_line, stamp
from sujuva.figures.titled import TITLES, titles_of
from sujuva.io import SIGNIFICANT, csv_text, new_workbook
from sujuva.published import SHOWN, require_published, without_empty
from sujuva.reports.columns import HIDEABLE, TYPES, YEARS, code_heading, heading

Cell = str | int | float | None
_BOM = "\ufeff"
"""Without it Excel takes UTF-8 for another code."""
_SHARES = ("share", "met", "met_low", "met_high", "survival", "integration", "integration_low", "integration_high")
"""Columns that are always shares."""
_OF_SHARE = ("estimate", "ci_low", "ci_high")
_WIDEST = 44
_NO_DATE = "2000-01-01"


@dataclass(frozen=True)
class Sheet:
    """Rows in a reader's words.

    Attributes:
        said: What the file tells of them, its title first.
        headings: Titles of columns.
        rows: Cells: texts, numbers, None where there is nothing.
        percent: Which cells are shares.
        stamp: "Synthetic data", where they are.
    """

    said: list[str]
    headings: list[str]
    rows: list[list[Cell]]
    percent: list[list[bool]]
    stamp: str


def sheet(frame: pl.DataFrame, title: str, meta: Meta, words: Words) -> Sheet:
    """Put published rows into a reader's words.

    Args:
        frame: Published rows; what drawings call by titles already (columns `…_title`) stands beside its codes anyway.
        title: What they are about.
        meta: Metadata of the publication.
        words: The reader's language.

    Raises:
        CodebookError: A column is of no published table and of no figure, or has no title.
    """
    rows = without_empty(require_published(frame, title)).drop(cs.ends_with("_title"))
    strange = [name for name in rows.columns if name not in TYPES]
    if strange:
        msg = f"{title}: the column '{strange[0]}' is of no published table."
        raise CodebookError(msg, f"{nearest(strange[0], TYPES)} Describe it in sujuva.reports.columns and terms.yaml.")
    rows = rows.cast({name: TYPES[name] for name in rows.columns}).with_columns(cs.float().round_sig_figs(SIGNIFICANT))
    headings, columns, percent = [], [], []
    shares = [_is_share(meta, row) for row in rows.iter_rows(named=True)]
    hidden = (rows["suppressed"] != SHOWN).to_list()
    for name in rows.columns:
        headings.append(code_heading(words, name))
        columns.append([_cell(name, one, away, words) for one, away in zip(rows[name], hidden, strict=True)])
        percent.append([name in _SHARES or (name in _OF_SHARE and share) for share in shares])
        if name in TITLES:
            headings.append(heading(words, name))
            columns.append([one or None for one in titles_of(meta, words, rows, name)])
            percent.append([False] * rows.height)
    return Sheet(
        said(meta, words, title, frame), headings, [list(row) for row in zip(*columns, strict=True)],
        [list(row) for row in zip(*percent, strict=True)], stamp(meta, words, frame),
    )  # fmt: skip


def said(meta: Meta, words: Words, title: str, frame: pl.DataFrame) -> list[str]:
    """Return what a file tells of its rows: title, whether they are made up, whose they are, day, code and licence.

    Numbers of others are told with their source alone: the study's day and licence are not theirs.
    """
    if of_others(meta, frame):
        return [title, source_line(meta, words, frame)]
    licences = dict.fromkeys(one["licence"] for one in meta["sources"] if one["licence"])
    made_up = words.say(
        "The numbers are made up to show how the workbench works. They say nothing about any real region."
    )
    shares = words.say(
        "Shares are numbers from 0 to 1. A number that is protected is called “{hidden}”.",
        hidden=words.say("not shown"),
    )
    day = words.say("Data of {date}.", date=words.day(meta["date"])) if meta["date"] else ""
    lines = [
        title,
        f"{stamp(meta, words)}. {made_up}" if meta["synthetic"] else "",
        source_line(meta, words),
        day or words.say("The date of the data is not told."),
        words.say("Fingerprint {fingerprint}.", fingerprint=meta["fingerprint"] or words.say("not told")),
        words.say("Licence: {licence}.", licence=", ".join(licences) or words.say("not told")),
        shares,
    ]
    return [" ".join(one.split()) for one in lines if one]


def _cell(column: str, value: Any, hidden: bool, words: Words) -> Cell:
    if value is None:
        return words.say("not shown") if hidden and column in HIDEABLE else None
    if column in YEARS and value == 0:
        return words.say("all years together")
    if isinstance(value, bool):
        return words.say("yes") if value else words.say("no")
    return None if value == "" else value


def _is_share(meta: Meta, row: Mapping[str, Any]) -> bool:
    """Tell whether estimate and interval of a row are shares."""
    if "comparison" in row:
        return bool(row["category"]) or row["scale"] not in meta["scales"]
    return bool("indicator" in row and manner(meta, row).get("percent"))


def as_csv(one: Sheet, words: Words, _: Meta) -> bytes:
    """Return rows as CSV: semicolons and decimal commas in Finnish and Swedish, commas and points in English."""
    comma = words.language != "en"

    def text(cell: Cell) -> str | None:
        if isinstance(cell, float):
            number = np.format_float_positional(cell, trim="-")
            return number.replace(".", ",") if comma else number
        return None if cell is None else str(cell)

    frame = pl.DataFrame(
        [[text(cell) for cell in row] for row in one.rows], schema=dict.fromkeys(one.headings, pl.String), orient="row"
    )
    written = csv_text(frame, said=one.said, separator=";" if comma else ",", line_terminator="\r\n")
    return (_BOM + written).encode()


def as_workbook(one: Sheet, words: Words, meta: Meta) -> bytes:
    """Return rows as an Excel workbook: a sheet that tells of them, and one of the rows under a header that stays.

    Args:
        one: The rows.
        words: The reader's language.
        meta: Metadata of the publication: the workbook gives the day of the data for its own.
    """
    held = BytesIO()
    day = datetime.fromisoformat(meta["date"] or _NO_DATE).replace(tzinfo=UTC)
    with new_workbook(held, created=day, title=one.said[0]) as book:
        bold, wrapped, per_cent = (
            book.add_format(form) for form in ({"bold": True}, {"text_wrap": True}, {"num_format": "0.0 %"})
        )
        about = book.add_worksheet(words.say("About"))
        about.set_column(0, 0, 2 * _WIDEST, wrapped)
        for place, line in enumerate(one.said):
            about.write(place, 0, line, bold if place == 0 else wrapped)
        rows = book.add_worksheet(one.stamp or words.say("Numbers"))
        rows.set_header(f"&L{one.stamp}&R{words.say('Page')} &P/&N")
        rows.freeze_panes(1, 0)
        rows.autofilter(0, 0, len(one.rows), len(one.headings) - 1)
        for place, name in enumerate(one.headings):
            rows.write(0, place, name, bold)
            rows.set_column(place, place, _width(name, [row[place] for row in one.rows]))
        for down, (row, shares) in enumerate(zip(one.rows, one.percent, strict=True), start=1):
            for across, (cell, share) in enumerate(zip(row, shares, strict=True)):
                if cell is not None:
                    rows.write(down, across, cell, per_cent if share and not isinstance(cell, str) else None)
    return held.getvalue()


def _width(name: str, cells: Sequence[Cell]) -> int:
    return min(_WIDEST, max(len(str(cell)) for cell in (name, *cells) if cell is not None) + 2)


WRITERS = {".csv": as_csv, ".xlsx": as_workbook}
"""What writes rows, by the suffix of the file."""
