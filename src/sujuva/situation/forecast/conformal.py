"""How far forecasts have missed, as the reach of the next one: split conformal intervals."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

LEVELS = (80, 95)
"""Levels of the intervals, per cent."""


def rank(count: int, level: int) -> int | None:
    """Return which of `count` errors, by size, an interval reaches to: ⌈(n + 1)·level⌉; None where n has no such one.

    Split conformal prediction (Vovk, Gammerman & Shafer 2005, *Algorithmic learning in a random world*; Lei et al.
    2018, JASA 113, 1094–1111): if the next error is exchangeable with these, it is at most that large with at least
    the probability `level`. 80 per cent needs 4 errors and 95 per cent 19.
    """
    place = math.ceil((count + 1) * Fraction(level, 100))
    return place if place <= count else None


def reach(errors: NDArray[np.float64], level: int) -> float | None:
    """Return how far the errors, of any order and sign, let an interval reach; None where they are too few."""
    place = rank(len(errors), level)
    return None if place is None else float(np.partition(np.abs(errors), place - 1)[place - 1])
