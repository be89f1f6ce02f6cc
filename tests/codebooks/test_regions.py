"""Regions of a study: areas of Finland by their keys, and what `regions.yaml` says of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sujuva.codebooks import Region, load_regions
from sujuva.codebooks.regions import region_hint
from sujuva.errors import CodebookError


def with_regions(project: Path, text: str) -> dict[str, Region]:
    books = project / "raw" / "codebooks"
    books.mkdir(parents=True)
    (books / "regions.yaml").write_text(text, encoding="utf-8")
    return load_regions("raw")


def test_areas_are_regions_with_their_members_and_levels(project: Path) -> None:
    known = load_regions()
    assert (known["pirkanmaa"].level, known["pirkanmaa"].code, known["pirkanmaa"].title["sv"]) == (
        "county", "08", "Birkaland",
    )  # fmt: skip
    assert len(known["pirkanmaa"].municipalities) == 23
    assert known["akaa"].level == "municipality"
    assert {known[key].level for key in ("tampere", "oulu")} == {"city"}
    assert known["kainuu"].level != known["kainuun-sairaanhoitopiiri"].level
    assert known["ahvenanmaa"].level == known["helsingin-kaupunki"].level == "other"
    assert list(known["helsingin-kaupunki"].municipalities) == list(known["helsinki"].municipalities) == ["091"]
    assert known["keski-pohjanmaa"].municipality_types == {
        "rural": ("074", "217", "236", "421", "584", "849", "924"), "urban": ("272",),
    }  # fmt: skip


def test_a_municipality_that_ended_is_a_member_until_then(project: Path) -> None:
    county = load_regions()["etela-savo"]
    assert set(county.members_in(2025)) - set(county.members_in(2026)) == {"588"}


def test_an_entry_says_what_differs(project: Path) -> None:
    known = with_regions(project, "- {key: turku, level: city}\n- {key: kainuu, title: {fi: Kainuumme}}\n")
    assert (known["turku"].level, known["turku"].code, known["turku"].title["sv"]) == ("city", "853", "Åbo")
    assert (known["kainuu"].title["fi"], known["kainuu"].code) == ("Kainuumme", "20")


def test_with_other_municipalities_it_is_another_area(project: Path) -> None:
    known = with_regions(
        project,
        '- {key: kainuu, municipalities: {"205": Kajaani}}\n'
        '- {key: lakeland, title: {fi: Järvet}, level: other, municipalities: {"491": Mikkeli, "1": Kylä}}\n',
    )
    assert (known["kainuu"].code, known["kainuu"].municipality_types) == ("", {"urban": ("205",)})
    assert known["lakeland"].municipality_types == {"urban": ("491",)}


def test_a_type_that_the_study_gives_holds_for_every_region(project: Path) -> None:
    known = with_regions(project, '- {key: kajaani, municipality_types: {rural: ["205"]}}\n')
    assert "205" in known["kainuu"].municipality_types["rural"]


@pytest.mark.parametrize("text", ["- {key: lakeland, level: other}\n", "- {key: lakeland, title: {fi: Järvet}}\n"])
def test_an_entry_of_no_area_says_all(project: Path, text: str) -> None:
    with pytest.raises(CodebookError, match=r"'lakeland' lacks (title|level)"):
        with_regions(project, text)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("Pirkanmaan hyvinvointialue", "Write its key: 'pirkanmaa' (county)."),
        ("Tammerfors", "Write its key: 'tampere' (city)."),
        ("KU837", "Write its key: 'tampere' (city)."),
        ("Kainuu", "write the key of one: 'kainuu' (county) or 'kainuun-maakunta' (region)."),
        ("Kainuun SHP", "'kainuun-sairaanhoitopiiri' (hospital district)"),
        ("Helsingfors stad", "'helsinki' (municipality) or 'helsingin-kaupunki' (other)"),
        ("pirkanma", "Did you mean 'pirkanmaa'?"),
    ],
)
def test_a_name_in_place_of_a_key_is_answered_with_the_key(project: Path, word: str, said: str) -> None:
    assert said in region_hint(word, load_regions())
