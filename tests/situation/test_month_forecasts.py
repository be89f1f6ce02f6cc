"""Statistics by month: they stay apart from those by year, and are forecast against the month of the year before."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from sujuva.codebooks import load_indicators, load_regions
from sujuva.publish import Privacy
from sujuva.publish.tables import suppress_situation
from sujuva.situation import area_aapc, area_forecasts, month_forecasts, month_values, with_year
from sujuva.situation.forecast import Series, outlook
from sujuva.tidy import KEY, TIDY

CODES = [f"{place:03}" for place in range(600, 606)]
KINDS = dict.fromkeys(CODES, "municipality")
SEASONS = [0.0, 1.0, 3.0, 1.0, 2.0, -2.0, -8.0, -1.0, 4.0, 2.0, 2.0, -1.0]


def months(count: int, *, noise: float = 1.0, first: int = 2018 * 12, absolute: int | None = None) -> pl.DataFrame:
    """The clean table: `count` months of each area, with seasons."""
    rows = []
    for place, code in enumerate(CODES):
        drawn = np.random.Generator(np.random.PCG64(place)).normal(scale=noise, size=count)
        rows += [
            ("m1", "Statistic", code, code, "total", f"{number // 12}M{number % 12 + 1:02}",
             40 + SEASONS[number % 12] + float(drawn[turn]), absolute)
            for turn, number in enumerate(range(first, first + count))
        ]  # fmt: skip
    schema = {
        "indicator": pl.String, "title": pl.String, "area": pl.String, "area_name": pl.String, "gender": pl.String,
        "month": pl.String, "value": pl.Float64, "absolute": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def values(table: pl.DataFrame) -> pl.DataFrame:
    return month_values(table, load_regions())


def ahead(frame: pl.DataFrame, level: int = 80, region: str = "600") -> pl.DataFrame:
    return frame.filter(
        pl.col("indicator") == "area_month_forecast", pl.col("region") == region,
        pl.col("category").str.ends_with(f":{level}"),
    )  # fmt: skip


@pytest.fixture(scope="module")
def made() -> pl.DataFrame:
    """Forecasts from six years and three months."""
    return month_forecasts(values(months(75)), kinds=KINDS)


def test_a_value_keeps_its_year_and_its_month() -> None:
    rows = values(months(3, first=2023 * 12 + 11)).filter(region="600")
    assert rows.schema == TIDY
    assert rows.select("indicator", "category", "wave").rows() == [
        ("area_month", "total:01", 2024), ("area_month", "total:02", 2024), ("area_month", "total:12", 2023),
    ]  # fmt: skip
    assert with_year(months(1))["year"].to_list() == [2018] * len(CODES)


def test_rows_are_the_forecasts_of_the_library(made: pl.DataFrame) -> None:
    assert made.schema == TIDY
    assert made.select(KEY).is_unique().all()
    table = months(75)
    series = [Series(code, 2018 * 12, tuple(table.filter(area=code)["value"])) for code in CODES]
    expected = outlook(series, horizon=12, season=12, floor=0.0)
    steps = expected.forecasts[0].steps
    assert len(steps) == 12
    for level in (80, 95):
        rows = ahead(made, level).sort("wave", "category").select("estimate", "ci_low", "ci_high", "n").rows()
        assert rows == [(one.value, *one.ends[level], one.errors) for one in steps]
    told = ahead(made).sort("wave", "category").select("wave", "category").rows()
    assert told[0] == (2024, "total:04:80"), "the last value is of 2024M03"
    assert told[-1] == (2025, "total:03:80")
    record = expected.record
    assert record is not None
    kept = {(row["indicator"], row["category"]): row for row in made.filter(region="600").iter_rows(named=True)}
    assert kept["area_month_mase", "total:chosen"]["estimate"] == record.mase
    assert kept["area_month_mase", "total:naive"]["estimate"] == record.naive_mase
    share = record.coverage(95)
    assert share is not None
    assert kept["area_month_coverage", "total:95"]["estimate"] == 100 * share
    assert kept["area_month_coverage", "total:95"]["wave"] == 2024


def test_without_a_better_model_it_is_the_month_of_the_year_before() -> None:
    table = months(50, noise=3.0).filter(pl.col("area") == CODES[0])
    rows = ahead(month_forecasts(values(table), kinds=KINDS)).sort("wave", "category")
    assert set(rows["note"]) == {"seasonal_naive"}
    assert rows["estimate"].to_list() == table["value"].tail(12).to_list()


def test_values_of_years_know_nothing_of_months(made: pl.DataFrame) -> None:
    years = pl.concat([values(months(75)), made])
    assert area_forecasts(years, kinds=KINDS).is_empty()
    assert area_aapc(years, started={}, confidence=0.95).is_empty()
    assert month_forecasts(years.with_columns(indicator=pl.lit("area_value")), kinds=KINDS).is_empty()


@pytest.mark.parametrize(
    ("table", "breaks", "told"),
    [
        (months(24), {}, ("too_short", 2019, "total:12:80")),
        (months(60), {"m1": [2022]}, ("too_short", 2022, "total:12:80")),
        (months(60).filter(pl.col("month") != "2021M11"), {}, ("too_short", 2022, "total:12:80")),
        (
            months(60).filter((pl.col("area") != "600") | (pl.col("month") < "2022M11")),
            {},
            ("series_ended", 2022, "total:10:80"),
        ),
        (months(36)[::3], {}, ("too_short", 2020, "total:10:80")),
    ],
)
def test_it_is_said_why_there_is_no_forecast(
    table: pl.DataFrame, breaks: dict[str, list[int]], told: tuple[str, int, str]
) -> None:
    rows = month_forecasts(values(table), kinds=KINDS, breaks=breaks).filter(region="600")
    assert rows.select("note", "wave", "category").rows() == [told]
    assert rows["estimate"].to_list() == [None]


def test_a_hidden_month_hides_its_year_and_the_forecast() -> None:
    table = months(60, absolute=40).with_columns(
        absolute=pl.when(area=pl.lit("601"), month=pl.lit("2020M07")).then(2.0).otherwise("absolute")
    )
    frame = values(table)
    marked = suppress_situation(pl.concat([frame, month_forecasts(frame, kinds=KINDS)]), Privacy())
    hidden = marked.filter(pl.col("suppressed") != "")
    assert set(hidden["region"]) == {"601"}
    shown = hidden.filter(indicator="area_month").select("wave", "category", "rule").sort("category").rows()
    assert [row[:2] for row in shown] == [(2020, f"total:{number:02}") for number in range(1, 13)]
    assert [row[2] for row in shown].count("small_absolute") == 1
    assert marked.filter(pl.col("indicator") != "area_month", region="601")["suppressed"].unique().to_list() == [
        "secondary"
    ]


def test_genders_add_up_within_a_month() -> None:
    table = months(12, absolute=40).filter(pl.col("area") == "600")
    parts = [
        table.with_columns(gender=pl.lit(gender), absolute=pl.lit(float(number)))
        for gender, number in (("male", 2), ("female", 38))
    ]
    parts[0] = parts[0].with_columns(absolute=pl.when(month=pl.lit("2018M03")).then(2.0).otherwise(20.0))
    parts[1] = parts[1].with_columns(absolute=pl.when(month=pl.lit("2018M03")).then(38.0).otherwise(20.0))
    marked = suppress_situation(values(pl.concat([table, *parts])), Privacy())
    states = dict(
        marked.with_columns(gender=pl.col("category").str.split(":").list.first())
        .group_by("gender")
        .agg((pl.col("suppressed") != "").sum())
        .iter_rows()
    )
    assert states.pop("male") == 12
    assert sorted(states.values()) == [0, 12], "one more gender, or the total would tell the number"


@pytest.mark.parametrize("key", ["area_month", "area_month_forecast", "area_month_coverage", "area_month_mase"])
def test_they_are_described_in_every_language(key: str) -> None:
    info = load_indicators()[key]
    assert (info.family, info.needs) == ("situation", ("area_months",))
    assert all([info.title.sv, info.title.en, info.unit.sv, info.unit.en, info.description.sv, info.description.en])


def test_shares_below_zero_are_not_forecast(made: pl.DataFrame) -> None:
    lows = made["ci_low"].drop_nulls()
    assert lows.len()
    assert all(math.isfinite(one) and one >= 0 for one in lows)
