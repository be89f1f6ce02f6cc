"""Where something is: names of regions as readers say them, by pattern, by the codebook, or behind a word."""

from __future__ import annotations

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
TOWNS = {
    "oulu": "Oulussa", "tampere": "Tampereella", "helsinki": "Helsingissä", "espoo": "Espoossa", "vantaa": "Vantaalla",
    "turku": "Turussa", "jyvaskyla": "Jyväskylässä", "lahti": "Lahdessa", "kuopio": "Kuopiossa", "pori": "Porissa",
    "kouvola": "Kouvolassa", "joensuu": "Joensuussa", "lappeenranta": "Lappeenrannassa", "vaasa": "Vaasassa",
    "hameenlinna": "Hämeenlinnassa", "rovaniemi": "Rovaniemellä", "seinajoki": "Seinäjoella", "mikkeli": "Mikkelissä",
    "kotka": "Kotkassa", "salo": "Salossa", "porvoo": "Porvoossa", "kokkola": "Kokkolassa", "lohja": "Lohjalla",
    "hyvinkaa": "alueella Hyvinkää", "nurmijarvi": "Nurmijärvellä", "jarvenpaa": "Järvenpäässä", "rauma": "Raumalla",
    "tuusula": "Tuusulassa", "kirkkonummi": "Kirkkonummella", "kajaani": "Kajaanissa", "kerava": "Keravalla",
    "savonlinna": "Savonlinnassa", "nokia": "Nokialla", "ylojarvi": "Ylöjärvellä", "kangasala": "Kangasalla",
    "riihimaki": "Riihimäellä", "raasepori": "Raaseporissa", "imatra": "Imatralla", "raisio": "Raisiossa",
    "siilinjarvi": "Siilinjärvellä", "tornio": "Torniossa", "iisalmi": "Iisalmessa", "valkeakoski": "Valkeakoskella",
    "varkaus": "Varkaudessa", "kemi": "Kemissä", "hanko": "Hangossa", "pietarsaari": "Pietarsaaressa",
    "uusikaupunki": "Uudessakaupungissa", "kittila": "Kittilässä", "sodankyla": "Sodankylässä", "orivesi": "Orivedellä",
    "lempaala": "Lempäälässä", "rautavaara": "alueella Rautavaara", "toholampi": "Toholammilla",
    "hollola": "Hollolassa", "nakkila": "Nakkilassa",
}  # fmt: skip


def meta():
    known = load_regions()
    texts = {key: {language: one.title[language] for language in ("fi", "sv", "en")} for key, one in known.items()}
    return {"regions": {key: {"title": texts[key], "where": one.where} for key, one in known.items()}, "areas": {}}


@pytest.fixture(scope="module")
def regions():
    return meta()


@pytest.mark.parametrize(("key", "said"), [*COUNTIES.items(), *TOWNS.items()])
def test_a_place_is_in_the_case_that_its_name_takes(regions, key, said):
    assert where(regions, key, Words("fi")) == said


def test_every_wellbeing_services_county_is_known(regions):
    assert {key for key, one in load_regions().items() if one.level == "county"} == set(COUNTIES)
    assert not [key for key in COUNTIES if where(regions, key, Words("fi")).startswith("alueella")]


def test_in_swedish_and_english_the_name_stays_as_it_is(regions):
    assert where(regions, "oulu", Words("sv")) == "i Uleåborg"
    assert where(regions, "keski-pohjanmaa", Words("sv")) == "i Mellersta Österbotten"
    assert where(regions, "oulu", Words("en")) == "in Oulu"


@pytest.mark.parametrize(
    ("language", "said"), [("fi", "koko verkostossa"), ("sv", "i hela nätverket"), ("en", "in the whole network")]
)
def test_the_network_is_a_place(regions, language, said):
    assert where(regions, "network", Words(language)) == said


@pytest.mark.parametrize(
    "name",
    ["Halsua", "Kitee", "Iisalmi", "Viitasaari", "Nurmes", "Kangasala", "Vantaa ja Kerava", "Oulu ja Halsua", ""],
)
def test_what_no_pattern_knows_is_not_guessed(name):
    assert in_finnish(name) == ""


def test_areas_of_other_kinds_are_inflected_by_their_last_word():
    assert in_finnish("Kymenlaakson maakunta") == "Kymenlaakson maakunnassa"
    assert in_finnish("Lapin sairaanhoitopiiri") == "Lapin sairaanhoitopiirissä"
    assert in_finnish("Etelä-Suomen yhteistyöalue") == "Etelä-Suomen yhteistyöalueella"
    assert in_finnish("Helsingin kaupunki") == "Helsingin kaupungissa"
