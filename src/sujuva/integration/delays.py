"""From the first contact to the joint meeting: days between the start and the end event of a case, from counts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import accumulate

import polars as pl

from sujuva.errors import ParameterError
from sujuva.integration.waves import with_all_waves
from sujuva.tidy import TIDY, tidy

DAY = 86_400
"""Seconds of a day."""
NONE_ENDED = "none_ended"
"""Note: no case has reached its end."""

_CLOSED, _OPEN = "start_to_end", "open"
_STATISTICS: dict[str, Callable[[Sequence[int], Sequence[int]], Fraction]] = {
    "delay_mean": lambda values, counts: Fraction(sum(map(int.__mul__, values, counts)), sum(counts)),
    "delay_min": lambda values, counts: quantile(values, counts, Fraction(0)),
    "delay_q1": lambda values, counts: quantile(values, counts, Fraction(1, 4)),
    "delay_median": lambda values, counts: quantile(values, counts, Fraction(1, 2)),
    "delay_q3": lambda values, counts: quantile(values, counts, Fraction(3, 4)),
    "delay_max": lambda values, counts: quantile(values, counts, Fraction(1)),
}


def quantile(values: Sequence[int], counts: Sequence[int], share: Fraction) -> Fraction:
    """Return a quantile of values that occur `counts` times, exactly.

    It is type 7 of Hyndman & Fan (1996, Sample quantiles in statistical packages, The American Statistician 50,
    361–365), the default of R and numpy: with h = (n − 1)·share, x_⌊h⌋ + (h − ⌊h⌋)·(x_⌊h⌋₊₁ − x_⌊h⌋).

    Args:
        values: Distinct values, ascending, in whole units.
        counts: How often each occurs; at least once.
        share: From 0 to 1.
    """
    reached = list(accumulate(counts))
    place = (reached[-1] - 1) * share
    below = int(place)
    low = values[bisect_right(reached, below)]
    high = values[bisect_right(reached, min(below + 1, reached[-1] - 1))]
    return low + (place - below) * (high - low)


def delay_indicators(durations: pl.DataFrame, delay_days: Iterable[int]) -> pl.DataFrame:
    """Describe the days from start to end, and how many cases got there in time.

    Days are exact: seconds / 86 400. `delay_share` counts calendar days, and its denominator is every case that
    started, so a case still open counts as not yet met.

    Args:
        durations: region, wave (year of the case's start), measure, seconds, days, n; counts of cases by time.
        delay_days: Numbers of calendar days within which the end should have come.

    Returns:
        Tidy indicators by region and wave, and for all years as wave 0: `delay_mean`, `_min`, `_q1`, `_median`,
        `_q3`, `_max` in days (n: cases that ended), `delay_share` (category: the number of days), `cases_started`
        and `cases_open` (n: cases that started).

    Raises:
        ParameterError: A number of days is negative.
    """
    limits = sorted(set(delay_days))
    if any(days < 0 for days in limits):
        msg = "delay_days has a negative number of days; 0 (the same day) is the least."
        raise ParameterError(msg)
    rows: list[tuple[str, str, str, int, float | None, int, str]] = []
    for (region, wave), part in with_all_waves(durations).group_by("region", "wave", maintain_order=True):
        closed = part.filter(measure=_CLOSED)
        exact = closed.group_by("seconds").agg(pl.col("n").sum()).sort("seconds")
        seconds, counts = exact["seconds"].to_list(), exact["n"].to_list()
        ended, opened = sum(counts), sum(part.filter(measure=_OPEN)["n"])
        started = ended + opened
        for indicator, statistic in _STATISTICS.items():
            value = float(statistic(seconds, counts) / DAY) if counts else None
            rows.append((indicator, "", region, wave, value, ended, "" if counts else NONE_ENDED))
        for days in limits:
            met = sum(closed.filter(pl.col("days") <= days)["n"])
            rows.append(("delay_share", str(days), region, wave, met / started, started, ""))
        rows.append(("cases_started", "", region, wave, started, started, ""))
        rows.append(("cases_open", "", region, wave, opened, started, ""))
    columns = ("indicator", "category", "region", "wave", "estimate", "n", "note")
    return tidy(pl.DataFrame(rows, schema={name: TIDY[name] for name in columns}, orient="row"))


def delay_distribution(durations: pl.DataFrame) -> pl.DataFrame:
    """Count ended cases by calendar days from start to end.

    Args:
        durations: As for `delay_indicators`.

    Returns:
        region, wave (0: all years), days, n; sorted.
    """
    closed = with_all_waves(durations).filter(measure=_CLOSED)
    by = ["region", "wave", "days"]
    return closed.group_by(by).agg(pl.col("n").sum()).sort(by)
