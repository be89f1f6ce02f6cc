"""Persons, organisations, codes and columns typed in two ways that look the same, in one delivery."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from sujuva.errors import SourceError
from tests.cleaning.helpers import Who, counts, quarantined

NFD = "NFD"
PEOPLE = """
  - name: people
    file: people.csv
    reader: csv
    feeds:
      - table: respondents
        columns: {respondent: Lapsi, wave: vuosi, region: {from: Työalue, lookup: region}, weight: paino,
                  gender: {from: laatu, map: {tyttö pieni: girl, poika: boy}}}
        texts: {more: note}
"""
NET = """
  - name: actors
    file: actors.csv
    reader: csv
    feeds:
      - table: organisations
        columns: {region: {value: oulu}, organisation: nimi, name: nimi, sector: {from: ala, lookup: sector}}
  - name: ties
    file: ties.csv
    reader: csv
    feeds:
      - table: ties
        columns: {region: {value: oulu}, wave: {value: "2024"}, relation: {value: collaboration}, source: a, target: b,
                  observed: r}
"""


def decomposed(text: str) -> str:
    return unicodedata.normalize(NFD, text)


def test_a_person_typed_in_two_ways_is_one(clean: Any, who: Who) -> None:
    text = (
        "Lapsi,vuosi,Työalue,paino,laatu,note\n"
        "Päivi 1,2023,Oulu,1,poika,a\n"
        f"{decomposed('Päivi')}\u00a01\u00a0,2024,Oulu,1,poika,b\n"
        "Päi\u00advi  1,2024,Oulu,1,poika,c\n"
    )
    cleaned = clean(PEOPLE, {"people.csv": text})
    assert set(cleaned.tables["respondents"]["respondent"]) == {who("Päivi 1")}
    assert quarantined(cleaned) == {("people", 3): "duplicate"}
    assert counts(cleaned, "recode")["normal_form"] == 2
    assert who("Päivi 1") in cleaned.quarantine["raw"].item()
    assert "Päi" not in cleaned.quarantine["raw"].item()


def test_maps_lookups_headers_and_texts_meet_in_one_form(clean: Any, who: Who) -> None:
    header = decomposed("Lapsi,vuosi,Työ\u00adalue,paino,laatu,note\n")
    text = header + f"a,2024,\u200bOulu,1\u200b,{decomposed('tyttö')}\u2009pieni,{decomposed('hyvä')}  rivi\n"
    cleaned = clean(PEOPLE, {"people.csv": text})
    assert quarantined(cleaned) == {}
    assert cleaned.tables["respondents"].select("region", "weight", "gender").row(0) == ("oulu", 1.0, "girl")
    assert cleaned.tables["open_answers"]["text"].item() == decomposed("hyvä") + "  rivi"  # as somebody wrote it


def test_a_description_typed_with_decomposed_letters_means_the_same(clean: Any) -> None:
    text = "Lapsi,vuosi,Työalue,paino,laatu,note\na,2024,Oulu,1,tyttö pieni,\n"
    cleaned = clean(decomposed(PEOPLE), {"people.csv": text})
    assert quarantined(cleaned) == {}


def test_ties_and_organisations_meet_in_one_form(clean: Any) -> None:
    actors = "nimi,ala\nNuorisotyö,third\nKoulu,third\n"
    ties = f"a,b,r\n{decomposed('Nuorisotyö')},Koulu,3\nKoulu\u00a0,Nuoriso\u00adtyö,2\n"
    cleaned = clean(NET, {"actors.csv": actors, "ties.csv": ties})
    assert quarantined(cleaned) == {}
    assert cleaned.tables["ties"].select("source", "target").rows() == [
        ("Nuorisotyö", "Koulu"),
        ("Koulu", "Nuorisotyö"),
    ]


def test_a_map_with_two_keys_that_look_the_same_is_refused(clean: Any) -> None:
    odd = PEOPLE.replace("poika: boy", "poika: boy, tyttö\u00a0pieni: boy")
    with pytest.raises(SourceError, match="stands there twice"):
        clean(odd, {"people.csv": "Lapsi,vuosi,Työalue,paino,laatu,note\n"})


def test_two_columns_whose_names_look_the_same_are_refused(clean: Any) -> None:
    text = f"Lapsi,vuosi,Työalue,{decomposed('Työalue')},paino,laatu,note\na,2024,Oulu,Oulu,1,poika,\n"
    with pytest.raises(SourceError, match="columns 3 and 4 have the same name"):
        clean(PEOPLE, {"people.csv": text})
