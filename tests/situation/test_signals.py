"""Rules, charts and signals: laws that they keep, false alarms, breaks, and what no count can be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from scipy.stats import binom, norm

from benchmarks.signals import COUNTRY, STATISTICS, World, false_alarms, judged, network
from sujuva.codebooks.area_statistics import CountedStatistic
from sujuva.errors import ContractError, ParameterError
from sujuva.situation import funnel
from sujuva.situation.charts import binomial_score, exact_score, self_starting
from sujuva.situation.counted import counted
from sujuva.situation.counts import cusum, cusum_chance, ewma
from sujuva.situation.farrington import farrington
from sujuva.situation.intervals import byar, exact_binomial, exact_poisson
from sujuva.situation.panel import panel
from sujuva.situation.runs import RULES, side_run, steady_run, two_of_three
from sujuva.situation.signals import judge
from sujuva.situation.standardised import direct
from sujuva.tidy import tidy

GAP = float("nan")


@pytest.mark.parametrize(
    ("key", "points", "value"),
    [
        ("outside", [0.1, -3.2], -3.2),
        ("side", [-1, 0.3, 0.2, 0.4, 0.1, 0.2, 1.0, 0.5], 7),
        ("side", [-1, -0.3, GAP, -0.2], -3),
        ("side", [0.2, 0.2, -0.1], -1),
        ("trend", [0.5, 0.1, 0.2, 0.4, 0.7, 0.8, 0.9], 6),
        ("trend", [0.5, GAP, 0.4, 0.3], -3),
        ("trend", [0.1, 0.5, 0.4], -2),
        ("two_of_three", [2.5, 0.0, 2.1], 2.1),
        ("two_of_three", [-0.3, -2.2, -2.6], -2.2),
        ("two_of_three", [2.5, 2.6, 0.0], 0),
        ("two_of_three", [2.5, -2.6, 0.1], 0.1),
        ("two_of_three", [2.5, 2.6], 0),
    ],
)
def test_rules(key: str, points: list[float], value: float) -> None:
    """Each rule sees what it says it looks at, and on which side; a year without a point is not there."""
    assert RULES[key].statistic(np.asarray([points]))[0] == pytest.approx(value)


def test_no_last_point_no_rule() -> None:
    """A series without a point in the last year has nothing that a rule could see."""
    z = np.asarray([[0.4, 0.5, 0.6, 0.7, GAP]])
    assert [side_run(z)[0], steady_run(z)[0], two_of_three(z)[0]] == [0, 0, 0]


def test_rates_of_the_rules() -> None:
    """The declared rate of each rule is the share of alarms among 400,000 series without change."""
    z = np.random.default_rng(1984).standard_normal((400_000, 9))
    for rule in RULES.values():
        alarms = float((np.abs(rule.statistic(z)) >= rule.limit).mean())
        assert alarms == pytest.approx(rule.rate, abs=4 * np.sqrt(rule.rate / len(z))), rule.key
    assert [round(rule.rate, 5) for rule in RULES.values()] == [0.0027, 0.01562, 0.00278, 0.00205]


def test_memory_charts_keep_their_chances() -> None:
    """EWMA stays standard normal, and the chance of a CUSUM is that of the Markov chain, after few and many points."""
    random = np.random.default_rng(1954)
    for points in (1, 4, 12):
        z = random.standard_normal((300_000, points))
        assert ewma(z)[:, -1].std() == pytest.approx(1, abs=0.01)
        upper, lower = cusum(z)
        for sums in (upper[:, -1], lower[:, -1]):
            chance = cusum_chance(sums, np.full(len(z), points))
            for level in (0.05, 0.005):
                assert (chance <= level).mean() == pytest.approx(level, rel=0.1)


def test_scores_are_those_of_the_exact_distribution() -> None:
    """From ten expected events on the score is the exact one to 0.02, as far as three deviations from the centre."""
    for n, p in ((100, 0.1), (400, 0.05), (60, 0.5), (2000, 0.1)):
        x = np.arange(n + 1.0)
        x = x[(binom.cdf(x, n, p) > 1e-6) & (binom.sf(x, n, p) > 1e-6)]
        size, share = np.full(len(x), float(n)), np.full(len(x), p)
        exact = norm.ppf(binom.cdf(x, n, p) - 0.5 * binom.pmf(x, n, p))
        np.testing.assert_allclose(exact_score(x, size, share), exact, atol=1e-6)
        near = np.abs(exact) < 3
        assert np.abs(binomial_score(x, size, share) - exact)[near].max() < 0.02


def test_a_chart_starts_anew_at_a_break() -> None:
    """Nothing is carried over a break: the first year after it has no score, and the level before does not matter."""
    events, expected = np.asarray([[20.0, 22, 18, 60, 61, 59]]), np.full((1, 6), 20.0)
    whole = self_starting(events, expected)
    parted = self_starting(events, expected, starts=np.asarray([False, False, False, True, False, False]))
    assert whole.z[0, 3] > 5
    assert np.isnan(parted.z[0, [0, 3]]).all()
    assert np.abs(parted.z[0, [1, 2, 4, 5]]).max() < 0.6
    assert parted.centre[0, 4] == pytest.approx(60)


def test_farrington_is_a_quasi_poisson_regression() -> None:
    """Without weights the expected number and dispersion are those of statsmodels' GLM with an offset."""
    random = np.random.default_rng(1996)
    y, people = random.poisson(40, (8, 9)).astype(float), random.integers(800, 1200, (8, 9)).astype(float)
    made = farrington(y, exposure=people, years=8, trend=False, reweight=False)
    for row in range(8):
        fit = sm.GLM(y[row, :8], np.ones((8, 1)), sm.families.Poisson(), offset=np.log(people[row, :8])).fit(
            scale="X2", tol=1e-14
        )
        assert made.expected[row] == pytest.approx(
            fit.predict(np.ones((1, 1)), offset=np.log(people[row, 8:]))[0], rel=1e-9
        )
        assert made.phi[row] == pytest.approx(max(fit.scale, 1), rel=1e-9)


