"""Values of types that have no plain text, made ready for `textual`."""

from __future__ import annotations

import polars as pl

from sujuva.errors import SourceError


def plain(frame: pl.DataFrame, where: str) -> pl.DataFrame:
    """Return a frame that `textual` can write: lengths of time become seconds.

    Raises:
        SourceError: A column holds bytes inside lists or records, or objects. Names the column.
    """
    for name, kind in frame.schema.items():
        if isinstance(kind, pl.Object) or (kind.is_nested() and _holds_bytes(kind)):
            msg = f"{where}: the column '{name}' holds values that have no text ({kind})."
            raise SourceError(msg, "Leave it out of the export.")
    units = {"ns": 10**9, "us": 10**6, "ms": 10**3}
    lengths = {name: kind for name, kind in frame.schema.items() if isinstance(kind, pl.Duration)}
    return frame.with_columns(
        (pl.col(name).to_physical() / units[kind.time_unit]).alias(name) for name, kind in lengths.items()
    )


def _holds_bytes(kind: pl.DataType) -> bool:
    if isinstance(kind, (pl.List, pl.Array)):
        return _holds_bytes(kind.inner)  # type: ignore[arg-type]  # a column's type is whole
    if isinstance(kind, pl.Struct):
        return any(_holds_bytes(field.dtype) for field in kind.fields)  # type: ignore[arg-type]
    return isinstance(kind, (pl.Binary, pl.Object))
