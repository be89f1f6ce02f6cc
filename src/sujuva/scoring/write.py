"""Scores as a file: CSV, Parquet or Excel, by the file's ending."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.errors import SourceError
from sujuva.io import csv_text, harmless_frame, new_workbook, write_text, write_with
from sujuva.scores import ScoreSheet

ENDINGS = (".csv", ".parquet", ".xlsx")


def as_csv(sheet: ScoreSheet) -> str:
    """Return the scores as CSV: commas, a point before decimals, as many decimals as the codebook has."""
    return csv_text(_written(sheet))


def check_output(path: Path, source: Path, *, force: bool) -> None:
    """See, before the work is done, that scores of `source` can be written to `path`.

    Raises:
        SourceError: It is a folder, its ending is none of `ENDINGS`, it is the file of answers itself, or it is there
            without `force`.
    """
    if path.is_dir():
        msg = f"{path.name or path} is a folder."
        raise SourceError(msg, f"Name a file in it that ends in {', '.join(ENDINGS)}.")
    _ending(path)
    if path.exists() and path.resolve() == source.resolve():
        msg = f"{path.name} is the file of answers itself."
        raise SourceError(msg, "Write the scores elsewhere.")
    if path.exists() and not force:
        msg = f"{path.name} is there already."
        raise SourceError(msg, "Overwrite it with --force, or write elsewhere.")


def _ending(path: Path) -> str:
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        msg = f"{path.name}: scores are written as {', '.join(ENDINGS)}."
        raise SourceError(msg, "Give the file one of these endings.")
    return ending


def write_scores(sheet: ScoreSheet, path: Path) -> None:
    """Write the scores under a temporary name and rename it, the same bytes for the same scores.

    Raises:
        SourceError: The ending is none of `ENDINGS`.
        SujuvaError: It cannot be written.
    """
    ending = _ending(path)
    if ending == ".csv":
        write_text(as_csv(sheet), path)
    elif ending == ".parquet":
        write_with(path, lambda target: sheet.frame.write_parquet(target, compression="zstd"))
    else:
        _write_workbook(sheet, path)


def _written(sheet: ScoreSheet) -> pl.DataFrame:
    fixed = [pl.col(scale.key).cast(pl.Decimal(18, scale.decimals)) for scale in sheet.scales if scale.decimals]
    return sheet.frame.with_columns(fixed)


def _write_workbook(sheet: ScoreSheet, path: Path) -> None:
    formats: dict[Any, str] = {scale.key: "0." + "0" * scale.decimals for scale in sheet.scales if scale.decimals}
    with new_workbook(path, created=dt.datetime(2000, 1, 1, tzinfo=dt.UTC)) as book:
        harmless_frame(sheet.frame).write_excel(book, "scores", column_formats=formats)
