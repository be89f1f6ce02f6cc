"""No file that is written holds a text that a spreadsheet would take for a formula."""

from __future__ import annotations

import ast
import csv
import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from types import SimpleNamespace

import fastexcel
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.figures import Words
from sujuva.figures.export import write_tables
from sujuva.io import csv_text, harmless, harmless_frame, new_workbook
from sujuva.published import SHOWN
from sujuva.reports.downloads import Sheet, as_csv

ROOT = Path(__file__).resolve().parents[1]
ARMED = [
    "=1+1", "+cmd", "-2+3", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x", " =1",
    "\u00a0=1", "\u200b=1",
    '"=1', "”=1", "\ufeff@x", "-", "+358 40 1", "-1.5.2", "=-1", "- -1",
]  # fmt: skip
PLAIN = ["", "a", "-1.5", "+3", "-2,5", "1e-5", "-1E5", "a=b", "2024-01-01", "a-b", "x@y.fi", "–", "−1", "'=1", "5 + 3"]


@pytest.mark.parametrize("text", ARMED)
def test_what_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(pl.Series([text])).to_list() == [f"'{text}"]


@pytest.mark.parametrize("text", PLAIN)
def test_numbers_and_other_texts_are_left(text: str) -> None:
    assert harmless(pl.Series([text, None])).to_list() == [text, None]


def test_what_another_country_s_spreadsheet_would_split_off_is_harmless_too() -> None:
    texts = ["a;=1", "a\t +1", 'a\n"@x', "a; b", "a, -1", ";;=1", "\t=1"]
    tamed = ["a;'=1", "a\t '+1", "a\n\"'@x", "a; b", "a, -1", ";;'=1", "'\t'=1"]
    assert harmless(pl.Series(texts)).to_list() == tamed


@settings(max_examples=80, deadline=None)
@given(st.lists(st.text(alphabet="=+-@＝\t\r\n;,\"' a1", max_size=12), min_size=1, max_size=8))
def test_no_cell_begins_a_formula_whichever_way_the_file_is_divided(texts: list[str]) -> None:
    frame = pl.DataFrame({"x": texts, "n": list(range(len(texts)))})
    text = csv_text(frame)
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert len(read) == len(texts) + 1
    for cell, meant in zip((row[0] for row in read[1:]), texts, strict=True):
        assert cell.replace("'", "") == meant.replace("'", "")
        number = pl.Series([cell]).str.contains(r"^[+-]?[0-9]+([.,][0-9]+)?$")[0]
        assert number or cell.strip(' "')[:1] not in tuple("=+-@＝\t\r\n")
    assert harmless_frame(frame).equals(harmless_frame(harmless_frame(frame)))


def test_numbers_dates_and_names_of_columns() -> None:
    kinds = pl.Series(["=a", "b"], dtype=pl.Categorical)
    frame = pl.DataFrame({"=n": [-1.5, None], "day": [dt.date(2024, 1, 1)] * 2, "kind": kinds})
    written = harmless_frame(frame)
    assert written.columns == ["'=n", "day", "kind"]
    assert written["'=n"].to_list() == [-1.5, None]
    assert written["kind"].to_list() == ["'=a", "b"]
    assert csv_text(frame).splitlines()[1] == "-1.5,2024-01-01,'=a"


def test_a_workbook_holds_texts_and_no_formulas_or_links(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with new_workbook(path, created=dt.datetime(2000, 1, 1, tzinfo=dt.UTC)) as book:
        page = book.add_worksheet("s")
        page.write_row(0, 0, ["=1+1", "http://localhost/", -1.5, "a", "", "a;=1", "-1.5"])
        pl.DataFrame({"x": ["@x", "{=1}"], "y": [1, -2]}).write_excel(book, "t")
    sheet = fastexcel.read_excel(path)
    assert sheet.load_sheet("s", header_row=None).to_polars().row(0) == (
        "'=1+1", "http://localhost/", -1.5, "a", None, "a;'=1", "-1.5",
    )  # fmt: skip
    assert sheet.load_sheet("t").to_polars().rows() == [("'@x", 1.0), ("{=1}", -2.0)]
    with zipfile.ZipFile(path) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist() if "/sheet" in name)
    assert b"<f" not in content
    assert b"yperlink" not in content


WRITERS = {
    "write_csv",
    "sink_csv",
    "to_csv",
    "write_excel",
    "to_excel",
    "ExcelWriter",
    "xlsxwriter",
    "openpyxl",
    "DictWriter",
}
ALLOWED = {
    "src/sujuva/io.py": {"write_csv", "xlsxwriter"},
    # A frame made harmless, into a workbook of io.py.
    "src/sujuva/scoring/write.py": {"write_excel"},
}


def _code(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        return ["".join(one["source"]) for one in cells if one["cell_type"] == "code"]
    return [text]


def _used(code: str) -> set[str]:
    """Return the names of writers of tables that a piece of code uses."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Attribute):
            whole = f"{node.value.id}.{node.attr}" if isinstance(node.value, ast.Name) else ""
            found |= {node.attr} & WRITERS | ({"csv.writer"} if whole == "csv.writer" else set())
        elif isinstance(node, ast.Name):
            found |= {node.id} & WRITERS
        elif isinstance(node, ast.Import | ast.ImportFrom):
            module = (getattr(node, "module", None) or "").split(".")[0]
            names = {one.name.split(".")[0] for one in node.names} | {module}
            found |= names & WRITERS | ({"csv.writer"} if module == "csv" and "writer" in names else set())
    return found


def _sources() -> list[Path]:
    places = ("src/**/*.py", "tools/**/*.py", "notebooks/**/*.ipynb", "*.py")
    return sorted(path for place in places for path in ROOT.glob(place))


def test_nothing_writes_tables_past_the_one_place_that_makes_them_harmless() -> None:
    used = {path.relative_to(ROOT).as_posix(): set().union(*map(_used, _code(path))) for path in _sources()}
    assert {path: names for path, names in used.items() if names} == ALLOWED


@pytest.mark.parametrize(
    "code",
    ["frame.write_csv(x)", "import xlsxwriter", "from csv import writer", "import csv\ncsv.writer(f)", "f.to_excel(x)",
     "from csv import DictWriter", "import openpyxl as o", "frame.lazy().sink_csv(x)"],
)  # fmt: skip
def test_a_new_writer_would_be_found(code: str) -> None:
    assert _used(code)


def test_downloads_of_pages_and_figures_are_harmless(tmp_path: Path) -> None:
    frame = pl.DataFrame({"region": ["=1+1"], "note": ["@x"], "n": [-1], "suppressed": [SHOWN]})
    told = Sheet(["@title"], ["region", "n", "mean"], [["=1+1", -1, -0.5]], [[False] * 3], "")
    assert as_csv(told, Words("fi"), {}).decode().splitlines()[-2:] == ["region;n;mean", "'=1+1;-1;-0,5"]
    assert "'@title" in as_csv(told, Words("fi"), {}).decode()
    write_tables({"a": SimpleNamespace(data=frame)}, tmp_path)  # type: ignore[dict-item]
    written = (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()
    assert written == ["region,note,n,suppressed", "'=1+1,'@x,-1,\"\""]
