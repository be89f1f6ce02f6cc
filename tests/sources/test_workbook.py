"""Workbooks say what their cells show: errors, dates, titles above titles."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from sujuva.errors import SourceError
from sujuva.intake.sniff import sniff
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


def sheet_of(path: Path, cells: str, calculation: str = "") -> None:
    """Write a workbook of one sheet, its cells as given: no program here leaves formulas without a value."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        f'<sheet name="Data" sheetId="1" r:id="r1"/></sheets>{calculation}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)


HEADER = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>q</t></is></c>'
    '<c r="C1" t="inlineStr"><is><t>s</t></is></c></row>'
)
ASKS = '<calcPr calcId="1" fullCalcOnLoad="1"/>'


@pytest.mark.parametrize(
    ("cells", "counted"),
    [
        ('<c r="B2"><f>A2+1</f></c><c r="C2"><f>IF(A2>1,2,"")</f><v/></c>', r"2 cells .*B \(q\): 1, column C \(s\): 1"),
        ('<c r="B2"><f>A2</f><v></v></c><c r="C2"><v>4</v></c>', r"1 cell holds a formula .*\(column B \(q\): 1\)"),
        ('<c r="B2"><f t="shared" ref="B2:B9" si="0">A2</f></c><c r="C2"/>', r"1 cell .*B \(q\): 1\)"),
        ('<c r="B2"/><c r="C2" s="1"/><c r="D2"><f t="shared" si="0"/><v/></c>', r"1 cell .*\(column D: 1\)"),
        ('<c r="B2"><f t="array" ref="B2:C4">A2:A4</f><v/></c>', r"6 cells .*B \(q\): 3, column C \(s\): 3"),
        ('<c r="B2" t="str"><f>A2</f></c>', r"1 cell "),
    ],
)
def test_formulas_never_calculated_are_not_blank(tmp_path: Path, cells: str, counted: str) -> None:
    sheet_of(tmp_path / "a.xlsx", f'{HEADER}<row r="2"><c r="A2"><v>1</v></c>{cells}</row>')
    with pytest.raises(SourceError, match=counted) as caught:
        read(tmp_path, "a.xlsx", "xlsx")
    assert "save it" in caught.value.hint


def test_formulas_with_a_value_have_it(tmp_path: Path) -> None:
    cells = (
        '<c r="A2"><f>1+0</f><v>1</v></c><c r="B2" t="str"><f>IF(A2=1,"","x")</f><v></v></c>'
        '<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    )
    sheet_of(tmp_path / "a.xlsm", f'{HEADER}<row r="2">{cells}</row>')
    (row,) = rows(read(tmp_path, "a.xlsm", "xlsx"))
    assert (row[0], row[1] or "", row[2]) == ("1", "", "#DIV/0!")


def test_nought_is_no_value_where_the_workbook_asks_to_be_calculated(tmp_path: Path) -> None:
    """Some programs write 0 for every formula that they have not calculated."""
    row = '<row r="2"><c r="A2"><v>0</v></c><c r="B2"><f>A2+3</f><v>0</v></c><c r="C2"><f>A2+2</f><v>2</v></c></row>'
    sheet_of(tmp_path / "a.xlsx", HEADER + row)
    assert rows(read(tmp_path, "a.xlsx", "xlsx")) == [("0", "0", "2")]
    sheet_of(tmp_path / "a.xlsx", HEADER + row, ASKS)
    with pytest.raises(SourceError, match=r"1 cell .*column B \(q\): 1"):
        read(tmp_path, "a.xlsx", "xlsx")


def test_formulas_in_the_header_and_across_parts_of_a_large_sheet_are_counted(tmp_path: Path) -> None:
    blank = '<row r="{0}"><c r="A{0}" s="1"/><c r="B{0}" s="1"/></row>'
    many = "".join(blank.format(at) for at in range(3, 60_000))
    last = '<row r="60000"><c r="A60000"><v>1</v></c><c r="C60000"><f>A60000</f></c></row>'
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1"><f>"q"</f><v/></c></row>'
    sheet_of(tmp_path / "a.xlsx", f'{head}<row r="2"><c r="A2"><v>1</v></c></row>{many}{last}')
    with pytest.raises(SourceError, match=r"2 cells .*\(column B: 1, column C: 1\)"):
        read(tmp_path, "a.xlsx", "xlsx")


def test_formulas_of_opendocument_sheets_never_calculated_are_not_blank(tmp_path: Path) -> None:
    space = "urn:oasis:names:tc:opendocument:xmlns"
    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    content = (
        f'<office:document-content xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0" '
        f'xmlns:text="{space}:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="Data"><table:table-row>'
        f"{text.format('id')}{text.format('q')}{text.format('s')}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="2">{text.format("a")}'
        '<table:table-cell table:formula="of:=1+2" table:number-columns-repeated="2"{}/>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    for value, fails in (("", True), (' office:value-type="float" office:value="3"', False)):
        with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr("META-INF/manifest.xml", "<manifest/>")
            archive.writestr("content.xml", content.replace("{}", value))
        if fails:
            with pytest.raises(SourceError, match=r"4 cells .*B \(q\): 2, column C \(s\): 2"):
                read(tmp_path, "a.ods", "xlsx")
        else:
            assert rows(read(tmp_path, "a.ods", "xlsx")) == [("a", "3", "3")] * 2


def container(name: str) -> bytes:
    """Return the beginning of an OLE container, and its directory of a root and one stream."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    entries = b""
    for one, kind in (("Root Entry", 5), (name, 2)):
        text = one.encode("utf-16-le") + b"\0\0"
        entries += text.ljust(64, b"\0") + len(text).to_bytes(2, "little") + bytes([kind]) + bytes(61)
    return header + entries + bytes(256)


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.xlsm", "a"])
def test_a_workbook_with_a_password_says_so(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(container("EncryptedPackage"))
    with pytest.raises(SourceError, match="locked by a password"):
        read(tmp_path, name, "xlsx")
    (sniffed,) = sniff(tmp_path / name)
    assert sniffed.reader.value is None
    assert "password" in sniffed.reader.why


def test_a_damaged_old_workbook_is_not_said_to_have_a_password(tmp_path: Path) -> None:
    text = "EncryptedPackage".encode("utf-16-le") + b"\0\0"
    (tmp_path / "a.xls").write_bytes(container("Workbook") + text.ljust(512, b"x"))
    with pytest.raises(SourceError, match="cannot be read as an Excel workbook"):
        read(tmp_path, "a.xls", "xlsx")
