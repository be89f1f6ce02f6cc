"""Readers of the files of statistics programs, SPSS (.sav, .zsav) and Stata (.dta): values with labels."""

from __future__ import annotations

import os
import struct
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import Field

from sujuva.errors import SourceError
from sujuva.sources.header import collapsed
from sujuva.sources.limits import Limits
from sujuva.sources.raw import Options, RawTable, Reader, plain, textual
from sujuva.sources.trial import survives

_LAST_YEAR = 9999
_TRY = """
import pyreadstat
path, reader, encoding, missing = sys.argv[1:5]
options = {"user_missing": True} if missing else {}
getattr(pyreadstat, reader)(path, output_format="polars", encoding=encoding or None, **options)
"""


def open_file(
    read: Callable[..., Any], path: Path, kind: str, limits: Limits, **options: Any
) -> tuple[pl.DataFrame, Any]:
    """Read a file with pyreadstat.

    The library is written in C, and there are damaged bytes that make it read outside its memory or never end. What is
    packed (.zsav), and texts that rows repeat (Stata's strL), can take any memory. So a first reading takes place in a
    process of its own.

    Returns:
        The values and what the file says about them.

    Raises:
        SourceError: The file is no such file, is not whole, asks for more than the limits allow, has two columns of
            one name, or holds dates that cannot be.
    """
    import pyreadstat  # noqa: PLC0415  start-up time

    arguments = (str(path), read.__name__, options.get("encoding") or "", "1" if options.get("user_missing") else "")
    verdict = survives(_TRY, arguments, limits, path.stat().st_size)
    if verdict == "large":
        limits.check_memory(limits.bytes + 1, path.name, f"{kind} file that unpacks to more than it shows")
    if verdict == "damaged":
        msg = f"{path.name} cannot be read as {kind} file: it is damaged."
        raise SourceError(msg, "Copy or export it again.")
    # Their messages may quote values: neither text nor chain goes on.
    faults: tuple[type[Exception], ...] = (
        pyreadstat.ReadstatError,
        pyreadstat.PyreadstatError,
        ValueError,
        OverflowError,
        LookupError,
        TypeError,
        MemoryError,
    )
    try:
        with warnings.catch_warnings(record=True) as said:  # it warns of a column that it gives another name
            warnings.simplefilter("always")
            frame, meta = read(path, output_format="polars", **options)
    except faults:
        column = _culprit(read, path, faults, options)
        if column is not None:
            msg = f"{path.name}: the values of the column '{column}' cannot be read."
            raise SourceError(msg, "Dates beyond the year 9999 do this: mend the column and save again.") from None
        msg = f"{path.name} cannot be read as {kind} file."
        hint = "Is it whole and not protected? Save it again, or set options: {encoding: …}."
        raise SourceError(msg, hint) from None
    if any("duplicated" in str(one.message) for one in said):
        msg = f"{path.name}: two columns have the same name."
        raise SourceError(msg, "The file may be damaged; give each column a name of its own and save again.")
    for name, dtype in frame.schema.items():
        if isinstance(dtype, (pl.Date, pl.Datetime)) and not frame[name].dt.year().is_between(1, _LAST_YEAR).all():
            msg = f"{path.name}: the column '{name}' holds dates beyond the year {_LAST_YEAR}."
            raise SourceError(msg, "It was written with a wrong date format: mend the column and save again.")
    limits.check_columns(frame.width, path.name)
    return plain(frame, path.name), meta


def _culprit(read: Callable[..., Any], path: Path, faults: tuple[type[Exception], ...], options: Any) -> str | None:
    """Find the column that cannot be read, where the file itself can."""
    wrong = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            _, meta = read(path, metadataonly=True, **options)
        except faults:
            return None
        for name in meta.column_names:
            try:
                read(path, usecols=[name], output_format="polars", **options)
            except faults:
                wrong.append(name)
    # Where no column can be read, the file is at fault and not its values.
    return wrong[0] if wrong and len(wrong) < len(meta.column_names) else None


def titles(meta: Any) -> dict[str, str]:
    """Return the labels of the variables that have one."""
    return {name: collapsed(title) for name, title in meta.column_names_to_labels.items() if title and title.strip()}


def value_labels(meta: Any) -> dict[str, dict[str, str]]:
    """Return the labels of the values: of a column, code as text to label."""
    return {
        name: dict(zip(_codes(labels), labels.values(), strict=True))
        for name, labels in meta.variable_value_labels.items()
    }


def _codes(labels: Mapping[Any, str]) -> list[str]:
    """Return codes as `textual` writes them; Stata's extended missing values are letters among numbers."""
    return [textual(pl.DataFrame({"code": [code]}, strict=False))["code"][0] for code in labels]


