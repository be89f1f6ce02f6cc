"""Average annual percent change of the statistics of areas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sujuva.codebooks import load_indicators
from sujuva.estimation import annual_ratio
from sujuva.situation import area_aapc
from sujuva.tidy import KEY, TIDY, tidy


def series(values: dict[int, float | None], scale: str = "1245", region: str = "oulu") -> pl.DataFrame:
    """The tidy rows of one statistic of one area."""
    frame = pl.DataFrame(
        [(scale, region, year, value) for year, value in values.items()],
        schema={"scale": pl.String, "region": pl.String, "wave": pl.Int32, "estimate": pl.Float64},
        orient="row",
    )
    return tidy(frame, indicator="area_value", category="total")


def test_a_steady_fall_is_told_with_its_years_and_a_caution() -> None:
    made = area_aapc(series({2013 + step: 10 * 0.931**step for step in range(4)}))
    assert made.schema == TIDY
    row = made.row(0, named=True)
    assert row["estimate"] == pytest.approx(-6.9)
    assert [row[name] for name in ("indicator", *KEY[1:], "n", "df", "note")] == [
        "area_aapc", "1245", "total:2013", "", "oulu", 2016, "all", 4, 2, "short_series",
    ]  # fmt: skip


def test_blank_years_are_left_out_and_zeros_have_a_reason() -> None:
    values: dict[int, float | None] = {year: 2.0 + year % 3 for year in range(2008, 2020)}
    long = area_aapc(series(values | {2010: None})).row(0, named=True)
    assert (long["n"], long["note"]) == (11, "")
    zero = area_aapc(series(values | {2010: 0.0})).row(0, named=True)
    assert (zero["estimate"], zero["ci_low"], zero["note"]) == (None, None, "not_positive")
    assert area_aapc(series({2020: 1.0, 2021: 2.0, 2022: 3.0, 2023: None})).is_empty()


def test_declared_joints_bend_the_line_of_their_statistic_alone() -> None:
    values = {year: 5 * 1.05 ** min(year - 2010, 5) * 0.9 ** max(year - 2015, 0) for year in range(2010, 2023)}
    frame = pl.concat([series(values), series(values, scale="other")])
    made = {row["scale"]: row for row in area_aapc(frame, joints={"1245": [2015, 1990]}).to_dicts()}
    assert made["1245"]["estimate"] == pytest.approx(100 * ((1.05**5 * 0.9**7) ** (1 / 12) - 1))
    assert made["1245"]["ci_high"] - made["1245"]["ci_low"] < 1e-6 < made["other"]["ci_high"] - made["other"]["ci_low"]
    assert area_aapc(frame.sample(fraction=1, shuffle=True, seed=3), joints={"1245": [2015]}).equals(
        area_aapc(frame, joints={"1245": [2015]})
    )


STARTED = {"raahe": 2014}
UP, DOWN = 1.019, 0.931


def bent(region: str, before: float, after: float, years: range = range(2009, 2017), turn: int = 2013) -> pl.DataFrame:
    """A series that moves by one factor a year up to `turn`, and by another from there on."""
    return series({y: 20 * before ** min(y - turn, 0) * after ** max(y - turn, 0) for y in years}, region=region)


def windows(frame: pl.DataFrame, region: str) -> dict[tuple[str, int], dict[str, Any]]:
    """The rows of a region by category and last year."""
    return {(row["category"], row["wave"]): row for row in frame.filter(region=region).iter_rows(named=True)}


def test_a_start_gives_before_and_after_beside_the_country() -> None:
    """The published trends of Raahe and Finland (Niemelä et al. 2019): −6.9 and +1.9 per cent a year in 2013–2016."""
    frame = pl.concat([bent("raahe", UP, DOWN), bent("358", UP, UP), bent("oulu", UP, DOWN)])
    made = area_aapc(frame, started=STARTED)
    assert made.select(KEY).is_unique().all()
    raahe, country = windows(made, "raahe"), windows(made, "358")
    assert {place: round(row["estimate"], 6) for place, row in raahe.items()} == {
        ("total:2009", 2013): 1.9,
        ("total:2013", 2016): -6.9,
        ("total:2009", 2016): round(100 * ((UP**4 * DOWN**3) ** (1 / 7) - 1), 6),
    }
    assert {place: round(row["estimate"], 6) for place, row in country.items()} == dict.fromkeys(raahe, 1.9)
    assert {place: row["n"] for place, row in raahe.items()} == {
        ("total:2009", 2013): 5,
        ("total:2013", 2016): 4,
        ("total:2009", 2016): 8,
    }
    # The country over all years is one line: a start elsewhere does not bend it.
    assert [country[place]["df"] for place in sorted(country)] == [5, 6, 5]
    assert list(windows(made, "oulu")) == [("total:2009", 2016)]
    after = ("total:2013", 2016)
    assert annual_ratio(raahe[after]["estimate"], country[after]["estimate"]) == pytest.approx(-8.64, abs=0.005)


def test_the_start_is_the_first_year_that_may_differ() -> None:
    """The last year without the work belongs to both windows: the lines meet there."""
    made = windows(area_aapc(bent("raahe", UP, DOWN), started={"raahe": 2013}), "raahe")
    assert ("total:2009", 2012) in made
    assert ("total:2012", 2016) in made


@pytest.mark.parametrize("start", [2000, 2009, 2010, 2017, 2030])
def test_a_start_outside_the_series_bends_nothing(start: int) -> None:
    frame = pl.concat([bent("raahe", UP, DOWN), bent("358", UP, UP)])
    assert area_aapc(frame, started={"raahe": start}).equals(area_aapc(frame))


@pytest.mark.parametrize(("start", "window"), [(2016, ("total:2015", 2016)), (2011, ("total:2009", 2010))])
def test_one_year_is_no_trend(start: int, window: tuple[str, int]) -> None:
    made = windows(area_aapc(bent("raahe", UP, 1 / DOWN), started={"raahe": start}), "raahe")
    assert (made[window]["estimate"], made[window]["df"], made[window]["note"]) == (None, None, "too_few_years")
    assert [row["note"] for place, row in made.items() if place != window] == ["short_series"] * 2


@pytest.mark.parametrize("start", [2012, 2015])
def test_two_years_are(start: int) -> None:
    """Two years besides the one in which the lines meet, on either side of it."""
    made = windows(area_aapc(bent("raahe", UP, DOWN, turn=start - 1), started={"raahe": start}), "raahe")
    assert made["total:2009", start - 1]["estimate"] == pytest.approx(1.9)
    assert made[f"total:{start - 1}", 2016]["estimate"] == pytest.approx(-6.9)


def test_blank_years_do_not_count_towards_a_window() -> None:
    values = bent("raahe", UP, DOWN).with_columns(
        estimate=pl.when(~pl.col("wave").is_in([2014, 2015])).then("estimate")
    )
    made = windows(area_aapc(values, started=STARTED), "raahe")
    assert (made["total:2013", 2016]["n"], made["total:2013", 2016]["note"]) == (2, "too_few_years")


def test_a_window_of_a_long_series_is_short_itself() -> None:
    made = windows(area_aapc(bent("raahe", UP, DOWN, range(2000, 2017)), started=STARTED), "raahe")
    assert {place: row["note"] for place, row in made.items()} == {
        ("total:2000", 2013): "",
        ("total:2000", 2016): "",
        ("total:2013", 2016): "short_series",
    }


def test_the_country_has_no_window_outside_its_own_years() -> None:
    frame = pl.concat([bent("raahe", UP, DOWN), bent("358", UP, UP, range(2011, 2017))])
    assert list(windows(area_aapc(frame, started=STARTED), "358")) == [("total:2011", 2016), ("total:2013", 2016)]


def test_regions_with_several_starts_and_declared_joints_have_unique_rows() -> None:
    starts = {"raahe": 2014, "oulu": 2012, "tampere": 2014}
    late = bent("tampere", UP, DOWN, range(2012, 2017))
    frame = pl.concat([bent("raahe", UP, DOWN), bent("oulu", UP, DOWN, turn=2011), late, bent("358", UP, UP)])
    made = area_aapc(frame, started=starts, joints={"1245": [2013]}, beside=["358", "raahe"])
    assert made.select(KEY).is_unique().all()
    assert windows(made, "oulu")["total:2011", 2016]["df"] == 8 - 4
    assert windows(made, "raahe")["total:2013", 2016]["df"] == 8 - 3
    assert made.equals(area_aapc(frame.sample(fraction=1, shuffle=True, seed=1), started=starts,
                                 joints={"1245": [2013]}, beside=["358", "raahe"]))  # fmt: skip


def test_a_zero_takes_the_reason_to_every_window() -> None:
    values = bent("raahe", UP, DOWN).with_columns(
        estimate=pl.when(pl.col("wave") != 2010).then("estimate").otherwise(0)
    )
    made = area_aapc(values, started=STARTED)
    assert made["note"].to_list() == ["not_positive"] * 3
    assert made["estimate"].null_count() == 3


def test_it_is_described_in_every_language(project: Path) -> None:
    info = load_indicators()["area_aapc"]
    assert (info.family, info.counts) == ("situation", "none")
    assert all([info.title.sv, info.title.en, info.unit.sv, info.unit.en, info.description.sv, info.description.en])
