"""Any event log, opened as it is and put into the shape of the table of case events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from sujuva.cleaning.values import times
from sujuva.codebooks import load_sectors
from sujuva.errors import ContractError, ParameterError, SourceError, nearest
from sujuva.intake.categories import ACTIVITIES
from sujuva.intake.people import identifying
from sujuva.intake.words import ROLES, folded
from sujuva.quick.columns import as_text, open_table
from sujuva.tables import casework

REQUIRED = ("case", "activity", "time")
OPTIONAL = (
    *("sector", "region", "municipality", "item", "trigger", "service"),
    *("need", "target", "role", "outcome", "support"),
)
COLUMNS = (*REQUIRED, *OPTIONAL)
"""Columns of an event log, by the names that the contract gives them."""
EVERYWHERE = "log"
"""Region of a log that tells none."""
_BY_WORDS = {"case", "activity", "time", "sector", "region"}  # other roles' words mean other things in other tables
_ALLOWED = {"role": casework.ROLES, "outcome": casework.ACTION_OUTCOMES, "support": casework.SUPPORTS}
RULES = {
    "missing_case": "no case is named",
    "missing_activity": "no activity is named",
    "missing_time": "no time is given",
    "wrong_date": "the time has none of the expected formats, or cannot be",
}
"""Why a row cannot be used."""
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
    """

    events: pl.DataFrame
    rows: int
    columns: Mapping[str, str]
    left_out: Mapping[str, tuple[int, ...]]
    emptied: Mapping[str, int]
    notes: tuple[str, ...]


@dataclass
class _Noted:
    """Collects what the parser of times finds wrong."""

    masks: dict[str, pl.Series] = field(default_factory=dict)

    def note(self, rule: str, mask: pl.Series) -> None:
        self.masks[rule] = mask.fill_null(value=False)


def read_events(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    activities: Mapping[str, Sequence[str]] | None = None,
    timezone: str | None = None,
    sheet: str | None = None,
) -> EventFile:
    """Read an event log of any kind that the readers know.

    Columns are found by the contract's names and the words that people use for case, activity, time, sector and region;
    `columns` names others. Columns that seem to tell who somebody is are taken only where they are named. Words for
    activities and sectors that the codebooks know become the codes; others stay.

    Args:
        path: Delimited text, a workbook, Parquet, XES or any other file of the readers.
        columns: Column of the file by column of the contract.
        activities: Words of the file by activity of `sujuva.tables.casework.ACTIVITIES`.
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
    found, hidden = _columns(text.columns, columns or {}, people)
    taken = text.select(pl.col(raw_name).alias(name) for name, raw_name in found.items())
    noted = _Noted()
    try:
        moments = times(taken["time"], (), timezone, noted)
    except SourceError as error:
        raise SourceError(error.message.removeprefix("sources.yaml: "), "Name the zone with --timezone.") from None
    if timezone is None and (taken["time"].str.contains(r"(Z|[+-]\d\d:?\d\d)$") & moments.is_null()).any():
        msg = f"The times of {path.name} have an offset from UTC, and no time zone is named."
        raise ParameterError(msg, "Name the zone of the clocks, such as --timezone Europe/Helsinki.")
    whole = taken.with_columns(moments.alias("time"))
    rules = {
        "missing_case": whole["case"].is_null(),
        "missing_activity": whole["activity"].is_null(),
        "missing_time": taken["time"].is_null(),
        "wrong_date": noted.masks["wrong_date"],
    }
    kept, left_out = _kept(whole, raw.rows, rules)
    if not kept.height:
        msg = f"No row of {path.name} can be used: none has a case, an activity and a time that can be read."
        raise ContractError(msg, "Name the columns with --case, --activity and --time.")
    kept, emptied = _coded(kept, activities or {})
    notes = [*_told(hidden), *_clocks(noted), *_twice(kept)]
    return EventFile(_shaped(kept), text.height, found, left_out, emptied, tuple(notes))


def _labelled(column: pl.Expr, labels: Mapping[str, str] | None) -> pl.Expr:
    return column.replace(list(labels), list(labels.values())) if labels else column


def _columns(
    there: Sequence[str], named: Mapping[str, str], people: Iterable[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the column of the file for each of the contract that has one, and those not taken as they tell people."""
    for name, raw_name in named.items():
        if name not in COLUMNS:
            msg = f"An event log has no column '{name}'."
            raise ParameterError(msg, nearest(name, COLUMNS))
        if raw_name not in there:
            msg = f"The file has no column '{raw_name}' for the {name}."
            raise ParameterError(msg, nearest(raw_name, there, listed=False))
    found, hidden, private = dict(named), {}, set(people)
    for name in COLUMNS:
        words = [name, *(ROLES[name] if name in _BY_WORDS else ())]
        free = [one for one in there if one not in found.values()]
        fitting = [one for word in words for one in free if folded(one) == folded(word)]
        if name in found or not fitting:
            continue
        if name != "case" and fitting[0] in private:
            hidden[name] = fitting[0]
        else:
            found[name] = fitting[0]
    for name in REQUIRED:
        if name not in found:
            msg = f"No column tells the {name} of an event."
            known = nearest(name, there, listed=False)
            raise ContractError(msg, f"{known} Name it with --{name}.".strip())
    return {name: found[name] for name in COLUMNS if name in found}, hidden


