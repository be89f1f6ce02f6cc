"""Direct age standardisation: the rate that an area would have, had it the ages of a standard population."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv

from sujuva.errors import ContractError
from sujuva.estimation.interval import check_confidence
from sujuva.situation.intervals import FEWEST_EVENTS, Floats, count_interval


@dataclass(frozen=True)
class Standardised:
    """Rates of areas in events per person, with limits; all NaN where fewer than ten events stand behind one.

    `events` are those of all ages together, `told` says which rates have enough of them.
    """

    events: Floats
    crude: Floats
    rate: Floats
    low: Floats
    high: Floats
    told: NDArray[np.bool_]


def direct(
    events: ArrayLike,
    population: ArrayLike,
    standard: ArrayLike,
    *,
    method: Literal["byar", "gamma"] = "byar",
    confidence: float = 0.95,
) -> Standardised:
    """Standardise rates directly for age: Σ wₐOₐ/nₐ / Σ wₐ.

    The variance is Σ wₐ²Oₐ/nₐ² / (Σ wₐ)². Limits by `byar` carry the interval of the number of events over (Dobson et
    al. 1991, Statistics in Medicine 10, 457–462; PHE 2018): rate + √(variance/O)·(limit of O − O). Those by `gamma` are
    Fay & Feuer's (1997, Statistics in Medicine 16, 791–801), which hold with uneven weights too; as `ageadjust.direct`
    of R's epitools.

    Args:
        events: Events by area and age; the last axis is age.
        population: Population of the same shape.
        standard: The standard population, a number an age.
        method: Which limits.
        confidence: Coverage, between 0 and 1.

    Raises:
        ContractError: Shapes differ, a number is negative, an age has events and nobody who could have had them, an age
            of the standard population is empty in an area, or the standard population is.
        ParameterError: `confidence` is no probability.
    """
    check_confidence(confidence)
    x, n, w = (np.asarray(one, dtype=np.float64) for one in (events, population, standard))
    _check(x, n, w)
    used = w > 0
    x, n, w = x[..., used], n[..., used], w[used] / w.sum()
    total = x.sum(axis=-1)
    told = total >= FEWEST_EVENTS
    rate, variance = (w * x / n).sum(axis=-1), (w**2 * x / n**2).sum(axis=-1)
    if method == "byar":
        some = np.maximum(total, 1)
        low, high = (rate + np.sqrt(variance / some) * (end - total) for end in count_interval(total, confidence))
    else:
        low, high = _gamma(rate, variance, (w / n).max(axis=-1), (1 - confidence) / 2)
    rate, low, high = (np.where(told, one, np.nan) for one in (rate, low, high))
    return Standardised(total, total / n.sum(axis=-1), rate, low, high, told)


def _gamma(rate: Floats, variance: Floats, largest: Floats, tail: float) -> tuple[Floats, Floats]:
    """Return Fay & Feuer's limits: gamma quantiles with the mean and variance of the rate, above of one event more."""
    some = np.where(rate > 0, rate, 1.0)
    spread = np.where(rate > 0, variance, 1.0)
    low = np.where(rate > 0, gammaincinv(some**2 / spread, tail) * spread / some, 0.0)
    more, wider = rate + largest, variance + largest**2
    return low, gammaincinv(more**2 / wider, 1 - tail) * wider / more


def _check(x: Floats, n: Floats, w: Floats) -> None:
    if x.shape != n.shape or x.shape[-1:] != w.shape:
        msg = f"Events {x.shape}, population {n.shape} and the standard population {w.shape} do not have the same ages."
        raise ContractError(msg, "Give all three in the same age groups, in the same order.")
    if min(x.min(initial=0), n.min(initial=0), w.min(initial=0)) < 0:
        msg = "Events, population or the standard population have a negative number; 0 or more is allowed."
        raise ContractError(msg, "Look it up in the source.")
    if not w.sum() > 0:
        msg = "The standard population is empty."
        raise ContractError(msg, "Give how many people of each age group the standard has.")
    empty = np.argwhere((n <= 0) & (w > 0))
    if len(empty):
        place = ", ".join(str(one) for one in empty[0])
        msg = f"Nobody lives in an age group that the standard population has (position {place}, counted from 0)."
        raise ContractError(msg, "Join age groups until every area has people in each.")
