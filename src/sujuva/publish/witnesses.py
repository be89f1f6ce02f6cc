"""Moves that show that small counts of one block stay open, kept while cells are shown again on trial.

Of each end of the range of each small count one move is known that reaches it, as short as can be. It stays possible
while cells are shown that stand still in it; so only the ends whose moves are broken are looked for again. That an end
is out of reach is kept, too: it stays so in every trial that hides no more of what its proof counts.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sujuva.errors import DisclosureError
from sujuva.publish.moves import NEAR, Moves, Proof
from sujuva.publish.sums import Cells, Flags, Floats

_STAYS = 0.01
"""What a step of a cell that stays hidden costs beside one of a cell that may be shown, and would break the move."""


class Witnesses:
    """Tells whether every small count of a block still reaches both ends of its range.

    Args:
        cells: The cells of the block, all of them hidden.
        matrix: A sparse matrix with a row for each relation and a column for each cell: parts count, totals count off.
        goals: Which cells must stay open.
        free: Which cells may be shown, and no others.
    """

    def __init__(self, cells: Cells, matrix: Any, goals: Flags, free: Flags) -> None:
        self.by_row, self.by_cell = matrix.tocsr(), matrix.tocsc()
        self.stands_in = np.diff(self.by_cell.indptr)
        self.size = len(cells.values)
        self.moves = Moves(cells, matrix, np.where(free, 1.0, _STAYS))
        self.hidden = np.ones(self.size, dtype=np.bool_)
        self.unknown = set(np.flatnonzero(np.tile(goals, 2) & (self.moves.room > NEAR)).tolist())
        self.free = free
        self.moved: dict[int, list[int]] = {}  # by end, the free cells that its move moves
        self.moving: dict[int, set[int]] = {}  # by free cell, the ends whose moves move it
        self.proofs: list[Proof] = []

    def hold(self, hidden: Flags) -> bool:
        """Tell whether every end can be reached where only `hidden` is hidden, no more than when that last was so."""
        for known in self.proofs:
            if known.holds(hidden) and not self._is_settled(known.end % self.size, hidden):
                return False
        if (self.hidden & ~hidden & ~self.free).any():
            msg = "A cell was shown that was to stay hidden."
            raise DisclosureError(msg, "Report this as a bug.")
        shown = np.flatnonzero(self.hidden & ~hidden).tolist()
        broken = self.unknown.union(*(self.moving.get(cell, ()) for cell in shown))
        left = {end for end in broken if not self._is_settled(end % self.size, hidden)}
        self.moves.allow(hidden)
        for end in sorted(left):
            if end in left:
                move = self.moves.reaching(end)
                if move is None:
                    proof = self.moves.proof(end, hidden)
                    self.proofs += [] if proof is None else [proof]
                    return False
                found = left.intersection([end, *self.moves.also_reached(move).tolist()])
                self._keep(found, move)
                left -= found
        for end in set().union(*(self.moving.get(cell, ()) for cell in shown)):
            self._forget(end)
        self.hidden = hidden.copy()
        return True

    def _keep(self, ends: set[int], move: Floats) -> None:
        """Keep a move for the ends that it reaches: where the trial fails, more is hidden, and it is possible, too."""
        moved = np.flatnonzero((move != 0) & self.free).tolist()
        for end in ends:
            self._forget(end)
            self.unknown.discard(end)
            self.moved[end] = moved
            for cell in moved:
                self.moving.setdefault(cell, set()).add(end)

    def _forget(self, end: int) -> None:
        for cell in self.moved.pop(end, ()):
            self.moving[cell].discard(end)
        self.unknown.add(end)

    def _is_settled(self, cell: int, hidden: Flags) -> bool:
        """Tell whether a cell stands in no relation, or in one whose hidden cells stand in no other: settled apart."""
        if self.stands_in[cell] != 1:
            return bool(self.stands_in[cell] == 0)
        row = self.by_cell.indices[self.by_cell.indptr[cell]]
        members = self.by_row.indices[self.by_row.indptr[row] : self.by_row.indptr[row + 1]]
        return bool((self.stands_in[members[hidden[members]]] == 1).all())
