"""How alike the members of a unit are: the intraclass correlation of a one-way layout, from counts by unit size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import fdtri

from sujuva.estimation.interval import FEW_CLUSTERS, NO_SCORES, NO_VARIATION


@dataclass(frozen=True)
class UnitsOfSize:
    """The units of a domain that have `size` scored members; every number is whole.

    With T the total of the (fixed-point) scores of a unit: y is Σ T, tt Σ T², and yy the sum of the members' squared
    scores.
    """

    size: int
    units: int
    y: int
    yy: int
    tt: int


@dataclass(frozen=True)
class Intraclass:
    """The intraclass correlation of units and what it does to the variance of a mean.

    `n` members in `units`; `unit_size` is Σm² / Σm, the size of the unit that an average member is in, and the design
    effect 1 + (unit_size − 1) · icc. `of_mean` is the reliability of a unit's mean, ICC(2), with its limits; nothing
    where all units have one mean. `note` says why there is no correlation.
    """

    n: int
    units: int
    icc: float | None = None
    low: float | None = None
    high: float | None = None
    unit_size: float | None = None
    design_effect: float | None = None
    of_mean: float | None = None
    of_mean_low: float | None = None
    of_mean_high: float | None = None
    note: str = ""


def intraclass(sizes: Sequence[UnitsOfSize], confidence: float) -> Intraclass:
    """Estimate ICC(1) = (MSB − MSW) / (MSB + (n₀ − 1)·MSW) by one-way analysis of variance, without weights.

    n₀ = (N − Σm²/N) / (units − 1) (Donner & Koval, 1980, Biometrics 36:19–25); with units of one size it is that size,
    and this is ICC(1,1) of Shrout & Fleiss (1979), Psychological Bulletin 86:420–428. Below 0 it stays as it is: then
    members of a unit are less alike than strangers. The interval is Searle's (1971, Linear Models, ch. 9), exact for
    normal scores and units of one size; otherwise n₀ stands for the size, an approximation (Thomas & Hultquist, 1978,
    Annals of Statistics 6:582–587; compared with others by Donner & Wells, 1986, Biometrics 42:401–412).

    ICC(2) = (MSB − MSW) / MSB tells how reliably the means of units tell them apart (Bliese, 2000, in Klein &
    Kozlowski, Multilevel Theory, Research, and Methods in Organizations, 349–381; ICC(1,k) of Shrout & Fleiss). It is
    ICC(1) raised to n₀ members by Spearman & Brown, n₀·ICC / (1 + (n₀ − 1)·ICC), and so are its limits 1 − 1/F: exact
    where those of ICC(1) are. Below 0 units differ less than chance would make them.

    The design effect of a mean of such units is 1 + (m̄ − 1)·ICC with m̄ = Σm² / Σm, which weighs units by their
    members (Kish, 1965, Survey Sampling, § 5.4, for units of one size).
    """
    n, units = sum(one.size * one.units for one in sizes), sum(one.units for one in sizes)
    if n == 0:
        return Intraclass(0, 0, note=NO_SCORES)
    squares = sum(one.size**2 * one.units for one in sizes)
    unit_size = squares / n
    if units < 2 or n == units:  # noqa: PLR2004 - no spread between, or none within
        return Intraclass(n, units, unit_size=unit_size, note=FEW_CLUSTERS)
    # Measured from the whole number next to the mean, so that next to nothing cancels below.
    centre = round(sum(one.y for one in sizes) / n)
    y = sum(one.y - centre * one.size * one.units for one in sizes)
    yy = sum(one.yy - 2 * centre * one.y + centre**2 * one.size * one.units for one in sizes)
    by_unit = math.fsum(
        (one.tt - 2 * centre * one.size * one.y + centre**2 * one.size**2 * one.units) / one.size for one in sizes
    )
    between = max((by_unit - y * y / n) / (units - 1), 0.0)
    within = max((yy - by_unit) / (n - units), 0.0)
    size = (n - squares / n) / (units - 1)
    if n * yy == y * y:
        return Intraclass(n, units, unit_size=unit_size, note=NO_VARIATION)
    icc = (between - within) / (between + (size - 1) * within)
    low = high = mean_low = mean_high = None
    of_mean = 1 - within / between if between > 0 else None
    if within > 0 and between > 0:
        tail = (1 - confidence) / 2
        mean_low = 1 - float(fdtri(units - 1, n - units, 1 - tail)) * within / between
        mean_high = 1 - within / (between * float(fdtri(n - units, units - 1, 1 - tail)))
    if within > 0:
        tail = (1 - confidence) / 2
        ratio = between / within
        lowest = ratio / float(fdtri(units - 1, n - units, 1 - tail))
        highest = ratio * float(fdtri(n - units, units - 1, 1 - tail))
        low, high = ((one - 1) / (one + size - 1) for one in (lowest, highest))
    effect = 1 + (unit_size - 1) * icc
    return Intraclass(n, units, icc, low, high, unit_size, effect, of_mean, mean_low, mean_high)
