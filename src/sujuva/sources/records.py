"""Records of delimited text: read by Polars at its speed, and checked so that no cut-off row is filled up silently.

Polars fills a record with too few values up with blanks. In a file without quotation marks the number of separators
tells whether there is such a record; where there are quotation marks, or the number is off, the bytes are scanned for
the separators and line ends that stand outside of them. Text that is not quoted as RFC 4180 says goes through the
`csv` module: slower, but exact. Large files without quotation marks are read with codes as numbers (`typed`).
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from pydantic import Field

from sujuva.errors import SourceError, nearest
from sujuva.paths import legible, no_file
from sujuva.sources.header import find_file, named
from sujuva.sources.limits import Limits
from sujuva.sources.raw import Options
from sujuva.sources.scan import QUOTE, check_scan, fits, misfit, open_quote, scan_records
from sujuva.sources.shape import check_area, check_shape, check_values
from sujuva.sources.text import Encoding, check_utf8, utf8_of
from sujuva.sources.typed import read_typed

_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "\\t": "\t"}
LARGE = 1 << 23
"""Bytes from which it pays to read columns of codes as numbers."""
_BATCH = 50_000
_LONG = "field larger than field limit"  # what the module csv says


def separator_of(text: str, where: str) -> str:
    """Return the separator that an option means.

    Raises:
        SourceError: It is not one plain character.
    """
    separator = _SEPARATORS.get(text, text)
    if len(separator.encode()) != 1 or separator in '"\r\n':
        msg = f"{where}: the separator must be one character."
        raise SourceError(msg, "Write it in quotes, or say comma, semicolon, tab or pipe.")
    return separator


class TextOptions(Options, frozen=True):
    """Options that all readers of delimited text have."""

    separator: str = Field(",", description="One character, or comma, semicolon, tab or pipe")
    encoding: Encoding = "utf-8"

    def read(self, path: Path, *, skip: int = 0, headers: int = 1) -> Records:
        """Read a file (see `read_records`)."""
        separator = separator_of(self.separator, path.name)
        content = utf8_of(path, self.encoding, self.limits)
        return read_records(content, separator, path.name, skip=skip, headers=headers, limits=self.limits)


def read_beside(data: Path, name: str, what: str, separator: str, needed: Sequence[str], hint: str) -> pl.DataFrame:
    """Read the columns `needed` of a file that stands beside a data file and describes it; no value is null.

    Raises:
        SourceError: It is not there, or lacks a column: then it is no `what`, and `hint` says where to get one.
    """
    path = find_file(data.parent, name) if Path(name).name == name else None
    if path is None:
        msg = f"{data.name}: the {what} {name} is not beside it."
        raise SourceError(msg, nearest(name, (legible(one.name) for one in data.parent.iterdir() if one.is_file())))
    if fault := no_file(path, data.parent):
        msg = f"{data.name}: the {what} {name} is {fault}, and is not opened."
        raise SourceError(msg, "Put the file itself beside the data.")
    found = TextOptions(separator=separator).read(path)
    frame = named(found.frame, found.headers[0], path.name)
    lacking = next((one for one in needed if one not in frame.columns), None)
    if lacking is not None:
        msg = f"{path.name} is no {what}: it has no column '{lacking}'."
        raise SourceError(msg, hint)
    return frame.select(needed).fill_null("")


@dataclass(frozen=True)
class Records:
    """What stands in delimited text.

    Attributes:
        headers: The first records, which are no data, as they were asked for.
        frame: One row a data record, as wide as the first record; columns have no meaningful names. Text or null; in
            a large file, columns of codes are whole numbers that are written as in the file.
    """

    headers: tuple[tuple[str, ...], ...]
    frame: pl.DataFrame


def first_records(content: bytes, separator: str, where: str, number: int, limits: Limits) -> list[list[str]]:
    """Return the first records of delimited text; fewer where there are no more.

    Raises:
        SourceError: The bytes are not UTF-8, or a value or the number of columns is larger than allowed.
    """
    return _first(_body(content, 0), separator, where, number, limits)


def _first(body: bytes, separator: str, where: str, number: int, limits: Limits) -> list[list[str]]:
    check_shape(body, separator, where, limits)
    try:
        with _values_up_to(limits):
            return list(itertools.islice(_records(body, separator), number))
    except csv.Error as error:
        if _LONG in str(error):
            raise limits.long_value(where, quoted=True) from None
        return []
    except UnicodeDecodeError:
        check_utf8(body, where)
        raise


def read_records(
    content: bytes, separator: str, where: str, *, skip: int = 0, headers: int = 1, limits: Limits
) -> Records:
    """Read delimited text; every value stays text, a blank value is null or empty.

    Args:
        content: UTF-8 without a byte order mark.
        separator: One character.
        where: Name of the file, for messages.
        skip: Lines before the first record.
        headers: Records at the start that are no data; the first record of all says how many values there are.
        limits: How large the file may be.

    Raises:
        SourceError: A record has too few or too many values, or a quote is left open; names the data row. Or the file
            asks for more than the limits allow.
    """
    body = _body(content, skip)
    first = _first(body, separator, where, max(headers, 1), limits)
    if not first or not first[0] or len(first) < headers:
        if not body.strip():
            msg = f"{where} has nothing after its first {skip} lines." if skip else f"{where} is empty."
            raise SourceError(msg, "Set options: {header_row: …} to the line that names the columns." if skip else "")
        if first and not first[0]:
            msg = f"{where}: the line that should name the columns is blank."
            raise SourceError(msg, "Set options: {header_row: …} to the line that names the columns.")
        if headers > len(first) > 0:
            msg = f"{where}: only {len(first)} rows, where {headers} are header."
            raise SourceError(msg, "Export it again, or choose another reader.")
        raise SourceError(*open_quote(where, 0))
    width = len(first[0])
    limits.check_columns(width, where)
    check_area(body, width, where, limits)
    frame = _quickly(body, separator, where, width, headers)
    if frame is None:
        check_utf8(content, where)
        frame = _slowly(body, separator, where, width, headers, limits)
    elif QUOTE in body and len(body) > limits.value:
        check_values(frame, where, limits)
    return Records(tuple(tuple(one) for one in first[:headers]), frame)


def _body(content: bytes, skip: int) -> bytes:
    """Return what follows the skipped lines, with lines that end as Polars expects."""
    ends = content.find(b"\r"), content.find(b"\n")
    if ends[0] >= 0 and ends[1] < 0:  # the line ends of old Macs
        content = content.replace(b"\r", b"\n")
    start = 0
    for _ in range(skip):
        start = content.find(b"\n", start) + 1
        if not start:
            return b""
    if start:
        return content[start:]
    return content.lstrip(b"\r\n") if content.startswith((b"\r", b"\n")) else content


@contextmanager
def _values_up_to(limits: Limits) -> Iterator[None]:
    """Let the module csv, which has one limit for the whole process, take values as long as allowed."""
    before = csv.field_size_limit(limits.value)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _records(body: bytes, separator: str) -> Iterator[list[str]]:
    text = io.TextIOWrapper(io.BytesIO(body), encoding="utf-8", newline="")
    return csv.reader(text, delimiter=separator, strict=True)


def _quickly(body: bytes, separator: str, where: str, width: int, headers: int) -> pl.DataFrame | None:
    """Read with Polars; None where its reading cannot be trusted to be that of the file."""
    quoted = QUOTE in body
    if not quoted and len(body) >= LARGE:
        typed = read_typed(body, separator, width, headers)
        if typed is not None:
            return typed
    scan = scan_records(body, separator, width) if quoted else None
    if scan is not None:
        if not scan.strict:
            return None
        check_scan(scan, where, width, headers)
    try:
        frame = pl.read_csv(
            body,
            separator=separator,
            has_header=headers > 0,
            infer_schema=False,
            quote_char='"' if quoted else None,
            raise_if_empty=False,
        )
    except pl.exceptions.PolarsError:
        # Polars quotes the offending value, which may be a person's: neither its text nor its chain goes on.
        frame = None
    if scan is None:
        if frame is not None and frame.width == width and fits(body, separator, width, frame.height + (headers > 0)):
            return frame.slice(max(headers - 1, 0))
        scan = scan_records(body, separator, width)
        check_scan(scan, where, width, headers)
    if frame is None or frame.width != width or frame.height + (headers > 0) != scan.records:
        return None
    return frame.slice(max(headers - 1, 0))


def _slowly(body: bytes, separator: str, where: str, width: int, headers: int, limits: Limits) -> pl.DataFrame:
    """Read with the `csv` module: exact where quotation marks stand in unusual places."""
    schema = dict.fromkeys((str(place) for place in range(width)), pl.String)
    frames = [pl.DataFrame(schema=schema)]
    batch: list[Sequence[str | None]] = []
    row = -headers
    try:
        with _values_up_to(limits):
            for row, values in enumerate(_records(body, separator), start=1 - headers):
                if len(values) != width and (len(values) > 1 or "".join(values).strip()):
                    raise SourceError(*misfit(where, row, len(values), width))
                if row > 0:
                    batch.append([value or None for value in values] if len(values) == width else [None] * width)
                if len(batch) == _BATCH:
                    frames.append(pl.DataFrame(batch, schema=schema, orient="row"))
                    batch = []
    except csv.Error as error:
        if _LONG in str(error):
            place = f"{where}, after data row {max(row, 0)}"
            raise limits.long_value(place, quoted=True) from None
        raise SourceError(*open_quote(where, row)) from None
    frames.append(pl.DataFrame(batch, schema=schema, orient="row"))
    return pl.concat(frames)
