"""From the bytes of a file to the reader and the options that open it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.errors import SourceError
from sujuva.intake.delimited import SEPARATORS, Layout, decoded, is_header, layout_of
from sujuva.intake.guess import GUESS, LIKELY, SURE, WEAK, Guess
from sujuva.intake.matrix import matrix_of
from sujuva.intake.tools import tool_of
from sujuva.sources import READERS
from sujuva.sources.limits import Limits, TooLargeError
from sujuva.sources.pulls import read_pull
from sujuva.sources.pxweb import PxwebOptions
from sujuva.sources.shape import check_shape
from sujuva.sources.sheet import measured
from sujuva.sources.workbook import LockedError, open_workbook

_ROWS = 60
_FULL = 0.8
"""Share of the widest row's cells that the header fills: titles above it fill one or two."""


_ABOVE = 5
"""Rows of titles that may stand above a sociomatrix."""


def header_row(path: Path, sheet: str) -> tuple[Guess[int], dict[str, Guess[Any]]] | None:  # noqa: PLR0911
    """Return the row of the sheet (from 1) that names the columns, 0 where none does; None where the sheet is empty.

    It is the first row that fills most of the sheet's width. With it come the options of a sociomatrix, if it is one.
    """
    import fastexcel  # noqa: PLC0415  start-up time

    def head(rows: int) -> pl.DataFrame:
        book = fastexcel.read_excel(path)
        return pl.DataFrame(book.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=rows, dtypes="string"))

    try:
        frame = head(_ROWS)
        if frame.width > _ROWS:  # a sociomatrix is as high as it is wide
            frame = head(frame.width + _ABOVE)
    except fastexcel.FastExcelError:
        return None
    if not frame.width or not frame.height:
        return None
    rows = [["" if cell is None else cell for cell in row] for row in frame.rows()]
    start, matrix = _matrix(rows)
    if matrix:
        above = f"{start} row{'s' if start > 1 else ''} above it" if start else "the names of a matrix"
        return Guess(start + 1, LIKELY, above), matrix
    filled = frame.select(
        pl.sum_horizontal(pl.col(name).str.strip_chars().fill_null("") != "" for name in frame.columns)
    ).to_series()
    widest = max(filled.to_list())
    if not widest:
        return None
    # Told to skip no rows, the library counts blank ones above the first filled one, too; else it leaves them out.
    first = int((filled >= widest * _FULL).arg_true()[0])
    if not is_header(rows[first:]):
        return Guess(0, GUESS, "its first full row looks like data"), {}
    if first == 0:
        return Guess(1, SURE if widest > 1 else GUESS, "the first row is as wide as the data"), {}
    return Guess(first + 1, LIKELY, f"{first} narrower row{'s' if first > 1 else ''} above it"), {}


def _matrix(rows: list[list[str]]) -> tuple[int, dict[str, Guess[Any]]]:
    """Return how many rows stand above a sociomatrix, and its options; none where there is none."""
    found = ((start, matrix_of(rows[start:])) for start in range(min(_ABOVE, len(rows))))
    return next(((start, matrix) for start, matrix in found if matrix), (0, {}))


_HEAD = 4096
_LAID_OUT = 4_000_000  # characters that are looked at to see how a text is laid out
_STATA = (*range(102, 106), 108, *range(110, 120))  # releases that Stata's binary files start with
_LEFT_BEHIND = (
    (r"~\$", "lock file", "Office leaves it behind while a document is open"),
    (r"(?:thumbs\.db|desktop\.ini)$", "system file", "Windows made it"),
)
"""Names of files that are no exports. The first holds the name of whoever had the document open."""
PULL = "pull of sujuva fetch"
_PROSE = (".md", ".txt", ".rst", ".html", ".json", ".geojson", ".yaml", ".yml", ".xml", "")


