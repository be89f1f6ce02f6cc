"""Writing raw files of several kinds with the same bytes for the same rows.

Two formats carry the moment of writing: an xlsx in its document properties, a sav in its header. Both get a fixed one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from sujuva.io import replacing, write_with

FIXED = datetime(2025, 2, 14, 12, 0, tzinfo=UTC).replace(tzinfo=None)
"""The moment that every file says it was made at."""

# The header of an SPSS system file: creation date (9 characters) and time (8) start at this byte; see the PSPP
# developers' description of the format.
_SAV_MOMENT = 92
_SAV_FIXED = b"14 Feb 2512:00:00"


def write_parquet(rows: pl.DataFrame, path: Path) -> None:
    """Write a Parquet file in the order of `rows`."""
    with replacing(path) as temporary:
        rows.write_parquet(temporary, compression="zstd", compression_level=3, row_group_size=1_000_000)


def write_csv(
    rows: pl.DataFrame, path: Path, *, encoding: str, header: bool = True, quoted: Sequence[str] = ()
) -> None:
    """Write a semicolon-separated file of text columns; null and "" become an empty field.

    Args:
        rows: Text columns only.
        path: The file.
        encoding: Name of a Python encoding.
        header: Whether the first line names the columns.
        quoted: Columns whose text stands in quotation marks (empty ones too); the others are quoted where needed.
    """
    always = [name in quoted for name in rows.columns]
    text = io.StringIO()
    plain = csv.writer(text, delimiter=";", lineterminator="\r\n")
    if header:
        plain.writerow(rows.columns)
    if not quoted:
        plain.writerows(rows.iter_rows())
    else:
        for row in rows.iter_rows():
            cells = [
                '"' + (cell or "").replace('"', '""') + '"' if mark else (cell or "")
                for cell, mark in zip(row, always, strict=True)
            ]
            text.write(";".join(cells) + "\r\n")
    with replacing(path) as temporary:
        temporary.write_bytes(text.getvalue().encode(encoding))


@dataclass(frozen=True)
class XlsxSheet:
    """A sheet of a workbook: lines above the header, then the header, then rows."""

    name: str
    rows: pl.DataFrame
    above: tuple[str, ...] = ()


def write_xlsx(sheets: Sequence[XlsxSheet], path: Path, *, title: str) -> None:
    """Write a workbook; a column of datetimes becomes Excel dates."""
    import xlsxwriter  # noqa: PLC0415  (only this format needs it)

    def write(target: Path) -> None:
        book = xlsxwriter.Workbook(str(target), {"default_date_format": "dd.mm.yyyy hh:mm"})
        book.set_properties({"title": title, "author": "Sujuva", "created": FIXED})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            for line, text in enumerate(sheet.above):
                page.write(line, 0, text)
            first = len(sheet.above)
            page.write_row(first, 0, sheet.rows.columns)
            for column, values in enumerate(sheet.rows.iter_columns()):
                page.write_column(first + 1, column, values.to_list())
        book.close()

    write_with(path, write)


def write_sav(
    rows: pl.DataFrame,
    path: Path,
    *,
    title: str,
    labels: Mapping[str, str],
    values: Mapping[str, Mapping[float, str]],
    user_missing: Mapping[str, Sequence[float]],
) -> None:
    """Write an SPSS system file with variable labels, value labels and user-missing codes."""
    import pyreadstat  # noqa: PLC0415  (only this format needs it)

    def write(target: Path) -> None:
        pyreadstat.write_sav(
            rows,
            str(target),
            file_label=title,
            column_labels=dict(labels),
            variable_value_labels={name: dict(codes) for name, codes in values.items()},
            missing_ranges={name: list(codes) for name, codes in user_missing.items()},
            row_compress=True,
        )
        content = target.read_bytes()
        after = _SAV_MOMENT + len(_SAV_FIXED)
        target.write_bytes(content[:_SAV_MOMENT] + _SAV_FIXED + content[after:])

    write_with(path, write)
