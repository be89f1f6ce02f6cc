from __future__ import annotations

import polars as pl
import pytest

from sujuva.errors import DisclosureError
from sujuva.figures import Words
from sujuva.published import Published
from sujuva.reports.areas import areas_section, trend_table
from sujuva.reports.content import page_of
from sujuva.situation import area_aapc

EN = Words("en")
YEARS = range(2010, 2025)


def values(region, scale, factor, years=YEARS, gender="total"):
    return [
        {"indicator": "area_value", "scale": scale, "category": gender, "informant": "", "region": region,
         "wave": year, "group": "all", "estimate": 10 * factor ** (year - 2010) * (1 + 0.01 * (year % 3)), "note": ""}
        for year in years
    ]  # fmt: skip


@pytest.fixture(scope="module")
def situation(published):
    """Published statistics with yearly changes: long and short, a bend at the start of Oulu, counts, a zero."""
    frame = published["situation"]
    rows = [
        *values("oulu", "90001", 1.02), *values("358", "90001", 0.99), *values("tampere", "90001", 1.05),
        *values("oulu", "90001", 1.3, gender="male"), *values("074", "90001", 1.4),
        *values("tampere", "90004", 0.9, range(2018, 2025)), *values("oulu", "90005", 1.01, range(2016, 2025)),
    ]  # fmt: skip
    zero = values("oulu", "90004", 1.0, range(2017, 2024))
    zero[3]["estimate"] = 0.0
    plain = {key: frame.schema[key] for key in frame.columns if key != "suppressed"}
    made = area_aapc(pl.DataFrame([*rows, *zero], schema=plain), started={"oulu": 2019})
    return pl.concat([frame, made.with_columns(suppressed=pl.lit("")).select(frame.columns)])


def trends(published, situation, region):
    tables = published.tables | {"situation": situation}
    return trend_table(page_of(Published(tables, published.meta), EN, region))


def test_a_row_a_statistic_and_span_of_years_beside_the_country(published, situation):
    table = trends(published, situation, "oulu")
    assert [row[1] for row in table.rows[:3]] == ["2010–2024", "2010–2018", "2018–2024"]
    assert all(row[2].startswith("+") and "(" in row[2] for row in table.rows[:3])
    assert all(row[3].startswith("\u2212") for row in table.rows[:3])
    assert table.headers[2:] == ["Change, % a year (95% interval)", "Whole country, % a year (95% interval)"]
    assert "the last one before its start" in table.note
    assert all(len(row) == len(table.headers) == len(table.numeric) for row in table.rows)


def test_short_series_are_marked_and_explained_once(published, situation):
    table = trends(published, situation, "oulu")
    by = {(row[0], row[1]): row[2] for row in table.rows}
    assert not by[table.rows[0][0], "2010–2024"].endswith("†")
    assert by[table.rows[0][0], "2010–2018"].endswith("†")
    assert by["90005", "2016–2024"].endswith("†")  # counts have rows, too
    assert table.note.count("†") == 1
    long = situation.filter(~pl.col("note").str.contains("short_series"))
    assert "†" not in trends(published, long, "tampere").note


def test_what_cannot_be_told_or_is_hidden_says_so(published, situation):
    rows = trends(published, situation, "oulu").rows
    assert next(row for row in rows if row[1] == "2017–2023")[2:] == [
        "– (a value of zero, so no change in per cent)",
        "–",
    ]
    aapc = pl.col("indicator") == "area_aapc"
    hidden = situation.with_columns(
        suppressed=pl.when(aapc).then(pl.lit("secondary")).otherwise("suppressed"),
        **{name: pl.when(~aapc).then(name) for name in ("estimate", "df", "ci_low", "ci_high", "n")},
    )
    assert trends(published, hidden, "oulu").rows[0][2:] == ["not shown", "not shown"]


def test_the_network_has_every_region_and_no_other_area(published, situation):
    table = trends(published, situation, "network")
    assert table.headers[1] == "Region"
    assert {row[1] for row in table.rows} == {"Oulu", "Tampere"}
    oulu = trends(published, situation, "oulu").rows
    assert [[row[0], *row[2:]] for row in table.rows if row[1] == "Oulu"] == oulu


def test_the_rows_behind_the_table_are_of_the_region_and_the_country(published, situation):
    table = trends(published, situation, "oulu")
    assert set(table.data["region"]) == {"oulu", "358"}
    assert {one.split(":")[0] for one in table.data["category"]} == {"total"}
    assert {"n", "ci_low", "ci_high", "suppressed"} <= set(table.data.columns)


def test_without_yearly_changes_the_page_is_as_before(published, situation):
    assert trends(published, published["situation"], "oulu") is None
    assert len(areas_section(page_of(published, EN, "oulu")).exhibits) == 1
    one = Published(published.tables | {"situation": situation}, published.meta)
    section = areas_section(page_of(one, EN, "oulu"))
    assert [exhibit.picture is None for exhibit in (*section.exhibits, *section.experts)] == [False, True]
    only = Published(published.tables | {"situation": situation.filter(indicator="area_aapc")}, published.meta)
    section = areas_section(page_of(only, EN, "oulu"))
    assert [exhibit.picture for exhibit in section.experts] == [None]
    assert section.missing == "This data has no statistics of the area of this region."


def test_only_published_rows_become_a_table(published, situation):
    with pytest.raises(DisclosureError):
        trends(published, situation.drop("suppressed"), "oulu")
