"""Ties delivered as a sociomatrix: every cell ends in the ties, in the quarantine, or in a count."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from sujuva.cleaning import inspect_folder
from sujuva.errors import SourceError
from sujuva.paths import inside
from tests.cleaning.helpers import quarantined

NET = """
  - name: actors
    file: actors.csv
    reader: csv
    feeds:
      - table: organisations
        columns: {region: {value: oulu}, organisation: nimi, name: nimi, sector: {from: ala, lookup: sector}}
  - name: ties
    file: matrix.csv
    reader: csv
    options: {matrix: rows, separator: ";"}
    feeds:
      - table: ties
        columns: {region: {value: oulu}, wave: {value: "2024"}, relation: {value: collaboration}, source: source,
                  target: target, observed: rating}
"""
ACTORS = "nimi,ala\nNuorisotyö,third\nKoulu,third\nPerhe,third\n"
MATRIX = "x;Koulu;Nuorisotyö;Perhe\nPerhe;3;;0\nKoulu;0;paljon;2\nNuorisotyö;1;0;12\n"


def test_every_cell_ends_somewhere(clean: Any) -> None:
    cleaned = clean(NET, {"actors.csv": ACTORS, "matrix.csv": MATRIX})
    ties = cleaned.tables["ties"]
    assert set(ties.select("source", "target", "observed").rows()) == {
        ("Perhe", "Koulu", 3), ("Koulu", "Perhe", 2), ("Nuorisotyö", "Koulu", 1),
    }  # fmt: skip
    # Row r and column c of three: (r − 1)·3 + c.
    assert quarantined(cleaned) == {("ties", 5): "bad_number", ("ties", 9): "rating_out_of_range"}
    assert cleaned.ledger.filter(pl.col("source") == "ties").select(pl.col("^rows.*$")).row(0) == (5, 3, 2)
    assert cleaned.rules.filter(rule="cells_left_out").select("source", "rows").rows() == [("ties", 4)]


def test_check_counts_what_makes_no_row_and_names_in_capitals(clean: Any) -> None:
    actors = ACTORS + "koulu,third\n"
    clean(NET, {"actors.csv": actors, "matrix.csv": MATRIX})
    seen = inspect_folder(inside("raw"), regions=["oulu"], waves=[2024])
    assert seen.sources[1].left_out == {"cells on the diagonal": 3, "blank cells": 1}
    assert seen.capitals == {"organisations.organisation": 2, "organisations.name": 2}


def test_without_direction_both_words_are_needed(clean: Any) -> None:
    files = {"actors.csv": ACTORS, "matrix.csv": "x;Koulu;Nuorisotyö;Perhe\nKoulu;;1;0\nNuorisotyö;1;;2\nPerhe;0;2;\n"}
    for wrong in (
        NET.replace("matrix: rows", "matrix: symmetric"),
        NET.replace("    options:", "    undirected: true\n    options:"),
    ):
        with pytest.raises(SourceError, match="do not go together"):
            clean(wrong, files)
    right = NET.replace("matrix: rows", "matrix: symmetric").replace(
        "    options:", "    undirected: true\n    options:"
    )
    cleaned = clean(right, files)
    assert cleaned.tables["ties"].select("source", "target", "observed", "directed").rows() == [
        ("Koulu", "Nuorisotyö", 1, False), ("Koulu", "Perhe", 0, False), ("Nuorisotyö", "Perhe", 2, False),
    ]  # fmt: skip
    assert quarantined(cleaned) == {}


def test_a_matrix_feeds_ties_alone(clean: Any) -> None:
    wrong = NET.replace("      - table: ties", "      - table: attendance")
    with pytest.raises(SourceError, match="cannot feed attendance"):
        clean(wrong, {"actors.csv": ACTORS, "matrix.csv": MATRIX})
