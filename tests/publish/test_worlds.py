"""Curves cut at their days by hand, what readers see of them, and which days may be told."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from sujuva.publish.worlds import Known, _curves, pieces_of, safe_days


def test_a_curve_is_cut_at_its_days():
    """Of 100 ten met by day 7; of 90 twenty were gone, on average ten of them when nine of 80 met."""
    first, second, third = pieces_of(
        [(7, 10, 0, 0.9, 0.8, 0.95), (14, 19, 20, 0.9 * 71 / 80, 0.7, None), (21, 19, 23, 0.9 * 71 / 80, None, None)],
        100,
    )
    assert (first.day, first.ended, first.gone, first.told) == (7, 10, 0, (0.9, 0.8, 0.95))
    assert first.early == 0.0
    assert (second.day, second.ended, second.gone) == (14, 9, 20)
    assert second.early == pytest.approx(10.0)
    assert (third.day, third.ended, third.gone, third.early) == (21, 0, 3, 0.0)  # where nobody met nobody can tell


def test_who_is_gone_early_are_no_more_than_are_gone_and_no_fewer_than_nobody():
    (most,) = pieces_of([(7, 10, 5, 0.5, None, None)], 100)
    (least,) = pieces_of([(7, 10, 5, 0.95, None, None)], 100)
    assert (most.early, least.early) == (5.0, 0.0)


def test_after_a_curve_at_nought_nobody_is_left_to_tell_of():
    first, second = pieces_of([(7, 10, 0, 0.0, None, None), (14, 10, 0, 0.0, None, None)], 10)
    assert (first.ended, first.gone, first.early) == (10, 0, 0.0)
    assert (second.ended, second.gone, second.early) == (0, 0, 0.0)


def test_readers_see_the_product_and_its_interval_on_the_log_log_scale():
    """Ten of 100 meet; of the 90 left four are gone before nine of 86 meet, and six after: S, Greenwood's error."""
    known = Known(100, 50.0, 5, 0.95)
    told = _curves(np.array([[0.0, 4.0]]), np.array([[0.0, 10.0]]), np.array([[10.0, 9.0]]), known)
    survival = 0.9 * 77 / 86
    assert told[0, :, 0] == pytest.approx([0.9, survival])
    z = NormalDist().inv_cdf(0.975)
    spread = 10 / (100 * 90) + 9 / (86 * 77)
    reach = z * np.sqrt(spread) / -np.log(survival)
    assert told[0, 1, 1:] == pytest.approx([survival ** np.exp(reach), survival ** np.exp(-reach)])
    assert told[0, 1, 1] < survival < told[0, 1, 2]


@pytest.mark.parametrize(("early", "ended", "possible"), [(90, 10, True), (90, 11, False), (100, 0, False)])
def test_no_more_can_meet_than_are_there(early, ended, possible):
    told = _curves(
        np.array([[float(early)]]), np.array([[90.0]]), np.array([[float(ended)]]), Known(100, 99.0, 5, 0.95)
    )
    assert np.isfinite(told[0, 0, 0]) == possible


def points(gone):
    """Two days of a curve of 100 families: ten were gone by the first, `gone` between them, when half of 20 had met."""
    first = 0.8
    second = first * (1 - 20 / (70 - gone / 2))
    return [(7, 20, 10, first, None, None), (14, 40, 10 + gone, second, None, None)]


@pytest.mark.parametrize("gone", [0, 5, 20])
def test_days_without_a_small_count_between_them_are_all_told(gone):
    assert safe_days(points(gone), Known(100, 60.0, 5, 0.95), step=1e-9) == [7, 14]


@pytest.mark.parametrize("gone", [1, 3, 4])
def test_a_day_beside_a_small_count_that_a_fine_curve_tells_is_left_out(gone):
    known = Known(100, 60.0, 5, 0.95)
    assert safe_days(points(gone), known, step=1e-9) == [7]
    assert safe_days(points(gone), known, step=1e-9, keep=[14]) == [14]  # the earlier one, where the later is kept
    assert safe_days(points(gone), known, step=1e-9, keep=[7, 14]) == [7]
    assert safe_days(points(gone), known, step=0.05) == [7, 14]


def test_no_day_is_told_where_the_first_count_is_small():
    assert safe_days([(7, 20, 3, 1 - 20 / 98.5, None, None)], Known(100, 60.0, 5, 0.95), step=1e-9) == []
    assert safe_days([], Known(100, 60.0, 5, 0.95)) == []


def test_no_more_are_thought_gone_than_can_be_open():
    """Three are gone; with at most three open cases four cannot be, and so their number is told."""
    row = [(7, 20, 3, 1 - 20 / 98.5, None, None)]
    assert [safe_days(row, Known(100, opened, 5, 0.95), step=0.05) for opened in (3.0, 4.0)] == [[], [7]]
