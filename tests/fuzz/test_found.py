"""What the fuzzer once found stays mended."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from sujuva.cleaning import clean_folder
from sujuva.cleaning.distinct import encode
from sujuva.errors import SourceError
from sujuva.intake.sniff import sniff
from sujuva.sources import load_sources
from sujuva.sources.reading import without_panics
from tests.fuzz.pool import make_project
from tests.sources.reading import read, rows


@pytest.mark.parametrize(
    "kind", [pl.Date(), pl.Datetime("us"), pl.Datetime("ms", "Europe/Helsinki"), pl.Datetime("ns")]
)
@pytest.mark.parametrize("inside", [False, True])
def test_dates_beyond_the_calendar_are_one_error_and_no_panic(tmp_path: Path, kind: pl.DataType, inside: bool) -> None:
    numbers = pl.Series("day", [0, 2**31 - 2 if kind == pl.Date else 2**62])
    column = numbers.cast(pl.Int32 if kind == pl.Date else pl.Int64).cast(kind)
    frame = pl.DataFrame([column.reshape((2, 1)).arr.to_list() if inside else column])
    frame.write_parquet(tmp_path / "a.parquet")
    if kind == pl.Datetime("ns"):  # whose years end in 2262
        assert rows(read(tmp_path, "a.parquet", "parquet"))
        return
    with pytest.raises(SourceError, match=r"a.parquet: the column 'day' holds dates outside the years 1 to 9999"):
        read(tmp_path, "a.parquet", "parquet")


@pytest.mark.parametrize("kind", [pl.UInt64(), pl.Int128()])
def test_numbers_too_large_for_counting_are_distinct_values_all_the_same(kind: pl.DataType) -> None:
    column = pl.Series("q", [2**64 - 1, 2**64 - 2, None, 2**64 - 1], dtype=kind)
    found = encode(column)
    assert found.spread(found.values).to_list() == [
        "18446744073709551615",
        "18446744073709551614",
        None,
        "18446744073709551615",
    ]


@pytest.mark.parametrize("name", ["*", "^.*$", " * "])
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_column_called_like_a_pattern_is_refused(tmp_path: Path, name: str, suffix: str) -> None:
    frame = pl.DataFrame({"a": ["1"], name: ["2"], "b": [None]})
    (frame.write_csv if suffix == "csv" else frame.write_parquet)(tmp_path / f"a.{suffix}")
    with pytest.raises(SourceError, match=rf"a.{suffix}: the name of column 2 is a pattern"):
        read(tmp_path, f"a.{suffix}", suffix)


@pytest.mark.parametrize("place", ["XFD1048576", "ZZZZZZZZZ2", "A4294967296", "ABC99999"])
def test_a_cell_far_away_from_all_others_is_one_error_and_fills_no_memory(tmp_path: Path, place: str) -> None:
    _moved(tmp_path / "a.xlsx", place)
    with pytest.raises(SourceError, match=r"a.xlsx, sheet 'far': a cell stands far away from all others"):
        read(tmp_path, "a.xlsx", "xlsx", sheet="far")
    assert read(tmp_path, "a.xlsx", "xlsx", sheet="near").frame.height == 3


def test_a_cell_some_way_off_is_read(tmp_path: Path) -> None:
    _moved(tmp_path / "a.xlsx", "A90000")
    assert read(tmp_path, "a.xlsx", "xlsx", sheet="far").frame.height == 89_999


def _moved(path: Path, place: str) -> None:
    """Write a workbook of two sheets, in the second of which the last cell is moved."""
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        for name in ("near", "far"):
            sheet = book.add_worksheet(name)
            for row in range(4):
                sheet.write(row, 0, "q" if row == 0 else row)
    source = zipfile.ZipFile(stream)
    with zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("sheet2.xml"):
                part, moved = re.subn(rb'r="A4"', f'r="{place}"'.encode(), part)
                assert moved == 1
            target.writestr(name, part)


def test_two_columns_of_one_name_in_an_spss_file_are_an_error(tmp_path: Path) -> None:
    pyreadstat.write_sav(pl.DataFrame({"year_a": [1.0], "year_b": [2.0]}), tmp_path / "a.sav")
    content = (tmp_path / "a.sav").read_bytes()
    assert b"YEAR_B=year_b" in content
    (tmp_path / "a.sav").write_bytes(content.replace(b"YEAR_B=year_b", b"YEAR_B=year_a"))
    with pytest.raises(SourceError, match=r"a.sav: two columns have the same name"):
        read(tmp_path, "a.sav", "sav")


def test_a_panic_prints_nothing_and_other_warnings_stay(capfd: pytest.CaptureFixture[str]) -> None:
    with without_panics():
        os.write(2, b"thread 'x' panicked at y.rs:1:2:\nSecret\n")
    assert capfd.readouterr().err == ""
    with without_panics():
        os.write(2, b"a plain warning\n")
    os.write(2, b"later\n")
    assert capfd.readouterr().err == "a plain warning\nlater\n"


def test_a_description_nested_without_end_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("x: " + "[" * 5_000)
    with pytest.raises(SourceError, match="nested too deeply"):
        load_sources(tmp_path, instruments={})


def test_a_file_that_lost_its_header_is_quoted_in_no_message(clean_text: Callable[[str], object]) -> None:
    with pytest.raises(SourceError, match="none of the columns") as caught:
        clean_text("131052-902X,2024\n131052-902X,2024\n")
    assert "131052" not in str(caught.value)
    with pytest.raises(SourceError, match="personal identity codes"):
        clean_text("id,hetu\n1,131052-902X\n")


@pytest.fixture
def clean_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], object]:
    """Return a function that cleans one text as the respondents of a project of its own."""
    make_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    feed = "{table: respondents, columns: {respondent: id, wave: {value: 2024}, region: {value: oulu}}}"

    def clean(text: str) -> object:
        (tmp_path / "raw").mkdir(exist_ok=True)
        (tmp_path / "raw" / "a.csv").write_text(text)
        (tmp_path / "raw" / "sources.yaml").write_text(
            f'title: {{fi: x}}\nsources: [{{name: a, file: a.csv, reader: csv, ignore: ["*"], feeds: [{feed}]}}]\n'
        )
        return clean_folder(Path("raw"), regions=["oulu"], waves=[2024])

    return clean


def test_a_file_name_of_two_lines_is_an_error_of_the_description(tmp_path: Path) -> None:
    feeds = "[{table: area_indicators}]"
    (tmp_path / "sources.yaml").write_text(
        f'title: {{fi: x}}\nsources: [{{name: one, file: "a\\nb.csv", reader: sotkanet, feeds: {feeds}}}]\n'
    )
    with pytest.raises(SourceError, match="the name of the file holds line breaks"):
        load_sources(tmp_path, instruments={})


@pytest.mark.parametrize("text", ['"', '""\n""\n', '"\n\n', "x" * 200_000])
def test_text_in_which_no_cell_holds_anything_is_no_table_and_no_crash(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    (found,) = sniff(tmp_path / "a.csv")
    assert found.reader.value is None
    assert "no table" in found.reader.why


def test_a_column_of_a_matrix_called_like_a_pattern_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(",A,B,^.*$\nA,,1,0\nB,2,,0\n")
    with pytest.raises(SourceError, match=r"a.csv: the name of column 4 is a pattern"):
        read(tmp_path, "a.csv", "csv", matrix="rows")
