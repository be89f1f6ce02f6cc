"""Unknown whole numbers and what is known of them: how little and how much each can be, by integer programmes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import bmat, csr_matrix, identity
from scipy.sparse.csgraph import connected_components

from sujuva.attack.finding import is_learned
from sujuva.errors import DisclosureError
from sujuva.programme import InfeasibleError, Programme

Floats = npt.NDArray[np.float64]
Key = Any
"""Anything hashable."""
NODES = 100_000
"""Most steps of an integer programme: a count of steps, as seconds would find other things on other machines."""
_NEAR = 1e-6
_FAR = 1e5


class ContradictionError(Exception):
    """No numbers are possible: an assumption of the intruder is wrong."""


class UndecidedError(DisclosureError):
    """An integer programme found neither whole numbers nor that there are none: nothing is known, so nothing passes."""

    def __init__(self) -> None:
        super().__init__(
            f"What the published numbers tell of a hidden count could not be found in {NODES} steps.",
            "Publish fewer groups, waves or regions, or report this as a bug.",
        )


@dataclass
class Counts:
    """Whole numbers between `low` and `high`, and weighted sums of them between ends.

    A key names a count; what is said of it twice must hold both.
    """

    number: dict[Key, int] = field(default_factory=dict)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)
    guessed: dict[int, tuple[float, float]] = field(default_factory=dict)

    def count(self, key: Key, low: float, high: float) -> None:
        """Say that the count `key` lies from `low` to `high`."""
        if key in self.number:
            place = self.number[key]
            self.low[place], self.high[place] = max(self.low[place], low), min(self.high[place], high)
        else:
            self.number[key] = len(self.low)
            self.low.append(low)
            self.high.append(high)

    def know(self, key: Key, exact: int) -> None:
        """Say what the count `key` is, whatever was said of it."""
        place = self.number[key]
        self.low[place] = self.high[place] = exact

    def guess(self, key: Key, low: float, high: float) -> None:
        """Guess that the count `key` lies from `low` to `high`.

        One that its own count contradicts is not made. Where guesses contradict the sums, the lower ends of all are
        given up first, then the upper ones.
        """
        self.guessed[self.number[key]] = low, high

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
        _, block = connected_components(abs(matrix.T) @ abs(matrix), directed=False)
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
            guesses = np.array([self.guessed.get(int(column), (0.0, np.inf)) for column in columns])
            guesses[(guesses[:, 1] < low) | (guesses[:, 0] > high)] = 0.0, np.inf
            guessed = np.maximum(low, guesses[:, 0]), np.minimum(high, guesses[:, 1])
            for least_of, most_of in (guessed, (low, guessed[1]), (low, high)):
                if (most_of < least_of).any():
                    continue
                part = _Block(matrix[lines][:, columns], ends[lines], least_of, most_of)
                try:
                    lowest = -part.reach(places, -np.clip(least_of[places], least - 1, most), -1.0)
                    left = np.flatnonzero((lowest >= least) & (lowest < most))
                    highest = part.reach(places[left], np.minimum(most_of[places[left]], most), 1.0)
                except (ContradictionError, InfeasibleError):
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
        """Return how far each count gets in the direction `sign` towards its aim: several at once, then one by one.

        A linear programme is enough where its point is whole, or where no whole point can be further than one that is
        known; where neither is so, an integer programme follows.
        """
        width, more = self.matrix.shape[1], len(places)
        programme = self._towards(places, aims, sign)
        reached = np.full(more, -np.inf)

        def note(point: Floats) -> None:
            whole = np.round(point[:width])
            if self._allows(whole):
                np.maximum(reached, np.minimum(sign * whole[places], aims), out=reached)

        def weights(chosen: npt.NDArray[np.bool_]) -> Floats:
            return np.concatenate([np.zeros(width), chosen.astype(np.float64)])

        left = np.ones(more, dtype=np.bool_)
        before = more + 1
        while 0 < left.sum() < before:
            before = int(left.sum())
            note(programme.highest(weights(left)))
            left = reached < aims - _NEAR
        for one in range(more):
            if reached[one] < aims[one] - _NEAR:
                point = programme.highest(weights(np.arange(more) == one))
                note(point)
                bound = float(np.floor(point[width + one] + _NEAR))
                if reached[one] < bound:
                    bound, point = self._furthest(int(places[one]), float(aims[one]), sign)
                    note(point)
                reached[one] = bound
        return reached

    def _towards(self, places: npt.NDArray[np.int64], aims: Floats, sign: float) -> Programme:
        """Return the counts as a linear programme, with a variable for how far each of some counts is to its aim."""
        width, more = self.matrix.shape[1], len(places)
        tie = csr_matrix((np.full(more, sign), (np.arange(more), places)), shape=(more, width))
        return Programme(
            bmat([[self.matrix, None], [tie, -identity(more)]], format="csr"),
            np.concatenate([self.ends[:, 0], np.zeros(more)]),
            np.concatenate([self.ends[:, 1], np.full(more, np.inf)]),
            np.concatenate([self.low, np.full(more, -np.inf)]),
            np.concatenate([self.high, aims]),
        )

    def _allows(self, point: Floats) -> bool:
        """Tell whether whole numbers are possible."""
        sums = self.matrix @ point
        near = _NEAR * np.maximum(1.0, np.abs(sums))
        inside = np.all((point >= self.low) & (point <= self.high))
        return bool(inside and np.all((sums >= self.ends[:, 0] - near) & (sums <= self.ends[:, 1] + near)))

    def _furthest(self, place: int, aim: float, sign: float) -> tuple[float, Floats]:
        """Return how far one count gets, and a point that shows it.

        What could not be shown to be possible is taken for impossible: then too much is found rather than too little.
        """
        width = self.matrix.shape[1]
        goal = np.zeros(width)
        goal[place] = -sign
        result = milp(
            goal,
            constraints=LinearConstraint(self.matrix, self.ends[:, 0], self.ends[:, 1]),
            integrality=np.ones(width, dtype=np.int64),
            bounds=Bounds(self.low, self.high),
            options={"node_limit": NODES, "mip_rel_gap": 0.0},
        )
        if result.status == 2:  # noqa: PLR2004 - SciPy's number for no solution
            raise ContradictionError
        if result.x is None:
            raise UndecidedError
        point = np.round(result.x)
        return min(aim, float(sign * point[place])), point
