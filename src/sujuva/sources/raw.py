"""Raw tables: what every reader hands on, whatever the file was."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import polars as pl
from pydantic import BaseModel, Field

from sujuva.errors import SourceError
from sujuva.sources.limits import Limits

Thousands = Literal["blank", "'", ".", ","]
"""What stands between the thousands of a number; `blank` is any kind of blank."""
MARKS: Mapping[str, str] = MappingProxyType({"blank": " \u00a0\u2009\u202f", "'": "'\u2019", ".": ".", ",": ","})
"""The characters that each of them means: no-break and thin blanks too, and both apostrophes."""
_EXACT = 2**53  # every whole number up to this is a float of its own: written without a fraction, nothing is lost


@dataclass(frozen=True)
class RawTable:
    """Raw values of one file.

    Attributes:
        frame: One row a data row, columns named as in the file, values as the file has them.
        decimals: Characters that may stand before the fraction of a number in text: ".", "," or both.
        declared_missing: Of a column, a Boolean series: true where the file itself declares the value missing.
        rows: Number of each data row in the file, from 1 (Int64); default: 1, 2, 3 …
        titles: Of a column, the question or description that the file itself gives it (a variable label, a second
            header row, a dictionary).
        labels: Of a column, the meaning of its codes: code as text to label.
        identifying: Columns that the export itself marks as telling who somebody is.
        left_out: What of the file makes no row, and how much of it: blank cells of a matrix, its diagonal.
        thousands: Characters that may stand between the thousands of a number in text, none of them in `decimals`.
    """

    frame: pl.DataFrame
    decimals: str = "."
    declared_missing: Mapping[str, pl.Series] = field(default_factory=lambda: MappingProxyType({}))
    rows: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.Int64))
    titles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    identifying: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    thousands: str = ""

    def __post_init__(self) -> None:
        if self.rows.len() != self.frame.height:
            numbers = pl.int_range(1, self.frame.height + 1, dtype=pl.Int64, eager=True)
            object.__setattr__(self, "rows", numbers)


def ungrouped(text: pl.Series, raw: RawTable) -> pl.Series:
    """Return numbers as text without what stands between their thousands; what is not grouped in threes stays."""
    if not raw.thousands:
        return text
    marks, decimals = re.escape(raw.thousands), re.escape(raw.decimals)
    shape = text.str.contains(rf"^[+-]?[0-9]{{1,3}}([{marks}][0-9]{{3}})+([{decimals}][0-9]*)?$")
    return text.str.replace_all(rf"[{marks}]", "").zip_with(shape.fill_null(value=False), text)


def may_be_grouped(text: pl.Series, raw: RawTable) -> bool:
    """Tell whether the mark of all fractions may as well stand between thousands, as in 1.234, and nothing says it."""
    if raw.thousands:
        return False
    marked = text.filter(text.str.contains(rf"[{re.escape(raw.decimals)}]"))
    return (
        bool(marked.len())
        and marked.str.contains(rf"^[+-]?[1-9][0-9]{{0,2}}[{re.escape(raw.decimals)}][0-9]{{3}}$").all()
    )


class Options(BaseModel, frozen=True, extra="forbid"):
    """Base of the options of a reader: unknown keys are errors."""

    limits: Limits = Field(
        Limits(), description="How large the file may be: memory (megabytes), columns, value (bytes)"
    )

    @property
    def fetched(self) -> bool:
        """Whether `sujuva fetch` writes the file."""
        return False


@dataclass(frozen=True)
class Reader:
    """One way to read a file.

    Attributes:
        name: What `reader:` says in sources.yaml.
        options: Model of its options.
        read: Turns a path and checked options into a raw table; raises SourceError.
        columns: Column descriptions that a feed of `area_indicators` need not repeat, as in sources.yaml.
    """

    name: str
    options: type[Options]
    read: Callable[[Path, Any], RawTable]
    columns: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


def textual(frame: pl.DataFrame) -> pl.DataFrame:
    """Return every column as text that loses nothing: whole numbers without ".0", times in ISO order, NaN as null."""
    return frame.select(_text(name, kind) for name, kind in frame.schema.items())


def _time_text(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.Datetime):
        return column.dt.to_string("%Y-%m-%d %H:%M:%S%.f" + ("%:z" if kind.time_zone else ""))
    if kind == pl.Time:
        return column.dt.to_string("%H:%M:%S%.f")
    if isinstance(kind, pl.Duration):  # in seconds
        return (column.dt.total_microseconds() / 1_000_000).cast(pl.String)
    return column.cast(pl.String)


def _text(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind.is_float():
        whole = (column.round() == column) & (column.abs() <= _EXACT)
        number = pl.when(whole).then(column.cast(pl.Int64, strict=False).cast(pl.String))
        return number.otherwise(column.fill_nan(None).cast(pl.String)).alias(name)
    if kind.is_decimal():  # 12.00 is the key 12, as in every other file
        return column.cast(pl.String).str.replace(r"\.0+$", "").alias(name)
    if kind.is_temporal():
        return _time_text(column, kind)
    if isinstance(kind, pl.Binary):
        return column.bin.encode("hex")
    if kind.is_nested():
        return pl.when(column.is_not_null()).then(pl.struct(column).struct.json_encode()).alias(name)
    return column.cast(pl.String)


_FIRST, _LAST = dt.date(1, 1, 1), dt.date(9999, 12, 31)
_DAYS = tuple((day - dt.date(1970, 1, 1)).days for day in (_FIRST, _LAST))
_UNITS = {"ns": 10**9, "us": 10**6, "ms": 10**3}


def plain(frame: pl.DataFrame, where: str) -> pl.DataFrame:
    """Return a frame that `textual` can write: lengths of time become seconds.

    Raises:
        SourceError: A column holds bytes inside lists or records, or objects; or dates outside the years 1 to 9999,
            which Polars cannot write. Names the column.
    """
    for name, kind in frame.schema.items():
        if isinstance(kind, pl.Object) or (kind.is_nested() and _holds_bytes(kind)):
            msg = f"{where}: the column '{name}' holds values that have no text ({kind})."
            raise SourceError(msg, "Leave it out of the export.")
        if _beyond(frame[name]):
            msg = f"{where}: the column '{name}' holds dates outside the years {_FIRST.year} to {_LAST.year}."
            raise SourceError(msg, "It was written with a wrong date format: mend the column and save again.")
    lengths = {name: kind for name, kind in frame.schema.items() if isinstance(kind, pl.Duration)}
    return frame.with_columns(
        (frame[name].to_physical() / _UNITS[kind.time_unit]).alias(name) for name, kind in lengths.items()
    )


def _beyond(column: pl.Series) -> bool:
    """Tell whether there are dates beyond those of the calendar, wherever they stand: lists and records have them too.

    They are compared as numbers: what Polars does with such a date it ends with a panic.
    """
    kind = column.dtype
    if isinstance(kind, (pl.List, pl.Array)):
        return _beyond(column.explode(empty_as_null=False, keep_nulls=False))
    if isinstance(kind, pl.Struct):
        return any(_beyond(column.struct.field(field.name)) for field in kind.fields)
    if isinstance(kind, pl.Date):
        low, high = _DAYS[0], _DAYS[1]
    elif isinstance(kind, pl.Datetime):
        day = 86_400 * _UNITS[kind.time_unit]
        # A day less at both ends: a time in UTC may be another day in its zone.
        low, high = (_DAYS[0] + 1) * day, _DAYS[1] * day - 1
        low, high = max(low, -(2**63)), min(high, 2**63 - 1)
    else:
        return False
    return not column.to_physical().is_between(low, high).all()


def _holds_bytes(kind: pl.DataType) -> bool:
    if isinstance(kind, (pl.List, pl.Array)):
        return _holds_bytes(kind.inner)  # type: ignore[arg-type]  # a column's type is whole
    if isinstance(kind, pl.Struct):
        return any(_holds_bytes(field.dtype) for field in kind.fields)  # type: ignore[arg-type]
    return isinstance(kind, (pl.Binary, pl.Object))
