"""Workbooks say what their cells show: errors, dates, titles above titles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from sujuva.errors import SourceError
from tests.sources.reading import read, rows


@pytest.fixture
def book(tmp_path: Path) -> Any:
    made = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    yield made
    if not made.fileclosed:
        made.close()


def test_cells_in_error_are_not_blank(book: Any, tmp_path: Path) -> None:
    sheet = book.add_worksheet()
    sheet.write_row(2, 1, ["id", "x"])
    shown = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"]
    for at, error in enumerate(shown):
        sheet.write(3 + at, 1, at)
        sheet.write_formula(3 + at, 2, "=A1", None, error)
    book.close()
    raw = read(tmp_path, "a.xlsx", "xlsx", header_row=3)
    assert rows(raw) == [(str(at), error) for at, error in enumerate(shown)]


def test_blank_rows_above_the_table_count(book: Any, tmp_path: Path) -> None:
    sheet = book.add_worksheet()
    sheet.write_row(3, 0, ["id", "x"])
    sheet.write_row(4, 0, [7, 8])
    book.close()
    assert rows(read(tmp_path, "a.xlsx", "xlsx", header_row=4)) == [("7", "8")]
    with pytest.raises(SourceError, match="row 2 cannot be read as a header"):
        read(tmp_path, "a.xlsx", "xlsx", header_row=2)


def test_merged_titles_stand_over_their_columns(book: Any, tmp_path: Path) -> None:
    sheet = book.add_worksheet()
    sheet.merge_range(0, 1, 0, 4, "Arki")
    sheet.merge_range(1, 1, 1, 2, "Koulu")
    sheet.merge_range(1, 3, 1, 4, "Koti")
    sheet.merge_range(0, 5, 1, 5, "Muuta")
    sheet.write_row(2, 0, ["id", "a", "b", "a", "b", "x"])
    sheet.write_row(3, 0, [1, 2, 3, 4, 5, 6])
    book.close()
    raw = read(tmp_path, "a.xlsx", "xlsx", header_rows=3)
    assert raw.frame.columns == [
        "id",
        "Arki / Koulu / a",
        "Arki / Koulu / b",
        "Arki / Koti / a",
        "Arki / Koti / b",
        "Muuta / x",
    ]
    assert rows(raw) == [("1", "2", "3", "4", "5", "6")]


def test_names_given_twice_are_an_error_or_numbered(book: Any, tmp_path: Path) -> None:
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["q", "q", None])
    sheet.write_row(1, 0, [1, 2, 3])
    book.close()
    with pytest.raises(SourceError, match=r"a.xlsx, sheet 'Sheet1': columns 1 and 2 have the same name"):
        read(tmp_path, "a.xlsx", "xlsx")
    assert read(tmp_path, "a.xlsx", "xlsx", repeated="number").frame.columns == ["q", "q (2)", "column_3"]


# As Excel shows them; in the system of 1904, 43538 is 15 March 2023.
DAYS = [
    (1, "1900-01-01"),
    (59, "1900-02-28"),
    (61, "1900-03-01"),
    (45000, "2023-03-15"),
    (45000.75, "2023-03-15 18:00:00"),
]


def test_serial_numbers_become_dates_where_asked(book: Any, tmp_path: Path) -> None:
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["d", "n"])
    for at, (day, _) in enumerate(DAYS, start=1):
        sheet.write_row(at, 0, [day, day])
    sheet.write(6, 0, "ei tiedossa")
    book.close()
    raw = read(tmp_path, "a.xlsx", "xlsx", dates=["d"])
    assert raw.frame["d"].to_list() == [*(text for _, text in DAYS), "ei tiedossa"]
    assert raw.frame["n"].to_list()[3] == "45000"
    with pytest.raises(SourceError, match="dates: there is no column 'e'"):
        read(tmp_path, "a.xlsx", "xlsx", dates=["e"])


def test_days_count_from_1904_where_the_workbook_or_an_option_says(tmp_path: Path) -> None:
    for name, old in (("new.xlsx", False), ("old.xlsx", True)):
        made = xlsxwriter.Workbook(tmp_path / name, {"date_1904": old})
        made.add_worksheet().write_column(0, 0, ["d", 43538, 0])
        made.close()
    days = ["2023-03-15", "1904-01-01"]
    assert read(tmp_path, "old.xlsx", "xlsx", dates=["d"]).frame["d"].to_list() == days
    assert read(tmp_path, "new.xlsx", "xlsx", dates=["d"], epoch="1904").frame["d"].to_list() == days


@pytest.mark.parametrize("day", [0, -3, 60, 60.5, 2_958_466, 1e300])
def test_a_day_that_never_was_is_an_error(book: Any, tmp_path: Path, day: float) -> None:
    book.add_worksheet().write_column(0, 0, ["d", 45000, day])
    book.close()
    with pytest.raises(SourceError, match="column 'd', data row 2: the number is no date"):
        read(tmp_path, "a.xlsx", "xlsx", dates=["d"])
