"""Forecasts of short series: weights against statsmodels, choices and intervals that know nothing of what comes."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.statespace.sarimax import SARIMAX

from sujuva.errors import ParameterError
from sujuva.situation.forecast import Series, outlook
from sujuva.situation.forecast.chosen import FEWEST_PERIODS, chosen_models
from sujuva.situation.forecast.conformal import rank, reach
from sujuva.situation.forecast.models import ARIMA, DRIFT, ETS, MONTHLY, NAIVE, YEARLY, Model, fewest, weights
from sujuva.situation.forecast.rolling import roll

AHEAD = 14
LENGTH = 40


def walk(seed: int, size: int = LENGTH, *, season: int = 1) -> np.ndarray:
    """A random walk far above 0, with a yearly rhythm where there are months."""
    drawn = np.random.Generator(np.random.PCG64(seed)).normal(size=size).cumsum() + 50
    return drawn + 3 * np.sin(2 * np.pi * np.arange(size) / season)


def direct(model: Model, past: np.ndarray, season: int) -> np.ndarray:
    """The forecast of statsmodels from these values, asked in its usual way."""
    if model.family == ARIMA:
        times = np.arange(len(past) + AHEAD, dtype=float)
        regressor = {"mean": np.ones_like(times), "drift": times}.get(model.regressor)
        seasonal = (0, 1, 1, season) if season > 1 else (0, 0, 0, 0)
        arima = SARIMAX(
            past, exog=None if regressor is None else regressor[: len(past)], order=model.order,
            seasonal_order=seasonal, mle_regression=regressor is None, use_exact_diffuse=True,
        )  # fmt: skip
        told = arima.filter([*model.coefficients, 1.0], transformed=True)
        return told.forecast(AHEAD, exog=None if regressor is None else regressor[len(past) :])
    alpha, beta, phi, gamma = model.smoothing
    slope = (past[4] - past[0]) / 4 if phi and season == 1 else 0.0
    first = past[:season].mean()
    start = {"initial_level": first - phi * slope} | ({"initial_trend": slope} if phi else {})
    start |= {"initial_seasonal": past[:season] - first} if gamma else {}
    made = ETSModel(
        past, trend="add" if phi else None, damped_trend=0 < phi < 1, seasonal="add" if gamma else None,
        seasonal_periods=season if gamma else None, initialization_method="known", **start,
    )  # fmt: skip
    coefficients = [alpha, *[beta] * bool(phi), *[gamma] * bool(gamma), *[phi] * (0 < phi < 1)]
    return np.asarray(made.smooth(coefficients).forecast(AHEAD))


@pytest.mark.parametrize(
    ("model", "season"),
    [(model, season) for season, models in ((1, YEARLY), (12, MONTHLY)) for model in models],
    ids=lambda value: value.label if isinstance(value, Model) else str(value),
)
def test_weights_are_the_forecasts_of_statsmodels(model: Model, season: int) -> None:
    values = walk(1, season=season)
    told = weights(model, LENGTH, AHEAD, season)
    for origin in (fewest(season) - 1, 31, LENGTH - 1):
        made, past = told[origin] @ values, values[: origin + 1]
        if model.family == NAIVE:
            expected = np.array([past[len(past) - season + step % season] for step in range(AHEAD)])
        elif model.family == DRIFT:
            apart = origin // season * season
            slope = (past[-1] - past[origin - apart]) / apart
            steps = [(step % season, (step // season + 1) * season) for step in range(AHEAD)]
            expected = np.array([past[len(past) - season + place] + slope * ahead for place, ahead in steps])
        else:
            assert model.family in {ETS, ARIMA}
            expected = direct(model, past, season)
        assert made == pytest.approx(expected, abs=1e-6)
        assert not told[origin, :, origin + 1 :].any(), "a forecast looks at nothing that comes after it"


def test_models_are_named_as_the_field_does() -> None:
    labels = [model.label for model in (*YEARLY, *MONTHLY)]
    assert "ETS(A,N,N) α=0.4" in labels
    assert "ETS(A,Ad,N) α=0.7 β=0.1 φ=0.9" in labels
    assert "ARIMA(0,1,1) with drift θ=-0.3" in labels
    assert "ARIMA(0,1,1)(0,1,1) θ=-0.5 Θ=-0.7" in labels
    assert len(set(labels[: len(YEARLY)])) == len(YEARLY)


def test_an_interval_needs_4_errors_or_19() -> None:
    """⌈(n + 1)·level⌉: four errors for 80 per cent, 19 for 95."""
    assert (rank(3, 80), rank(4, 80), rank(9, 80)) == (None, 4, 8)
    assert (rank(18, 95), rank(19, 95), rank(39, 95)) == (None, 19, 38)
    assert reach(np.array([-5.0, 1.0, 2.0, -3.0]), 80) == 5.0
    assert reach(np.array([-5.0, 1.0, 2.0, -3.0, 4.0, 0.0, 0.5, -0.1, 0.2]), 80) == 4.0
    assert reach(np.arange(18.0), 95) is None


def like(count: int, size: int, *, first: int = 2000, slope: float = 0.0) -> list[Series]:
    return [
        Series(f"a{place}", first, tuple((walk(place, size) + slope * np.arange(size)).tolist()))
        for place in range(count)
    ]


def test_errors_are_divided_by_the_mean_change_so_far() -> None:
    values = (10.0, 11.0, 9.0, 12.0, 12.0, 15.0, 15.5)
    rolled = roll([Series("one", 2000, values)], horizon=2)
    assert rolled.models[0].family == NAIVE
    assert rolled.scale[0, 4] == 1.5  # (1 + 2 + 3 + 0) / 4
    assert rolled.errors[0, 0, 4].tolist() == [2.0, 3.5 / 1.5]
    assert rolled.errors[0, 0, 5, 0] == pytest.approx(0.5 / 1.8)
    assert np.isnan(rolled.errors[:, 0, :4]).all()
    assert np.isnan(rolled.errors[:, 0, 5, 1]).all()


def test_a_monthly_series_is_held_against_the_same_month_of_the_year_before() -> None:
    values = tuple(float(month % 12 + (month // 12) ** 2) for month in range(40))
    rolled = roll([Series("one", 0, values)], horizon=1, season=12)
    assert rolled.scale[0, 24] == pytest.approx((12 * 1 + 3) / 13)
    assert rolled.errors[0, 0, 24, 0] == pytest.approx(3 / rolled.scale[0, 24])
    assert np.isnan(rolled.errors[:, 0, :24]).all()


def test_nothing_of_the_future_reaches_a_choice_or_an_interval() -> None:
    """Values after a year may be anything: what was told in that year, of each series, stays the same."""
    some, cut = like(12, 20, slope=1.5), 15
    changed = [replace(one, values=(*one.values[:cut], *(value * 7 + 3 for value in one.values[cut:]))) for one in some]
    short = [replace(one, values=one.values[:cut]) for one in some]
    choices = [chosen_models(roll(these, horizon=3))[:cut] for these in (some, changed, short)]
    assert choices[0] == choices[1] == choices[2]
    assert any(choices[0]), "a steady rise is worth more than the last value"
    # The record of the longer ones begins with that of the short ones.
    told, longer = outlook(short, horizon=3).record, outlook(changed, horizon=3).record
    assert told is not None
    assert longer is not None
    assert longer.origins > told.origins


def test_a_forecast_is_that_of_the_last_year_alone() -> None:
    some = like(30, 18)
    ended = [replace(one, values=one.values[:12]) if place < 3 else one for place, one in enumerate(some)]
    cut = [replace(one, values=one.values[:12]) for one in some]
    assert outlook(ended).forecasts[:3] == outlook(cut).forecasts[:3]


def test_a_rise_is_forecast_and_a_walk_is_left_to_the_naive() -> None:
    rise = outlook(like(20, 16, slope=4.0))
    assert {one.model.family for one in rise.forecasts} != {NAIVE}
    assert rise.record is not None
    assert rise.record.mase < rise.record.naive_mase
    flat = outlook(like(20, 16))
    assert {one.model.family for one in flat.forecasts} == {NAIVE}
    assert flat.forecasts[4].steps[2].value == like(20, 16)[4].values[-1]


def test_intervals_of_walks_hold_as_often_as_they_say() -> None:
    record = outlook(like(200, 20), horizon=2).record
    assert record is not None
    assert record.origins == 200 * (15 + 14)
    assert 0.77 < record.coverage(80) < 0.83
    assert 0.93 < record.coverage(95) < 0.97


def test_short_series_say_so() -> None:
    reasons = [outlook(like(21, size)).forecasts[0].reason for size in (1, 4, 5, 7, 8)]
    assert reasons == ["too_short", "too_short", "too_few_errors", "too_few_errors", ""]
    assert len(outlook(like(21, 8)).forecasts[0].steps) == 1, f"only one step has errors of {FEWEST_PERIODS} years"
    alone = outlook(like(1, 12)).forecasts[0].steps
    assert [(step.period, sorted(step.ends), step.errors) for step in alone] == [
        (2012, [80], 7), (2013, [80], 6), (2014, [80], 5),
    ]  # fmt: skip
    assert outlook(like(1, 11)).forecasts[0].steps[-1].errors == 4
    assert len(outlook(like(1, 10)).forecasts[0].steps) == 2, "three errors are no interval"
    assert outlook([Series("still", 2000, (3.0,) * 12)]).forecasts[0].reason == "stands_still"


def test_no_interval_goes_below_the_floor() -> None:
    low = [Series(f"a{place}", 2000, tuple((walk(place, 14) - 49).clip(0.01).tolist())) for place in range(20)]
    ends = [end for one in outlook(low, floor=0.0).forecasts for step in one.steps for end in step.ends.values()]
    assert min(bottom for bottom, _ in ends) == 0.0
    free = [end for one in outlook(low).forecasts for step in one.steps for end in step.ends.values()]
    assert min(bottom for bottom, _ in free) < 0


def test_what_cannot_be_forecast_is_refused() -> None:
    with pytest.raises(ParameterError, match="no number"):
        outlook([Series("one", 2000, (1.0, float("nan")))])
    with pytest.raises(ParameterError, match="no value"):
        outlook([])
    with pytest.raises(ParameterError, match="4 values a year"):
        outlook(like(1, 9), season=4)
    with pytest.raises(ParameterError, match="one step"):
        outlook(like(1, 9), horizon=0)


_PRINTED = """
from tests.situation.test_forecast import like, walk
from sujuva.situation.forecast import Series, outlook
made = [outlook(like(15, 17, slope=2.0)), outlook([Series("m", 0, tuple(walk(1, 60, season=12)))], season=12)]
print([(one.record, one.forecasts) for one in made])
"""


def test_every_processor_gives_the_same_digits() -> None:
    """Not to some digits: the same ones, since the weights are rounded and no sum hangs on a kernel."""
    said = [
        subprocess.run(
            [sys.executable, "-c", _PRINTED], env=os.environ | {"OPENBLAS_CORETYPE": kernel}, check=True,
            capture_output=True, text=True,
        ).stdout
        for kernel in ("Prescott", "Haswell")
    ]  # fmt: skip
    assert "ARIMA" in said[0] or "ets" in said[0] or "drift" in said[0]
    assert said[0] == said[1]
