"""`sources.yaml` is checked whole before a raw file is opened, and every complaint names the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from sujuva.errors import SourceError
from sujuva.sources import load_sources

GOOD = """
title: {fi: Koe}
sources:
  - name: people
    file: people.csv
    reader: csv
    options: {separator: ";"}
    feeds:
      - table: respondents
        columns:
          respondent: Tunnus
          wave: {from: Vuosi}
          region: {value: oulu}
"""


def _load(project: Path, text: str) -> object:
    folder = project / "raw"
    folder.mkdir(exist_ok=True)
    (folder / "sources.yaml").write_text(text, encoding="utf-8")
    return load_sources(folder)


def test_short_and_long_columns_mean_the_same(project: Path) -> None:
    sources = _load(project, GOOD)
    columns = sources.sources[0].feeds[0].columns
    assert columns["respondent"].from_ == ("Tunnus",)
    assert columns["wave"].from_ == ("Vuosi",)
    assert columns["region"].value == "oulu"
    assert not sources.synthetic


def test_codes_stay_as_they_are_typed(project: Path) -> None:
    text = GOOD.replace("region: {value: oulu}", "region: {from: R, map: {020: oulu, No: tampere, 1.50: oulu}}")
    column = _load(project, text).sources[0].feeds[0].columns["region"]
    assert column.map == {"020": "oulu", "No": "tampere", "1.50": "oulu"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("reader: csv", "reader: cvs", "unknown reader 'cvs'.*'csv'"),
        ("separator:", "seperator:", "unknown key 'seperator'.*'separator'"),
        ("separator:", "encoding: latin-9, separator:", "source 'people': options: 'encoding'"),
        ("file: people.csv", "file: ../people.csv", "outside the input folder"),
        ("file: people.csv", "file: /people.csv", "outside the input folder"),
        ("file: people.csv", "file: C:\\people.csv", "outside the input folder"),
        ("table: respondents", "table: respondent", "table"),
        ("respondent: Tunnus", "respondant: Tunnus", "unknown column 'respondant'.*'respondent'"),
        ("          wave: {from: Vuosi}\n", "", "nothing is said about the column 'wave'"),
        ("{from: Vuosi}", "{from: Vuosi, value: 2024}", "exactly one of from, value or row"),
        ("{from: Vuosi}", "{fron: Vuosi}", "unknown key.*fron.*'from'"),
        ("{from: Vuosi}", "{from: Vuosi, format: dd.mm.yyyy}", "'dd.mm.yyyy' is no format of a date"),
        ("{from: Vuosi}", "{from: Vuosi, format: ['%Y-%m-%d', '%Q']}", "'%Q' is no format of a date"),
        ("    feeds:", "    licens: x\n    feeds:", "source 'people': unknown key.*'licence'"),
        ("    feeds:", "    undirected: true\n    feeds:", "undirected belongs to sources of ties"),
        ("    feeds:", "    unique: [respondent, wawe]\n    feeds:", "unique.*'wave'"),
        ("title:", "title: {fi: a}\ntitle:", "the key 'title' is given twice"),
        ("title:", "title: [", "sources.yaml, line"),
        ("- table: respondents", "- table: answers\n        instrument: moood", "unknown instrument"),
        ("- table: respondents", "- table: respondents\n        instrument: who5", "names its instrument"),
    ],
)
def test_a_mistake_is_named(project: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(SourceError, match=f"(?s){message}"):
        _load(project, GOOD.replace(old, new, 1))


def test_two_sources_may_not_share_a_name(project: Path) -> None:
    with pytest.raises(SourceError, match="two sources are called 'people'"):
        _load(project, GOOD + GOOD.split("sources:\n")[1])


def test_a_folder_without_a_description_says_what_to_do(project: Path) -> None:
    with pytest.raises(SourceError, match=r"no sources.yaml.*data.input"):
        load_sources(project / "raw")


def test_an_empty_description_is_an_error(project: Path) -> None:
    with pytest.raises(SourceError, match=r"sources.yaml"):
        _load(project, "")


def test_items_outside_the_instrument_are_named(project: Path) -> None:
    instruments = project / "raw" / "codebooks" / "instruments"
    instruments.mkdir(parents=True)
    (instruments / "mood.yaml").write_text(MOOD, encoding="utf-8")
    feed = """
      - table: answers
        instrument: mood
        items: {3: K3}
        columns: {respondent: Tunnus, wave: Vuosi, informant: {value: self}}
"""
    with pytest.raises(SourceError, match="'3' is no item of mood"):
        _load(project, GOOD + feed)


MOOD = """
key: mood
title: {fi: Mieliala}
items: 2
response: [0, 3]
scales: [{key: mood, title: {fi: Mieliala}, items: [1, 2], range: [0, 6], higher_is_better: true}]
licence: CC0
citation: "-"
"""
