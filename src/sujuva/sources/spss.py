"""Reader of SPSS files (.sav, .zsav)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import Field

from sujuva.errors import SourceError
from sujuva.sources.labelled import open_file, titles, value_labels, with_labels
from sujuva.sources.raw import Options, RawTable, Reader

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

    frame, meta = open_file(pyreadstat.read_sav, path, "an SPSS", user_missing=True, encoding=options.encoding)
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


READER = Reader("sav", SpssOptions, read_spss)
