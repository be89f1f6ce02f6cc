"""Reader of Excel workbooks (Webropol and Howspace give these), old, binary and OpenDocument ones too."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import polars as pl
from pydantic import Field

from sujuva.errors import SourceError, nearest
from sujuva.normal import normal
from sujuva.sources.header import Repeated, collapsed, named
from sujuva.sources.limits import Limits, TooLargeError
from sujuva.sources.matrix import MatrixOptions, as_ties
from sujuva.sources.package import DAMAGED, check_package, described
from sujuva.sources.raw import MARKS, RawTable, Reader, textual
from sujuva.sources.sheet import check_open_document, is_locked, letters_of, measured
from sujuva.sources.trial import survives

Epoch = Literal["1900", "1904"]
_LEAP = 60  # Excel takes 1900 for a leap year: this day, 29 February 1900, never was
_LAST = {"1900": 2_958_465, "1904": 2_957_003}  # 31 December 9999
_DAY = 86_400_000  # thousandths of a second, which cells show


def with_dates(frame: pl.DataFrame, columns: Sequence[str], epoch: Epoch, where: str) -> pl.DataFrame:
    """Turn the numbers of some columns into dates; what is no number stays.

    Day 1 is 1 January 1900, or day 0 is 1 January 1904 (ECMA-376 part 1, 18.17.4.1). A fraction is a time of the day,
    to the thousandth of a second; a whole number gives a date alone.

    Raises:
        SourceError: A column is not there, or a number is no day that ever was.
    """
    known = {normal(name): name for name in frame.columns}
    for name in map(normal, columns):
        if name not in known:
            msg = f"{where}: dates: there is no column '{name}'."
            raise SourceError(msg, nearest(name, known, listed=False) or "Take it out of dates if the file has none.")
        frame = frame.with_columns(_dates(frame[known[name]], epoch, f"{where}, column '{name}'"))
    return frame


def _dates(text: pl.Series, epoch: Epoch, where: str) -> pl.Series:
    days = text.str.strip_chars().cast(pl.Float64, strict=False)
    low = 1 if epoch == "1900" else 0
    never = (days < low) | (days >= _LAST[epoch] + 1) | ~days.is_finite()
    if epoch == "1900":
        never |= (days >= _LEAP) & (days < _LEAP + 1)
    bad = never.fill_null(value=False).arg_true()
    if bad.len():
        msg = f"{where}, data row {bad[0] + 1}: the number is no date of the calendar from {epoch}."
        raise SourceError(msg, "Take the column out of dates, or mend the cell in Excel.")
    zero = dt.datetime(1904, 1, 1) if epoch == "1904" else dt.datetime(1899, 12, 30)  # noqa: DTZ001  cells have no zone
    # Before the day that never was, Excel is one day behind.
    behind = (days < _LEAP).cast(pl.Int64) * _DAY if epoch == "1900" else 0
    thousandths = (days * _DAY).round().cast(pl.Int64) + behind
    times = pl.select((pl.lit(zero) + pl.duration(milliseconds=pl.lit(thousandths))).alias("time")).to_series()
    whole = thousandths % _DAY == 0
    written = times.dt.to_string("%Y-%m-%d").zip_with(
        whole.fill_null(value=True), times.dt.to_string("%Y-%m-%d %H:%M:%S%.f").str.strip_suffix(".000000")
    )
    return written.zip_with(days.is_not_null(), text).alias(text.name)


# What the cell shows, by the library's name of the error.
_ERRORS = {
    "Div0": "#DIV/0!", "NA": "#N/A", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!", "Ref": "#REF!",
    "Value": "#VALUE!", "GettingData": "#GETTING_DATA",
}  # fmt: skip
_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^<>]*\bdate1904\s*=\s*[\"'](?:1|true)[\"']")


class LockedError(SourceError):
    """A password locks a workbook."""


class WorkbookOptions(MatrixOptions, frozen=True):
    """Options of the reader `xlsx`."""

    sheet: str | None = Field(None, description="Name of the sheet; default: the first")
    header_row: int = Field(1, ge=1, description="Row of the sheet that names the columns, from 1")
    header_rows: int = Field(1, ge=1, description="Rows that the header takes: titles of groups stand above names")
    decimal: Literal[".", ","] = Field(".", description="What stands before the fraction where a number is text")
    thousands: Literal["blank", "'"] | None = Field(
        None, description="What stands between thousands where a number is text; blank: any kind of blank"
    )
    dates: tuple[str, ...] = Field((), description="Columns whose numbers are days since 1900, made dates")
    epoch: Epoch | None = Field(None, description="Year that days are counted from; default: as the workbook says")
    repeated: Repeated = Field("error", description="A name that several columns have: error, or number them")


def read_workbook(path: Path, options: WorkbookOptions) -> RawTable:
    """Read one sheet; every value becomes text (dates in ISO order), rows that are blank at the end are left out.

    A cell in error says so ("#DIV/0!"): it is not blank.

    Raises:
        SourceError: The file is no workbook or locked, the sheet is not there, it asks for more than the limits allow,
            a cell stands far away from all others, formulas were never calculated, there is no row for the header, two
            columns have the same name, or a column of `dates` is not there or holds numbers that are no dates; or a
            matrix is none.
    """
    import fastexcel  # noqa: PLC0415  start-up time

    workbook = open_workbook(path, options.limits)
    sheets: list[str] = workbook.sheet_names
    sheet = options.sheet or (sheets[0] if sheets else "")
    if sheet not in sheets:
        msg = f"{path.name} has no sheet '{sheet}'."
        raise SourceError(msg, nearest(sheet, sheets))
    where = f"{path.name}, sheet '{sheet}'"
    never_calculated = measured(path, sheet, options.limits)
    try:
        cells = _cells(workbook, sheet)
    except fastexcel.FastExcelError:
        msg = f"{path.name}: the sheet '{sheet}' cannot be read."
        raise SourceError(msg, "Open it in Excel, save it again as .xlsx, or export it again.") from None
    _check_calculated(never_calculated, where, cells, options)
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
    thousands = MARKS[options.thousands] if options.thousands else ""
    raw = RawTable(frame, decimals=".," if options.decimal == "," else ".", thousands=thousands)
    return as_ties(raw, options, where)


_SHEETS = 1000
_PACKED = b"PK\x03\x04"
_TRY = """
import fastexcel
book = fastexcel.read_excel(sys.argv[1])
for name in book.sheet_names[:1001]:
    book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
