"""A sociomatrix as ties: which cells make rows, which are counted and left out, and what stops with the names."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from sujuva.errors import SourceError
from sujuva.sources.delimited import DelimitedOptions, read_delimited
from sujuva.sources.raw import RawTable
from sujuva.sources.workbook import WorkbookOptions, read_workbook

PLAIN = ";A;B;C\nA;0;3;\nB;1;0;2\nC;;0;0\n"


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def of(text: str, **options: Any) -> RawTable:
        path = tmp_path / "matrix.csv"
        path.write_text(text, encoding="utf-8")
        return read_delimited(path, DelimitedOptions(separator=";", **{"matrix": "rows", **options}))

    return of


def test_a_cell_is_a_tie_from_row_to_column(read: Any) -> None:
    raw = read(PLAIN)
    assert raw.frame.columns == ["source", "target", "rating"]
    assert raw.frame.rows() == [("A", "B", "3"), ("B", "A", "1"), ("B", "C", "2"), ("C", "B", "0")]
    assert raw.rows.to_list() == [2, 4, 6, 8]
    assert raw.left_out == {"cells on the diagonal": 3, "blank cells": 2}
    assert raw.frame.height + sum(raw.left_out.values()) == 9


def test_columns_may_tell_of_rows_and_blanks_may_stay(read: Any) -> None:
    raw = read(PLAIN, matrix="columns", blank_cells="keep")
    assert raw.frame.rows()[:2] == [("B", "A", "3"), ("C", "A", None)]
    assert raw.left_out == {"cells on the diagonal": 3}


def test_order_and_form_of_names_do_not_count(read: Any) -> None:
    odd = unicodedata.normalize("NFD", "Päiväkoti")
    raw = read(f"toimija;Koulu;Päiväkoti;Kirkko\nKirkko\u00a0;1;2;\n{odd};3;;4\nKoulu;;5;6\n")
    assert set(raw.frame.rows()) == {
        ("Kirkko", "Koulu", "1"), ("Kirkko", "Päiväkoti", "2"), ("Päiväkoti", "Koulu", "3"),
        ("Päiväkoti", "Kirkko", "4"), ("Koulu", "Päiväkoti", "5"), ("Koulu", "Kirkko", "6"),
    }  # fmt: skip


@pytest.mark.parametrize("sign", ["", "0", "1", "x", "–"])
def test_a_diagonal_of_one_sign_says_nothing(read: Any, sign: str) -> None:
    raw = read(f";A;B\nA;{sign};3\nB;1;{sign}\n")
    assert raw.frame.height == 2
    assert raw.left_out == {"cells on the diagonal": 2}


def test_a_diagonal_of_several_signs_stays_for_cleaning_to_set_aside(read: Any) -> None:
    raw = read(";A;B;C\nA;5;3;1\nB;1;7;1\nC;1;1;\n")
    assert {("A", "A", "5"), ("B", "B", "7")} <= set(raw.frame.rows())
    assert raw.left_out == {"cells on the diagonal": 1}


@pytest.mark.parametrize(
    "text", [";A;B;C\nA;;3;0\nB;;;2\nC;;;\n", ";A;B;C\nA;;;\nB;3;;\nC;0;2;\n", ";A;B;C\nA;;3;0\nB;3;;2\nC;0;2;\n"]
)
def test_a_symmetric_matrix_has_one_row_a_pair_from_either_half(read: Any, text: str) -> None:
    raw = read(text, matrix="symmetric")
    pairs = {frozenset((source, target)): rating for source, target, rating in raw.frame.rows()}
    assert pairs == {frozenset("AB"): "3", frozenset("AC"): "0", frozenset("BC"): "2"}
    assert raw.left_out == {"cells on the diagonal": 3, "mirrored cells": 3}


def test_sums_are_named_and_counted(read: Any) -> None:
    raw = read("x;A;B;Yhteensä\nA;;3;3\nB;1;;1\n;;;\nYhteensä;1;3;4\n", totals=["Yhteensä"])
    assert raw.frame.rows() == [("A", "B", "3"), ("B", "A", "1")]
    assert raw.left_out == {"cells of totals": 5, "cells on the diagonal": 2}


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        (";A;B;C\nA;;1;1\nB;1;;1\nD;1;1;\n", {}, "rows without a column: 3; columns without a row: 'C'"),
        (";Koulu;B\nkoulu;;1\nB;1;\n", {}, "rows without a column: 1; columns without a row: 'Koulu'"),
        (";A;B;C\nA;;1;1\nB;1;;1\n", {}, "columns without a row: 'C'"),
        (";A;B\nA;;1\nA;1;\n", {}, "rows 1 and 2 of the matrix have the same name"),
        (";A;B\nA;;1\n;;\nA;1;\n", {}, "rows 1 and 3 of the matrix have the same name"),
        (";A;B\nA;;1\n;1;\n", {}, "row 2 of the matrix has no name"),
        (";A;B\nA;;1\nB;2;\n", {"matrix": "symmetric"}, "1 pairs say one thing above"),
    ],
)
def test_what_is_no_matrix_stops(read: Any, text: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read(text, **options)


def test_names_of_what_is_no_matrix_are_not_told(read: Any) -> None:
    with pytest.raises(SourceError) as error:
        read("id;q1;q2\nSalainen Henkilö;1;2\nToinen Henkilö;1;2\n")
    assert "of 2 names of rows and 2 of columns, 0 are the same" in str(error.value)
    assert "Henkilö" not in str(error.value)


def test_a_sheet_is_read_likewise(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Oulu")
        for at, row in enumerate([["Verkosto"], [None, "A", "B"], ["B", 2, None], ["A", 0, 1.5]]):
            sheet.write_row(at, 0, row)
    raw = read_workbook(path, WorkbookOptions(sheet="Oulu", header_row=2, matrix="rows"))
    assert raw.frame.rows() == [("B", "A", "2"), ("A", "B", "1.5")]
