"""Feasible intervals when relations cross: linear programming over all hidden cells at once.

One programme maximises (then minimises) many cells together. Whichever reaches the end of its own range is
proven protected there; the rest are tried one by one, one from each independent block of cells in the same
run. The answer does not depend on the path the solver takes, only on whether an end can be reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from sujuva.errors import DisclosureError
from sujuva.publish.protect import Cells, Flags, Floats, Relation, signs

_NEAR = 1e-6
_PER_RESCUE = 60
Numbers = npt.NDArray[np.int64]


class Verifier:
    """Finds primary cells that crossing relations give away.

    Args:
        cells: The cells.
        relations: All relations that a reader knows.
    """

    def __init__(self, cells: Cells, relations: Sequence[Relation]) -> None:
        self.cells = cells
        self.goals = cells.primary.copy()
        self.proven: set[bytes] = set()
        rows: list[int] = []
        columns: list[int] = []
        entries: list[float] = []
        for number, relation in enumerate(relations):
            rows += [number] * len(relation.members)
            columns += relation.members
            entries += signs(relation).tolist()
        self.matrix = csr_matrix((entries, (rows, columns)), shape=(len(relations), len(cells.values)))

    def give_up(self, cell: int) -> None:
        """Ask no more of `cell`."""
        self.goals[cell] = False

    def exposed(self, hidden: Flags) -> list[int]:
        """Return primary cells whose joint feasible interval is narrower than their range, some of each bad block.

        Args:
            hidden: Which cells are not shown.
        """
        columns = np.flatnonzero(hidden).astype(np.int64)
        matrix = self.matrix[:, columns]
        matrix = matrix[np.flatnonzero(np.diff(matrix.indptr))]
        if not matrix.shape[0]:
            return []
        count, block = connected_components(abs(matrix.T) @ abs(matrix), directed=False)
        block = block.astype(np.int64)
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
        system = _System(
            self.cells,
            self.goals,
            columns[keep],
            block[keep].astype(np.int64),
            matrix[np.flatnonzero(todo[row_block])][:, keep],
        )
        failed = system.unreached(1.0, system.high) | system.unreached(-1.0, system.low)
        broken = set(system.block[failed].tolist())
        self.proven |= {name for one, name in names.items() if one not in broken}
        return [int(cell) for cell in system.cells[failed]]


def first_of_each(block: Numbers, among: Flags) -> Flags:
    """Return flags with the first flagged cell of every block."""
    places = np.flatnonzero(among)
    _, first = np.unique(block[places], return_index=True)
    chosen = np.zeros_like(among)
    chosen[places[first]] = True
    return chosen


class _System:
    """Hidden cells as variables x, with A x = b and bounds from the rule."""

    def __init__(self, cells: Cells, goals: Flags, places: Numbers, block: Numbers, matrix: Any) -> None:
        self.cells, self.block, self.matrix = places, block, matrix
        self.low, self.high = cells.low[places], cells.high[places]
        self.right = matrix @ cells.values[places]
        self.goals = goals[places]
        # Large blocks may lose a few cells at a time, or they would be solved again for each.
        self.enough = 1 + np.bincount(block, minlength=int(block.max(initial=0)) + 1) // _PER_RESCUE

    def solve(self, weights: Floats) -> Floats:
        """Return a point that maximises the weighted sum of the cells.

        Raises:
            DisclosureError: The solver gave up.
        """
        answer = linprog(
            -weights,
            A_eq=self.matrix,
            b_eq=self.right,
            bounds=list(zip(self.low.tolist(), self.high.tolist(), strict=True)),
            method="highs-ds",
        )
        if answer.status != 0:
            msg = f"Secondary suppression: the intervals of hidden cells could not be computed ({answer.message})."
            raise DisclosureError(msg, "Publish fewer groups, or report this as a bug.")
        return np.asarray(answer.x, dtype=np.float64)

    def unreached(self, sign: float, goal: Floats) -> Flags:
        """Return cells that no feasible point brings to their `goal` in direction `sign`, at least one a bad block."""
        left = self.goals.copy()
        failed = np.zeros_like(left)
        together = True
        while left.any():
            chosen = left if together else first_of_each(self.block, left)
            point = self.solve(np.where(chosen, sign, 0.0))
            reached = left & (np.abs(point - goal) < _NEAR)
            if not together:
                failed |= chosen & ~reached
                full = np.bincount(self.block[failed], minlength=len(self.enough)) >= self.enough
                left &= ~chosen & ~full[self.block]
            left &= ~reached
            together = together and bool(reached.any())
        return failed
