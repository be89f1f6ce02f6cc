"""How far hidden counts can move away from the truth while every sum stays what it is.

A small count is open where a move brings it to the end of its range. Moves are looked for from the truth on, by linear
programming, and made as short as can be: most such programmes are then a few cells large, whatever they stand among.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import hstack

from sujuva.programme import Programme
from sujuva.publish.sums import Cells, Flags, Floats, Numbers

NEAR = 1e-6
_NOTHING = 1e-9
_FAR = 1e4
"""What a step towards an end is worth, in steps of other counts away from the truth."""


@dataclass(frozen=True)
class Proof:
    """An end is out of reach: by some prices of the sums, hidden `cells` are worth less than what is `needed`.

    Each of `cells` is worth up to `most` where it is hidden, and nothing where it is shown.
    """

    end: int
    cells: Numbers
    most: Floats
    needed: float

    def holds(self, hidden: Flags) -> bool:
        """Tell whether the end is out of reach where only `hidden` is hidden, too."""
        return float(self.most[hidden[self.cells]].sum()) < self.needed


class Moves:
    """Moves of the cells of some blocks.

    The ends of the ranges are numbered: of each cell the upper one, then of each cell the lower one.

    Args:
        cells: The cells, hidden until `allow` says which.
        matrix: A sparse matrix with a row for each relation and a column for each cell: parts count, totals count off.
        costs: What a step of each cell costs, 1 at most.
    """

    def __init__(self, cells: Cells, matrix: Any, costs: Floats | None = None) -> None:
        self.size = len(cells.values)
        # Each count is what it is, and so much more (in the first half) or less (in the second).
        self.room = np.concatenate([cells.high - cells.values, cells.values - cells.low])
        self.by_cell = matrix.T.tocsr()
        sums = np.zeros(matrix.shape[0])
        self.programme = Programme(
            hstack([matrix, -matrix], format="csr"), sums, sums, np.zeros(2 * self.size), self.room
        )
        self.costs = np.ones(2 * self.size) if costs is None else np.tile(costs, 2)
        self.bases: dict[int, Any] = {}

    def allow(self, hidden: Flags) -> None:
        """Let only `hidden` move."""
        self.programme.bound(np.zeros(2 * self.size), np.where(np.tile(hidden, 2), self.room, 0.0))

    def furthest(self, cell: int, sign: float) -> float:
        """Return how far one cell can move up (sign 1) or down (−1), within its range."""
        weights = np.zeros(2 * self.size)
        weights[cell], weights[cell + self.size] = sign, -sign
        return float(self._highest(weights, afresh=True)[cell])

    def towards(self, ends: Numbers) -> Floats:
        """Return how far each cell moves so that some ends come near, by a short way."""
        # From the truth: only the few ends are not where their weights would have them, which is soon mended.
        return self._highest(self._weights(ends, -self.costs), afresh=True)

    def reaching(self, end: int) -> Floats | None:
        """Return a move that reaches an end, or None where there is none."""
        one = np.array([end])
        # What was allowed may have changed since the end was last looked for, and not its weights: a few steps mend it.
        move = self._highest(self._weights(one, -self.costs), afresh=True, basis=self.bases.get(end))
        self.bases[end] = self.programme.basis()
        if end not in self.reached(move):
            # Is it out of reach, or was the way too long to be worth it?
            move = self._highest(self._weights(one, np.zeros(2 * self.size)))
        return move if end in self.reached(move) else None

    def _weights(self, ends: Numbers, others: Floats) -> Floats:
        weights = others.copy()
        weights[ends], weights[ends - self.size] = _FAR, -_FAR
        return weights

    def _highest(self, weights: Floats, *, afresh: bool = False, basis: Any = None) -> Floats:
        point = self.programme.highest(weights, afresh=afresh, basis=basis)
        apart = point[: self.size] - point[self.size :]
        return np.where(np.abs(apart) > NEAR, apart, 0.0)

    def reached(self, move: Floats) -> Numbers:
        """Return the ends that a move reaches."""
        cells = np.flatnonzero(move)
        ends = np.where(move[cells] > 0, cells, cells + self.size)
        return ends[np.abs(move[cells]) > self.room[ends] - NEAR]

    def also_reached(self, move: Floats) -> Numbers:
        """Return the ends that the same move reaches when it goes as far as it can, on its way or back."""
        cells = np.flatnonzero(move)
        found = []
        for way in (move[cells], -move[cells]):
            ends = np.where(way > 0, cells, cells + self.size)
            steps = self.room[ends] / np.abs(way)
            found.append(ends[steps <= steps.min(initial=np.inf) * (1 + _NOTHING)])
        return np.concatenate(found)

    def proof(self, end: int, hidden: Flags) -> Proof | None:
        """Return what proves that the end last looked for is out of reach; None where rounding leaves no proof.

        Whatever the prices are, no move brings more than the cells are worth at them.
        """
        for prices in (self.programme.prices() / _FAR, -self.programme.prices() / _FAR):
            worth = -np.asarray(self.by_cell @ prices)
            worth[end % self.size] += 1.0 if end < self.size else -1.0
            cells = np.flatnonzero(np.abs(worth) > _NOTHING)
            most = np.abs(worth[cells]) * self.room[np.where(worth[cells] > 0, cells, cells + self.size)]
            found = Proof(end, cells, most, float(self.room[end]) - NEAR)
            if found.holds(hidden):
                return found
        return None
