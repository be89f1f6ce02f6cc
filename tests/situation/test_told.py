"""Funnels, charts and signals as rows: of a made-up history, and of the export of Sotkanet for Pirkanmaa 2011."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sujuva.codebooks import load_regions
from sujuva.codebooks.area_statistics import CountedStatistic, load_counted
from sujuva.codebooks.breaks import Break, break_years, load_breaks
from sujuva.codebooks.text import Text
from sujuva.publish.privacy import Privacy
from sujuva.publish.tables import suppress_situation
from sujuva.situation import area_indicators, signal_rows
from sujuva.situation.counted import counted
from sujuva.situation.signals import judge
from sujuva.situation.told import NO_DENOMINATOR, _tellable
from sujuva.tidy import TIDY, tidy

PIRKANMAA = Path(__file__).parents[3] / "shared" / "data" / "drop" / "sotkanet_pirkanmaa_2011.csv"
BLANKS = {"177", "250", "291", "604", "980"}
"""Juupajoki, Kihniö, Kuhmoinen, Pirkkala, Ylöjärvi: blank in every indicator of the school health survey."""


@pytest.fixture(scope="module")
def pirkanmaa() -> pl.DataFrame:
    """Return the export as tidy rows of `area_value`."""
    if not PIRKANMAA.is_file():
        pytest.skip("the real export of Sotkanet is not on this machine")
    names = ["title", "indicator", "area_name", "area", "gender", "year", "value", "absolute"]
    raw = pl.read_csv(
        PIRKANMAA, encoding="latin1", separator=";", has_header=False, new_columns=names, infer_schema=False
    ).with_columns(
        pl.col("value", "absolute").str.replace(",", ".").cast(pl.Float64, strict=False),
        year=pl.col("year").cast(pl.Int32), gender=pl.lit("total"),
    )  # fmt: skip
    return area_indicators(raw, {"tampere": load_regions()["tampere"]})


def test_a_funnel_of_real_municipalities(pirkanmaa: pl.DataFrame) -> None:
    """Pirkanmaa 2011: every judged statistic has a funnel, and what is blank is no data and not 0."""
    rows = signal_rows(pirkanmaa, load_counted(), overlapping=["06"])
    assert rows.schema == TIDY
    outer = rows.filter(pl.col("indicator") == "area_funnel", pl.col("category") == "total:998")
    community = outer.filter(pl.col("scale") == "1245")
    assert community.height == 25  # 24 municipalities and the district; the country is what they are held against
    assert community["estimate"].unique().to_list() == pytest.approx([6.7], abs=0.01)
    tampere, ruovesi = (community.filter(pl.col("region") == one).row(0, named=True) for one in ("tampere", "702"))
    assert tampere["n"] == 35_500
    assert ruovesi["ci_low"] <= tampere["ci_low"] < 6.7 < tampere["ci_high"] < ruovesi["ci_high"]
    for survey in ("288", "242", "289", "286", "1514", "3904", "3905"):
        one = outer.filter(pl.col("scale") == survey)
        assert set(one.filter(pl.col("note") == "blank")["region"]) == BLANKS
        assert set(one.filter(~pl.col("region").is_in(list(BLANKS)))["note"]) == {NO_DENOMINATOR}
        assert one["ci_low"].null_count() == one.height
    assert not rows.filter(pl.col("scale").is_in(["1071", "1290"]), pl.col("n").is_not_null()).height  # euros
    signals = rows.filter(pl.col("indicator") == "area_signal")
    assert signals["category"].str.contains(":level:2011$").all()  # one year tells no change
    assert set(signals["note"].str.split("; ").list.get(1)) <= {"above_expected", "below_expected"}


def test_hidden_numbers_hide_what_is_made_of_them(pirkanmaa: pl.DataFrame) -> None:
    """Three municipalities have fewer than ten children in 1245: no limit and no signal of theirs leaves."""
    rows = pl.concat([pirkanmaa, signal_rows(pirkanmaa, load_counted(), overlapping=["06"])])
    told = suppress_situation(rows, Privacy(threshold=10, rounding=5))
    small = told.filter(pl.col("scale") == "1245", pl.col("suppressed") != "")
    assert set(small["region"]) == {"177", "291", "702"}
    assert set(small["indicator"]) == {"area_value", "area_funnel"}
    shown = told.filter(pl.col("scale") == "1245", pl.col("suppressed") == "", pl.col("indicator") == "area_funnel")
    assert shown["region"].n_unique() == 22


def test_a_large_hidden_number_hides_all_that_it_is_part_of() -> None:
    """Limits are made of how much all areas differ: where a number that counts in that is hidden, none is shown."""
    values = tidy(
        pl.DataFrame(
            {"category": ["total", "female", "male"] * 2, "region": ["020"] * 3 + ["109"] * 3,
             "n": [30, 3, 27, 300, 150, 150], "estimate": [3.0, 0.3, 2.7] * 2}
        ),
        indicator="area_value", scale="1", wave=2020,
    )  # fmt: skip
    limits = tidy(
        pl.DataFrame({"region": ["020", "109"]}), indicator="area_funnel", scale="1", category="male:998", wave=2020
    )
    told = suppress_situation(pl.concat([values, limits]), Privacy(threshold=5, rounding=5))
    hidden = told.filter(pl.col("suppressed") != "", pl.col("category").str.starts_with("male"))
    assert set(hidden.filter(pl.col("indicator") == "area_value")["region"]) == {"020"}
    assert set(hidden.filter(pl.col("indicator") == "area_funnel")["region"]) == {"020", "109"}


def _history(last: float) -> pl.DataFrame:
    """Return twelve areas and the country over nine years; the rate of one changes in the last three."""
    rows = []
    for year in range(2012, 2021):
        people, events = 0, 0
        for area in range(1, 13):
            size = 3000 + 500 * area
            rate = 0.05 + 0.001 * ((area * 7 + year * 3) % 5 - 2)
            count = round(size * (rate * last if area == 3 and year > 2017 else rate))
            rows.append(("1", f"{area:03d}", year, 100 * count / size, count))
            people, events = people + size, events + count
        rows.append(("1", "358", year, 100 * (events + 45_000) / (people + 900_000), events + 45_000))
    frame = pl.DataFrame(rows, schema=["scale", "region", "wave", "estimate", "n"], orient="row")
    return tidy(frame, indicator="area_value", category="total")


RECORD = {"1": CountedStatistic(kind="share", per=100, denominator=None, decimals=6)}


def test_signals_say_where_what_how_sure_since_when_and_what_is_new() -> None:
    """A rise of half again in area 003 from 2018 is told of that area alone, as a change since then."""
    every = signal_rows(_history(1.5), RECORD)
    rows = every.filter(pl.col("indicator") == "area_signal", pl.col("category").str.contains("change"))
    assert rows.select("region", "category", "wave").rows() == [("003", "total:change:2018", 2020)]
    row = rows.row(0, named=True)
    assert 15 < row["ci_low"] < row["estimate"] < row["ci_high"] < 50  # the years since 2018 are in what is expected
    assert row["note"].startswith("clear_signal; above_expected; still_signal; ")
    assert "seen_cusum" in row["note"]
    before = signal_rows(_history(1.5).filter(pl.col("wave") <= 2018), RECORD).filter(
        pl.col("indicator") == "area_signal"
    )
    assert set(before.filter(pl.col("category").str.contains("change"))["note"].str.split("; ").list.get(2)) == {
        "new_signal"
    }
    chart = every.filter(pl.col("indicator") == "area_chart", pl.col("region") == "003").sort("wave")
    assert chart["wave"].to_list() == list(range(2013, 2021))
    value = _history(1.5).filter(region="003", wave=2018)["estimate"].item()
    assert value > chart.filter(wave=2018)["ci_high"].item()


def _few(years: range, areas: range, *, low: float) -> list[tuple[str, str, int, float, int]]:
    """Return areas whose rates differ; that of the first is lower than the country's by so much."""
    rows = []
    for year in years:
        for area in areas:
            size = 20_000
            rate = 0.05 * (low if area == 1 else 1 + 0.2 * (area % 5 - 2) / 2)
            rows.append(("1", f"{area:03d}", year, 100 * round(size * rate) / size, round(size * rate)))
        rows.append(("1", "358", year, 5.0, 50_000))
    return rows


