"""What the file of a workbook tells before the library reads it: locks, cells far away, formulas never calculated.

The library shows a formula whose value was never stored as a blank cell. Programs that write workbooks without
calculating them (openpyxl, Apache POI) leave such cells behind, and some write 0 in their place and ask whoever opens
the workbook to calculate it (`fullCalcOnLoad`, ECMA-376 part 1, 18.2.2). Neither is an answer.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import ParseError

from sujuva.errors import SourceError

_LARGE = 20_000_000  # cells; fewer fit any memory, however few of them are filled
_SPARSE = 50  # cells of the sheet for each cell that is there
_CELL = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]+)([0-9]+)[\"']")
_PART = 1 << 20
_LONGEST = 256
_FORMULA = re.compile(rb"<(?:\w+:)?f([\s/][^>]*)?>")
_VALUED = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)<(?:\w+:)?v(?:\s[^>]*)?>[^<\s]")
_START = re.compile(rb"<(?:\w+:)?c(\s[^>]*)?>")
_END = re.compile(rb"</(?:\w+:)?c\s*>")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)<")
_INLINE = re.compile(rb"<(?:\w+:)?is\b")
_TEXT = re.compile(rb"\bt\s*=\s*[\"']str[\"']")
_SPAN = re.compile(rb"\bref\s*=\s*[\"']([A-Za-z]+)([0-9]+)(?::([A-Za-z]+)([0-9]+))?[\"']")
_ASKS = re.compile(rb"<(?:\w+:)?calcPr\b[^>]*\bfullCalcOnLoad\s*=\s*[\"'](?:1|true)[\"']")
_ZERO = re.compile(rb"\s*-?0+(?:\.0*)?\s*")
_LOOSE = 1 << 16
DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, LookupError, ValueError, NotImplementedError)
"""What reading an archive can raise that is none, or no whole one."""
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def check_extent(path: Path, sheet: str) -> None:
    """See that no cell of a sheet of an .xlsx workbook stands far away from all others; other kinds pass.

    Raises:
        SourceError: One does.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for part in _parts(archive, sheet):
                with archive.open(part) as file:
                    filled, rows, columns = _reach(file)
                if rows * columns > max(_LARGE, _SPARSE * filled):
                    msg = f"{path.name}, sheet '{sheet}': a cell stands far away from all others (row {rows})."
                    hint = "Press Ctrl+End in Excel, delete the empty rows and columns up to that cell, and save again."
                    raise SourceError(msg, hint)
    except DAMAGED:
        return  # an older kind of workbook, or a damaged one: the library says so


