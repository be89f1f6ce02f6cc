"""Everything that one event log tells of families' ways: what `sujuva casework` does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.cleaning.transitions import COMPLETE
from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ParameterError, nearest
from sujuva.intake.words import words_of
from sujuva.moments import CaseSettings
from sujuva.moments.case_settings import FIRST, LAST
from sujuva.normal import normal
from sujuva.quick.case_file import RULES, EventFile, read_events
from sujuva.quick.case_measures import measure
from sujuva.quick.case_words import Words
from sujuva.sources.time_forms import Order
from sujuva.sources.times import time_zones

_FEW = 10
_DIGITS = 5


@dataclass(frozen=True)
class CaseReport:
    """What a log tells, and how it was measured."""

    name: str
    file: EventFile
    settings: CaseSettings
    why: str  # the clock starts and stops where it does
    indicators: pl.DataFrame  # tidy; region all is the whole log, wave 0 all years
    survival: pl.DataFrame  # of `sujuva.integration.survival_table`, in the same regions
    notes: tuple[str, ...]


def describe_log(
    path: Path,
    settings: CaseSettings,
    *,
    start: str | None = None,
    end: str | None = None,
    columns: Mapping[str, str] | None = None,
    activities: Mapping[str, Sequence[str]] | None = None,
    words: Words | None = None,
    sheet: str | None = None,
    dates: Order | None = None,
    transitions: Sequence[str] = COMPLETE,
) -> CaseReport:
    """Measure everything that an event log tells, in memory.

    The file is read by `sujuva.quick.case_file.read_events`. `start` and `end` are the activities that start and stop
    the clock (those of `settings` are not used), as in the file or as the code of the contract, or *first / *last.
    Default: contact to meeting where the log has contacts and families meet (or nobody has met yet), else the first to
    the last event of a case.

    Raises:
        SourceError: The file is missing or cannot be read.
        ContractError: The file has no cases, activities or times.
        ParameterError: A column, activity or setting is not there or not allowed.
    """
    file = read_events(
        path,
        columns=columns,
        activities=activities,
        words=words,
        timezone=settings.timezone,
        sheet=sheet,
        dates=dates,
        transitions=transitions,
    )
    clock, why = _clock(file, start, end, activities or {})
    settings = replace(settings, start=clock[0], end=clock[1])
    if file.events["region"].is_in([NETWORK]).any():
        msg = f"A region of the log is called '{NETWORK}', which is the name of all regions together."
        raise ParameterError(msg, "Give it another name.")
    made, curve, notes = measure(file.events, settings)
    return CaseReport(path.name, file, settings, why, made, curve, tuple(notes))


def report_json(report: CaseReport) -> dict[str, Any]:
    """Return everything, unrounded, ready for JSON; columns that say nothing are left out of a row."""
    file, until = report.file, report.settings.observed_until
    return {
        "file": report.name,
        "rows": file.rows,
        "used": file.events.height,
        "left_out": [
            {"rule": rule, "rows": len(rows), "first_rows": list(rows[:_FEW]), "why": RULES[rule]}
            for rule, rows in file.left_out.items()
        ],
        "emptied": dict(file.emptied),
        "columns": dict(file.columns),
        "unused": list(file.unused),
        "notes": [*file.notes, *report.notes],
        "clock": report.why,
        "settings": asdict(report.settings) | {"observed_until": until and until.isoformat()},
        "indicators": [
            {name: value for name, value in row.items() if name == "estimate" or value not in ("", None)}
            for row in report.indicators.iter_rows(named=True)
        ],
        "survival": report.survival.to_dicts(),
    }


def case_settings(
    *,
    days: str = "7,14",
    timezone: str = "Europe/Helsinki",
    holidays: str = "FI",
    observed_until: str | None = None,
    one_number: str = "one_number",
) -> CaseSettings:
    """Turn what a person types into settings; none is no zone of the clocks, and nobody's holidays.

    Raises:
        ParameterError: Something is not of its kind; says what is allowed.
    """
    from holidays import list_supported_countries  # noqa: PLC0415  start-up time

    numbers = [part.strip() for part in days.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) <= _DIGITS for part in numbers):
        raise ParameterError("--days is not a list of whole numbers of days.", "Write it like 7,14.")
    zone, country = (None if said.lower() == "none" else said for said in (timezone, holidays))
    if zone is not None and zone not in time_zones():
        msg = f"--timezone: '{zone}' is not a time zone."
        near = nearest(zone, time_zones(), listed=False)
        raise ParameterError(msg, near or "Write Europe/Helsinki, or none.")
    if country is not None and country not in list_supported_countries():
        msg = f"--holidays: '{country}' is no country whose holidays are known."
        raise ParameterError(msg, "Write two capital letters such as FI, or none.")
    try:
        until = None if observed_until is None else dt.date.fromisoformat(observed_until)
    except ValueError:
        raise ParameterError("--observed-until is not a date.", "Write it like 2024-12-31.") from None
    limits = tuple(sorted({int(part) for part in numbers}))
    return CaseSettings(timezone=zone, holidays=country, observed_until=until, one_number=one_number, delay_days=limits)


def _clock(
    file: EventFile, start: str | None, end: str | None, activities: Mapping[str, Sequence[str]]
) -> tuple[tuple[str, str], str]:
    """Choose where the clock starts and stops, and say why."""
    there = set(file.events["activity"].unique())
    met = "meeting" in there
    usual = ("contact", "meeting") if "contact" in there else (FIRST, LAST)
    codes = {word: key for key, said in activities.items() for word in said}
    named = [None if one is None else _code(one, there, codes) for one in (start, end)]
    first, last = (name or default for name, default in zip(named, usual, strict=True))
    if start is not None or end is not None:
        why = "as asked" if start is not None and end is not None else "as asked, and as usual"
    elif "contact" in there:
        why = "the log has both" if met else ""
    else:
        why = "the log has no contact and meeting; --start and --end name others"
    if last == "meeting" and not met:
        why = f"{why}; " * bool(why) + "the log has no meeting yet: every case is open"
    return (first, last), why


def _code(word: str, there: set[str], codes: Mapping[str, str]) -> str:
    """Return the activity that a person means: a code, a word of the file that became one, or as it stands."""
    word = normal(word)
    if word in there or word in {FIRST, LAST}:
        return word
    known = {said: key for key, words in words_of("activity").items() for said in words}
    return codes.get(word) or known.get(word.lower(), word)