def test_a_level_is_not_called_ended_because_more_areas_came() -> None:
    """Four areas make limits of chance, fourteen limits of chance and differences: nobody can say what has ended."""
    rows = [*_few(range(2015, 2020), range(1, 5), low=0.8), *_few(range(2020, 2021), range(1, 15), low=0.78)]
    frame = pl.DataFrame(rows, schema=["scale", "region", "wave", "estimate", "n"], orient="row")
    made = signal_rows(tidy(frame, indicator="area_value", category="total"), RECORD)
    signals = made.filter(pl.col("indicator") == "area_signal", pl.col("category").str.contains("level"))
    assert not signals["note"].str.contains("ended_signal|new_signal").any()
    funnels = made.filter(indicator="area_funnel")
    assert set(funnels["note"]) == {""}
    earlier = signal_rows(tidy(frame.filter(pl.col("wave") < 2020), indicator="area_value", category="total"), RECORD)
    assert set(earlier.filter(indicator="area_funnel")["note"]) == {"chance_only"}
    told = earlier.filter(pl.col("indicator") == "area_signal", pl.col("category").str.contains("level"))
    assert "001" in told["region"]
    same = frame.filter(pl.col("wave") < 2020).with_columns(
        estimate=pl.when(pl.col("wave") == 2019, pl.col("region") == "001").then(5.0).otherwise("estimate"),
        n=pl.when(pl.col("wave") == 2019, pl.col("region") == "001").then(1000).otherwise("n"),
    )
    back = signal_rows(tidy(same, indicator="area_value", category="total"), RECORD)
    ended = back.filter(pl.col("note").str.contains("below_expected; ended_signal"), region="001")
    assert ended.height == 1  # with the limits of both years alike it has ended


