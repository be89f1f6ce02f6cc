"""Forecasts from every origin of like series, and how far each missed: the rolling origin.

At each origin a model sees only the values up to it (Tashman 2000, Int. J. Forecasting 16, 437–450). A miss is divided
by the mean absolute change that the series itself had shown up to the origin, so that large and small areas, rates and
shares can stand beside each other; its mean size is the MASE (Hyndman & Koehler 2006, Int. J. Forecasting 22, 679–688).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sujuva.errors import ParameterError
from sujuva.situation.forecast.models import Model, fewest, models_of, weights

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
_SHARED = 20
_STILL = 1e-9
"""A mean change below this share of the mean size is none: the series stands still."""


@dataclass(frozen=True)
class Series:
    """Values at equal distances, without a gap: `first` is the number of the first period (a year, a counted month)."""

    key: str
    first: int
    values: tuple[float, ...]


@dataclass(frozen=True)
class Rolled:
    """What every model forecast from every origin of like series.

    `values` are (series, place), left-aligned, NaN behind the end; `scale` is the mean absolute change up to that place
    (of a monthly series from the same month of the year before), NaN where there is none; `times` the number of the
    period counted from the earliest of all series; `targets` (series, origin, step) those that are forecast; `errors`
    (model, series, origin, step) value less forecast over scale, NaN where there is no such error.
    """

    series: tuple[Series, ...]
    season: int
    horizon: int
    models: tuple[Model, ...]
    values: Floats
    scale: Floats
    times: Places
    targets: Places
    errors: Floats

    @property
    def known(self) -> NDArray[np.bool_]:
        """Return where there is an error: (series, origin, step)."""
        known: NDArray[np.bool_] = ~np.isnan(self.errors[0])
        return known

    def ahead(self, model: int, place: int) -> Floats:
        """Forecast a series from its last value: an array of `horizon` values, for the series at `place`."""
        size = len(self.series[place].values)
        told = _told(self.models[model], self.values.shape[1], self.horizon, self.season)[size - 1, :, :size]
        return np.array([math.fsum(row) for row in told * self.values[place, :size]])


def roll(series: Sequence[Series], *, horizon: int, season: int = 1) -> Rolled:
    """Forecast every series from each of its origins by every model.

    The first origin is the fifth value of a yearly series, and of a monthly one the first month of the third year
    (`models.fewest`). Sums go through the values in their order: no result hangs on the processor.

    Args:
        series: Like series, in the order in which they are to be kept; at least one.
        horizon: Steps ahead, at least 1.
        season: Values a year, 1 or 12.

    Raises:
        ParameterError: No series, one without a value or with one that is no number, no step, or another season.
    """
    models = models_of(season)
    _check(series, horizon)
    length = max(len(one.values) for one in series)
    values = np.full((len(series), length), np.nan)
    for place, one in enumerate(series):
        values[place, : len(one.values)] = one.values
    earliest = min(one.first for one in series)
    times = np.array([one.first - earliest for one in series])[:, None] + np.arange(length)
    scale = _scale(values, season)
    actual = np.full((len(series), length, horizon), np.nan)
    for step in range(min(horizon, length - 1)):
        actual[:, : length - step - 1, step] = values[:, step + 1 :]
    filled = np.nan_to_num(values)
    errors = np.empty((len(models), *actual.shape))
    for place, model in enumerate(models):
        told = _told(model, length, horizon, season)
        forecasts = np.zeros_like(actual)
        for past in range(length):  # not a matrix product, whose last digits hang on the processor
            forecasts[:, past:] += told[past:, :, past] * filled[:, past, None, None]
        errors[place] = (actual - forecasts) / scale[:, :, None]
    errors[:, :, : fewest(season) - 1] = np.nan
    targets = times[:, :, None] + np.arange(1, horizon + 1)
    return Rolled(tuple(series), season, horizon, models, values, scale, times, targets, errors)


def _told(model: Model, length: int, horizon: int, season: int) -> Floats:
    """Return the weights of a length that many series share: a forecast hangs on no later place."""
    return weights(model, math.ceil(length / _SHARED) * _SHARED, horizon, season)[:length, :, :length]


def _scale(values: Floats, season: int) -> Floats:
    scale = np.full_like(values, np.nan)
    changes = np.abs(values[:, season:] - values[:, :-season])
    counts = np.arange(1, changes.shape[1] + 1)
    scale[:, season:] = np.cumsum(changes, axis=1) / counts
    size = np.cumsum(np.abs(values), axis=1) / np.arange(1, values.shape[1] + 1)
    scale[scale <= _STILL * size] = np.nan
    return scale


def _check(series: Sequence[Series], horizon: int) -> None:
    if not series or any(not one.values for one in series):
        raise ParameterError("There is no value to forecast from.", "Leave empty series out.")
    if horizon < 1:
        msg = f"A forecast looks at least one step ahead, not {horizon}."
        raise ParameterError(msg)
    wrong = next((one.key for one in series if not all(map(math.isfinite, one.values))), None)
    if wrong is not None:
        msg = f"The series {wrong!r} has a value that is no number."
        raise ParameterError(msg, "Cut it there.")
