"""Event logs as arrays of whole numbers: some hundred thousand families at a time, in the order of their events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, cast

import numpy as np
import polars as pl

from sujuva.moments.case_settings import FIRST, LAST
from sujuva.tables.casework import ACTION_OUTCOMES, ACTIVITIES, ROLES, SUPPORTS

Array = np.ndarray[Any, np.dtype[Any]]
DAY = 86_400_000_000
"""Microseconds of a day."""
MISSING = -1
"""Code of a missing word, and place of a row or family that is not there."""
THIRD_SECTOR = 0
"""Code of the sector `third`."""
ONE_NUMBER = 0
"""Code of the service that is the one number."""
ROWS = 1_000_000
"""About how many rows a lot has: few enough to stay near the processor."""
# `target` shares the codes of `sector`: a referral's target may be the source of the next.
_CODED = ("activity", "sector", "region", "municipality", "trigger", "service", "need", "target", "role", "outcome")
_WORDS = (*_CODED, "support", "item")


Lot = tuple[pl.DataFrame, Array, Array | int]
"""Some whole families' events as they were read, family by family; the row of each family's first event; and the time
until which families were observed, of each region or of all."""


class Words:
    """Codes of words, the same in all lots of a log; known words have the first codes, in the order of the tables."""

    def __init__(self, *, regions: Sequence[str], one_number: str | None, activities: Sequence[str]) -> None:
        known = {
            "activity": [*ACTIVITIES, *(name for name in activities if name not in {*ACTIVITIES, FIRST, LAST})],
            "sector": ["third"],
            "region": list(regions),
            "service": [one_number or ""],  # no service is called ""
            "role": ROLES,
            "outcome": ACTION_OUTCOMES,
            "support": SUPPORTS,
        }
        coded = [name for name in (*_CODED, "support") if name != "target"]
        self._codes = {name: pl.Categories.random() for name in coded}
        self._codes["target"] = self._codes["sector"]
        # Held as long as this object lives: codes are given in the order of the first use.
        self._held = [
            pl.Series(list(dict.fromkeys(known.get(name, ()))), dtype=pl.String).cast(self.kind(name)) for name in coded
        ]

    def kind(self, column: str) -> pl.Categorical:
        """Return the type of a column."""
        return pl.Categorical(self._codes[column])

    def list(self, column: str) -> list[str]:
        """Return the words of a column in the order of their codes."""
        return cast("list[str]", self._codes[column].to_series().cast(pl.String).to_list())

    def named(self, table: pl.DataFrame, **columns: str) -> pl.DataFrame:
        """Put words in the place of codes (MISSING: null).

        Args:
            table: The table.
            columns: Its columns that hold codes, and the columns of the log whose words they are.
        """
        words = {name: pl.Series(name, [*self.list(column), None], dtype=pl.String) for name, column in columns.items()}
        # The code of what is missing is −1: the last place, which is null.
        return table.with_columns(one[table[name].to_numpy() % len(one)] for name, one in words.items())

    def code(self, column: str, word: str) -> int:
        """Return the code of a word that is known beforehand."""
        return self.list(column).index(word)


@dataclass(frozen=True)
class Log:
    """Some whole families' events, by family, time and sequence.

    Attributes:
        case: Number of the family of each row, from 0.
        time: Microseconds since 1970 of the local time.
        codes: Codes of the words of each row by column, MISSING where there is none.
        first: Row of each family's first event.
        observed: Local time until which each family was observed, in microseconds.
    """

    case: Array
    time: Array
    codes: Mapping[str, Array]
    first: Array
    observed: Array
    _places: dict[int, Array] = field(default_factory=dict, repr=False)

    @property
    def families(self) -> int:
        """Number of families."""
        return len(self.first)

    @property
    def rows(self) -> int:
        """Number of events."""
        return len(self.case)

    @cached_property
    def last(self) -> Array:
        """Row of each family's last event."""
        return np.append(self.first[1:], self.rows) - 1

    @property
    def size(self) -> Array:
        """Number of each family's events."""
        return np.asarray(self.last - self.first + 1)

    @cached_property
    def day(self) -> Array:
        """Days since 1970 of each row's local date."""
        return (self.time // DAY).astype(np.int32)

    @cached_property
    def bounds(self) -> tuple[Array, Array]:
        """For each row the first and the last row at the same time in its family: they count as at or before."""
        new = np.ones(self.rows, dtype=bool)
        new[1:] = (self.time[1:] != self.time[:-1]) | (self.case[1:] != self.case[:-1])
        first = np.flatnonzero(new)
        lengths = np.diff(np.append(first, self.rows))
        return np.repeat(first, lengths), np.repeat(first + lengths - 1, lengths)

    def where(self, activity: str) -> Array:
        """Return the rows of an activity that indicators know, in order."""
        code = ACTIVITIES.index(activity)
        if code not in self._places:
            self._places[code] = np.flatnonzero(self.codes["activity"] == code)
        return self._places[code]

    def first_of(self, rows: Array) -> Array:
        """Return for each family the first of `rows` (ascending) that is its own, or MISSING."""
        found = np.full(self.families, MISSING, dtype=np.int64)
        found[self.case[rows[::-1]]] = rows[::-1]  # of an index that comes again the last value stays
        return found

    def per_family(self, rows: Array, amounts: Array | None = None) -> Array:
        """Count for each family its `rows`, or add up their whole amounts (each sum far below 2^53)."""
        return np.bincount(self.case[rows], amounts, minlength=self.families).astype(np.int64)


def observed_until(events: pl.LazyFrame, until: date | None) -> pl.LazyFrame:
    """Leave out events after the last day of observation."""
    if until is None:
        return events
    return events.filter(pl.col("time") < _observation_ends(until))


def after_observation(events: pl.LazyFrame, until: date | None) -> pl.LazyFrame:
    """Return the events after the last day of observation, which are not used."""
    if until is None:
        return events.clear()
    return events.filter(pl.col("time") >= _observation_ends(until))


def _observation_ends(until: date) -> datetime:
    return datetime.combine(until, time()) + timedelta(days=1)


def lots(
    events: pl.LazyFrame, words: Words, until: date | None, last: Mapping[str, datetime] | None = None
) -> Iterator[Lot]:
    """Read a log lot by lot, never dividing a family.

    A log that is in the order of its cases (as the clean table is) is read as it goes by; another is sorted first.

    Args:
        events: The table of events; of its columns only case, sequence, activity, time and region are needed.
        words: Codes of words.
        until: Last day of observation; None: the last event of each region (that is, of rows with that region).
        last: Those last events, where `events` are but some of the log.
    """
    columns = set(events.collect_schema().names())
    events = observed_until(events, until)
    if not events.select("case").collect(engine="streaming")["case"].is_sorted():
        events = events.sort("case", "time", "sequence")
    ends = _ends(last_events(events) if last is None else _of_regions(last), words, until)
    read = events.select(
        "case",
        pl.col("sequence").cast(pl.Int32),
        pl.col("time").cast(pl.Datetime("us")).to_physical(),
        *(_coded(name, words) for name in (*_CODED, "support") if name in columns),
        *(["item"] if "item" in columns else []),
    )
    rest: pl.DataFrame | None = None
    for batch in read.collect_batches(chunk_size=ROWS, maintain_order=True):
        frame = batch if rest is None else pl.concat([rest, batch])
        new = np.flatnonzero(_begins(frame))
        if len(new) > 1:
            yield frame[: int(new[-1])], new[:-1], ends
            frame = frame[int(new[-1]) :]
        rest = frame
    if rest is not None and rest.height:
        yield rest, np.flatnonzero(_begins(rest)), ends


def _coded(name: str, words: Words) -> pl.Expr:
    return pl.col(name).cast(words.kind(name)).to_physical().cast(pl.Int32).fill_null(MISSING)


def _begins(frame: pl.DataFrame) -> Array:
    """Tell which rows begin a case."""
    case = frame["case"]
    return (case != case.shift()).fill_null(value=True).to_numpy()


def last_events(events: pl.LazyFrame) -> pl.LazyFrame:
    """Return the time of the last event of each region: region, time."""
    return events.group_by("region").agg(pl.col("time").cast(pl.Datetime("us")).max())


def _of_regions(last: Mapping[str, datetime]) -> pl.LazyFrame:
    schema = pl.Schema({"region": pl.String(), "time": pl.Datetime("us")})
    return pl.LazyFrame({"region": list(last), "time": list(last.values())}, schema=schema)


def _ends(last: pl.LazyFrame, words: Words, until: date | None) -> Array | int:
    """Return the time until which families of each region (by code) were observed, in microseconds, or of all."""
    if until is not None:
        return (until - date(1970, 1, 1)).days * DAY + DAY - 1
    found = last.select(_coded("region", words), pl.col("time").to_physical()).collect(engine="streaming")
    ends = np.zeros(len(words.list("region")), dtype=np.int64)
    ends[found["region"].to_numpy()] = found["time"].to_numpy()
    return ends


def as_log(lot: Lot) -> Log:
    """Return the events of a lot as arrays."""
    frame, first, ends = lot
    time = frame["time"].to_numpy()
    size = np.diff(np.append(first, frame.height))
    case = np.repeat(np.arange(len(first), dtype=np.int32), size)
    codes = {name: frame[name].to_numpy() for name in frame.columns if name in _CODED or name == "support"}
    none = np.full(frame.height, MISSING, dtype=np.int32)
    codes["item"] = none
    if "item" in frame.columns and frame["item"].null_count() < frame.height:
        # Items are told apart within this lot only: there may be as many as events.
        item = frame["item"].cast(pl.Categorical(pl.Categories.random())).to_physical()
        codes["item"] = item.cast(pl.Int32).fill_null(MISSING).to_numpy()
    order = _order(case, time, frame["sequence"].to_numpy())
    if order is not None:
        time, codes = time[order], {name: values[order] for name, values in codes.items()}
    codes |= {name: none for name in _WORDS if name not in codes}
    last = time[first + size - 1]
    # A family that moved may have events after the last one of its region.
    observed = np.maximum(ends if isinstance(ends, int) else ends[codes["region"][first]], last)
    return Log(case, time, codes, first.astype(np.int64), observed)


def _order(case: Array, time: Array, sequence: Array) -> Array | None:
    """Return the order of rows by case, time and sequence, or None where that is how they stand."""
    same = case[1:] == case[:-1]
    early = (time[1:] < time[:-1]) | ((time[1:] == time[:-1]) & (sequence[1:] < sequence[:-1]))
    wrong = np.flatnonzero(same & early)
    if not len(wrong):
        return None
    mixed = np.zeros(int(case[-1]) + 1, dtype=bool)
    mixed[case[wrong]] = True
    rows = np.flatnonzero(mixed[case])
    order = np.arange(len(case))
    order[rows] = rows[np.lexsort((sequence[rows], time[rows], case[rows]))]
    return order
