from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sujuva.publish.shares import FLOORS, Share, coarse, with_shares
from sujuva.published import ABOVE, BELOW

SIZES = st.integers(1, 3000)
STEPS = st.sampled_from([1, 5])


@given(size=SIZES, threshold=st.integers(1, 12), step=STEPS)
def test_nobody_cannot_be_told_from_a_few(size, threshold, step):
    """One share alone never tells 0 from 1 … threshold − 1, nor everyone from almost everyone."""
    few = {coarse(count, size, threshold=threshold, step=step) for count in range(min(threshold, size + 1))}
    most = {coarse(size - count, size, threshold=threshold, step=step) for count in range(min(threshold, size + 1))}
    assert len(few) == 1
    assert len(most) == 1


@given(size=SIZES, part=st.fractions(0, 1), step=STEPS)
def test_the_truth_lies_in_its_class(size, part, step):
    count = int(part * size)
    share = coarse(count, size, threshold=5, step=step)
    if share.estimate is None:
        assert size * max(FLOORS) < 500
        return
    assert (
        Fraction(share.low) - Fraction(1, 10**9) <= Fraction(count, size) <= Fraction(share.high) + Fraction(1, 10**9)
    )
    assert share.least <= size <= share.most


@pytest.mark.parametrize(
    ("count", "size", "step", "told"),
    [
        (0, 1000, 1, (0.01, BELOW)),
        (9, 1000, 1, (0.01, BELOW)),
        (10, 1000, 1, (0.01, "")),
        (15, 1000, 1, (0.02, "")),
        (0, 200, 1, (0.05, BELOW)),
        (12, 200, 1, (0.06, "")),
        (199, 200, 1, (0.95, ABOVE)),
        (300, 400, 5, (0.75, "")),
        (311, 400, 5, (0.8, "")),
        (2, 24, 1, (None, "")),
    ],
)
def test_shares_read_as_worked_by_hand(count, size, step, told):
    share = coarse(count, size, threshold=5, step=step)
    assert (share.estimate, share.bound) == told


@pytest.mark.parametrize(
    ("size", "floor", "most"),
    [
        (24, None, None),
        (25, 20, 50.0),
        (49, 20, 50.0),
        (50, 10, 100.0),
        (99, 10, 100.0),
        (100, 5, 250.0),
        (249, 5, 250.0),
        (250, 2, 500.0),
        (499, 2, 500.0),
        (500, 1, float("inf")),
    ],
)
def test_the_first_class_is_the_narrowest_that_holds_every_few(size, floor, most):
    """Of 500 one per cent is five persons, of 250 two, of 100 five, of 50 ten, of 25 twenty."""
    below, above = (coarse(count, size, threshold=5) for count in (0, size))
    if floor is None:
        assert below == above == Share(None)
        return
    assert (below.estimate, below.low, below.high) == (floor / 100, 0.0, floor / 100)
    assert (above.estimate, above.low, above.high) == ((100 - floor) / 100, 1 - floor / 100, 1.0)
    assert (below.least, below.most) == (above.least, above.most) == (500 / floor, most)


def test_steps_of_five_have_only_classes_that_end_with_a_step():
    assert coarse(0, 1000, threshold=5, step=5).high == 0.05
    assert coarse(12, 1000, threshold=5, step=1).estimate == 0.01


@pytest.mark.parametrize(
    ("count", "step", "low", "high"),
    [(300, 1, 0.295, 0.305), (300, 5, 0.275, 0.325), (51, 5, 0.05, 0.075), (949, 5, 0.925, 0.95), (11, 1, 0.01, 0.015)],
)
def test_a_step_lies_around_its_middle_and_inside_the_outer_classes(count, step, low, high):
    share = coarse(count, 1000, threshold=5, step=step)
    assert (share.low, share.high) == (low, high)
    assert (share.least, share.most) == (25.0, float("inf"))  # twenty per cent of them are five


def test_rows_get_their_classes_in_order():
    frame = pl.DataFrame({"some": [0, 300, 1], "of": [500, 400, 4]})
    told, shares = with_shares(frame, "some", "of", lambda some, of: coarse(some, of, threshold=5, step=5))
    assert told.rows() == [(0, 500, 0.05, BELOW), (300, 400, 0.75, ""), (1, 4, None, "")]
    assert [one.estimate for one in shares] == [0.05, 0.75, None]
