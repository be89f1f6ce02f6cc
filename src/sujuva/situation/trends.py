"""How the statistics of an area move from year to year: the average annual percent change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import polars as pl

from sujuva.estimation.aapc import FEWEST_YEARS, aapc
from sujuva.tidy import KEY, TIDY

_SERIES = ("scale", "category", "region")


def area_aapc(
    indicators: pl.DataFrame, *, joints: Mapping[str, Sequence[int]] | None = None, confidence: float = 0.95
) -> pl.DataFrame:
    """Estimate the average annual percent change of every statistic of an area with at least four years.

    log(value) is fitted by straight lines that meet at the declared joints (`sujuva.estimation.aapc`). That means
    something for rates and shares above 0; a series with a 0 gets no estimate. Blank years are left out. A change of
    the law, of coding or of the area itself in the middle of a series looks like a trend: the wellbeing services
    counties began in 2023, and with them the statistical unit of child protection changed.

    Args:
        indicators: Tidy rows of `area_value`, see `area_indicators`.
        joints: Statistic (`scale`) to the years at which its trend may bend; those outside a series are ignored.
        confidence: Coverage of the intervals.

    Returns:
        Columns `TIDY`, sorted by `KEY`: indicator `area_aapc`, category "<gender>:<first year>", wave the last year,
        estimate per cent a year with its t interval (made on the log scale), se empty, df, n the number of years.
        `note`: `short_series` beside an estimate from at most ten years, `not_positive` or `too_few_years` where there
        is none.

    Raises:
        ParameterError: `confidence` is no probability, or the joints of a statistic repeat a year.
    """
    values = (
        indicators.filter(pl.col("indicator") == "area_value", pl.col("estimate").is_not_null())
        .select(*_SERIES, "wave", "estimate")
        .sort(*_SERIES, "wave")
    )
    made: list[dict[str, Any]] = []
    for (scale, category, region), rows in groupby(values.iter_rows(), key=lambda row: row[:3]):
        years, rates = zip(*(row[3:] for row in rows), strict=True)
        if len(years) < FEWEST_YEARS:
            continue
        inside = [joint for joint in (joints or {}).get(scale, ()) if years[0] < joint < years[-1]]
        found = aapc(years, rates, joints=inside, confidence=confidence)
        made.append(
            dict.fromkeys(TIDY)
            | {
                "indicator": "area_aapc", "scale": scale, "category": f"{category}:{years[0]}", "informant": "",
                "region": region, "wave": years[-1], "group": "all", "estimate": found.change, "df": found.df,
                "ci_low": found.low, "ci_high": found.high, "n": found.years, "note": found.note,
            }
        )  # fmt: skip
    return pl.DataFrame(made, schema=TIDY).sort(KEY)
