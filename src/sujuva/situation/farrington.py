"""Farrington's method for counts: is this period's number higher or lower than earlier years' let one expect?

Farrington et al. (1996, Journal of the Royal Statistical Society A 159, 547–563), as `algo.farrington` of R's
surveillance has it, for many series at once: statsmodels and R fit one generalised linear model at a time, which takes
a hundred thousand series minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtr

from sujuva.errors import ParameterError
from sujuva.situation.intervals import Floats

_CLOSE, _ITERATIONS = 1e-11, 25
_STRIDE, _STEEPEST = 1.0, 5.0  # of a slope on the scale of logarithms, a period
_SIGNIFICANT, _TREND_YEARS = 0.05, 3
_POWER, _TINY = 2 / 3, 1e-300
FEWEST, PERIODS = 5, 4
"""A series with fewer than five events in the last four periods is not judged (`limit54` of surveillance)."""


@dataclass(frozen=True)
class Farrington:
    """What is expected of the last period of each series; NaN where it cannot be judged.

    `low` and `high` are the limits, `z` the score of the number on the 2/3-power scale, `trend` whether the trend
    stayed in the model, `phi` the dispersion (at least 1), `df` its degrees of freedom.
    """

    expected: Floats
    low: Floats
    high: Floats
    z: Floats
    phi: Floats
    df: Floats
    trend: NDArray[np.bool_]

    @property
    def p(self) -> Floats:
        """Two-sided p-values: by the normal distribution, and Student's where the dispersion had to be estimated.

        Farrington's limits are normal in both cases, which with five reference years is an alarm too many.
        """
        p: Floats = 2.0 * ndtr(-np.abs(self.z))
        over = self.phi > 1
        p[over] = 2.0 * stdtr(np.maximum(self.df[over], 1.0), -np.abs(self.z[over]))
        return p


@dataclass(frozen=True)
class _Fit:
    """A fit of every series: log(μ / exposure) = a + b·(t − centre); μ of the reference values with their weights."""

    a: Floats
    b: Floats
    centre: Floats
    mu: Floats
    inverse: tuple[Floats, Floats]  # the variances of a and b, but for the dispersion; that of b is 0 without a trend
    df: Floats
    dispersion: Floats
    converged: NDArray[np.bool_]


def farrington(
    events: Floats,
    *,
    exposure: Floats | None = None,
    frequency: int = 1,
    years: int = 5,
    window: int = 0,
    alpha: float = 0.01,
    trend: bool = True,
    reweight: bool = True,
    enough: tuple[int, int] = (FEWEST, PERIODS),
) -> Farrington:
    """Judge the last period of each series by the same time of earlier years.

    A quasi-Poisson regression of the reference values on time; years that were unusual themselves count less (Anscombe
    residuals above 1); the trend stays if there are three years, p < 0.05 and it does not lead above every reference
    value. Limits on the 2/3-power scale, with the variance of the prediction.

    Args:
        events: Series × periods; NaN: no number.
        exposure: What numbers are proportional to (an offset), of the same shape; default: nothing.
        frequency: Periods a year.
        years: Years back (b).
        window: Periods around the same time of a year (w).
        alpha: Share of periods without a change outside of both limits together.
        trend: Whether to look for a trend.
        reweight: Whether unusual reference values count less.
        enough: Events that the last periods must have together, and how many periods those are.

    Raises:
        ParameterError: `alpha` is no probability, or there are fewer than three reference values.
    """
    if not 0 < alpha < 1:
        msg = f"The share of false alarms alpha is {alpha}; it is between 0 and 1."
        raise ParameterError(msg, "Take 0.01, as surveillance of infections does.")
    now = events.shape[1] - 1
    places = reference_periods(now, frequency=frequency, years=years, window=window)
    if len(places) < _TREND_YEARS:
        msg = f"Farrington's method has {len(places)} reference values for period {now + 1}; it needs at least three."
        raise ParameterError(msg, "Give more years, or a wider window.")
    # Reference values × series from here on: sums over a few values of many series are fast that way.
    y, t = np.ascontiguousarray(events[:, places].T), np.asarray(places, dtype=np.float64)[:, None]
    base = np.ones_like(events) if exposure is None else exposure
    behind = np.ascontiguousarray(base[:, places].T)
    known = ~np.isnan(y) & (behind > 0)
    behind = np.where(known, behind, 1.0)
    ahead = np.where(base[:, now] > 0, base[:, now], 1.0)
    y = np.where(known, y, 0.0)
    prior = known.astype(np.float64)
    last = np.where(np.isnan(events), 0.0, events)[:, -enough[1] :].sum(axis=1)
    judged = ~np.isnan(events[:, now]) & (base[:, now] > 0) & (known.sum(axis=0) >= _TREND_YEARS)
    judged &= (last >= enough[0]) & (y.sum(axis=0) > 0)
    plain = _model(y, t, prior, behind, slope=False, reweight=reweight)
    mu, spread, phi, df = *_predicted(plain, now, ahead), plain.df
    kept = np.zeros(len(events), dtype=bool)
    if trend and years >= _TREND_YEARS:
        line = _model(y, t, prior, behind, slope=True, reweight=reweight)
        steep = np.abs(line.b) / np.sqrt(line.inverse[1] * np.maximum(line.dispersion, 1e-300))
        found = _predicted(line, now, ahead)
        kept = line.converged & (line.df > 0) & (2 * stdtr(np.maximum(line.df, 1), -steep) < _SIGNIFICANT)
        kept &= found[0] <= np.where(known, y, -np.inf).max(axis=0, initial=0.0)
        pairs = zip((*found, line.df), (mu, spread, phi, df), strict=True)
        mu, spread, phi, df = (np.where(kept, one, other) for one, other in pairs)
    root = np.sqrt(4 / 9 * np.cbrt(mu) * (phi + spread**2 / mu))
    middle = mu**_POWER
    reach = float(ndtri(1 - alpha / 2)) * root
    z = (np.where(judged, events[:, now], 0.0) ** _POWER - middle) / root
    low, high = np.maximum(middle - reach, 0.0) ** (1 / _POWER), (middle + reach) ** (1 / _POWER)
    mu, low, high, z, phi = (np.where(judged, one, np.nan) for one in (mu, low, high, z, phi))
    return Farrington(mu, low, high, z, phi, df, kept & judged)


def reference_periods(now: int, *, frequency: int, years: int, window: int) -> Sequence[int]:
    """Return the periods (from 0) that period `now` is held against: the same time in each earlier year, and around."""
    around = [now - frequency * back + off for back in range(years, 0, -1) for off in range(-window, window + 1)]
    return [place for place in around if place >= 0]


def _model(y: Floats, t: Floats, prior: Floats, exposure: Floats, *, slope: bool, reweight: bool) -> _Fit:
    fit = _fit(y, t, prior, exposure, slope=slope)
    if not reweight:
        return fit
    phi = np.maximum(fit.dispersion, 1.0)
    leverage = prior * fit.mu * (fit.inverse[0] + (t - fit.centre) ** 2 * fit.inverse[1])
    root, sixth = np.cbrt(y), np.sqrt(np.cbrt(fit.mu))
    residual = 1.5 * (root * root / sixth - sixth**3) / np.sqrt(phi * np.maximum(1 - leverage, 1e-12))
    less = prior / np.maximum(residual, 1.0) ** 2
    less *= prior.sum(axis=0) / np.maximum(less.sum(axis=0), _TINY)
    return _fit(y, t, less, exposure, slope=slope, near=fit.b)


def _fit(y: Floats, t: Floats, prior: Floats, exposure: Floats, *, slope: bool, near: Floats | None = None) -> _Fit:
    """Fit every series by maximum likelihood; without a trend it has a closed form, with one only b must be sought."""
    size = y.shape[1]
    b = np.zeros(size) if near is None else near
    total = np.maximum((prior * y).sum(axis=0), _TINY)
    early = t - t.mean()
    converged = np.ones(size, dtype=bool)
    for turn in range(_ITERATIONS if slope else 1):
        shape = exposure * np.exp(b * early) if slope else exposure
        weight = prior * shape
        factor = total / np.maximum(weight.sum(axis=0), _TINY)
        mu, weight = factor * shape, factor * weight
        if not slope:
            break
        middle = (weight * early).sum(axis=0) / total
        off = early - middle
        across = np.maximum((weight * off**2).sum(axis=0), _TINY)
        # What maximises the likelihood of b, a being the best for it: Newton's steps, held within reason.
        step = np.clip((prior * y * off).sum(axis=0) / across, -_STRIDE, _STRIDE)
        converged = np.abs(step) < _CLOSE
        if converged.all() or turn == _ITERATIONS - 1:
            break
        b = np.clip(b + step, -_STEEPEST, _STEEPEST)
    df = (prior > 0).sum(axis=0) - (2.0 if slope else 1.0)
    squares = (prior * (y - mu) ** 2 / mu).sum(axis=0)
    dispersion = squares / np.maximum(df, 1.0)
    if not slope:
        return _Fit(
            np.log(factor), b, np.full(size, t.mean()), mu, (1 / total, np.zeros(size)), df, dispersion, converged
        )
    a = np.log(factor) + b * middle
    return _Fit(a, b, middle + t.mean(), mu, (1 / total, 1 / across), df, dispersion, converged)


def _predicted(fit: _Fit, now: int, ahead: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the mean of the last period, its standard error and the dispersion, at least 1."""
    off = now - fit.centre
    phi = np.maximum(fit.dispersion, 1.0)
    mu = ahead * np.exp(np.clip(fit.a + fit.b * off, -700, 700))
    return mu, mu * np.sqrt(phi * (fit.inverse[0] + off**2 * fit.inverse[1])), phi
