from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sujuva.publish.shares import FLOORS, coarse
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
