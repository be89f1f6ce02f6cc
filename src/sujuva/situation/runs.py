"""Run rules of control charts, as one table: what each looks at, its limit and how often it alarms without a reason.

Every rule has two forms. Its limit is the classical one. Its p-value is the chance that the last point of a series
without change looks at least so unusual, points being independent and standard normal: so the limit of each rule is
a false alarm rate that is known, rules can be read beside each other, and false discoveries be controlled over all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ndtr

from sujuva.situation.intervals import Floats


@dataclass(frozen=True)
class Rule:
    """A rule.

    `limit` is what its statistic must reach, `rate` the share of points without change at which it does; `statistic`
    takes points (series × years, NaN: no point) and returns it for the last year with its sign (above or below), and
    `chance` its p-value.
    """

    key: str
    limit: float
    statistic: Callable[[Floats], Floats]
    chance: Callable[[Floats], Floats]
    source: str
    whole: bool = False

    def middle(self, value: Floats) -> Floats:
        """Return the mid-p: of a statistic that is a whole number, half of its own chance does not count.

        So the false alarms of several rules together are the declared ones on average (Lancaster 1961).
        """
        return (self.chance(value) + self.chance(np.abs(value) + 1.0)) / 2.0 if self.whole else self.chance(value)

    @property
    def rate(self) -> float:
        """How often the rule alarms at a point where nothing has changed."""
        return float(self.chance(np.asarray([self.limit]))[0])


def last_point(z: Floats) -> Floats:
    """Return the last point: how many standard deviations it lies from its centre."""
    return np.where(np.isnan(z[:, -1]), 0.0, z[:, -1])


def side_run(z: Floats) -> Floats:
    """Return how many points in a row, up to the last, lie on one side of the centre; empty years do not count."""
    return _length(z, np.sign(last_point(z)), lambda _, sign, this: this * sign > 0)


def steady_run(z: Floats) -> Floats:
    """Return how many points in a row, up to the last, go steadily up or steadily down."""
    sign = np.zeros(len(z))
    later = last_point(z)
    open_ = ~np.isnan(z[:, -1])
    for year in range(z.shape[1] - 2, -1, -1):
        here = ~np.isnan(z[:, year]) & open_ & (sign == 0)
        sign = np.where(here, np.sign(later - np.where(here, z[:, year], 0.0)), sign)
    return _length(z, sign, lambda before, sign, this: (before - this) * sign > 0)


def two_of_three(z: Floats) -> Floats:
    """Return how far out the last point and one of the two before it both lie, on one side; 0 where they do not."""
    before, last = _last_points(z, 3)[:, :2], last_point(z)
    above = np.minimum(last, before.max(axis=1))
    below = np.minimum(-last, -before.min(axis=1))
    # With fewer than three points there is no rule; where the last is not one of the two, the alarm is an old one.
    return np.where(above > 0, above, np.where(below > 0, -below, 0.0))


def _length(z: Floats, sign: Floats, goes_on: Callable[[Floats, Floats, Floats], NDArray[np.bool_]]) -> Floats:
    """Count points backwards from the last while they go on, and give the number the sign of the run."""
    run = np.where(np.isnan(z[:, -1]), 0.0, 1.0)
    going, before = run > 0, last_point(z)
    for year in range(z.shape[1] - 2, -1, -1):
        this = z[:, year]
        there = going & ~np.isnan(this)
        if not going.any():
            break
        same = there & goes_on(before, sign, np.where(there, this, 0.0))
        run = run + same
        before = np.where(same, this, before)
        going = same | (going & ~there)
    return run * sign


def _last_points(z: Floats, points: int) -> Floats:
    """Return the last points of each series with one in the last year, the oldest first; NaN where there are none."""
    found = np.full((len(z), points), np.nan)
    taken = np.where(np.isnan(z[:, -1]), points, 0)
    for year in range(z.shape[1] - 1, -1, -1):
        here = np.flatnonzero(~np.isnan(z[:, year]) & (taken < points))
        found[here, points - 1 - taken[here]] = z[here, year]
        taken[here] += 1
    return found


def _of_point(value: Floats) -> Floats:
    return 2.0 * ndtr(-np.abs(value))


def _of_side(value: Floats) -> Floats:
    """P(at least L points on the side of the last) = 2^(1−L)."""
    return np.minimum(1.0, 2.0 ** (1.0 - np.abs(value)))


def _of_trend(value: Floats) -> Floats:
    """P(M points in order, up or down) = 2 / M!: every order is as likely (Nelson 1984)."""
    return np.minimum(1.0, 2.0 * np.exp(-gammaln(np.abs(value) + 1.0)))


def _of_two(value: Floats) -> Floats:
    """P(the last and at least one of the two before it beyond c on one side) = 2s(1 − (1 − s)²), s = P(Z > c)."""
    beyond = ndtr(-np.abs(value))
    return np.where(value == 0, 1.0, 2.0 * beyond * (1.0 - (1.0 - beyond) ** 2))


RULES: Mapping[str, Rule] = {
    rule.key: rule
    for rule in (
        Rule("outside", 3.0, last_point, _of_point, "Shewhart 1931; three standard deviations"),
        Rule(
            "side", 7.0, side_run, _of_side, "Provost & Murray 2011; seven points on one side of the centre", whole=True
        ),
        Rule(
            "trend",
            6.0,
            steady_run,
            _of_trend,
            "Nelson 1984, Journal of Quality Technology 16, 237–239, test 3; six points in order",
            whole=True,
        ),
        Rule(
            "two_of_three",
            2.0,
            two_of_three,
            _of_two,
            "Nelson 1984, test 5; two of three beyond two standard deviations",
        ),
    )
}
"""The rules by key, in the order in which they are told."""
