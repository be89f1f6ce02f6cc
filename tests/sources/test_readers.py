"""Readers hand on what the file says, to the last digit, and turn every bad file into one clear error."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest
import xlsxwriter

from sujuva.errors import SourceError
from sujuva.sources import RawTable, Source, read_source, textual
from sujuva.sources.raw import ungrouped

FEEDS = [{"table": "area_indicators", "columns": {}}]


def read(folder: Path, file: str, reader: str, **options: Any) -> RawTable:
    source = Source.model_validate({"name": "one", "file": file, "reader": reader, "options": options, "feeds": FEEDS})
    return read_source(folder, source)


def rows(raw: RawTable) -> list[dict[str, Any]]:
    return textual(raw.frame).to_dicts()


def test_csv_keeps_zeros_blanks_and_quoted_separators(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes('id;nimi\r\n007;"Aho; Öö"\r\n;\r\n8; x\r\n\r\n;\r\n'.encode("iso-8859-1"))
    raw = read(tmp_path, "a.csv", "csv", separator=";", encoding="iso-8859-1", decimal=",")
    assert rows(raw) == [{"id": "007", "nimi": "Aho; Öö"}, {"id": None, "nimi": None}, {"id": "8", "nimi": " x"}]
    assert raw.rows.to_list() == [1, 2, 3]
    assert raw.decimals == ","


def test_csv_without_a_header_takes_its_names_from_the_options(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1,2\n3,4\n")
    assert rows(read(tmp_path, "a.csv", "csv", header=False, columns=["x", "y"]))[0] == {"x": "1", "y": "2"}
    with pytest.raises(SourceError, match="has 2 columns, but the option columns names 1"):
        read(tmp_path, "a.csv", "csv", header=False, columns=["x"])


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbfid,x\n1,2\n")
    assert read(tmp_path, "a.csv", "csv").frame.columns == ["id", "x"]


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("nimi\nSecretä\n".encode("iso-8859-1"), {}, r"line 2: the bytes are not utf-8 text.*encoding"),
        ("nimi\nSecretä\n".encode(), {"encoding": "iso-8859-1"}, "is UTF-8 text"),
        (b"PK\x03\x04\x00\x00", {}, "holds bytes that no text has"),
        (b"a,b\n1,2\nSecret,2,3\n", {}, "data row 2: 3 values where the first row has 2"),
        (b"a,b,c\n1,2,3\nSecret,2\n", {}, "data row 2: fewer values"),
        (b'a,b\n1,"x,\ny"\nSecret\n', {}, "data row 2: fewer values"),
        (b'a,b\n1,"Secret\n3,4\n', {}, "quotation mark"),
        (b"a;b\n1;2\n", {}, "header is one column.*separator"),
        (b"a;b\n1;2\n", {"separator": ";;"}, "must be one character"),
        (b"a,b\n", {}, "no data rows"),
        (b"a,b\n , \n,\n", {}, "no data rows"),
        (b"", {}, "is empty"),
        (b" \n", {}, "is empty"),
        (b"a\n1\n", {"header": False}, "option columns exactly when"),
    ],
)
def test_a_bad_csv_is_one_clear_error(tmp_path: Path, content: bytes, options: dict[str, Any], message: str) -> None:
    (tmp_path / "bad.csv").write_bytes(content)
    with pytest.raises(SourceError, match=f"(?s)bad.csv.*{message}|{message}.*bad.csv") as caught:
        read(tmp_path, "bad.csv", "csv", **options)
    _tells_no_value(caught.value, "Secret")


def _tells_no_value(error: BaseException | None, secret: str) -> None:
    while error is not None:
        assert secret not in str(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def test_a_missing_file_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "kysely_2024.csv").write_text("a\n1\n")
    with pytest.raises(SourceError, match=r"kysely_2023.csv is not in.*'kysely_2024.csv'"):
        read(tmp_path, "kysely_2023.csv", "csv")


def _workbook(path: Path) -> None:
    book = xlsxwriter.Workbook(path)
    sheet, empty = book.add_worksheet("Vastaukset"), book.add_worksheet("Tyhjä")
    assert empty is not None
    day = book.add_format({"num_format": "d.m.yyyy hh:mm"})
    sheet.write(0, 0, "Raportti")
    sheet.write_row(3, 0, [" id ", "w", "t"])
    sheet.write_row(4, 0, ["007", 1 / 3])
    sheet.write_datetime(4, 2, dt.datetime(2024, 3, 31, 10, 5), day)  # noqa: DTZ001  cells have no zone
    sheet.write_row(6, 0, ["0.30", "-", "  "])
    sheet.write_row(7, 0, [8, 1e-12])
    sheet.write_row(9, 0, ["  "])
    sheet.write_blank(4, 5, None, day)
    book.close()


def test_xlsx_keeps_every_digit_and_the_text_of_cells(tmp_path: Path) -> None:
    _workbook(tmp_path / "a.xlsx")
    raw = read(tmp_path, "a.xlsx", "xlsx", sheet="Vastaukset", header_row=4)
    assert rows(raw) == [
        {"id": "007", "w": str(1 / 3), "t": "2024-03-31 10:05:00"},
        {"id": None, "w": None, "t": None},
        {"id": "0.30", "w": "-", "t": "  "},
        {"id": "8", "w": "1e-12", "t": None},
    ]


def test_a_bad_workbook_is_one_clear_error(tmp_path: Path) -> None:
    _workbook(tmp_path / "a.xlsx")
    whole = (tmp_path / "a.xlsx").read_bytes()
    (tmp_path / "half.xlsx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match=r"half.xlsx cannot be read as an Excel workbook"):
        read(tmp_path, "half.xlsx", "xlsx")
    with pytest.raises(SourceError, match=r"no sheet 'Vastaus'.*'Vastaukset'"):
        read(tmp_path, "a.xlsx", "xlsx", sheet="Vastaus")
    with pytest.raises(SourceError, match="'Tyhjä' is empty"):
        read(tmp_path, "a.xlsx", "xlsx", sheet="Tyhjä")
    with pytest.raises(SourceError, match=r"a.xlsx"):
        read(tmp_path, "a.xlsx", "xlsx", header_row=60)


def test_sav_gives_codes_or_labels_and_knows_declared_missing(tmp_path: Path) -> None:
    frame = pl.DataFrame({"q": [1.0, 2.0, 9.0, None], "s": ["a", "b", "", "c"], "x": [0.1, 1 / 3, 2.0, 1e20]})
    pyreadstat.write_sav(
        frame,
        tmp_path / "a.sav",
        variable_value_labels={"q": {1: "Kyllä", 2: "Ei"}},
        missing_ranges={"q": [9]},
    )
    codes = read(tmp_path, "a.sav", "sav")
    assert textual(codes.frame)["q"].to_list() == ["1", "2", "9", None]
    assert textual(codes.frame)["x"].to_list()[1] == str(1 / 3)
    assert codes.declared_missing["q"].to_list() == [False, False, True, False]
    labels = read(tmp_path, "a.sav", "sav", labels=True, user_missing=False)
    assert textual(labels.frame)["q"].to_list() == ["Kyllä", "Ei", "9", None]
    assert not labels.declared_missing


@pytest.mark.parametrize("reader", ["sav", "parquet", "xlsx"])
def test_wrong_bytes_are_one_clear_error(tmp_path: Path, reader: str) -> None:
    (tmp_path / "a.bin").write_bytes(b"id,name\n1,Secret\n" * 40)
    with pytest.raises(SourceError, match=r"a.bin cannot be read") as caught:
        read(tmp_path, "a.bin", reader)
    _tells_no_value(caught.value, "Secret")


def test_truncated_files_are_one_clear_error(tmp_path: Path) -> None:
    frame = pl.DataFrame({"q": [float(value) for value in range(2000)]})
    pyreadstat.write_sav(frame, tmp_path / "a.sav")
    frame.write_parquet(tmp_path / "a.parquet")
    for name, reader in (("a.sav", "sav"), ("a.parquet", "parquet")):
        whole = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(whole[: len(whole) // 2])
        with pytest.raises(SourceError, match=f"{name} cannot be read"):
            read(tmp_path, name, reader)


def test_parquet_types_become_exact_text(tmp_path: Path) -> None:
    pl.DataFrame(
        {
            "f": [2.0, 0.1 + 0.2, float("nan")],
            "i": [1, None, -3],
            "b": [True, False, None],
            "t": [dt.datetime(2024, 1, 2, 3, 4, 5), None, dt.datetime(2024, 1, 2, 3, 4, 5, 600000)],  # noqa: DTZ001
            "d": [dt.date(2024, 1, 2), None, None],
            "l": [[1, 2], None, []],
            "n": [None, None, None],
        }
    ).write_parquet(tmp_path / "a.parquet")
    text = textual(read(tmp_path, "a.parquet", "parquet").frame)
    assert text["f"].to_list() == ["2", "0.30000000000000004", None]
    assert text["i"].to_list() == ["1", None, "-3"]
    assert text["b"].to_list() == ["true", "false", None]
    assert text["t"].to_list() == ["2024-01-02 03:04:05", None, "2024-01-02 03:04:05.600"]
    assert text["d"].to_list() == ["2024-01-02", None, None]
    assert text["l"].to_list() == ['{"l":[1,2]}', None, '{"l":[]}']
    assert text["n"].to_list() == [None, None, None]


def test_a_long_number_is_the_same_text_in_every_file(tmp_path: Path) -> None:
    """Keys of persons are hashed as text: written in two ways they would be two persons."""
    keys = [7, 1_234_567_890_123_456, 2**53]
    (tmp_path / "a.csv").write_text("k\n" + "\n".join(str(key) for key in keys) + "\n")
    numbers = pl.DataFrame({"k": [float(key) for key in keys]})
    pyreadstat.write_sav(numbers, tmp_path / "a.sav")
    pyreadstat.write_dta(numbers, tmp_path / "a.dta")
    numbers.write_parquet(tmp_path / "float.parquet")
    pl.DataFrame({"k": keys}).write_parquet(tmp_path / "int.parquet")
    pl.DataFrame({"k": keys}).cast(pl.Decimal(38, 2)).write_parquet(tmp_path / "decimal.parquet")
    files = {"a.csv": "csv", "a.sav": "sav", "a.dta": "dta"}
    files |= dict.fromkeys(("float.parquet", "int.parquet", "decimal.parquet"), "parquet")
    for name, reader in files.items():
        text = [row["k"] for row in rows(read(tmp_path, name, reader))]
        assert text == [str(key) for key in keys], name


def test_a_decimal_keeps_a_fraction_that_says_something(tmp_path: Path) -> None:
    frame = pl.DataFrame({"x": ["12.50", "100.00", None, "-0.05"]}).cast(pl.Decimal(10, 2))
    frame.write_parquet(tmp_path / "a.parquet")
    text = [row["x"] for row in rows(read(tmp_path, "a.parquet", "parquet"))]
    assert text == ["12.50", "100", None, "-0.05"]


def test_sotkanet_exports_name_their_columns(tmp_path: Path) -> None:
    line = '"Osuus, %";"288";"Akaa";"020";"yhteensä";2011;14,3;\r\n'
    (tmp_path / "s.csv").write_bytes(line.encode("iso-8859-1"))
    raw = read(tmp_path, "s.csv", "sotkanet")
    assert rows(raw) == [
        {
            "title": "Osuus, %",
            "indicator": "288",
            "area_name": "Akaa",
            "area": "020",
            "gender": "yhteensä",
            "year": "2011",
            "value": "14,3",
            "absolute": None,
        }
    ]


@pytest.mark.parametrize(
    ("file", "encoding", "separator", "expected"),
    [
        ("väkiluku.csv", "iso-8859-1", ";", ("Vuosi", "Alue", "Äänioikeutetut")),
        ("Ehdokas_data.csv", "utf-8", ";", ("Tiedot", "Vuosi", "Alue", "Puolue", "Yhteensä", "Miehet", "Naiset")),
        ("sukupuolijakauma.csv", "utf-8-sig", ";", ("Kunta", "Ikä", "Yhteensä", "Miehet", "Naiset")),
    ],
)
def test_finnish_csv(shared_data: Path, file: str, encoding: str, separator: str, expected: tuple[str, ...]) -> None:
    raw = read(shared_data / "formats" / "finnish-csv", file, "csv", encoding=encoding, separator=separator)
    assert tuple(raw.frame.columns) == expected
    assert raw.frame.height > 100


def test_spss_oddities(shared_data: Path) -> None:
    folder = shared_data / "formats" / "spss"
    umlauts = textual(read(folder, "umlauts.sav", "sav", labels=True).frame)
    assert umlauts["var1"].to_list() == ["the ä umlaut", "the ü umlaut", "the ä umlaut", "the ö umlaut"]
    declared = read(folder, "sample_missing.sav", "sav")
    assert {name: int(mask.sum()) for name, mask in declared.declared_missing.items()} == {
        "mynum": 2,
        "mylabl": 1,
        "myord": 2,
    }
    with pytest.raises(SourceError, match=r"datetime.sav.*'date.posix'.*beyond the year 9999"):
        read(folder, "datetime.sav", "sav")


# A byte of nought, a line break, a tab, ESC, a mark of direction, and a character of no width.
ODD = "we\x00ll\nbe\ting\x1b\u202e\u200b"


def test_control_characters_in_names_of_columns_are_cleaned(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f'id,"{ODD}"\n1,2\n'.replace("\x00", ""), encoding="utf-8")
    pl.DataFrame({"id": [1], ODD: [2], "\x00": [3]}).write_parquet(tmp_path / "a.parquet")
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", ODD.replace("\x00", "").replace("\x1b", "")])
        sheet.write_row(1, 0, [1, 2])
    assert read(tmp_path, "a.csv", "csv").frame.columns == ["id", "well be ing"]
    assert read(tmp_path, "a.xlsx", "xlsx").frame.columns == ["id", "well be ing"]
    assert read(tmp_path, "a.parquet", "parquet").frame.columns == ["id", "well be ing", "column_3"]


def test_names_that_differ_in_control_characters_alone_are_an_error_or_numbered(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('q,"q\x1b"\n1,2\n', encoding="utf-8")
    pl.DataFrame({"q": [1], "q\x00": [2]}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(SourceError, match="columns 1 and 2 have the same name"):
        read(tmp_path, "a.csv", "csv")
    assert read(tmp_path, "a.csv", "csv", repeated="number").frame.columns == ["q", "q (2)"]
    with pytest.raises(SourceError, match="names of columns 1 and 2 look the same"):
        read(tmp_path, "a.parquet", "parquet")


def test_a_text_in_a_workbook_may_have_blanks_between_thousands(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["x"])
        sheet.write_column(1, 0, ["1 234,5", 1234.5, 2])
    raw = read(tmp_path, "a.xlsx", "xlsx", decimal=",", thousands="blank")
    assert ungrouped(raw.frame["x"], raw).to_list() == ["1234,5", "1234.5", "2"]
    with pytest.raises(SourceError, match="thousands"):
        read(tmp_path, "a.xlsx", "xlsx", decimal=",", thousands=".")
