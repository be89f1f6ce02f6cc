"""What the file of a workbook tells before the library reads it: locks, its size, formulas never calculated.

The library shows a formula whose value was never stored as a blank cell. Programs that write workbooks without
calculating them (openpyxl, Apache POI) leave such cells behind, and some write 0 in their place and ask whoever opens
the workbook to calculate it (`fullCalcOnLoad`, ECMA-376 part 1, 18.2.2). Neither is an answer.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import ParseError

from sujuva.sources.extent import Extent, place, shared_text, texts
from sujuva.sources.limits import Limits
from sujuva.sources.opendocument import OPEN, Block, Table, open_document
from sujuva.sources.package import DAMAGED, PART, described

# In tags nothing runs past the next "<": what is no XML would otherwise be looked through again and again.
_CELL = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]+)([0-9]+)[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f([\s/][^<>]*)?>")
_VALUED = re.compile(rb"<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)<(?:\w+:)?v(?:\s[^<>]*)?>[^<\s]")
_START = re.compile(rb"<(?:\w+:)?c(\s[^<>]*)?>")
_END = re.compile(rb"</(?:\w+:)?c\s*>")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>([^<]*)<")
_INLINE = re.compile(rb"<(?:\w+:)?is\b")
_TEXT = re.compile(rb"\bt\s*=\s*[\"']str[\"']")
_SPAN = re.compile(rb"\bref\s*=\s*[\"']([A-Za-z]+)([0-9]+)(?::([A-Za-z]+)([0-9]+))?[\"']")
_ASKS = re.compile(rb"<(?:\w+:)?calcPr\b[^<>]*\bfullCalcOnLoad\s*=\s*[\"'](?:1|true)[\"']")
_ZERO = re.compile(rb"\s*-?0+(?:\.0*)?\s*")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BOOK = "xl/workbook.xml"
_LAST = (1_048_576, 16_384)  # row and column of any program


def measured(path: Path, sheet: str, limits: Limits) -> dict[int, int]:
    """See, in one pass and before the library reads it, that a sheet can be read; and count cells never calculated.

    Such a cell holds a formula and no value. A formula that gives an empty text has a value. Of one that fills several
    cells (an array), all are counted. What .xls and .xlsb workbooks hold cannot be told: formulas there have values.

    Args:
        path: An .xlsx, .xlsm or .ods workbook; of other kinds nothing is looked at.
        sheet: Name of the sheet.
        limits: How large it may be.

    Returns:
        Of each column that has cells never calculated, by its place from 1: how many. Place 0: cells that do not say
        where they stand.

    Raises:
        SourceError: A cell stands far away from all others; the sheet would not fit the memory, is too wide, or has a
            value that is too long; or its XML declares entities.
    """
    where = f"{path.name}, sheet '{sheet}'"
    found: Counter[int] = Counter()
    try:
        with zipfile.ZipFile(path) as archive:
            if OPEN in archive.namelist():
                table = open_document(archive, limits, path.name).get(sheet, Table())
                table.extent.check(limits, where)
                blocks = table.blocks
            elif _BOOK in archive.namelist():
                asks = _ASKS.search(described(archive, _BOOK)) is not None
                blocks = [
                    block
                    for part in _parts(archive, sheet)
                    for block in _office(archive, archive.getinfo(part), limits, where, asks=asks)
                ]
            else:
                return {}
    except DAMAGED:
        return {}  # an older kind of workbook, or a damaged one: the library says so
    for (top, bottom), (left, right) in blocks:
        last_row, last = min(bottom, _LAST[0]), min(right, _LAST[1])
        found.update(dict.fromkeys(range(left, last + 1), max(last_row - top, 0) + 1))
    return dict(sorted(found.items()))


def check_open_document(path: Path, limits: Limits) -> None:
    """See that all sheets of an OpenDocument workbook together fit the memory: the library opens all of them.

    Raises:
        SourceError: They do not, or the XML declares entities.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if OPEN not in archive.namelist():
                return
            tables = open_document(archive, limits, path.name)
    except DAMAGED:
        return
    for name, table in tables.items():
        table.extent.check(limits, f"{path.name}, sheet '{name}'")
    total = sum(table.extent.memory for table in tables.values())
    limits.check_memory(total, path.name, f"{len(tables)} sheets")


def _parts(archive: zipfile.ZipFile, sheet: str) -> list[str]:
    """Return the part of the archive that holds the sheet; all parts where it is not told."""
    from defusedxml import DefusedXmlException  # noqa: PLC0415  start-up time
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415  start-up time

    there = {name.lower(): name for name in archive.namelist() if name.lower().endswith(".xml")}
    every = [name for key, name in there.items() if key.startswith("xl/worksheets/")] or [*there.values()]
    try:
        book = fromstring(described(archive, _BOOK))
        wanted = {one.get(_RELATION) for one in book.iter() if one.get("name") == sheet}
        relations = fromstring(described(archive, "xl/_rels/workbook.xml.rels"))
        targets = [one.get("Target", "") for one in relations if one.get("Id") in wanted]
    except (ParseError, DefusedXmlException, KeyError):
        return every
    named = [target.removeprefix("/") if target.startswith("/") else f"xl/{target}" for target in targets]
    return [there[name.lower()] for name in named if name.lower() in there] or every


def _office(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, limits: Limits, where: str, *, asks: bool
) -> Iterator[Block]:
    """Measure an Office sheet, and yield the cells without a value.

    `asks`: the workbook asks to be calculated, so 0 may be no value.
    """
    extent = Extent()
    for text in texts(archive, part, limits, where):
        extent.add(text)
        if b"<f" not in text and b":f" not in text:
            continue
        if not asks and len(_FORMULA.findall(text)) == len(_VALUED.findall(text)):
            continue
        for cell in _END.split(text):
            if (formula := _FORMULA.search(cell)) is not None and _blank(cell, formula.end(), asks=asks):
                yield _block(cell[: formula.start()], formula[1] or b"")
    extent.close()
    extent.check(limits, where)
    extent.text = shared_text(archive, part, extent, limits, where)
    extent.check(limits, where)


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


def _block(before: bytes, formula: bytes) -> Block:
    span = _SPAN.search(formula) if b"shared" not in formula else None
    if span is not None:  # an array or a table of data, in its first cell
        last_row, last = int((span[4] or span[2])[:9]), place(span[3] or span[1])
        return (int(span[2][:9]), last_row), (place(span[1]), last)
    told = _CELL.search(_head(before))
    row, column = (int(told[2][:9]), place(told[1])) if told else (1, 0)
    return (row, row), (column, column)


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
        while sector := file.read(PART):
            at = sector.find(_LOCKED)
            while at >= 0:
                kind = sector[at + 64 : at + 67]
                if at % _ENTRY == 0 and kind == len(_LOCKED).to_bytes(2, "little") + b"\x02":
                    return True
                at = sector.find(_LOCKED, at + 1)
    return False
