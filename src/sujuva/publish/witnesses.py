"""Points that show that small counts of one block stay open, kept while cells are shown again on trial.

Of each end of the range of each small count one point is known that reaches it, as near to the true counts as can be.
A point stays possible while cells are shown that stand at their true counts in it; so only the ends whose points are
broken are looked for again.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import hstack

from sujuva.programme import Programme
from sujuva.publish.sums import Cells, Flags, Numbers

_NEAR = 1e-6
_FAR = 1e4
"""What a step towards the end is worth, in steps of other counts away from the truth."""


class Witnesses:
    """Tells whether every small count of a block still reaches both ends of its range.

    Args:
        cells: The cells of the block.
        matrix: A sparse matrix with a row for each relation and a column for each cell: parts count, totals count off.
        goals: Which cells must stay open.
    """

    def __init__(self, cells: Cells, matrix: Any, goals: Flags) -> None:
        # Each count is what it is, and so much more (in the first half) or less (in the second).
        self.room = np.concatenate([cells.high - cells.values, cells.values - cells.low])
        self.matrix, self.by_cell = matrix, matrix.tocsc()
        self.size = len(cells.values)
        none, sums = np.zeros(2 * self.size), np.zeros(matrix.shape[0])
        self.programme = Programme(hstack([matrix, -matrix], format="csr"), sums, sums, none, none)
        ends = np.flatnonzero(np.tile(goals, 2) & (self.room > _NEAR)).tolist()
        self.moved: dict[int, Numbers | None] = dict.fromkeys(ends)  # the cells that differ; None: not known

    def hold(self, hidden: Flags) -> bool:
        """Tell whether every end can be reached where only `hidden` is hidden."""
        broken = [end for end, moved in self.moved.items() if moved is None or not hidden[moved].all()]
        if broken:
            self.programme.bound(np.zeros(2 * self.size), np.where(np.tile(hidden, 2), self.room, 0.0))
        found: dict[int, Numbers | None] = {}
        for end in broken:
            found[end] = self._reaching(end)
            if found[end] is None and not self._is_settled(end % self.size, hidden):
                # What failed once is likely to fail again: it is looked at first.
                self.moved = {end: self.moved[end], **self.moved}
                return False
        self.moved |= found
        return True

    def _reaching(self, end: int) -> Numbers | None:
        """Return which cells differ from the truth in a point that reaches an end, or None where there is none."""
        weights = np.full(2 * self.size, -1.0)
        for others in (weights, np.zeros(2 * self.size)):
            others[end], others[end - self.size] = _FAR, -_FAR
            point = self.programme.highest(others)
            apart = point - np.roll(point, self.size)
            if apart[end] > self.room[end] - _NEAR:
                return np.flatnonzero(np.abs(apart[: self.size]) > _NEAR)
        return None

    def _is_settled(self, cell: int, hidden: Flags) -> bool:
        """Tell whether a cell stands in no relation, or in one whose hidden cells stand in no other: settled apart."""
        rows = self._stands_in(cell)
        if rows.size > 1:
            return False
        members = self.matrix[rows].indices
        return all(self._stands_in(one).size == 1 for one in members[hidden[members]].tolist())

    def _stands_in(self, cell: int) -> Numbers:
        start, stop = self.by_cell.indptr[cell : cell + 2]
        return np.asarray(self.by_cell.indices[start:stop], dtype=np.int64)
