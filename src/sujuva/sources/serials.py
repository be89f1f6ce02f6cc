"""Dates that a workbook holds as numbers: days since the beginning of 1900 or 1904."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

import polars as pl

from sujuva.errors import SourceError, nearest

Epoch = Literal["1900", "1904"]
_LEAP = 60  # Excel takes 1900 for a leap year: this day, 29 February 1900, never was
_LAST = {"1900": 2_958_465, "1904": 2_957_003}  # 31 December 9999
_DAY = 86_400


def with_dates(frame: pl.DataFrame, columns: Sequence[str], epoch: Epoch, where: str) -> pl.DataFrame:
    """Turn the numbers of some columns into dates; what is no number stays.

    Day 1 is 1 January 1900, or day 0 is 1 January 1904 (ECMA-376 part 1, 18.17.4.1). A fraction is a time of the day,
    to the second; a whole number gives a date alone.

    Args:
        frame: Text.
        columns: Names of columns with days.
        epoch: The year that days are counted from.
        where: File and sheet, for messages.

    Raises:
        SourceError: A column is not there, or a number is no day that ever was.
    """
    known = {name.strip(): name for name in frame.columns}
    for name in columns:
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
    seconds = (days * _DAY).round().cast(pl.Int64) + behind
    times = pl.select((pl.lit(zero) + pl.duration(seconds=pl.lit(seconds))).alias("time")).to_series()
    whole = seconds % _DAY == 0
    written = times.dt.to_string("%Y-%m-%d").zip_with(
        whole.fill_null(value=True), times.dt.to_string("%Y-%m-%d %H:%M:%S")
    )
    return written.zip_with(days.is_not_null(), text).alias(text.name)