"""


def open_workbook(path: Path, limits: Limits) -> Any:
    """Open a workbook with the library, after a look at what it unpacks to.

    The XML of .xlsx and .ods is measured. The binary kinds, .xls and .xlsb, are read once in a process of its own, with
    no more memory than allowed.

    Raises:
        LockedError: A password locks it.
        TooLargeError: It asks for more than the limits allow.
        SourceError: It is none, or its XML declares entities.
    """
    import fastexcel  # noqa: PLC0415  start-up time

    check_package(path, limits)
    check_open_document(path, limits)
    if _is_binary(path) and survives(_TRY, [str(path)], limits, path.stat().st_size) == "large":
        limits.check_memory(limits.bytes + 1, path.name, "a workbook of a binary kind")
    try:
        book = fastexcel.read_excel(path)
    except fastexcel.FastExcelError as error:
        if is_locked(path) or "password protected" in str(error):
            msg = f"{path.name} is locked by a password."
            hint = "Open it, take the password away (Excel: File, Info, Protect Workbook), save it, and read that file."
            raise LockedError(msg, hint) from None
        msg = f"{path.name} cannot be read as an Excel workbook."
        raise SourceError(msg, "Is it whole? Open it in Excel, save it again as .xlsx, or export it again.") from None
    if len(book.sheet_names) > _SHEETS:
        msg = f"{path.name} is too large: {len(book.sheet_names):,} sheets, and {_SHEETS:,} are allowed."
        raise TooLargeError(msg, "Save the sheets that hold data in a workbook of their own.")
    return book


def _is_binary(path: Path) -> bool:
    """Tell whether a workbook is of a kind that is not XML."""
    with path.open("rb") as file:
        if file.read(len(_PACKED)) != _PACKED:
            return not is_locked(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.bin" in {name.lower() for name in archive.namelist()}
    except DAMAGED:
        return False


_NAMED = 6


def _check_calculated(counts: Mapping[int, int], where: str, cells: pl.DataFrame, options: WorkbookOptions) -> None:
    """See that every formula of a sheet was calculated, above the table too: a blank header is not looked for.

    Raises:
        SourceError: Some were not. Names the columns, and how many cells of each.
    """
    if not counts:
        return
    rows = cells.slice(options.header_row - 1, options.header_rows).rows()
    names = ["", *(_headers(rows) if rows else ())]
    named = [
        f"column {letters_of(place)}{f' ({names[place]})' if place < len(names) and names[place] else ''}: {count}"
        if place
        else f"columns that are not told: {count}"
        for place, count in counts.items()
    ]
    more = f", and {len(named) - _NAMED} more columns" if len(named) > _NAMED else ""
    total = sum(counts.values())
    cell = "cell holds a formula" if total == 1 else "cells hold formulas"
    msg = f"{where}: {total} {cell} never calculated, which would look blank ({', '.join(named[:_NAMED])}{more})."
    hint = "Open it in Excel or LibreOffice and save it, or put values in place of the formulas; then read it again."
    raise SourceError(msg, hint)


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
            return _1904.search(described(archive, "xl/workbook.xml")) is not None
    except DAMAGED:
        return False


EXCEL = Reader("xlsx", WorkbookOptions, read_workbook)
