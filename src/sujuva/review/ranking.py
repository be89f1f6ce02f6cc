"""Which published estimates moved most, by their interval: and from where on nothing that differs can matter.

A change is held against half of the wider of both intervals, (high − low) / 2: what is 1 or less stays within what the
estimate itself leaves open. Where there is no interval it is held against the rounding of what readers see, one unit of
the last decimal. How sure a change between two years is, `figures.verdicts` says; here the same number is told twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sujuva.published import Change, TableDiff

INTERVAL, ROUNDING = "interval", "rounding"
_NO_RECORD = 11  # decimals that a number has at most where no record says how many it is told with


@dataclass(frozen=True)
class Moved:
    """A published estimate that stands in both states with another value.

    Attributes:
        table: Its table.
        key: Its key columns.
        old: Before.
        new: After.
        size: Change in halves of the wider interval, or in units of the last decimal that readers see.
        by: `interval` or `rounding`.
    """

    table: str
    key: Mapping[str, Any]
    old: float
    new: float
    size: float
    by: str

    @property
    def beyond(self) -> bool:
        """Whether it differs by more than its interval or its rounding."""
        return self.size > 1


@dataclass(frozen=True)
class Ranked:
    """Estimates that moved, and those that appeared or went.

    Attributes:
        moved: Those with a value before and after, the largest first; all that is beyond before all that is not.
        hidden: Keys of rows that had an estimate and have none now.
        shown: Keys of rows that had none and have one now.
    """

    moved: tuple[Moved, ...]
    hidden: tuple[tuple[str, Mapping[str, Any]], ...]
    shown: tuple[tuple[str, Mapping[str, Any]], ...]

    @property
    def stop(self) -> int:
        """How many of `moved` differ by more than their interval or rounding: the reader may stop after these."""
        return sum(one.beyond for one in self.moved)


def ranked(differences: Iterable[TableDiff], intervals: Mapping[str, Any], records: Mapping[str, Any]) -> Ranked:
    """Rank what `compare_published` found.

    Args:
        differences: Of tables; those without a column `estimate` take no part.
        intervals: Table → function from a key to the wider half interval, None where there is none.
        records: What `meta.json` says of indicators: decimals, and whether readers see per cent.
    """
    moved: list[Moved] = []
    hidden: list[tuple[str, Mapping[str, Any]]] = []
    shown: list[tuple[str, Mapping[str, Any]]] = []
    for diff in differences:
        if diff.table not in intervals:
            continue
        for change in diff.changed:
            if "estimate" not in change.values:
                continue
            old, new = change.values["estimate"]
            if old is None or new is None:
                (shown if old is None else hidden).append((diff.table, change.key))
            else:
                moved.append(_moved(diff.table, change, old, new, intervals[diff.table](change.key), records))
    moved.sort(key=lambda one: (not one.beyond, one.by == ROUNDING, -one.size, one.table, str(one.key)))
    return Ranked(tuple(moved), tuple(hidden), tuple(shown))


def _moved(table: str, change: Change, old: float, new: float, half: float | None, records: Mapping[str, Any]) -> Moved:
    if half:
        return Moved(table, change.key, old, new, abs(new - old) / half, INTERVAL)
    step = 10.0 ** -decimals_of(change.key, records)
    return Moved(table, change.key, old, new, round(abs(new - old) / step, 9), ROUNDING)


def decimals_of(key: Mapping[str, Any], records: Mapping[str, Any]) -> int:
    """Return the decimals with which readers see an estimate, as a share where they see per cent."""
    name = key.get("indicator") or key.get("comparison") or key.get("measure") or ""
    record = records.get(name)
    if record is None:
        return _NO_RECORD
    return int(record["decimals"]) + (2 if record.get("percent") else 0)
