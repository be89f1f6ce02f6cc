"""From bytes to reader and options, for files of every flavour."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.intake.delimited import decoded, is_header, layout_of
from sujuva.intake.sniff import sniff
from sujuva.sources import READERS

ENCODINGS = ["utf-8", "utf-8-sig", "iso-8859-1", "windows-1252", "utf-16"]
WORDS = ["Kyllä", "Ei", "Mökki", "Äiti", "hyvä päivä", "Åbo", "ehkä", "joskus; usein", "a, b"]


@settings(max_examples=120)
@given(
    encoding=st.sampled_from(ENCODINGS),
    separator=st.sampled_from([";", ",", "\t"]),
    decimal=st.sampled_from([",", "."]),
    numbers=st.lists(st.tuples(st.integers(0, 999), st.integers(1, 99)), min_size=4, max_size=30),
    words=st.lists(st.sampled_from(WORDS), min_size=4, max_size=30),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_the_flavour_of_a_csv_is_found(encoding, separator, decimal, numbers, words, line_end):
    """Law: whatever the encoding, separator and decimal mark, reading with what was found gives what was written."""
    rows = list(zip(numbers, words, strict=False))
    # The letter that tells the two one-byte encodings apart, and one that is no ASCII.
    mark = "Päivä – 1" if encoding == "windows-1252" else "Päivä 1"
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator=line_end)
    writer.writerow(["Vastaajatunnus", "pituus", "Sana", mark])
    written = [[f"V{at}", f"{whole}{decimal}{part}", word, str(at)] for at, ((whole, part), word) in enumerate(rows)]
    writer.writerows(written)
    with TemporaryDirectory() as name:
        path = Path(name) / "export.csv"
        path.write_bytes(out.getvalue().encode(encoding))
        (one,) = sniff(path)
        said = {key: guess.value for key, guess in one.options.items()}
        assert (one.reader.value, said["encoding"], said["separator"]) == ("csv", encoding, separator)
        assert said["decimal"] == decimal
        reader = READERS["csv"]
        raw = reader.read(path, reader.options.model_validate(said))
    assert raw.frame.columns == ["Vastaajatunnus", "pituus", "Sana", mark]
    assert [list(row) for row in raw.frame.iter_rows()] == written


@pytest.mark.parametrize(
    ("content", "encoding", "word"),
    [
        (b"abc", "utf-8", "sure"),
        ("ää".encode(), "utf-8", "sure"),
        ("ää".encode("utf-8-sig"), "utf-8-sig", "sure"),
        ("ää".encode("latin-1"), "iso-8859-1", "likely"),
        ("5 €".encode("cp1252"), "windows-1252", "likely"),
        ("ää".encode("utf-16"), "utf-16", "sure"),
        (b"\x81\xe4", "iso-8859-1", "a weak guess"),
    ],
)
def test_the_encoding(content: bytes, encoding: str, word: str):
    found = decoded(content)
    assert found is not None
    assert (found[1].value, found[1].word) == (encoding, word)


@pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_an_encoding_that_no_reader_has_is_not_guessed(coding: str):
    assert decoded("tunnus;q1\nV1;ä\n".encode(coding).removeprefix(b"\xff\xfe\0\0")) is None


def test_bytes_that_are_no_text():
    assert decoded(b"\x00\x01\x02\x00\x00\x07") is None


def test_decimal_commas_do_not_make_columns():
    layout = layout_of("tunnus;paino;pituus\n1;3,5;1,2\n2;4,5;1,3\n3;4,5;1,3\n")
    assert layout is not None
    assert (layout.separator.value, layout.width, layout.decimal.value) == (";", 3, ",")


def test_titles_above_the_header_are_skipped_by_line():
    layout = layout_of("Kysely 2024\n\nVastaukset\nvuosi;alue;q1\n2024;Oulu;1\n2024;Oulu;2\n2023;Oulu;2\n")
    assert layout is not None
    assert (layout.header_row.value, layout.width) == (4, 3)


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["vastaaja", "q1"], ["V1", "3"]], True),
        ([["Ikä", "Väri"], ["5", "sininen"], ["6", "punainen"]], True),
        ([["V00001", "Maija", "3"], ["V00002", "Liisa", "4"]], False),
        ([["V00001", "Maija"], ["V00002", "Liisa"]], False),
        ([["Maija", "tyttö"], ["Liisa", "tyttö"]], False),
        ([["Maija", "A"], ["Liisa", "B"]], False),
        ([["Maija"], ["Liisa"], ["Anna"]], False),
        ([["nimi", "maija@example.org"], ["x", "y"]], False),
        ([["2024-01-01", "x"], ["2024-01-02", "y"]], False),
    ],
)
def test_what_a_header_is(rows: list[list[str]], header: bool):
    """A row of a person taken for a header would put that person into the draft as names of columns."""
    assert is_header(rows) is header


@pytest.mark.parametrize(
    ("name", "content", "reader", "kind"),
    [
        ("a.xes", b'<?xml version="1.0"?>\n<log xes.version="1.0"></log>', "xes", "XES"),
        ("a.dta", b"<stata_dta><header><release>118</release>", "dta", "Stata"),
        ("a.sav", b"$FL2@(#) SPSS DATA FILE", "sav", "SPSS"),
        ("renamed.csv", b"PAR1abc", "parquet", "Parquet"),
        ("notes.md", b"# Notes; and more\n", None, "text"),
        ("a.json", b'{"a": 1}', None, "text"),
        ("a.bin", bytes(range(256)), None, "unknown"),
        ("empty.csv", b"", None, "empty file"),
        ("a.csv.gz", b"\x1f\x8b\x08\x00", None, "packed file"),
    ],
)
def test_formats_by_their_first_bytes(tmp_path: Path, name: str, content: bytes, reader: str | None, kind: str):
    (tmp_path / name).write_bytes(content)
    (one,) = sniff(tmp_path / name)
    assert one.format == kind
    assert one.reader.value == (reader if reader in READERS else None)


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)


def test_sheets_of_a_workbook(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    rows: list[list[object]] = [["Raportti"], [], ["vastaaja", "vuosi", "q1"], ["V1", 2024, 3], ["V2", 2024, 4]]
    workbook(path, {"Tiedot": rows, "Tyhjä": [], "Rivit": [["Maija", 3], ["Liisa", 4]]})
    found = sniff(path)
    assert [one.sheet for one in found] == ["Tiedot", "Tyhjä", "Rivit"]
    assert found[0].options["header_row"].value == 3
    assert [one.reader.value for one in found] == ["xlsx", None, None]


def test_blank_rows_above_the_titles_count(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    rows: list[list[object]] = [
        [],
        [],
        ["", "Raportti"],
        [],
        ["vastaaja", "vuosi", "q1"],
        ["V1", 2024, 3],
        ["V2", 2024, 4],
    ]
    workbook(path, {"T": rows})
    (one,) = sniff(path)
    assert one.options["header_row"].value == 5
    reader = READERS["xlsx"]
    raw = reader.read(path, reader.options.model_validate({key: guess.value for key, guess in one.options.items()}))
    assert raw.frame.columns == ["vastaaja", "vuosi", "q1"]


def test_parquet_is_known_by_its_bytes(tmp_path: Path):
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "data.dat")
    (one,) = sniff(tmp_path / "data.dat")
    assert one.reader.value == "parquet"


@pytest.mark.parametrize(
    ("values", "thousands", "decimal"),
    [
        (["1 234,5", "12 345", ".."], "blank", ","),
        (["1\u00a0234\u00a0567", "12", ""], "blank", None),
        (["1.234.567", "12.345"], ".", ","),
        (["1.234,5", "999"], ".", ","),
        (["1'234.5", "7"], "'", "."),
        (["1,234.5", "7"], ",", "."),
        (["1.234", "12.345"], None, "."),
        (["1,5", "12,345"], None, ","),
        (["040 123", "050 456"], None, None),
        (["1 234 kpl", "12"], None, None),
    ],
)
def test_what_stands_between_thousands_is_found(values, thousands, decimal):
    layout = layout_of("area;value\n" + "".join(f"a{at};{value}\n" for at, value in enumerate(values * 2)))
    assert (layout.thousands.value, layout.decimal.value) == (thousands, decimal)


def test_three_digits_behind_the_only_mark_are_doubtful():
    doubtful = layout_of("area;value\na;1.234\nb;12.345\n")
    plain = layout_of("area;value\na;1.234\nb;12.3\n")
    assert (doubtful.decimal.value, plain.decimal.value) == (".", ".")
    assert doubtful.decimal.sureness < plain.decimal.sureness
