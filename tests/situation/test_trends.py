"""Average annual percent change of the statistics of areas."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sujuva.codebooks import load_indicators
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


def test_it_is_described_in_every_language(project: Path) -> None:
    info = load_indicators()["area_aapc"]
    assert (info.family, info.counts) == ("situation", "none")
    assert all([info.title.sv, info.title.en, info.unit.sv, info.unit.en, info.description.sv, info.description.en])
