from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from sujuva.example.design import CYRM, GENDER_POPULATION, GENDER_SAMPLE, SDQ, TRAITS, WHO5, item_mean, progress
from sujuva.example.population import apportion
from sujuva.example.questionnaires import answer


@given(st.floats(-3, 3), st.lists(st.floats(-3, 3), min_size=1, max_size=6).map(sorted), st.integers(0, 1))
def test_item_mean_is_a_sum_of_normal_probabilities(location, thresholds, lowest):
    expected = lowest + norm.cdf(location - np.array(thresholds)).sum()
    assert item_mean(location, thresholds, lowest) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("items", [WHO5, CYRM, SDQ], ids=lambda items: items.scale)
def test_answers_have_the_mean_that_the_design_says(items):
    rng = np.random.Generator(np.random.PCG64(5))
    scores = items.multiply * answer(rng, items, 0.3 + rng.standard_normal(40_000)).sum(axis=1)
    se = scores.std() / np.sqrt(len(scores))
    assert abs(scores.mean() - items.mean(0.3)) < 4 * se


@pytest.mark.parametrize("items", [WHO5, CYRM, SDQ], ids=lambda items: items.scale)
def test_thresholds_ascend(items):
    assert all(np.all(np.diff(row) > 0) for row in items.thresholds)


@pytest.mark.parametrize(
    ("trend", "way"), [("early", [0.0, 0.5, 1.0]), ("late", [0.0, 0.0, 1.0]), ("steady", [0.0, 0.0, 0.0])]
)
def test_progress_over_three_waves(trend, way):
    assert [progress(trend, turn, 3) for turn in range(3)] == way
    assert progress(trend, 0, 1) == 0.0


def test_traits_have_variance_one():
    assert [sum(factor**2 for factor in row) for row in TRAITS] == pytest.approx([1.0, 1.0, 1.0])


def test_shares_of_genders_add_up():
    assert sum(GENDER_SAMPLE.values()) == pytest.approx(1.0)
    assert sum(GENDER_POPULATION.values()) == pytest.approx(1.0)


@given(st.integers(0, 500), st.lists(st.floats(0.1, 5), min_size=1, max_size=8))
def test_apportion_adds_up_and_stays_within_one(total, shares):
    parts = apportion(total, shares)
    assert sum(parts) == total
    assert all(abs(part - total * share / sum(shares)) < 1 for part, share in zip(parts, shares, strict=True))
