"""Delimited text comes in whole, in every encoding and with every line end, or not at all."""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.errors import SourceError
from sujuva.sources import scan
from sujuva.sources.limits import Limits
from sujuva.sources.records import read_records
from tests.sources.reading import read, rows

TEXT = "nimi;hinta\nÄiti – Ö;5 €\n"


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("utf-8", TEXT.encode()),
        ("utf-8", TEXT.encode("utf-8-sig")),
        ("utf-8-sig", TEXT.encode()),
        ("windows-1252", TEXT.encode("windows-1252")),
        ("utf-16", TEXT.encode("utf-16")),
        ("utf-16", b"\xfe\xff" + TEXT.encode("utf-16-be")),
    ],
)
def test_letters_come_right(tmp_path: Path, encoding: str, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    raw = read(tmp_path, "a.csv", "csv", encoding=encoding, separator=";")
    assert raw.frame.columns == ["nimi", "hinta"]
    assert rows(raw) == [("Äiti – Ö", "5 €")]


@pytest.mark.parametrize(
    ("content", "encoding", "message"),
    [
        (TEXT.encode("windows-1252"), "iso-8859-1", "line 2: a letter such as € or – is not iso-8859-1.*windows-1252"),
        (TEXT.encode("utf-16"), "utf-8", "is UTF-16 text.*encoding: utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16", "no byte order mark"),
        (TEXT.encode("utf-16-le"), "utf-8", "bytes that no text has"),
        (TEXT.encode(), "windows-1252", "is UTF-8 text"),
        (b"a;b\n1;\x81\n", "windows-1252", "line 2: the bytes are not windows-1252"),
        (b'a;b\n1;"2"\n3;"\xe4"\n', "utf-8", "line 3: the bytes are not utf-8"),
        (b"a;\xe4\n1;2\n", "utf-8", "line 1: the bytes are not utf-8"),
        ("a;b\n1;2".encode("utf-16") + b"\x00", "utf-16", "not utf-16 text"),
    ],
)
def test_a_wrong_encoding_is_named(tmp_path: Path, content: bytes, encoding: str, message: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(SourceError, match=message):
        read(tmp_path, "a.csv", "csv", encoding=encoding, separator=";")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "pipe", "tab"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(tmp_path: Path, separator: str, end: str) -> None:
    mark = {"pipe": "|", "tab": "\t"}.get(separator, separator)
    lines = [mark.join(line) for line in (("a", "b"), ("1", "#NULL!"), ("3", "0,5"))]
    (tmp_path / "a.csv").write_bytes((end.join(lines) + end).replace("0,5", '"0,5"').encode())
    raw = read(tmp_path, "a.csv", "csv", separator=separator)
    assert rows(raw) == [("1", "#NULL!"), ("3", "0,5")]


def test_quoted_line_breaks_and_marks_stay(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'a,b\r\n"x\r\ny","say ""z"", w"\r\n5" tall,2\r\n')
    assert rows(read(tmp_path, "a.csv", "csv")) == [("x\r\ny", 'say "z", w'), ('5" tall', "2")]


def test_lines_before_the_header_are_left_out_and_rows_count_data(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Raportti\n\na,b\n1,2\n3\n")
    with pytest.raises(SourceError, match="data row 2: fewer values"):
        read(tmp_path, "a.csv", "csv", header_row=3)
    (tmp_path / "a.csv").write_text("Raportti\n\na,b\n1,2\n")
    raw = read(tmp_path, "a.csv", "csv", header_row=3)
    assert (raw.frame.columns, rows(raw), raw.rows.to_list()) == (["a", "b"], [("1", "2")], [1])
    with pytest.raises(SourceError, match="should name the columns is blank"):
        read(tmp_path, "a.csv", "csv", header_row=2)
    with pytest.raises(SourceError, match="nothing after its first 8 lines"):
        read(tmp_path, "a.csv", "csv", header_row=9)


def test_a_name_given_twice_is_an_error_or_numbered(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("q,id,q ,q (2)\n1,2,3,4\n")
    with pytest.raises(SourceError, match=r"columns 1 and 3 have the same name.*repeated"):
        read(tmp_path, "a.csv", "csv")
    raw = read(tmp_path, "a.csv", "csv", repeated="number")
    assert raw.frame.columns == ["q", "id", "q (3)", "q (2)"]
    assert rows(raw) == [("1", "2", "3", "4")]


def test_a_column_without_a_name_is_called_by_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,,column_2,\n1,x,y,\n2,,,\n")
    assert read(tmp_path, "a.csv", "csv").frame.columns == ["id", "column_2_", "column_2"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_file_name_is_found_however_its_letters_are_composed(tmp_path: Path, form: str) -> None:
    other = {"NFC": "NFD", "NFD": "NFC"}[form]
    folder = tmp_path / unicodedata.normalize(form, "Pöytä")
    folder.mkdir()
    (folder / unicodedata.normalize(form, "väkiluku.csv")).write_text("a\n1\n")
    assert read(tmp_path, unicodedata.normalize(other, "Pöytä/väkiluku.csv"), "csv").frame.height == 1


@pytest.mark.parametrize("separator", ["§", '"', "\n", ""])
def test_a_separator_is_one_plain_character(tmp_path: Path, separator: str) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match="must be one character"):
        read(tmp_path, "a.csv", "csv", separator=separator)


VALUE = st.text(st.sampled_from('ab,"\nä '), max_size=4)


@settings(max_examples=150)
@given(
    table=st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(VALUE, min_size=width, max_size=width), min_size=1)
    ),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    chunk=st.sampled_from([1, 3, 1 << 22]),
)
def test_what_was_written_is_read(table: list[list[str]], end: str, quoting: Any, chunk: int) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator=end, quoting=quoting).writerows([["h"] * len(table[0]), *table])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "_CHUNK", chunk)
        found = read_records(text.getvalue().encode(), ",", "a.csv", limits=Limits()).frame
    assert [[value or "" for value in row] for row in found.rows()] == table


@settings(max_examples=150)
@given(
    widths=st.lists(st.integers(1, 4), min_size=1, max_size=12),
    quoted=st.booleans(),
    last=st.sampled_from(["", "\n"]),
)
def test_a_row_of_another_width_is_never_filled_up(widths: list[int], quoted: bool, last: str) -> None:
    value = '"x"' if quoted else "x"
    lines = [",".join([value] * 3), *(",".join([value] * width) for width in widths)]
    content = ("\n".join(lines) + last).encode()
    wrong = next((row for row, width in enumerate(widths, start=1) if width != 3), None)
    if wrong is None:
        assert read_records(content, ",", "a.csv", limits=Limits()).frame.height == len(widths)
    else:
        with pytest.raises(SourceError, match=f"data row {wrong}:"):
            read_records(content, ",", "a.csv", limits=Limits())


def test_too_many_at_the_end_do_not_make_up_for_too_few() -> None:
    with pytest.raises(SourceError, match="data row 1: fewer values"):
        read_records(b"a,b\nx\nx,y,", ",", "a.csv", limits=Limits())
