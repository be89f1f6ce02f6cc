from __future__ import annotations

import zipfile

import fastexcel
import polars as pl
import pyreadstat
import pytest

from sujuva.example import writers
from sujuva.example.writers import XlsxSheet, write_delimited, write_parquet, write_sav, write_xlsx


@pytest.fixture
def rows():
    return pl.DataFrame({"Nimi": ["Mänttä; itä", None, 'sanoi "ei"'], "Arvo": ["1,5", "", "2"]})


def test_csv_speaks_the_encoding_and_quotes_what_needs_it(rows, tmp_path):
    write_delimited(rows, tmp_path / "a.csv", encoding="iso-8859-1")
    assert (tmp_path / "a.csv").read_bytes().decode("iso-8859-1") == (
        'Nimi;Arvo\r\n"Mänttä; itä";1,5\r\n;\r\n"sanoi ""ei""";2\r\n'
    )


def test_csv_can_start_with_a_byte_order_mark_or_have_no_header(rows, tmp_path):
    write_delimited(rows, tmp_path / "a.csv", encoding="utf-8-sig", header=False, quoted=["Nimi"])
    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(b'\xef\xbb\xbf"M')
    assert content.decode("utf-8-sig").splitlines()[1:] == ['"";', '"sanoi ""ei""";2']


def test_sav_keeps_labels_and_hides_the_moment(tmp_path):
    rows = pl.DataFrame({"tunnus": ["V1", "V2"], "pconsid": [2.0, 9.0]})
    path = tmp_path / "a.sav"
    labels = {"tunnus": "Vastaaja", "pconsid": "Väittämä 1"}
    write_sav(
        rows, path, title="Koe", labels=labels, values={"pconsid": {2.0: "Kyllä"}}, user_missing={"pconsid": [9.0]}
    )
    frame, meta = pyreadstat.read_sav(str(path), user_missing=True, output_format="polars")
    assert frame["pconsid"].to_list() == [2.0, 9.0]
    assert meta.column_names_to_labels == labels
    assert meta.missing_ranges == {"pconsid": [{"lo": 9.0, "hi": 9.0}]}
    assert meta.creation_time == writers.FIXED


def test_xlsx_has_its_header_below_the_title_and_a_fixed_date(rows, tmp_path):
    path = tmp_path / "a.xlsx"
    write_xlsx([XlsxSheet("Yksi", rows, ("Otsikko", "")), XlsxSheet("Kaksi", rows)], path, title="Koe")
    book = fastexcel.read_excel(path)
    assert book.sheet_names == ["Yksi", "Kaksi"]
    assert book.load_sheet("Yksi", header_row=2).to_polars().columns == ["Nimi", "Arvo"]
    with zipfile.ZipFile(path) as parts:
        assert b"2025-02-14T12:00:00Z" in parts.read("docProps/core.xml")
        assert {part.date_time[0] for part in parts.infolist()} == {1980}  # the first year that a zip knows


def test_parquet_keeps_the_order_of_rows(rows, tmp_path):
    write_parquet(rows, tmp_path / "a.parquet")
    assert pl.read_parquet(tmp_path / "a.parquet").equals(rows)
