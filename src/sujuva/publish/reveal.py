"""The way back from secondary suppression: show again what need not be hidden.

Cells are hidden one by one, and what was hidden early may be needless once others are. So each is shown again on trial,
the largest first, and stays shown where every small count keeps the whole of its range; the checks are those of
`sujuva.publish.protect` and `sujuva.publish.joint`.

Of some small counts the rule, the zeros and the sums alone tell more than the rule does, whatever is hidden. They
keep the range that they have while all is hidden; and in each sum alone they are guarded by the rule as before, since
who does not deduce all that can be deduced must not find them by subtraction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sujuva.publish.joint import Numbers, Verifier
from sujuva.publish.protect import Cells, Flags, Relation, relations_around, unprotected


def revealed(cells: Cells, relations: Sequence[Relation], verifier: Verifier, *, hidden: Flags, again: Flags) -> Flags:
    """Return `hidden` without the cells that protect nothing.

    Args:
        cells: Counts and what the rule tells of each.
        relations: Which cells add up to which.
        verifier: Of the same, the ranges tightened to what remains when all is hidden.
        hidden: What is hidden, and suffices.
        again: What may be shown again.
    """
    verifier, state = verifier.kept(hidden), hidden.copy()
    around = relations_around(relations)
    owners = {cell: owner for owner, behind in cells.followers.items() for cell in behind}
    fixed = ~again | cells.primary
    for block in verifier.blocks(hidden):
        free = block[~fixed[block]]
        if free.size:
            trial = _Trial(cells, relations, around, owners, verifier.part(block), state, block)
            trial.show(sorted(free.tolist(), key=lambda cell: (-cells.values[cell], cell)))
    return state


@dataclass(frozen=True)
class _Trial:
    """Showing again cells of one block.

    Attributes:
        cells: Counts and what the rule tells of each.
        relations: Which cells add up to which.
        around: Numbers of the relations that each cell is in.
        owners: Of each follower, the cell that it goes with.
        part: A verifier of the block.
        state: What is hidden of all cells; changed in place.
        block: The hidden cells that hang together.
    """

    cells: Cells
    relations: Sequence[Relation]
    around: dict[int, list[int]]
    owners: dict[int, int]
    part: Verifier
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
        return not self.part.exposed(self.state[self.block], any_one=True)