def test_few_false_alarms() -> None:
    """What is told where nothing has changed comes as often as declared; seeded, a tenth of the benchmark."""
    found = false_alarms(200, World())
    assert found.networks == pytest.approx(0.05, abs=0.035)
    for name, declared in found.declared.items():
        # Half a point is what the benchmark holds 2,000 networks to; a tenth of them adds their own chance to it.
        assert found.measured[name] == pytest.approx(declared, abs=0.0065), name


def test_differences_and_unsteady_years_are_allowed_for() -> None:
    """Areas that truly differ, and years that vary more than by chance, are no signals by themselves."""
    found = false_alarms(60, World(between=0.2, within=0.1))
    assert found.measured["level, p ≤ 0.01"] < 0.025
    assert found.measured["change, p ≤ 0.01"] < 0.025


def test_a_rise_is_found() -> None:
    """A rise of 60 % is found in nearly every area with enough events; of what is told, little is false."""
    hits, false = [], []
    for seed in range(40):
        one = judged(seed, World(rise=0.6, risen_years=2))
        rows = np.arange(STATISTICS) * 41
        told, right = one.q <= 0.05, one.q[rows] <= 0.05
        expected = one.panel.base[rows, -1] * one.target[rows, -1]
        hits += right[expected > 100].tolist()
        false.append(float((told.sum() - right.sum()) / max(told.sum(), 1)))
    assert np.mean(hits) > 0.95
    assert 0 < np.mean(false) < 0.1


def test_breaks_are_declared_and_not_guessed() -> None:
    """A country-wide reform that moves one area is a signal until its year is declared as a break."""
    counts, kinds = network(np.random.default_rng(2023), World(rise=0.8, risen_years=3))
    alone = judge(counts, kinds, country=COUNTRY)
    told = judge(counts, kinds, country=COUNTRY, breaks={"s0": (counts.years[-3],)})
    assert alone.change[0] < 1e-6
    assert told.change[0] > 0.01
    np.testing.assert_array_equal(alone.change[41:82], told.change[41:82])  # other statistics have no such break


def test_the_country_is_not_judged() -> None:
    """The country is what areas are held against."""
    one = judged(1, World())
    home = (one.panel.series["region"] == COUNTRY).to_numpy()
    assert np.isnan(one.p[home]).all()
    assert not np.isnan(one.p[~home]).any()


def _counts(*rows: tuple[str, int, float | None, float | None]) -> pl.DataFrame:
    return pl.DataFrame(
        [("1245", "total", *row) for row in rows],
        schema=["scale", "category", "region", "wave", "events", "base"], orient="row",
    ).cast({"wave": pl.Int32, "events": pl.Float64, "base": pl.Float64})  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("020", 2011, -1, 10)], "area '020', 2011: it has a negative number of events"),
        ([("020", 2011, 1, 0)], "has a denominator of 0"),
        ([("020", 2011, 11, 10)], "more events than persons"),
        ([("020", 2011, 1, 10), ("837", 2011, 1, 10), ("020", 2011, 2, 10)], "area '020', 2011: it stands there twice"),
    ],
)
def test_what_no_count_can_be(rows: list[tuple[str, int, float, float]], said: str) -> None:
    """Each says where it is, what is wrong, what is allowed and what to do."""
    with pytest.raises(ContractError, match=said) as error:
        panel(_counts(*rows), {"1245": "share"})
    assert error.value.hint


def test_a_rate_may_have_more_events_than_persons_and_a_kind_must_be_known() -> None:
    """One person may be counted several times; and nobody guesses whether that is so."""
    assert panel(_counts(("020", 2011, 11, 10)), {"1245": "rate"}).events[0, 0] == 11
    with pytest.raises(ContractError, match="share or a rate"):
        panel(_counts(("020", 2011, 1, 10)), {})


