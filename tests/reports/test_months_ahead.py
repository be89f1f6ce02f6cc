"""The fan of the coming months, and how past forecasts of months did, on the page of the situation."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.figures import FIGURES, Words
from sujuva.figures.catalogue.forecasts import MONTHS
from sujuva.figures.specification import draw
from sujuva.published import Published
from sujuva.reports.areas import areas_section
from sujuva.reports.content import page_of
from sujuva.reports.forecasts import forecast_table, record_table
from sujuva.situation import month_forecasts
from tests.reports.foretold import (
    LONG,
    SHORT,
    TOO_SHORT,
    keys_of,
    must_be_readable,
    must_stand_with_its_table,
    must_tell_the_past,
    series,
    with_forecasts,
)

SUMMER = 7


def place(_turn, number, drawn):
    month = number % 12 + 1
    return {
        "indicator": "area_month", "category": f"total:{month:02}", "wave": number // 12,
        "estimate": round(20 - 6 * (month == SUMMER) + drawn, 1),
    }  # fmt: skip


@pytest.fixture(scope="module")
def publication(published):
    """A statistic of seven years of months to 2024M09 and one of a year, with their forecasts."""
    last, schema = 2024 * 12 + 9, published["situation"].schema
    rows = [
        series(schema, scale, range(last - months, last), place, walk=False, sd=0.5)
        for scale, months in ((LONG, 84), (SHORT, 12))
    ]
    return with_forecasts(published, pl.concat(rows), month_forecasts)


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
    must_be_readable(picture)


@pytest.mark.parametrize(("language", "why"), TOO_SHORT)
def test_the_table_tells_how_past_forecasts_did_and_what_is_too_short(publication, language, why):
    must_tell_the_past(
        record_table(page_of(publication, Words(language), "oulu"), MONTHS), publication, "area_month", why
    )


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
    shown, further = keys_of(section.exhibits), keys_of(section.experts)
    assert not {"months_ahead", "months_ahead.csv"} & {*shown}
    assert further[further.index("months_ahead") + 1] == "months_ahead.csv"


def test_it_stands_on_the_page_of_the_situation_and_only_where_there_is_something(publication, published):
    must_stand_with_its_table(areas_section(page_of(publication, Words("en"), "oulu")), "months_ahead")
    assert record_table(page_of(published, Words("en"), "oulu"), MONTHS) is None
