"""Sums and what one of them tells of a hidden count: by hand, end by end."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from sujuva.publish.protect import protect, tightened
from sujuva.publish.sums import Cells, Relation, related, relation_intervals, relations_around, sums_within, unprotected

THREE = Relation(2, (0, 1))


def hidden(*cells, of=3):
    return np.isin(np.arange(of), cells)


def cells(*values):
    return Cells.of_counts(values, threshold=5)


def test_plain_counts_are_small_from_one_to_one_under_the_threshold():
    made = cells(0, 1, 4, 5)
    assert made.primary.tolist() == [False, True, True, False]
    assert made.eligible.tolist() == [False, False, False, True]
    assert made.low.tolist() == [0.0, 1.0, 1.0, 5.0]
    assert made.high.tolist() == [math.inf, 4.0, 4.0, math.inf]
    assert not made.secret.any()


@pytest.mark.parametrize(
    ("values", "which", "found"),
    [
        ((3, 20, 23), (0,), {0: (3.0, 3.0)}),
        ((3, 20, 23), (0, 1), {0: (1.0, 4.0), 1: (19.0, 22.0)}),
        ((3, 6, 9), (0, 1), {0: (1.0, 4.0), 1: (5.0, 8.0)}),  # nine less five is four
        ((3, 5, 8), (0, 1), {0: (1.0, 3.0), 1: (5.0, 7.0)}),
        ((3, 20, 23), (0, 2), {0: (1.0, 4.0), 2: (21.0, 24.0)}),
        ((3, 20, 23), (1, 2), {1: (5.0, math.inf), 2: (8.0, math.inf)}),
        ((3, 20, 23), (0, 1, 2), {0: (1.0, 4.0), 1: (5.0, math.inf), 2: (6.0, math.inf)}),
        ((0, 3, 3), (0, 2), {0: (0.0, 1.0), 2: (3.0, 4.0)}),
        ((3, 20, 23), (), {}),
    ],
)
def test_intervals_of_hidden_members_are_those_worked_by_hand(values, which, found):
    assert relation_intervals(cells(*values), hidden(*which), THREE) == found


@pytest.mark.parametrize(
    ("values", "which", "open_to"),
    [
        ((3, 20, 23), (0,), [0]),
        ((3, 6, 9), (0, 1), []),
        ((3, 5, 8), (0, 1), [0]),  # no more than three
        ((2, 3, 5), (0, 1), []),
        ((2, 2, 4), (0, 1), [0, 1]),  # no more than three of either
        ((3, 4, 7), (0, 1), [0, 1]),  # no fewer than three of either
        ((20, 6, 26), (0,), []),  # nothing is small
    ],
)
def test_a_small_count_is_protected_where_its_whole_range_is_left(values, which, open_to):
    assert unprotected(cells(*values), hidden(*which), THREE) == open_to


def test_a_relation_stands_around_each_of_its_members():
    assert relations_around([THREE, Relation(3, (2,))]) == {0: [0], 1: [0], 2: [0, 1], 3: [1]}


def test_sums_have_one_total_and_parts_and_what_the_parts_lack():
    frame = pl.DataFrame(
        [(4, "a", True, 9), (2, "a", False, 3), (3, "a", False, 4), (0, "b", False, 1), (1, "b", False, 2),
         (5, "c", True, 3), (6, "d", True, 3), (7, "d", True, 4), (8, "d", False, 1)],
        schema=["id", "of", "whole", "n"], orient="row",
    )  # fmt: skip
    sums = sums_within(frame, ["of"], pl.col("whole"), "n")
    assert sums.rows() == [("a", 4, [2, 3], 2)]
    assert related(sums, "total", "parts") == [Relation(4, (2, 3), keep_total=True)]


def test_what_remains_when_all_is_hidden_cannot_be_asked_for():
    """Two small counts that make up a total of 4, which is kept, are each 1 to 3; a total of 9 asks nothing of them."""
    kept = Relation(2, (0, 1), keep_total=True)
    narrow, wide = tightened(cells(2, 2, 4), [kept]), tightened(cells(3, 6, 9), [kept])
    assert (narrow.low.tolist(), narrow.high.tolist()) == ([1.0, 1.0, 2.0], [3.0, 3.0, 4.0])
    assert (wide.low[0], wide.high[0]) == (1.0, 4.0)


@pytest.mark.parametrize(("values", "left"), [((3, 50, 60, 113), [0, 1]), ((3, 60, 50, 113), [0, 2])])
def test_of_two_that_protect_a_small_count_the_larger_is_shown_again(values, left):
    relation = [Relation(3, (0, 1, 2), keep_total=True)]
    start = hidden(1, 2, of=4)
    found = protect(cells(*values), relation, start=start, again=start)
    assert np.flatnonzero(found).tolist() == left


def test_what_is_not_to_be_shown_again_stays_hidden():
    relation = [Relation(3, (0, 1, 2), keep_total=True)]
    start, none = hidden(1, 2, of=4), np.zeros(4, dtype=bool)
    assert protect(cells(3, 50, 60, 113), relation, start=start, again=none).tolist() == [True, True, True, False]
    assert protect(cells(30, 50, 60, 140), relation, start=start).tolist() == [False, True, True, False]
    assert not protect(cells(30, 50, 60, 140), relation, start=start, again=start).any()


def test_nobody_is_not_hidden_for_the_sake_of_others():
    assert protect(cells(3, 0, 3), [THREE]).tolist() == [True, False, True]


def test_equal_cells_are_hidden_together_where_one_is_small():
    assert protect(cells(3, 3, 40), [Relation(0, (1,)), Relation(2, (2,))]).tolist() == [True, True, False]


def test_followers_go_with_what_they_follow():
    base = cells(3, 8, 11, 100)
    some = Cells(base.values, base.primary, base.low, base.high, base.eligible, base.secret, {1: (3,)})
    none = np.zeros(4, dtype=bool)
    assert protect(some, [Relation(2, (0, 1), keep_total=True)], again=none).tolist() == [True, True, False, True]