@dataclass(frozen=True)
class Sniffed:
    """What a file, or a sheet of a workbook, is.

    Attributes:
        format: What it is, for people: "CSV", "Excel" and so on.
        reader: Name of a reader in `READERS`; None where nothing here reads it, and `why` then says so.
        options: Options of the reader, in the order in which they are written.
        sheet: Sheet of a workbook.
        fields: Number of columns of delimited text that has no header: its columns are named by number.
    """

    format: str
    reader: Guess[str | None]
    options: dict[str, Guess[Any]]
    sheet: str | None = None
    fields: int = 0


def sniff(path: Path) -> list[Sniffed]:  # noqa: PLR0911  one for each kind of file
    """Return what `path` is: one entry, or one for each sheet of a workbook.

    Only the bytes count, not the file's ending: exports are renamed. Nothing of the content is kept but the shape.
    What Office and Windows leave in a folder is known by its name, and not opened.

    Raises:
        OSError: The file cannot be opened.
    """
    for pattern, kind, why in _LEFT_BEHIND:
        if re.match(pattern, path.name, re.IGNORECASE):
            return [_nothing(kind, f"{why}: it is no data")]
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        return [_nothing("empty file", "the file is empty")]
    binary = _nothing("large file", "it is too large") if path.stat().st_size > Limits().bytes else _binary(head, path)
    if binary is not None:
        return _sheets(path) if binary.reader.value == "xlsx" else [binary]
    content = path.read_bytes()
    if re.search(rb"<log[\s>]", head) and head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return [_known("XES", "xes", "it is XML with a <log>")]
    encoding = decoded(content)
    if encoding is None:
        return [_nothing("unknown", "the bytes are neither text nor a format that is known here")]
    text, coding = encoding
    start = text.lstrip()[:1]
    if start == "{" and '"sujuva_pull"' in text[:_HEAD]:
        return [_pull(path)]
    if start in {"{", "[", "<"} or path.suffix.lower() in {".md", ".rst"}:
        return [_nothing("text", "it is no table")]
    fault = _shapeless(content, path.name, Limits())
    layout = None if fault else layout_of(text[:_LAID_OUT])
    prose = path.suffix.lower() in _PROSE
    if layout is None or (
        prose
        and (layout.width == 1 or not (layout.header or _matrix(layout.rows)[1]))
        and not tool_of(layout.rows, layout.separator.value)
    ):
        return [_nothing("text", fault or "no separator divides it into columns, so it is no table")]
    return [_delimited(layout, coding)]


def _shapeless(content: bytes, name: str, limits: Limits) -> str:
    """Return why delimited text has no shape that the limits allow, whatever separates its values; empty if it has."""
    said = ""
    for separator in SEPARATORS:
        try:
            check_shape(content, separator, name, limits)
        except TooLargeError as error:
            said = error.message.rstrip(".")
        else:
            return ""
    return said


def _known(kind: str, reader: str, why: str, sureness: float = SURE) -> Sniffed:
    if reader in READERS:
        return Sniffed(kind, Guess(reader, sureness, why), {})
    return _nothing(kind, f"{why}, but no reader opens that yet")


def _pull(path: Path) -> Sniffed:
    """Return what `sujuva fetch` brought: its options are the query that it was made with."""
    try:
        pull = read_pull(path, None, Limits())
    except SourceError as error:
        return _nothing(PULL, error.message.removesuffix("."))
    asked = pull.query if pull.reader == "sotkanet" else PxwebOptions.of(pull).model_dump(exclude_defaults=True)
    options = {key: Guess(value, SURE, "as it was asked for") for key, value in asked.items() if key != "address"}
    return replace(_known(PULL, pull.reader, "`sujuva fetch` wrote it"), options=options)


def _nothing(kind: str, why: str) -> Sniffed:
    return Sniffed(kind, Guess(None, SURE, why), {})


