"""Secondary suppression: hide more cells until no hidden one can be got back from what is shown, and no more than that.

Relations are looked at one by one (`sujuva.publish.sums`) and all together (`sujuva.publish.joint`). Cells are hidden
one by one, and what was hidden early may be needless once others are; so at the end what protects nothing is shown
again.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sujuva.publish.joint import Verifier
from sujuva.publish.sums import Cells, Flags, Numbers, Relation, relation_intervals, relations_around, unprotected
from sujuva.publish.witnesses import Witnesses

_ROUNDS = 20


def tightened(cells: Cells, relations: Sequence[Relation], start: Flags | None = None) -> Cells:
    """Return `cells` with the ranges that remain when all that may be hidden is hidden: more cannot be asked for.

    What `start` has hidden already stays hidden.

    Two small counts that make up a small total, say, are each below it whatever is hidden.
    """
    bounds = replace(cells, low=cells.low.copy(), high=cells.high.copy())
    start = cells.secret if start is None else cells.secret | start
    most = cells.eligible | cells.primary | start
    waiting = [one for one in relations if any(cells.primary[cell] for cell in one.members)]
    around = relations_around(waiting)
    asked = set(range(len(waiting)))
    for _ in range(_ROUNDS):
        for number, relation in enumerate(waiting):
            if number not in asked:  # nothing changed there since
                continue
            asked.discard(number)
            total = relation.total
            kept = relation.keep_total and not (cells.primary[total] or start[total]) and bool(most[total])
            most[total] &= not kept
            for cell, (lowest, highest) in relation_intervals(bounds, most, relation).items():
                if lowest > bounds.low[cell] or highest < bounds.high[cell]:
                    bounds.low[cell], bounds.high[cell] = lowest, highest
                    asked.update(around[cell])
            most[total] |= kept
    return bounds


class _Hiding:
    """The state of one suppression: which cells are hidden and which relations that touches."""

    def __init__(self, cells: Cells, relations: Sequence[Relation], start: Flags) -> None:
        self.cells = cells
        self.relations = relations
        self.hidden = start.copy()
        self.around = relations_around(relations)
        self.equal: dict[int, list[int]] = {}
        for relation in relations:
            if len(relation.parts) == 1:
                self.equal.setdefault(relation.total, []).append(relation.parts[0])
                self.equal.setdefault(relation.parts[0], []).append(relation.total)

    def hide(self, cell: int) -> set[int]:
        """Hide `cell` and its followers; return the relations around what was shown until now."""
        new = [one for one in (cell, *self.cells.followers.get(cell, ())) if not self.hidden[one]]
        self.hidden[new] = True
        return {number for one in new for number in self.around.get(one, [])}

    def hide_smallest(self, numbers: Sequence[int]) -> set[int]:
        """Hide the smallest shown part of the relations `numbers`, then a total, then a 0; empty if none is left."""
        groups = [
            [cell for number in numbers for cell in self.relations[number].parts],
            [self.relations[number].total for number in numbers if not self.relations[number].keep_total],
        ]
        for zero in (False, True):
            for members in groups:
                free = [one for one in members if not self.hidden[one] and self.cells.eligible[one]]
                free = [one for one in free if (self.cells.values[one] == 0) == zero]
                if free:
                    return self.hide(min(free, key=lambda one: (self.cells.values[one], one)))
        return set()

    def settle(self, waiting: set[int]) -> None:
        """Hide cells, smallest first, until every relation on its own protects its primary cells."""
        queue = sorted(waiting)
        while queue:
            number = heapq.heappop(queue)
            waiting.discard(number)
            if unprotected(self.cells, self.hidden, self.relations[number]):
                for more in self.hide_smallest([number]) - waiting:
                    waiting.add(more)
                    heapq.heappush(queue, more)

    def rescue(self, cell: int) -> set[int]:
        """Hide one more cell near `cell`, or behind its hidden neighbours; empty if all is hidden there already.

        Cells that are known to be equal are one place: a count that stands in several tables is looked for in each.
        What tells a small count may stand several sums away (a bin of a year, by the share of the region, by those of
        the other regions), so the search goes on from hidden cell to hidden cell until there is something to hide.
        """
        near: set[int] = set()
        edge = set(self.around[cell])
        while edge:
            touched = self.hide_smallest(sorted(edge))
            if touched:
                return touched
            near |= edge
            known = self._same({one for number in edge for one in self.relations[number].members if self.hidden[one]})
            edge = {number for one in known for number in self.around[one]} - near
        return set()

    def _same(self, cells: set[int]) -> set[int]:
        """Return `cells` and the hidden cells that are equal to one of them."""
        found, edge = set(cells), cells
        while edge:
            edge = {two for one in edge for two in self.equal.get(one, ()) if self.hidden[two]} - found
            found |= edge
        return found


def protect(
    cells: Cells, relations: Sequence[Relation], *, start: Flags | None = None, again: Flags | None = None
) -> Flags:
    """Return which cells must be hidden, primary ones included.

    Relations are looked at one by one, and all together (linear programming).

    Args:
        cells: Counts and what the rule tells of each.
        relations: Which cells add up to which; a cell may stand in many.
        start: Cells that are hidden already.
        again: Cells that may be shown again where they turn out to protect nothing; default: those not in `start`.
    """
    start = cells.secret if start is None else cells.secret | start
    # Each sum is looked at by the rule alone, so that nothing is left over by plain subtraction, whatever else a reader
    # may deduce; all sums together, by what remains when all is hidden.
    state = _Hiding(cells, relations, start)
    cells = tightened(cells, relations, start)
    for cell in np.flatnonzero(cells.primary).tolist():
        state.hide(cell)
    waiting = {number for cell in np.flatnonzero(state.hidden).tolist() for number in state.around.get(cell, [])}
    verifier = Verifier(cells, relations)
    while True:
        state.settle(waiting)
        open_cells = verifier.exposed(state.hidden)
        waiting = set()
        for cell in open_cells:
            touched = state.rescue(cell)
            if not touched:  # what is left follows from the rule and the zeros, whatever is hidden
                verifier.give_up(cell)
            waiting |= touched
        if not open_cells:
            break
    again = ~start if again is None else again & ~cells.secret
    if not again.any():
        return state.hidden
    return revealed(state.cells, relations, verifier, hidden=state.hidden, again=again)


def revealed(cells: Cells, relations: Sequence[Relation], verifier: Verifier, *, hidden: Flags, again: Flags) -> Flags:
    """Return `hidden` without the cells that protect nothing: each of `again` is shown on trial, the largest first.

    A cell stays shown where every small count keeps the whole of its range. Of some small counts the rule, the zeros
    and the sums alone tell more than the rule does, whatever is hidden. They keep the range that they have while all
    is hidden; and in each sum alone they are guarded by the rule as before, since who does not deduce all that can be
    deduced must not find them by subtraction.
    """
    verifier, state = verifier.kept(hidden), hidden.copy()
    around = relations_around(relations)
    owners = {cell: owner for owner, behind in cells.followers.items() for cell in behind}
    fixed = ~again | cells.primary
    for block in verifier.blocks(hidden):
        free = block[~fixed[block]]
        if free.size:
            part = verifier.part(block)
            witnesses = Witnesses(part.cells, part.matrix, part.goals, ~fixed[block])
            trial = _Trial(cells, relations, around, owners, witnesses, state, block)
            trial.show(sorted(free.tolist(), key=lambda cell: (-cells.values[cell], cell)))
    return state


@dataclass(frozen=True)
class _Trial:
    """Showing again cells of one block: `owners` of followers, `witnesses` of the block, and the `state`, changed."""

    cells: Cells
    relations: Sequence[Relation]
    around: dict[int, list[int]]
    owners: dict[int, int]
    witnesses: Witnesses
    state: Flags
    block: Numbers

    def show(self, some: Sequence[int]) -> None:
        """Show of `some` what can be shown, the first first.

        All at once where that is safe, else one half after the other: the fewer are shown, the safer it is, so this
        ends as one by one would.
        """
        together = set(some)
        free = [
            cell
            for cell in some
            if cell not in self.owners or not self.state[self.owners[cell]] or self.owners[cell] in together
        ]
        if not free:
            return
        self.state[free] = False
        if not self._is_safe(free):
            self.state[free] = True
            if len(free) > 1:
                middle = len(free) // 2
                self.show(free[:middle])
                self.show(free[middle:])

    def _is_safe(self, shown: Sequence[int]) -> bool:
        touched = {number for cell in shown for number in self.around.get(cell, [])}
        if any(unprotected(self.cells, self.state, self.relations[number]) for number in touched):
            return False
        return self.witnesses.hold(self.state[self.block])
