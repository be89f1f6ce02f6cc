"""Funnel plots: which areas lie outside of what chance and the ordinary variation between areas make of one rate.

After Spiegelhalter (2005, Statistics in Medicine 24, 1185–1202), *Funnel plots for comparing institutional
performance*, and (2012, Journal of the Royal Statistical Society A 175, 1–47) for the additive form.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri
from scipy.stats import binom, poisson

from sujuva.errors import ParameterError
from sujuva.situation.intervals import Floats

Kind = Literal["share", "rate"]
"""A share counts persons who have something (binomial), a rate counts events (Poisson)."""
Model = Literal["additive", "multiplicative"]
WINSORISED = 0.1
"""Share of areas at either end whose z is moved to the quantile before the dispersion is estimated."""
_ONE_IN_TWENTY = 1.6448536269514722
_STEPS, _CLOSE, _SELECTED = 12, 1e-3, 8
LEVELS = (0.95, 0.998)
"""Coverage of the limits of a funnel: two and three standard deviations."""


@dataclass(frozen=True)
class Dispersion:
    """How much more areas differ than chance alone would make them; arrays have one number a funnel.

    `phi` is the mean square of the winsorised z-scores (1: chance alone), `tau2` the variance of true rates between
    areas by the method of moments with that φ, in squared units of the rate; 0 where φ does not exceed (I − 1)/I.
    """

    areas: Floats
    phi: Floats
    tau2: Floats

    @property
    def over(self) -> Floats:
        """Return 1 where there is over-dispersion, else 0."""
        return cast("Floats", (self.tau2 > 0).astype(np.float64))


def variance(base: ArrayLike, target: ArrayLike, kind: Kind) -> Floats:
    """Return the variance of a rate under the target: θ(1 − θ)/n of a share, θ/n of a rate."""
    theta = np.asarray(target, dtype=np.float64)
    return (theta * (1 - theta) if kind == "share" else theta) / np.asarray(base, dtype=np.float64)


def winsorised(z: ArrayLike, share: float = WINSORISED) -> Floats:
    """Move the lowest and highest `share` of each row to its quantiles (linear between order statistics; R's type 7).

    Args:
        z: z-scores, funnels × areas; NaN where an area has none.
        share: From 0 to below 0.5.

    Raises:
        ParameterError: `share` is none.
    """
    if not 0 <= share < 0.5:  # noqa: PLR2004
        msg = f"The share that is winsorised at either end is {share}; it is at least 0 and below 0.5."
        raise ParameterError(msg, f"Take {WINSORISED}, as Spiegelhalter (2005) does.")
    rows = np.atleast_2d(np.asarray(z, dtype=np.float64))
    low, high = _ends(rows, share)
    return np.clip(rows, low[:, None], high[:, None])


def squares_by_chance(share: float = WINSORISED) -> tuple[float, float]:
    """Return what the mean square of winsorised standard normal numbers is, and its standard deviation times √I.

    0.679 and 1.138 at a tenth. The deviation is that of the influence function: the square, and beyond the quantiles,
    which are estimated too, 2·end·share/density more.
    """
    if share == 0:
        return 1.0, math.sqrt(2.0)
    end = float(ndtri(1 - share))
    density = math.exp(-end * end / 2) / math.sqrt(2 * math.pi)
    inside = 1 - 2 * share - 2 * end * density
    fourth = 3 * (1 - 2 * share) - 2 * density * (end**3 + 3 * end)
    beyond = end**2 + 2 * end * share / density
    mean = inside + 2 * share * beyond
    return inside + 2 * share * end**2, math.sqrt(fourth + 2 * share * beyond**2 - mean**2)


def dispersion(z: ArrayLike, variances: ArrayLike, *, share: float = WINSORISED) -> Dispersion:
    """Estimate over-dispersion from winsorised z-scores, as Spiegelhalter does.

    φ = Σ z²/I of the winsorised z; τ² = (Iφ − (I − 1)) / (Σw − Σw²/Σw), w = 1/variance, where φ > (I − 1)/I
    (Spiegelhalter 2005, sections 5.2 and 5.3: DerSimonian & Laird's moments with winsorised z).

    Args:
        z: z-scores, funnels × areas; NaN where an area has none.
        variances: Variance of each rate, of the same shape.
        share: Share that is winsorised at either end.

    Raises:
        ParameterError: `share` is none.
    """
    rows = winsorised(z, share)
    known, weight = _weights(rows, variances)
    areas = known.sum(axis=1).astype(np.float64)
    sums, squares = weight.sum(axis=1), (weight**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        phi = np.where(known, rows**2, 0.0).sum(axis=1) / areas
        more = (areas * phi - (areas - 1)) / (sums - squares / sums)
    return Dispersion(areas, phi, np.where((areas > 1) & (more > 0), more, 0.0))


def balanced(z: ArrayLike, variances: ArrayLike, *, share: float = WINSORISED) -> Dispersion:
    """Estimate over-dispersion so that it explains the winsorised z-scores: the estimator of the signals.

    τ² is such that the scores with variance V + τ² have the winsorised mean square that chance makes (Paule & Mandel
    1982, Journal of Research of the National Bureau of Standards 87, 377–385, with winsorised scores); 0 unless φ, here
    divided by that mean square, is larger than chance makes it in 19 of 20 cases. Spiegelhalter's moments do not allow
    for what winsorising takes away, and give large areas too little: more false alarms come than are declared.

    Args:
        z: z-scores, funnels × areas; NaN where an area has none.
        variances: Variance of each rate, of the same shape.
        share: Share that is winsorised at either end.

    Raises:
        ParameterError: `share` is none.
    """
    rows = np.atleast_2d(np.asarray(z, dtype=np.float64))
    known, weight = _weights(rows, variances)
    areas = known.sum(axis=1).astype(np.float64)
    mean, deviation = squares_by_chance(share)
    with np.errstate(invalid="ignore", divide="ignore"):
        phi = np.where(known, winsorised(rows, share) ** 2, 0.0).sum(axis=1) / areas / mean
        over = np.flatnonzero(phi > 1 + _ONE_IN_TWENTY * deviation / mean / np.sqrt(areas))
    tau2 = np.zeros(len(rows))
    some, here, inverse, number = rows[over], known[over], weight[over], areas[over]
    more = (phi[over] - 1) * number / np.maximum(inverse.sum(axis=1), 1e-300)  # where all areas are of one size
    for _ in range(_STEPS):
        less = 1.0 / (1.0 + more[:, None] * inverse)
        squares = np.where(here, winsorised(some * np.sqrt(less), share) ** 2, 0.0)
        slope = (squares * inverse * less).sum(axis=1)
        step = (squares.sum(axis=1) - number * mean) / np.maximum(slope, 1e-300)
        more = np.maximum(more + step, 0.0)
        if (np.abs(step) <= _CLOSE * more).all():
            break
    tau2[over] = more
    return Dispersion(areas, phi, tau2)


def _weights(rows: Floats, variances: ArrayLike) -> tuple[NDArray[np.bool_], Floats]:
    known = ~np.isnan(rows)
    return known, np.where(known, 1.0 / np.where(known, np.atleast_2d(variances), 1.0), 0.0)


def limits(
    base: ArrayLike,
    target: float,
    kind: Kind,
    *,
    level: float = 0.998,
    phi: float = 1.0,
    tau2: float = 0.0,
) -> tuple[Floats, Floats]:
    """Return the limits of a funnel at each size, in units of the rate.

    Without over-dispersion (φ = 1, τ² = 0) they are exact: quantiles of the binomial or Poisson distribution,
    interpolated between whole numbers (Spiegelhalter 2005, app. A.1.1). With it, θ ± z√(φV + τ²): give φ for the
    multiplicative form, τ² for the additive one.

    Args:
        base: Denominators: persons, or what events are counted by.
        target: The rate that areas are compared with, the country's.
        kind: Share or rate.
        level: Coverage between the limits.
        phi: Factor of the variance.
        tau2: Variance between areas.

    Raises:
        ParameterError: The target is no rate of this kind.
    """
    n = np.asarray(base, dtype=np.float64)
    if not 0 < target < (1 if kind == "share" else math.inf):
        msg = f"The target of a funnel is {target:g}; a share is between 0 and 1, a rate above 0."
        raise ParameterError(msg, "Look whether the target is per person, and not per hundred or thousand.")
    tail = (1 - level) / 2
    if phi > 1 or tau2 > 0:
        reach = float(ndtri(1 - tail)) * np.sqrt(phi * variance(n, target, kind) + tau2)
        return np.maximum(target - reach, 0.0), np.minimum(target + reach, 1.0 if kind == "share" else math.inf)
    law = binom(np.round(n), target) if kind == "share" else poisson(n * target)
    ends = []
    for p in (tail, 1 - tail):
        r = law.ppf(p)
        at, under = law.cdf(r), law.cdf(r - 1)
        ends.append(np.maximum(r - (at - p) / (at - under), 0.0) / n)
    return ends[0], ends[1]


def chance(z: ArrayLike) -> Floats:
    """Return the two-sided p-value of z-scores: how often chance makes one so far out."""
    return 2.0 * ndtr(-np.abs(np.asarray(z, dtype=np.float64)))


def mid_p(events: ArrayLike, base: ArrayLike, target: ArrayLike, kind: Kind) -> Floats:
    """Return the exact two-sided mid-p of events under the target: twice the smaller tail, half of the point in it.

    Half of the point makes the share of false alarms the declared one on average, though counts are whole numbers
    (Lancaster 1961, Journal of the American Statistical Association 56, 223–234).
    """
    x, n = np.asarray(events, dtype=np.float64), np.asarray(base, dtype=np.float64)
    theta = np.asarray(target, dtype=np.float64)
    law = binom(np.round(n), theta) if kind == "share" else poisson(n * theta)
    low = law.cdf(x) - 0.5 * law.pmf(x)
    high = law.sf(x) + 0.5 * law.pmf(x)
    return cast("Floats", np.minimum(1.0, 2.0 * np.minimum(low, high)))


def _ends(rows: Floats, share: float) -> tuple[Floats, Floats]:
    """Return the quantiles `share` and 1 − `share` of each row without its NaN; R's type 7."""
    count = (~np.isnan(rows)).sum(axis=1)
    row, places, ends = np.arange(len(rows)), [], []
    for at in (share, 1 - share):
        place = np.maximum(count - 1, 0) * at
        under = np.floor(place).astype(np.int64)
        places.append((place - under, under, np.minimum(under + 1, np.maximum(count - 1, 0))))
    wanted = np.unique(np.concatenate([one for _, *pair in places for one in pair])) if len(rows) else np.arange(0)
    # Only these places need be in order; with rows of many lengths, sorting is as fast. NaN stand last.
    ordered = np.partition(rows, wanted, axis=1) if len(wanted) <= _SELECTED else np.sort(rows, axis=1)
    for part, under, over in places:
        low, high = ordered[row, under], ordered[row, over]
        ends.append(low + part * (high - low))
    return ends[0], ends[1]
