"""Which rules the raw rows of a whole delivery break: a mask a rule, over all rows of all files."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from sujuva.cleaning.rules import AS_DESCRIBED, RECODES, Notes


class Book:
    """The notes of all sources together. Rows are known by their place in the delivery, from 0."""

    def __init__(self, notes: Sequence[Notes]) -> None:
        heights = [one.height for one in notes]
        self._starts = np.concatenate([[0], np.cumsum(heights)]).astype(np.int64)
        self._masks: dict[str, np.ndarray] = {}
        for source, one in enumerate(notes):
            for rule, mask in one.masks.items():
                self._mask(rule)[self.rows(source)] = mask.to_numpy()
        self.broken = np.zeros(self.total, dtype=np.bool_)
        self._described = np.zeros(self.total, dtype=np.bool_)
        for rule, row_mask in self._masks.items():
            if rule in AS_DESCRIBED:
                self._described |= row_mask
            if rule not in RECODES:
                self.broken |= row_mask

    @property
    def total(self) -> int:
        """Number of raw rows of the delivery."""
        return int(self._starts[-1])

    def start(self, source: int) -> int:
        """Return the place of the first row of a source."""
        return int(self._starts[source])

    def rows(self, source: int) -> slice:
        """Return where the rows of a source lie."""
        return slice(int(self._starts[source]), int(self._starts[source + 1]))

    def own(self, source: int, at: str) -> pl.Expr:
        """Return where a row comes from a source, by its place in the column `at`."""
        rows = self.rows(source)
        return pl.col(at).is_between(rows.start, rows.stop, closed="left")

    def note(self, rule: str, places: pl.Series) -> None:
        """Note a rule of quarantine of the rows at `places`; what is left out as described is compared with nothing."""
        if places.len():
            at = places.to_numpy()
            at = at[~self._described[at]]
            self._mask(rule)[at] = True
            self.broken[at] = True

    def is_broken(self, places: pl.Series) -> pl.Series:
        """Return for each place whether its row breaks a rule."""
        return pl.Series(self.broken[places.to_numpy()], dtype=pl.Boolean)

    def clean(self, frame: pl.DataFrame, at: str) -> pl.DataFrame:
        """Return the rows of `frame` whose raw row (place in the column `at`) breaks no rule."""
        broken = self.is_broken(frame[at])
        return frame.filter(~broken) if broken.any() else frame

    def aside(self, source: int) -> pl.Series:
        """Return a mask over the rows of a source: those that break a rule."""
        return pl.Series(self.broken[self.rows(source)], dtype=pl.Boolean)

    def of(self, source: int) -> dict[str, pl.Series]:
        """Return a mask over the rows of a source for each rule that touches it, in the order of rule names."""
        rows = self.rows(source)
        found = {rule: self._masks[rule][rows] for rule in sorted(self._masks)}
        return {rule: pl.Series(mask, dtype=pl.Boolean) for rule, mask in found.items() if mask.any()}

    def _mask(self, rule: str) -> np.ndarray:
        if rule not in self._masks:
            self._masks[rule] = np.zeros(self.total, dtype=np.bool_)
        return self._masks[rule]
