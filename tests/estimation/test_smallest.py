"""The fewest that an estimate can be made of, two or three, where every number can be worked out by hand."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from sujuva.estimation import intraclass, share_interval
from sujuva.estimation.aapc import TOO_FEW_YEARS, aapc
from sujuva.estimation.alpha import ItemProducts, alpha_without, correlations, cronbach, feldt_interval
from sujuva.estimation.effects import PairedSpread, paired_factors
from sujuva.estimation.icc import UnitsOfSize
from sujuva.estimation.interval import FEW_CLUSTERS, FEW_DEGREES, UNDER_30_CLUSTERS, relative_interval, warning
from sujuva.estimation.mcnemar import durkalski, exact_mcnemar, obuchowski
from sujuva.estimation.omega import omega_error, one_factor
from sujuva.estimation.quantiles import weighted_quantile


def f_one_one(share):
    """A quantile of F with 1 and 1 degrees of freedom, a squared Cauchy variable."""
    return math.tan(math.pi * share / 2) ** 2


def test_the_interval_of_alpha_begins_with_two_persons():
    low, high = feldt_interval(np.array([0.5, 0.5, 0.5]), np.array([1, 2, 3]), 2, 0.95)
    assert np.isnan([low[0], high[0]]).all()
    assert (low[1], high[1]) == pytest.approx((1 - 0.5 * f_one_one(0.975), 1 - 0.5 * f_one_one(0.025)), rel=1e-9)
    # F with 2 and 2 degrees of freedom: p / (1 − p).
    assert (low[2], high[2]) == pytest.approx((1 - 0.5 * 39, 1 - 0.5 / 39), rel=1e-9)


def test_alpha_of_two_persons():
    """Answers 1, 2 and 3, 5: variances 2 and 4.5, covariance 3; α = 2·(1 − 6.5 / 12.5)."""
    answers = np.array([[1, 2], [3, 5]])
    two = ItemProducts(np.array([2]), answers.sum(axis=0)[None], (answers.T @ answers)[None])
    assert two.covariances().tolist() == [[[2.0, 3.0], [3.0, 4.5]]]
    assert correlations(two.covariances())[0] == pytest.approx(np.ones((2, 2)))
    assert cronbach(two.spread()) == pytest.approx([0.96])
    assert np.isnan(alpha_without(two.spread())).all()
    one = ItemProducts(np.array([1]), answers[:1], np.outer(answers[0], answers[0])[None])
    assert np.isnan(one.covariances()).all()
    assert np.isnan(cronbach(one.spread())).all()


def test_the_error_of_omega_begins_with_two_persons():
    """Its variance goes by n − 1: with three persons it is half of that with two, with five a quarter."""
    r = np.full((4, 3, 3), 0.5)
    r[:, range(3), range(3)] = 1
    one, two, three, five = omega_error(r, one_factor(r), np.array([1, 2, 3, 5]))
    assert np.isnan(one)
    assert two > 0
    assert (three, five) == pytest.approx((two / math.sqrt(2), two / 2), rel=1e-12)


def test_two_units_of_three_members_have_an_intraclass_correlation():
    """1 and 3 in one, 5 in the other: MSB 6, MSW 2, n₀ 4/3, so ICC = (6 − 2) / (6 + 2/3), and F has 1 and 1 degrees."""
    found = intraclass([UnitsOfSize(2, 1, 4, 10, 16), UnitsOfSize(1, 1, 5, 25, 25)], 0.95)
    assert (found.n, found.units, found.note) == (3, 2, "")
    assert (found.icc, found.of_mean, found.unit_size) == pytest.approx((0.6, 2 / 3, 5 / 3))
    assert found.design_effect == pytest.approx(1.4)
    q = f_one_one(0.975)
    assert found.low == pytest.approx((3 / q - 1) / (3 / q + 1 / 3), rel=1e-9)
    assert found.high == pytest.approx((3 * q - 1) / (3 * q + 1 / 3), rel=1e-9)
    assert (found.of_mean_low, found.of_mean_high) == pytest.approx((1 - q / 3, 1 - 1 / (3 * q)), rel=1e-9)


def test_units_that_differ_less_than_chance_are_below_nothing():
    """0 and 2 twice, so that all means are 1; then 0 and 2, 1 and 2: MSB 1/4, MSW 5/4, n₀ 2."""
    same = intraclass([UnitsOfSize(2, 2, 4, 8, 8)], 0.95)
    assert (same.icc, same.of_mean) == (-1.0, None)
    near = intraclass([UnitsOfSize(2, 2, 5, 9, 13)], 0.95)
    assert (near.icc, near.of_mean) == pytest.approx((-1 / 1.5, -4.0))


@pytest.mark.parametrize("units", [[UnitsOfSize(3, 1, 9, 35, 81)], [UnitsOfSize(1, 3, 9, 35, 35)]])
def test_one_unit_or_units_of_one_have_none(units):
    found = intraclass(units, 0.95)
    assert (found.n, found.icc, found.note) == (3, None, FEW_CLUSTERS)


def test_effects_of_two_and_three_pairs():
    """J = 1 − 3 / (4·df − 1) is 0 with one degree of freedom and 4/7 with two."""
    spread = PairedSpread(3.0, 4.0, 5.0)  # scores that do not hang together: 3² + 4² = 5²
    two, three = (paired_factors(spread, n) for n in (2, 3))
    assert two["srm_hedges"] == 0
    assert three == pytest.approx(
        {"srm": 1 / 5, "srm_hedges": 4 / 35, "ses": 1 / 3, "d_av": 2 / 7, "d_rm": math.sqrt(2) / 5}
    )


@pytest.mark.parametrize(("n", "high"), [(2, 1 - math.sqrt(0.025)), (3, 1 - 0.025 ** (1 / 3))])
def test_a_share_of_nobody_among_two_and_three(n, high):
    """Clopper & Pearson: (1 − p)ⁿ is 2.5 per cent. Of one person, or without a degree of freedom, there is none."""
    assert share_interval(0, 0.0, n - 1, 0.95, n=n) == pytest.approx((0, high))
    assert share_interval(1, 0.0, n - 1, 0.95, n=n) == pytest.approx((1 - high, 1))
    assert share_interval(0, 0.0, 0, 0.95, n=n) is None
    assert share_interval(0, 0.0, 1, 0.95, n=1) is None


def test_the_fewest_changes():
    assert [exact_mcnemar(*pair) for pair in ((0, 0), (0, 1), (1, 1), (0, 2), (0, 3), (1, 2))] == [
        None, 1.0, 1.0, 0.5, 0.25, 1.0,
    ]  # fmt: skip
    one_sigma = math.erfc(math.sqrt(0.5))  # χ² = 1
    assert durkalski({1: (1, 1)}) == pytest.approx(one_sigma)
    assert obuchowski(1, 1, 1) == 1.0  # one cluster: χ² = 0
    assert obuchowski(2, 2, 2) == pytest.approx(one_sigma)  # 1/2 · 4/2
    assert durkalski({2: (2, 2)}) == pytest.approx(math.erfc(1.0))  # twice one of two pairs: 1² / (1/2) = 2


def test_warnings_change_at_eight_degrees_and_at_thirty_clusters():
    told = {(clusters, df): warning(clusters, df) for clusters in (29, 30) for df in (7, 8)}
    assert told == {(29, 7): FEW_DEGREES, (30, 7): FEW_DEGREES, (29, 8): UNDER_30_CLUSTERS, (30, 8): ""}


def test_a_relative_difference_has_an_interval_up_to_eleven_times():
    reach = 12.706204736  # t with one degree of freedom
    near, far = math.log(10.999) / reach, math.log(11.001) / reach
    assert relative_interval(1.0, near, 1, 0.95) == pytest.approx((1 / 10.999 - 1, 9.999), rel=1e-6)
    assert relative_interval(1.0, far, 1, 0.95) == (None, None)
    assert relative_interval(1.0, 0.0, 1, 0.95) == (None, None)


def test_a_trend_has_four_years_and_a_year_for_its_error():
    """Twice as many each year is 100 per cent; a joint takes one degree of freedom more."""
    rates = [1.0, 2.0, 4.0, 8.0]
    assert aapc([1, 2, 3], rates[:3]).note == TOO_FEW_YEARS
    straight, bent = aapc([1, 2, 3, 4], rates), aapc([1, 2, 3, 4], rates, joints=[2])
    assert (straight.df, straight.change) == (2, pytest.approx(100))
    assert (bent.df, bent.segments) == (1, pytest.approx((100, 100)))
    assert aapc([1, 2, 3, 4], rates, joints=[2, 3]).note == TOO_FEW_YEARS


@pytest.mark.parametrize(
    ("share", "found"),
    [("1/3", 1), ("1/2", 2), ("2/3", 2), ("3/4", 7), ("9/10", 7)],  # two of three lie at or below 2
)
def test_quantiles_of_three_persons(share, found):
    assert weighted_quantile([1, 2, 7], [1, 1, 1], Fraction(share)) == found
