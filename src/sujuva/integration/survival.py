"""How long families wait when some still do: the estimator of Kaplan & Meier, from counts by day.

A family that has not met yet tells only that it has waited at least so long; it counts among those at risk up to that
day (Kaplan & Meier, 1958, Journal of the American Statistical Association 53, 457–481). Standard errors are Greenwood's
(1926), intervals are made on log(−log S) (Kalbfleisch & Prentice, 2002, The Statistical Analysis of Failure Time Data,
ch. 1.4), which keeps them within 0–1.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl
from scipy.special import ndtri

from sujuva.errors import ContractError
from sujuva.estimation.interval import NO_VARIATION, check_confidence
from sujuva.integration.casework import with_all_years
from sujuva.integration.delays import checked_days
from sujuva.moments.case_durations import CLOSED, OPEN
from sujuva.tidy import tidy_rows

NOT_REACHED = "median_not_reached"
"""Note: fewer than half are known to have reached the end, so the median lies beyond what was followed."""
NOT_FOLLOWED = "not_followed"
"""Note: no family was followed so long."""
SURVIVAL = pl.Schema(
    {
        "region": pl.String(),
        "wave": pl.Int32(),
        "group": pl.String(),
        "day": pl.Int32(),
        **dict.fromkeys(("at_risk", "ended", "censored"), pl.Int64()),
        **dict.fromkeys(("survival", "se", "ci_low", "ci_high"), pl.Float64()),
    }
)
"""Columns of the table of survival curves and their types."""
SURVIVAL_KEY = ("region", "wave", "group", "day")
"""Columns that tell the rows of the table of survival curves apart."""
_NEAR = 1e-12
"""A product of fractions that is one half may come out so far from it."""


class Point(NamedTuple):
    """What is known of one day, with Greenwood's standard error and limits.

    Families whose time is at least this day are at risk; those who ended are counted to the end of it, those who were
    last seen waiting (`censored`) before it. `survival`, the share still waiting after it, is None where nobody was
    followed so long; `se` is where the last family ended, and the limits are where `survival` is 0 or 1.
    """

    at_risk: int
    ended: int
    censored: int
    survival: float | None
    se: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Curve:
    """A Kaplan–Meier curve: steps at the days on which a family ended or was last seen waiting.

    Attributes:
        days: Ascending.
        at_risk: Families whose time is at least this day.
        ended: Families that ended on this day.
        censored: Families last seen waiting on this day; they were at risk on it.
        survival: S after this day.
        greenwood: Σ d/(n(n − d)) up to this day; infinite when all at risk have ended.
    """

    days: tuple[int, ...]
    at_risk: tuple[int, ...]
    ended: tuple[int, ...]
    censored: tuple[int, ...]
    survival: tuple[float, ...]
    greenwood: tuple[float, ...]

    def at(self, day: int, confidence: float = 0.95) -> Point:
        """Read the curve on a day."""
        reached = bisect_right(self.days, day)
        before = reached - 1 if reached and self.days[reached - 1] == day else reached
        ended, censored = sum(self.ended[:reached]), sum(self.censored[:before])
        at_risk = (self.at_risk[0] if self.days else 0) - sum(self.ended[:before]) - censored
        if reached == 0:
            survival, spread = 1.0, 0.0
        else:
            survival, spread = self.survival[reached - 1], self.greenwood[reached - 1]
        if not at_risk and survival > 0:
            return Point(at_risk, ended, censored, None, None, None, None)
        se = survival * math.sqrt(spread) if math.isfinite(spread) else None
        low, high = log_log_interval(survival, spread, confidence) or (None, None)
        return Point(at_risk, ended, censored, survival, se, low, high)

    def median(self, confidence: float = 0.95) -> tuple[int | None, int | None, int | None]:
        """Return the first day with S ≤ 1/2, and the days on which the limits of S pass it (Brookmeyer & Crowley 1982).

        Each is None where it is not reached.
        """
        limits = [log_log_interval(*pair, confidence) for pair in zip(self.survival, self.greenwood, strict=True)]
        # At S = 0 there are no limits: nothing tells how far they have come.
        lows = [1.0 if pair is None else pair[0] for pair in limits]
        highs = [1.0 if pair is None else pair[1] for pair in limits]
        return self._passed(self.survival), self._passed(lows), self._passed(highs)

    def _passed(self, values: Sequence[float]) -> int | None:
        return next((day for day, value in zip(self.days, values, strict=True) if value <= 0.5 + _NEAR), None)


def kaplan_meier(counts: Iterable[tuple[int, int, int]]) -> Curve:
    """Estimate the survival curve from counts (day, families that ended, families last seen waiting), days ascending.

    Of a day, those who ended come before those who were last seen.
    """
    rows = [row for row in counts if row[1] or row[2]]
    left = sum(ended + censored for _, ended, censored in rows)
    made: list[tuple[int, int, int, int, float, float]] = []
    # Without losses the product telescopes: S = S₀·n/n₀, which is rounded once.
    start, base, survival, spread = left, 1.0, 1.0, 0.0
    for day, ended, censored in rows:
        stay = left - ended
        survival = base * (stay / start)
        spread += ended / (left * stay) if stay else math.inf
        made.append((day, left, ended, censored, survival, spread))
        left = stay - censored
        if censored and left:
            start, base = left, survival
    columns = list(zip(*made, strict=True)) if made else [()] * 6
    return Curve(*columns)


def log_log_interval(survival: float, greenwood: float, confidence: float) -> tuple[float, float] | None:
    """Return the interval of S on log(−log S): S^exp(±z·√Σ/log S), as lifelines does and R's `conf.type = "log-log"`.

    `greenwood` is Σ d/(n(n − d)). Nothing where S is 0 or 1.
    """
    if not 0 < survival < 1:
        return None
    log = math.log(survival)
    reach = float(ndtri(0.5 + confidence / 2)) * math.sqrt(greenwood) / log
    return math.exp(log * math.exp(-reach)), math.exp(log * math.exp(reach))


def survival_table(durations: pl.DataFrame, curve_days: Iterable[int], *, confidence: float = 0.95) -> pl.DataFrame:
    """Tabulate the survival curves: the share of families that still wait after so many calendar days.

    Args:
        durations: The moments `durations`: region, wave, group, measure, days, n. Of open cases, days are those until
            the family was last known to wait.
        curve_days: Days at which the curve is read.
        confidence: Coverage of the intervals.

    Returns:
        Columns `SURVIVAL`, by region, wave (0: all years), group and day, sorted. `at_risk`: families whose time is at
        least this day; `ended`: ended by the end of it; `censored`: last seen waiting before it. Where nobody was
        followed so long, survival, se and interval are null; where survival is 0, se and interval, where it is 1, the
        interval.

    Raises:
        ParameterError: A day is negative, or `confidence` is not allowed.
        ContractError: Open cases have no time.
    """
    check_confidence(confidence)
    days = checked_days(curve_days, "curve_days")
    rows = [
        (region, wave, group, day, *curve.at(day, confidence))
        for region, wave, group, curve in _curves(durations)
        for day in days
    ]
    return pl.DataFrame(rows, schema=SURVIVAL, orient="row")


def survival_indicators(
    durations: pl.DataFrame, delay_days: Iterable[int], *, confidence: float = 0.95
) -> pl.DataFrame:
    """Estimate the share that reached the end within so many days, and the median, open cases allowed for.

    Args:
        durations: As in `survival_table`.
        delay_days: Numbers of calendar days.
        confidence: Coverage of the intervals.

    Returns:
        Tidy indicators `delay_km_within` (category: the days; 1 − S with Greenwood's se) and `delay_km_median` (days),
        by region, wave (0: all years) and group; n: cases that started. Notes: `NOT_FOLLOWED`, `NOT_REACHED`, and
        `NO_VARIATION` where all or none have ended, which gives no interval.

    Raises:
        ParameterError: A day is negative, or `confidence` is not allowed.
        ContractError: Open cases have no time.
    """
    check_confidence(confidence)
    days = checked_days(delay_days, "delay_days")
    rows: list[dict[str, Any]] = []
    for region, wave, group, curve in _curves(durations):
        where = {"region": region, "wave": wave, "group": group, "n": curve.at_risk[0]}
        for day in days:
            found = curve.at(day, confidence)
            row = where | {"indicator": "delay_km_within", "category": str(day), "se": found.se}
            if found.survival is None:
                row["note"] = NOT_FOLLOWED
            elif found.low is None or found.high is None:
                row |= {"estimate": 1 - found.survival, "note": NO_VARIATION}
            else:
                row |= {"estimate": 1 - found.survival, "ci_low": 1 - found.high, "ci_high": 1 - found.low}
            rows.append(row)
        median, low, high = curve.median(confidence)
        row = where | {"indicator": "delay_km_median", "note": NOT_REACHED if median is None else ""}
        rows.append(row | {"estimate": median, "ci_low": low, "ci_high": high})
    return tidy_rows(rows)


def _curves(durations: pl.DataFrame) -> Iterator[tuple[str, int, str, Curve]]:
    """Yield the curve of each region, wave and group, sorted."""
    if durations.filter(pl.col("days") < 0).height:
        msg = "The moments durations have no time for cases that are still open."
        raise ContractError(msg, "Run the stage moments again.")
    by = ["region", "wave", "group"]
    counts = (
        with_all_years(durations.select(*by, "measure", "days", "n"))
        .group_by(*by, "days")
        .agg(
            ended=pl.col("n").filter(pl.col("measure") == CLOSED).sum(),
            censored=pl.col("n").filter(pl.col("measure") == OPEN).sum(),
        )
        .filter(pl.col("ended") + pl.col("censored") > 0)
        .sort(*by, "days")
    )
    for (region, wave, group), part in counts.group_by(by, maintain_order=True):
        yield region, wave, group, kaplan_meier(part.select("days", "ended", "censored").iter_rows())
