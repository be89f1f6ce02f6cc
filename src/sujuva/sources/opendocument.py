"""Sheets of OpenDocument workbooks, measured: there a cell or a row may stand for any number of them."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from typing import IO, cast
from xml.etree.ElementTree import Element, ParseError

from sujuva.errors import SourceError
from sujuva.sources.extent import Extent
from sujuva.sources.limits import Limits
from sujuva.sources.package import Counted, opened

OPEN = "content.xml"
_WEIGHT = 2  # bytes of memory for each byte of XML
Block = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last row, the first and the last column, from 1."""
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CELLS = {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_KIND = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"


@dataclass
class Table:
    """A sheet: how large it is, and its cells that hold a formula and no value."""

    extent: Extent = field(default_factory=Extent)
    blocks: list[Block] = field(default_factory=list)

    _row: int = 0
    _column: int = 0
    _cells: int = 0
    _length: int = 0
    _blanks: int = 0
    _formulas: list[tuple[int, int]] = field(default_factory=list)

    def add(self, element: Element) -> None:
        """Take in an element that has ended; cells and rows are forgotten then."""
        if element.tag == f"{_TEXT}s":  # stands for so many blanks
            self._blanks += int(element.get(f"{_TEXT}c", "1"))
        elif element.tag in _CELLS:
            self._add_cell(element)
            element.clear()
        elif element.tag == f"{_TABLE}table-row":
            self._end_row(int(element.get(f"{_TABLE}number-rows-repeated", "1")))
            element.clear()

    def _add_cell(self, cell: Element) -> None:
        end = self._column + int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        text, self._blanks = self._blanks + sum(map(len, cell.itertext())), 0
        formula, valued = cell.get(f"{_TABLE}formula") is not None, cell.get(_KIND) is not None
        if text or valued or formula:
            self._cells += end - self._column
            self._length += text * (end - self._column)
            self.extent.columns = max(self.extent.columns, end)
        if formula and not valued:
            self._formulas.append((self._column + 1, end))
        self._column = end

    def _end_row(self, times: int) -> None:
        last = self._row + times
        self.blocks += [((self._row + 1, last), span) for span in self._formulas]
        if self._cells:
            self.extent.rows = last
            self.extent.filled += self._cells * times
            self.extent.text += self._length * times
        self._row, self._column, self._cells, self._length, self._formulas = last, 0, 0, 0, []


def open_document(archive: zipfile.ZipFile, limits: Limits, where: str) -> dict[str, Table]:
    """Return every sheet of an OpenDocument workbook by its name, measured; none where the XML is damaged.

    Raises:
        SourceError: The XML is too long, or declares entities or a document type.
    """
    from defusedxml import DefusedXmlException  # noqa: PLC0415  start-up time
    from defusedxml.ElementTree import iterparse  # noqa: PLC0415  start-up time

    tables: dict[str, Table] = {}
    table = Table()
    try:
        with opened(archive, archive.getinfo(OPEN)) as file:
            source = cast("IO[bytes]", Counted(file, limits, where, _WEIGHT))
            for event, element in iterparse(source, events=("start", "end"), forbid_dtd=True):
                if event == "end":
                    table.add(element)
                elif element.tag == f"{_TABLE}table":
                    table = tables.setdefault(element.get(f"{_TABLE}name", ""), Table())
    except DefusedXmlException:
        msg = f"{where} declares entities or a document type, which no data needs."
        raise SourceError(msg, "It may do harm: ask where it comes from, and export it again.") from None
    except ParseError:
        return {}
    return tables
