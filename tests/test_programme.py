"""One warm model answers as a fresh one does, whatever was asked before."""

from __future__ import annotations

import highspy
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from sujuva.errors import DisclosureError
from sujuva.programme import Programme


@given(st.integers(0, 2**32 - 1))
def test_a_warm_model_reaches_what_scipy_reaches(seed):
    random = np.random.default_rng(seed)
    matrix = csr_matrix(random.integers(-1, 2, (4, 9)).astype(float))
    values = random.integers(0, 12, 9).astype(float)
    right = np.asarray(matrix @ values)
    programme = Programme(matrix, right, right, values, values)
    for _ in range(4):
        hidden = random.random(9) < 0.7
        low, high = np.where(hidden, 0.0, values), np.where(hidden, 15.0, values)
        programme.bound(low, high)
        freed = random.random(4) < 0.3
        rows = np.where(freed, -np.inf, right), np.where(freed, np.inf, right)
        programme.bound_rows(*rows)
        for _ in range(3):
            weights = random.integers(-1, 2, 9).astype(float)
            point = programme.highest(weights)
            bounds = np.column_stack([low, high])
            fresh = linprog(-weights, A_eq=matrix[~freed], b_eq=right[~freed], bounds=bounds)
            assert weights @ point == pytest.approx(-fresh.fun, abs=1e-6)
            assert (matrix @ point)[~freed] == pytest.approx(right[~freed], abs=1e-6)
            assert (point >= low - 1e-6).all()
            assert (point <= high + 1e-6).all()


def test_what_contradicts_itself_is_an_error_and_prints_nothing(capfd):
    one = np.ones(1)
    programme = Programme(csr_matrix([[1.0]]), 5 * one, 5 * one, one, one)
    with pytest.raises(DisclosureError, match="Infeasible"):
        programme.highest(one)
    assert capfd.readouterr() == ("", "")


def test_where_nothing_is_hidden_the_highest_sum_is_that_of_nothing():
    none = np.zeros(0)
    assert Programme(csr_matrix((0, 0)), none, none, none, none).highest(none).size == 0
    one = np.ones(1)
    with pytest.raises(DisclosureError):  # a sum of nothing that shall be 1
        Programme(csr_matrix((1, 0)), one, one, none, none).highest(none)


def test_a_sum_may_name_an_unknown_twice():
    matrix = csr_matrix((np.ones(3), np.array([0, 0, 1]), np.array([0, 3])), shape=(1, 2))
    assert not matrix.has_canonical_format
    three = 3 * np.ones(1)
    assert Programme(matrix, three, three, np.zeros(2), np.ones(2)).highest(np.array([1.0, 0.0])) == pytest.approx(
        [1, 1]
    )


def test_what_is_no_programme_is_refused():
    nan = np.full(1, np.nan)
    with pytest.raises(DisclosureError, match="no programme"):
        Programme(csr_matrix([[np.nan]]), nan, nan, np.zeros(1), np.ones(1))


def test_a_solve_that_loses_its_way_is_taken_up_from_nothing(monkeypatch):
    matrix = csr_matrix(np.array([[1.0, 1.0]]))
    programme = Programme(matrix, np.array([3.0]), np.array([3.0]), np.zeros(2), np.full(2, 2.0))
    told, asked = programme.model.getModelStatus, []

    def lost_at_first():
        asked.append(told())
        return highspy.HighsModelStatus.kUnknown if len(asked) < lost else asked[-1]

    monkeypatch.setattr(programme.model, "getModelStatus", lost_at_first)
    for lost in (2, 3):
        asked.clear()
        assert programme.highest(np.array([1.0, 0.0]))[0] == pytest.approx(2.0)
        assert len(asked) == lost
    lost = 9
    with pytest.raises(DisclosureError, match="Unknown"):
        programme.highest(np.array([1.0, 0.0]))
