"""Intervals of counts, rates and shares: exact, and Byar's from ten events."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, gammaincinv, ndtri

from sujuva.errors import ContractError
from sujuva.estimation.interval import check_confidence

Floats = NDArray[np.float64]
FEWEST_EVENTS = 10
"""From so many events Byar's approximation is used, and a standardised rate is told at all (PHE 2018)."""


def exact_poisson(events: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return the limits of the expected number of events by Garwood (1936, Biometrika 28, 437–442).

    As R's `poisson.test`. The lower limit of 0 events is 0.

    Args:
        events: Numbers of events, of any shape.
        confidence: Coverage, between 0 and 1.

    Raises:
        ContractError: There is a negative number of events.
        ParameterError: `confidence` is no probability.
    """
    tail = _tail(confidence)
    x = _counts(events)
    low = np.where(x > 0, gammaincinv(np.maximum(x, 1), tail), 0.0)
    return low, cast("Floats", gammaincinv(x + 1, 1 - tail))


def exact_binomial(events: ArrayLike, trials: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return the limits of a share by Clopper & Pearson (1934, Biometrika 26, 404–413), as R's `binom.test`.

    Args:
        events: Numbers with the property, of any shape.
        trials: Numbers of all, of the same shape.
        confidence: Coverage, between 0 and 1.

    Raises:
        ContractError: There is a negative number, nobody at all, or more events than trials.
        ParameterError: `confidence` is no probability.
    """
    tail = _tail(confidence)
    x, n = np.broadcast_arrays(_counts(events), _counts(trials))
    if (n <= 0).any() or (x > n).any():
        msg = (
            "A share needs somebody to be a share of, and no more events than people: 0 ≤ events ≤ trials, trials > 0."
        )
        raise ContractError(msg, "Look up what the numbers count: events of the same person need a rate, not a share.")
    low = np.where(x > 0, betaincinv(np.maximum(x, 1), n - x + 1, tail), 0.0)
    return low, np.where(x < n, betaincinv(x + 1, np.maximum(n - x, 1), 1 - tail), 1.0)


def byar(events: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return Byar's limits of the expected number of events.

    O(1 − 1/(9O) − z/(3√O))³ and (O+1)(1 − 1/(9(O+1)) + z/(3√(O+1)))³ (Breslow & Day 1987, IARC Scientific Publications
    82, p. 69). Good to a hundredth of the exact limits from ten events.

    Args:
        events: Numbers of events, of any shape; the lower limit of 0 events is 0.
        confidence: Coverage, between 0 and 1.

    Raises:
        ContractError: There is a negative number of events.
        ParameterError: `confidence` is no probability.
    """
    z = float(ndtri(1 - _tail(confidence)))
    x = _counts(events)
    some, more = np.maximum(x, 1), x + 1
    low = np.where(x > 0, some * (1 - 1 / (9 * some) - z / (3 * np.sqrt(some))) ** 3, 0.0)
    return np.maximum(low, 0.0), more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3


def count_interval(events: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return the limits of the expected number of events: exact below `FEWEST_EVENTS`, Byar's from there.

    This is the rule of public health practice (PHE 2018, Technical Guide: Confidence Intervals). Divided by the
    population it is the interval of a rate, divided by the expected number that of a ratio.

    Raises:
        ContractError: There is a negative number of events.
        ParameterError: `confidence` is no probability.
    """
    few = _counts(events) < FEWEST_EVENTS
    exact, near = exact_poisson(events, confidence), byar(events, confidence)
    return np.where(few, exact[0], near[0]), np.where(few, exact[1], near[1])


def _counts(events: ArrayLike) -> Floats:
    counts = np.asarray(events, dtype=np.float64)
    if (counts < 0).any():
        msg = f"A number of events is {counts.min():g}; numbers of events are 0 or more."
        raise ContractError(msg, "Look it up in the source: a sign or a code of a missing value may have been read.")
    return counts


def _tail(confidence: float) -> float:
    check_confidence(confidence)
    return (1 - confidence) / 2
