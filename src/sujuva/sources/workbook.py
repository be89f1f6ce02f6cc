"""Reader of Excel workbooks (Webropol and Howspace give these)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import Field

from sujuva.errors import SourceError, nearest
from sujuva.sources.raw import Options, RawTable, Reader, textual


class WorkbookOptions(Options, frozen=True):
    """Options of the reader `xlsx`."""

    sheet: str | None = Field(None, description="Name of the sheet; default: the first")
    header_row: int = Field(1, ge=1, description="Row of the sheet that names the columns, from 1")
    decimal: Literal[".", ","] = Field(".", description="What stands before the fraction where a number is text")


def read_workbook(path: Path, options: WorkbookOptions) -> RawTable:
    """Read one sheet; every value becomes text (dates in ISO order), rows that are blank at the end are left out.

    Raises:
        SourceError: The file is no workbook, the sheet is not there, or it has no row for the header.
    """
    import fastexcel  # noqa: PLC0415  start-up time

    try:
        workbook = fastexcel.read_excel(path)
    except fastexcel.FastExcelError as error:
        msg = f"{path.name} cannot be read as an Excel workbook."
        raise SourceError(msg, "Is it whole? Open it in Excel, save it again as .xlsx, or export it again.") from error
    sheets: list[str] = workbook.sheet_names
    sheet = options.sheet or sheets[0]
    if sheet not in sheets:
        msg = f"{path.name} has no sheet '{sheet}'."
        raise SourceError(msg, nearest(sheet, sheets))

    def load(kind: Literal["string", "float"]) -> pl.DataFrame:
        table = workbook.load_sheet(
            sheet, header_row=options.header_row - 1, dtypes=kind, skip_whitespace_tail_rows=True
        )
        return pl.DataFrame(table)

    try:
        frame, numbers = load("string"), load("float")
    except fastexcel.FastExcelError:
        msg = f"{path.name}, sheet '{sheet}': row {options.header_row} cannot be read as a header."
        raise SourceError(msg, "Set options: {header_row: …} to the row that names the columns.") from None
    if not frame.width:
        msg = f"{path.name}: the sheet '{sheet}' is empty."
        raise SourceError(msg, "Choose another sheet, or export the file again.")
    frame = _exact(frame, numbers)
    # A cell with a format but no value widens the sheet by columns that have neither a name nor anything in them.
    unnamed = [name for name in frame.columns if name.startswith("__UNNAMED__") and frame[name].is_null().all()]
    return RawTable(frame.drop(unnamed), decimals=".," if options.decimal == "," else ".")


def _exact(frame: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Put back the digits that the library rounds away when it writes a number as text (it keeps nine decimals)."""
    exact = textual(numbers)
    return frame.select(
        pl.when(frame[name].cast(pl.Float64, strict=False) != numbers[name])
        .then(exact[name])
        .otherwise(frame[name])
        .alias(name)
        for name in frame.columns
    )


READER = Reader("xlsx", WorkbookOptions, read_workbook)
