"""What chance alone does: p values and Holm's correction against known values, scipy and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sujuva.quality.chance import below_zero, holm, welch

P_VALUES = st.lists(st.floats(0, 1), max_size=30).map(lambda values: np.array(values, np.float64))


@pytest.mark.parametrize(
    ("p", "adjusted"),
    [  # R 4: p.adjust(p, "holm")
        ([0.01, 0.02, 0.03, 0.04, 0.05], [0.05, 0.08, 0.09, 0.09, 0.09]),
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.6, 0.7], [1.0, 1.0]),
        ([0.03], [0.03]),
        ([], []),
    ],
)
def test_holm_gives_known_values(p, adjusted):
    assert holm(np.array(p, np.float64)) == pytest.approx(adjusted)


@given(P_VALUES, st.randoms(use_true_random=False))
def test_holm_lies_between_none_and_bonferroni_in_any_order(p, random):
    adjusted = holm(p)
    assert (adjusted >= p).all()
    assert (adjusted <= np.minimum(p * len(p), 1)).all()
    order = list(range(len(p)))
    random.shuffle(order)
    assert np.array_equal(holm(p[order]), adjusted[order])
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()


@given(st.lists(st.tuples(st.floats(-1, 1), st.integers(4, 10**7)), min_size=1, max_size=20))
def test_fishers_p_is_scipys_normal_tail(pairs):
    r, n = np.array([one for one, _ in pairs]), np.array([count for _, count in pairs])
    found = below_zero(r, n)
    assert np.isfinite(found).all()
    inside = np.abs(r) < 1 - 1e-9
    expected = stats.norm.cdf(np.arctanh(r[inside]) * np.sqrt(n[inside] - 3))
    assert found[inside] == pytest.approx(expected, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(("rows", "spread"), [((30, 30), (1, 1)), ((31, 400), (0.2, 3)), ((50, 40), (2, 1))])
def test_welch_is_scipys(rows, spread):
    rng = np.random.default_rng(5)
    samples = [np.round(rng.normal(1, wide, size), 1) for size, wide in zip(rows, spread, strict=True)]
    error = tuple(np.array([one.var(ddof=1) / len(one)]) for one in samples)
    found = welch(
        np.array([samples[0].mean() - samples[1].mean()]), error, tuple(np.array([float(len(one))]) for one in samples)
    )
    assert found[0] == pytest.approx(stats.ttest_ind(*samples, equal_var=False).pvalue, rel=1e-9)


def test_a_constant_beside_a_spread_is_compared_with_it():
    sample = np.random.default_rng(6).normal(1.2, 1, 40)
    none, error, n = np.zeros(1), np.array([sample.var(ddof=1) / 40]), np.array([40.0])
    found = welch(np.array([sample.mean() - 1]), (none, error), (n, n))
    assert found[0] == pytest.approx(stats.ttest_1samp(sample, 1).pvalue, rel=1e-9)


def test_two_different_constants_are_beyond_chance():
    none = np.zeros(1)
    assert welch(np.array([0.5]), (none, none), (np.array([30.0]), np.array([30.0]))).tolist() == [0.0]
