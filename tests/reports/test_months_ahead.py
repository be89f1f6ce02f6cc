"""The fan of the coming months, and how past forecasts of months did, on the page of the situation."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from sujuva.figures import FIGURES, Words
from sujuva.figures.catalogue.forecasts import MONTHS
from sujuva.figures.specification import MOST_ALT, draw
from sujuva.published import Published
from sujuva.reports.areas import areas_section
from sujuva.reports.content import page_of
from sujuva.reports.forecasts import forecast_table, record_table
from sujuva.situation import month_forecasts
from tests.figures.test_texts import faults

LONG, SHORT = "90001", "90004"
AREAS = ["oulu", "tampere", "358", *(f"{code:03}" for code in range(600, 608))]
KINDS = {one: "country" if one == "358" else "municipality" for one in AREAS}
SUMMER = 7


def values(frame, scale, numbers):
    rows = []
    for place, region in enumerate(AREAS):
        drawn = np.random.Generator(np.random.PCG64(place)).normal(scale=0.5, size=len(numbers))
        rows += [
            {"indicator": "area_month", "scale": scale, "category": f"total:{number % 12 + 1:02}", "informant": "",
             "region": region, "wave": number // 12, "group": "all", "note": "", "suppressed": "",
             "estimate": round(20 - 6 * (number % 12 + 1 == SUMMER) + float(drawn[turn]), 1)}
            for turn, number in enumerate(numbers)
        ]  # fmt: skip
    return pl.DataFrame(rows, schema=frame.schema)


@pytest.fixture(scope="module")
def publication(published):
    """A statistic of seven years of months to 2024M09 and one of a year, with their forecasts."""
    frame, last = published["situation"], 2024 * 12 + 9
    rows = pl.concat([values(frame, LONG, range(last - 84, last)), values(frame, SHORT, range(last - 12, last))])
    made = month_forecasts(rows.drop("suppressed"), kinds=KINDS)
    told = made.select(pl.col(name) if name in made.columns else pl.lit("").alias(name) for name in frame.columns)
    return Published(published.tables | {"situation": pl.concat([rows, told])}, published.meta)


def test_three_years_of_months_and_the_twelve_to_come(publication):
    picture = draw(FIGURES["months_ahead"], publication, Words("en"), region="oulu")
    rows = picture.data
    assert set(rows["scale"]) == {LONG}, "what is too short is not drawn"
    past = rows.filter(indicator="area_month")
    assert past.height == 37
    assert rows.filter(pl.col("category").str.ends_with(":95")).height == 12
    now = past.filter(wave=2024, category="total:09")["estimate"][0]
    inner = rows.filter(category="total:09:80", wave=2025).row(0, named=True)
    low, high = (f"{inner[end]:.1f}" for end in ("ci_low", "ci_high"))
    said = f"{now:.1f} in the month 09/2024, and {low} to {high} in 09/2025 if it goes on as it has"
    assert said.replace("09/", "9/") in picture.title.replace("09/", "9/")
    svg = picture.svg()
    assert "2021" in svg
    assert svg.count("fill-opacity") == 2, "the light band and the dark one"
    assert "made of the months before it" in picture.caption


def test_the_table_behind_the_fan_has_a_line_a_month(publication):
    view = page_of(publication, Words("fi"), "oulu")
    picture = draw(FIGURES["months_ahead"], publication, Words("fi"), region="oulu")
    table = forecast_table(view, picture, MONTHS)
    assert [row[1] for row in table.rows[:2]] == ["9.2021", "10.2021"]
    assert [row[1:3] for row in table.rows[36:38]] == [
        ["9.2024", Words("fi").say("as published")],
        ["10.2024", "ennuste"],
    ]
    assert len(table.rows) == 37 + 12
    summer = next(row for row in table.rows if row[1] == "7.2025")
    inner, outer = (
        picture.data.filter(category=f"total:07:{level}", wave=2025).row(0, named=True) for level in (80, 95)
    )
    told = [f"{one['ci_low']:.1f}–{one['ci_high']:.1f}".replace(".", ",") for one in (inner, outer)]
    assert summer[3:] == [f"{inner['estimate']:.1f}".replace(".", ","), *told]


@pytest.mark.parametrize(("language", "region"), [("fi", "oulu"), ("sv", "network"), ("en", "network")])
def test_its_texts_can_be_read(publication, language, region):
    picture = draw(FIGURES["months_ahead"], publication, Words(language), region=region)
    wrong = [fault for sheet in (picture.wide, picture.narrow) for fault in faults(sheet)]
    assert not wrong, "\n".join(wrong)
    assert len(picture.alt) <= MOST_ALT


@pytest.mark.parametrize(("language", "why"), [
    ("fi", "sarja on liian lyhyt ennusteeseen"), ("sv", "serien är för kort för en prognos"),
    ("en", "the series is too short to forecast"),
])  # fmt: skip
def test_the_table_tells_how_past_forecasts_did_and_what_is_too_short(publication, language, why):
    table = record_table(page_of(publication, Words(language), "oulu"), MONTHS)
    long, short = table.rows
    situation = publication["situation"].filter(region="oulu", scale=LONG)
    held = dict(situation.filter(indicator="area_month_coverage").select("category", "estimate").iter_rows())
    assert long[2:4] == [f"{round(held[name])}" for name in ("total:80", "total:95")]
    mase = dict(situation.filter(indicator="area_month_mase").select("category", "estimate").iter_rows())
    assert [one.replace(",", ".") for one in long[4:]] == [f"{mase[f'total:{one}']:.2f}" for one in ("chosen", "naive")]
    assert short[1:] == [f"– ({why})", "–", "–", "–", "–"]


def test_it_is_said_where_the_month_of_the_year_before_is_used(publication):
    frame = publication["situation"].with_columns(
        note=pl.col("note").replace({"ets": "seasonal_naive", "arima": "seasonal_naive"})
    )
    given = Published(publication.tables | {"situation": frame}, publication.meta)
    rows = record_table(page_of(given, Words("en"), "oulu"), MONTHS).rows
    assert rows[0][1] == "the forecast is the value of the same month a year before"


def test_a_hidden_month_is_named_as_a_month(publication):
    frame = publication["situation"]
    hidden = (pl.col("indicator") == "area_month") & (pl.col("wave") == 2022) & (pl.col("category") == "total:02")
    frame = frame.with_columns(
        suppressed=pl.when(hidden).then(pl.lit("primary")).otherwise("suppressed"),
        estimate=pl.when(~hidden).then("estimate"),
    )
    given = Published(publication.tables | {"situation": frame}, publication.meta)
    svg = draw(FIGURES["months_ahead"], given, Words("fi"), region="oulu").svg()
    assert "2.2022" in svg
    assert "2022.08" not in svg


def test_where_there_are_too_many_pictures_it_leaves_with_its_table_before_the_rest(publication, monkeypatch):
    monkeypatch.setattr("sujuva.reports.areas.MOST_FIGURES", 0)
    section = areas_section(page_of(publication, Words("en"), "oulu"))
    shown, further = (
        [one.picture.key if one.picture else one.tables[0].name for one in some]
        for some in (section.exhibits, section.experts)
    )
    assert not {"months_ahead", "months_ahead.csv"} & {*shown}
    assert further[further.index("months_ahead") + 1] == "months_ahead.csv"


def test_it_stands_on_the_page_of_the_situation_and_only_where_there_is_something(publication, published):
    section = areas_section(page_of(publication, Words("en"), "oulu"))
    keys = [one.picture.key if one.picture else one.tables[0].name for one in section.exhibits]
    assert keys[keys.index("months_ahead") + 1] == "months_ahead.csv"
    assert record_table(page_of(published, Words("en"), "oulu"), MONTHS) is None
