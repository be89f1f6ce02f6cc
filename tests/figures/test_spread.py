"""Marks of a network that would stand on one another are moved apart."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from sujuva.figures.layouts.spread import spread


@pytest.mark.parametrize(("number", "inches"), [(2, 1.0), (20, 2.0), (54, 2.8), (54, 3.5)])
@pytest.mark.parametrize("seed", range(3))
def test_no_two_marks_are_closer_than_they_may_be(number, inches, seed):
    """Also where a third of them stand in one place, and none leaves the square."""
    random = np.random.default_rng(seed)
    x, y = random.normal(size=(2, number))
    x[: number // 3], y[: number // 3] = 0.0, 0.0
    moved = np.column_stack(spread(x, y, inches=inches, least=0.27))
    span = np.ptp(moved, axis=0).max()
    assert pdist(moved).min() * inches / span >= 0.27 * 0.97
    assert span == pytest.approx(max(np.ptp(x), np.ptp(y)))


def test_what_is_apart_stays_as_it_is():
    """The same arrays come back: a drawing that needs nothing is the same to the byte."""
    x, y = np.array([0.0, 1.0, 0.5]), np.array([0.0, 0.2, 1.0])
    told = spread(x, y, inches=3.0, least=0.27)
    assert told[0] is x
    assert told[1] is y


def test_neighbours_stay_neighbours():
    """Who was near the middle is not carried away: places tell who works with whom."""
    random = np.random.default_rng(7)
    x, y = random.normal(size=(2, 54))
    moved = np.column_stack(spread(x, y, inches=3.0, least=0.27))
    before, after = (pdist(one) for one in (np.column_stack([x, y]), moved))
    assert np.corrcoef(before, after)[0, 1] > 0.9
