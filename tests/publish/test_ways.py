"""Moves of a few cells, what proves that there is none, and blocks of crossing sums: by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sujuva.publish import Cells, Relation
from sujuva.publish.joint import Verifier
from sujuva.publish.moves import Moves, Proof


def moves(*values: int, costs: list[float] | None = None) -> Moves:
    """Cells of one sum whose total is shown."""
    counts = [*values, sum(values)]
    cells = Cells.of_counts(counts, threshold=5)
    matrix = Verifier(cells, [Relation(len(values), tuple(range(len(values))))]).matrix
    made = Moves(cells, matrix, None if costs is None else np.array([*costs, 1.0]))
    made.allow(np.array([True] * len(values) + [False]))
    return made


UP, DOWN = 1.0, -1.0


@pytest.mark.parametrize(
    ("values", "up", "down"),
    [
        ((3, 2), 1.0, -2.0),  # from 1 to 4 both
        ((3, 3), 1.0, -1.0),  # the other is 4 at most
        ((2, 2), 1.0, -1.0),  # the other is 1 at least
        ((3, 20), 1.0, -2.0),
        ((20, 2), 1.0, -2.0),  # however large it may be: the other is 1 to 4
        ((20, 30), 25.0, -15.0),  # no less than 5 either
    ],
)
def test_a_cell_moves_as_far_as_its_own_range_and_that_of_the_others_let_it(values, up, down):
    made = moves(*values)
    assert made.furthest(0, UP) == pytest.approx(up)
    assert made.furthest(0, DOWN) == pytest.approx(down)
    assert made.furthest(0, UP) == pytest.approx(up)  # whatever was asked before


def test_only_what_is_hidden_moves():
    made = moves(3, 20, 2)
    made.allow(np.array([True, False, True, False]))
    assert (made.furthest(0, UP), made.furthest(0, DOWN)) == pytest.approx((1, -2))
    assert made.furthest(1, UP) == 0
    made.allow(np.array([True, False, False, False]))
    assert (made.furthest(0, UP), made.furthest(0, DOWN)) == (0, 0)


def test_an_end_is_reached_by_a_move_that_keeps_the_sum():
    made = moves(3, 2)
    for end, move in ((0, [1, -1, 0]), (3, [-2, 2, 0]), (1, [-2, 2, 0]), (4, [1, -1, 0])):
        found = made.reaching(end)
        assert found is not None
        assert found.tolist() == pytest.approx(move)
        assert end in made.reached(found)
    assert moves(3, 3).reaching(3) is None  # to 1: the other would be 5
    assert moves(2, 2).reaching(0) is None


def test_an_end_is_found_again_after_others_were_looked_for():
    made = moves(3, 3, 20)
    for hidden, move in (([0, 1], None), ([0, 1, 2], 2), ([0, 1], None), ([0, 2], 2), ([0], None)):
        made.allow(flags(*hidden, size=4))
        found = made.reaching(4)  # the first one down to 1
        if move is None:
            assert found is None
        else:
            assert found is not None
            assert found[0] == pytest.approx(-2)
            assert found[hidden[1:]].sum() == pytest.approx(move)


@pytest.mark.parametrize(
    ("values", "move", "ends", "also"),
    [
        # Numbers of ends: upper ones of each cell, then lower ones of each.
        ((3, 2), [1, -1, 0], {0, 4}, {0, 4, 3, 1}),  # and two back: to 1 and 4
        ((3, 2), [0.5, -0.5, 0], set(), {0, 4, 3, 1}),
        ((3, 3), [1, -1, 0], {0}, {0, 1}),  # back: the other gets to 4 first
        ((3, 3), [-1, 1, 0], {1}, {0, 1}),
        ((3, 20), [1, -1, 0], {0}, {0, 3}),
        ((2, 20), [-1, 1, 0], {3}, {0, 3}),
    ],
)
def test_ends_that_a_move_reaches_on_its_way_and_back(values, move, ends, also):
    made = moves(*values)
    assert set(made.reached(np.array(move, dtype=float)).tolist()) == ends
    assert set(made.also_reached(np.array(move, dtype=float)).tolist()) == also


def test_no_move_reaches_nothing():
    made = moves(3, 2)
    assert made.reached(np.zeros(3)).tolist() == made.also_reached(np.zeros(3)).tolist() == []


@pytest.mark.parametrize(("costs", "moved"), [([1, 1, 0.5], 2), ([1, 0.5, 1], 1)])
def test_the_way_is_that_which_costs_least(costs, moved):
    found = moves(3, 20, 20, costs=costs).towards(np.array([0]))
    assert found[0] == pytest.approx(1)
    assert np.flatnonzero(found).tolist() == [0, moved]
    assert found[moved] == pytest.approx(-1)
    down = moves(3, 20, 20, costs=costs).towards(np.array([4]))
    assert (down[0], down[moved]) == pytest.approx((-2, 2))


def test_several_ends_come_near_at_once():
    found = moves(3, 2, 40).towards(np.array([0, 1]))
    assert found.tolist() == pytest.approx([1, 2, -3, 0])
    found = moves(3, 2, 40).towards(np.array([4, 5]))
    assert found.tolist() == pytest.approx([-2, -1, 3, 0])


@pytest.mark.parametrize(
    ("values", "end", "room", "other"),
    [((3, 3), 3, 2.0, 1.0), ((2, 2), 0, 2.0, 1.0), ((4, 3), 3, 3.0, 1.0), ((1, 2), 0, 3.0, 1.0)],
)
def test_what_proves_an_end_out_of_reach_is_that_the_others_have_less_room_than_it_needs(values, end, room, other):
    made = moves(*values)
    hidden = np.array([True, True, False])
    assert made.reaching(end) is None
    proof = made.proof(end, hidden)
    assert proof is not None
    assert proof.end == end
    assert room - 1e-5 < proof.needed < room
    worth = dict(zip(proof.cells.tolist(), proof.most.tolist(), strict=True))
    assert worth[1] == pytest.approx(other)
    assert proof.holds(hidden)
    # Were the sum hidden too, and more than a small one, it would give room without end.
    assert proof.holds(np.array([True, True, True])) is (sum(values) < 5)


@pytest.mark.parametrize(("needed", "hidden", "holds"), [
    (3.0, [1, 0, 1], False), (3.1, [1, 0, 1], True), (2.9, [1, 0, 1], False), (2.1, [0, 1, 1], True),
    (2.0, [0, 0, 1], False), (1.1, [1, 1, 0], True), (0.1, [0, 1, 0], True),
])  # fmt: skip
def test_a_proof_holds_where_what_is_hidden_is_worth_less_than_is_needed(needed, hidden, holds):
    proof = Proof(0, np.array([0, 2]), np.array([1.0, 2.0]), needed)
    assert proof.holds(np.array(hidden, dtype=np.bool_)) is holds


# Two rows and two columns that add up, as [a, b, sum; c, d, sum; sums]: places 0 to 8.
CROSS = [Relation(2, (0, 1)), Relation(5, (3, 4)), Relation(8, (6, 7)),
         Relation(6, (0, 3)), Relation(7, (1, 4)), Relation(8, (2, 5))]  # fmt: skip


def table(a: int, b: int, c: int, d: int) -> Cells:
    return Cells.of_counts([a, b, a + b, c, d, c + d, a + c, b + d, a + b + c + d], threshold=5)


def flags(*places: int, size: int = 9) -> np.ndarray:
    return np.isin(np.arange(size), places)


def test_crossing_sums_expose_what_each_sum_alone_would_not():
    cells = table(2, 20, 30, 30)
    assert Verifier(cells, CROSS).exposed(flags(0, 1, 3, 4)) == []
    assert Verifier(cells, CROSS).exposed(flags(0, 1, 3)) == [0]
    assert Verifier(cells, CROSS).exposed(flags(0, 1, 3, 6)) == [0]
    assert Verifier(cells, CROSS).exposed(flags()) == []


def test_blocks_of_one_sum_are_left_to_others():
    assert Verifier(Cells.of_counts([3, 3, 6], threshold=5), [Relation(2, (0, 1))]).exposed(flags(0, 1, size=3)) == []
    twice = [Relation(2, (0, 1))] * 2
    assert Verifier(Cells.of_counts([3, 3, 6], threshold=5), twice).exposed(flags(0, 1, size=3)) == [0]
    assert Verifier(Cells.of_counts([3, 2, 5], threshold=5), twice).exposed(flags(0, 1, size=3)) == []


def test_a_small_block_loses_one_cell_at_a_time_upwards_and_one_downwards():
    twice = [Relation(2, (0, 1))] * 2
    low = Verifier(Cells.of_counts([2, 2, 4], threshold=5), twice)  # neither can be 4
    assert low.exposed(flags(0, 1, size=3)) == [0]
    # 4 + 1 + 1: the first cannot be 1 and the others not 4, but each the other way.
    both = Verifier(Cells.of_counts([4, 4, 1, 1, 10], threshold=5), [Relation(4, (0, 1, 2, 3))] * 2)
    assert both.exposed(flags(0, 1, 2, 3, size=5)) == []


def test_what_was_given_up_is_asked_no_more():
    verifier = Verifier(table(2, 20, 30, 30), CROSS)
    verifier.give_up(0)
    assert verifier.exposed(flags(0, 1, 3)) == []


def test_what_was_open_is_asked_again_where_less_is_hidden():
    verifier = Verifier(table(2, 20, 30, 30), CROSS)
    assert verifier.exposed(flags(0, 1, 3, 4)) == []
    assert verifier.exposed(flags(0, 1, 3)) == [0]
    assert verifier.exposed(flags(0, 1, 3, 4)) == []
    assert verifier.exposed(flags(0, 1, 3, 4, 2, 5)) == []


def test_bad_blocks_are_told_beside_each_other_in_the_order_of_cells():
    cells = Cells.of_counts([*table(30, 20, 30, 2).values, *table(2, 20, 30, 30).values], threshold=5)
    second = [Relation(one.total + 9, tuple(part + 9 for part in one.parts)) for one in CROSS]
    verifier = Verifier(cells, [*second, *CROSS])
    assert verifier.exposed(flags(1, 3, 4, 9, 10, 12, size=18)) == [4, 9]
    assert verifier.exposed(flags(0, 1, 3, 4, 9, 10, 12, size=18)) == [9]
    assert verifier.exposed(flags(0, 1, 3, 4, 9, 10, 12, 13, size=18)) == []
    blocks = verifier.blocks(flags(0, 1, 3, 4, 9, 10, 12, 17, size=18))
    assert [block.tolist() for block in blocks] == [[0, 1, 3, 4], [9, 10, 12], [17]]
    assert verifier.blocks(flags(size=18)) == [] or [len(one) for one in verifier.blocks(flags(size=18))] == [0]


def test_a_part_has_the_sums_of_its_members_alone():
    verifier = Verifier(table(2, 20, 30, 30), CROSS)
    verifier.give_up(0)
    part = verifier.part(np.array([0, 1, 3]))
    assert part.cells.values.tolist() == [2, 20, 30]
    assert part.goals.tolist() == [False, False, False]
    assert part.cells.primary.tolist() == [True, False, False]
    # The first row, the second row, the first column, the second column.
    assert sorted(part.matrix.toarray().tolist()) == [[0, 0, 1], [0, 1, 0], [1, 0, 1], [1, 1, 0]]


def test_what_was_given_up_is_held_to_what_it_can_still_be():
    # The corner is 1 to 4 by itself; the rest of its row is 21 to 22, so it is no more than 1 less and none more.
    cells = table(2, 20, 30, 30)
    high, low = cells.high.copy(), cells.low.copy()
    low[1], high[1] = 20.0, 21.0
    tight = Verifier(replace(cells, low=low, high=high), CROSS)
    hidden = flags(0, 1, 3, 4)
    assert tight.exposed(hidden) == [0]
    tight.give_up(0)
    kept = tight.kept(hidden)
    assert (kept.cells.low[0], kept.cells.high[0]) == (1.0, 2.0)
    assert (bool(kept.goals[0]), bool(tight.goals[0])) == (True, False)
    assert kept.exposed(hidden) == []
    assert (tight.cells.low[0], tight.cells.high[0]) == (1.0, 4.0)  # the first one is as it was
    assert kept.cells.low[1:].tolist() == low[1:].tolist()
    fewer = kept.exposed(flags(0, 1, 3))
    assert fewer == [0]  # who hides less exposes it again
