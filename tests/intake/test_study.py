"""In what the choices of params.yaml and the rows of a folder differ: all in one pass, without a value of a row."""

from __future__ import annotations

from pathlib import Path

import pytest

from sujuva.cleaning import inspect_folder
from sujuva.codebooks import load_instruments
from sujuva.intake import Finding, known_regions, study_findings
from sujuva.intake.ages import bands_of, single_ages
from sujuva.params import Params, load_params
from sujuva.pipeline.choices import check_choices
from tests.intake.choices import chosen

SOURCES = """title: {fi: Koe}
sources:
  - name: people
    file: people.csv
    reader: csv
    feeds:
      - table: respondents
        columns: {respondent: id, wave: vuosi, region: {from: alue, lookup: region}, age_group: ikä}
      - table: answers
        instrument: who5
        columns: {respondent: id, wave: vuosi, informant: kuka}
  - name: events
    file: events.csv
    reader: csv
    feeds:
      - table: case_events
        columns: {case: asia, activity: toiminto, time: pvm, sector: {from: ala, lookup: sector}, region: {value: oulu}}
  - name: ties
    file: ties.csv
    reader: csv
    feeds:
      - table: organisations
        columns: {region: {value: oulu}, organisation: a, name: a, sector: {value: social}}
      - table: ties
        columns: {region: {value: oulu}, wave: {value: "2025"}, relation: suhde, source: a, target: b, observed: n}
"""
AGES = ("7", "8 v", "9-vuotias", "10", "11", "12", "13", "14", "15")


