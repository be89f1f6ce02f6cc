"""Feasible intervals when relations cross: linear programming over all hidden cells at once.

One programme maximises (then minimises) many cells together. Whichever reaches the end of its own range is
proven protected there; the rest are tried one by one, one from each independent block of cells in the same
run. The answer does not depend on the path the solver takes, only on whether an end can be reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from sujuva.programme import Programme
from sujuva.publish.sums import Cells, Flags, Floats, Numbers, Relation, signs

_NEAR = 1e-6
_PER_RESCUE = 60
_FEW = 3


class Verifier:
    """Finds primary cells that crossing relations, all of which a reader knows, give away."""

    def __init__(self, cells: Cells, relations: Sequence[Relation]) -> None:
        self.cells = cells
        self.goals = cells.primary.copy()
        self.proven: set[bytes] = set()
        columns = [cell for relation in relations for cell in relation.members]
        entries = [sign for relation in relations for sign in signs(relation)]
        starts = np.cumsum([0, *(len(relation.members) for relation in relations)])
        self.matrix = csr_matrix(
            (entries, columns, starts), shape=(len(relations), len(cells.values)), dtype=np.float64
        )

    @cached_property
    def programme(self) -> Programme:
        """All cells as unknowns, each what it is until it is hidden."""
        values = self.cells.values
        right = np.asarray(self.matrix @ values, dtype=np.float64)
        return Programme(self.matrix, right, right, values, values)

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
            every = np.arange(block.size)
            system = _System(part, every, np.zeros_like(every))
            for place in open_cells.tolist():
                only = (every == place).astype(np.float64)
                for ends, sign in ((high, 1.0), (low, -1.0)):
                    end = float(system.solve(sign * only)[place])
                    ends[block[place]] = round(end) if abs(end - round(end)) < _NEAR else end
        same = copy(self)
        same.cells, same.goals, same.proven = replace(self.cells, low=low, high=high), self.cells.primary.copy(), set()
        return same

    def part(self, members: Numbers) -> Verifier:
        """Return a verifier of `members` alone, counted anew from 0; relations may join none to other hidden cells."""
        whole = self.cells
        names = ("values", "primary", "low", "high", "eligible", "secret")
        part = Verifier(Cells(**{name: getattr(whole, name)[members] for name in names}), ())
        columns = self.matrix[:, members]
        part.matrix = columns[np.flatnonzero(np.diff(columns.indptr))]
        part.goals = self.goals[members]
        return part

    def blocks(self, hidden: Flags) -> list[Numbers]:
        """Return the hidden cells in blocks: those that relations join, directly or through others."""
        columns = np.flatnonzero(hidden).astype(np.int64)
        count, block = _blocks(self.matrix[:, columns])
        order = np.argsort(block, kind="stable")
        return np.split(columns[order], np.cumsum(np.bincount(block, minlength=count))[:-1])

    def exposed(self, hidden: Flags, *, any_one: bool = False) -> list[int]:
        """Return primary cells whose joint feasible interval is narrower than their range, some of each bad block.

        With `any_one`, one such cell is enough.
        """
        columns = np.flatnonzero(hidden).astype(np.int64)
        matrix = self.matrix[:, columns]
        matrix = matrix[np.flatnonzero(np.diff(matrix.indptr))]
        if not matrix.shape[0]:
            return []
        count, block = _blocks(matrix)
        row_block = block[matrix.indices[matrix.indptr[:-1]]]
        # A block of one relation was settled exactly before.
        todo = np.bincount(row_block, minlength=count) > 1
        todo &= np.bincount(block, weights=self.goals[columns], minlength=count) > 0
        names = {one: columns[block == one].tobytes() for one in np.flatnonzero(todo).tolist()}
        for one, name in names.items():
            todo[one] = name not in self.proven
        keep = todo[block]
        if not keep.any():
            return []
        system = _System(self, columns[keep], block[keep])
        failed = np.zeros_like(system.goals)
        for sign, goal in ((1.0, system.high), (-1.0, system.low)):
            failed |= system.unreached(sign, goal, any_one=any_one)
            if any_one and failed.any():  # others were not looked at
                return [int(cell) for cell in system.places[failed]]
        broken = set(system.block[failed].tolist())
        self.proven |= {name for one, name in names.items() if one not in broken}
        return [int(cell) for cell in system.places[failed]]


def _blocks(matrix: Any) -> tuple[int, Numbers]:
    """Return the number of blocks of columns that rows join, and the block of each column."""
    count, block = connected_components(abs(matrix.T) @ abs(matrix), directed=False)
    return count, block.astype(np.int64)


def first_of_each(block: Numbers, among: Flags) -> Flags:
    """Return flags with the first flagged cell of every block."""
    places = np.flatnonzero(among)
    _, first = np.unique(block[places], return_index=True)
    chosen = np.zeros_like(among)
    chosen[places[first]] = True
    return chosen


class _System:
    """Hidden cells as variables x, with A x = b and bounds from the rule; shown cells stay what they are."""

    def __init__(self, verifier: Verifier, places: Numbers, block: Numbers) -> None:
        cells = verifier.cells
        self.places, self.block = places, block
        self.low, self.high = cells.low[places], cells.high[places]
        # A few cells of many make a programme of their own: a solve takes as long as its programme is large.
        self.alone = _FEW * places.size < cells.values.size
        if self.alone:
            matrix = verifier.matrix[:, places]
            matrix = matrix[np.flatnonzero(np.diff(matrix.indptr))]
            right = np.asarray(matrix @ cells.values[places], dtype=np.float64)
            self.programme = Programme(matrix, right, right, self.low, self.high)
        else:
            self.programme = verifier.programme
            low, high = cells.values.copy(), cells.values.copy()
            low[places], high[places] = self.low, self.high
            self.programme.bound(low, high)
        self.goals = verifier.goals[places]
        # Large blocks may lose a few cells at a time, or they would be solved again for each.
        self.enough = 1 + np.bincount(block, minlength=int(block.max(initial=0)) + 1) // _PER_RESCUE

    def solve(self, weights: Floats) -> Floats:
        """Return a point that maximises the weighted sum of the cells."""
        if self.alone:
            return self.programme.highest(weights)
        every = np.zeros_like(self.programme.low)
        every[self.places] = weights
        return self.programme.highest(every)[self.places]

    def unreached(self, sign: float, goal: Floats, *, any_one: bool) -> Flags:
        """Return cells that no feasible point brings to their `goal` in direction `sign`, at least one a bad block.

        With `any_one`, the first one found.
        """
        left = self.goals.copy()
        failed = np.zeros_like(left)
        together = True
        while left.any():
            chosen = left if together else first_of_each(self.block, left)
            point = self.solve(np.where(chosen, sign, 0.0))
            reached = left & (np.abs(point - goal) < _NEAR)
            if not together:
                failed |= chosen & ~reached
                if any_one and failed.any():
                    return failed
                full = np.bincount(self.block[failed], minlength=len(self.enough)) >= self.enough
                left &= ~chosen & ~full[self.block]
            left &= ~reached
            together = together and bool(reached.any())
        return failed
