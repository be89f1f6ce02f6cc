"""Feasible intervals when relations cross: linear programming over the hidden cells of a block at once.

One programme brings many small counts of a block as near to the ends of their ranges as can be. Whichever gets there is
proven protected, and stays so while more is hidden; the rest are tried one by one. The answer does not depend on the
path the solver takes, only on whether an end can be reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import bmat, csc_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

from sujuva.publish.moves import NEAR, Moves
from sujuva.publish.sums import Cells, Flags, Numbers, Relation, signs

_PER_RESCUE = 60


class Verifier:
    """Finds primary cells that crossing relations, all of which a reader knows, give away."""

    def __init__(self, cells: Cells, relations: Sequence[Relation]) -> None:
        self.cells = cells
        self.goals = cells.primary.copy()
        self.seen = np.zeros_like(self.goals)
        self.reached = np.zeros(2 * len(self.goals), dtype=np.bool_)
        columns = [cell for relation in relations for cell in relation.members]
        entries = [sign for relation in relations for sign in signs(relation)]
        starts = np.cumsum([0, *(len(relation.members) for relation in relations)])
        self.matrix = csr_matrix(
            (entries, columns, starts), shape=(len(relations), len(cells.values)), dtype=np.float64
        )

    @cached_property
    def by_cell(self) -> Any:
        """The same matrix, of which columns are had at once."""
        return self.matrix.tocsc()

    def give_up(self, cell: int) -> None:
        """Ask no more of `cell`."""
        self.goals[cell] = False

    def kept(self, hidden: Flags) -> Verifier:
        """Return a verifier that asks of the cells that were given up their feasible intervals under `hidden`."""
        low, high = self.cells.low.copy(), self.cells.high.copy()
        given_up = self.cells.primary & ~self.goals
        for block in self.blocks(hidden):
            open_cells = np.flatnonzero(given_up[block])
            if not open_cells.size:
                continue
            part = self.part(block)
            moves = Moves(part.cells, part.matrix)
            for place in open_cells.tolist():
                for ends, sign in ((high, 1.0), (low, -1.0)):
                    end = float(self.cells.values[block[place]]) + moves.furthest(place, sign)
                    ends[block[place]] = round(end) if abs(end - round(end)) < NEAR else end
        same = copy(self)
        same.cells, same.goals = replace(self.cells, low=low, high=high), self.cells.primary.copy()
        same.reached = np.zeros_like(self.reached)
        return same

    def part(self, members: Numbers) -> Verifier:
        """Return a verifier of `members` alone, counted anew from 0; relations may join none to other hidden cells."""
        whole = self.cells
        names = ("values", "primary", "low", "high", "eligible", "secret")
        part = Verifier(Cells(**{name: getattr(whole, name)[members] for name in names}), ())
        columns = self.by_cell[:, members]
        rows, places = np.unique(columns.indices, return_inverse=True)
        shape = (rows.size, members.size)
        part.matrix = csr_matrix(csc_matrix((columns.data, places, columns.indptr), shape=shape))
        part.goals = self.goals[members]
        return part

    def blocks(self, hidden: Flags) -> list[Numbers]:
        """Return the hidden cells in blocks: those that relations join, directly or through others."""
        columns = np.flatnonzero(hidden).astype(np.int64)
        count, block = _blocks(self.matrix[:, columns])
        order = np.argsort(block, kind="stable")
        return np.split(columns[order], np.cumsum(np.bincount(block, minlength=count))[:-1])

    def exposed(self, hidden: Flags) -> list[int]:
        """Return primary cells whose joint feasible interval is narrower than their range, some of each bad block."""
        if (self.seen & ~hidden).any():
            self.reached[:] = False
        self.seen = hidden.copy()
        columns = np.flatnonzero(hidden).astype(np.int64)
        matrix = self.matrix[:, columns]
        matrix = matrix[np.flatnonzero(np.diff(matrix.indptr))]
        if not matrix.shape[0]:
            return []
        count, block = _blocks(matrix)
        row_block = block[matrix.indices[matrix.indptr[:-1]]]
        left = self.goals[columns] & ~(self.reached.reshape(2, -1)[:, columns]).all(axis=0)
        # A block of one relation was settled exactly before.
        todo = np.bincount(row_block, minlength=count) > 1
        todo &= np.bincount(block, weights=left, minlength=count) > 0
        places = np.flatnonzero(todo[block])
        order = places[np.argsort(block[places], kind="stable")]
        ends = np.cumsum(np.bincount(block[order], minlength=count)[todo])
        found = [cell for one in np.split(columns[order], ends[:-1]) if one.size for cell in self._unreached(one)]
        return sorted(found)

    def _unreached(self, block: Numbers) -> list[int]:
        """Return the first primary cells of a block that no move brings to the ends of their ranges.

        Large blocks may lose a few cells at a time, or they would be solved again for each.
        """
        part = self.part(block)
        moves = Moves(part.cells, part.matrix)
        ends = np.concatenate([block, block + len(self.goals)])
        reached = self.reached[ends] | (moves.room < NEAR)
        failed: set[int] = set()
        for half in (0, block.size):
            places = half + np.flatnonzero(part.goals)
            together = places[~reached[places]]
            while together.size:
                reached[moves.reached(moves.towards(together))] = True
                left = together[~reached[together]]
                together = left if left.size < together.size else left[:0]
            missed = 0
            for place in places.tolist():
                if reached[place] or missed > block.size // _PER_RESCUE:
                    continue
                move = moves.reaching(place)
                if move is None:
                    missed += 1
                    failed.add(int(block[place - half]))
                else:
                    reached[[place, *moves.also_reached(move)]] = True
        self.reached[ends] = reached
        return sorted(failed)


def _blocks(matrix: Any) -> tuple[int, Numbers]:
    """Return the number of blocks of columns that rows join, and the block of each column, the first column's first."""
    _, node = connected_components(csr_matrix(bmat([[None, matrix.T], [matrix, None]])), directed=False)
    block = node[: matrix.shape[1]].astype(np.int64)
    return int(block.max(initial=-1)) + 1, block
