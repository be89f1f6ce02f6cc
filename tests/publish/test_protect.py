from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from sujuva.publish import Cells, Relation, protect, relation_intervals
from sujuva.publish.protect import tightened


def test_the_published_case_needs_one_cell_more(shared_data):
    """Sotkanet 1245, threshold 10: hiding 9, 9 and 6 tells that each is 6–9; with 16 hidden too it tells nothing."""
    columns = ["title", "indicator", "name", "area", "gender", "year", "value", "absolute"]
    rows = pl.read_csv(
        shared_data / "drop" / "sotkanet_pirkanmaa_2011.csv",
        separator=";",
        encoding="iso-8859-1",
        has_header=False,
        new_columns=columns,
        infer_schema=False,
    )
    towns = rows.filter(pl.col("indicator") == "1245", ~pl.col("area").is_in(["06", "358"])).sort("name")
    values = [int(value) for value in towns["absolute"]]
    names = towns["name"].to_list()
    cells = Cells.of_counts([*values, sum(values)], threshold=10)
    relation = Relation(len(values), tuple(range(len(values))))

    naive = relation_intervals(cells, cells.primary, relation)
    assert {names[cell]: span for cell, span in naive.items()} == dict.fromkeys(
        ["Juupajoki", "Kuhmoinen", "Ruovesi"], (6.0, 9.0)
    )
    hidden = protect(cells, [relation])
    spans = {names[cell]: span for cell, span in relation_intervals(cells, hidden, relation).items()}
    assert spans == dict.fromkeys(["Juupajoki", "Kuhmoinen", "Ruovesi"], (1.0, 9.0)) | {"Punkalaidun": (13.0, 37.0)}


def test_one_small_part_takes_the_next_smallest_with_it():
    cells = Cells.of_counts([3, 40, 20, 60, 123], threshold=5)
    hidden = protect(cells, [Relation(4, (0, 1, 2, 3))])
    assert hidden.tolist() == [True, False, True, False, False]


def test_nothing_is_hidden_where_nothing_is_small():
    cells = Cells.of_counts([5, 0, 20, 25], threshold=5)
    assert not protect(cells, [Relation(3, (0, 1, 2))]).any()


def test_a_total_that_is_kept_stays_even_when_its_parts_cannot_be_protected_further():
    cells = Cells.of_counts([3, 4, 7], threshold=5)
    assert protect(cells, [Relation(2, (0, 1), keep_total=True)]).tolist() == [True, True, False]
    assert protect(cells, [Relation(2, (0, 1))]).tolist() == [True, True, True]


def test_crossing_relations_are_checked_together():
    """One by one each row and column looks protected; together the only hidden pair of a row gives itself away."""
    #      a   b   all
    # x    2  20   22     rows and columns both add up
    # y   30  30   60
    # all 32  50   82
    cells = Cells.of_counts([2, 20, 22, 30, 30, 60, 32, 50, 82], threshold=5)
    relations = [Relation(2, (0, 1)), Relation(5, (3, 4)), Relation(8, (6, 7))]
    relations += [Relation(6, (0, 3)), Relation(7, (1, 4)), Relation(8, (2, 5))]
    hidden = protect(cells, relations)
    assert _span(cells, hidden, relations, 0) == (1.0, 4.0)


def _span(cells, hidden, relations, cell):
    """Feasible interval of one cell by a linear programme of its own, written apart from the one under test."""
    size = len(cells.values)
    matrix = np.zeros((len(relations), size))
    for row, relation in enumerate(relations):
        matrix[row, list(relation.parts)] = 1.0
        matrix[row, relation.total] = -1.0
    right = matrix @ cells.values
    bounds = [
        (cells.low[one], cells.high[one]) if hidden[one] else (cells.values[one], cells.values[one])
        for one in range(size)
    ]
    weights = np.zeros(size)
    weights[cell] = 1.0
    ends = [linprog(sign * weights, A_eq=matrix, b_eq=right, bounds=bounds, method="highs") for sign in (1, -1)]
    assert all(end.status == 0 for end in ends)
    return round(ends[0].fun, 6), round(-ends[1].fun, 6)


