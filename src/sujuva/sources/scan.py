"""Bytes of delimited text, scanned for the separators and line ends that stand outside of quotation marks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sujuva.errors import SourceError

QUOTE, _LINE = ord('"'), ord("\n")
_CHUNK = 1 << 22


def fits(body: bytes, separator: str, width: int, records: int) -> bool:
    """Tell whether there are as many separators as whole records have; Polars itself refuses records with too many.

    It does not where the file's last line ends in a separator too many, so that line is counted by itself.
    """
    values, mark = np.frombuffer(body, dtype=np.uint8), ord(separator)
    # In pieces that fit the processor's cache.
    total = sum(int(np.count_nonzero(values[at : at + 2**18] == mark)) for at in range(0, len(values), 2**18))
    last = body[body.rfind(b"\n") + 1 :]
    return total == records * (width - 1) and (not last or last.count(separator.encode()) == width - 1)


@dataclass(frozen=True)
class Scan:
    """Attributes: number of records; the first with a wrong number of values (from 0) and that number; quoted well."""

    records: int
    wrong: int | None
    found: int
    strict: bool


def scan_records(body: bytes, separator: str, width: int) -> Scan:
    """Count the values of every record; separators and line ends inside quotation marks are text.

    A quotation mark opens a value after a separator or a line end and closes it before one; inside, it is doubled.
    Whether a byte is inside is then the parity of the marks up to it.
    """
    values, mark = np.frombuffer(body, dtype=np.uint8), ord(separator)
    opens, closes = np.zeros(256, dtype=bool), np.zeros(256, dtype=bool)
    opens[[QUOTE, _LINE, mark]] = closes[[QUOTE, _LINE, mark, ord("\r")]] = True
    inside, pending, begun, records = np.uint8(0), 0, 0, 0
    wrong, found = None, 0
    for at in range(0, len(values), _CHUNK):
        part = values[at : at + _CHUNK]
        line, split = part == _LINE, part == mark
        quote = part == QUOTE
        if inside or quote.any():
            parity = np.bitwise_xor.accumulate(quote.view(np.uint8)) ^ inside
            marks = np.flatnonzero(quote)
            opening = marks[parity[marks] == 1] + at
            closing = marks[parity[marks] == 0] + at
            well = opens[values[opening[opening > 0] - 1]].all()
            if not (well and closes[values[closing[closing < len(values) - 1] + 1]].all()):
                return Scan(records, None, 0, strict=False)
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
    return Scan(records, wrong, found, strict=not inside)


def check_scan(scan: Scan, where: str, width: int, headers: int) -> None:
    """Refuse a record with another number of values than the first row has.

    Raises:
        SourceError: Names the row and both numbers.
    """
    if scan.wrong is not None:
        raise SourceError(*misfit(where, scan.wrong - headers + 1, scan.found, width))


def misfit(where: str, row: int, found: int, width: int) -> tuple[str, str]:
    """Return what is said of such a record, and a hint."""
    place = f"data row {row}" if row > 0 else "the header"
    if found < width:
        return f"{where}, {place}: fewer values ({found}) than the first row has ({width}).", (
            "The file may have been cut off; export it again."
        )
    return f"{where}, {place}: {found} values where the first row has {width}.", (
        "Check the separator, and that texts that hold it are in quotes."
    )


def open_quote(where: str, row: int) -> tuple[str, str]:
    """Return what is said of a quotation mark that is not closed, and a hint."""
    return f"{where}, after data row {max(row, 0)}: a quotation mark is not closed or stands inside a value.", (
        "Export the file again, with texts in quotes."
    )
