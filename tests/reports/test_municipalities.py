"""The municipalities of a region on its page: maps, numbers, what is missing, and whether they add up."""

from __future__ import annotations

import csv

import polars as pl
import pytest

from sujuva.figures import Words
from sujuva.reports.areas import areas_section
from sujuva.reports.content import page_of
from sujuva.reports.municipalities import totals
from tests.reports.statistics import SCHEMA, portal_export, with_statistics

OWN = "pirkanmaa-2011"


def section(published, region, language="en"):
    return areas_section(page_of(published, Words(language), region))


def tables(found):
    return {table.name: table for one in found.exhibits for table in one.tables}


def pictures(found):
    return {one.picture.key: one.picture for one in found.exhibits if one.picture}


@pytest.fixture(scope="module")
def made():
    """Statistics of the eight municipalities of Keski-Pohjanmaa, as far as they are published."""
    rows = [
        ("1245", code, name, value, absolute)
        for code, name, value, absolute in (
            ("074", "Halsua", 5.0, 20), ("217", "Kannus", 4.0, 60), ("236", "Kaustinen", 6.0, 70),
            ("272", "Kokkola", 7.0, 700), ("421", "Lestijärvi", None, None), ("584", "Perho", 3.0, 30),
            ("849", "Toholampi", 4.0, 40), ("18", "Keski-Pohjanmaa (hyvinvointialue)", 5.5, 960),
            ("358", "Koko maa", 6.7, 72236),
        )
    ]  # fmt: skip
    titles = {"1245": "Lastensuojelun avohuollollisten tukitoimien piirissä 0 - 17-vuotiaita vuoden aikana, % "
                      "vastaavanikäisestä väestöstä"}  # fmt: skip
    frame = pl.DataFrame(
        [(key, titles[key], code, name, "total", 2022, value, absolute) for key, code, name, value, absolute in rows],
        schema=SCHEMA, orient="row",
    )  # fmt: skip
    return with_statistics(frame, [])


def test_a_page_shows_each_municipality_or_that_it_has_no_number(made):
    table = tables(section(made, "keski-pohjanmaa"))["municipalities.csv"]
    assert table.headers[0] == "Municipality"
    assert table.headers[1].startswith("Support in community care as part of a child welfare intervention")
    assert table.headers[1].endswith("(2022)")
    assert [tuple(row) for row in table.rows] == [
        ("Halsua", "5"), ("Kannus", "4"), ("Kaustinen", "6"), ("Kokkola", "7"), ("Lestijärvi", "no data"),
        ("Perho", "3"), ("Toholampi", "4"), ("Veteli", "no data"),
    ]  # fmt: skip
    assert set(table.data["region"]) == {"074", "217", "236", "272", "421", "584", "849"}


def test_the_map_says_what_it_shows(made):
    picture = pictures(section(made, "keski-pohjanmaa"))["municipalities"]
    assert "from 3 (Perho) to 7 (Kokkola)" in picture.title
    assert "Perho 3; Kannus 4; Toholampi 4; Halsua 5; Kaustinen 6; Kokkola 7" in picture.alt
    assert "not zero" in picture.caption


@pytest.mark.parametrize(
    ("language", "absent", "town"), [("fi", "ei tietoa", "Kokkola"), ("sv", "uppgift saknas", "Karleby")]
)
def test_readers_of_other_languages(made, language, absent, town):
    table = tables(section(made, "keski-pohjanmaa", language))["municipalities.csv"]
    assert {row[0]: row[1] for row in table.rows}["Veteli" if language == "fi" else "Vetil"] == absent
    assert town in {row[0] for row in table.rows}


def test_what_is_not_published_is_no_zero_in_a_sum(made):
    (total,) = totals(page_of(made, Words("en"), "keski-pohjanmaa"))
    assert (total.sum, total.published, total.lacking) == (920, 960, ("421", "924"))
    row = tables(section(made, "keski-pohjanmaa"))["totals.csv"].rows[0]
    assert row[1:] == ["920", "960", "−40", "2 of 8 municipalities have no number."]


def test_counties_are_younger_than_their_series(made):
    assert "began in 2023" in section(made, "keski-pohjanmaa").notes[0]
    assert section(made, "oulu").notes == ()


def test_a_city_has_no_map_and_lacks_none(made):
    found = section(made, "oulu")
    assert "municipalities" not in pictures(found)
    assert "its municipalities" not in found.missing


def test_a_county_whose_municipalities_have_no_numbers_says_so(made):
    situation = made.tables["situation"].filter(
        ~pl.col("region").str.contains(r"^\d{3}$") | (pl.col("region") == "358")
    )
    bare = type(made)(made.tables | {"situation": situation}, made.meta)
    found = section(bare, "keski-pohjanmaa")
    assert "statistics of its municipalities" in found.missing
    assert "municipalities" not in pictures(found)


