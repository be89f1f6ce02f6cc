"""Charts with a memory, for small lasting changes: EWMA and CUSUM of standard scores, with their chances."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

import numpy as np
from scipy.special import ndtr

from sujuva.errors import ParameterError
from sujuva.situation.intervals import Floats

LAMBDA = 0.2
"""Weight of the newest point of an EWMA (Lucas & Saccucci 1990, Technometrics 32, 1–12: 0.05–0.25 for small shifts)."""
REFERENCE = 0.5
"""Slack of a CUSUM in standard deviations, half of the shift that it is best at (Page 1954, Biometrika 41, 100–115)."""
_STATES, _TOP = 400, 20.0
_FARTHEST = 60


def ewma(z: Floats, *, weight: float = LAMBDA, starts: np.ndarray | None = None) -> Floats:
    """Return the exponentially weighted moving average of scores in its own standard deviations, series × years.

    m ← λz + (1 − λ)m from 0, with its exact variance, λ² + (1 − λ)²·(variance before) (Roberts 1959, Technometrics 1,
    239–250). A year without a point (NaN) has no average, and its neighbours are as if it were not there.

    Args:
        z: Scores, standard normal where nothing has changed.
        weight: λ, above 0 and at most 1.
        starts: Whether a new stretch starts in the year: the average begins anew.

    Raises:
        ParameterError: λ is none.
    """
    if not 0 < weight <= 1:
        msg = f"The weight of the newest point of an EWMA is {weight}; it is above 0 and at most 1."
        raise ParameterError(msg, f"Take {LAMBDA}: the smaller it is, the smaller are the shifts that it is best at.")
    new = np.zeros(z.shape[1], dtype=bool) if starts is None else np.asarray(starts)
    found = np.full(z.shape, np.nan)
    mean, spread = np.zeros(len(z)), np.zeros(len(z))
    for year in range(z.shape[1]):
        kept = ~new[..., year]
        mean, spread = mean * kept, spread * kept
        known = ~np.isnan(z[:, year])
        mean = np.where(known, weight * np.where(known, z[:, year], 0.0) + (1 - weight) * mean, mean)
        spread = np.where(known, weight**2 + (1 - weight) ** 2 * spread, spread)
        found[:, year] = np.where(known, mean / np.sqrt(np.where(known, spread, 1.0)), np.nan)
    return found


def cusum(z: Floats, *, slack: float = REFERENCE, starts: np.ndarray | None = None) -> tuple[Floats, Floats]:
    """Return the upper and the lower CUSUM of scores, series × years: S ← max(0, S ± z − k) from 0.

    A year without a point (NaN) leaves the sums as they were.

    Args:
        z: Scores, standard normal where nothing has changed.
        slack: k, at least 0.
        starts: Whether a new stretch starts in the year: the sums begin at 0.

    Raises:
        ParameterError: k is negative.
    """
    if slack < 0:
        msg = f"The slack of a CUSUM is {slack}; it is at least 0."
        raise ParameterError(msg, f"Take {REFERENCE}, half of the shift to be found, in standard deviations.")
    new = np.zeros(z.shape[1], dtype=bool) if starts is None else np.asarray(starts)
    upper, lower = np.empty(z.shape), np.empty(z.shape)
    high, low = np.zeros(len(z)), np.zeros(len(z))
    for year in range(z.shape[1]):
        kept = ~new[..., year]
        high, low = high * kept, low * kept
        known = ~np.isnan(z[:, year])
        here = np.where(known, z[:, year], 0.0)
        high = np.where(known, np.maximum(0.0, high + here - slack), high)
        low = np.where(known, np.maximum(0.0, low - here - slack), low)
        upper[:, year], lower[:, year] = high, low
    return upper, lower


def cusum_chance(sums: Floats, points: np.ndarray, *, slack: float = REFERENCE) -> Floats:
    """Return the chance that a one-sided CUSUM of standard normal points is at least so high after so many of them.

    By Brook & Evans's Markov chain (1972, Biometrika 59, 539–549): S is one of 400 steps up to 20; between them the
    logarithm of the chance is a straight line. 1 where the sum is 0.

    Args:
        sums: CUSUMs, of any shape.
        points: Points behind each since the start of its stretch, of the same shape; more than 60 are as 60.
        slack: k.
    """
    table = _tails(float(slack))
    row = np.clip(np.asarray(points, dtype=np.int64), 0, _FARTHEST)
    place = np.clip(np.asarray(sums) / _TOP * (_STATES - 1), 0, _STATES - 1 - 1e-9)
    under = place.astype(np.int64)
    part = place - under
    log = table[row, under] * (1 - part) + table[row, under + 1] * part
    return cast("Floats", np.where(np.asarray(sums) <= 0, 1.0, np.exp(log)))


@lru_cache(maxsize=4)
def _tails(slack: float) -> Floats:
    """Return log P(S ≥ step) after 0, 1, … points; rows are numbers of points, columns steps of S."""
    step = _TOP / (_STATES - 1)
    at = np.arange(_STATES) * step
    ends = np.concatenate([[-np.inf], at[:-1] + step / 2, [np.inf]])  # all below half a step is 0
    reach = ndtr(ends[None, :] - at[:, None] + slack)
    moves = np.diff(reach, axis=1)
    mass = np.zeros(_STATES)
    mass[0] = 1.0
    rows = [mass]
    for _ in range(_FARTHEST):
        mass = (mass[:, None] * moves).sum(axis=0)  # no matrix product: its last bits differ by processor
        rows.append(mass)
    law = np.asarray(rows)
    beyond = np.cumsum(law[:, ::-1], axis=1)[:, ::-1]
    # A step holds what lies within half a step of it: half of its mass lies at or above it, but of 0, all.
    beyond = beyond - np.where(at > 0, law / 2, 0.0)
    return cast("Floats", np.log(np.maximum(beyond, 1e-300)))
