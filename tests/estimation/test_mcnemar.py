"""McNemar's test and its two clustered relatives, against libraries and against their formulas in floats."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar

from sujuva.estimation.mcnemar import durkalski, exact_mcnemar, obuchowski


@given(st.integers(0, 60), st.integers(0, 60))
def test_exact_as_two_libraries_have_it(b, c):
    found = exact_mcnemar(b, c)
    if b + c == 0:
        assert found is None
        return
    assert found == pytest.approx(stats.binomtest(b, b + c).pvalue, rel=1e-9)
    assert found == pytest.approx(mcnemar([[3, b], [c, 5]], exact=True).pvalue, rel=1e-9)


def test_exact_keeps_its_digits_far_out():
    assert exact_mcnemar(0, 200) == 2.0 * 0.5**200


def _by_size(clusters):
    sizes = {}
    for n, d in clusters:
        total, squares = sizes.get(n, (0, 0))
        sizes[n] = (total + d, squares + d * d)
    return sizes


CLUSTERS = st.lists(
    st.integers(1, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(-n, n))), min_size=2, max_size=40
)


@given(CLUSTERS)
def test_clustered_tests_follow_their_formulas(clusters):
    n, d = (np.array(column, dtype=float) for column in zip(*clusters, strict=True))
    sums = int(d.sum()), int((d * d).sum())
    if not d.any():
        assert durkalski(_by_size(clusters)) is None
        assert obuchowski(len(clusters), *sums) is None
        return
    one = (d / n).sum() ** 2 / ((d / n) ** 2).sum()
    other = (len(d) - 1) / len(d) * d.sum() ** 2 / (d * d).sum()
    assert durkalski(_by_size(clusters)) == pytest.approx(stats.chi2.sf(one, 1), rel=1e-7, abs=1e-12)
    assert obuchowski(len(clusters), *sums) == pytest.approx(stats.chi2.sf(other, 1), rel=1e-7, abs=1e-12)


@given(CLUSTERS)
def test_direction_and_names_do_not_matter(clusters):
    turned = [(n, -d) for n, d in reversed(clusters)]
    assert durkalski(_by_size(clusters)) == durkalski(_by_size(turned))


def test_one_pair_a_cluster_is_mcnemars_own_test():
    """With single pairs Durkalski's statistic is (b − c)²/(b + c), without a correction of continuity."""
    b, c = 17, 6
    statistic = mcnemar([[0, b], [c, 0]], exact=False, correction=False)
    assert durkalski({1: (b - c, b + c)}) == pytest.approx(statistic.pvalue, rel=1e-12)
