"""Areas of Finland: what a text means among them, and that what is shipped is what the classifications say."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from sujuva.codebooks import Areas, load_areas, load_ended


@pytest.fixture(scope="module")
def areas(root: Path) -> Areas:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        return load_areas()


@pytest.mark.parametrize("name", ["municipalities", "areas"])
def test_what_is_shipped_is_what_the_classifications_say(root: Path, shared_data: Path, name: str) -> None:
    made = runpy.run_path(str(root / "tools" / "area_codebooks.py"))[name](shared_data)
    assert made == (root / "data" / "codebooks" / f"{name}.csv").read_text(encoding="utf-8")


def test_every_municipality_belongs_to_one_county_region_and_district(areas: Areas) -> None:
    held = {one.code for one in areas.of("municipality") if one.last}
    assert len(held) == 309
    for levels in (("county", "county_like"), ("region",), ("hospital_district",)):
        members = [code for one in areas.of(*levels) for code in one.municipalities]
        assert len(members) == len(set(members))
        assert set(members) == held
    in_areas = {code for one in areas.of("collaborative_area") for code in one.municipalities}
    assert held - in_areas == set(areas.by_key["ahvenanmaa"].municipalities)
    assert len(areas.of("county")) == 21


def test_no_way_to_write_a_municipality_means_two(areas: Areas) -> None:
    assert [way for way, some in areas.by_way.items() if sum(one.level == "municipality" for one in some) > 1] == []


@pytest.mark.parametrize(
    "text",
    ["5", "005", "5.0", "5,0", " KU005 ", "ku5", "KU005 Alajärvi", "005 Alajärvi", "5 - alajärvi", "ALAJÄRVI",
     "Alaja\u0308rvi", "Ala\u00adjärvi", "005\u00a0Alajärvi", "alajarvi", "Alajärven kaupunki"],
)  # fmt: skip
def test_one_municipality_in_many_forms(areas: Areas, text: str) -> None:
    found = [one.code for one in areas.find(text, "municipality")]
    assert found == ([] if text == "Alajärven kaupunki" else ["005"])  # a stem that changes is not guessed


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Tammerfors", ["tampere"]),
        ("Tampereen kaupunki", ["tampere"]),
        ("837 Oulu", []),  # the code of one, the name of another
        ("Pirkanmaa (hyvinvointialue)", ["pirkanmaa"]),
        ("Birkaland, landskap", ["pirkanmaan-maakunta"]),
        ("08 Pirkanmaa (HVA)", ["pirkanmaa"]),
        ("HVA08", ["pirkanmaa"]),
        ("HVA 8", ["pirkanmaa"]),
        ("MK06", ["pirkanmaan-maakunta"]),
        ("SHP06", ["pirkanmaan-sairaanhoitopiiri"]),
        ("Pirkanmaan hyvinvointialue", ["pirkanmaa"]),
        ("Birkalands välfärdsområde", ["pirkanmaa"]),
        ("Kainuun SHP", ["kainuun-sairaanhoitopiiri"]),
        ("Kainuu", ["kainuu", "kainuun-maakunta"]),
        ("Sisä-Suomen yhteistyöalue", ["sisa-suomen-yhteistyoalue"]),
        ("18 Keski-Pohjanmaan hyvinvointialue", ["keski-pohjanmaa"]),
        ("Helsinki", ["helsinki"]),
        ("358", ["koko-maa"]),
        ("SSS", ["koko-maa"]),
        ("999", []),
        ("5.5", []),
        ("", []),
    ],
)
def test_levels_are_told_apart(areas: Areas, text: str, keys: list[str]) -> None:
    assert [one.key for one in areas.find(text)] == keys


def test_types_hang_on_the_year_of_the_classification(areas: Areas) -> None:
    alavus = areas.by_key["alavus"]
    assert (alavus.type_of(), alavus.type_of(2026), alavus.type_of(2020)) == ("semi_urban", "rural", None)
    former = areas.by_key["pertunmaa"]
    assert (former.first, former.last) == (2021, 2023)
    assert areas.by_key["juankoski"].last == 0  # only older statistics name it


def test_ends_of_municipalities_agree_with_the_classifications(areas: Areas, root: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        ended = load_ended()
    towns = {one.code: one for one in areas.of("municipality")}
    latest = max(one.last for one in towns.values())
    gone = {code for code, one in towns.items() if 0 < one.last < latest}
    assert gone <= set(ended)
    for code, one in ended.items():
        assert towns[code].title.fi == one.name
        assert towns[code].last <= one.until < latest
        assert towns[one.into].last == latest


def test_without_the_files_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "params.yaml").write_text("{}\n", encoding="utf-8")
    (tmp_path / "data" / "codebooks").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert load_areas().by_key == {}
    assert load_areas().find("Tampere") == ()


@pytest.mark.parametrize(
    ("code", "name", "key"),
    [
        ("4", "Pirkanmaan hyvinvointialue", "pirkanmaa"),
        ("HVA04", "Pirkanmaan hyvinvointialue", "pirkanmaa"),
        ("8", "Pirkanmaan hyvinvointialue", "pirkanmaa"),
        ("4", "Vantaan ja Keravan hyvinvointialue", "vantaa-ja-kerava"),
        ("21", "Vantaan ja Keravan hyvinvointialue", "vantaa-ja-kerava"),
        ("22", "Helsingin kaupunki", "helsingin-kaupunki"),
        ("04", "Pirkanmaa", None),  # the name of a region (maakunta), too
        ("5", "Pirkanmaan hyvinvointialue", None),
        ("14", "Keski-Pohjanmaan hyvinvointialue", "keski-pohjanmaa"),
        ("14", "Keski-Pohjanmaan sairaanhoitopiiri", None),
    ],
)
def test_earlier_codes_of_counties_beside_a_name_of_theirs(
    project: Path, code: str, name: str, key: str | None
) -> None:
    found = load_areas().code_beside(code, name)
    assert (found and found.key) == key
