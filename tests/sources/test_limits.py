"""A file that asks for more than the machine has is one clear error, told before any library unpacks it."""

from __future__ import annotations

import gzip
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.errors import CodebookError, SourceError
from sujuva.intake.draft import draft_folder
from sujuva.intake.opened import open_table
from sujuva.intake.sniff import sniff
from sujuva.sources import limits, load_sources, package
from sujuva.sources.extent import Extent
from sujuva.sources.limits import Limits, TooLargeError, has_gap
from sujuva.sources.sheet import measured
from sujuva.sources.times import shapes
from tests.sources.reading import read, rows

SMALL = {"memory": 1}


def repack(path: Path, change: Callable[[str, bytes], bytes]) -> None:
    """Write a zip archive anew with its parts changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, change(name, content))


def workbook(path: Path, grid: list[list[Any]], **pages: list[list[Any]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        for name, rows_ in {"Sheet1": grid, **pages}.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows_):
                sheet.write_row(at, 0, row)


@pytest.fixture
def bomb(tmp_path: Path) -> Path:
    """A workbook of a few hundred bytes a column that unpacks to 32 MB of text."""
    workbook(tmp_path / "a.xlsx", [["name"], *([["x" * 32_000]] * 1000)])
    return tmp_path / "a.xlsx"


@pytest.mark.parametrize("strange", [False, True])
def test_a_text_that_cells_repeat_is_measured_before_it_is_read(bomb: Path, *, strange: bool) -> None:
    def oddly(name: str, content: bytes) -> bytes:
        return content.replace(b"<v>", b"<v><!-- -->") if "sheet1" in name else content

    if strange:
        repack(bomb, oddly)
    assert bomb.stat().st_size < 20_000
    with pytest.raises(
        TooLargeError, match=r"a.xlsx, sheet 'Sheet1' is too large: 1,001 rows by 1 columns, its texts"
    ) as caught:
        read(bomb.parent, "a.xlsx", "xlsx", limits={"memory": 50})
    assert "limits: {memory: " in str(caught.value)
    assert caught.value.hint.index("memory")
    assert "xxx" not in str(caught.value)


def test_a_limit_can_be_raised_by_who_trusts_the_file(bomb: Path) -> None:
    assert read(bomb.parent, "a.xlsx", "xlsx", limits={"memory": 200}).frame.height == 1000


def test_a_million_references_to_long_texts_end_in_words(tmp_path: Path) -> None:
    """The limits as they are, and a file of 300 kB that would take 5,800 MB."""
    workbook(tmp_path / "a.xlsx", [["x" * 32_000]])
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (at, at) for at in range(1, 60_001))

    def many(name: str, content: bytes) -> bytes:
        start, end = content.find(b"<sheetData>"), content.find(b"</sheetData>")
        return content[: start + 11] + cells + content[end:] if "sheet1" in name else content

    repack(tmp_path / "a.xlsx", many)
    assert (tmp_path / "a.xlsx").stat().st_size < 400_000
    found = sniff(tmp_path / "a.xlsx")
    assert [one.reader.value for one in found] == [None]
    assert "too large: 60,000 rows by 1 columns, its texts written out 1,92" in found[0].reader.why
    with pytest.raises(SourceError, match="too large"):
        open_table(tmp_path / "a.xlsx")


def sheet_xml(path: Path, data: bytes, head: bytes = b"") -> None:
    workbook(path, [["x"]])

    def change(name: str, content: bytes) -> bytes:
        if "sheet1" not in name:
            return content
        start, end = content.find(b"<sheetData>"), content.find(b"</sheetData>")
        return (content[: start + 11] + data + content[end:]).replace(b"?>", b"?>" + head, 1)

    repack(path, change)


def test_cells_that_do_not_say_where_they_stand_are_counted(tmp_path: Path) -> None:
    sheet_xml(
        tmp_path / "a.xlsx", b"<row>" + b"<c><v>1</v></c>" * 3000 + b"</row>" + b"<row><c><v>1</v></c></row>" * 400
    )
    with pytest.raises(TooLargeError, match="401 rows by 3,000 columns"):
        read(tmp_path, "a.xlsx", "xlsx", limits={"memory": 100})


def test_documents_types_and_entities_in_a_sheet_are_refused(tmp_path: Path) -> None:
    head = b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    sheet_xml(tmp_path / "a.xlsx", b'<row r="1"><c r="A1" t="str"><v>&c;</v></c></row>', head)
    with pytest.raises(SourceError, match="declares entities or a document type"):
        read(tmp_path, "a.xlsx", "xlsx")


def test_one_long_text_of_a_sheet_is_told(tmp_path: Path) -> None:
    sheet_xml(tmp_path / "a.xlsx", b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b"x" * 9000 + b"</t></is></c></row>")
    with pytest.raises(TooLargeError, match="a value is longer than the 5,000 bytes"):
        read(tmp_path, "a.xlsx", "xlsx", limits={"value": 5000})
    workbook(tmp_path / "b.xlsx", [["x" * 9000], ["y"]])
    with pytest.raises(TooLargeError, match="a value is longer than the 5,000 bytes"):
        read(tmp_path, "b.xlsx", "xlsx", limits={"value": 5000, "memory": 1})


def test_too_many_columns_are_told(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", [list(range(60))])
    with pytest.raises(TooLargeError, match=r"is too wide: 60 columns, and 50 are allowed"):
        read(tmp_path, "a.xlsx", "xlsx", limits={"columns": 50})


@pytest.mark.parametrize("told", [None, 10])
def test_an_archive_is_measured_by_what_it_unpacks_to_and_not_by_what_it_says(tmp_path: Path, told: int | None) -> None:
    path = tmp_path / "a.xlsx"
    workbook(path, [["x"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", bytes(3_000_000))
    content = path.read_bytes()
    if told is not None:  # the directory at the end of the archive lies about the length
        size = (3_000_000).to_bytes(4, "little")
        assert content.count(size) >= 1
        path.write_bytes(content.replace(size, told.to_bytes(4, "little")))
    with pytest.raises(TooLargeError, match=r"a.xlsx is too large: it unpacks to [23],[0-9,]+ bytes or more"):
        read(tmp_path, "a.xlsx", "xlsx", limits={"memory": 2})


def test_thousands_of_packed_files_or_sheets_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workbook(tmp_path / "a.xlsx", [["x"]], two=[["y"]])
    from sujuva.sources import workbook as reader

    with monkeypatch.context() as patch:
        patch.setattr(package, "_FILES", 5)
        with pytest.raises(TooLargeError, match="files are packed in it, and 5 are allowed"):
            read(tmp_path, "a.xlsx", "xlsx")
    monkeypatch.setattr(reader, "_SHEETS", 1)
    with pytest.raises(TooLargeError, match="2 sheets, and 1 are allowed"):
        read(tmp_path, "a.xlsx", "xlsx")


def test_an_archive_within_an_archive_is_not_opened(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", [["x"], ["y"]])
    inner = (tmp_path / "a.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx", "a") as archive:
        archive.writestr("xl/embeddings/a.xlsx", inner)
    assert rows(read(tmp_path, "a.xlsx", "xlsx")) == [("y",)]


OPEN = "urn:oasis:names:tc:opendocument:xmlns"
KINDS = b"application/vnd.oasis.opendocument.spreadsheet"


def open_document(path: Path, table: str, head: str = "") -> None:
    content = (
        f'<?xml version="1.0"?>{head}<office:document-content xmlns:office="{OPEN}:office:1.0" '
        f'xmlns:table="{OPEN}:table:1.0" xmlns:text="{OPEN}:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="s">{table}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", KINDS)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", '<manifest:manifest xmlns:manifest="x"/>')


CELL = (
    '<table:table-cell table:number-columns-repeated="{}" office:value-type="string"><text:p>{}</text:p>'
    "</table:table-cell>"
)
ROW = '<table:table-row table:number-rows-repeated="{}">{}</table:table-row>'


@pytest.mark.parametrize(
    "table",
    [ROW.format(100_000, CELL.format(900, "a")), ROW.format(1, CELL.format(1, 'a<text:s text:c="900000000"/>'))],
)
def test_cells_that_stand_for_many_are_measured(tmp_path: Path, table: str) -> None:
    open_document(tmp_path / "a.ods", table)
    with pytest.raises(TooLargeError, match=r"a.ods, sheet 's' is too large"):
        read(tmp_path, "a.ods", "xlsx", limits={"memory": 2000})


def test_an_open_document_may_declare_nothing(tmp_path: Path) -> None:
    open_document(tmp_path / "a.ods", "", '<!DOCTYPE x [<!ENTITY a "b">]>')
    with pytest.raises(SourceError, match=r"a.ods declares entities"):
        read(tmp_path, "a.ods", "xlsx")


def test_a_binary_workbook_is_tried_with_no_more_memory_than_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sujuva.sources import trial
    from sujuva.sources import workbook as reader

    (tmp_path / "a.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(SourceError, match="cannot be read as an Excel workbook"):
        read(tmp_path, "a.xls", "xlsx")
    monkeypatch.setattr(reader, "_TRY", "held = bytearray(800_000_000)")
    monkeypatch.setattr(trial, "_OWN", 500_000_000)
    with pytest.raises(TooLargeError, match=r"a.xls is too large: a workbook of a binary kind"):
        read(tmp_path, "a.xls", "xlsx", limits=SMALL)


def test_a_file_of_a_statistics_program_is_tried_with_no_more_memory_than_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sujuva.sources import labelled, trial

    pyreadstat.write_sav(pl.DataFrame({"a": [1.0]}), tmp_path / "a.zsav", compress=True)
    monkeypatch.setattr(labelled, "_TRY", "held = bytearray(800_000_000)")
    monkeypatch.setattr(trial, "_OWN", 500_000_000)
    with pytest.raises(TooLargeError, match=r"a.zsav is too large: an SPSS file that unpacks to more than it shows"):
        read(tmp_path, "a.zsav", "sav", limits=SMALL)


def test_a_parquet_file_is_measured_by_its_footer(tmp_path: Path) -> None:
    pl.DataFrame({"a": pl.repeat("x", 200_000, eager=True), "b": pl.repeat(1, 200_000, eager=True)}).write_parquet(
        tmp_path / "a.parquet"
    )
    assert (tmp_path / "a.parquet").stat().st_size < 10_000
    with pytest.raises(TooLargeError, match=r"a.parquet is too large: 200,000 rows of 2 columns in [0-9]+ row groups"):
        read(tmp_path, "a.parquet", "parquet", limits=SMALL)
    with pytest.raises(TooLargeError, match="too wide: 2 columns"):
        read(tmp_path, "a.parquet", "parquet", limits={"columns": 1})


def log(events: str) -> bytes:
    return f"<log><trace>{events}</trace></log>".encode()


@pytest.mark.parametrize("packed", [False, True])
def test_a_log_is_measured_while_it_is_unpacked(tmp_path: Path, *, packed: bool) -> None:
    content = log('<event><string key="a" value="b"/></event>' * 6000)
    (tmp_path / "a.xes").write_bytes(gzip.compress(content) if packed else content)
    with pytest.raises(TooLargeError, match=r"a.xes is too large: (it unpacks|the file has)"):
        read(tmp_path, "a.xes", "xes", limits=SMALL)


def test_names_that_no_other_event_has_do_not_fill_the_memory(tmp_path: Path) -> None:
    events = "".join(f'<event><string key="k{at}" value="b"/></event>' for at in range(1000))
    (tmp_path / "a.xes").write_bytes(log(events))
    with pytest.raises(TooLargeError, match="1,000 events with 1,000 attributes"):
        read(tmp_path, "a.xes", "xes", limits={"memory": 15})
    with pytest.raises(TooLargeError, match="too wide: 1,000 columns"):
        read(tmp_path, "a.xes", "xes", limits={"columns": 100})


def test_a_long_value_and_a_deep_one_of_a_log_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.xes").write_bytes(log(f'<event><string key="a" value="{"x" * 50_000}"/></event>'))
    with pytest.raises(TooLargeError, match=r"a.xes: a value is longer than the 20,000 bytes"):
        read(tmp_path, "a.xes", "xes", limits={"value": 20_000})
    deep = '<string key="a" value="b">' * 200 + "</string>" * 200
    (tmp_path / "b.xes").write_bytes(log(f"<event>{deep}</event>"))
    with pytest.raises(SourceError, match="cannot be read as an XES"):
        read(tmp_path, "b.xes", "xes")


def test_a_key_that_comes_a_thousand_times_is_numbered_without_delay(tmp_path: Path) -> None:
    (tmp_path / "a.xes").write_bytes(log("<event>" + '<string key="a" value="b"/>' * 3000 + "</event>"))
    names = read(tmp_path, "a.xes", "xes").frame.columns
    assert (names[0], names[1], names[-1]) == ("a", "a (2)", "a (3000)")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b\n1," + b"x" * 3000 + b"\n", "a.csv, line 2: a value is longer than the 1,000 bytes"),
        (b"x" * 3000, "a.csv, line 1: a value is longer than the 1,000 bytes"),
        (b'a,b\n1,"' + b"x\n" * 1500 + b'"\n', "a value is longer than the 1,000 bytes that one may have. Is a quot"),
        (b'"' + b"x" * 3000, "a value is longer than the 1,000 bytes that one may have. Is a quot"),
        (b'a,b\n1,x"y\n1,' + b"x" * 3000 + b"\n", "a value is longer than the 1,000 bytes"),
        (b"a," * 400 + b"b\n", "a.csv is too wide: 401 columns, and 300 are allowed"),
        (b'"a",' * 400 + b'"b"\n', "a.csv is too wide: 401 columns, and 300 are allowed"),
        (b"a," * 250 + b"b\n" + b"\n" * 9000, "a.csv is too large: 9,002 lines by 251 columns"),
        (b"a,b\n1,\x00\n", "bytes that no text has"),
        (b"a\n" + b"12345678\n" * 150_000, "a.csv is too large: the file has 1,350,002 bytes"),
    ],
)  # fmt: skip
def test_delimited_text_out_of_bounds_is_one_clear_error(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(SourceError) as caught:
        read(tmp_path, "a.csv", "csv", limits={"value": 1000, "columns": 300, "memory": 1})
    assert message in str(caught.value)


def test_what_is_within_the_limits_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'a,b\n1,"' + b"x\n" * 490 + b'"\n' + b"2," + b"y" * 900 + b"\n" + b"3,z\n" * 900)
    raw = read(tmp_path, "a.csv", "csv", limits={"value": 1000, "columns": 300})
    assert (raw.frame.height, raw.frame["b"][0]) == (902, "x\n" * 490)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 40), max_size=12), st.integers(1, 30))
def test_gaps_are_found_wherever_they_lie(gaps: list[int], longest: int) -> None:
    content = b"|".join(b"x" * gap for gap in gaps)
    assert has_gap(content, b"|", longest) == any(gap > longest for gap in gaps)


def test_a_draft_tells_of_what_it_cannot_hold_and_goes_on(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "a.csv").write_text("id;who5_1\n1;2\n2;3\n")
    (folder / "long.csv").write_bytes(b"x" * 1_200_000)
    (folder / "packed.xlsx").symlink_to(tmp_path / "nowhere")
    (tmp_path / "key").write_text("secret")
    (folder / "out.csv").symlink_to(tmp_path / "key")
    os.mkfifo(folder / "pipe.csv")
    found = {one.file: one.problem for one in draft_folder(folder).sources}
    assert found["a.csv"] == ""
    assert "longer than the 1,000,000 bytes" in found["long.csv"]
    assert "a link that leads nowhere" in found["packed.xlsx"]
    assert "a link that leads out of raw/" in found["out.csv"]
    assert "a pipe" in found["pipe.csv"]


class TestLinks:
    """No link leads out of the input folder, and nothing but files is opened."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        (tmp_path / "raw").mkdir()
        (tmp_path / "outside.csv").write_text("a\n1\n")
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere" / "b.csv").write_text("a\n1\n")
        return tmp_path / "raw"

    def test_a_link_to_a_file_outside(self, folder: Path) -> None:
        (folder / "a.csv").symlink_to("../outside.csv")
        with pytest.raises(SourceError, match=r"the file a.csv is a link that leads out of raw/, and is not opened"):
            read(folder, "a.csv", "csv")

    def test_a_file_in_a_linked_folder(self, folder: Path) -> None:
        (folder / "sub").symlink_to(folder.parent / "elsewhere")
        with pytest.raises(SourceError, match="leads out of raw/"):
            read(folder, "sub/b.csv", "csv")

    def test_a_link_within_the_folder_and_a_linked_folder_are_followed(self, folder: Path) -> None:
        (folder / "b.csv").write_text("a\n1\n")
        (folder / "a.csv").symlink_to("b.csv")
        (folder.parent / "way").symlink_to(folder)
        assert rows(read(folder.parent / "way", "a.csv", "csv")) == [("1",)]

    @pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
    def test_what_is_no_file_is_not_opened(self, folder: Path, kind: str) -> None:
        if kind == "pipe":
            os.mkfifo(folder / "a.csv")
        elif kind == "folder":
            (folder / "a.csv").mkdir()
        else:
            (folder / "a.csv").symlink_to("/dev/zero")
        with pytest.raises(SourceError, match=f"the file a.csv is (a {kind}|a link that leads out)"):
            read(folder, "a.csv", "csv")

    def test_what_lies_beside_the_data_is_no_link_either(self, folder: Path) -> None:
        (folder / "data.csv").write_text("record_id\n1\n")
        (folder / "dictionary.csv").symlink_to("../outside.csv")
        with pytest.raises(SourceError, match=r"dictionary.csv is a link that leads out of raw/"):
            read(folder, "data.csv", "redcap", dictionary="dictionary.csv")

    def test_an_unreadable_file_is_told(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (folder / "a.csv").write_text("a\n1\n")

        def refuse(self: Path) -> bytes:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "read_bytes", refuse)
        with pytest.raises(SourceError, match=r"a.csv cannot be opened \(Permission denied\)"):
            read(folder, "a.csv", "csv")

    def test_a_description_and_codebooks_are_no_links_out(
        self, folder: Path, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(root)
        (folder / "sources.yaml").symlink_to("../outside.csv")
        with pytest.raises(SourceError, match=r"raw/sources.yaml is a link that leads out of raw/"):
            load_sources(folder)
        (folder / "sources.yaml").unlink()
        (folder / "a.csv").write_text("a\n1\n")
        (folder / "codebooks").mkdir()
        (folder / "codebooks" / "regions.yaml").symlink_to("../../outside.csv")
        with pytest.raises(CodebookError, match=r"raw/codebooks/regions.yaml is a link that leads out of raw/"):
            draft_folder(folder)

    def test_a_link_that_somebody_names_is_followed(self, folder: Path) -> None:
        (folder / "a.csv").symlink_to("../outside.csv")
        assert rows(open_table(folder / "a.csv")) == [("1",)]
        os.mkfifo(folder / "p.csv")
        with pytest.raises(SourceError, match=r"p.csv is a pipe"):
            open_table(folder / "p.csv")


def test_places_without_end_are_reckoned_in_no_time() -> None:
    extent = Extent()
    extent.add(b"<f " * 300_000 + b"<c " * 300_000)
    extent.add(b'<c r="' + b"A" * 500_000)
    assert extent.filled == 300_001


def test_formulas_that_claim_a_whole_sheet_are_counted_in_no_time(tmp_path: Path) -> None:
    cells = (
        b'<row r="1"><c r="A1"><f t="array" ref="A1:ZZZZZZ9999999">x</f></c><c r="B1"><f '
        + b"<f " * 200_000
        + b"</c></row>"
    )
    sheet_xml(tmp_path / "a.xlsx", cells)
    assert max(measured(tmp_path / "a.xlsx", "Sheet1", Limits())) <= 16_384


def test_patterns_of_drafts_take_no_time_for_endless_cells(tmp_path: Path) -> None:
    endless = ["a@" + "." * 120_000 + "@", "_" * 120_000 + "-", "a1" * 50_000 + "!"]
    (tmp_path / "a.csv").write_text("\n".join(["a;b;c", *[";".join(endless)] * 3]))
    assert [one.reader.value for one in sniff(tmp_path / "a.csv")] == ["csv"]
    (tmp_path / "b.csv").write_text("1" * 20_000 + "x,b\n1,2\n")
    with pytest.raises(SourceError, match="the name of column 1 has 20,001 characters"):
        read(tmp_path, "b.csv", "csv")


def test_the_shape_of_a_time_tells_nothing_whatever_signs_it_holds() -> None:
    values = ["\u0001Virtanen\u0002 1.2", "\u0001" * 200_000]
    assert set(shapes(pl.Series(values))) == {"aaaaaaaa 9.9", ""}


def test_limits_are_options_of_every_reader() -> None:
    from sujuva.sources import READERS

    dice = random.Random(1)
    needed = {"pxweb": {"table": "StatFin/t.px", "indicators": {"a": "b"}, "years": [2020, 2021], "area": "Alue"}}
    for name, reader in READERS.items():
        memory = dice.randrange(1, 100)
        options = needed.get(name, {}) | {"limits": {"memory": memory}}
        assert reader.options.model_validate(options).limits == Limits(memory=memory)
    assert limits.MEGABYTE == 10**6