def with_labels(frame: pl.DataFrame, labels: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    """Put labels in the place of codes; a code without a label stays a code."""
    text = textual(frame.select(name for name in labels if name in frame.columns))
    return frame.with_columns(
        text[name].replace(list(labels[name]), list(labels[name].values())) for name in text.columns
    )


_LAYOUT, _CASES = 64, 80  # places in the file's header, from the PSPP developers' guide, "File Header Record"
_DAY = 86_400


class SpssOptions(Options, frozen=True):
    """Options of the reader `sav`."""

    labels: bool = Field(False, description="Value labels instead of codes; a code without a label stays a code")
    user_missing: bool = Field(True, description="Values that the file declares missing are missing")
    encoding: str | None = Field(None, description="Only for files that do not tell it themselves")


def read_spss(path: Path, options: SpssOptions) -> RawTable:
    """Read an SPSS file; labelled values come as codes or as labels.

    Raises:
        SourceError: The file is no whole SPSS file, or holds dates that cannot be.
    """
    import pyreadstat  # noqa: PLC0415  start-up time

    frame, meta = open_file(
        pyreadstat.read_sav, path, "an SPSS", options.limits, user_missing=True, encoding=options.encoding
    )
    said = _cases(path)
    if said is not None and said != frame.height:
        msg = f"{path.name} holds {frame.height} rows, but its header says {said}."
        raise SourceError(msg, "The file may have been cut off; copy or export it again.")
    missing = _declared_missing(frame, meta.missing_ranges) if options.user_missing else {}
    times = [name for name, kind in frame.schema.items() if kind == pl.Time]
    if times:
        seconds, _ = pyreadstat.read_sav(
            path,
            usecols=times,
            disable_datetime_conversion=True,
            output_format="polars",
            user_missing=True,
            encoding=options.encoding,
        )
        frame = frame.with_columns(_hours(seconds[name]) for name in times if _beyond_a_day(seconds[name]))
    labels = value_labels(meta)
    if options.labels:
        frame = with_labels(frame, labels)
    return RawTable(frame, declared_missing=missing, titles=titles(meta), labels=labels)


def _cases(path: Path) -> int | None:
    """Return how many rows the header says that there are; None where it does not know."""
    with path.open("rb") as file:
        header = file.read(_CASES + 4)
    order = "<" if header[_LAYOUT : _LAYOUT + 4] in (b"\x02\0\0\0", b"\x03\0\0\0") else ">"
    number: int = struct.unpack(f"{order}i", header[_CASES:])[0]
    return number if number >= 0 else None


def _beyond_a_day(seconds: pl.Series) -> bool:
    return bool(((seconds < 0) | (seconds >= _DAY)).any())


def _hours(seconds: pl.Series) -> pl.Series:
    """Write lengths of time as SPSS shows them, such as 100:00:00: as times of the day they would lose whole days."""
    thousandths = (seconds.abs() * 1000).round().cast(pl.Int64)
    parts = (thousandths // 3_600_000, thousandths // 60_000 % 60, thousandths // 1000 % 60, thousandths % 1000)
    hours, minutes, whole, rest = (part.cast(pl.String) for part in parts)
    text = hours.str.zfill(2) + ":" + minutes.str.zfill(2) + ":" + whole.str.zfill(2)
    text = text.zip_with(parts[3] == 0, text + "." + rest.str.zfill(3))
    return text.zip_with(seconds >= 0, "-" + text).alias(seconds.name)


def _declared_missing(frame: pl.DataFrame, ranges: Mapping[str, Any]) -> dict[str, pl.Series]:
    found = {}
    for name, spans in ranges.items():
        within = [
            pl.col(name).is_between(pl.lit(span["lo"]), pl.lit(span["hi"]))
            if isinstance(span, dict)
            else pl.col(name) == pl.lit(span)
            for span in spans
        ]
        found[name] = frame.select(pl.any_horizontal(within).fill_null(value=False)).to_series()
    return found


SPSS = Reader("sav", SpssOptions, read_spss)


_BEGIN, _END = b"<stata_dta>", b"</stata_dta>"  # since Stata 13; older files have no mark at their end


class StataOptions(Options, frozen=True):
    """Options of the reader `dta`."""

    labels: bool = Field(False, description="Value labels instead of codes; a code without a label stays a code")
    encoding: str | None = Field(None, description="Only for files of Stata 13 and before, such as windows-1252")


def read_stata(path: Path, options: StataOptions) -> RawTable:
    """Read a Stata file; labelled values come as codes or as labels, missing values (. and .a to .z) are null.

    Raises:
        SourceError: The file is no whole Stata file, or holds dates that cannot be.
    """
    import pyreadstat  # noqa: PLC0415  start-up time

    frame, meta = open_file(pyreadstat.read_dta, path, "a Stata", options.limits, encoding=options.encoding)
    if not _whole(path) or (meta.number_rows is not None and meta.number_rows != frame.height):
        msg = f"{path.name} is not whole."
        raise SourceError(msg, "The file may have been cut off; copy or export it again.")
    labels = value_labels(meta)
    if options.labels:
        frame = with_labels(frame, labels)
    return RawTable(frame, titles=titles(meta), labels=labels)


def _whole(path: Path) -> bool:
    with path.open("rb") as file:
        if file.read(len(_BEGIN)) != _BEGIN:
            return True
        file.seek(-min(path.stat().st_size, 64), os.SEEK_END)
        return file.read().rstrip().endswith(_END)


STATA = Reader("dta", StataOptions, read_stata)
