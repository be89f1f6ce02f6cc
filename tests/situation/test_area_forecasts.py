"""Forecasts of the statistics of areas: who is pooled with whom, what cuts a series, why there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sujuva.codebooks import load_indicators, load_regions
from sujuva.codebooks.areas import load_areas
from sujuva.publish import Privacy
from sujuva.publish.tables import suppress_situation
from sujuva.situation import area_forecasts, area_indicators, area_kinds, area_names
from sujuva.situation.forecast import Series, outlook
from sujuva.tidy import KEY, TIDY, tidy

REGIONS = [f"a{place:02}" for place in range(12)]
KINDS = dict.fromkeys(REGIONS, "municipality")


def values(years: range, *, regions: list[str] = REGIONS, scale: str = "1", slope: float = 0.0) -> pl.DataFrame:
    """Tidy rows of a statistic: a walk of each region's own."""
    rows = [
        (region, year, float(value) + slope * turn)
        for place, region in enumerate(regions)
        for turn, (year, value) in enumerate(
            zip(years, 50 + np.random.Generator(np.random.PCG64(place)).normal(size=len(years)).cumsum(), strict=True)
        )
    ]
    schema = {"region": pl.String, "wave": pl.Int32, "estimate": pl.Float64}
    return tidy(pl.DataFrame(rows, schema=schema, orient="row"), indicator="area_value", scale=scale, category="total")


def told(frame: pl.DataFrame, region: str = "a00", **where: str) -> pl.DataFrame:
    return frame.filter(region=region, indicator="area_forecast", **where)


def test_rows_are_the_forecasts_of_the_library() -> None:
    frame = values(range(2008, 2024))
    made = area_forecasts(frame, kinds=KINDS)
    assert made.schema == TIDY
    assert made.select(KEY).is_unique().all()
    series = [Series(region, 2008, tuple(frame.filter(region=region).sort("wave")["estimate"])) for region in REGIONS]
    expected = outlook(series)
    steps = expected.forecasts[3].steps
    rows = told(made, "a03", category="total:95").select("wave", "estimate", "ci_low", "ci_high", "n", "note").rows()
    family = expected.forecasts[3].model.family
    assert rows == [(one.period, one.value, *one.ends[95], one.errors, family) for one in steps]
    assert [row[0] for row in rows] == [2024, 2025, 2026]
    record = expected.record
    assert record is not None
    kept = {
        (row["indicator"], row["category"]): (row["wave"], row["estimate"], row["n"])
        for row in made.filter(pl.col("region") == "a03", pl.col("indicator") != "area_forecast").iter_rows(named=True)
    }
    shares = {level: 100 * (record.coverage(level) or 0) for level in record.held}
    assert kept == {
        ("area_forecast_coverage", "total:80"): (2023, shares[80], record.held[80][1]),
        ("area_forecast_coverage", "total:95"): (2023, shares[95], record.held[95][1]),
        ("area_forecast_mase", "total:chosen"): (2023, record.mase, record.origins),
        ("area_forecast_mase", "total:naive"): (2023, record.naive_mase, record.origins),
    }
    assert area_forecasts(frame.sample(fraction=1, shuffle=True, seed=1), kinds=KINDS).equals(made)


def test_only_areas_of_the_same_kind_stand_behind_an_interval() -> None:
    frame = values(range(2012, 2024))
    apart = area_forecasts(frame, kinds=KINDS | {"a00": "county", "a01": "county"})
    assert told(apart, category="total:80")["n"].to_list() == [2 * 7, 2 * 6, 2 * 5]
    assert told(apart, "a05", category="total:80")["n"].to_list() == [10 * 7, 10 * 6, 10 * 5]
    assert told(apart, category="total:95").is_empty(), "95 per cent needs 19 errors"
    alone = area_forecasts(frame.filter(pl.col("region").is_in(["a00", "a01"])), kinds=KINDS)
    assert told(alone).equals(told(apart))


