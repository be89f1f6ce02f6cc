"""The shape of delimited text, held against the limits before and after it is read; it costs next to nothing."""

from __future__ import annotations

import numpy as np
import polars as pl

from sujuva.sources.limits import POINTER, Limits, has_gap

_QUOTE = ord('"')
_CHUNK = 1 << 22


def check_shape(body: bytes, separator: str, where: str, limits: Limits) -> None:
    """See that no line of a file without quotation marks is one endless value, and the first no absurd number of them.

    Args:
        body: The text; its first line is the first record.
        separator: One character.
        where: Name of the file, for messages.
        limits: How long a value may be, and how many there may be.

    Raises:
        TooLargeError: One is.
    """
    mark = separator.encode()
    end = body.find(b"\n")
    first = memoryview(body)[: end if end >= 0 else len(body)]
    if len(first) > limits.columns:
        limits.check_columns(_outside(first, mark) + 1, where)
    if _QUOTE not in body and has_gap(body, b"\n", limits.value):
        for number, line in enumerate(body.split(b"\n"), start=1):
            if has_gap(line, mark, limits.value):
                place = f"{where}, line {number}"
                raise limits.long_value(place)


def _outside(line: memoryview, mark: bytes) -> int:
    """Count a separator outside of quotation marks."""
    inside, number = np.uint8(0), 0
    for at in range(0, len(line), _CHUNK):
        part = np.frombuffer(line[at : at + _CHUNK], dtype=np.uint8)
        parity = np.bitwise_xor.accumulate((part == _QUOTE).view(np.uint8)) ^ inside
        number += int(np.count_nonzero((part == ord(mark)) & (parity == 0)))
        inside = parity[-1]
    return number


def check_area(body: bytes, width: int, where: str, limits: Limits) -> None:
    """See that blank lines, each of which becomes a row as wide as the header, do not make more than the memory holds.

    Raises:
        TooLargeError: They do.
    """
    if len(body) * width * POINTER <= limits.bytes:
        return
    rows = body.count(b"\n") + 1
    if rows * width > 2 * len(body):  # more values than bytes: a row that is there has a separator for each
        limits.check_memory(rows * width * POINTER, where, f"{rows:,} lines by {width:,} columns")


def check_values(frame: pl.DataFrame, where: str, limits: Limits) -> None:
    """See that no value is longer than allowed: in quotation marks one may run over any number of lines.

    Raises:
        TooLargeError: One is.
    """
    lengths = frame.select(pl.col(pl.String).str.len_bytes().max())
    if lengths.width and max(one or 0 for one in lengths.row(0)) > limits.value:
        raise limits.long_value(where, quoted=True)
