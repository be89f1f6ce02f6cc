"""Whatever the cells of a delivery hold, each raw row is in the clean tables or in the quarantine, in one of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sujuva.cleaning import Cleaned, clean_folder
from sujuva.cleaning.pseudonyms import Hasher, load_key
from sujuva.tables import Ledger, Quarantine, RuleCounts, check_tables

SOURCES = """
title: {fi: Koe}
sources:
  - name: people
    file: people.csv
    reader: csv
    feeds:
      - table: respondents
        columns: {respondent: id, wave: year, region: {from: place, lookup: municipality}, weight: w,
          gender: {from: sex, map: {1: girl, 2: boy}, else: missing}, age_group: age}
        texts: {more: note}
    people: {pseudonymise: [note, age]}
  - name: mood
    file: mood.csv
    reader: csv
    feeds:
      - table: answers
        instrument: mood
        items: {1: K1, 2: K2}
        codes: as_given  # a handful of any answers: they may well look shifted
        missing: [9, "-"]
        duration: d
        columns: {respondent: id, wave: year, informant: {from: who, map: {o: self, v: parent}}}
"""
# Anything that a text may hold, but for line ends and NUL, which no cell of these files can keep apart.
ANYTHING = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6)
ID = st.sampled_from(["K-1x", "K-2x", "K-3x", " K-1x", "K-1x ", ""]) | ANYTHING


def cell(*likely: str) -> st.SearchStrategy[str]:
    return st.sampled_from(likely) | st.sampled_from(likely) | ANYTHING


YEAR = cell("2024", "2023", "2024.0")
PERSON = st.tuples(ID, YEAR, cell("Oulu", "837"), cell("1", "0.5", "1e-3", "-1"), cell("1", "2"), ANYTHING, ANYTHING)
ANSWER = st.tuples(ID, YEAR, cell("o", "v"), cell("0", "3", "9", "4"), cell("1", "-", " 2"), cell("5", "-5", "x"))
END = ("z", "2024", "Oulu", "1", "1", "", "")
ANSWER_END = ("z", "2024", "o", "1", "1", "5")
NAMES = {
    "people": ["id", "year", "place", "w", "sex", "age", "note"],
    "mood": ["id", "year", "who", "K1", "K2", "d"],
}
MANY = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def folder(small_project: Path) -> Path:
    (small_project / "raw" / "sources.yaml").write_text(SOURCES)
    return small_project / "raw"


def run(folder: Path, people: list[Any], answers: list[Any], duplicates: str = "first") -> Cleaned:
    for name, rows in (("people", [*people, END]), ("mood", [*answers, ANSWER_END])):
        pl.DataFrame(rows, schema=NAMES[name], orient="row").write_csv(folder / f"{name}.csv", quote_style="always")
    return clean_folder(folder, regions=["oulu", "tampere"], waves=[2023, 2024], duplicates=duplicates)


@MANY
@given(
    people=st.lists(PERSON, max_size=6),
    answers=st.lists(ANSWER, max_size=6),
    duplicates=st.sampled_from(["first", "last", "none"]),
)
def test_each_raw_row_is_in_exactly_one_place(
    folder: Path, people: list[Any], answers: list[Any], duplicates: str
) -> None:
    cleaned = run(folder, people, answers, duplicates)
    hasher = Hasher(load_key())
    for schema, frame in (
        (Quarantine, cleaned.quarantine),
        (Ledger, cleaned.ledger),
        (RuleCounts, cleaned.rules),
    ):
        schema.validate(frame)
    check_tables(cleaned.tables, cleaned.instruments)
    for source, rows, table in (
        ("people", [*people, END], "respondents"),
        ("mood", [*answers, ANSWER_END], "answers_mood"),
    ):
        aside = set(cleaned.quarantine.filter(source=source)["row"])
        assert aside <= set(range(1, len(rows) + 1))
        assert cleaned.ledger.filter(source=source).row(0)[3:] == (len(rows), len(rows) - len(aside), len(aside))
        # Who is in the clean table are those whose rows were not set aside, in the order of the file.
        kept = [row for number, row in enumerate(rows, start=1) if number not in aside]
        assert cleaned.tables[table]["respondent"].to_list() == [
            hasher.digits("person", row[0].strip()) for row in kept
        ]
        assert cleaned.tables[table]["wave"].to_list() == [int(row[1].strip().split(".")[0]) for row in kept]
    told = [row for row in cleaned.quarantine.to_dicts() if row["rules"]]
    assert len(told) == cleaned.quarantine.height
    assert all(set(json.loads(row["raw"])) == set(NAMES[row["source"]]) for row in told)


@MANY
@given(people=st.lists(PERSON, max_size=5), answers=st.lists(ANSWER, max_size=5))
def test_raw_keys_are_nowhere(folder: Path, people: list[Any], answers: list[Any]) -> None:
    cleaned = run(folder, people, answers)
    frames = [*cleaned.tables.values(), cleaned.quarantine, cleaned.rules, cleaned.items, cleaned.titles]
    said = "\n".join(frame.write_csv() for frame in frames)
    assert not [key for key in ("K-1x", "K-2x", "K-3x") if key in said]
