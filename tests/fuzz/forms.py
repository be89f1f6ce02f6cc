"""Grids as files: one writer for each format that a reader opens, with what lies beside the file."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import polars as pl

from tests.fuzz.grids import TABLES
from tests.fuzz.raw import Grid

VISIT = "visit"
_REDCAP = ("redcap_repeat_instrument", "redcap_repeat_instance")
_DICTIONARY = (
    "Variable / Field Name,Form Name,Field Type,Field Label,"
    '"Choices, Calculations, OR Slider Labels",Text Validation Type OR Show Slider Number,Identifier?\n'
)


@dataclass(frozen=True)
class Form:
    """A format.

    Attributes:
        reader: Reader of sources.yaml.
        suffix: End of the file's name.
        write: Makes the file's bytes.
        options: Options of the reader.
        beside: Makes the files that lie beside it.
        tables: Tables that it can hold.
        extra: Columns of the file that are no columns of the table.
    """

    reader: str
    suffix: str
    write: Callable[[Grid], bytes]
    options: Mapping[str, Any] = field(default_factory=dict)
    beside: Callable[[Grid], dict[str, bytes]] = lambda _: {}
    tables: tuple[str, ...] = tuple(TABLES)
    extra: tuple[str, ...] = ()


def said(value: Any) -> str:
    """Return a cell as a text file would have it."""
    return "" if value is None else str(value)


def delimited(rows: list[list[Any]], separator: str = ",") -> str:
    """Return rows as RFC 4180 text."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows([[said(one) for one in row] for row in rows])
    return text.getvalue()


def _text(encoding: str, separator: str = ",") -> Callable[[Grid], bytes]:
    def write(grid: Grid) -> bytes:
        return delimited([grid.header, *grid.rows], separator).encode(encoding, errors="replace")

    return write


def workbook(grid: Grid, formulas: Collection[tuple[int, int]] = ()) -> bytes:
    """Return a grid as a workbook; `formulas` are cells (row and column, from 0) with one that nobody calculated."""
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "nan_inf_to_errors": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("data")
        for at, row in enumerate([grid.header, *grid.rows]):
            for place, value in enumerate(row):
                if (at - 1, place) in formulas:
                    sheet.write_formula(at, place, "=1+1")
                elif isinstance(value, str) and value.startswith("=") and at:
                    sheet.write_formula(at, place, value.replace("\x00", ""), value="#DIV/0!")
                elif isinstance(value, bool):
                    sheet.write_boolean(at, place, value)
                elif isinstance(value, (int, float)) and abs(value) < 1e300:
                    sheet.write_number(at, place, value)
                elif value is not None:
                    sheet.write_string(at, place, str(value)[:32_000])
    return _without_values(stream.getvalue()) if len(formulas) > 1 else stream.getvalue()


def _without_values(content: bytes) -> bytes:
    """Take the values of formulas out of a workbook: some programs write none, others 0 for each."""
    source, stream = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            target.writestr(name, re.sub(rb"(</f>)<v>0</v>", rb"\1", source.read(name)))
    return stream.getvalue()


def _column(values: list[Any]) -> pl.Series:
    """Return numbers as floats where all are numbers, else text."""
    if all(value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)) for value in values):
        return pl.Series([None if value is None else float(value) for value in values], dtype=pl.Float64)
    # Its own writer ends a text at a null character.
    return pl.Series([None if value is None else str(value).replace("\x00", "")[:2_000] for value in values])


def typed(grid: Grid) -> pl.DataFrame:
    """Return a grid as a frame of numbers and texts."""
    return pl.DataFrame(
        [_column([row[at] for row in grid.rows]).alias(name) for at, name in enumerate(grid.header)]
        if len(set(grid.header)) == len(grid.header)
        else [_column([row[at] for row in grid.rows]).alias(f"{name}_{at}") for at, name in enumerate(grid.header)]
    )


def _written(suffix: str, write: Callable[[pl.DataFrame, Path], object]) -> Callable[[Grid], bytes]:
    def to_bytes(grid: Grid) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"a{suffix}"
            write(typed(grid), path)
            return path.read_bytes()

    return to_bytes


def _sav(frame: pl.DataFrame, path: Path) -> None:
    import pyreadstat

    ranges = {name: [9] for name in ("k1", "k2", "score") if name in frame.columns and frame.schema[name] == pl.Float64}
    pyreadstat.write_sav(frame, path, missing_ranges=ranges, row_compress=path.suffix == ".sav")


def _zsav(frame: pl.DataFrame, path: Path) -> None:
    import pyreadstat

    pyreadstat.write_sav(frame, path, compress=True)


