"""Of each clean row it is known from which row of which file it came, and nobody else is told."""

from __future__ import annotations

import polars as pl

from sujuva.io import read_table
from sujuva.paths import inside
from tests.cleaning.helpers import write

SOURCES = """
- name: first
  file: first.csv
  reader: csv
  feeds:
  - table: respondents
    columns: &columns
      respondent: {from: id}
      wave: {value: "2024"}
      region: {value: oulu}
- name: second
  file: second.csv
  reader: csv
  feeds:
  - table: respondents
    columns: *columns
"""


def test_lines_of_clean_tables_have_their_source_and_row(clean, who):
    cleaned = clean(SOURCES, {"first.csv": "id\nb\na\nb\n", "second.csv": "id\nd\n\nc\n"})
    write(cleaned)

    rows = read_table(inside("data/clean/respondents.parquet"))
    origins = read_table(inside("data/origins/respondents.parquet"))

    assert origins.columns == ["line", "source", "row"]
    assert origins["line"].to_list() == list(range(rows.height))
    told = {key: place for key, *place in rows.select("respondent").hstack(origins.select("source", "row")).iter_rows()}
    aside = {(one["source"], one["row"]) for one in cleaned.quarantine.to_dicts()}
    expected = {"b": ["first", 1], "a": ["first", 2], "d": ["second", 1]}
    assert {name: told[who(name)] for name in expected} == expected
    assert told[who("c")][0] == "second"
    assert not aside & {tuple(place) for place in told.values()}
    assert ("first", 3) in aside  # the second b


def test_tables_that_nothing_feeds_have_no_origins(clean):
    cleaned = clean(SOURCES, {"first.csv": "id\na\n", "second.csv": "id\nb\n"})
    assert {name: frame.height for name, frame in cleaned.origins.items()} == {
        name: frame.height for name, frame in cleaned.tables.items()
    }
    assert cleaned.origins["ties"].schema == pl.Schema({"source": pl.String, "row": pl.Int64})
