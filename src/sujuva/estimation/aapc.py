"""The average annual percent change of a rate: straight lines through its logarithm, with joints that are declared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from scipy.special import stdtr, stdtrit

from sujuva.errors import ParameterError
from sujuva.estimation.interval import check_confidence

FEWEST_YEARS = 4
"""A trend needs at least so many years."""
SHORT_YEARS = 10
"""A series with at most so many years is read with caution."""
TOO_FEW_YEARS = "too_few_years"
"""Note: there are too few years to draw the lines."""
NOT_POSITIVE = "not_positive"
"""Note: a rate is zero or negative and has no logarithm."""
SHORT_SERIES = "short_series"
"""Note beside an estimate: ten years or fewer, so one unusual year may make the trend."""


@dataclass(frozen=True)
class Aapc:
    """An average annual percent change, `change`: per cent a year over the window, with its limits and two-sided p.

    `years` are those used; df are years minus lines minus 1; `segments` are the changes of each line, in order. `note`
    says why there is no estimate, or is a caution beside it.
    """

    years: int
    df: int
    note: str = ""
    change: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    segments: tuple[float, ...] = ()


def aapc(
    years: Sequence[int],
    rates: Sequence[float],
    *,
    joints: Sequence[int] = (),
    window: tuple[int, int] | None = None,
    weights: Sequence[float] | None = None,
    confidence: float = 0.95,
) -> Aapc:
    """Fit log(rate) by continuous straight lines that meet at the joints, and average their slopes.

    AAPC = 100·(exp(Σ wᵢbᵢ / Σ wᵢ) − 1), bᵢ the slope of a line and wᵢ its length in years within the window (Clegg et
    al. 2009, Stat. Med. 28, 3670–3682). The joints are declared, not searched for. The interval is a t interval on the
    log scale with constant variance and no autocorrelation, turned back; the p value is that of the same t test. Short
    yearly series show little: with at most ten years the note says so.

    The least squares are solved in fractions, so that neither the size of the years nor a library's rounding matters.

    Args:
        years: Different years, in any order.
        rates: Their rates, above 0 (otherwise there is no estimate and the note says so).
        joints: Years at which the line may bend, strictly between the first and the last year.
        window: First and last year of the average; default: of the series.
        weights: Weight of each year, above 0, such as 1 / variance of the log rate; default: equal.
        confidence: Coverage, between 0 and 1.

    Raises:
        ParameterError: The lengths differ, a year is there twice, a joint or the window lies outside, a weight is not
            positive, or `confidence` is no probability.
    """
    check_confidence(confidence)
    _check(years, rates, joints, window, weights)
    nothing = Aapc(len(years), max(len(years) - len(joints) - 2, 0), TOO_FEW_YEARS)
    if len(years) < FEWEST_YEARS or len(years) - len(joints) < 3:  # noqa: PLR2004  two for a line, one for its error
        return nothing
    if any(not 0 < rate < math.inf for rate in rates):
        return replace(nothing, note=NOT_POSITIVE)
    first = min(years)
    bends = sorted(joints)
    logs = [Fraction(math.log(rate)) for rate in rates]
    weight = [Fraction(one) for one in weights] if weights is not None else [Fraction(1)] * len(years)
    # 1, year, and for every joint the years since it: the slope changes there, the line does not break.
    rows = [[1, year - first, *(max(year - joint, 0) for joint in bends)] for year in years]
    columns = [[w * row[place] for w, row in zip(weight, rows, strict=True)] for place in range(len(rows[0]))]
    inverse = _inverse([[_dot(other, column) for column in columns] for other in zip(*rows, strict=True)])
    if inverse is None:
        return nothing
    beta = [_dot(line, [_dot(logs, column) for column in columns]) for line in inverse]
    left = sum((w * (y - _dot(r, beta)) ** 2 for w, r, y in zip(weight, rows, logs, strict=True)), Fraction(0))
    combination = _mean_slope(bends, window or (first, max(years)))
    slope = float(_dot(combination, beta))
    df = len(years) - len(beta)
    variance = left / df * _dot(combination, [_dot(line, combination) for line in inverse])
    error = math.sqrt(variance)
    reach = float(stdtrit(df, 0.5 + confidence / 2)) * error
    slopes = [float(sum(beta[1 : 2 + place], Fraction(0))) for place in range(len(bends) + 1)]
    return Aapc(
        years=len(years),
        df=df,
        note=SHORT_SERIES if len(years) <= SHORT_YEARS else "",
        change=_percent(slope),
        low=_percent(slope - reach),
        high=_percent(slope + reach),
        p=2 * float(stdtr(df, -abs(slope) / error)) if error else None,
        segments=tuple(_percent(one) for one in slopes),
    )


def annual_ratio(change: float, other: float) -> float:
    """Return how one trend moves against another, per cent a year: 100·((1 + a/100) / (1 + b/100) − 1)."""
    return 100 * ((1 + change / 100) / (1 + other / 100) - 1)


def _mean_slope(bends: Sequence[int], window: tuple[int, int]) -> list[Fraction]:
    """Return the combination of the coefficients that is the mean slope over the window."""
    start, end = window
    # The extra slope of a joint holds from the joint on.
    shares = [Fraction(max(end - max(joint, start), 0), end - start) for joint in bends]
    return [Fraction(0), Fraction(1), *shares]


def _percent(slope: float) -> float:
    return 100 * math.expm1(slope)


def _dot(one: Sequence[Fraction | int], other: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(one, other, strict=True)), Fraction(0))


def _inverse(matrix: list[list[Fraction]]) -> list[list[Fraction]] | None:
    """Invert a small symmetric matrix by elimination; nothing where the lines cannot be told apart."""
    size = len(matrix)
    rows = [[*line, *(Fraction(int(i == j)) for j in range(size))] for i, line in enumerate(matrix)]
    for place in range(size):
        pivot = next((row for row in range(place, size) if rows[row][place]), None)
        if pivot is None:
            return None
        rows[place], rows[pivot] = rows[pivot], rows[place]
        rows[place] = [value / rows[place][place] for value in rows[place]]
        for row in range(size):
            if row != place and rows[row][place]:
                factor = rows[row][place]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[place], strict=True)]
    return [line[size:] for line in rows]


def _check(
    years: Sequence[int],
    rates: Sequence[float],
    joints: Sequence[int],
    window: tuple[int, int] | None,
    weights: Sequence[float] | None,
) -> None:
    if len(rates) != len(years) or (weights is not None and len(weights) != len(years)):
        raise ParameterError("Years, rates and weights of a trend must be equally many.")
    if len(set(years)) != len(years):
        raise ParameterError("A year stands twice in one series.", "Give one rate a year.")
    if weights is not None and any(not 0 < one < math.inf for one in weights):
        raise ParameterError("A weight of a trend is not above 0.", "Leave such years out.")
    if not years:
        return
    first, last = min(years), max(years)
    if any(not first < joint < last for joint in joints) or len(set(joints)) != len(joints):
        msg = f"The joints {sorted(joints)} must be different years between {first} and {last}."
        raise ParameterError(msg, "Declare joints inside the series.")
    if window is not None and not first <= window[0] < window[1] <= last:
        msg = f"The window {window[0]}–{window[1]} does not lie within {first}–{last}."
        raise ParameterError(msg, "Take the first year first.")
