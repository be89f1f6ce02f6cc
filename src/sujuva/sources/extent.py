"""How far the cells of a workbook reach: a single stray one far away would fill the memory with blanks.

The library lays a sheet out as a whole, from its first cell to its last. One cell at XFD1048576, put there by mistake
or by a damaged byte, asks for 17 thousand million cells: the program would end without a word.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import ParseError

from sujuva.errors import SourceError

_LARGE = 20_000_000  # cells; fewer fit any memory, however few of them are filled
_SPARSE = 50  # cells of the sheet for each cell that is there
_CELL = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]+)([0-9]+)[\"']")
_PART = 1 << 20
_LONGEST = 256
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
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, LookupError, ValueError, NotImplementedError):
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
