"""A raw file on its way: the rows as they will be written, and beside each row the rule it is meant to break.

Real deliveries are never clean. A `Sheet` therefore knows three ways to soil itself (wrong values, repeated
rows, rows that should not be there) and remembers what it did, so that an intake can be held against the truth.
What is soiled once is not soiled again.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl


@dataclass(frozen=True)
class Sheet:
    """The rows of one raw file with their expected rule.

    Attributes:
        rows: The raw columns, one row a row of the file.
        rules: The rule that each row breaks (or several, joined by ";"); "" for a clean row.
        places: The order of the rows in the file; a row put in later has a fraction.
    """

    rows: pl.DataFrame
    rules: tuple[str, ...]
    places: tuple[float, ...]

    @classmethod
    def clean(cls, rows: pl.DataFrame) -> Sheet:
        """Start with rows that break no rule."""
        return cls(rows, ("",) * rows.height, tuple(float(place) for place in range(rows.height)))

    def mark(self, broken: Sequence[bool], rule: str) -> Sheet:
        """Expect `rule` of the clean rows where `broken` is true: they fail through no change of their own."""
        marked = (rule if bad and not old else old for bad, old in zip(broken, self.rules, strict=True))
        return replace(self, rules=tuple(marked))

    def soil(
        self,
        rng: np.random.Generator,
        columns: Sequence[str],
        values: Sequence[Any],
        *,
        rule: str,
        share: float,
        among: Sequence[bool] | None = None,
    ) -> Sheet:
        """Put one of `values`, in turn, into one of `columns`, drawn for each row, in a `share` of all rows.

        At least one row is soiled where any may be: those of `among`, by default every clean row. They then break
        `rule`; "" when the value is unusual but allowed.
        """
        chosen = self._draw(rng, share, among)
        where = rng.integers(len(columns), size=len(chosen))
        cells = {name: self.rows[name].to_list() for name in columns}
        rules = list(self.rules)
        for turn, (row, column) in enumerate(zip(chosen, where, strict=True)):
            cells[columns[column]][row] = values[turn % len(values)]
            rules[row] = rule
        soiled = [pl.Series(name, cell, dtype=self.rows.schema[name]) for name, cell in cells.items()]
        return replace(self, rows=self.rows.with_columns(soiled), rules=tuple(rules))

    def repeat(self, rng: np.random.Generator, *, share: float, rule: str = "duplicate") -> Sheet:
        """Write a `share` of the clean rows a second time, somewhere below the first."""
        chosen = self._draw(rng, share, None)
        last = float(len(self.rules))
        below = [rng.uniform(self.places[row] + 0.5, last) for row in chosen]
        return self._with(self.rows[chosen], below, rule)

    def insert(self, rng: np.random.Generator, rows: pl.DataFrame, *, rule: str) -> Sheet:
        """Put `rows` that should not be there at random places."""
        return self._with(rows.select(self.rows.columns), list(rng.uniform(0.5, len(self.rules), rows.height)), rule)

    def put(self, rows: pl.DataFrame, places: Sequence[float]) -> Sheet:
        """Put clean rows at `places`, fractions between those of the rows that are there."""
        return self._with(rows.select(self.rows.columns), list(places), "")

    def ordered(self) -> Sheet:
        """Return the rows in the order of the file."""
        order = np.argsort(np.array(self.places), kind="stable").tolist()
        rules = tuple(self.rules[row] for row in order)
        return Sheet(self.rows[order], rules, tuple(float(place) for place in range(len(rules))))

    @property
    def is_clean(self) -> list[bool]:
        """True for rows that break no rule."""
        return [not rule for rule in self.rules]

    @property
    def kept(self) -> pl.DataFrame:
        """The rows that break no rule."""
        return self.rows.filter(pl.Series(self.is_clean, dtype=pl.Boolean))

    def counts(self) -> dict[str, Any]:
        """Count rows, clean rows and the rows of each rule: what an intake must find."""
        broken = Counter(one for rule in self.rules if rule for one in rule.split(";"))
        return {
            "rows": len(self.rules),
            "clean": self.rules.count(""),
            "quarantined": len(self.rules) - self.rules.count(""),
            "rules": dict(sorted(broken.items())),
        }

    def _draw(self, rng: np.random.Generator, share: float, among: Sequence[bool] | None) -> list[int]:
        allowed = [True] * len(self.rules) if among is None else among
        free = [row for row, (rule, may) in enumerate(zip(self.rules, allowed, strict=True)) if may and not rule]
        wanted = min(len(free), math.ceil(share * len(self.rules)))
        return sorted(rng.choice(free, size=wanted, replace=False).tolist()) if wanted else []

    def _with(self, rows: pl.DataFrame, places: list[float], rule: str) -> Sheet:
        joined = pl.concat([self.rows, rows.cast(self.rows.schema)])
        return Sheet(joined, (*self.rules, *(rule,) * rows.height), (*self.places, *places))


def happens(rng: np.random.Generator, size: int, share: float) -> np.ndarray:
    """Return true for about a `share` of `size` cases."""
    return np.asarray(rng.random(size) < share)


def leave_gaps(
    rng: np.random.Generator, cells: np.ndarray, *, blank: float, coded: float, code: Any
) -> list[list[Any]]:
    """Leave out some of the answers (persons × items): null in a share `blank`, `code` in a share `coded`.

    Returns one list an item.
    """
    lot = rng.random(cells.shape)
    filled = cells.astype(object)
    filled[lot < blank] = None
    filled[(lot >= blank) & (lot < blank + coded)] = code
    return [column.tolist() for column in filled.T]
