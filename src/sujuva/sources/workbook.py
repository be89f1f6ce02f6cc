"""Reader of Excel workbooks (Webropol and Howspace give these), old, binary and OpenDocument ones too."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any, Literal

import polars as pl
from pydantic import Field

from sujuva.errors import SourceError, nearest
from sujuva.sources.extent import check_extent
from sujuva.sources.header import Repeated, collapsed, named
from sujuva.sources.raw import Options, RawTable, Reader, textual
from sujuva.sources.serials import Epoch, with_dates

# What the cell shows, by the library's name of the error.
_ERRORS = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "GettingData": "#GETTING_DATA",
}
_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904\s*=\s*[\"'](?:1|true)[\"']")


class WorkbookOptions(Options, frozen=True):
    """Options of the reader `xlsx`."""

    sheet: str | None = Field(None, description="Name of the sheet; default: the first")
    header_row: int = Field(1, ge=1, description="Row of the sheet that names the columns, from 1")
    header_rows: int = Field(1, ge=1, description="Rows that the header takes: titles of groups stand above names")
    decimal: Literal[".", ","] = Field(".", description="What stands before the fraction where a number is text")
    dates: tuple[str, ...] = Field((), description="Columns whose numbers are days since 1900, made dates")
    epoch: Epoch | None = Field(None, description="Year that days are counted from; default: as the workbook says")
    repeated: Repeated = Field("error", description="A name that several columns have: error, or number them")


def read_workbook(path: Path, options: WorkbookOptions) -> RawTable:
    """Read one sheet; every value becomes text (dates in ISO order), rows that are blank at the end are left out.

    A cell in error says so ("#DIV/0!"): it is not blank.

    Raises:
        SourceError: The file is no workbook, the sheet is not there, a cell stands far away from all others, there is
            no row for the header, two columns have the same name, or a column of `dates` is not there or holds
            numbers that are no dates.
    """
    import fastexcel  # noqa: PLC0415  start-up time

    try:
        workbook = fastexcel.read_excel(path)
    except fastexcel.FastExcelError:
        msg = f"{path.name} cannot be read as an Excel workbook."
        raise SourceError(msg, "Is it whole? Open it in Excel, save it again as .xlsx, or export it again.") from None
    sheets: list[str] = workbook.sheet_names
    sheet = options.sheet or (sheets[0] if sheets else "")
    if sheet not in sheets:
        msg = f"{path.name} has no sheet '{sheet}'."
        raise SourceError(msg, nearest(sheet, sheets))
    where = f"{path.name}, sheet '{sheet}'"
    check_extent(path, sheet)
    try:
        cells = _cells(workbook, sheet)
    except fastexcel.FastExcelError:
        msg = f"{path.name}: the sheet '{sheet}' cannot be read."
        raise SourceError(msg, "Open it in Excel, save it again as .xlsx, or export it again.") from None
    if not cells.width or not cells.height:
        msg = f"{path.name}: the sheet '{sheet}' is empty."
        raise SourceError(msg, "Choose another sheet, or export the file again.")
    first = options.header_row - 1
    rows = cells.slice(first, options.header_rows).rows()
    if not any(value for row in rows for value in row):
        msg = f"{where}: row {options.header_row} cannot be read as a header."
        raise SourceError(msg, "Set options: {header_row: …} to the row that names the columns.")
    frame = named(cells.slice(first + options.header_rows), _headers(rows), where, options.repeated)
    if options.dates:
        epoch = options.epoch or ("1904" if _counts_from_1904(path) else "1900")
        frame = with_dates(frame, options.dates, epoch, where)
    return RawTable(frame, decimals=".," if options.decimal == "," else ".")


def _cells(workbook: Any, sheet: str) -> pl.DataFrame:
    """Return the whole sheet as text, from its first row on, every digit kept and every error said."""

    def load(kind: Literal["string", "float"]) -> Any:
        return workbook.load_sheet(sheet, header_row=None, skip_rows=0, dtypes=kind, skip_whitespace_tail_rows=True)

    table = load("string")
    if not table.width or not table.total_height:
        return pl.DataFrame()
    text, errors = table.to_arrow_with_errors()
    frame = pl.DataFrame(text)
    numbers = pl.DataFrame(load("float"))
    wrong: dict[int, dict[int, str]] = {}
    for error in errors.errors if errors is not None else ():
        row, column = error.offset_position
        kind = re.search(r"Error\((\w+)\)", error.detail)
        wrong.setdefault(column, {})[row] = _ERRORS.get(kind[1], "#ERROR!") if kind else "#ERROR!"
    return pl.DataFrame(
        [
            _said(_exact(frame.to_series(place), numbers.to_series(place)), wrong.get(place, {}))
            for place in range(frame.width)
        ]
    )


def _exact(text: pl.Series, numbers: pl.Series) -> pl.Series:
    """Put back the digits that the library rounds away when it writes a number as text (it keeps nine decimals)."""
    rounded = (text.cast(pl.Float64, strict=False) != numbers).fill_null(value=False)
    return text.zip_with(~rounded, textual(numbers.to_frame()).to_series()) if rounded.any() else text


def _said(text: pl.Series, errors: dict[int, str]) -> pl.Series:
    return text.scatter(list(errors), list(errors.values())) if errors else text


def _headers(rows: list[tuple[str | None, ...]]) -> list[str]:
    """Join the rows of a header: a merged title is in the first of its cells alone, and stands for those after it."""
    *upper, lowest = rows
    filled: list[list[str]] = []
    for row in upper:
        titles: list[str] = []
        for place, value in enumerate(row):
            # The title above ends where a new one begins, and so do the titles under it.
            begins = bool(value) or any(above[place] != above[place - 1] for above in filled if place)
            titles.append(collapsed(value or "") if begins or not titles else titles[-1])
        filled.append(titles)
    names = [value or "" for value in lowest]
    if not upper:
        return names
    return [
        " / ".join(dict.fromkeys(part for part in (*(row[place] for row in filled), collapsed(name)) if part))
        for place, name in enumerate(names)
    ]


def _counts_from_1904(path: Path) -> bool:
    """Tell whether an .xlsx workbook counts its days from 1904, as old Macs did."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _1904.search(archive.read("xl/workbook.xml")) is not None
    except (zipfile.BadZipFile, KeyError, OSError):
        return False


READER = Reader("xlsx", WorkbookOptions, read_workbook)