def test_a_hidden_municipality_hides_the_sum(made):
    """Else the sum and the total would tell what is hidden."""
    situation = made.tables["situation"]
    mine = (pl.col("region") == "074") & (pl.col("indicator") == "area_value")
    hidden = situation.with_columns(
        suppressed=pl.when(mine).then(pl.lit("primary")).otherwise("suppressed"),
        estimate=pl.when(~mine).then("estimate"), n=pl.when(~mine).then("n"),
    )  # fmt: skip
    found = tables(section(type(made)(made.tables | {"situation": hidden}, made.meta), "keski-pohjanmaa"))
    assert found["totals.csv"].rows[0][1:] == ["not shown", "960", "–", "A municipality is not shown."]
    assert found["municipalities.csv"].rows[0] == ["Halsua", "not shown"]


# Real statistics.


@pytest.fixture(scope="module")
def pirkanmaa(shared_data):
    """The export of 2011 with an area of the study's own: the code of the district, and all municipalities there."""
    area = portal_export(shared_data / "drop" / "sotkanet_pirkanmaa_2011.csv")
    towns = area.filter(pl.col("indicator") == "1245", ~pl.col("area").is_in(["06", "358"]))
    held = ", ".join(f'"{code}": {name}' for code, name in towns.select("area", "area_name").iter_rows())
    entry = (
        f"\n- key: {OWN}\n  title: {{fi: Pirkanmaa 2011, sv: Birkaland 2011, en: Pirkanmaa 2011}}\n"
        '  level: hospital_district\n  code: "06"\n  also: [Pirkanmaan sairaanhoitopiiri]\n'
        f"  municipalities: {{{held}}}\n"
    )
    return with_statistics(area, [OWN], codebooks={"regions.yaml": entry})


def test_five_municipalities_without_school_health_are_no_data(pirkanmaa):
    table = tables(section(pirkanmaa, OWN))["municipalities.csv"]
    bullied = next(place for place, one in enumerate(table.headers) if "bullied" in one)
    blank = [row[0] for row in table.rows if row[bullied] == "no data"]
    assert blank == ["Juupajoki", "Kihniö", "Kuhmoinen", "Pirkkala", "Ylöjärvi"]
    assert len(table.rows) == 24


def test_the_page_says_why_the_sum_is_not_the_total(pirkanmaa):
    """6,696 and 6,680: the district of the classification does not hold Punkalaidun, and its 16 are the difference."""
    rows = {row[0]: row[1:] for row in tables(section(pirkanmaa, OWN))["totals.csv"].rows}
    support = next(one for one in rows if one.startswith("Support in community care"))
    assert rows[support][:3] == ["6,696", "6,680", "+16"]
    assert rows[support][3].startswith("The published number does not hold Punkalaidun")
    unexplained = [one for one, row in rows.items() if row[3].startswith("The numbers do not tell")]
    assert len(rows) == 20
    assert len(unexplained) == 3
    (note,) = section(pirkanmaa, OWN).notes
    assert note.startswith("In 19 of 19 statistics the numbers of the municipalities do not add up")


def test_the_district_of_the_classification_adds_up(shared_data):
    area = portal_export(shared_data / "drop" / "sotkanet_pirkanmaa_2011.csv").filter(pl.col("indicator") == "1245")
    made = with_statistics(area, ["pirkanmaan-sairaanhoitopiiri"])
    (total,) = totals(page_of(made, Words("en"), "pirkanmaan-sairaanhoitopiiri"))
    assert (len(total.parts), total.sum, total.published, total.lacking) == (23, 6680, 6680, ())
    found = section(made, "pirkanmaan-sairaanhoitopiiri")
    assert tables(found)["totals.csv"].rows[0][4] == "They add up."
    assert found.notes == ()


def test_placed_children_of_all_counties_on_tiles(shared_data):
    """Shares of placed children 2021–2024 of the 22 organisers: the network's page has a map of counties."""
    with (shared_data / "reference" / "child_welfare_budget_panel_v1.csv").open(encoding="utf-8", newline="") as file:
        panel = list(csv.DictReader(file))
    rows = [
        ("3563", "Sijoitetut, %", one["region_code"], one["region_name_official"], "total", year,
         float(one[f"placed_children_pct_{year}"]), float(one[f"placed_children_{year}"]))
        for one in panel for year in range(2021, 2025)
    ]  # fmt: skip
    made = with_statistics(pl.DataFrame(rows, schema=SCHEMA, orient="row"), [])
    found = section(made, "network")
    table = tables(found)["counties.csv"]
    assert len(table.rows) == len(panel) == 22
    assert table.headers == ["Wellbeing services county", "Sijoitetut, % (2024)"]
    told = {row[0]: row[1] for row in table.rows}
    assert (told["Central Ostrobothnia"], told["City of Helsinki"]) == (
        next(one["placed_children_pct_2024"] for one in panel if one["region_code"] == "18"),
        next(one["placed_children_pct_2024"] for one in panel if one["region_code"] == "90"),
    )
    assert "counties" in pictures(found)
