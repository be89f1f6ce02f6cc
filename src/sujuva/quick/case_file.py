"""Any event log, opened as it is and put into the shape of the table of case events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sujuva.cleaning.book import Book
from sujuva.cleaning.compare import impossible_orders
from sujuva.cleaning.feeds import AT
from sujuva.cleaning.rules import Notes
from sujuva.cleaning.values import times
from sujuva.codebooks.orders import load_orders
from sujuva.errors import ContractError, ParameterError, SourceError
from sujuva.intake.people import identifying
from sujuva.quick.case_columns import COLUMNS, OPTIONAL, log_columns
from sujuva.quick.case_times import UTC, in_order, instants
from sujuva.quick.case_words import Words, coded
from sujuva.quick.columns import as_text, kept, open_table

EVERYWHERE = "log"
"""Region of a log that tells none."""
RULES = {
    "missing_case": "no case is named",
    "missing_activity": "no activity is named",
    "missing_time": "no time is given",
    "wrong_date": "the time has none of the expected formats, or cannot be",
    "impossible_order": "it comes before what must come first in its case, such as a meeting before the contact",
}
"""Why a row cannot be used."""
_ROW = "_number"
_DIGITS = "phone"  # numbers of cases look like it


@dataclass(frozen=True)
class EventFile:
    """The events of a file.

    Attributes:
        events: The columns of `sujuva.tables.casework.CaseEvents`.
        rows: Rows of the file.
        columns: Column of the file by column of the contract.
        left_out: Numbers of the rows that cannot be used, by the first of `RULES` that they break.
        emptied: Values that are not allowed and count as missing, by column of the contract.
        notes: What else a reader must know.
        unused: Columns of the file that are not used.
    """

    events: pl.DataFrame
    rows: int
    columns: Mapping[str, str]
    left_out: Mapping[str, tuple[int, ...]]
    emptied: Mapping[str, int]
    notes: tuple[str, ...]
    unused: tuple[str, ...] = ()


def read_events(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    activities: Mapping[str, Sequence[str]] | None = None,
    words: Words | None = None,
    timezone: str | None = None,
    sheet: str | None = None,
) -> EventFile:
    """Read an event log of any kind that the readers know.

    Columns are found by the contract's names and the words that people use for them; `columns` names others. Columns
    that seem to tell who somebody is are taken only where they are named. Words that the lists know become the codes;
    others stay, or are missing where a column allows no others. Events that come before one that must come first in
    their case (`event_orders.yaml`) are left out, as the cleaning does.

    Args:
        path: Delimited text, a workbook, Parquet, XES or any other file of the readers.
        columns: Column of the file by column of the contract.
        activities: Words of the file by activity of `sujuva.tables.casework.ACTIVITIES`.
        words: Words of the file by column and code, see `sujuva.quick.case_words.parse_words`.
        timezone: Where the clocks stand; needed for times with an offset. None: times are taken as they stand.
        sheet: Sheet of a workbook; default: the only one.

    Raises:
        SourceError: The file is missing or cannot be read, or has several sheets.
        ContractError: No column tells case, activity or time, or no row can be used.
        ParameterError: A column or activity that is named is not there.
    """
    raw = open_table(path, sheet)
    text = as_text(raw)
    text = text.with_columns(_labelled(pl.col(name), raw.labels.get(name)) for name in text.columns)
    people = {name for name, guess in identifying(raw, phones=False).items() if guess.value != _DIGITS}
    said = {name: dict(codes) for name, codes in (words or {}).items()}
    if activities:
        codes = said.setdefault("activity", {})
        codes |= {key: [*codes.get(key, ()), *given] for key, given in activities.items()}
    told = log_columns(text, columns or {}, people, said)
    found = told.found
    taken = text.select(pl.col(raw_name).alias(name) for name, raw_name in found.items())
    noted: dict[str, pl.Series] = {}  # what the parser of times finds wrong
    try:
        moments = times(taken["time"], (), timezone, noted.__setitem__)
    except SourceError as error:
        raise SourceError(error.message.removeprefix("sources.yaml: "), "Name the zone with --timezone.") from None
    if timezone is None and (taken["time"].str.contains(r"(Z|[+-]\d\d:?\d\d)$") & moments.is_null()).any():
        msg = f"The times of {path.name} have an offset from UTC, and no time zone is named."
        raise ParameterError(msg, "Name the zone of the clocks, such as --timezone Europe/Helsinki.")
    whole = taken.with_columns(moments.alias("time"), instants(taken["time"]), raw.rows.alias(_ROW))
    rules = {
        "missing_case": whole["case"].is_null(),
        "missing_activity": whole["activity"].is_null(),
        "missing_time": taken["time"].is_null(),
        "wrong_date": noted["wrong_date"].fill_null(value=False),
    }
    used, left_out = kept(whole, whole[_ROW], rules)
    used, order = in_order(used, timezone)
    used, emptied = coded(used, said, found)
    used, early = kept(used, used[_ROW], {"impossible_order": _impossible(used)})
    left_out |= early
    if not used.height:
        msg = f"No row of {path.name} can be used: none has a case, an activity and a time that can be read."
        raise ContractError(msg, "Name the columns with --case, --activity and --time.")
    notes = [*_told(told.hidden), *_clocks(noted), *order, *_twice(used.drop(_ROW, UTC))]
    return EventFile(_shaped(used), text.height, found, left_out, emptied, tuple(notes), told.unused)


def _labelled(column: pl.Expr, labels: Mapping[str, str] | None) -> pl.Expr:
    return column.replace(list(labels), list(labels.values())) if labels else column


def _impossible(frame: pl.DataFrame) -> pl.Series:
    """Tell where an event comes before what must have come first in its case."""
    item = pl.col("item") if "item" in frame.columns else pl.lit(None, pl.String)
    book = Book([Notes(frame.height)])
    impossible_orders(frame.with_columns(item.alias("item")).with_row_index(AT), load_orders(), book)
    return pl.Series(book.broken, dtype=pl.Boolean)


def _shaped(frame: pl.DataFrame) -> pl.DataFrame:
    missing = [name for name in OPTIONAL if name not in frame.columns]
    frame = frame.with_columns(
        *(pl.lit(None, pl.String).alias(name) for name in missing),
        sequence=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("case"),
    )
    frame = frame.with_columns(pl.col("region").fill_null(EVERYWHERE))
    return frame.select("case", "sequence", *COLUMNS[1:]).sort("case", "sequence")


def _told(hidden: Mapping[str, str]) -> list[str]:
    return [
        f"The column '{raw}' could be the {name}, but it seems to tell who people are: it is left out. "
        f"--column {name}={raw} takes it."
        for name, raw in hidden.items()
    ]


def _clocks(noted: Mapping[str, pl.Series]) -> list[str]:
    mask = noted.get("nonexistent_local_time")
    count = int(mask.sum()) if mask is not None else 0
    if not count:
        return []
    many = f"{count} times fall" if count > 1 else "1 time falls"
    return [f"{many} into an hour that the clocks leave out in spring; read as the hour after."]


def _twice(frame: pl.DataFrame) -> list[str]:
    count = frame.height - frame.unique().height
    many = f"{count} rows repeat" if count > 1 else "1 row repeats"
    return [f"{many} another row in every column used; each counts as it stands."] if count else []
