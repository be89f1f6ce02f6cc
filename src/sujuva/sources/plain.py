"""Values of types that have no plain text, made ready for `textual`."""

from __future__ import annotations

import datetime as dt

import polars as pl

from sujuva.errors import SourceError

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
