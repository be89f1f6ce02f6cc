"""The row of a sheet that names its columns: exports of survey tools put titles above it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sujuva.intake.guess import GUESS, LIKELY, SURE, Guess
from sujuva.intake.headers import is_header

_ROWS = 60
_FULL = 0.8
"""Share of the widest row's cells that the header fills: titles above it fill one or two."""


def header_row(path: Path, sheet: str) -> Guess[int] | None:
    """Return the row of the sheet (from 1) that names the columns; 0 where none does; None where the sheet is empty.

    It is the first row that fills most of the sheet's width.
    """
    import fastexcel  # noqa: PLC0415  start-up time

    try:
        table = fastexcel.read_excel(path).load_sheet(
            sheet, header_row=None, skip_rows=0, n_rows=_ROWS, dtypes="string"
        )
    except fastexcel.FastExcelError:
        return None
    frame = pl.DataFrame(table)
    if not frame.width or not frame.height:
        return None
    filled = frame.select(
        pl.sum_horizontal(pl.col(name).str.strip_chars().fill_null("") != "" for name in frame.columns)
    ).to_series()
    widest = max(filled.to_list())
    if not widest:
        return None
    # Told to skip no rows, the library counts blank ones above the first filled one, too; else it leaves them out.
    first = int((filled >= widest * _FULL).arg_true()[0])
    if not is_header([["" if cell is None else cell for cell in row] for row in frame.slice(first).rows()]):
        return Guess(0, GUESS, "its first full row looks like data")
    if first == 0:
        return Guess(1, SURE if widest > 1 else GUESS, "the first row is as wide as the data")
    return Guess(first + 1, LIKELY, f"{first} narrower row{'s' if first > 1 else ''} above it")