def _dta(frame: pl.DataFrame, path: Path) -> None:
    import pyreadstat

    pyreadstat.write_dta(frame, path)


def parquet(frame: pl.DataFrame) -> bytes:
    """Return a frame as a Parquet file."""
    stream = io.BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()


def _qualtrics(grid: Grid) -> bytes:
    texts = [f"Question {at}" for at, _ in enumerate(grid.header)]
    ids = [json.dumps({"ImportId": f"QID{at}"}) for at, _ in enumerate(grid.header)]
    return delimited([grid.header, texts, ids, *grid.rows]).encode("utf-8-sig")


def _redcap(grid: Grid) -> bytes:
    """Rows of a repeating instrument after one row of none."""
    other = ["", "", *("" for _ in grid.header)]
    rows = [[VISIT, at + 1, *row] for at, row in enumerate(grid.rows)]
    return delimited([[*_REDCAP, *grid.header], other, *rows]).encode()


def _dictionary(grid: Grid) -> dict[str, bytes]:
    fields = [[name, VISIT, "text", f"Field {name}", "", "", ""] for name in grid.header]
    return {"dictionary.csv": (_DICTIONARY + delimited(fields)).encode()}


def _structure(grid: Grid) -> dict[str, bytes]:
    rows = [["Q", "S", name, f"Question {name}", "fi"] for name in grid.header]
    return {"structure.txt": delimited([["class", "type/scale", "name", "text", "language"], *rows], "\t").encode()}


def _xes(grid: Grid) -> bytes:
    def attribute(name: Any, value: Any) -> str:
        return f"<string key={quoteattr(str(name))} value={quoteattr(str(value))}/>"

    events = [
        "<event>" + "".join(attribute(*one) for one in zip(grid.header, row, strict=False) if one[1] is not None)
        + "</event>\n"
        for row in grid.rows
    ]  # fmt: skip
    pairs = [events[at : at + 2] for at in range(0, len(events), 2)]
    traces = "".join(f"<trace>{attribute('t', at)}\n{''.join(pair)}</trace>\n" for at, pair in enumerate(pairs))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<log>\n{traces}</log>\n'.encode(errors="replace")


def _sotkanet(grid: Grid) -> bytes:
    def finnish(value: Any) -> str:
        return str(value).replace(".", ",") if isinstance(value, float) else said(value)

    genders = {"total": "yhteensä", "male": "miehet", "female": "naiset"}
    rows = [[genders.get(one, one) if isinstance(one, str) else finnish(one) for one in row] for row in grid.rows]
    return delimited(rows, ";").encode("iso-8859-1", errors="replace")


_UTF8 = _text("utf-8")
FORMS: dict[str, Form] = {
    "csv utf-8": Form("csv", ".csv", _UTF8),
    "csv iso-8859-1": Form("csv", ".csv", _text("iso-8859-1", ";"), {"separator": ";", "encoding": "iso-8859-1"}),
    "csv windows-1252": Form("csv", ".csv", _text("cp1252", "|"), {"separator": "|", "encoding": "windows-1252"}),
    "csv utf-16": Form("csv", ".txt", _text("utf-16", "\t"), {"separator": "tab", "encoding": "utf-16"}),
    "xlsx": Form("xlsx", ".xlsx", workbook),
    "sav": Form("sav", ".sav", _written(".sav", _sav)),
    "zsav": Form("sav", ".zsav", _written(".zsav", _zsav)),
    "dta": Form("dta", ".dta", _written(".dta", _dta)),
    "parquet": Form("parquet", ".parquet", lambda grid: parquet(typed(grid))),
    "qualtrics": Form("qualtrics", ".csv", _qualtrics),
    "redcap": Form(
        "redcap",
        ".csv",
        _redcap,
        {"dictionary": "dictionary.csv", "instrument": VISIT},
        _dictionary,
        extra=_REDCAP,
    ),
    "limesurvey": Form("limesurvey", ".csv", _UTF8, {"structure": "structure.txt"}, _structure),
    "sotkanet": Form("sotkanet", ".csv", _sotkanet, tables=("area_indicators",)),
    "xes": Form("xes", ".xes", _xes, extra=("case:t",)),
    "xes.gz": Form("xes", ".xes.gz", lambda grid: gzip.compress(_xes(grid), mtime=0), extra=("case:t",)),
}
"""Every format, by the name that the count shows."""
CASES = tuple(
    (form, table)
    for form, one in FORMS.items()
    for table in one.tables
    if not TABLES[table].forms or form in TABLES[table].forms
)
"""Every table in every format that can hold it."""