def _binary(head: bytes, path: Path) -> Sniffed | None:  # noqa: PLR0911  one for each kind of file
    if head[:4] in {b"$FL2", b"$FL3"}:
        return _known("SPSS", "sav", "the file begins as SPSS files do")
    if head[:4] == b"PAR1":
        return _known("Parquet", "parquet", "the file begins as Parquet does")
    if head[:4] == b"PK\x03\x04" or head[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _known("Excel", "xlsx", "the file begins as workbooks do")
    if head.startswith(b"<stata_dta>"):
        return _known("Stata", "dta", "the file begins as Stata files do")
    if head[0] in _STATA and head[1:2] in {b"\x01", b"\x02"}:
        return _known("Stata", "dta", "the file begins as older Stata files do", LIKELY)
    if head[:5] == b"%PDF-":
        return _nothing("PDF", "it is a document: ask for the data as Excel or CSV")
    if head[:2] == b"\x1f\x8b":
        if path.name.lower().endswith(".xes.gz"):
            return _known("XES", "xes", "a packed file called .xes.gz", GUESS)
        return _nothing("packed file", "it is packed: unpack it first")
    return None


def _sheets(path: Path) -> list[Sniffed]:
    """Return one entry for each sheet of a workbook that has anything in it."""
    try:
        names: list[str] = open_workbook(path, Limits()).sheet_names
    except TooLargeError as error:
        return [_nothing("Excel", error.message.rstrip("."))]
    except LockedError as error:
        return [_nothing("Excel", f"a password locks it. {error.hint.rstrip('.')}")]
    except SourceError:
        return [_nothing("packed file", "it begins as workbooks do, but cannot be opened as one")]
    found = []
    for name in names:
        try:
            measured(path, name, Limits())
            found_row = header_row(path, name)
        except SourceError as error:  # it could not be held, or a cell stands far away
            found.append(Sniffed("Excel", Guess(None, SURE, error.message.rstrip(".")), {}, name))
            continue
        if found_row is None:
            found.append(Sniffed("Excel", Guess(None, SURE, "the sheet is empty"), {}, name))
            continue
        row, matrix = found_row
        if not row.value:
            why = f"{row.why}: put a row with the names of the columns above it"
            found.append(Sniffed("Excel", Guess(None, row.sureness, why), {}, name))
            continue
        sheet = Guess(name, SURE, "the workbook's only sheet" if len(names) == 1 else f"one of {len(names)} sheets")
        found.append(Sniffed("Excel", Guess("xlsx", SURE), {"sheet": sheet, "header_row": row, **matrix}, name))
    return found


def _delimited(layout: Layout, coding: Guess[str]) -> Sniffed:
    """Choose among the readers of delimited text by what the first rows hold."""
    tool = tool_of(layout.rows, layout.separator.value)
    kind, reader, why = (tool.format, tool.reader, tool.why) if tool else ("CSV", "csv", "")
    sureness = tool.sureness if tool else min(LIKELY, layout.separator.sureness)
    if reader not in READERS:
        reader, sureness, why = "csv", WEAK, f"{why}; no reader for it yet, so it is read as plain text"
    known = READERS[reader].options.model_fields
    options: dict[str, Guess[Any]] = {
        "separator": layout.separator,
        "encoding": coding,
        "decimal": layout.decimal,
        "thousands": layout.thousands,
        "header_row": layout.header_row,
    }
    chosen = {name: guess for name, guess in options.items() if name in known and guess.value is not None}
    fields = 0
    start, matrix = _matrix(layout.rows) if reader == "csv" else (0, {})
    chosen |= matrix
    if matrix and start:
        above = (layout.header_row.value or 1) + start
        chosen["header_row"] = Guess(above, LIKELY, f"{start} row{'s' if start > 1 else ''} above the matrix")
    if tool is None and not layout.header and not matrix:
        fields = layout.width
        chosen["header"] = Guess("false", GUESS, "the first row looks like data, so the columns are numbered")
        chosen["columns"] = Guess([f"column_{number}" for number in range(1, fields + 1)], GUESS, "name them")
        sureness = min(sureness, GUESS)
    return Sniffed(kind, Guess(reader, sureness, why), chosen, fields=fields)
