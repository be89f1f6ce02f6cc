"""Large delimited text without quotation marks, read with columns of codes as numbers, if written plainly."""

from __future__ import annotations

import re

import polars as pl

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
