"""Any event log, opened as it is and put into the shape of the table of case events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sujuva.cleaning.book import Book
from sujuva.cleaning.compare import impossible_orders
from sujuva.cleaning.fed import AT
from sujuva.cleaning.rules import Notes
from sujuva.cleaning.transitions import COMPLETE, EVERY, Judged, judge
from sujuva.codebooks.orders import load_orders
from sujuva.errors import ContractError
from sujuva.intake.opened import as_text, open_table
from sujuva.intake.people import identifying
from sujuva.normal import count_in_case, normal
from sujuva.quick.case_times import UTC, in_order, log_times
from sujuva.quick.case_words import CLOCK, COLUMNS, LIFECYCLE, OPTIONAL, Words, coded, log_columns
from sujuva.quick.columns import kept
from sujuva.sources.time_forms import Order

EVERYWHERE = "log"
"""Region of a log that tells none."""
RULES = {
    "other_transition": "it tells of another step of its event than the one that counts",
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
    """The events of a file, in the columns of `sujuva.tables.casework.CaseEvents`, and what became of the rest."""

    events: pl.DataFrame
    rows: int
    columns: Mapping[str, str]  # of the file, by column of the contract
    left_out: Mapping[str, tuple[int, ...]]  # numbers of rows, by the first of `RULES` that they break
    emptied: Mapping[str, int]  # values that are not allowed and count as missing, by column of the contract
    notes: tuple[str, ...]
    unused: tuple[str, ...]


def read_events(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    activities: Mapping[str, Sequence[str]] | None = None,
    words: Words | None = None,
    timezone: str | None = None,
    sheet: str | None = None,
    dates: Order | None = None,
    transitions: Sequence[str] = COMPLETE,
) -> EventFile:
    """Read an event log of any kind that the readers know.

    Columns are found by the contract's names and the words that people use for them; `columns` names others. Columns
    that seem to tell who somebody is are taken only where they are named. Words that the lists know become the codes;
    others stay, or are missing where a column allows no others. Events that come before one that must come first in
    their case (`event_orders.yaml`) are left out, as the cleaning does.

    `activities` (by activity of `sujuva.tables.casework.ACTIVITIES`) and `words` (by column and code) explain words
    of the file. Without a `timezone` times are taken as they stand, and none may have an offset. Of a log that tells
    the steps in the life of its events only those of `transitions` count. `dates` is the order of the parts of dates
    that can be read in several ways.

    Raises:
        SourceError: The file is missing or cannot be read, or has several sheets.
        ContractError: No column tells case, activity or time, or two tell a time and none is named; the file does not
            tell in which order its dates are written; or no row can be used.
        ParameterError: A column or activity that is named is not there.
    """
    raw = open_table(path, sheet)
    text = as_text(raw)
    labels = {name: {code: normal(label) for code, label in said.items()} for name, said in raw.labels.items()}
    text = text.with_columns(pl.col(name).replace(labels.get(name, {})) for name in text.columns)
    people = {name for name, guess in identifying(raw, phones=False).items() if guess.value != _DIGITS}
    said = {name: dict(codes) for name, codes in (words or {}).items()}
    if activities:
        codes = said.setdefault("activity", {})
        codes |= {key: [*codes.get(key, ()), *given] for key, given in activities.items()}
    told = log_columns(text, columns or {}, people, said)
    found = told.found
    taken = text.select(pl.col(raw_name).alias(name) for name, raw_name in found.items())
    clock = taken[CLOCK] if CLOCK in found else None
    times = log_times(taken["time"], clock, column=found["time"], file=path.name, timezone=timezone, order=dates)
    whole = taken.with_columns(times.moments.alias("time"), times.instants, raw.rows.alias(_ROW))
    step = judge(taken[LIFECYCLE], transitions) if LIFECYCLE in found else None
    if step is not None and step.other.all():
        msg = f"No event of {path.name} has a transition that counts ({', '.join(transitions)}): {step.told}."
        raise ContractError(
            msg, "Say which count with --transitions, such as --transitions start, or --transitions '*'."
        )
    rules = {
        "other_transition": pl.zeros(whole.height, pl.Int8, eager=True) > 0 if step is None else step.other,
        "missing_case": whole["case"].is_null(),
        "missing_activity": whole["activity"].is_null(),
        "missing_time": ~times.given,
        "wrong_date": times.given & times.moments.is_null(),
    }
    used, left_out = kept(whole, whole[_ROW], rules)
    used, order = in_order(used, timezone)
    used, emptied = coded(used, said, found)
    used, early = kept(used, used[_ROW], {"impossible_order": _impossible(used)})
    left_out |= early
    if not used.height:
        msg = f"No row of {path.name} can be used: none has a case, an activity and a time that can be read."
        msg = f"{msg} {times.unread}".strip()
        raise ContractError(msg, "Name the columns with --case, --activity and --time.")
    unread = [times.unread] if times.unread else []
    notes = [*_told(told.hidden), *told.notes, *_stepped(step, found, transitions), *times.notes, *unread, *order]
    notes += _twice(used.drop(_ROW, UTC, CLOCK, LIFECYCLE, strict=False))
    notes += _in_capitals(used, found)
    return EventFile(_shaped(used), text.height, found, left_out, emptied, tuple(notes), told.unused)


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


def _stepped(step: Judged | None, found: Mapping[str, str], transitions: Sequence[str]) -> list[str]:
    """Say what of the transitions of a log counts."""
    if step is None:
        return []
    column, keep = found[LIFECYCLE], ", ".join(transitions)
    said = (
        [f"Of the transitions in '{column}' only {keep} counts; --transitions names others."]
        if EVERY not in transitions
        else []
    )
    if step.counts:
        said.append(f"Not counted: {step.told}.")
    if step.blank:
        many = f"{step.blank} rows tell" if step.blank > 1 else "1 row tells"
        said.append(f"{many} no transition and {'count' if step.blank > 1 else 'counts'}.")
    return [" ".join(said)] if said else []


def _told(hidden: Mapping[str, str]) -> list[str]:
    return [
        f"The column '{raw}' could be the {name}, but it seems to tell who people are: it is left out. "
        f"--column {name}={raw} takes it."
        for name, raw in hidden.items()
    ]


def _in_capitals(frame: pl.DataFrame, found: Mapping[str, str]) -> list[str]:
    """Count names and keys that differ from another in capitals alone; none is told, for it may be a person's."""
    counts = {
        raw: count_in_case(frame[name])
        for name, raw in found.items()
        if name in COLUMNS and frame.schema[name] == pl.String
    }
    return [
        f"{count} names in '{raw}' differ from another there in capitals alone: they count as different."
        for raw, count in counts.items()
        if count
    ]


def _twice(frame: pl.DataFrame) -> list[str]:
    count = frame.height - frame.unique().height
    many = f"{count} rows repeat" if count > 1 else "1 row repeats"
    return [f"{many} another row in every column used; each counts as it stands."] if count else []
