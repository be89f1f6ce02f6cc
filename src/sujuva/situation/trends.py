"""How the statistics of an area move from year to year: the average annual percent change."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import polars as pl

from sujuva.codebooks.regions import COUNTRY
from sujuva.estimation.aapc import FEWEST_YEARS, SHORT_SERIES, SHORT_YEARS, TOO_FEW_YEARS, aapc
from sujuva.tidy import KEY, tidy_rows

_FEWEST_BEYOND = 2
"""Years of the series that a line needs beyond the joint where it begins or ends, as in NCI's Joinpoint."""

_SERIES = ("scale", "category", "region")
_Window = tuple[int, int]


@dataclass(frozen=True)
class _Line:
    """The yearly values of one statistic, gender and area, in order."""

    scale: str
    gender: str
    region: str
    years: tuple[int, ...]
    rates: tuple[float, ...]

    @property
    def whole(self) -> _Window:
        return self.years[0], self.years[-1]

    def inside(self, years: Iterable[int]) -> set[int]:
        """Return those of `years` that lie strictly between the first and the last year."""
        return {year for year in years if self.years[0] < year < self.years[-1]}


def area_aapc(
    indicators: pl.DataFrame,
    *,
    joints: Mapping[str, Sequence[int]] | None = None,
    started: Mapping[str, int] | None = None,
    beside: Collection[str] = (COUNTRY,),
    confidence: float = 0.95,
) -> pl.DataFrame:
    """Estimate the average annual percent change of every statistic of an area with at least four years.

    log(value) is fitted by straight lines that meet at the declared joints (`sujuva.estimation.aapc`). That means
    something for rates and shares above 0; a series with a 0 gets no estimate. Blank years are left out. A change of
    the law, of coding or of the area itself in the middle of a series looks like a trend: the wellbeing services
    counties began in 2023, and with them the statistical unit of child protection changed.

    Where a region has started, its lines may bend in the last year before the start, and it has three rows: over all
    years, up to that year, and from that year on. The areas in `beside` are then also estimated in the same two
    windows, with the same bend, so that region and country can be read side by side (as Niemelä et al. 2019 read
    Raahe and Finland); their own row over all years stays a line without that bend. Before and after are a
    description: what else changed in those years is in them, too.

    Args:
        indicators: Tidy rows of `area_value`, see `area_indicators`.
        joints: Statistic (`scale`) to the years at which its trend may bend; those outside a series are ignored.
        started: Region to the first year with the work; a start outside a series is ignored.
        beside: Areas to estimate in the windows of the regions that started.
        confidence: Coverage of the intervals.

    Returns:
        Columns `TIDY`, sorted by `KEY`: indicator `area_aapc`, category "<gender>:<first year>", wave the last year,
        estimate per cent a year with its t interval (made on the log scale), se empty, df of the whole fit, n the
        years with a value from the first to the last. `note`: `short_series` beside an estimate over at most ten
        years, `not_positive` or `too_few_years` where there is none; a trend before or after the start needs two
        years with a value besides the one in which the lines meet.

    Raises:
        ParameterError: `confidence` is no probability, or the joints of a statistic repeat a year.
    """
    started = started or {}
    made: list[dict[str, Any]] = []
    lines = (line for line in _lines(indicators) if len(line.years) >= FEWEST_YEARS)
    for (scale, _), group in groupby(lines, key=lambda line: (line.scale, line.gender)):
        some = list(group)
        declared = (joints or {}).get(scale, ())
        bends: dict[_Window, int] = {}
        for line in some:
            bend = line.inside([started[line.region] - 1] if line.region in started else [])
            made.append(_row(line, line.whole, declared, bend, confidence))
            for year in bend:
                for window in ((line.whole[0], year), (year, line.whole[1])):
                    made.append(_row(line, window, declared, bend, confidence))
                    # Two bends share a window only where one series ends as another begins: the earlier has it.
                    bends[window] = min(year, bends.get(window, year))
        for line in some:
            if line.region in beside and line.region not in started:
                made += [
                    _row(line, window, declared, [year], confidence)
                    for window, year in bends.items()
                    if line.years[0] <= window[0] and window[1] <= line.years[-1] and line.inside([year])
                ]
    return tidy_rows(made).sort(KEY)


def _lines(indicators: pl.DataFrame) -> Iterable[_Line]:
    values = (
        indicators.filter(pl.col("indicator") == "area_value", pl.col("estimate").is_not_null())
        .select(*_SERIES, "wave", "estimate")
        .sort(*_SERIES, "wave")
    )
    for (scale, gender, region), rows in groupby(values.iter_rows(), key=lambda row: row[:3]):
        years, rates = zip(*(row[3:] for row in rows), strict=True)
        yield _Line(scale, gender, region, years, rates)


def _row(
    line: _Line, window: _Window, declared: Sequence[int], bend: Collection[int], confidence: float
) -> dict[str, Any]:
    """Estimate the change within `window`, by lines through all years of the series."""
    joints = [*(year for year in declared if year in line.inside(declared) and year not in bend), *bend]
    found = aapc(line.years, line.rates, joints=joints, window=window, confidence=confidence)
    first, last = bisect_left(line.years, window[0]), bisect_right(line.years, window[1])
    years = line.years[first:last]
    beyond = [year for year in years if year not in bend]
    thin = window != line.whole and len(beyond) < _FEWEST_BEYOND and found.change is not None
    shown = found.change is not None and not thin
    note = TOO_FEW_YEARS if thin else SHORT_SERIES if shown and len(years) <= SHORT_YEARS else found.note
    return {
        "indicator": "area_aapc", "scale": line.scale, "category": f"{line.gender}:{window[0]}",
        "region": line.region, "wave": window[1], "n": len(years), "note": note,
        **({"estimate": found.change, "df": found.df, "ci_low": found.low, "ci_high": found.high} if shown else {}),
    }  # fmt: skip
