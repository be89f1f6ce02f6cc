"""Reader of delimited text (CSV), with the encodings and decimal commas that Finnish exports have."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import Field

from sujuva.errors import SourceError
from sujuva.sources.raw import Options, RawTable, Reader

Encoding = Literal["utf-8", "utf-8-sig", "iso-8859-1", "windows-1252"]
_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t"}


class DelimitedOptions(Options, frozen=True):
    """Options of the reader `csv`."""

    separator: str = Field(",", description="One character, or comma, semicolon or tab")
    encoding: Encoding = "utf-8"
    decimal: Literal[".", ","] = "."
    header: bool = Field(True, description="The first row names the columns")
    columns: tuple[str, ...] = Field((), description="Names of the columns where there is no header")


def read_delimited(path: Path, options: DelimitedOptions) -> RawTable:
    """Read delimited text; every value stays text.

    Raises:
        SourceError: The bytes are no text of this encoding, the rows do not fit the header, or a quote is left open.
    """
    separator = _SEPARATORS.get(options.separator, options.separator)
    if len(separator) != 1:
        msg = f"{path.name}: the separator must be one character."
        raise SourceError(msg, "Write it in quotes, or say comma, semicolon or tab.")
    if options.header == bool(options.columns):
        msg = f"{path.name}: give the option columns exactly when header is false."
        raise SourceError(msg)
    text = decode(path, options.encoding)
    if not text.strip():
        msg = f"{path.name} is empty."
        raise SourceError(msg, "Export it again.")
    try:
        frame = pl.read_csv(
            io.StringIO(text), separator=separator, has_header=options.header, infer_schema=False, quote_char='"'
        )
    except pl.exceptions.PolarsError:
        # Polars quotes the offending value, which may be a person's: neither its text nor its chain goes on.
        raise SourceError(*_why(text, separator, path.name)) from None
    short = _short_row(text, separator, frame.width)
    if short:
        msg = f"{path.name}, data row {short - options.header}: fewer values than the first row has."
        raise SourceError(msg, "The file may have been cut off; export it again.")
    if not options.header:
        if frame.width != len(options.columns):
            msg = f"{path.name} has {frame.width} columns, but the option columns names {len(options.columns)}."
            raise SourceError(msg, "Name every column, in order.")
        frame.columns = list(options.columns)
    elif frame.width == 1:
        found = next((mark for mark in ",;\t|" if mark != separator and mark in frame.columns[0]), None)
        if found is not None:
            msg = f"{path.name}: the header is one column, and it holds {found!r}."
            raise SourceError(msg, f"Set options: {{separator: {found!r}}} in sources.yaml.")
    return RawTable(frame, decimals=options.decimal)


def _short_row(text: str, separator: str, width: int) -> int | None:
    """Return the number (from 1, the header included) of the first record with fewer values than `width`.

    Polars fills such a record up with blanks, and a cut-off export would lose answers without a word.
    """
    lines = pl.Series(text.rstrip("\r\n").split("\n"))
    counts = lines.str.count_matches(separator, literal=True) + 1
    # A line that is all blank is no record; quotes may hold separators and line ends, so they need a real parser.
    if '"' not in text:
        short = ((counts < width) & (lines.str.strip_chars() != "")).arg_true()
        return int(short[0]) + 1 if short.len() else None
    if not (counts != width).any():
        return None
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    return next((number for number, row in enumerate(reader, start=1) if 0 < len(row) < width), None)


def decode(path: Path, encoding: str) -> str:
    """Return the text of `path`; a byte order mark is dropped.

    Raises:
        SourceError: The bytes are not text of this encoding. Names the line, never what it says.
    """
    content = path.read_bytes()
    if b"\x00" in content:
        msg = f"{path.name} holds bytes that no text has."
        raise SourceError(msg, "Is it an Excel or SPSS file, or saved as UTF-16? Choose its reader, or save as UTF-8.")
    is_utf8 = encoding.startswith("utf-8")
    try:
        text = content.decode("utf-8-sig" if is_utf8 else encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        other = "iso-8859-1 or windows-1252" if is_utf8 else "utf-8 or iso-8859-1"
        msg = f"{path.name}, line {line}: the bytes are not {encoding} text."
        raise SourceError(msg, f"Set options: {{encoding: …}} in sources.yaml to {other}.") from None
    if not is_utf8 and not content.isascii() and _is_utf8(content):
        msg = f"{path.name} is UTF-8 text, but sources.yaml says {encoding}: its letters would be garbled."
        raise SourceError(msg, "Set options: {encoding: utf-8} in sources.yaml.")
    return text


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _why(text: str, separator: str, name: str) -> tuple[str, str]:
    """Find the data row that does not fit the first row."""
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    number = 0
    try:
        width = len(next(reader))
        for number, row in enumerate(reader, start=1):
            if len(row) > width:
                return (
                    f"{name}, data row {number}: {len(row)} values where the first row has {width}.",
                    "Check the separator, and that texts that hold it are in quotes.",
                )
    except csv.Error:
        pass
    return f"{name}, after data row {number}: a quotation mark is not closed or stands inside a value.", (
        "Export the file again, with texts in quotes."
    )


READER = Reader("csv", DelimitedOptions, read_delimited)