@st.composite
def tables(draw):
    """A table of regions by groups with both margins, as published tables are."""
    rows, columns = draw(st.integers(2, 5)), draw(st.integers(2, 4))
    counts = st.one_of(st.integers(0, 6), st.integers(0, 60))
    body = np.array(draw(st.lists(counts, min_size=rows * columns, max_size=rows * columns))).reshape(rows, columns)
    full = np.vstack([np.hstack([body, body.sum(1, keepdims=True)]), np.append(body.sum(0), body.sum())])
    place = np.arange(full.size).reshape(full.shape)
    relations = [Relation(int(line[-1]), tuple(int(one) for one in line[:-1])) for line in (*place, *place.T)]
    return full.ravel().tolist(), relations


@settings(max_examples=40)
@given(table=tables(), threshold=st.integers(2, 10))
def test_no_small_count_can_be_got_back(table, threshold):
    """What is shown never narrows a small count further than the rule and the zeros would with all else hidden."""
    values, relations = table
    cells = Cells.of_counts(values, threshold=threshold)
    hidden = protect(cells, relations)
    assert not (cells.primary & ~hidden).any()
    everything = cells.values > 0
    for cell in np.flatnonzero(cells.primary).tolist():
        assert _span(cells, hidden, relations, cell) == _span(cells, everything, relations, cell)


@settings(max_examples=40)
@given(table=tables(), threshold=st.integers(2, 10))
def test_the_ranges_asked_for_hold_the_truth(table, threshold):
    values, relations = table
    bounds = tightened(Cells.of_counts(values, threshold=threshold), relations)
    assert (bounds.low <= bounds.values).all()
    assert (bounds.values <= bounds.high).all()


def test_the_order_of_relations_does_not_change_the_answer():
    cells = Cells.of_counts([2, 20, 22, 30, 30, 60, 32, 50, 82], threshold=5)
    relations = [
        Relation(2, (0, 1)),
        Relation(5, (3, 4)),
        Relation(8, (6, 7)),
        Relation(6, (0, 3)),
        Relation(7, (1, 4)),
    ]
    assert protect(cells, relations).sum() == protect(cells, relations[::-1]).sum()


def test_a_follower_goes_with_its_owner():
    base = Cells.of_counts([3, 8, 11, 100], threshold=5)
    cells = Cells(base.values, base.primary, base.low, base.high, base.eligible, base.secret, {1: (3,)})
    assert protect(cells, [Relation(2, (0, 1))]).tolist() == [True, True, False, True]


@pytest.mark.parametrize(("rest", "expected"), [(0, [True, True, False, False]), (4, [True, False, False, True])])
def test_persons_of_unknown_group_protect_a_small_group(rest, expected):
    base = Cells.of_counts([3, 40, 43 + rest, rest], threshold=5)
    secret = np.array([False, False, False, rest > 0])
    low, high = base.low.copy(), base.high.copy()
    low[3], high[3] = 0.0, np.inf
    primary, eligible = base.primary & ~secret, base.eligible & ~secret
    cells = Cells(base.values, primary, low, high, eligible, secret)
    assert protect(cells, [Relation(2, (0, 1, 3), keep_total=True)]).tolist() == expected


@pytest.mark.parametrize(
    ("values", "keep_total", "stays", "expected"),
    [
        ([4, 0, 40, 44], True, [], [True, False, True, False]),  # the 0 would do, but is hidden last
        ([4, 0, 40, 44], False, [2], [True, False, False, True]),  # before it even the total
        ([4, 0, 40, 44], True, [2], [True, True, False, False]),  # and where nothing else is left the 0 itself
    ],
)
def test_a_zero_that_may_be_hidden_is_hidden_last(values, keep_total, stays, expected):
    base = Cells.of_counts(values, threshold=5)
    eligible = ~base.primary
    eligible[stays] = False
    high = np.where(base.primary, base.high, np.inf)
    cells = Cells(base.values, base.primary, base.low, high, eligible, base.secret)
    assert protect(cells, [Relation(3, (0, 1, 2), keep_total=keep_total)]).tolist() == expected
