"""The fan of what may come, and how past forecasts did, on the page of the situation."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.figures import FIGURES, Words
from sujuva.figures.specification import draw
from sujuva.published import Published
from sujuva.reports.areas import areas_section
from sujuva.reports.content import page_of
from sujuva.reports.forecasts import forecast_table, record_table
from sujuva.situation import area_forecasts
from tests.reports.foretold import (
    LONG,
    SHORT,
    TOO_SHORT,
    must_be_readable,
    must_stand_with_its_table,
    must_tell_the_past,
    series,
    with_forecasts,
)


def place(turn, year, drawn):
    return {"indicator": "area_value", "category": "total", "wave": year, "estimate": round(20 + 0.5 * turn + drawn, 1)}


@pytest.fixture(scope="module")
def publication(published):
    """A statistic of twenty years and one of four, with their forecasts."""
    schema = published["situation"].schema
    rows = [
        series(schema, scale, range(first, 2025), place, walk=True, sd=0.3)
        for scale, first in ((LONG, 2005), (SHORT, 2021))
    ]
    return with_forecasts(published, pl.concat(rows), area_forecasts)


def test_a_fan_begins_at_the_last_value_and_is_told_in_words(publication):
    picture = draw(FIGURES["forecasts"], publication, Words("en"), region="oulu")
    rows = picture.data
    assert set(rows["scale"]) == {LONG}, "what is too short is not drawn"
    assert rows.filter(indicator="area_forecast")["wave"].unique().sort().to_list() == [2025, 2026, 2027]
    now = rows.filter(indicator="area_value", wave=2024)["estimate"][0]
    inner = rows.filter(category="total:80", wave=2027).row(0, named=True)
    low, high = (f"{inner[end]:.1f}" for end in ("ci_low", "ci_high"))
    assert f"{now:.1f} in 2024, and between {low} and {high} in 2027 if it goes on as it has" in picture.title
    assert picture.title.startswith(f"{publication.meta['areas']['titles'].get(LONG, LONG)}, Oulu: ")
    assert "it knows of no law" in picture.caption
    assert "of earlier 80% bands " in picture.svg()
    assert picture.svg().count("fill-opacity") == 2, "the light band and the dark one"


def test_the_table_behind_the_fan_has_a_line_a_year(publication):
    view = page_of(publication, Words("en"), "oulu")
    picture = draw(FIGURES["forecasts"], publication, Words("en"), region="oulu")
    table = forecast_table(view, picture)
    assert [row[1] for row in table.rows] == [str(year) for year in range(2005, 2028)]
    inner, outer = (picture.data.filter(category=one, wave=2026).row(0, named=True) for one in ("total:80", "total:95"))
    bands = [f"{one['ci_low']:.1f}–{one['ci_high']:.1f}" for one in (inner, outer)]
    assert table.rows[-2][2:] == ["forecast", f"{inner['estimate']:.1f}", *bands]
    assert table.rows[-4][2] == "as published"
    assert table.rows[-4][4:] == ["–", "–"]


@pytest.mark.parametrize(("language", "region"), [("fi", "oulu"), ("sv", "network")])
def test_its_texts_can_be_read(publication, language, region):
    picture = draw(FIGURES["forecasts"], publication, Words(language), region=region)
    must_be_readable(picture)


def test_the_page_of_the_network_shows_each_region_and_the_country(publication):
    picture = draw(FIGURES["forecasts"], publication, Words("fi"), region="network")
    assert picture.data["region"].unique(maintain_order=True).to_list() == ["oulu", "tampere", "358"]
    assert "Koko maa: " in picture.title
    assert "jos kehitys jatkuu ennallaan" in picture.title
    cells = record_table(page_of(publication, Words("fi"), "network")).rows
    assert [row[1] for row in cells] == ["Oulu", "Tampere", "Koko maa"]


@pytest.mark.parametrize(("language", "why"), TOO_SHORT)
def test_the_table_tells_how_past_forecasts_did_and_what_is_too_short(publication, language, why):
    table = record_table(page_of(publication, Words(language), "oulu"))
    mase = must_tell_the_past(table, publication, "area_forecast", why)
    assert mase["total:chosen"] < mase["total:naive"]
    assert all(len(row) == len(table.headers) == len(table.numeric) for row in table.rows)


def test_what_is_hidden_is_not_drawn_and_says_so(publication):
    frame = publication["situation"]
    forecast = pl.col("indicator").str.starts_with("area_forecast") & (pl.col("region") == "oulu")
    numbers = ("estimate", "ci_low", "ci_high", "n")
    hidden = frame.with_columns(
        suppressed=pl.when(forecast).then(pl.lit("secondary")).otherwise("suppressed"),
        note=pl.when(forecast).then(pl.lit("")).otherwise("note"),
        **{name: pl.when(~forecast).then(name) for name in numbers},
    )
    given = Published(publication.tables | {"situation": hidden}, publication.meta)
    assert draw(FIGURES["forecasts"], given, Words("en"), region="oulu") is None
    assert {row[1] for row in record_table(page_of(given, Words("en"), "oulu")).rows} == {"not shown"}


def test_it_stands_on_the_page_of_the_situation_and_only_where_there_is_something(publication, published):
    must_stand_with_its_table(areas_section(page_of(publication, Words("en"), "oulu")), "forecasts")
    assert record_table(page_of(published, Words("en"), "oulu")) is None
