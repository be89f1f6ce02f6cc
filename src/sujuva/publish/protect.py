"""Secondary suppression: hide more cells until no hidden one can be got back from what is shown.

A *relation* says that some cells add up to another: regions to the network, girls and boys to all, the bins of
a distribution to its n. Who reads the tables knows the relations, every shown cell and the rule itself (a
hidden small count lies in its own range, any other hidden count does not). From that a hidden cell has a
*feasible interval*. A primary cell is protected when this interval is still the whole range of the rule:
what is shown then adds nothing to what the rule alone tells (worked case: tests/publish/test_protect.py).

Intervals are computed from exact counts although only rounded ones are shown, which is on the safe side.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
_ROUNDS = 20


@dataclass(frozen=True)
class Relation:
    """Cells `parts` add up to cell `total` (positions in the table of cells), up to a residual that is known.

    Attributes:
        total: The sum.
        parts: What is added up.
        keep_total: The total is worth more to readers than its parts and is not hidden for their sake.
    """

    total: int
    parts: tuple[int, ...]
    keep_total: bool = False

    @property
    def members(self) -> tuple[int, ...]:
        """Every cell of the relation, the total last."""
        return (*self.parts, self.total)


@dataclass(frozen=True)
class Cells:
    """Counts with what a reader knows of each if it is hidden. All arrays have one entry a cell.

    Attributes:
        values: The true counts.
        primary: Whether the rule hides the cell by itself.
        low: Lower end of what the rule tells of the cell once hidden.
        high: Upper end of the same.
        eligible: Cells that may be hidden for the sake of others.
        secret: Cells that are never published and need no protection: persons whose group is unknown.
        followers: Cells that go with another: hiding the n of a group hides its shares and bins.
    """

    values: Floats
    primary: Flags
    low: Floats
    high: Floats
    eligible: Flags
    secret: Flags
    followers: dict[int, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def of_counts(cls, values: Sequence[int], *, threshold: int) -> Cells:
        """Build cells of plain counts: 1 … `threshold` − 1 is primary, 0 is shown."""
        counts = np.asarray(values, dtype=np.float64)
        primary = (counts >= 1) & (counts < threshold)
        return cls(
            values=counts,
            primary=primary,
            low=np.where(primary, 1.0, np.where(counts >= threshold, threshold, 0)).astype(np.float64),
            high=np.where(primary, threshold - 1.0, np.inf),
            eligible=counts >= threshold,
            secret=np.zeros(len(counts), dtype=np.bool_),
        )


def signs(relation: Relation) -> Floats:
    """Return +1 for each part and −1 for the total: the signed sum of the members is constant."""
    return np.array([1.0] * len(relation.parts) + [-1.0])


def relation_intervals(cells: Cells, hidden: Flags, relation: Relation) -> dict[int, tuple[float, float]]:
    """Return the feasible interval of each hidden member, from this relation and the rule alone.

    Args:
        cells: The cells.
        hidden: Which of them are not shown.
        relation: The relation to look through.
    """
    mine = [(cell, sign) for cell, sign in zip(relation.members, signs(relation).tolist(), strict=True) if hidden[cell]]
    constant = sum(sign * float(cells.values[cell]) for cell, sign in mine)
    spans = []
    for cell, sign in mine:
        low, high = float(cells.low[cell]), float(cells.high[cell])
        spans.append((low, high) if sign > 0 else (-high, -low))
    found: dict[int, tuple[float, float]] = {}
    for place, (cell, sign) in enumerate(mine):
        others = spans[:place] + spans[place + 1 :]
        ends = (constant - sum(high for _, high in others), constant - sum(low for low, _ in others))
        low, high = ends if sign > 0 else (-ends[1], -ends[0])
        found[cell] = (max(low, float(cells.low[cell])), min(high, float(cells.high[cell])))
    return found


def unprotected(cells: Cells, hidden: Flags, relation: Relation) -> list[int]:
    """Return the primary cells of `relation` whose feasible interval is narrower than the rule's range."""
    if not any(cells.primary[cell] for cell in relation.members):
        return []
    return [
        cell
        for cell, (low, high) in relation_intervals(cells, hidden, relation).items()
        if cells.primary[cell] and (low > cells.low[cell] or high < cells.high[cell])
    ]


def tightened(cells: Cells, relations: Sequence[Relation], start: Flags | None = None) -> Cells:
    """Return `cells` with the ranges that remain when all that may be hidden is hidden: more cannot be asked for.

    What `start` has hidden already stays hidden.

    Two small counts that make up a small total, say, are each below it whatever is hidden.
    """
    bounds = replace(cells, low=cells.low.copy(), high=cells.high.copy())
    start = cells.secret if start is None else cells.secret | start
    most = cells.eligible | cells.primary | start
    waiting = [one for one in relations if any(cells.primary[cell] for cell in one.members)]
    for _ in range(_ROUNDS):
        changed = False
        for relation in waiting:
            total = relation.total
            kept = relation.keep_total and not (cells.primary[total] or start[total]) and bool(most[total])
            most[total] &= not kept
            for cell, (lowest, highest) in relation_intervals(bounds, most, relation).items():
                if lowest > bounds.low[cell] or highest < bounds.high[cell]:
                    bounds.low[cell], bounds.high[cell], changed = lowest, highest, True
            most[total] |= kept
        if not changed:
            break
    return bounds


def relations_around(relations: Sequence[Relation]) -> dict[int, list[int]]:
    """Return the numbers of the relations that each cell is in."""
    around: dict[int, list[int]] = {}
    for number, relation in enumerate(relations):
        for cell in relation.members:
            around.setdefault(cell, []).append(number)
    return around


class _Hiding:
    """The state of one suppression: which cells are hidden and which relations that touches."""

    def __init__(self, cells: Cells, relations: Sequence[Relation], start: Flags) -> None:
        self.cells = cells
        self.relations = relations
        self.hidden = start.copy()
        self.around = relations_around(relations)

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
        near = set(self.around[cell])
        while True:
            touched = self.hide_smallest(sorted(near))
            if touched:
                return touched
            known = self._same({one for number in near for one in self.relations[number].members if self.hidden[one]})
            wider = {number for one in known for number in self.around[one]}
            if wider <= near:
                return set()
            near |= wider

    def _same(self, cells: set[int]) -> set[int]:
        """Return `cells` and the hidden cells that are equal to one of them."""
        found, edge = set(cells), cells
        while edge:
            equal = {number for one in edge for number in self.around[one] if len(self.relations[number].parts) == 1}
            edge = {one for number in equal for one in self.relations[number].members if self.hidden[one]} - found
            found |= edge
        return found


def protect(
    cells: Cells,
    relations: Sequence[Relation],
    *,
    start: Flags | None = None,
    again: Flags | None = None,
) -> Flags:
    """Return which cells must be hidden, primary ones included.

    Relations are looked at one by one, and all together (linear programming).

    Args:
        cells: Counts and what the rule tells of each.
        relations: Which cells add up to which; a cell may stand in many.
        start: Cells that are hidden already.
        again: Cells that may be shown again where they turn out to protect nothing; default: those not in `start`.
    """
    # scipy is only needed when relations cross.
    from sujuva.publish.joint import Verifier  # noqa: PLC0415
    from sujuva.publish.reveal import revealed  # noqa: PLC0415

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
