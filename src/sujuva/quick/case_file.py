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
from sujuva.cleaning.values import OFFSET_FORMATS, times
from sujuva.codebooks.orders import load_orders
from sujuva.errors import ContractError, ParameterError, SourceError
from sujuva.intake.opened import as_text, open_table
from sujuva.intake.people import identifying
from sujuva.normal import count_in_case, normal
from sujuva.quick.case_words import COLUMNS, OPTIONAL, Words, coded, log_columns
from sujuva.quick.columns import kept

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
_UTC = "_utc"  # the instant of a time that tells its offset; null for others
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
) -> EventFile:
    """Read an event log of any kind that the readers know.

    Columns are found by the contract's names and the words that people use for them; `columns` names others. Columns
    that seem to tell who somebody is are taken only where they are named. Words that the lists know become the codes;
    others stay, or are missing where a column allows no others. Events that come before one that must come first in
    their case (`event_orders.yaml`) are left out, as the cleaning does.

    `activities` (by activity of `sujuva.tables.casework.ACTIVITIES`) and `words` (by column and code) explain words
    of the file. Without a `timezone` times are taken as they stand, and none may have an offset.

    Raises:
        SourceError: The file is missing or cannot be read, or has several sheets.
        ContractError: No column tells case, activity or time, or no row can be used.
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
    noted: dict[str, pl.Series] = {}  # what the parser of times finds wrong
    try:
        moments = times(taken["time"], (), timezone, noted.__setitem__)
    except SourceError as error:
        raise SourceError(error.message.removeprefix("sources.yaml: "), "Name the zone with --timezone.") from None
    if timezone is None and (taken["time"].str.contains(r"(Z|[+-]\d\d:?\d\d)$") & moments.is_null()).any():
        msg = f"The times of {path.name} have an offset from UTC, and no time zone is named."
        raise ParameterError(msg, "Name the zone of the clocks, such as --timezone Europe/Helsinki.")
    whole = taken.with_columns(moments.alias("time"), _instants(taken["time"]), raw.rows.alias(_ROW))
    rules = {
        "missing_case": whole["case"].is_null(),
        "missing_activity": whole["activity"].is_null(),
        "missing_time": taken["time"].is_null(),
        "wrong_date": noted["wrong_date"].fill_null(value=False),
    }
    used, left_out = kept(whole, whole[_ROW], rules)
    used, order = _in_order(used, timezone)
    used, emptied = coded(used, said, found)
    used, early = kept(used, used[_ROW], {"impossible_order": _impossible(used)})
    left_out |= early
    if not used.height:
        msg = f"No row of {path.name} can be used: none has a case, an activity and a time that can be read."
        raise ContractError(msg, "Name the columns with --case, --activity and --time.")
    notes = [*_told(told.hidden), *_clocks(noted), *order, *_twice(used.drop(_ROW, _UTC)), *_in_capitals(used, found)]
    return EventFile(_shaped(used), text.height, found, left_out, emptied, tuple(notes), told.unused)


def _instants(text: pl.Series) -> pl.Series:
    """Return the instants in UTC of times that tell their offset; null for others."""
    numeric = text.str.replace("Z$", "+00:00")  # Polars reads no Z as an offset
    found = [
        numeric.str.to_datetime(one, time_unit="us", time_zone="UTC", strict=False).alias(str(number))
        for number, one in enumerate(OFFSET_FORMATS)
    ]
    return pl.DataFrame(found).select(pl.coalesce(pl.all())).to_series().alias(_UTC)


def _in_order(frame: pl.DataFrame, timezone: str | None) -> tuple[pl.DataFrame, list[str]]:
    """Put events of the hour that the clocks repeat in autumn into the order in which they happened.

    A time with an offset tells it itself. One without is of the second time round where its case has a later time of
    the same hour before it in the file, if the file has the case's other events in order. A local time cannot tell
    the second time round, so an event that the clock shows before one that came earlier gets the time of that one.
    Returns the events, in the order of the file unless there are such times, and what a reader must know of them.
    """
    if timezone is None:
        return frame, []

    def placed(time: str) -> pl.Expr:
        local = pl.col("time").dt.replace_time_zone(timezone, ambiguous=time, non_existent="null")  # type: ignore[arg-type]
        return local.dt.convert_time_zone("UTC")

    marked = frame.with_row_index("_row").with_columns(_first=placed("earliest"), _second=placed("latest"))
    marked = marked.with_columns(_twice=(pl.col("_first") != pl.col("_second")).fill_null(value=False))
    count = int(marked["_twice"].sum())
    if not count:
        return frame, []
    hour = ["case", pl.col("time").dt.date()]
    hours = pl.col("time").dt.truncate("1h")
    in_file = (hours >= hours.shift(1)).all().over("case")
    before = pl.when("_twice").then(pl.coalesce(_UTC, "_first")).cum_max().shift(1).over(hour)
    back = pl.col("_twice") & pl.col(_UTC).is_null() & in_file & (pl.col("_first") < before)
    marked = marked.with_columns(_back=back.fill_null(value=False))
    again = pl.col("_back").cum_max().over(hour) & pl.col("_twice")
    marked = marked.with_columns(_at=pl.coalesce(_UTC, pl.when(again).then("_second").otherwise("_first")))
    marked = marked.sort("case", "_at", "_row", nulls_last=False)
    held = pl.when("_twice").then(pl.col("time")).cum_max().over(hour)
    marked = marked.with_columns(_held=pl.when("_twice").then(held).otherwise("time"))
    moved = int((marked["_held"] != marked["time"]).sum())
    ordered = marked.with_columns(time="_held").sort("case", "time", "_at", "_row")
    fall = "times fall" if count > 1 else "time falls"
    apart = "what is reckoned from there may be up to an hour too long or too short"
    notes = [f"{count} {fall} into the hour that the clocks repeat in autumn: {apart}."]
    if moved:
        notes.append(
            f"{moved} of them, which the clock shows before an earlier event of the case, "
            f"{'count' if moved > 1 else 'counts'} as at the time of that event."
        )
    return ordered.select(frame.columns), notes


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


def _in_capitals(frame: pl.DataFrame, found: Mapping[str, str]) -> list[str]:
    """Count names and keys that differ from another in capitals alone; none is told, for it may be a person's."""
    counts = {raw: count_in_case(frame[name]) for name, raw in found.items() if frame.schema[name] == pl.String}
    return [
        f"{count} names in '{raw}' differ from another there in capitals alone: they count as different."
        for raw, count in counts.items()
        if count
    ]


def _twice(frame: pl.DataFrame) -> list[str]:
    count = frame.height - frame.unique().height
    many = f"{count} rows repeat" if count > 1 else "1 row repeats"
    return [f"{many} another row in every column used; each counts as it stands."] if count else []
