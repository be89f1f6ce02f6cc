"""Forecasts of the statistics of areas, over areas of one kind, as rows of indicators."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import polars as pl

from sujuva.codebooks.areas import Areas
from sujuva.situation.forecast import Forecast, Outlook, Series, outlook
from sujuva.situation.forecast.conformal import LEVELS
from sujuva.tidy import KEY, tidy_rows

HORIZON = 3
"""Years ahead: with some ten years of values, what lies further ahead is beyond any of them."""
ENDED = "series_ended"
"""Note: the series has no value of the latest year, so there is nothing to forecast from."""
CHOSEN, NAIVE = "chosen", "naive"
"""Categories of the MASE: of the model that was chosen each year, and of the naive."""


@dataclass(frozen=True)
class _Stretch:
    """The latest values of one area at equal distances: `step` years apart, the last in `last`."""

    region: str
    last: int
    step: int
    values: tuple[float, ...]

    @property
    def series(self) -> Series:
        return Series(self.region, self.last // self.step - len(self.values) + 1, self.values)

    def year(self, period: int) -> int:
        """Return the year that a number of a period stands for."""
        return self.last + (period - self.last // self.step) * self.step


def area_kinds(areas: pl.DataFrame, known: Areas) -> dict[str, str]:
    """Tell what kind of area each region is: municipality, county … ; "" where no classification knows it.

    Args:
        areas: region, area (code) and area_name, see `area_names`.
        known: The areas of Finland.
    """
    found = {
        region: known.code_beside(code, name)
        for region, code, name in areas.select("region", "area", "area_name").iter_rows()
    }
    # Helsinki and Åland stand in the place of counties, and are municipalities by their size alone.
    return {region: area.level if area else "" for region, area in found.items()}


def area_forecasts(
    indicators: pl.DataFrame,
    *,
    kinds: Mapping[str, str],
    breaks: Mapping[str, Collection[int]] | None = None,
    horizon: int = HORIZON,
) -> pl.DataFrame:
    """Forecast every statistic of an area by the model that was best in areas of its kind, with 80 and 95 % intervals.

    See `sujuva.situation.forecast.outlook` for the method. Like series are those of one statistic, gender and kind of
    area that end in the same year and come in the same rhythm (a survey may come every second year). Of a series only
    the years from its last declared break count, and only those since its last gap. What is never below 0 gets no
    interval below 0.

    A forecast says what would come if things went on as they have; it knows of no law and no work that begins.

    Args:
        indicators: Tidy rows of `area_value`, see `area_indicators`.
        kinds: What kind of area each region is, see `area_kinds`; regions that are not here are a kind of their own.
        breaks: Statistic to the years from which its numbers mean something else (a law, a way to record).
        horizon: Steps ahead.

    Returns:
        Columns `TIDY`, sorted by `KEY`, `region` the area:

        - `area_forecast`, category "<gender>:80" and "<gender>:95", wave the year that is forecast: estimate, the ends
          of the interval and n the errors behind it. `note` is the family of the model; or why there is none
          (`too_short`, `stands_still`, `too_few_errors`, `series_ended`), then wave is the last year with a value.
        - `area_forecast_coverage`, same categories, wave the last year with a value: per cent of n past intervals that
          held the value, over all areas of the kind.
        - `area_forecast_mase`, category "<gender>:chosen" and "<gender>:naive": mean absolute scaled error of n past
          forecasts over all areas of the kind, and that of the naive at the same places.
    """
    values = indicators.filter(pl.col("indicator") == "area_value")
    return tidy_rows(forecast_rows(values, kinds=kinds, breaks=breaks, horizon=horizon)).sort(KEY)


def forecast_rows(
    values: pl.DataFrame,
    *,
    kinds: Mapping[str, str],
    breaks: Mapping[str, Collection[int]] | None = None,
    horizon: int = HORIZON,
    season: int = 1,
) -> list[dict[str, Any]]:
    """Return the rows of `area_forecasts`, in no order, of values whose `wave` is the number of their period.

    Args:
        values: scale, category (the gender), region, wave and estimate, which may be null.
        kinds: See `area_forecasts`.
        breaks: The same, in numbers of periods.
        horizon: Steps ahead.
        season: Values a year, 1 or 12. Of months only those count that follow each other.
    """
    made: list[dict[str, Any]] = []
    values = values.filter(pl.col("estimate").is_not_null()).sort("scale", "category", "region", "wave")
    for (scale, gender), rows in values.group_by(["scale", "category"], maintain_order=True):
        place = {"scale": scale, "gender": gender}
        floor = 0.0 if min(rows["estimate"]) >= 0 else None
        stretches = list(_stretches(rows, (breaks or {}).get(str(scale), ()), season))
        latest = int(rows["wave"].max())  # type: ignore[arg-type]  # a group has rows
        made += [_none(place, one, ENDED) for one in stretches if one.last < latest]
        current = [one for one in stretches if one.last == latest]
        like = sorted(current, key=lambda one: (kinds.get(one.region, ""), one.step, one.region))
        for _, group in groupby(like, key=lambda one: (kinds.get(one.region, ""), one.step)):
            some = list(group)
            told = outlook([one.series for one in some], horizon=horizon, season=season, floor=floor)
            for one, forecast in zip(some, told.forecasts, strict=True):
                made += _forecast_rows(place, one, forecast)
                made += _record_rows(place, one, told) if forecast.steps else []
    return made


def _stretches(rows: pl.DataFrame, breaks: Collection[int], season: int) -> Iterator[_Stretch]:
    start = max(breaks, default=0)
    for (region,), mine in rows.group_by(["region"], maintain_order=True):
        years, values = (mine[name].to_list() for name in ("wave", "estimate"))
        step = years[-1] - years[-2] if len(years) > 1 and season == 1 else 1
        kept = len(years) - 1
        while kept and years[kept] - years[kept - 1] == step and years[kept - 1] >= start:
            kept -= 1
        yield _Stretch(str(region), years[-1], step, tuple(values[kept:]))


def _none(place: Mapping[str, Any], one: _Stretch, reason: str) -> dict[str, Any]:
    return _row("area_forecast", place, one, LEVELS[0], one.last, note=reason)


def _row(
    indicator: str, place: Mapping[str, Any], one: _Stretch, what: int | str, year: int, **numbers: Any
) -> dict[str, Any]:
    return {
        "indicator": indicator, "scale": place["scale"], "category": f"{place['gender']}:{what}",
        "region": one.region, "wave": year, **numbers,
    }  # fmt: skip


def _forecast_rows(place: Mapping[str, Any], one: _Stretch, forecast: Forecast) -> Iterator[dict[str, Any]]:
    if not forecast.steps:
        yield _none(place, one, forecast.reason)
    for step in forecast.steps:
        for level, (low, high) in step.ends.items():
            yield _row(
                "area_forecast", place, one, level, one.year(step.period), estimate=step.value, ci_low=low,
                ci_high=high, n=step.errors, note=forecast.model.family,
            )  # fmt: skip


def _record_rows(place: Mapping[str, Any], one: _Stretch, told: Outlook) -> Iterator[dict[str, Any]]:
    record = told.record
    if record is None:
        return
    for level in LEVELS:
        share = record.coverage(level)
        if share is not None:
            judged = record.held[level][1]
            yield _row("area_forecast_coverage", place, one, level, one.last, estimate=100 * share, n=judged)
    for what, mase in ((CHOSEN, record.mase), (NAIVE, record.naive_mase)):
        yield _row("area_forecast_mase", place, one, what, one.last, estimate=mase, n=record.origins)