@pytest.fixture
def folder(project: Path) -> Path:
    raw = project / "raw"
    raw.mkdir()
    (raw / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    rows = [
        f"v{at},{2025 + at % 2},{('Oulu', 'Pohjois-Karjala', 'Takamaa')[at % 3]},{AGES[at % 9]},"
        f"{'salainen' if at == 3 else 'self'},1,2,3,4,5"
        for at in range(180)
    ]
    header = "id,vuosi,alue,ikä,kuka," + ",".join(f"who5_{n}" for n in range(1, 6))
    (raw / "people.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    events = [
        f"a{at},{('Yhteydenotto', 'Salaisuus')[at % 2]},2025-03-0{at % 9 + 1},{('x9', 'koulu')[at % 2]}"
        for at in range(40)
    ]
    (raw / "events.csv").write_text("\n".join(["asia,toiminto,pvm,ala", *events, ""]), encoding="utf-8")
    (raw / "ties.csv").write_text("a,b,suhde,n\nA,B,yhteistyö,3\nB,A,outo,2\n", encoding="utf-8")
    return raw


def findings(folder: Path, params: Params) -> list[Finding]:
    found = inspect_folder(folder, regions=known_regions(params, folder), waves=params.study.waves)
    return study_findings(found, params, folder, load_instruments(folder), check=check_choices)


def test_what_is_left_over_from_the_example_is_told_in_one_pass(folder: Path) -> None:
    told = findings(folder, chosen(study={"regions": ("oulu", "tampere"), "waves": (2022, 2025)}))
    said = {one.about: f"{one.message} {one.hint}" for one in reversed(told)}
    text = " ".join(f"{one.message} {one.hint}" for one in told)
    assert "2026 in 'vuosi' of people.csv (90 of 180 rows)" in said["study.waves"]
    assert "study.waves: [2025, 2026]" in said["study.waves"]
    assert "study.waves names 2022, of which no file has a row" in text
    assert "pohjois-karjala in 'alue' of people.csv (60 rows)" in said["study.regions"]
    assert "study.regions: [oulu, pohjois-karjala]" in said["study.regions"]
    assert "study.regions names tampere, of which no file has a row" in text
    assert "60 rows in 'alue' of people.csv with a word that no codebook knows" in said["region"]
    assert "keski-pohjanmaa, pohjois-karjala, not of study.regions" in said["coping.started"]
    assert "oulu: 2023" in text
    assert "90006" in said["coping.eligible"]
    assert "single_home" in said["coping.index_parts"]
    assert "single_home" in said["integration.beside_scale"]
    assert "gender, language, municipality_type" in said["study.groups"]


def test_of_the_example_no_choice_is_said_to_stop(example: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    told = findings(example, load_params())
    assert not [one for one in told if one.stops]
    assert not [one for one in told if one.about.startswith(("coping.", "integration."))]


def test_codes_that_nobody_knows_come_with_the_known_ones(folder: Path) -> None:
    told = findings(folder, chosen(study={"regions": ("oulu",), "waves": (2025, 2026)}))
    said = {one.about: f"{one.message} {one.hint}" for one in told}
    assert "20 rows in 'ala' of events.csv" in said["sector"]
    assert "education" in said["sector"]
    assert "40 rows in 'toiminto' of events.csv" in said["activity"]
    assert "map: {Yhteydenotto: contact}" in said["activity"]  # a word of our own list
    assert "2 rows in 'suhde' of ties.csv" in said["relation"]
    assert "map: {yhteistyö: collaboration}" in said["relation"]
    assert "1 row in 'kuka' of people.csv" in said["informant"]
    assert "self, parent, teacher" in said["informant"]
    assert [one.about for one in told if one.stops] == ["casework.case_start", "casework.case_end"]
    everything = " ".join(said.values())
    assert not [word for word in ("Takamaa", "salainen", "Salaisuus", "x9", "outo") if word in everything]


def test_one_year_ages_come_with_bands(folder: Path) -> None:
    told = findings(folder, chosen(study={"regions": ("oulu",), "waves": (2025, 2026)}))
    (ages,) = [one for one in told if one.about == "age_group"]
    assert "9 one-year groups" in ages.message
    assert "7: 7-9, 8 v: 7-9, 9-vuotias: 7-9, 10: 10-12" in ages.hint


def test_a_study_that_fits_says_nothing(folder: Path) -> None:
    for name in ("events.csv", "ties.csv"):
        (folder / name).unlink()
    text = (
        SOURCES.split("  - name: events", maxsplit=1)[0]
        .replace(", age_group: ikä", "")
        .replace("informant: kuka", "informant: {value: self}")
    )
    (folder / "sources.yaml").write_text(text + "    ignore: [ikä, kuka]\n", encoding="utf-8")
    rows = (folder / "people.csv").read_text(encoding="utf-8").replace("Takamaa", "Oulu")
    (folder / "people.csv").write_text(rows, encoding="utf-8")
    params = chosen(
        study={"regions": ("oulu", "pohjois-karjala"), "waves": (2025, 2026), "groups": ()},
        coping={"started": {"oulu": 2026}, "eligible": None, "index_parts": {}},
        integration={"beside_scale": None},
    )
    assert findings(folder, params) == []


def test_a_region_that_no_codebook_has_does_not_hide_the_rest(folder: Path) -> None:
    told = findings(folder, chosen(study={"regions": ("ouluu",), "waves": (2025, 2026)}))
    first = next(one for one in told if one.about == "study.regions")
    assert "no codebook has ouluu" in first.message
    assert "study.regions: [oulu, pohjois-karjala]" in first.hint
    assert first.stops
    assert "sector" in {one.about for one in told}


@pytest.mark.parametrize("word", ["7", "7 v", "7 v.", "7-vuotias", "7 vuotta", "7 år", "ikä 7", "7.0", "7 years"])
def test_ways_to_write_an_age(word: str) -> None:
    assert single_ages([word]) == {word: 7}


@pytest.mark.parametrize("word", ["7–9", "7-9 v", "26", "2013", "alle 7", "7b"])
def test_what_is_no_age_of_one_year(word: str) -> None:
    assert single_ages([word]) == {}


def test_bands_are_those_that_the_study_names(project: Path) -> None:
    assert bands_of([0, 6, 7, 15, 18, 25]) == {0: "0-2", 6: "3-6", 7: "7-9", 15: "13-15", 18: "16-18", 25: "23-25"}
    (project / "raw" / "codebooks").mkdir(parents=True)
    text = 'age_group:\n  "6-8": {fi: Pienet, sv: Små, en: Small}\n'
    (project / "raw" / "codebooks" / "terms.yaml").write_text(text, encoding="utf-8")
    assert bands_of([6, 7, 9], project / "raw") == {6: "6-8", 7: "6-8", 9: "7-9"}


def test_two_sources_of_one_file_are_told_once(folder: Path) -> None:
    """As sheets of a workbook, or a file that is read twice: the same table takes the year from the same column."""
    again = """  - name: again
    file: people.csv
    reader: csv
    ignore: ["*"]
    feeds:
      - table: respondents
        columns: {respondent: id, wave: vuosi, region: {value: oulu}}
  - name: events
"""
    (folder / "sources.yaml").write_text(SOURCES.replace("  - name: events\n", again), encoding="utf-8")
    told = findings(folder, chosen(study={"regions": ("oulu", "pohjois-karjala"), "waves": (2025,)}))
    assert any("2026 in 'vuosi' of people.csv" in one.message for one in told)
