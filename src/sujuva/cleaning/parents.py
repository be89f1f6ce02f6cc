"""References from one table to another: which row each row refers to, and rows that refer to none that is clean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from sujuva.cleaning.book import Book
from sujuva.cleaning.distinct import SLICE
from sujuva.cleaning.fed import AT
from sujuva.tables import references

_DENSE = 8  # cells of a table of positions for each row; a sparser key is joined instead


def orphans(tables: Mapping[str, pl.DataFrame], book: Book) -> dict[str, pl.Series]:
    """Note rows that refer to a row which is not clean, until no further row falls.

    A row whose own raw row brings the row it refers to is not noted again: it is set aside for the cause itself.

    Returns:
        Of each table with references: the clean row of its (last) parent table that each row refers to, or null.
    """
    parents = {parent for table in tables for parent, *_ in references(table) if parent in tables}

    def fallen() -> int:
        return sum(int(book.is_broken(tables[parent][AT]).sum()) for parent in parents)

    found: dict[str, pl.Series] = {}
    while True:
        before = fallen()
        clean = {parent: book.clean(tables[parent], AT) for parent in parents}
        for table, frame in tables.items():
            for parent, what, columns in references(table):
                here, there = list(columns), list(columns.values())
                if parent in tables:
                    found[table] = parent_rows(frame, clean[parent], here, there)
                    lonely = _lonely(frame, tables[parent], found[table], here, there)
                else:
                    lonely = frame.filter(pl.all_horizontal(pl.col(here).is_not_null()))[AT]
                book.note(f"unknown_{what}", lonely)
        if fallen() == before:  # no row fell that others refer to
            return found


def _lonely(
    frame: pl.DataFrame, parents: pl.DataFrame, found: pl.Series, here: Sequence[str], there: Sequence[str]
) -> pl.Series:
    """Return the places of the rows whose parent is not clean and does not come from the same raw row."""
    lost = found.is_null()
    if not lost.any():
        return frame[AT].head(0)
    rows = frame.select(AT, *here).filter(lost).filter(pl.all_horizontal(pl.col(here).is_not_null()))
    return rows.join(parents, left_on=[AT, *here], right_on=[AT, *there], how="anti")[AT]


def parent_rows(children: pl.DataFrame, parents: pl.DataFrame, here: Sequence[str], there: Sequence[str]) -> pl.Series:
    """Return for each child the row of `parents` with the same key (UInt32), null where there is none.

    The key columns `here` and `there` are in the same order; a key stands once among the parents, and has no nulls
    there.
    """
    dense = _positions(children, parents, here, there)
    if dense is not None:
        return dense
    rows = parents.select(there).with_row_index("_row")
    return children.select(here).join(rows, left_on=here, right_on=there, how="left", maintain_order="left")["_row"]


def _positions(
    children: pl.DataFrame, parents: pl.DataFrame, here: Sequence[str], there: Sequence[str]
) -> pl.Series | None:
    """Look the parents up in a table of positions, where the keys are whole numbers that lie close together.

    With ten million rows this takes a sixth of the time of a join.
    """
    if not parents.height or not all(parents.schema[name].is_integer() for name in there):
        return None
    lows = [int(parents[name].min()) for name in there]  # type: ignore[arg-type]
    spans = [int(parents[name].max()) - low + 1 for name, low in zip(there, lows, strict=True)]  # type: ignore[arg-type]
    if np.prod(spans, dtype=np.float64) > _DENSE * (parents.height + children.height) + 1024:
        return None

    def cells(frame: pl.DataFrame, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray | None]:
        """Return the cell of each row, and a mask of the rows that have none (None: all have one)."""
        place: np.ndarray = np.zeros(frame.height, dtype=np.int64)
        outside: np.ndarray | None = None
        for name, low, span in zip(names, lows, spans, strict=True):
            column = frame[name]
            ends = column.min(), column.max()
            far = column.null_count() > 0 or not column.len()
            far = far or int(ends[0]) < low or int(ends[1]) >= low + span  # type: ignore[arg-type]
            if far:
                bad = ~column.is_between(low, low + span - 1).fill_null(value=False).to_numpy()
                outside = bad if outside is None else outside | bad
                column = column.fill_null(low)
            place *= span
            place += column.to_numpy()
            place -= low
        if outside is not None:
            place[outside] = 0
        return place, outside

    table = np.full(int(np.prod(spans)), -1, dtype=np.int32)
    table[cells(parents, there)[0]] = np.arange(parents.height, dtype=np.int32)
    found = np.empty(children.height, dtype=np.int32)
    for at in range(0, children.height, SLICE):  # new memory for all rows at once would cost more than looking up
        asked, outside = cells(children.slice(at, SLICE), here)
        part = table[asked]
        if outside is not None:
            part[outside] = -1
        found[at : at + SLICE] = part
    rows = pl.Series("row", found)
    return rows.zip_with(rows >= 0, pl.Series([None], dtype=pl.Int32)).cast(pl.UInt32)
