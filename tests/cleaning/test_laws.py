"""Laws that hold for any small delivery, however soiled (its codes taken as given: a shift would stop it)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sujuva.cleaning import Cleaned, clean_folder

SOURCES = """
title: {fi: Koe}
sources:
  - name: both
    file: both.csv
    reader: csv
    feeds:
      - table: respondents
        columns: {respondent: id, wave: year, region: {from: place, lookup: municipality}, weight: w}
      - table: answers
        instrument: mood
        codes: as_given
        items: {1: K1, 2: K2}
        missing: [9]
        columns: {respondent: id, wave: year, informant: {value: self}}
        texts: {more: K3}
  - name: parents
    file: parents.csv
    reader: csv
    feeds:
      - table: answers
        instrument: mood
        codes: as_given
        items: {1: K1, 2: K2}
        columns: {respondent: id, wave: year, informant: {value: parent}}
"""
IDS = st.sampled_from(["a", "b", "c", "d", "", " a"])
YEARS = st.sampled_from(["2024", "2024.0", "2023", "1999", "x", ""])
CODES = st.sampled_from(["0", "1", "3", "4", "-1", "9", "", "x", "1.5", "70000"])
ROW = st.tuples(
    IDS,
    YEARS,
    st.sampled_from(["Oulu", "837", "Helsinki", ""]),
    st.sampled_from(["1", "0.5", "0", "-", ""]),
    CODES,
    CODES,
    st.sampled_from(["", "sana", "kaksi sanaa"]),
)
PARENT = st.tuples(IDS, YEARS, CODES, CODES)
RELAXED = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def folder(small_project: Path) -> Path:
    (small_project / "raw" / "sources.yaml").write_text(SOURCES)
    return small_project / "raw"


def _clean(folder: Path, both: list[tuple[str, ...]], parents: list[tuple[str, ...]], duplicates: str) -> Cleaned:
    pl.DataFrame(both, schema=["id", "year", "place", "w", "K1", "K2", "K3"], orient="row").write_csv(
        folder / "both.csv", quote_style="always"
    )
    pl.DataFrame(parents, schema=["id", "year", "K1", "K2"], orient="row").write_csv(
        folder / "parents.csv", quote_style="always"
    )
    return clean_folder(folder, regions=["oulu", "tampere"], waves=[2023, 2024], duplicates=duplicates)


# The last row is never blank, so that blank rows before it are rows of the file.
END = ("z", "2024", "Oulu", "1", "1", "1", "")
PARENT_END = ("z", "2024", "1", "1")


@RELAXED
@given(
    both=st.lists(ROW, max_size=12),
    parents=st.lists(PARENT, max_size=8),
    duplicates=st.sampled_from(["first", "last", "none"]),
)
def test_every_row_ends_in_exactly_one_place(
    folder: Path, both: list[Any], parents: list[Any], duplicates: str
) -> None:
    cleaned = _clean(folder, [*both, END], [*parents, PARENT_END], duplicates)
    ledger = {one["source"]: one for one in cleaned.ledger.to_dicts()}
    assert ledger["both"]["rows_in"] == len(both) + 1
    assert ledger["parents"]["rows_in"] == len(parents) + 1
    for source, informant in (("both", "self"), ("parents", "parent")):
        row = ledger[source]
        answers = cleaned.tables["answers_mood"].filter(pl.col("informant") == informant)
        assert row["rows_in"] == row["rows_clean"] + row["rows_quarantined"]
        assert row["rows_clean"] == answers.height
        assert row["rows_quarantined"] == cleaned.quarantine.filter(pl.col("source") == source).height
    assert cleaned.tables["respondents"].height == ledger["both"]["rows_clean"]


@RELAXED
@given(data=st.data(), both=st.lists(ROW, max_size=10, unique_by=lambda row: (row[0].strip(), row[1][:4])))
def test_the_order_of_rows_without_duplicates_does_not_matter(
    folder: Path, data: st.DataObject, both: list[Any]
) -> None:
    parents = [PARENT_END]
    shuffled = data.draw(st.permutations([*both, END]))
    shuffled = [row for row in shuffled if row != END] + [END]
    one = _clean(folder, [*both, END], parents, "first")
    other = _clean(folder, shuffled, parents, "last")
    for name, frame in one.tables.items():  # rows keep the order of the delivery; what is written is sorted
        key = one.keys[name]
        assert frame.sort(key).equals(other.tables[name].sort(key)), name
    assert one.rules.equals(other.rules)
    assert sorted(one.quarantine["raw"]) == sorted(other.quarantine["raw"])


@RELAXED
@given(both=st.lists(ROW, max_size=10))
def test_clean_rows_cleaned_again_are_the_same(folder: Path, both: list[Any]) -> None:
    first = _clean(folder, [*both, END], [PARENT_END], "first")
    aside = set(first.quarantine.filter(pl.col("source") == "both")["row"])
    kept = [row for number, row in enumerate([*both, END], start=1) if number not in aside]
    again = _clean(folder, kept, [PARENT_END], "first")
    assert again.tables["respondents"].equals(first.tables["respondents"])
    assert again.tables["answers_mood"].equals(first.tables["answers_mood"])
    assert again.quarantine.filter(pl.col("source") == "both").height == 0
