"""Where something is: names of regions as readers say them, by pattern, by the codebook, or behind a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from sujuva.codebooks import load_regions
from sujuva.figures import Words
from sujuva.figures.inflection import in_finnish, where

COUNTIES = {
    "ita-uusimaa": "Itä-Uudellamaalla", "keski-uusimaa": "Keski-Uudellamaalla", "lansi-uusimaa": "Länsi-Uudellamaalla",
    "vantaa-ja-kerava": "Vantaalla ja Keravalla", "varsinais-suomi": "Varsinais-Suomessa", "satakunta": "Satakunnassa",
    "kanta-hame": "Kanta-Hämeessä", "pirkanmaa": "Pirkanmaalla", "paijat-hame": "Päijät-Hämeessä",
    "kymenlaakso": "Kymenlaaksossa", "etela-karjala": "Etelä-Karjalassa", "etela-savo": "Etelä-Savossa",
    "pohjois-savo": "Pohjois-Savossa", "pohjois-karjala": "Pohjois-Karjalassa", "keski-suomi": "Keski-Suomessa",
    "etela-pohjanmaa": "Etelä-Pohjanmaalla", "pohjanmaa": "Pohjanmaalla", "keski-pohjanmaa": "Keski-Pohjanmaalla",
    "pohjois-pohjanmaa": "Pohjois-Pohjanmaalla", "kainuu": "Kainuussa", "lappi": "Lapissa",
}  # fmt: skip
TOWNS = dict(
    line.split(": ") for line in Path(__file__).with_name("places.txt").read_text(encoding="utf-8").splitlines()
)
"""Every municipality of 2021–2026, as Kotus inflects its name (the list of municipalities and their inflection)."""
OTHERS = {
    "etela-suomen-yhteistyoalue": "Etelä-Suomen yhteistyöalueella",
    "lapin-sairaanhoitopiiri": "Lapin sairaanhoitopiirissä",
    "helsingin-ja-uudenmaan-sairaanhoitopiiri": "Helsingin ja Uudenmaan sairaanhoitopiirissä",
    "uudenmaan-maakunta": "Uudenmaan maakunnassa", "helsingin-kaupunki": "Helsingin kaupungissa",
    "ahvenanmaa": "Ahvenanmaalla",
}  # fmt: skip


def meta():
    known = load_regions()
    texts = {key: {language: one.title[language] for language in ("fi", "sv", "en")} for key, one in known.items()}
    return {"regions": {key: {"title": texts[key], "where": one.where} for key, one in known.items()}, "areas": {}}


@pytest.fixture(scope="module")
def regions():
    return meta()


@pytest.mark.parametrize(("key", "said"), [*COUNTIES.items(), *OTHERS.items()])
def test_a_place_is_in_the_case_that_its_name_takes(regions, key, said):
    assert where(regions, key, Words("fi")) == said


def test_every_municipality_is_in_the_case_that_kotus_tells(regions):
    keys = {one.title.fi: key for key, one in load_regions().items() if one.level in ("municipality", "city")}
    assert {name: where(regions, key, Words("fi")) for name, key in keys.items()} == TOWNS


def test_every_pattern_is_right_wherever_it_fits():
    assert {name: said for name in TOWNS if (said := in_finnish(name)) and said != TOWNS[name]} == {}
    assert sum(bool(in_finnish(name)) for name in TOWNS) > 130


def test_cases_end_as_the_last_vowel_of_the_stem_asks():
    for said in TOWNS.values():
        form = next(part for part in said.split() if part[-3:] in ("ssa", "ssä", "lla", "llä"))
        if form[-4] not in "ei":  # these go with either
            assert (form[-1] == "a") == (form[-4] in "aou"), form


def test_every_area_of_the_classifications_is_known(regions):
    known = {key for key, one in load_regions().items() if one.level != "other"}
    assert not [key for key in known if where(regions, key, Words("fi")).startswith("alueella")]
    assert {key for key, one in load_regions().items() if one.level == "county"} == set(COUNTIES)


def test_in_swedish_and_english_the_name_stays_as_it_is(regions):
    assert where(regions, "oulu", Words("sv")) == "i Uleåborg"
    assert where(regions, "keski-pohjanmaa", Words("sv")) == "i Mellersta Österbotten"
    assert where(regions, "ahvenanmaa", Words("sv")) == "på Åland"
    assert where(regions, "hailuoto", Words("sv")) == "på Karlö"
    assert where(regions, "lapin-maakunta", Words("sv")) == "i landskapet Lappland"
    assert where(regions, "oulu", Words("en")) == "in Oulu"
    assert where(regions, "lapin-maakunta", Words("en")) == "in the Region of Lapland"
    assert where(regions, "ita-suomen-yhteistyoalue", Words("en")) == "in the Eastern Finland collaborative area"


@pytest.mark.parametrize(
    ("language", "said"), [("fi", "koko verkostossa"), ("sv", "i hela nätverket"), ("en", "in the whole network")]
)
def test_the_network_is_a_place(regions, language, said):
    assert where(regions, "network", Words(language)) == said


@pytest.mark.parametrize(
    "name",
    [
        "Halsua",
        "Kitee",
        "Iisalmi",
        "Viitasaari",
        "Nurmes",
        "Kangasala",
        "Vantaa ja Kerava",
        "Oulu ja Halsua",
        "Halsua ja Oulu",
        "",
    ],
)
def test_what_no_pattern_knows_is_not_guessed(name):
    assert in_finnish(name) == ""


def test_areas_of_other_kinds_are_inflected_by_their_last_word():
    assert in_finnish("Kymenlaakson maakunta") == "Kymenlaakson maakunnassa"
    assert in_finnish("Lapin sairaanhoitopiiri") == "Lapin sairaanhoitopiirissä"
    assert in_finnish("Etelä-Suomen yhteistyöalue") == "Etelä-Suomen yhteistyöalueella"
    assert in_finnish("Helsingin kaupunki") == "Helsingin kaupungissa"
