"""What moments leave possible, against every set of scores that there is."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest

from sujuva.attack import moments
from sujuva.attack.moments import State, counted
from sujuva.attack.shown import Grid, Shown
from tests.attack.made_up import published, score

THRESHOLD = 3


@pytest.mark.parametrize(("n", "top"), [(1, 3), (4, 2), (4, 5), (6, 4)])
@pytest.mark.parametrize("width", [0, 4, 10, None])
def test_counts_are_those_of_every_set_of_scores(n, top, width):
    """`width`: between what the squares are known to lie; None: they are free."""
    every = [(sum(one), sum(v * v for v in one), one) for one in combinations_with_replacement(range(top + 1), n)]
    sets = {frozenset({0}), frozenset({top}), frozenset({1}), frozenset(range(1, top))}
    narrowed = 0
    for total in range(n * top + 1):
        squares = sorted({q for s, q, _ in every if s == total})
        assert moments._extremes(n, total, top) == (squares[0], squares[-1])
        for low in squares[:: 1 if width is not None else len(squares)]:
            ends = (low, squares[-1] if width is None else low + width)
            state = State(n, total, ends, free=width is None)
            for members in sets:
                found = {
                    sum(v in members for v in one) for s, q, one in every if s == total and ends[0] <= q <= ends[1]
                }
                expected = (min(found), max(found)) if min(found) > 0 and max(found) < THRESHOLD else None
                assert counted(Grid(0, top, 1), [state], members, THRESHOLD) == expected
                narrowed += expected is not None
    assert narrowed, "there is something to learn"


def test_squares_between_those_that_there_are_tell_of_nobody():
    """Two scores of 0 to 8 with the sum 8 have the squares 32, 34, 40, 50 or 64."""
    ends = {(48, 52): None, (60, 66): (1, 1), (42, 48): None}

    for squares, expected in ends.items():
        assert counted(Grid(0, 8, 1), [State(2, 8, squares, free=False)], frozenset({0}), 2) == expected


def test_a_network_of_weighted_regions_is_weighted():
    """Of ten whole scores none has the mean 5.37, and many have 5.50."""
    network = score(estimate=5.5, n=10, region="network")
    oulu, tampere = (score(estimate=5.37, n=10, region=region) for region in ("oulu", "tampere"))
    whole = score(estimate=5.5, n=10, region="tampere")

    def equal(*rows):
        return moments.equal_weights(Shown(published(*rows, privacy={"rounding": 1})))

    assert equal(network, oulu, tampere) == set()
    assert equal(network, oulu, whole) == {"network", "tampere"}
    assert equal(network) == {"network"}
