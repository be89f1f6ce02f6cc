"""How little and how much a small count can be, by inequalities that are short enough to solve by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sujuva.errors import DisclosureError
from sujuva.publish.audit import Audit, Goal, Knowledge, Term, total_of


def test_terms_add_up_weight_by_weight():
    one, two = Term({0: 1.0, 1: 2.0}), Term({1: 3.0, 2: 5.0})
    assert one + two == {0: 1.0, 1: 5.0, 2: 5.0}
    assert one - two == {0: 1.0, 1: -1.0, 2: -5.0}
    assert one * 4 == {0: 4.0, 1: 8.0}
    assert total_of([one, two, one]) == {0: 2.0, 1: 7.0, 2: 5.0}
    assert total_of([]) == {}


def test_each_unknown_has_a_number_of_its_own_and_what_is_known_of_it():
    known = Knowledge()
    assert [known.unknown(), known.unknown(1, 4), known.unknown(high=9)] == [{0: 1.0}, {1: 1.0}, {2: 1.0}]
    assert known.low == [0.0, 1, 0.0]
    assert known.high == [np.inf, 4, 9]


def test_what_no_row_tells_is_known_whatever_is_hidden():
    known = Knowledge()
    one = known.unknown()
    known.between(one, high=3.0)
    known.between(one, low=2.0, by=0)
    assert known.ends == [(-np.inf, 3.0), (2.0, np.inf)]
    audit = Audit(known, [Goal(one, 1, 4)])
    for hidden, ends in (([], (2.0, 3.0)), ([0], (1.0, 3.0))):
        least, most = audit.ranges(hidden)
        assert (least[0], most[0]) == pytest.approx(ends)


def told(low: float, high: float) -> tuple[Knowledge, Term, Term]:
    """Five in all (row 0), of whom `low` to `high` are others (row 1)."""
    known = Knowledge()
    one, other = known.unknown(), known.unknown()
    known.between(one + other, 5.0, 5.0, by=0)
    known.between(other, low, high, by=1)
    return known, one, other


@pytest.mark.parametrize(
    ("others", "ends", "narrowed"),
    [
        ((0, 5), (1, 4), False),
        ((1, 4), (1, 4), False),
        ((2, 4), (1, 3), True),
        ((1, 3), (2, 4), True),
        ((2, 3), (2, 3), True),
        ((1.00001, 4), (1, 3.99999), True),
        ((1, 3.99999), (1.00001, 4), True),
    ],
)
def test_a_small_count_is_open_where_it_can_be_anything_from_one_to_four(others, ends, narrowed):
    known, one, _ = told(*others)
    audit = Audit(known, [Goal(one, 1, 4)])
    least, most = audit.ranges([])
    assert (least[0], most[0]) == pytest.approx(ends, abs=1e-7)
    assert audit.narrowed([]).tolist() == [narrowed]
    for hidden in ([0], [1], [0, 1]):
        assert audit.narrowed(hidden).tolist() == [False]
    assert audit.narrowed([]).tolist() == [narrowed]  # what is shown again is known again


def test_goals_that_cannot_reach_their_ends_together_are_tried_one_by_one():
    known = Knowledge()
    some = [known.unknown() for _ in range(3)]
    known.between(total_of(some), 6.0, 6.0, by=0)
    audit = Audit(known, [Goal(one, 1, 4) for one in some])
    least, most = audit.ranges([])
    assert least == pytest.approx([1] * 3)
    assert most == pytest.approx([4] * 3)
    known.between(some[0], 2.0, 3.0, by=1)
    known.between(some[2], high=3.5, by=2)
    audit = Audit(known, [Goal(one, 1, 4) for one in some])
    assert audit.ranges([])[0] == pytest.approx([2, 1, 1])
    assert audit.ranges([])[1] == pytest.approx([3, 4, 3.5])
    assert audit.narrowed([]).tolist() == [True, False, True]
    assert audit.narrowed([1]).tolist() == [False, False, True]
    assert audit.narrowed([2, 1]).tolist() == [False] * 3


def test_each_goal_has_ends_and_weights_of_its_own():
    known = Knowledge()
    one, two = known.unknown(2, 3), known.unknown(0, 7)
    audit = Audit(known, [Goal(one * 2 + two, 1, 99), Goal(two, 0, 9)])
    least, most = audit.ranges([])
    assert (least.tolist(), most.tolist()) == ([4, 0], [13, 7])


def test_a_share_is_between_its_ends_times_the_whole():
    known = Knowledge()
    part, whole = known.unknown(), known.unknown(20, 20)
    known.share(part, whole, 0.1, 0.15, by=0)
    assert known.told_by == [0, 0]
    audit = Audit(known, [Goal(part, 1, 4)])
    least, most = audit.ranges([])
    assert (least[0], most[0]) == pytest.approx((2, 3))
    assert not audit.narrowed([0]).any()


def test_without_small_counts_nothing_is_asked():
    audit = Audit(Knowledge(), [])
    assert audit.narrowed([]).tolist() == []
    assert [len(ends) for ends in audit.ranges([3])] == [0, 0]


def test_what_contradicts_itself_is_refused():
    known, one, _ = told(6, 9)
    with pytest.raises(DisclosureError):
        Audit(known, [Goal(one, 1, 4)]).ranges([])
