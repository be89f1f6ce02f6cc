"""Unknown whole numbers and what is known of them: how little and how much each can be, by integer programmes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from sujuva.attack.finding import is_learned

Floats = npt.NDArray[np.float64]
Key = Any
"""Anything hashable."""
_SECONDS = 5.0
_NEAR = 1e-6
_FAR = 1e5


class ContradictionError(Exception):
    """No numbers are possible: an assumption of the intruder is wrong."""


@dataclass
class Counts:
    """Whole numbers between `low` and `high`, and weighted sums of them between ends.

    A key names a count; what is said of it twice must hold both.
    """

    number: dict[Key, int] = field(default_factory=dict)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)
    guessed: dict[int, float] = field(default_factory=dict)

    def count(self, key: Key, low: float, high: float) -> None:
        """Say that the count `key` lies from `low` to `high`."""
        if key in self.number:
            place = self.number[key]
            self.low[place], self.high[place] = max(self.low[place], low), min(self.high[place], high)
        else:
            self.number[key] = len(self.low)
            self.low.append(low)
            self.high.append(high)

    def guess(self, key: Key, high: float) -> None:
        """Guess that the count `key` is no more than `high`: given up where it contradicts what is known."""
        self.guessed[self.number[key]] = high

    def between(self, weights: Mapping[Key, float], low: float, high: float) -> None:
        """Say that a weighted sum of counts lies from `low` to `high`."""
        self.rows.append(({self.number[key]: weight for key, weight in weights.items()}, low, high))

    def adds_up(self, total: Key, parts: Iterable[Key], *, rest: bool = False) -> None:
        """Say that `parts` add up to `total`, or with `rest` to no more than that."""
        self.between({total: 1.0, **dict.fromkeys(parts, -1.0)}, 0.0, np.inf if rest else 0.0)

    def ranges(self, keys: Sequence[Key], most: int, *, least: int = 0) -> dict[Key, tuple[int, int]]:
        """Return how little and how much each of `keys` can be; `most` stands for that and more.

        Counts that can be less than `least`, or must be `most` or more, are left out, which saves looking further.
        Where guesses contradict what is known they are given up; where the rest does, nothing is returned.
        """
        matrix = csr_matrix(
            (
                [weight for row, _, _ in self.rows for weight in row.values()],
                (
                    [place for place, (row, _, _) in enumerate(self.rows) for _ in row],
                    [column for row, _, _ in self.rows for column in row],
                ),
            ),
            shape=(len(self.rows), len(self.low)),
        )
        _, block = connected_components(matrix.T @ matrix, directed=False)
        found: dict[Key, tuple[int, int]] = {}
        ends = np.array([(low, high) for _, low, high in self.rows], dtype=np.float64).reshape(-1, 2)
        for one in sorted({int(block[self.number[key]]) for key in keys}):
            columns = np.flatnonzero(block == one)
            lines = np.flatnonzero(np.diff(matrix[:, columns].tocsr().indptr))
            mine = [key for key in keys if block[self.number[key]] == one]
            places = np.searchsorted(columns, [self.number[key] for key in mine])
            low, high = np.array(self.low)[columns], np.array(self.high)[columns]
            # Nothing is ten times the largest count that is published; ends far away are hard on the solver.
            known = np.concatenate([low, high[high < _FAR]])
            high = np.minimum(high, 10 * max(float(known.max(initial=0.0)), 100.0))
            guessed = np.minimum(high, [self.guessed.get(int(column), np.inf) for column in columns])
            for most_of in (guessed, high):
                if (most_of < low).any():
                    continue
                part = _Block(matrix[lines][:, columns], ends[lines], low, most_of)
                try:
                    lowest = -part.reach(places, -np.clip(low[places], least - 1, most), -1.0)
                    left = np.flatnonzero((lowest >= least) & (lowest < most))
                    highest = part.reach(places[left], np.minimum(most_of[places[left]], most), 1.0)
                except ContradictionError:
                    continue
                found |= {mine[at]: (round(lowest[at]), round(end)) for at, end in zip(left, highest, strict=True)}
                break
        return found


def learned(known: Counts, keys: Sequence[Key], threshold: int) -> dict[Key, tuple[int, int]]:
    """Return which of `keys` are surely small counts, and narrower than marks, zeros and the rule alone tell."""
    found = known.ranges(keys, threshold, least=1)
    small = {key: span for key, span in found.items() if is_learned(*span, threshold)}
    if not small:
        return {}
    # Without any shown count: of each that is large enough it is known that it is.
    low = [min(end, float(threshold)) for end in known.low]
    high = [end if end < threshold else np.inf for end in known.high]
    alone = replace(known, low=low, high=high).ranges(list(small), threshold, least=1)
    return {key: span for key, span in small.items() if alone.get(key) != span}


@dataclass
class _Block:
    """Counts that hang together: rows of a matrix with their ends, and the ends of the counts."""

    matrix: csr_matrix
    ends: Floats
    low: Floats
    high: Floats

    def reach(self, places: npt.NDArray[np.int64], aims: Floats, sign: float) -> Floats:
        """Return how far each count gets in the direction `sign` towards its aim: several at once, then one by one."""
        reached = np.full(len(places), -np.inf)
        left = list(range(len(places)))
        while left:
            done = self._solve(places[left], aims[left], sign)
            reached[left] = np.maximum(reached[left], done)
            rest = [one for one in left if reached[one] < aims[one] - _NEAR]
            if len(rest) == len(left):
                break
            left = rest
        for one in left:
            if reached[one] < aims[one] - _NEAR:
                bound, point = self._furthest(int(places[one]), float(aims[one]), sign)
                reached = np.maximum(reached, np.minimum(sign * point[places], aims))
                reached[one] = bound
        return reached

    def _solve(self, places: npt.NDArray[np.int64], aims: Floats, sign: float) -> Floats:
        """Return where some counts stand when together they get as far as they can."""
        width, more = self.matrix.shape[1], len(places)
        rows = np.arange(more)
        tie = csr_matrix((np.full(more, sign), (rows, places)), shape=(more, width))
        result = milp(
            np.concatenate([np.zeros(width), -np.ones(more)]),
            constraints=[*self._known(more), LinearConstraint(_tied(tie), 0.0, np.inf)],
            integrality=np.repeat([1, 0], [width, more]),
            bounds=Bounds(np.concatenate([self.low, np.full(more, -1e7)]), np.concatenate([self.high, aims])),
            options={"time_limit": _SECONDS},
        )
        if result.status == 2:  # noqa: PLR2004 - SciPy's number for no solution
            raise ContradictionError
        return np.full(more, -np.inf) if result.x is None else np.minimum(sign * np.round(result.x[places]), aims)

    def _furthest(self, place: int, aim: float, sign: float) -> tuple[float, Floats]:
        """Return how far one count gets (the proven bound where time ran out), and a point that shows it."""
        width = self.matrix.shape[1]
        goal = np.zeros(width)
        goal[place] = -sign
        result = milp(
            goal,
            constraints=self._known(),
            integrality=np.ones(width, dtype=np.int64),
            bounds=Bounds(self.low, self.high),
            options={"time_limit": _SECONDS},
        )
        if result.status == 2:  # noqa: PLR2004
            raise ContradictionError
        bound = result.fun if result.status == 0 else result.mip_dual_bound
        point = np.full(width, -sign * np.inf) if result.x is None else np.round(result.x)
        return aim if bound is None else min(aim, float(np.floor(-bound + _NEAR))), point

    def _known(self, more: int = 0) -> list[LinearConstraint]:
        """Return the rows, with room for some variables beside the counts."""
        height, width = self.matrix.shape
        wider = csr_matrix((self.matrix.data, self.matrix.indices, self.matrix.indptr), shape=(height, width + more))
        return [LinearConstraint(wider, self.ends[:, 0], self.ends[:, 1])] if height else []


def _tied(tie: csr_matrix) -> csr_matrix:
    """Return rows: a count (in its direction) less the variable that stands for how far it is towards its aim."""
    more, width = tie.shape
    columns = np.column_stack([tie.indices, width + np.arange(more)]).ravel()
    weights = np.column_stack([tie.data, -np.ones(more)]).ravel()
    return csr_matrix((weights, columns, np.arange(0, 2 * more + 1, 2)), shape=(more, width + more))
