"""Records of delimited text: read by Polars at its speed, and checked so that no cut-off row is filled up silently.

Polars fills a record with too few values up with blanks. In a file without quotation marks the number of separators
tells whether there is such a record; where there are quotation marks, or the number is off, the bytes are scanned for
the separators and line ends that stand outside of them. Text that is not quoted as RFC 4180 says goes through the
`csv` module: slower, but exact. Large files without quotation marks are read with codes as numbers (`whole`).
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from pydantic import Field

from sujuva.errors import SourceError, nearest
from sujuva.paths import legible, no_file
from sujuva.sources.header import find_file, named
from sujuva.sources.limits import Limits
from sujuva.sources.raw import Options
from sujuva.sources.shape import check_area, check_shape, check_values
from sujuva.sources.text import Encoding, check_utf8, utf8_of

_SAMPLE = 1 << 16
_PLAIN = re.compile(r"(?:0|-?[1-9][0-9]{0,3})?")
_POWERS = (10, 100, 1000)


def read_typed(body: bytes, separator: str, width: int, headers: int) -> pl.DataFrame | None:
    """Read delimited text without quotation marks; columns of codes become Int16, all others text.

    Returns:
        One row a data record; None where there are no such columns, or the values are not written plainly.
    """
    start = 0
    for _ in range(headers):
        start = body.find(b"\n", start) + 1
        if not start:
            return None
    codes = _codes(body[start : start + _SAMPLE], separator, width)
    if not codes:
        return None
    try:
        frame = pl.read_csv(
            body,
            separator=separator,
            has_header=False,
            skip_rows=headers,
            schema={str(place): pl.Int16 if place in codes else pl.String for place in range(width)},
            quote_char=None,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.width != width or _length(frame, body, start) != len(body) - start:
        return None
    return frame.rechunk()


def _codes(sample: bytes, separator: str, width: int) -> list[int]:
    """Return the columns that hold small whole numbers, as far as a sample of lines tells."""
    lines = sample.decode("utf-8", errors="replace").replace("\r\n", "\n").split("\n")[:-1]
    rows = [line.split(separator) for line in lines]
    if not rows or any(len(row) != width for row in rows):
        return []
    columns = zip(*rows, strict=True)
    return [
        place
        for place, values in enumerate(columns)
        if any(values) and all(_PLAIN.fullmatch(value) for value in values)
    ]


def _length(frame: pl.DataFrame, body: bytes, start: int) -> int:
    """Return how many bytes the records take when every number is written plainly."""
    lines = frame.height - (not body.endswith(b"\n"))
    ends = 2 if body[body.find(b"\n", start) - 1 : body.find(b"\n", start)] == b"\r" else 1
    text = [name for name, kind in frame.schema.items() if kind == pl.String]
    numbers = [name for name in frame.columns if name not in text]
    total = lines * ends + frame.height * (frame.width - 1)
    if text:
        total += sum(frame.select(pl.col(text).str.len_bytes().cast(pl.Int64).sum()).row(0))
    lows, highs = (frame.select(bound).row(0) for bound in (pl.col(numbers).min(), pl.col(numbers).max()))
    for name, low, high in zip(numbers, lows, highs, strict=True):
        column = frame[name]
        total += column.len() - column.null_count()
        if low is not None and low < 0:
            total += int((column < 0).sum())
        for power in _POWERS:
            if low is not None and max(high, -low) >= power:
                total += int((column >= power).sum()) + int((column <= -power).sum())
    return int(total)


_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "\\t": "\t"}
_QUOTE, _LINE = ord('"'), ord("\n")
_CHUNK = 1 << 22
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
        raise SourceError(*_open_quote(where, 0))
    width = len(first[0])
    limits.check_columns(width, where)
    check_area(body, width, where, limits)
    frame = _quickly(body, separator, where, width, headers)
    if frame is None:
        check_utf8(content, where)
        frame = _slowly(body, separator, where, width, headers, limits)
    elif _QUOTE in body and len(body) > limits.value:
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
    quoted = _QUOTE in body
    if not quoted and len(body) >= LARGE:
        typed = read_typed(body, separator, width, headers)
        if typed is not None:
            return typed
    scan = _scan(body, separator, width) if quoted else None
    if scan is not None:
        if not scan.strict:
            return None
        _check(scan, where, width, headers)
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
        if frame is not None and frame.width == width and _fits(body, separator, width, frame.height + (headers > 0)):
            return frame.slice(max(headers - 1, 0))
        scan = _scan(body, separator, width)
        _check(scan, where, width, headers)
    if frame is None or frame.width != width or frame.height + (headers > 0) != scan.records:
        return None
    return frame.slice(max(headers - 1, 0))


def _fits(body: bytes, separator: str, width: int, records: int) -> bool:
    """Tell whether there are as many separators as whole records have; Polars itself refuses records with too many.

    It does not where the file's last line ends in a separator too many, so that line is counted by itself.
    """
    values, mark = np.frombuffer(body, dtype=np.uint8), ord(separator)
    # In pieces that fit the processor's cache.
    total = sum(int(np.count_nonzero(values[at : at + 2**18] == mark)) for at in range(0, len(values), 2**18))
    last = body[body.rfind(b"\n") + 1 :]
    return total == records * (width - 1) and (not last or last.count(separator.encode()) == width - 1)


@dataclass(frozen=True)
class _Scan:
    """Attributes: number of records; the first with a wrong number of values (from 0) and that number; quoted well."""

    records: int
    wrong: int | None
    found: int
    strict: bool


def _scan(body: bytes, separator: str, width: int) -> _Scan:
    """Count the values of every record; separators and line ends inside quotation marks are text.

    A quotation mark opens a value after a separator or a line end and closes it before one; inside, it is doubled.
    Whether a byte is inside is then the parity of the marks up to it.
    """
    values, mark = np.frombuffer(body, dtype=np.uint8), ord(separator)
    opens, closes = np.zeros(256, dtype=bool), np.zeros(256, dtype=bool)
    opens[[_QUOTE, _LINE, mark]] = closes[[_QUOTE, _LINE, mark, ord("\r")]] = True
    inside, pending, begun, records = np.uint8(0), 0, 0, 0
    wrong, found = None, 0
    for at in range(0, len(values), _CHUNK):
        part = values[at : at + _CHUNK]
        line, split = part == _LINE, part == mark
        quote = part == _QUOTE
        if inside or quote.any():
            parity = np.bitwise_xor.accumulate(quote.view(np.uint8)) ^ inside
            marks = np.flatnonzero(quote)
            opening = marks[parity[marks] == 1] + at
            closing = marks[parity[marks] == 0] + at
            well = opens[values[opening[opening > 0] - 1]].all()
            if not (well and closes[values[closing[closing < len(values) - 1] + 1]].all()):
                return _Scan(records, None, 0, strict=False)
            outside = parity == 0
            line, split, inside = line & outside, split & outside, parity[-1]
        ends, splits = np.flatnonzero(line), np.cumsum(split, dtype=np.int32)
        counts = np.diff(splits[ends], prepend=np.int32(0))
        counts[:1] += pending
        for place in np.flatnonzero(counts != width - 1) if wrong is None else ():
            start = begun if place == 0 else at + int(ends[place - 1]) + 1
            if body[start : at + int(ends[place])].strip():  # a line that is all blank is no cut-off record
                wrong, found = records + int(place), int(counts[place]) + 1
                break
        pending = int(splits[-1]) - int(splits[ends[-1]]) if ends.size else pending + int(splits[-1])
        begun = at + int(ends[-1]) + 1 if ends.size else begun
        records += ends.size
    if begun < len(body):
        if wrong is None and pending != width - 1 and body[begun:].strip():
            wrong, found = records, pending + 1
        records += 1
    return _Scan(records, wrong, found, strict=not inside)


def _check(scan: _Scan, where: str, width: int, headers: int) -> None:
    if scan.wrong is not None:
        raise SourceError(*_misfit(where, scan.wrong - headers + 1, scan.found, width))


def _misfit(where: str, row: int, found: int, width: int) -> tuple[str, str]:
    place = f"data row {row}" if row > 0 else "the header"
    if found < width:
        return f"{where}, {place}: fewer values ({found}) than the first row has ({width}).", (
            "The file may have been cut off; export it again."
        )
    return f"{where}, {place}: {found} values where the first row has {width}.", (
        "Check the separator, and that texts that hold it are in quotes."
    )


def _open_quote(where: str, row: int) -> tuple[str, str]:
    return f"{where}, after data row {max(row, 0)}: a quotation mark is not closed or stands inside a value.", (
        "Export the file again, with texts in quotes."
    )


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
                    raise SourceError(*_misfit(where, row, len(values), width))
                if row > 0:
                    batch.append([value or None for value in values] if len(values) == width else [None] * width)
                if len(batch) == _BATCH:
                    frames.append(pl.DataFrame(batch, schema=schema, orient="row"))
                    batch = []
    except csv.Error as error:
        if _LONG in str(error):
            place = f"{where}, after data row {max(row, 0)}"
            raise limits.long_value(place, quoted=True) from None
        raise SourceError(*_open_quote(where, row)) from None
    frames.append(pl.DataFrame(batch, schema=schema, orient="row"))
    return pl.concat(frames)
