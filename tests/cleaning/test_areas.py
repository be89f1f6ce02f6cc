"""Names and codes of areas as people write them: one form for all, and nothing guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sujuva.cleaning import clean_folder
from tests.cleaning.helpers import counts, quarantined

PEOPLE = """
  - name: people
    file: people.csv
    reader: csv
    feeds:
      - table: respondents
        columns:
          respondent: id
          wave: {value: "2023"}
          region: {from: place, lookup: municipality}
          municipality: {from: place, lookup: municipality_code}
"""
BY_REGION = PEOPLE.replace("lookup: municipality}", "lookup: region}").replace(
    "municipality: {from: place", "municipality: {from: home"
)
STATISTICS = """
  - name: areas
    file: areas.csv
    reader: csv
    options: {separator: ";"}
    feeds:
      - table: area_indicators
        columns: {indicator: i, title: i, area: AREA, area_name: name, gender: {value: total}, year: year, value: v}
"""
LOOKED_UP = STATISTICS.replace("AREA", "{from: code, lookup: municipality_code}")
AS_IT_IS = STATISTICS.replace("AREA", "code")


@pytest.fixture(autouse=True)
def finland(small_project: Path, root: Path) -> None:
    for name in ("municipalities.csv", "areas.csv", "municipality_changes.yaml"):
        (small_project / "data" / "codebooks" / name).symlink_to(root / "data" / "codebooks" / name)


def statistics(clean: Any, sources: str, *rows: str) -> Any:
    return clean(sources, {"areas.csv": "i;code;name;year;v\n" + "".join(f"1;{row};2023;1\n" for row in rows)})


def test_two_ways_to_write_a_code_are_one_area(clean: Any) -> None:
    rows = ["5;Alajärvi", "005;Alajärvi", "837;Tampere", "KU564;Oulu", "KU020 Akaa;Akaa", "91.0;Helsinki"]
    cleaned = statistics(clean, LOOKED_UP, *rows)
    assert cleaned.tables["area_indicators"]["area"].to_list() == ["005", "837", "564", "020", "091"]
    assert quarantined(cleaned) == {("areas", 2): "duplicate"}


def test_without_a_lookup_the_name_tells_the_level(clean: Any) -> None:
    rows = ["5;Alajärvi", "005;Alajärvi", "KU837;Tampere", "18;Askola", "HVA08;Pirkanmaan hyvinvointialue",
            "06;Pirkanmaan sairaanhoitopiiri", "SSS;KOKO MAA", "77;Sometown", "5;Tampere"]  # fmt: skip
    cleaned = statistics(clean, AS_IT_IS, *rows)
    assert cleaned.tables["area_indicators"].select("area_name", "area").rows() == [
        ("Alajärvi", "005"),
        ("Tampere", "837"),
        ("Askola", "018"),
        ("Pirkanmaan hyvinvointialue", "08"),
        ("Pirkanmaan sairaanhoitopiiri", "06"),
        ("KOKO MAA", "358"),
        ("Sometown", "77"),
        ("Tampere", "5"),  # the code of another municipality: neither is believed
    ]
    assert quarantined(cleaned) == {("areas", 2): "duplicate"}
    assert counts(cleaned, "recode")["lookup"] == 5


def test_areas_of_different_levels_with_one_code_are_no_duplicates(clean: Any) -> None:
    rows = ["18;Keski-Pohjanmaan hyvinvointialue", "18;Kainuu", "18;Pohjois-Pohjanmaan sairaanhoitopiiri"]
    cleaned = statistics(clean, AS_IT_IS, *rows)
    assert cleaned.tables["area_indicators"]["area"].to_list() == ["18", "MK18", "SHP18"]
    assert quarantined(cleaned) == {}


def test_a_municipality_in_many_forms(clean: Any) -> None:
    places = [
        "Tampere",
        "Tammerfors",
        "837",
        "KU837",
        "KU837 Tampere",
        "837.0",
        "TAMPERE\u00a0",
        "tampere",
        "837 Oulu",
        "Turku",
    ]
    text = "id,place\n" + "".join(f"p{at},{place}\n" for at, place in enumerate(places))
    cleaned = clean(PEOPLE, {"people.csv": text})
    assert cleaned.tables["respondents"].select("region", "municipality").unique().rows() == [("tampere", "837")]
    assert quarantined(cleaned) == {("people", 9): "unknown_region", ("people", 10): "unknown_region"}


def test_a_person_of_a_region_may_live_outside_it(clean: Any) -> None:
    text = "id,place,home\na,Tampere,Nokia\nb,837,KU999\nc,HVA08,Nokia\n"
    cleaned = clean(BY_REGION, {"people.csv": text})
    assert cleaned.tables["respondents"].select("region", "municipality").rows() == [("tampere", "536")]
    assert quarantined(cleaned) == {("people", 2): "unknown_region", ("people", 3): "unknown_region"}


@pytest.mark.parametrize(
    ("regions", "place", "region"),
    [
        (["pirkanmaa"], "Nokia", "pirkanmaa"),
        (["kainuun-sairaanhoitopiiri"], "Kajaani", "kainuun-sairaanhoitopiiri"),
        (["sisa-suomen-yhteistyoalue"], "Seinäjoki", "sisa-suomen-yhteistyoalue"),
        (["helsinki", "nokia"], "Helsingfors", "helsinki"),
        (["etela-savo"], "588 Pertunmaa", "etela-savo"),
        (["mantyharju"], "588 Pertunmaa", "mantyharju"),  # it went into it
        (["pohjois-karjala"], "Heinävesi", "pohjois-karjala"),
    ],
)
def test_any_area_of_finland_may_be_a_region_by_its_key(
    clean: Any, regions: list[str], place: str, region: str
) -> None:
    cleaned = clean(PEOPLE, {"people.csv": f"id,place\na,{place}\n"}, regions=regions)
    assert cleaned.tables["respondents"]["region"].to_list() == [region]


def test_the_case_of_two_codes(shared_data: Path, clean: Any, small_project: Path) -> None:
    folder = shared_data.parent / "cases" / "area-code-digits"
    if not folder.is_dir():
        pytest.skip("the case is not on this machine")
    cleaned = clean_folder(folder, regions=["oulu", "tampere"], waves=[2023], max_quarantine=1.0)
    areas = cleaned.tables["area_indicators"].select("area", "area_name", "value")
    assert areas.rows() == [("005", "Alajärvi", 1200.0), ("837", "Tampere", 30000.0), ("564", "Oulu", 41000.0)]
    assert quarantined(cleaned) == {("alueet", 2): "duplicate"}
    assert cleaned.rules.filter(pl.col("rule") == "unknown_region").is_empty()
