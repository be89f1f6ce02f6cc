"""The model that like series share, chosen against the naive by what was known, and how its forecasts have done."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from sujuva.situation.forecast.conformal import LEVELS, reach
from sujuva.situation.forecast.models import Model, fewest
from sujuva.situation.forecast.rolling import Floats, Rolled, Series, roll

SIGNIFICANCE = 0.05
"""Level of the test by which a model takes the place of the naive, over all models that compete for it (Bonferroni)."""
FEWEST_PERIODS = 3
"""An interval and a choice need errors of so many different periods: one unusual year hits all areas at once."""
DIGITS = 6
"""Decimals to which scores are rounded before they are compared, so that ties are ties on every processor."""
_Reach = Callable[[int, int, int], tuple[dict[int, float], int]]
TOO_SHORT, STANDS_STILL, TOO_FEW_ERRORS = "too_short", "stands_still", "too_few_errors"


@dataclass(frozen=True)
class Step:
    """A forecast: of the period `period`, with the ends of its intervals by level and the number of errors behind them.

    A level is missing from `ends` where too few errors are known (19 for 95 per cent, 4 for 80).
    """

    period: int
    value: float
    ends: dict[int, tuple[float, float]]
    errors: int


@dataclass(frozen=True)
class Forecast:
    """The forecasts of one series by the model that was chosen, or in `reason` why there is none."""

    key: str
    model: Model
    steps: tuple[Step, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Record:
    """How past forecasts of like series did, each made and judged with what was known at its origin.

    `origins` counts forecasts (series × origins × steps), `mase` and `naive_mase` are the mean sizes of their errors,
    `held` by level how many intervals held the value, and of how many.
    """

    origins: int
    mase: float
    naive_mase: float
    held: dict[int, tuple[int, int]]

    def coverage(self, level: int) -> float | None:
        """Return the share of intervals that held the value; None where there were none."""
        held, judged = self.held[level]
        return held / judged if judged else None


@dataclass(frozen=True)
class Outlook:
    """Forecasts of like series in their order, and the record of past ones; None where nothing was ever judged."""

    forecasts: tuple[Forecast, ...]
    record: Record | None


def outlook(series: Sequence[Series], *, horizon: int = 3, season: int = 1, floor: float | None = None) -> Outlook:
    """Forecast like series by one model, with 80 and 95 per cent intervals from how far forecasts have missed.

    At each period the model with the smallest mean error (MASE) so far is held against the naive: over the periods that
    were forecast, its mean error must be smaller by a one-sided t test with the period as the unit, since what hits one
    area in a year hits all (after Diebold & Mariano 1995, J. Bus. Econ. Stat. 13, 253–263), at 5 per cent over all
    models that compete (Bonferroni). Otherwise the naive is used. Intervals reach as far as the errors of that model at
    that step in all like series (`conformal.reach`), in units of the series' own mean change. Every choice and every
    interval uses only values up to its origin, in the record as in the forecasts.

    What is taken for exchangeable are areas and years, and years are not quite: after a turn of events that hits all
    areas, such as a recession, intervals hold less often than they say. The record tells.

    Args:
        series: Like series: the same statistic, the same kind of area.
        horizon: Steps ahead.
        season: Values a year, 1 or 12.
        floor: The least value there can be, at which intervals end; None: no such value.

    Raises:
        ParameterError: See `roll`.
    """
    rolled = roll(series, horizon=horizon, season=season)
    choice = chosen_models(rolled)
    known_reach = cache(partial(_reach, rolled))
    forecasts = [_forecast(rolled, choice, known_reach, place, floor) for place in range(len(series))]
    return Outlook(tuple(forecasts), _judged(rolled, choice, known_reach))


def chosen_models(rolled: Rolled) -> list[int]:
    """Return the place of the model that is chosen at each period, by the errors known then; 0 is the naive."""
    sizes, known = np.abs(rolled.errors), rolled.known
    periods = int(rolled.targets.max()) + 1
    counts = np.bincount(rolled.targets[known], minlength=periods)
    sums = np.array([np.bincount(rolled.targets[known], one[known], periods) for one in sizes], dtype=float)
    means = np.round(sums / np.maximum(counts, 1), DIGITS)
    totals, seen = np.cumsum(sums, axis=1), np.cumsum(counts)
    choice = []
    for period in range(periods):
        best = 0
        if seen[period]:
            lowest = int(np.argmin(np.round(totals[:, period] / seen[period], DIGITS)))  # the first of equals
            past = counts[: period + 1] > 0
            differences = (means[lowest] - means[0])[: period + 1][past]
            level = SIGNIFICANCE / (len(rolled.models) - 1)
            best = lowest if _better(differences, level, rolled.horizon) else 0
        choice.append(best)
    return choice


def _better(differences: Floats, level: float, horizon: int) -> bool:
    """Tell whether the mean of the differences by period is surely below 0 (one-sided t test).

    Errors of several steps overlap: the statistic is shrunk as Harvey, Leybourne & Newbold do for `horizon` steps
    (1997, Int. J. Forecasting 13, 281–291), which of few periods leaves nothing.
    """
    count = len(differences)
    shrunk = (count + 1 - 2 * horizon + horizon * (horizon - 1) / count) / count
    if count < FEWEST_PERIODS or shrunk <= 0:
        return False
    mean = math.fsum(differences) / count
    error = math.sqrt(math.fsum((one - mean) ** 2 for one in differences) / (count - 1) / count)
    return round(mean * math.sqrt(shrunk) + float(stdtrit(count - 1, 1 - level)) * error, DIGITS) < 0


def _reach(rolled: Rolled, model: int, step: int, period: int) -> tuple[dict[int, float], int]:
    """Return how far intervals reach in units of the scale, by level, and how many errors were known at `period`."""
    past = rolled.known[:, :, step] & (rolled.targets[:, :, step] <= period)
    errors = rolled.errors[model, :, :, step][past]
    if np.count_nonzero(np.bincount(rolled.targets[:, :, step][past])) < FEWEST_PERIODS:
        return {}, len(errors)
    reaches = {level: reach(errors, level) for level in LEVELS}
    return {level: one for level, one in reaches.items() if one is not None}, len(errors)


def _forecast(rolled: Rolled, choice: Sequence[int], known_reach: _Reach, place: int, floor: float | None) -> Forecast:
    one = rolled.series[place]
    last = len(one.values) - 1
    period = int(rolled.times[place, last])
    model = rolled.models[choice[period]]
    if last + 1 < fewest(rolled.season):
        return Forecast(one.key, model, reason=TOO_SHORT)
    scale = float(rolled.scale[place, last])
    if math.isnan(scale):
        return Forecast(one.key, model, reason=STANDS_STILL)
    steps = []
    for step, value in enumerate(rolled.ahead(choice[period], place).tolist()):
        reaches, errors = known_reach(choice[period], step, period)
        if reaches:
            least = -math.inf if floor is None else floor
            ends = {level: (max(value - far * scale, least), value + far * scale) for level, far in reaches.items()}
            steps.append(Step(one.first + last + step + 1, max(value, least), ends, errors))
    return Forecast(one.key, model, tuple(steps), "" if steps else TOO_FEW_ERRORS)


def _judged(rolled: Rolled, choice: Sequence[int], known_reach: _Reach) -> Record | None:
    """Judge every past forecast by the model and the interval that could be told at its origin."""
    sizes: list[NDArray[np.float64]] = []
    naive: list[NDArray[np.float64]] = []
    held = {level: [0, 0] for level in LEVELS}
    known = rolled.known
    for period, model in enumerate(choice):
        here = rolled.times == period
        for step in range(rolled.horizon):
            now = here & known[:, :, step]
            if not now.any():
                continue
            errors = np.abs(rolled.errors[model, :, :, step][now])
            sizes.append(errors)
            naive.append(np.abs(rolled.errors[0, :, :, step][now]))
            for level, far in known_reach(model, step, period)[0].items():
                held[level][0] += int((np.round(errors, DIGITS) <= round(far, DIGITS)).sum())
                held[level][1] += len(errors)
    count = sum(map(len, sizes))
    if not count:
        return None
    mase, naive_mase = (math.fsum(np.concatenate(some).tolist()) / count for some in (sizes, naive))
    return Record(count, mase, naive_mase, {level: (hits, all_) for level, (hits, all_) in held.items()})
