"""Reader of SPSS files (.sav)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import Field

from sujuva.errors import SourceError
from sujuva.sources.raw import Options, RawTable, Reader, textual

_LAST_YEAR = 9999


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

    try:
        frame, meta = pyreadstat.read_sav(path, output_format="polars", user_missing=True, encoding=options.encoding)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, OverflowError, LookupError) as error:
        msg = f"{path.name} cannot be read as an SPSS file."
        hint = "Is it whole and not protected? Save it again in SPSS, or set options: {encoding: …}."
        raise SourceError(msg, hint) from error
    for name, kind in frame.schema.items():
        if isinstance(kind, (pl.Date, pl.Datetime)) and (frame[name].dt.year() > _LAST_YEAR).any():
            msg = f"{path.name}: the column '{name}' holds dates beyond the year {_LAST_YEAR}."
            raise SourceError(msg, "It was written with a wrong date format: mend the column in SPSS and save again.")
    missing = _declared_missing(frame, meta.missing_ranges) if options.user_missing else {}
    if options.labels:
        frame = _labelled(frame, meta.variable_value_labels)
    return RawTable(frame, declared_missing=missing)


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


def _labelled(frame: pl.DataFrame, labels: dict[str, dict[Any, str]]) -> pl.DataFrame:
    text = textual(frame.select(name for name in labels if name in frame.columns))
    named = []
    for name in text.columns:
        codes = textual(pl.DataFrame({"code": list(labels[name])}, strict=False))["code"].to_list()
        named.append(text[name].replace(codes, list(labels[name].values())))
    return frame.with_columns(named)


READER = Reader("sav", SpssOptions, read_spss)
