"""From the first contact to the joint meeting: days between the start and the end event of a case, from counts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Any

import polars as pl

from sujuva.errors import ParameterError
from sujuva.estimation.interval import check_confidence
from sujuva.integration.casework import with_all_years
from sujuva.integration.clusters import estimate_tally
from sujuva.moments.case_durations import CLOSED, OPEN
from sujuva.tidy import ALL, tidy_rows

DAY = 86_400
"""Seconds of a day."""
_MICRO = 1_000_000
NONE_ENDED = "none_ended"
"""Note: no case has reached its end."""
_DELAYS: dict[str, Fraction] = {
    "delay_min": Fraction(0),
    "delay_q1": Fraction(1, 4),
    "delay_median": Fraction(1, 2),
    "delay_q3": Fraction(3, 4),
    "delay_p90": Fraction(9, 10),
    "delay_max": Fraction(1),
}
_WORKDAYS: dict[str, Fraction] = {"delay_workday_median": Fraction(1, 2), "delay_workday_p90": Fraction(9, 10)}


def quantile(values: Sequence[int], counts: Sequence[int], share: Fraction) -> Fraction:
    """Return a quantile of values (distinct, ascending, in whole units) that occur `counts` times, exactly.

    It is type 7 of Hyndman & Fan (1996, Sample quantiles in statistical packages, The American Statistician 50,
    361–365), the default of R and numpy: with h = (n − 1)·share, x_⌊h⌋ + (h − ⌊h⌋)·(x_⌊h⌋₊₁ − x_⌊h⌋).
    """
    reached = list(accumulate(counts))
    place = (reached[-1] - 1) * share
    below = int(place)
    low = values[bisect_right(reached, below)]
    high = values[bisect_right(reached, min(below + 1, reached[-1] - 1))]
    return low + (place - below) * (high - low)


def checked_days(days: Iterable[int], name: str) -> list[int]:
    """Return numbers of days, sorted, each once; a negative one is a `ParameterError`."""
    wanted = sorted(set(days))
    if any(day < 0 for day in wanted):
        msg = f"{name} has a negative number of days; 0 (the same day) is the least."
        raise ParameterError(msg)
    return wanted


def delay_indicators(durations: pl.DataFrame, delay_days: Iterable[int], *, confidence: float = 0.95) -> pl.DataFrame:
    """Describe the days from start to end, and how many cases got there in time.

    Days are exact: seconds / 86 400. `delay_share` counts calendar days and `delay_workday_share` working days; their
    denominator is every case that started, so a case still open counts as not yet met, however young it is (see
    `sujuva.integration.survival_indicators`).

    Args:
        durations: region, wave (year of the case's start), group, measure, seconds, days, workdays, n; counts of cases
            by time.
        delay_days: Numbers of days within which the end should have come.
        confidence: Coverage of the intervals of shares.

    Returns:
        Tidy indicators by region, wave (0: all years) and group: `delay_mean`, `_min`, `_q1`, `_median`, `_q3`, `_p90`,
        `_max` in days and `delay_workday_median`, `_p90` in working days (n: cases that ended), `delay_share` and
        `delay_workday_share` (category: the number of days; families are the clusters of one, so the interval is that
        of `sujuva.estimation.share_interval`), `cases_started` and `cases_open` (n: cases that started).

    Raises:
        ParameterError: A number of days is negative, or `confidence` is not allowed.
    """
    check_confidence(confidence)
    limits = checked_days(delay_days, "delay_days")
    rows: list[dict[str, Any]] = []
    for (region, wave, group), part in with_all_years(durations).group_by(
        "region", "wave", "group", maintain_order=True
    ):
        where = {"region": region, "wave": wave, "group": group}
        closed = part.filter(measure=CLOSED)
        ended = sum(closed["n"])
        opened = sum(part.filter(measure=OPEN)["n"])
        started = ended + opened
        for indicator, value in _times(closed).items():
            note = NONE_ENDED if value is None else ""
            rows.append(where | {"indicator": indicator, "estimate": value, "n": ended, "note": note})
        for indicator, column in (("delay_share", "days"), ("delay_workday_share", "workdays")):
            for days in limits:
                met = sum(closed.filter(pl.col(column) <= days)["n"])
                found = estimate_tally([(1, 1, met), (0, 1, started - met)], share=True, confidence=confidence)
                rows.append(where | {"indicator": indicator, "category": str(days), **found.columns()})
        for indicator, value in (("cases_started", started), ("cases_open", opened)):
            rows.append(where | {"indicator": indicator, "estimate": value, "n": started})
    return tidy_rows(rows)


def _times(closed: pl.DataFrame) -> dict[str, float | None]:
    """Return the mean and the quantiles of the cases that ended: null where there are none."""
    seconds, counts = _counted(closed, "seconds")
    waits = [round(one * _MICRO) for one in seconds]  # whole numbers: what is exact stays so
    mean = Fraction(sum(map(int.__mul__, waits, counts)), sum(counts) * DAY * _MICRO) if counts else None
    found: dict[str, float | None] = {"delay_mean": None if mean is None else float(mean)}
    for name, share in _DELAYS.items():
        found[name] = float(quantile(waits, counts, share) / (DAY * _MICRO)) if counts else None
    workdays, counts = _counted(closed, "workdays")
    for name, share in _WORKDAYS.items():
        found[name] = float(quantile(workdays, counts, share)) if counts else None
    return found


def _counted(closed: pl.DataFrame, column: str) -> tuple[list[int], list[int]]:
    counted = closed.group_by(column).agg(pl.col("n").sum()).sort(column)
    return counted[column].to_list(), counted["n"].to_list()


def delay_distribution(durations: pl.DataFrame) -> pl.DataFrame:
    """Count ended cases of all groups together: region, wave (0: all years), calendar days to the end, n; sorted."""
    closed = with_all_years(durations.filter(group=ALL)).filter(measure=CLOSED)
    by = ["region", "wave", "days"]
    return closed.group_by(by).agg(pl.col("n").sum()).sort(by)