@pytest.mark.parametrize(
    ("rates", "above", "new", "told"),
    [
        ((0.04, 0.035), False, False, False),  # further below than before: only its limits became wider
        ((0.04, 0.045), False, False, True),
        ((0.06, 0.045), True, False, True),  # it came down through the country
        ((0.04, 0.045), False, True, False),  # nearer than before: only its limits became narrower
        ((0.06, 0.07), True, True, True),
    ],
)
def test_a_level_begins_and_ends_with_the_area_and_not_with_its_limits(
    rates: tuple[float, float], above: bool, new: bool, told: bool
) -> None:
    frame = pl.DataFrame(
        [("1", "001", year, 100 * rate, round(1000 * rate)) for year, rate in zip((2019, 2020), rates, strict=True)]
        + [("1", "358", year, 5.0, 50_000) for year in (2019, 2020)],
        schema=["scale", "region", "wave", "estimate", "n"], orient="row",
    )  # fmt: skip
    counts = counted(tidy(frame, indicator="area_value", category="total"), RECORD)
    made, before = (judge(one, {"1": "share"}, country="358") for one in (counts, counts.until(2019)))
    assert _tellable(made, before, 0, "level", above, new=new) == told
    assert _tellable(made, before, 0, "change", above, new=new)


def test_nothing_is_told_where_nothing_has_changed() -> None:
    """The same history without the rise."""
    assert signal_rows(_history(1.0), RECORD).filter(pl.col("indicator") == "area_signal").is_empty()


def test_a_declared_break_ends_the_signal() -> None:
    """From the declared year on the series is judged in its own stretch: 2019 and 2020 beside 2018."""
    why = Break(year=2018, statistics="all", kind="definition", why=Text(fi="-", sv="-", en="-"), source="-")
    rows = signal_rows(_history(1.5), RECORD, [why])
    assert not rows.filter(pl.col("category").str.contains("change"), pl.col("estimate").is_not_null()).height
    chart = rows.filter(pl.col("indicator") == "area_chart", pl.col("region") == "003")
    assert chart["wave"].sort().to_list() == [2019, 2020]


def test_declared_breaks_and_counts_of_the_project() -> None:
    """The reform of 2023 breaks child protection and nothing else."""
    years = break_years(load_breaks(), ["1245", "181", "90004"])
    assert years == {"1245": (2023,), "181": (), "90004": ()}