def test_rows_in_any_order_make_the_same_panel() -> None:
    """Gaps stay gaps."""
    rows = [("020", 2011, 1.0, 10.0), ("020", 2013, 3.0, 30.0), ("837", 2012, None, 20.0)]
    one, other = (panel(_counts(*some), {"1245": "share"}) for some in (rows, rows[::-1]))
    assert one.series.equals(other.series)
    assert one.years == (2011, 2012, 2013)
    np.testing.assert_array_equal(one.events, [[1, GAP, 3], [GAP, GAP, GAP]])
    np.testing.assert_array_equal(one.base, other.base)


def _values(*rows: tuple[str, str, float | None, int | None]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=["scale", "region", "estimate", "n"], orient="row")
    return tidy(frame, indicator="area_value", category="total", wave=2011)


def _record(**facts: Any) -> CountedStatistic:
    return replace(CountedStatistic(kind="share", per=100, denominator=None, decimals=1), **facts)


def test_denominators_are_declared_or_reckoned_back() -> None:
    """Blank stays unknown, 0 events tell no denominator, and a wrong denominator is an error and no signal."""
    values = _values(("1", "020", 5.1, 195), ("1", "177", None, None), ("1", "250", 0.0, 0), ("2", "020", 4900, 4900))
    back = counted(values, {"1": _record()})
    assert back.series["region"].to_list() == ["020", "177", "250"]
    np.testing.assert_array_equal(back.base[:, 0], [3824, GAP, GAP])
    np.testing.assert_array_equal(back.events[:, 0], [195, GAP, 0])
    named = counted(values.filter(pl.col("estimate") != 5.1), {"1": _record(denominator="2")})
    assert np.isnan(named.base).all()
    with pytest.raises(ContractError, match=r"the value 5\.1 is not 195 · 100 / 4900"):
        counted(values, {"1": _record(denominator="2")})
    with pytest.raises(ContractError, match=r"absolute number is 195, and its denominator, statistic '2', is 0"):
        counted(
            values.with_columns(n=pl.when(pl.col("scale") == "2").then(0).otherwise("n")),
            {"1": _record(denominator="2")},
        )
    # People at mid-year are not those at its end: a value that is near is right.
    near = values.with_columns(estimate=pl.when(pl.col("scale") == "1").then(3.9).otherwise("estimate"))
    assert counted(near, {"1": _record(denominator="2")}).base[0] == 4900


def test_funnel_limits_hold_what_they_say() -> None:
    """Exact limits of a funnel leave out as much as they say, on average over sizes."""
    n = np.arange(400.0, 600)
    low, high = funnel.limits(n, 0.1, "share", level=0.95)
    inside = [
        binom.cdf(np.floor(h * m), m, 0.1) - binom.cdf(np.ceil(low_ * m) - 1, m, 0.1)
        for low_, h, m in zip(low, high, n, strict=True)
    ]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.01)
    with pytest.raises(ParameterError, match="target of a funnel is 10"):
        funnel.limits(n, 10, "share")


def test_balanced_dispersion_finds_the_variance_that_is_there() -> None:
    """τ² is found on average, areas of very different sizes notwithstanding; Spiegelhalter's moments find less."""
    random = np.random.default_rng(2012)
    n = np.round(np.exp(random.normal(7, 1, (300, 60))) + 100)
    true = np.clip(0.1 + 0.02 * random.standard_normal(n.shape), 0.001, 1)
    spread = funnel.variance(n, 0.1, "share")
    z = (random.binomial(n.astype(int), true) / n - 0.1) / np.sqrt(spread)
    assert funnel.balanced(z, spread).tau2.mean() == pytest.approx(0.02**2, rel=0.06)
    assert funnel.dispersion(z, spread).tau2.mean() < 0.75 * 0.02**2
    calm = random.standard_normal((2000, 60))
    assert (funnel.balanced(calm, np.ones_like(calm)).tau2 > 0).mean() == pytest.approx(0.05, abs=0.02)


def test_intervals_and_standardised_rates_refuse_what_they_cannot_be_of() -> None:
    """Negative numbers, nobody at all, and an age that has no people; and below ten events no rate is told."""
    with pytest.raises(ContractError, match="-1"):
        exact_poisson([-1])
    with pytest.raises(ContractError, match="0 ≤ events ≤ trials"):
        exact_binomial([2], [1])
    assert byar([10])[0][0] == pytest.approx(exact_poisson([10])[0][0], rel=0.01)
    with pytest.raises(ContractError, match=r"position 0, 1"):
        direct([[1, 1]], [[5, 0]], [1, 1])
    few = direct([[4, 5], [4, 6]], [[50, 60], [50, 60]], [1, 1])
    assert few.told.tolist() == [False, True]
    assert np.isnan(few.rate[0])
