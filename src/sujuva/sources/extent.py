"""How large a sheet is once it is read: its rows and columns, and its texts written out wherever they come again."""

from __future__ import annotations

import itertools
import re
import zipfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sujuva.errors import SourceError
from sujuva.sources.limits import Limits, has_gap
from sujuva.sources.package import check_xml, pieces

_CELL_BYTES = 100  # of memory for each cell of the rectangle that holds all that are filled; measured
_XML = 2  # for each byte of it
_COPIES = 3  # of every text, while the library hands it on
_LARGE = 20_000_000  # cells; fewer fit any memory, however few of them are filled
_SPARSE = 50  # cells of the sheet for each cell that is there
# In tags nothing runs past the next "<": what is no XML would otherwise be looked through again and again.
_PLACE = rb"(?:[^<>]*?\sr\s*=\s*[\"']([A-Za-z]+)([0-9]+)[\"'])?"
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])" + _PLACE)
_PLAIN = re.compile(rb"<c r=\"([A-Z]+)([0-9]+)\"")  # as nearly all programs write it
_ROW = re.compile(rb"<(?:\w+:)?row(?=[\s/>])(?:[^<>]*?\sr\s*=\s*[\"']([0-9]+)[\"'])?")
_ITEM = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")
_SHARED = re.compile(rb"<(?:\w+:)?c\s[^<>]*?\bt\s*=\s*[\"']s[\"']")
_REFERENCE = re.compile(
    rb"<(?:\w+:)?c\s[^<>]*?\bt\s*=\s*[\"']s[\"'][^<>]*>\s*<(?:\w+:)?v(?:\s[^<>]*)?>\s*([0-9]{1,9})\s*<"
)
_STRINGS = "xl/sharedstrings.xml"


@dataclass
class Extent:
    """What is there of a sheet.

    Attributes:
        filled: Number of cells that are there.
        rows: The last row, from 1.
        columns: The last column, from 1.
        text: Bytes of the texts, each as often as it comes.
        unpacked: Bytes of the XML.
    """

    filled: int = 0
    rows: int = 0
    columns: int = 0
    text: int = 0
    unpacked: int = 0
    _unplaced: list[int] = field(default_factory=lambda: [0, 0])  # rows; cells of the longest row

    _in_row: int = 0

    def add(self, text: bytes) -> None:
        """Count the cells in a piece of an Office sheet that cuts no cell."""
        cells = _PLAIN.findall(text)
        if len(cells) < text.count(b"<c") + text.count(b":c"):  # not all, or no cells
            cells = _CELL.findall(text)
        self.filled += len(cells)
        self.unpacked += len(text)
        rows, letters = {row for _, row in cells}, {column for column, _ in cells}
        self.rows = max(self.rows, max((int(row[:18]) for row in rows if row), default=0))
        self.columns = max(self.columns, max(map(place, letters), default=0))
        if b"" in rows:
            self._add_unplaced(text)

    def _add_unplaced(self, text: bytes) -> None:
        """Count rows whose cells do not say where they stand: each stands behind the one before it."""
        starts = [*_ROW.finditer(text)]
        numbers = [int(one[1][:18]) for one in starts if one[1]]
        self._unplaced[0] += len(starts) - len(numbers)
        self.rows = max(self.rows, max(numbers, default=0))
        edges = [0, *(one.start() for one in starts), len(text)]
        for at, (start, end) in enumerate(itertools.pairwise(edges)):
            own = len(_CELL.findall(text, start, end))
            self._in_row = own if at else self._in_row + own  # the first belongs to a row that began before
            self._unplaced[1] = max(self._unplaced[1], self._in_row)

    def close(self) -> None:
        """Add the cells without a place to those that have one."""
        self.rows, self.columns = self.rows + self._unplaced[0], self.columns + self._unplaced[1]
        self._unplaced = [0, 0]

    @property
    def memory(self) -> int:
        """Bytes that reading takes, reckoned."""
        return self.rows * self.columns * _CELL_BYTES + self.text * _COPIES + self.unpacked * _XML

    def check(self, limits: Limits, where: str) -> None:
        """See that no cell stands far away from all others, and that the sheet fits the memory.

        Raises:
            SourceError: One does, or it does not.
        """
        if self.rows * self.columns > max(_LARGE, _SPARSE * self.filled):
            msg = f"{where}: a cell stands far away from all others (row {self.rows})."
            hint = "Press Ctrl+End in Excel, delete the empty rows and columns up to that cell, and save again."
            raise SourceError(msg, hint)
        limits.check_columns(self.columns, where)
        texts = f", its texts written out {self.text:,} bytes" if self.text else ""
        limits.check_memory(self.memory, where, f"{self.rows:,} rows by {self.columns:,} columns{texts}")


def place(letters: bytes) -> int:
    """Return the place of a column, from 1, by the letters that a program shows."""
    number = 0
    for letter in letters.upper()[:12]:
        number = number * 26 + letter - 64
    return number


def texts(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits, where: str) -> Iterator[bytes]:
    """Yield the XML of a sheet, cut behind the end of a cell where that can be, and never within a tag.

    Raises:
        SourceError: It declares something, or a value is longer than allowed.
    """
    rest = b""
    for piece in pieces(archive, entry):
        text = rest + piece
        check_xml(text, where)
        if has_gap(text, b"<", limits.value):
            raise limits.long_value(where)
        end = text.rfind(b"c>") + 2  # a cell's end, with or without a prefix
        if end == 1:
            end = text.rfind(b"/>") + 2
        if end == 1:
            end = max(text.rfind(b"<"), 0)
        rest = text[end:]
        yield text[:end]
    yield rest


def shared_text(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, extent: Extent, limits: Limits, where: str) -> int:
    """Return the bytes of the texts that a sheet takes from the workbook's list, each as often as a cell names it.

    Only where every cell with the longest text would be too much are the cells looked at one by one.

    Raises:
        SourceError: The list declares something, or a text is longer than allowed.
    """
    listed = next((one for one in archive.infolist() if one.filename.lower() == _STRINGS), None)
    lengths = _lengths(archive, listed, limits) if listed is not None else np.zeros(0, dtype=np.int64)
    longest = int(lengths.max(initial=0))
    most = extent.filled * longest
    if extent.memory + most * _COPIES <= limits.bytes:
        return most
    total = 0
    for text in texts(archive, entry, limits, where):
        named = np.array([int(one) for one in _REFERENCE.findall(text)], dtype=np.int64)
        total += int(lengths[named[named < len(lengths)]].sum())
        total += max(len(_SHARED.findall(text)) - len(named), 0) * longest  # written in a way that is not known here
    return total


def _lengths(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> np.ndarray[Any, Any]:
    """Return how long each text of the list is, with its tags."""
    starts, at, rest = array("q"), 0, b""
    for piece in pieces(archive, entry):
        text = rest + piece
        check_xml(text, entry.filename)
        if has_gap(text, b"<", limits.value):
            raise limits.long_value(entry.filename)
        end = max(text.rfind(b"<"), 0)
        starts.extend(at + one.start() for one in _ITEM.finditer(text, 0, end))
        at, rest = at + end, text[end:]
    starts.append(at + len(rest))
    return np.diff(np.array(starts, dtype=np.int64))
