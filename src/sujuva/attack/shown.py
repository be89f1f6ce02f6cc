"""What a shown number can have been before it was rounded, and what a hidden one can be by the rule alone."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import polars as pl

from sujuva.codebooks import UNITS_OF_PEOPLE, load_instruments
from sujuva.published import COARSE_MEAN, COARSER, LOWER_BOUND, PRIMARY, SHOWN, Published, step_beside

FREE = 1_000_000
"""More persons than any study has: the most that a count can be of which nothing is known."""
_SMALL = 1e-9
_MULTIPLE = 1e-4
_FINEST = 0.01  # steps as fine as decimals tell nothing of the rule
_LEAST, _MOST = 1, 5  # answers of feedback forms
Row = dict[str, Any]
Span = tuple[int, int]


@dataclass(frozen=True)
class Grid:
    """The scores that one person can have: `low`, `low + step`, … `high`, in points of the scale."""

    low: int
    high: int
    step: int

    @property
    def top(self) -> int:
        """The highest score in steps above the lowest."""
        return (self.high - self.low) // self.step

    def within(self, low: float, high: float) -> frozenset[int]:
        """Return the scores from `low` to `high`, in steps above the lowest."""
        return frozenset(one for one in range(self.top + 1) if low <= self.low + one * self.step <= high)


@cache
def _steps() -> dict[str, int]:
    """Return by how much scores differ at least, by scale."""
    return {scale.key: scale.multiply for one in load_instruments().values() for scale in one.scales}


class Shown:
    """Reads published numbers as an intruder does: by the rules that everybody can read."""

    def __init__(self, published: Published) -> None:
        self.tables = published.tables
        self.meta = published.meta
        privacy = self.meta["privacy"]
        self.threshold: int = privacy["threshold"]
        self.base: int = privacy["rounding"]
        self.regions: list[str] = list(self.meta["region_order"])

    def rows(self, table: str, *conditions: pl.Expr, **values: Any) -> Iterator[Row]:
        """Yield the rows of a table that meet some conditions."""
        yield from self.tables[table].filter(*conditions, **values).iter_rows(named=True)

    def is_shown(self, row: Row) -> bool:
        """Tell whether a row is not hidden."""
        return bool(row["suppressed"] == SHOWN)

    def of_people(self, indicator: str) -> bool:
        """Tell whether n counts persons, families or what happened to them, and so is rounded."""
        return self.meta["indicators"][indicator]["counts"] in UNITS_OF_PEOPLE

    def n_of(self, value: int | None, mark: str = SHOWN, *, note: str = "") -> Span:
        """Return from what to what a count of people can have been that is published as `value`.

        A lower bound (`note`) is rounded down.
        """
        if value is None:
            return (1, self.threshold - 1) if mark == PRIMARY else (0, FREE)
        if note == LOWER_BOUND and value is not None:
            return (max(value, self.threshold) if value else 0), value + self.base - 1
        if value == 0:
            return 0, 0
        low = value - self.base // 2
        return (self.threshold if value == self.base else max(low, 1)), low + self.base - 1

    def places(self, indicator: str, scale: str = "") -> int:
        """Return how many decimals an estimate has."""
        one = self.meta["indicators"][indicator]
        if one["decimals_of"] == "scale" and scale in self.meta["scales"]:
            shown = self.meta["scales"][scale]["shown"]
            return int(shown["decimals"] + 2 * shown["percent"])
        return int(one["decimals"] + 2 * one["percent"])

    def span(self, value: float, places: int) -> tuple[float, float]:
        """Return from what to what a number can have been that is published as `value`."""
        half = 0.5 * 10.0**-places + _SMALL
        return value - half, value + half

    def told(self, row: Row, indicator: str = "") -> tuple[float, float]:
        """Return from what to what an estimate can have been: by its decimals, or the steps that fit its rounded n."""
        places = self.places(indicator or row["indicator"], row["scale"])
        step = self._step(row, indicator) if self.is_stepped else None
        coarser = COARSER if row["note"] == COARSE_MEAN else 1
        half = 0.5 * coarser * max(10.0**-places, step or 0.0) + _SMALL
        return row["estimate"] - half, row["estimate"] + half

    @cached_property
    def is_stepped(self) -> bool:
        """Whether means are told in steps that fit their rounded n: where each of them is a multiple of its step."""
        steps = [
            (row["estimate"], step)
            for name in ("parjaavyys", "integration")
            for row in self.rows(name, pl.col("estimate").is_not_null())
            if row["indicator"] == "score_mean" or self.meta["indicators"][row["indicator"]]["topic"] == "feedback"
            if (step := self._step(row)) is not None
        ]
        return all(abs(value / step - round(value / step)) < _MULTIPLE for value, step in steps if step > _FINEST)

    def _step(self, row: Row, indicator: str = "") -> float | None:
        one = self.meta["indicators"][indicator or row["indicator"]]
        scale = self.meta["scales"].get(row["scale"], {})
        is_share = one["kind"] == "share" or scale.get("binary", False)
        unit = 1.0 if is_share or one["topic"] == "feedback" else float(scale.get("grid", 1.0))
        return step_beside(row["n"], unit, self.base, self.threshold * (2 if is_share else 1))

    def grid(self, indicator: str, scale: str) -> Grid | None:
        """Return the scores that one person can have, where they are whole numbers that an intruder knows."""
        if self.meta["indicators"][indicator]["topic"] == "feedback":
            return Grid(_LEAST, _MOST, 1)
        known = self.meta["scales"].get(scale)
        if known is None or known["decimals"] or known["answered_by"] != "respondents":
            return None
        step = _steps().get(scale, 1)
        low, high = known["range"]
        return Grid(math.floor(low), math.ceil(high), step)
