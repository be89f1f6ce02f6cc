"""Intervals of nobody and everybody: Korn & Graubard's, Clopper & Pearson's and Garwood's, against R's numbers."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sujuva.estimation import estimate_scores, share_interval
from sujuva.estimation.interval import FEW_DEGREES, NO_VARIATION, effective_at_edge, rate_interval
from sujuva.moments import score_moments

CASES = [
    (10, 9, 0.3084971078),  # R: binom.test(0, 10)
    (30, 29, 0.1157033082),
    # R: n <- 30 * (qt(.975, 29) / qt(.975, 3))^2; qbeta(.975, 1, n), what svyciprop(method = "beta") makes of that n
    (30, 3, 0.2574924),
]


@pytest.mark.parametrize(("n", "df", "high"), CASES)
def test_a_share_of_nobody_and_of_everybody(n, df, high):
    assert share_interval(0, 0.0, df, 0.95, n=n) == pytest.approx((0, high), abs=1e-7)
    assert share_interval(1, 0.0, df, 0.95, n=n) == pytest.approx((1 - high, 1), abs=1e-7)


@pytest.mark.parametrize(("events", "exposure", "ends"), [
    (0, 10, (0, 0.3688879454)), (5, 2, (0.8117432, 5.8341660)), (1, 1, (0.02531781, 5.57164339)),
])  # fmt: skip
def test_rates_are_those_of_poisson_test(events, exposure, ends):
    assert rate_interval(events, exposure, 0.95) == pytest.approx(ends, rel=1e-6)


@given(st.integers(2, 5000), st.integers(1, 400), st.floats(0.5, 0.999))
def test_more_clusters_never_widen_an_interval(n, df, confidence):
    df = min(df, n - 1)
    high = share_interval(0, 0.0, df, confidence, n=n)[1]
    assert 0 < high <= 1
    assert share_interval(0, 0.0, min(df + 1, n - 1), confidence, n=n)[1] <= high + 1e-12
    assert effective_at_edge(n, n - 1, confidence) == n


def made(scores, **kinds):
    rows = [("oulu", f"u{unit}", score) for unit, members in enumerate(scores) for score in members]
    persons = pl.DataFrame(rows, schema=["region", "unit", "y"], orient="row").with_columns(
        wave=pl.lit(2024, pl.Int32), stratum="region", informant=pl.lit("self"), weight=pl.lit(1, pl.Int64)
    )
    moments = score_moments(persons.lazy(), {"y": 0}, design=persons.lazy())
    return estimate_scores(moments, **kinds).filter(region="oulu").row(0, named=True)


@pytest.mark.parametrize("kind", ["shares", "bounded"])
@pytest.mark.parametrize("score", [0, 1])
def test_estimates_at_an_edge_have_an_interval(kind, score):
    row = made([[score] * 6] * 5, **{kind: {"y"}})
    assert (row["mean"], row["se"], row["df"], row["n"], row["note"]) == (score, 0.0, 4.0, 30, FEW_DEGREES)
    assert (row["ci_low"], row["ci_high"]) == share_interval(score, 0.0, 4, 0.95, n=30)
    assert (row["deff"], row["n_eff"]) == (None, None)


def test_clusters_are_the_sample_where_each_is_one_person():
    assert made([[0] * 6] * 5, shares={"y"}, nested=True)["ci_high"] == pytest.approx(0.5218237501)  # binom.test(0, 5)
    assert made([[0] * 6] * 5, counts={"y"}, nested=True)["ci_high"] == pytest.approx(3.6888794541 / 5)


def test_alike_in_any_other_way_has_none():
    for scores, kinds in (([[0, 1]] * 5, {"shares": {"y"}}), ([[3, 3]] * 5, {"counts": {"y"}}), ([[0, 0]] * 5, {})):
        row = made(scores, **kinds)
        assert (row["ci_low"], row["ci_high"], row["note"]) == (None, None, NO_VARIATION)


def test_one_person_and_one_cluster_have_none():
    assert made([[0]], shares={"y"})["ci_high"] is None
    assert made([[0, 0, 0]], shares={"y"})["ci_high"] is None
