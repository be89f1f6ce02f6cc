"""The yearly trends that are built into the registers of the example come out of its rows."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from sujuva.example.areas import HISTORY, areas, register_years, turning_year
from sujuva.example.design import region_design
from sujuva.example.population import Study
from sujuva.situation import area_aapc, area_indicators
from tests.example.truth import area_truth

REGISTERS, SURVEYS = ["90004", "90005"], ["90001", "90002", "90003"]
WAVES = [2022, 2023, 2024]
STARTED = {"keski-pohjanmaa": 2023, "oulu": 2023, "pohjois-karjala": 2024}  # as in params.yaml
PLACE = ["scale", "region", "category", "wave"]


@pytest.fixture(scope="module")
def study(root):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        return Study.of(["keski-pohjanmaa", "pohjois-karjala", "oulu", "tampere"], WAVES)


def written(study, seed):
    """The clean rows of the statistics, from two fresh streams."""
    streams = np.random.SeedSequence(seed).spawn(2)
    return areas(*(np.random.Generator(np.random.PCG64(one)) for one in streams), study)


def trends(kept, study, **choices):
    rows = kept.filter(pl.col("indicator").is_in(REGISTERS)).with_columns(
        pl.col("value", "absolute").str.replace(",", ".").cast(pl.Float64),
        gender=pl.lit("total"),
        year=pl.col("year").cast(pl.Int32),
    )
    known = {region.key: region for region in study.regions}
    places = [*known, "358"]
    values = area_indicators(rows, known).filter(pl.col("region").is_in(places))
    return area_aapc(values, started=STARTED, **choices)


def truth_frame(truth):
    """The truth as the rows of `area_aapc` name it."""
    return pl.DataFrame(truth).select(
        "change",
        scale="indicator",
        region="region",
        category=pl.format("total:{}", "first"),
        wave=pl.col("last").cast(pl.Int32),
    )


def test_registers_begin_before_the_waves_and_surveys_do_not(delivery):
    years = dict(
        delivery.raw("areas")
        .group_by("indicator")
        .agg(pl.col("year").cast(pl.Int64).unique().sort().alias("years"))
        .iter_rows()
    )
    assert [years[one] for one in SURVEYS] == [WAVES] * 3
    assert [years[one] for one in REGISTERS] == [[*range(2017, 2025)]] * 2


def test_history_moves_nothing_of_the_years_of_the_waves(study):
    one, other = (
        areas(*(np.random.Generator(np.random.PCG64(seed)) for seed in (5, history)), study) for history in (1, 2)
    )
    assert not one.rows.equals(other.rows)
    waves = pl.col("year").is_in([str(year) for year in WAVES])
    assert one.rows.filter(waves).equals(other.rows.filter(waves))
    assert one.counts() == other.counts()


def test_every_series_stands_together_in_the_order_of_its_years(study):
    kept = written(study, 1).kept.filter(pl.col("indicator").is_in(REGISTERS), pl.col("area") != "")
    for _, rows in kept.group_by("indicator", "area"):
        assert rows["year"].is_sorted()
    assert kept.select(pl.struct("indicator", "area").rle_id().max() + 1).item() == kept.n_unique(["indicator", "area"])


def test_the_number_in_care_is_the_share_of_the_children_of_that_year(study):
    kept = written(study, 3).kept
    care, children = (
        kept.filter(indicator=one).select("area", "year", "value", pl.col("absolute").cast(pl.Float64))
        for one in REGISTERS
    )
    both = care.join(children.select("area", "year", children="absolute"), on=["area", "year"]).with_columns(
        pl.col("value").str.replace(",", ".").cast(pl.Float64)
    )
    counted = 100 * both["absolute"] / both["children"]
    room = 0.05 + 100 * 0.5 / both["children"] + 0.015 * both["value"]  # two roundings, and the births of a year
    assert (counted - both["value"]).abs().is_between(0, room).all()


def test_a_county_stays_the_sum_of_its_municipalities(study):
    kept = written(study, 4).kept.filter(indicator="90005")
    county = next(region for region in study.regions if region.level == "county")
    numbers = kept.with_columns(pl.col("absolute").cast(pl.Int64))
    parts = numbers.filter(pl.col("area").is_in(sorted(county.municipalities)))
    sums = dict(parts.group_by("year").agg(pl.len(), pl.col("absolute").sum()).select("year", "absolute").iter_rows())
    full = parts["year"].value_counts().filter(count=len(county.municipalities))["year"].to_list()
    whole = dict(numbers.filter(area=county.code).select("year", "absolute").iter_rows())
    shared = sorted({*full} & {*whole})
    assert len(shared) > 5
    assert all(abs(sums[year] - whole[year]) <= len(county.municipalities) / 2 for year in shared)


@pytest.fixture(scope="module")
def found(delivery, study):
    """The trends of the delivery, from the rows that no error stands in."""
    rows = delivery.raw("areas").unique(["indicator", "area", "gender", "year"], keep="first", maintain_order=True)
    return trends(rows.filter(pl.col("area") != "", pl.col("value").str.contains(r"^\d+(,\d)?$")), study)


def test_the_example_holds_the_trends_that_the_truth_tells_of(delivery, found):
    both = truth_frame(delivery.truth["areas"]).join(found, on=PLACE, how="left")
    assert both["n"].null_count() == 0
    unknown = both.filter(pl.col("estimate").is_null())
    # Pohjois-Karjala has worked for one year: no trend yet.
    assert set(unknown.select("region", "category", "note").iter_rows()) == {
        ("pohjois-karjala", "total:2023", "too_few_years")
    }
    assert both.drop_nulls("estimate").select(pl.col("change").is_between("ci_low", "ci_high").all()).item()
    country = found.filter(pl.col("region") == "358", pl.col("estimate").is_not_null(), scale="90004")
    assert country.height == 4  # all years, up to each of two turning years, and after one of them
    assert country.select(pl.lit(1.9).is_between("ci_low", "ci_high").all()).item()


def test_a_reader_can_see_the_start(found):
    """The country goes up; the regions that started come down, and did not before."""
    rows = {(row["region"], row["category"], row["wave"]): row for row in found.filter(scale="90004").to_dicts()}
    for region in ("oulu", "keski-pohjanmaa"):
        assert rows[region, "total:2017", 2022]["ci_low"] > 0, region
        assert rows[region, "total:2022", 2024]["ci_high"] < 0, region
    assert rows["358", "total:2022", 2024]["ci_low"] > 0
    assert rows["tampere", "total:2017", 2024]["ci_low"] > 0


def test_intervals_hold_the_trends_as_often_as_they_say(study):
    """30 deliveries, 10 trends each: 150 deliveries gave 95.6 per cent."""
    told = truth_frame(area_truth(study)).filter(scale="90004")
    made = [trends(written(study, seed).kept.filter(indicator="90004"), study) for seed in range(30)]
    both = pl.concat(made).join(told, on=PLACE).drop_nulls("estimate")
    assert both.height > 280
    assert 0.90 < both.select(pl.col("change").is_between("ci_low", "ci_high").mean()).item() < 0.99
    assert both.select((pl.col("estimate") - pl.col("change")).mean().abs()).item() < 0.15


@pytest.mark.parametrize("waves", [[2024], [2022, 2024], [2020, 2021, 2023, 2024], [2000, 2024]])
def test_any_waves_give_every_year_from_five_before_the_first(root, waves):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        study = Study.of(["oulu", "pohjois-karjala"], waves)
    sheet = written(study, 2)
    years = register_years(study)
    assert years == [*range(waves[0] - HISTORY, waves[-1] + 1)]
    registers = sheet.rows.filter(pl.col("indicator").is_in(REGISTERS), pl.col("area") == "358")
    assert sorted(registers.unique(["indicator", "year"])["year"].cast(pl.Int64)) == sorted(2 * years)
    surveys = sheet.rows.filter(pl.col("indicator").is_in(SURVEYS))
    assert sorted(surveys["year"].cast(pl.Int64).unique()) == waves
    assert {(one["region"], one["first"], one["last"]) for one in area_truth(study)} >= {("358", years[0], years[-1])}


@pytest.mark.parametrize(
    ("waves", "region", "turn"),
    [
        (WAVES, "oulu", 2022),
        (WAVES, "pohjois-karjala", 2023),
        (WAVES, "tampere", None),
        ([2024], "oulu", None),
        ([2020, 2024], "pohjois-karjala", 2020),
        ([2020, 2021, 2022, 2023], "pohjois-karjala", 2021),
    ],
)
def test_a_region_turns_at_its_last_wave_without_progress(root, waves, region, turn):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        study = Study.of([region], waves)
    assert turning_year(region, study) == turn


def test_the_declared_starts_of_the_example_are_the_years_after_its_turns(study):
    turns = {region.key: turning_year(region.key, study) for region in study.regions}
    assert {key: turn + 1 for key, turn in turns.items() if turn is not None} == STARTED
    assert region_design("tampere").trend == "steady"
