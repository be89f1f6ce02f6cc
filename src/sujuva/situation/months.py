"""Statistics of areas by month: their values, and forecasts of a year of months, as rows of indicators.

The wave of a row is the year, and its month stands in the category behind the gender: "total:03". Nothing that reads
values of years reads these.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from sujuva.codebooks import Region
from sujuva.situation.areas import area_indicators
from sujuva.situation.forecast.models import MONTHS, NAIVE
from sujuva.situation.forecasts import forecast_rows
from sujuva.tidy import KEY, tidy_rows

SEASONAL_NAIVE = "seasonal_naive"
"""Note: what is forecast is the value of the same month of the year before."""
_INDICATORS = {
    "area_forecast": "area_month_forecast",
    "area_forecast_coverage": "area_month_coverage",
    "area_forecast_mase": "area_month_mase",
}


def with_year(months: pl.DataFrame) -> pl.DataFrame:
    """Return statistics by month (2024M03) with their `year`."""
    return months.with_columns(year=pl.col("month").str.head(4).cast(pl.Int32))


def month_values(months: pl.DataFrame, regions: Mapping[str, Region]) -> pl.DataFrame:
    """Turn the statistics of areas by month into tidy indicators.

    Args:
        months: indicator, title, area, area_name, gender, month, value, absolute; one row a statistic of an area.
        regions: The study's regions by key.

    Returns:
        Tidy rows of the indicator `area_month`: `wave` is the year and `category` gender and month ("total:03"); all
        else is as in `area_indicators`.
    """
    dated = with_year(months).with_columns(gender=pl.format("{}:{}", "gender", pl.col("month").str.tail(2)))
    return area_indicators(dated, regions).with_columns(indicator=pl.lit("area_month")).sort(KEY)


def month_forecasts(
    indicators: pl.DataFrame,
    *,
    kinds: Mapping[str, str],
    breaks: Mapping[str, Collection[int]] | None = None,
    horizon: int = MONTHS,
) -> pl.DataFrame:
    """Forecast every statistic by month, as `area_forecasts` does those by year.

    The naive that models are held against is the same month of the year before, and errors are in units of the mean
    change from there. A series is cut at its last gap and at its last declared break, and needs two years and a month.

    Args:
        indicators: Tidy rows of `area_month`, see `month_values`.
        kinds: What kind of area each region is, see `sujuva.situation.area_kinds`.
        breaks: Statistic to the years from which its numbers mean something else.
        horizon: Months ahead.

    Returns:
        Columns `TIDY`, sorted by `KEY`: what `area_forecasts` returns, as `area_month_forecast` (category
        "<gender>:<month>:<level>"), `area_month_coverage` and `area_month_mase`. The note of the naive is
        `SEASONAL_NAIVE`.
    """
    values = indicators.filter(pl.col("indicator") == "area_month").with_columns(
        category=_part(0), wave=MONTHS * pl.col("wave") + _part(1).cast(pl.Int32) - 1
    )
    starts = {scale: [MONTHS * year for year in years] for scale, years in (breaks or {}).items()}
    made = tidy_rows(forecast_rows(values, kinds=kinds, breaks=starts, horizon=horizon, season=MONTHS))
    month = (pl.col("wave") % MONTHS + 1).cast(pl.String).str.zfill(2)
    ahead = pl.format("{}:{}:{}", _part(0), month, _part(1))
    return made.with_columns(
        indicator=pl.col("indicator").replace_strict(_INDICATORS, return_dtype=pl.String),
        category=pl.when(pl.col("indicator") == "area_forecast").then(ahead).otherwise("category"),
        wave=pl.col("wave") // MONTHS,
        note=pl.col("note").replace(NAIVE, SEASONAL_NAIVE),
    ).sort(KEY)


def _part(place: int) -> pl.Expr:
    return pl.col("category").str.split(":").list.get(place)
