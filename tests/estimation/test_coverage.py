"""Intervals hold the truth of the superpopulation about as often as they say, on the example's own generator.

`python -m benchmarks.coverage` does the same with thousands of draws; its numbers stand in docs/change.md.
"""

from __future__ import annotations

import pytest
from scipy.stats import binom, chi2

from benchmarks.coverage import run

DRAWS = 80
CHANCE = 1e-3  # of a false alarm each, were the seeds not fixed


@pytest.mark.slow
def test_coverage_and_errors_of_estimates_and_differences():
    made = {one.name: one for one in run(DRAWS, units=50, persons=700)}
    assert set(made) == {"mean", "share", "gap", "change", "change_paired", "did", "feedback"}
    low, high = binom.ppf([CHANCE, 1 - CHANCE], DRAWS, 0.95) / DRAWS
    # Estimates spread as their standard errors say: the variance of a sample of draws is chi-squared.
    narrow, wide = ((chi2.ppf(p, DRAWS - 1) / (DRAWS - 1)) ** -0.5 for p in (1 - CHANCE, CHANCE))
    for one in made.values():
        assert one.without == 0
        assert low <= one.covered <= high, one
        assert narrow <= one.ratio <= wide, one
