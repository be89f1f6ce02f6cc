"""Places of a draft that are still to be filled in: `check` lists them and tries the rest, the pipeline refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sujuva.cleaning import clean_folder, inspect_folder
from sujuva.codebooks import load_instruments
from sujuva.errors import SourceError
from sujuva.intake import check_json, draft_folder, passes, show_check
from sujuva.sources import load_sources
from sujuva.sources.gaps import find_gaps

SOURCES = """title: {fi: Koe}
responsible: ""  # FILL IN: who answers for the data
sources:
  - name: people
    file: people.csv
    reader: csv
    licence: ""  # FILL IN: who may use the data
    people:
      undecided:  # FILL IN: put each under drop, pseudonymise or keep
        - Nimi
    feeds:
      - table: respondents
        columns: {respondent: id, wave: vuosi, region: {value: ""}}  # FILL IN: the region's key
      - table: answers
        instrument: who5
        columns: {respondent: id, wave: vuosi, informant: {value: FILL IN}}
  - name: words
    file: words.csv
    reader: csv
    feeds:
      - table: answers
        instrument: gad7
        columns: {respondent: id, wave: vuosi, informant: {value: self}}
        item_map: {}  # FILL IN: the answers are words
  - name: ties
    file: ties.csv
    reader: csv
    feeds:
      - table: ties
        columns: {region: {value: oulu}, wave: {value: "2024"}, relation: {value: collaboration}, source: a, target: b,
                  observed: c}
"""
PEOPLE = "id,vuosi,Nimi,who5_1,who5_2,who5_3,who5_4,who5_5\nx1,2024,Aino Salo,1,2,3,4,9\nx2,2019,Eino Salo,1,1,1,1,1\n"
WORDS = "id,vuosi," + ",".join(f"gad7_{n}" for n in range(1, 8)) + "\nx1,2024" + ",ei" * 7 + "\n"
STUDY: dict[str, Any] = {"regions": ["oulu"], "waves": [2024]}


@pytest.fixture
def folder(project: Path) -> Path:
    raw = project / "raw"
    raw.mkdir()
    for name, text in {"sources.yaml": SOURCES, "people.csv": PEOPLE, "words.csv": WORDS}.items():
        (raw / name).write_text(text, encoding="utf-8")
    (raw / "ties.csv").write_text("a,b,c\nA,B,3\nB,A,11\n", encoding="utf-8")
    return raw


def test_every_open_place_is_listed_with_what_it_holds_back(folder: Path) -> None:
    found = inspect_folder(folder, **STUDY)
    assert [(one.line, one.source, one.key, one.holds) for one in found.open] == [
        (9, "people", "people.undecided", "all of people.csv"),
        (13, "people", "region", "what people.csv brings to respondents"),
        (16, "people", "informant", "what people.csv brings to answers of who5"),
        (24, "words", "item_map", "what words.csv brings to answers of gad7"),
    ]
    assert [(one.line, one.key) for one in found.gaps if not one.stops] == [(2, "responsible"), (7, "licence")]
    assert found.open[1].asks == "the region's key"


def test_the_rest_is_tried(folder: Path) -> None:
    told = check_json(inspect_folder(folder, **STUDY), load_instruments(), 0.25)
    people, ties = told["sources"]  # of words.csv nothing but its answers is described
    assert {rule: one["rows"] for rule, one in people["broken"].items()} == {
        "item_out_of_range": [1],
        "unknown_wave": [2],
    }
    assert {rule: one["rows"] for rule, one in ties["broken"].items()}["rating_out_of_range"] == [2]
    assert people["error"] is None
    assert told["undescribed"] == []
    assert [one["key"] for one in told["fill_in"] if one["stops"]] == [
        "people.undecided",
        "region",
        "informant",
        "item_map",
    ]
    assert told["ok"] is False


def test_it_is_said_without_a_value_of_a_row(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = inspect_folder(folder, **STUDY)
    show_check(found, load_instruments(), 0.5)
    said = " ".join(capsys.readouterr().out.split())
    assert "4 places are still to be filled in" in said
    assert "columns.region.value: the region's key. It holds back what people.csv brings to respondents." in said
    assert "Salo" not in said
    assert not passes(found, 1.0)


def test_the_pipeline_refuses_and_lists_all(folder: Path) -> None:
    with pytest.raises(SourceError) as caught:
        clean_folder(folder, **STUDY)
    assert "4 places are still to be filled in" in caught.value.message
    for place in ("people.undecided", "columns.region.value", "columns.informant.value", "item_map"):
        assert place in caught.value.message
    assert "sujuva check" in caught.value.hint


def test_an_answer_closes_a_place_though_its_comment_stays(folder: Path) -> None:
    filled = SOURCES.replace('{value: ""}', "{value: oulu}").replace("value: FILL IN", "value: self")
    filled = filled.replace("undecided:", "drop:").replace("item_map: {}", "item_map: {ei: 0}")
    filled = filled.replace('licence: ""', "licence: own").replace('responsible: ""', "responsible: us")
    assert find_gaps(filled) == []
    (folder / "sources.yaml").write_text(filled, encoding="utf-8")
    assert len(load_sources(folder).sources) == 3


def test_the_date_of_the_data_is_asked_and_holds_nothing_back() -> None:
    assert [(one.key, one.stops) for one in find_gaps('date: ""  # FILL IN: when\n')] == [("date", False)]


def test_an_empty_map_without_a_question_is_an_answer() -> None:
    assert find_gaps("sources:\n  - name: a\n    feeds:\n      - {table: ties, item_map: {}}\n") == []


@pytest.mark.parametrize(
    "text",
    ["", "sources:\n", "sources: x\n", "sources: [1, {feeds: x}]\n", "a: [", "sources: [{feeds: [1, {columns: 2}]}]"],
)
def test_what_is_no_description_opens_nothing_strange(text: str) -> None:
    assert all(one.place for one in find_gaps(text))


def test_a_draft_without_a_table_holds_everything_back(project: Path) -> None:
    (project / "raw").mkdir()
    (project / "raw" / "kirje.csv").write_text("aihe;teksti\nx;y\n", encoding="utf-8")
    (project / "raw" / "sources.yaml").write_text(draft_folder(project / "raw").text, encoding="utf-8")
    found = inspect_folder(project / "raw", **STUDY)
    assert [one.holds for one in found.open] == ["everything"]
    assert found.sources == ()