def test_only_the_years_from_the_last_break_count() -> None:
    frame = values(range(2004, 2024))
    cut = area_forecasts(frame, kinds=KINDS, breaks={"1": [2008, 2013, 2030], "2": [2020]})
    # A break that is declared for a year to come leaves one year: nothing can be forecast.
    assert told(cut)["note"].to_list() == ["too_short"]
    cut = area_forecasts(frame, kinds=KINDS, breaks={"1": [2008, 2013], "2": [2020]})
    assert cut.equals(area_forecasts(frame.filter(pl.col("wave") >= 2013), kinds=KINDS))
    assert (
        told(cut, category="total:80")["n"][0] < told(area_forecasts(frame, kinds=KINDS), category="total:80")["n"][0]
    )
    last = area_forecasts(frame, kinds=KINDS, breaks={"1": [2021]})
    assert last.select("category", "wave", "estimate", "note").unique().rows() == [
        ("total:80", 2023, None, "too_short")
    ]


def test_gaps_cut_and_surveys_of_every_second_year_go_on_in_their_rhythm() -> None:
    gap = values(range(2000, 2024)).filter(pl.col("wave") != 2009)
    assert area_forecasts(gap, kinds=KINDS).equals(area_forecasts(gap.filter(pl.col("wave") > 2009), kinds=KINDS))
    second = values(range(1993, 2024, 2))
    made = told(area_forecasts(second, kinds=KINDS), category="total:80")
    assert made["wave"].to_list() == [2025, 2027, 2029]


def test_a_series_without_the_latest_year_says_so() -> None:
    frame = values(range(2008, 2024)).filter((pl.col("region") != "a00") | (pl.col("wave") < 2022))
    made = area_forecasts(frame, kinds=KINDS)
    assert told(made).select("wave", "estimate", "note").rows() == [(2021, None, "series_ended")]
    assert told(made, "a01", category="total:95").height == 3


def test_the_placed_children_of_four_years_are_too_few(shared_data: Path) -> None:
    """The counties' panel of 2021–2024: shares of four years, of 21 counties, are no ground for a forecast."""
    path = shared_data / "reference" / "child_welfare_budget_panel_v1.csv"
    panel = pl.read_csv(path, schema_overrides={"region_code": pl.String})
    shares = panel.select("region_code", "region_name", "^placed_children_pct_20.*$").unpivot(
        index=["region_code", "region_name"]
    )
    area = shares.select(
        area="region_code", area_name="region_name", indicator=pl.lit("1079"), title=pl.lit("placed"),
        gender=pl.lit("total"), year=pl.col("variable").str.tail(4).cast(pl.Int32), value="value",
        absolute=pl.lit(None, dtype=pl.Float64),
    )  # fmt: skip
    rows = area_indicators(area, load_regions())
    kinds = area_kinds(area_names(area, load_regions()), load_areas())
    assert set(kinds.values()) == {"county", ""}, "Helsinki is no county, and like none of them"
    made = area_forecasts(rows, kinds=kinds)
    assert made.select("indicator", "category", "wave", "note").unique().rows() == [
        ("area_forecast", "total:80", 2024, "too_short")
    ]
    assert made.height == panel.height


def test_a_hidden_year_hides_the_forecast_of_its_series() -> None:
    frame = values(range(2008, 2024)).with_columns(
        n=pl.when(region=pl.lit("a02"), wave=2015).then(3).otherwise(40).cast(pl.Int64)
    )
    marked = suppress_situation(pl.concat([frame, area_forecasts(frame, kinds=KINDS)]), Privacy())
    made = marked.filter(pl.col("indicator") != "area_value").group_by("region").agg(pl.col("suppressed").unique())
    states = dict(made.iter_rows())
    assert states.pop("a02") == ["secondary"]
    assert set(map(tuple, states.values())) == {("",)}


@pytest.mark.parametrize("key", ["area_forecast", "area_forecast_coverage", "area_forecast_mase"])
def test_they_are_described_in_every_language(key: str) -> None:
    info = load_indicators()[key]
    assert (info.family, info.counts) == ("situation", "none")
    assert all([info.title.sv, info.title.en, info.unit.sv, info.unit.en, info.description.sv, info.description.en])
