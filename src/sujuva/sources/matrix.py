"""A sociomatrix: names in rows and columns, and in the cells what the one says of the other, made into a row a cell.

What follows sees ties, one a row, with the columns `source`, `target` and `rating`. Their row numbers count the cells
row by row from 1, the diagonal too: of n columns beside that of the names, the cell c of row r is number (r − 1)·n + c.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import polars as pl
from pydantic import Field

from sujuva.errors import SourceError
from sujuva.normal import normal
from sujuva.sources.header import check_names
from sujuva.sources.raw import Options, RawTable, textual

Reported = Literal["rows", "columns", "symmetric"]
Ends = tuple[str, str]
Cell = tuple[int, str | None]
"""Number of a cell and what stands in it."""
Named = tuple[int, str]
"""Number of a row or column and its name."""
SOURCE, TARGET, RATING = "source", "target", "rating"
_DIAGONAL, _BLANK, _MIRRORED, _TOTALS = "cells on the diagonal", "blank cells", "mirrored cells", "cells of totals"
_NUMBER = "number"
_NOTHING = {"", "0"}
_SHOWN = 6
_HALF, _SEVERAL = 0.5, 2


class MatrixOptions(Options, frozen=True):
    """Options of readers whose tables may be sociomatrices."""

    matrix: Reported | None = Field(
        None,
        description="A sociomatrix: rows (a row tells of those in the columns), columns (a column tells of those in "
        "the rows) or symmetric (a cell speaks for both ends)",
    )
    blank_cells: Literal["leave", "keep"] = Field(
        "leave", description="Blank cells of a matrix: no row, or rows without a rating"
    )
    totals: tuple[str, ...] = Field((), description="Rows and columns of a matrix that are sums and no actors")


def as_ties(raw: RawTable, options: MatrixOptions, where: str) -> RawTable:
    """Return the table as it is, or a sociomatrix as ties where the option `matrix` says that it is one.

    The first column names the rows. Blank cells make no row, or one without a rating. An actor has no tie with itself:
    the diagonal makes no rows either where it is blank or 0, or holds one sign alone. Where it holds several, its cells
    are rows like any other, which cleaning sets aside. `RawTable.left_out` counts what makes no row.

    Raises:
        SourceError: A row or column has no name or that of another; the names of rows and columns are not the same; or
            a matrix that should be symmetric is not. Tells rows by their numbers, columns by their names.
    """
    if options.matrix is None:
        return raw
    check_names(raw.frame.columns, where)
    text = textual(raw.frame)
    columns = [normal(name) for name in text.columns[1:]]
    filled = [
        (number, normal(row[0] or ""), row[1:])
        for number, row in zip(raw.rows.to_list(), text.iter_rows(), strict=True)
        if any(_said(cell) for cell in row)
    ]
    nameless = next((number for number, name, _ in filled if not name), None)
    if nameless is not None:
        msg = f"{where}: row {nameless} of the matrix has no name."
        raise SourceError(msg, "The first column names the rows.")
    actors = _actors(
        [(number, name) for number, name, _ in filled],
        list(enumerate(columns, start=1)),
        {normal(name) for name in options.totals},
        where,
    )
    every = {
        (row, column): ((number - 1) * len(columns) + place, cell)
        for number, row, cells in filled
        for place, (column, cell) in enumerate(zip(columns, cells, strict=True), start=1)
    }
    cells = {ends: cell for ends, cell in every.items() if set(ends) <= actors}
    left = {_TOTALS: len(every) - len(cells)}
    own = {(name, name): _said(cells[name, name][1]) for name in actors}
    signs = set(own.values()) - _NOTHING
    silent = {ends for ends, said in own.items() if len(signs) < _SEVERAL or said in _NOTHING}
    pairs = {ends: cell for ends, cell in cells.items() if ends not in silent}
    left[_DIAGONAL] = len(cells) - len(pairs)
    spoken = _halved(pairs, where) if options.matrix == "symmetric" else pairs
    left[_MIRRORED] = len(pairs) - len(spoken)
    given = {ends: cell for ends, cell in spoken.items() if options.blank_cells == "keep" or _said(cell[1])}
    left[_BLANK] = len(spoken) - len(given)
    ends = (TARGET, SOURCE) if options.matrix == "columns" else (SOURCE, TARGET)
    made = sorted((number, row, column, cell) for (row, column), (number, cell) in given.items())
    frame = pl.DataFrame(made, schema={_NUMBER: pl.Int64, **dict.fromkeys((*ends, RATING), pl.String)}, orient="row")
    return RawTable(
        frame.select(SOURCE, TARGET, RATING),
        raw.decimals,
        rows=frame[_NUMBER],
        left_out={what: count for what, count in left.items() if count},
        thousands=raw.thousands,
    )


def _said(cell: str | None) -> str:
    return normal(cell or "")


def _actors(rows: Sequence[Named], columns: Sequence[Named], sums: set[str], where: str) -> set[str]:
    """Return the names that stand in rows and columns alike.

    Raises:
        SourceError: A name comes twice, or on one side alone.
    """
    for side, places in (("row", rows), ("column", columns)):
        seen: dict[str, int] = {}
        for number, name in places:
            first = seen.setdefault(name, number)
            if first != number:
                msg = f"{where}: {side}s {first} and {number} of the matrix have the same name."
                raise SourceError(msg, f"Each actor has one {side}: join them, or give them different names.")
    in_rows, in_columns = ({name for _, name in side} - sums for side in (rows, columns))
    both = in_rows & in_columns
    if len(both) < _HALF * max(len(in_rows), len(in_columns)) or not both:
        msg = (
            f"{where} is no sociomatrix: of {len(in_rows)} names of rows and {len(in_columns)} of columns, "
            f"{len(both)} are the same."
        )
        hint = "Names of actors stand in the first column and in the header; else take the option matrix out."
        raise SourceError(msg, hint)
    # Names in the header are names of columns; what stands in a row may be a person's, and is told by its number.
    alone = {
        "rows without a column": [str(number) for number, name in rows if name in in_rows - both],
        "columns without a row": sorted(f"'{name}'" for name in in_columns - both),
    }
    lone = [f"{what}: {_listed(places)}" for what, places in alone.items() if places]
    if lone:
        msg = f"{where}: the names in rows and columns of the matrix are not the same: {'; '.join(lone)}."
        hint = (
            "Write each name alike on both sides; who did not answer has a row (or column) of blanks. Sums are named "
            "under options: {totals: […]}."
        )
        raise SourceError(msg, hint)
    return both


def _listed(places: Sequence[str]) -> str:
    return ", ".join(places[:_SHOWN]) + (f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else "")


def _halved(pairs: Mapping[Ends, Cell], where: str) -> dict[Ends, Cell]:
    """Return one cell for each pair: the first that is filled.

    Raises:
        SourceError: Two cells of a pair say different things.
    """
    kept: dict[Ends, Cell] = {}
    differing = 0
    for (row, column), cell in pairs.items():
        other = kept.get((column, row))
        if other is None or row == column:
            kept[row, column] = cell
        elif not _said(other[1]):
            del kept[column, row]
            kept[row, column] = cell
        else:
            differing += _said(cell[1]) not in {"", _said(other[1])}
    if differing:
        msg = (
            f"{where}: the matrix is not symmetric: {differing} pairs say one thing above the diagonal, another below."
        )
        raise SourceError(msg, "Say matrix: rows or columns, and not undirected: each end then speaks for itself.")
    return kept
