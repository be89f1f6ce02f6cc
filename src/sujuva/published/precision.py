"""How finely a number may be told beside a rounded n: so that it does not give the exact n back.

A mean of n whole numbers is a multiple of 1/n. Told finely enough, it fits one n of those that are rounded alike, and
then the rounding protects nothing. Told in steps of at least 1/n, it fits each of them: an interval of that width holds
a multiple of 1/n, whatever it is.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import polars as pl

Q_CLASSES = (0.001, 0.01, 0.05, 0.1)
"""Upper ends of the classes of q of persons: beyond the last, q is told as 1."""

LOWER_BOUND = "lower_bound"
"""Note of a count that is a lower bound; it is rounded down, so that it stays one."""
COARSE_MEAN, COARSER = "coarse_mean", 10
"""Note of a mean that is told in steps so many times as wide as its n asks for, and that many."""


def q_class(q: pl.Expr) -> pl.Expr:
    """Return the upper end of the class that q lies in: q itself tells, beside the difference, how many they were."""
    told: pl.Expr = pl.when(q.is_not_null()).then(pl.lit(1.0))
    for end in reversed(Q_CLASSES):
        told = pl.when(q <= end).then(pl.lit(end)).otherwise(told)
    return told


@cache
def step_beside(n: int | None, unit: float, rounding: int, least: int) -> float | None:
    """Return the smallest step of 1, 2 or 5 × 10^k that leaves every n of a rounding class possible.

    Args:
        n: The rounded n.
        unit: What the scores are whole multiples of: 1 for persons counted, for days and for most sums of items.
        rounding: What n is rounded to a multiple of; with 1 it is told as it is, and nothing need be coarse.
        least: Fewest persons that a row is ever shown of.

    Returns:
        The step; None without n, without a unit, or where n is exact.
    """
    if not n or rounding <= 1 or unit <= 0:
        return None
    width = Fraction(str(unit)) / max(n - rounding // 2, least, 1)
    power = Fraction(1)
    while power > width:
        power /= 10
    while 10 * power < width:
        power *= 10
    return float(next(times * power for times in (1, 2, 5, 10) if times * power >= width))