def _kept(
    frame: pl.DataFrame, numbers: pl.Series, rules: Mapping[str, pl.Series]
) -> tuple[pl.DataFrame, dict[str, tuple[int, ...]]]:
    left_out: dict[str, tuple[int, ...]] = {}
    good = pl.Series([True]).new_from_index(0, frame.height)
    for rule, mask in rules.items():
        rows = numbers.filter(mask & good)
        if rows.len():
            left_out[rule] = tuple(rows.to_list())
        good = good & ~mask
    return frame.filter(good), left_out


def _coded(frame: pl.DataFrame, activities: Mapping[str, Sequence[str]]) -> tuple[pl.DataFrame, dict[str, int]]:
    """Turn words into codes; what a column does not allow becomes null and is counted."""
    told: dict[str, str] = {}
    for key, said in activities.items():
        if key not in casework.ACTIVITIES:
            msg = f"--activities: '{key}' is no activity that is known."
            raise ParameterError(msg, nearest(key, casework.ACTIVITIES))
        for word in said:
            if not frame["activity"].is_in([word]).any():
                msg = f"--activities: no event of the file is called '{word}'."
                raise ParameterError(msg, "Write it as the file does, with the same capitals.")
            told[word] = key
    words = {word: key for key, known in ACTIVITIES.items() for word in known} | {
        key: key for key in casework.ACTIVITIES
    }
    raw = pl.col("activity")
    known = raw.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.String)
    named = raw.replace_strict(told, default=None, return_dtype=pl.String) if told else pl.lit(None, pl.String)
    frame = frame.with_columns(pl.coalesce(named, known, raw).alias("activity"))
    sectors = {
        word.lower(): key
        for key, one in load_sectors().items()
        for word in (key, one.title.fi, one.title.sv, one.title.en, *one.aliases)
        if word
    }
    frame = frame.with_columns(
        pl.coalesce(pl.col(name).str.to_lowercase().replace_strict(sectors, default=None, return_dtype=pl.String), name)
        for name in ("sector", "target")
        if name in frame.columns
    )
    emptied: dict[str, int] = {}
    for name, allowed in _ALLOWED.items():
        if name in frame.columns:
            lower = frame[name].str.to_lowercase()
            wrong = lower.is_not_null() & ~lower.is_in(list(allowed))
            if wrong.any():
                emptied[name] = int(wrong.sum())
            frame = frame.with_columns(lower.set(wrong, None).alias(name))
    return frame, emptied


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


def _clocks(noted: _Noted) -> list[str]:
    mask = noted.masks.get("nonexistent_local_time")
    count = int(mask.sum()) if mask is not None else 0
    if not count:
        return []
    return [f"{count} times fall into an hour that the clocks leave out in spring; they are read as the hour after."]


def _twice(frame: pl.DataFrame) -> list[str]:
    count = frame.height - frame.unique().height
    return [f"{count} rows repeat another row in every column used; each counts as it stands."] if count else []
