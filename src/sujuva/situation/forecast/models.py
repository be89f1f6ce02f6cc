"""Models of short series with fixed coefficients, as what they are: weights on the past.

With its coefficients fixed, a forecast of exponential smoothing or of an ARIMA is a linear function of the values up to
its origin. So each model is worked out once, by giving statsmodels the unit series (a 1 at one time, 0 elsewhere), and
thousands of series cost a multiplication. Coefficients come from a coarse grid and are chosen over like areas
(`chosen.py`): ten yearly values of a small municipality cannot tell them, and an optimiser would end in other last
digits on another processor. The weights are rounded to `DIGITS` decimals, so that forecasts are the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sujuva.errors import ParameterError

FEWEST_VALUES = 5
"""A forecast needs so many values: fewer than four changes tell neither a trend nor how much a year may differ."""
DIGITS = 10
"""Decimals of the weights."""
NAIVE, DRIFT, ETS, ARIMA = "naive", "drift", "ets", "arima"
MONTHS = 12

Weights = NDArray[np.float64]


@dataclass(frozen=True)
class Model:
    """A model with its coefficients.

    `family` is naive, drift, ets or arima. An ETS has `smoothing`: α of the level, and if it has a trend β and the
    damping φ, if it has seasons γ (additive, parametrised as in Hyndman et al. 2008); 0 for a component that it lacks.
    An ARIMA has `order` (p, d, q), in `coefficients` those of AR and MA, and of the seasonal MA of a monthly series
    (0, 1, 1); `regressor` adds a mean ("mean") or a drift ("drift"), estimated with the state.
    """

    family: str
    smoothing: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    order: tuple[int, int, int] = (0, 0, 0)
    coefficients: tuple[float, ...] = ()
    regressor: str = ""

    @property
    def label(self) -> str:
        """Return the model as the field writes it: "ETS(A,Ad,N) α=0.5 β=0.1 φ=0.9", "ARIMA(0,1,1)(0,1,1) …"."""
        if self.family == ETS:
            alpha, beta, phi, gamma = self.smoothing
            trend = ("A" if phi == 1 else "Ad") if phi else "N"
            named = {"α": alpha, "β": beta * bool(phi), "φ": phi * (phi != 1), "γ": gamma}
            values = " ".join(f"{name}={value:g}" for name, value in named.items() if value)
            return f"ETS(A,{trend},{'A' if gamma else 'N'}) {values}"
        if self.family == ARIMA:
            p, d, q = self.order
            names = [*["φ"] * p, *["θ"] * q, "Θ"]
            values = " ".join(f"{name}={value:g}" for name, value in zip(names, self.coefficients, strict=False))
            seasonal = "(0,1,1)" * (len(self.coefficients) > p + q)
            return f"ARIMA({p},{d},{q}){seasonal}{' with ' + self.regressor if self.regressor else ''} {values}"
        return self.family


def _ets(alpha: float, beta: float = 0.0, phi: float = 0.0, gamma: float = 0.0) -> Model:
    return Model(ETS, smoothing=(alpha, beta, phi, gamma))


def _arima(p: int, d: int, q: int, *coefficients: float, regressor: str = "") -> Model:
    return Model(ARIMA, order=(p, d, q), coefficients=coefficients, regressor=regressor)


YEARLY: tuple[Model, ...] = (
    Model(NAIVE),
    Model(DRIFT),
    *(_ets(alpha) for alpha in (0.4, 0.6, 0.8)),
    *(_ets(0.7, beta, 0.9) for beta in (0.1, 0.3)),
    *(_ets(0.95, beta, phi) for beta, phi in ((0.1, 0.9), (0.3, 0.8), (0.3, 0.9), (0.3, 1.0))),
    *(_arima(1, 1, 0, phi) for phi in (-0.4, -0.2, 0.2, 0.4, 0.6)),
    _arima(0, 1, 1, -0.3, regressor="drift"),
    _arima(0, 2, 1, -0.5),
    _arima(1, 0, 0, 0.6, regressor="mean"),
)
"""Models of yearly series, the simplest first: among equals that one is chosen."""
MONTHLY: tuple[Model, ...] = (
    Model(NAIVE),
    Model(DRIFT),
    *(_ets(alpha, gamma=gamma) for alpha in (0.2, 0.5, 0.8) for gamma in (0.05, 0.15)),
    *(_ets(alpha, 0.05, 0.9, gamma) for alpha in (0.2, 0.5, 0.8) for gamma in (0.05, 0.15)),
    *(_arima(0, 1, 1, theta, seasonal) for theta in (-0.8, -0.5, -0.2) for seasonal in (-0.7, -0.4)),
)
"""Models of monthly series; naive is the same month of the year before."""


def models_of(season: int) -> tuple[Model, ...]:
    """Return the models of yearly (`season` 1) or monthly (12) series.

    Raises:
        ParameterError: Another season.
    """
    if season not in {1, MONTHS}:
        msg = f"There are no models of series with {season} values a year."
        raise ParameterError(msg, "Give 1 or 12.")
    return YEARLY if season == 1 else MONTHLY


def fewest(season: int) -> int:
    """Return how many values a series needs before its first origin: five years, or two years of months and one."""
    return FEWEST_VALUES if season == 1 else 2 * season + 1


@cache
def weights(model: Model, length: int, horizon: int, season: int = 1) -> Weights:
    """Return what each past value weighs in each forecast.

    Naive and drift are those of Hyndman & Athanasopoulos, *Forecasting: principles and practice*, § 5.2; ETS is
    statsmodels' `ETSModel` that begins at the line through the first five values' ends (or the first year's seasons),
    ARIMA its `SARIMAX` with exact diffuse initialisation. A forecast looks at nothing after its origin.

    Args:
        model: One of `models_of(season)`.
        length: Number of values of the longest series.
        horizon: How many steps ahead.
        season: Values a year, 1 or 12.

    Returns:
        Array (origin, step, value): the forecast made at the place `origin` (from 0) for `step` + 1 later is the sum of
        the values times these. Zeros before the fewest values are there.
    """
    makers = {NAIVE: _naive_weights, DRIFT: _drift_weights, ETS: _ets_weights, ARIMA: _arima_weights}
    made = np.zeros((length, horizon, length))
    if length >= fewest(season):  # of fewer values no model is asked
        made = np.round(makers[model.family](model, length, horizon, season), DIGITS)
    made[: fewest(season) - 1] = 0.0
    made.flags.writeable = False
    return made


def _naive_weights(_: Model, length: int, horizon: int, season: int) -> Weights:
    made = np.zeros((length, horizon, length))
    for origin in range(season - 1, length):
        for step in range(horizon):
            made[origin, step, origin - season + 1 + step % season] = 1.0
    return made


def _drift_weights(model: Model, length: int, horizon: int, season: int) -> Weights:
    made = _naive_weights(model, length, horizon, season)
    for origin in range(season, length):
        # The mean change a step is (last − first) / their distance: whole years apart where there are seasons.
        apart = origin // season * season
        for step in range(horizon):
            ahead = step + 1 if season == 1 else (step // season + 1) * season
            made[origin, step, origin] += ahead / apart
            made[origin, step, origin - apart] -= ahead / apart
    return made


def _ets_weights(model: Model, length: int, horizon: int, season: int) -> Weights:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # noqa: PLC0415  a second, for forecasts alone

    alpha, beta, phi, gamma = model.smoothing
    made = np.zeros((length, horizon, length))
    damping = np.cumsum(phi ** np.arange(1, horizon + 1)) if phi else np.zeros(horizon)
    for place in range(length):
        unit = np.zeros(length)
        unit[place] = 1.0
        first = unit[:season].mean() if gamma else unit[0]
        slope = (unit[FEWEST_VALUES - 1] - unit[0]) / (FEWEST_VALUES - 1) if phi and not gamma else 0.0
        start: dict[str, object] = {"initial_level": first - phi * slope}
        start |= {"initial_trend": slope} if phi else {}
        start |= {"initial_seasonal": unit[:season] - first} if gamma else {}
        ets = ETSModel(
            unit, error="add", trend="add" if phi else None, damped_trend=0 < phi < 1,
            seasonal="add" if gamma else None, seasonal_periods=season if gamma else None,
            initialization_method="known", **start,
        )  # fmt: skip
        smoothed = ets.smooth([alpha, *[beta] * bool(phi), *[gamma] * bool(gamma), *[phi] * (0 < phi < 1)])
        made[:, :, place] = np.asarray(smoothed.level)[:, None]
        if phi:
            made[:, :, place] += np.asarray(smoothed.slope)[:, None] * damping
        if gamma:
            seasons = np.asarray(smoothed.season)
            for step in range(horizon):
                # The latest state of the season that the step falls in.
                back = season - 1 - step % season
                made[back:, step, place] += seasons[: length - back]
    return made


def _arima_weights(model: Model, length: int, horizon: int, season: int) -> Weights:
    from statsmodels.tsa.statespace.sarimax import SARIMAX  # noqa: PLC0415  a second, for forecasts alone

    times = np.arange(length + horizon, dtype=float)
    regressor = {"mean": np.ones_like(times), "drift": times}.get(model.regressor)
    seasonal = len(model.coefficients) > model.order[0] + model.order[2]
    made = np.zeros((length, horizon, length))
    for place in range(length):
        unit = np.zeros(length)
        unit[place] = 1.0
        arima = SARIMAX(
            unit, exog=None if regressor is None else regressor[:length], order=model.order,
            seasonal_order=(0, 1, 1, season) if seasonal else (0, 0, 0, 0), mle_regression=regressor is None,
            use_exact_diffuse=True,
        )  # fmt: skip
        arima.update(np.array([*model.coefficients, 1.0]))
        filtered = arima.ssm.filter()
        state, transition = filtered.filtered_state, filtered.transition[:, :, 0]
        design = filtered.design[0, :, 0]
        for step in range(horizon):
            state = transition @ state
            if regressor is None:
                made[:, step, place] = design @ state
                continue
            # The regression coefficient is a state whose design is the regressor at the time that is forecast.
            ahead = np.repeat(design[:, None], length, axis=1)
            ahead[-1] = regressor[step + 1 : step + 1 + length]
            made[:, step, place] = (ahead * state).sum(axis=0)
    return made