def _parts(archive: zipfile.ZipFile, sheet: str) -> list[str]:
    """Return the part of the archive that holds the sheet; all sheets where it is not told."""
    from defusedxml import DefusedXmlException  # noqa: PLC0415  start-up time
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415  start-up time

    every = [name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
    try:
        book = fromstring(archive.read("xl/workbook.xml"))
        wanted = {one.get(_RELATION) for one in book.iter() if one.get("name") == sheet}
        relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = [one.get("Target", "") for one in relations if one.get("Id") in wanted]
    except (ParseError, DefusedXmlException, KeyError):
        return every
    found = [target.removeprefix("/") if target.startswith("/") else f"xl/{target}" for target in targets]
    return [name for name in found if name in every] or every


def _reach(file: IO[bytes]) -> tuple[int, int, int]:
    """Return how many cells there are, and the last row and column, both from 1."""
    filled, rows, columns, rest = 0, 0, 0, b""
    while part := file.read(_PART):
        text = rest + part
        cells = _CELL.findall(text)
        filled += len(cells)
        rows = max(rows, max((int(row[:18]) for row in {row for _, row in cells}), default=0))
        columns = max(columns, max((_place(letters) for letters in {letters for letters, _ in cells}), default=0))
        # A cell's place may be cut in two; a few cells are counted twice, which does no harm.
        rest = text[-_LONGEST:]
    return filled, rows, columns


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters.upper()[:12]:
        place = place * 26 + letter - 64
    return place


def never_calculated(path: Path, sheet: str) -> dict[int, int]:
    """Count the cells of a sheet that hold a formula and no value, as no program has calculated it.

    A formula that gives an empty text has a value. Of one that fills several cells (an array), all are counted. What
    an .xls or .xlsb workbook holds cannot be told: there each formula has a value.

    Args:
        path: An .xlsx, .xlsm or .ods workbook; of other kinds nothing is counted.
        sheet: Name of the sheet.

    Returns:
        Of each column that has any, by its place from 1: how many. Place 0: cells that do not say where they stand.
    """
    found: Counter[int] = Counter()
    try:
        with zipfile.ZipFile(path) as archive:
            if "content.xml" in archive.namelist():
                cells = _open_document(archive, sheet)
            else:
                asks = _ASKS.search(archive.read("xl/workbook.xml")) is not None
                cells = (one for part in _parts(archive, sheet) for one in _office(archive, part, asks=asks))
            for (top, bottom), (left, right) in cells:
                found.update(dict.fromkeys(range(left, right + 1), bottom - top + 1))
    except DAMAGED:
        return {}  # the library says so
    return dict(sorted(found.items()))


_Block = tuple[tuple[int, int], tuple[int, int]]  # first and last row, first and last column


def _office(archive: zipfile.ZipFile, part: str, *, asks: bool) -> Iterator[_Block]:
    """Yield the cells without a value; `asks`: the workbook asks to be calculated, so 0 may be no value."""
    rest = b""
    with archive.open(part) as file:
        while text := file.read(_PART):
            text = rest + text
            end = text.rfind(b"c>") + 2  # a cell's end, with or without a prefix
            if b"<f" not in text and b":f" not in text:
                rest = text[-_LOOSE:]  # a formula stands right behind the beginning of its cell
                continue
            whole, rest = text[:end], text[end:]
            if not asks and len(_FORMULA.findall(whole)) == len(_VALUED.findall(whole)):
                continue
            for cell in _END.split(whole):
                if (formula := _FORMULA.search(cell)) is not None and _blank(cell, formula.end(), asks=asks):
                    yield _block(cell[: formula.start()], formula[1] or b"")


def _blank(cell: bytes, after: int, *, asks: bool) -> bool:
    value = _VALUE.search(cell, after)
    if value is None:
        return _INLINE.search(cell, after) is None
    if not value[1].strip():
        return _TEXT.search(_head(cell)) is None  # an empty text is a value
    return asks and _ZERO.fullmatch(value[1]) is not None


def _head(cell: bytes) -> bytes:
    """Return the attributes of the last cell that begins in the text, which ends where that cell does."""
    starts = [one for one in _START.findall(cell) if not one.endswith(b"/")]
    return bytes(starts[-1]) if starts else b""


def _block(before: bytes, formula: bytes) -> _Block:
    span = _SPAN.search(formula) if b"shared" not in formula else None
    if span is not None:  # an array or a table of data, in its first cell
        last_row, last = int((span[4] or span[2])[:9]), _place(span[3] or span[1])
        return (int(span[2][:9]), last_row), (_place(span[1]), last)
    place = _CELL.search(_head(before))
    row, column = (int(place[2][:9]), _place(place[1])) if place else (1, 0)
    return (row, row), (column, column)


_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_KIND = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"


def _open_document(archive: zipfile.ZipFile, sheet: str) -> Iterator[_Block]:
    """Yield the cells without a value of an OpenDocument sheet, where cells and rows may stand for several."""
    from defusedxml import DefusedXmlException  # noqa: PLC0415  start-up time
    from defusedxml.ElementTree import iterparse  # noqa: PLC0415  start-up time

    within, row = False, 0
    try:
        with archive.open("content.xml") as file:
            for event, element in iterparse(file, events=("start", "end")):
                if element.tag == f"{_TABLE}table":
                    within, row = event == "start" and element.get(f"{_TABLE}name") == sheet, 0
                if element.tag != f"{_TABLE}table-row" or event == "start":
                    continue
                if within:
                    last = row + int(element.get(f"{_TABLE}number-rows-repeated", "1"))
                    column = 0
                    for cell in element:
                        end = column + int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
                        if cell.get(f"{_TABLE}formula") is not None and cell.get(_KIND) is None:
                            yield (row + 1, last), (column + 1, end)
                        column = end
                    row = last
                element.clear()
    except (ParseError, DefusedXmlException):
        return


def letters_of(place: int) -> str:
    """Return the letters by which a program shows a column, from its place from 1."""
    letters = ""
    while place:
        place, at = divmod(place - 1, 26)
        letters = chr(ord("A") + at) + letters
    return letters


_LOCKED = "EncryptedPackage".encode("utf-16-le") + b"\0\0"
_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = 128


def is_locked(path: Path) -> bool:
    """Tell whether a file is a workbook that a password locks.

    Office puts such a workbook, encrypted, into a container as old .xls files are ([MS-OFFCRYPTO] 2.3.4.4): its
    directory, of entries of 128 bytes, names a stream EncryptedPackage. ([MS-CFB] 2.6.1: a name of 64 bytes, the length
    of the name, the kind of the entry.)
    """
    with path.open("rb") as file:
        if file.read(len(_CONTAINER)) != _CONTAINER:
            return False
        file.seek(0)
        while sector := file.read(_PART):
            at = sector.find(_LOCKED)
            while at >= 0:
                kind = sector[at + 64 : at + 67]
                if at % _ENTRY == 0 and kind == len(_LOCKED).to_bytes(2, "little") + b"\x02":
                    return True
                at = sector.find(_LOCKED, at + 1)
    return False
