"""Traces of persons: pseudonyms and rows of the clean tables, looked for in what is about to leave.

A pseudonym is known by its first 16 digits, as displays cut it. A row is known by a run of its cells, as long as it
takes that chance alone does not bring it about: a run counts whose columns tell apart 2^36 rows, and which is no
repetition of one answer. Shorter rows, such as the five answers to a short scale, cannot be told from other numbers:
they are found by their pseudonym alone. Runs are kept as hashes.
"""

from __future__ import annotations

import io
import json
import math
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

CLEAN = "data/clean"
_HEX = re.compile(rb"[0-9a-f]{16,}")
_PSEUDONYM = r"^[0-9a-f]{32}$"
_SHOWN = 16  # digits of a pseudonym that a display keeps at least
_BITS = 36
_LEAST_VARIED = 0.25  # share of a run's cells that are not its most frequent value
_CELL = re.compile(r"<t[dh][^>]*>([^<]*)</t[dh]>")
_MARKUP = re.compile(r"<tr[^>]*>(.*?)</tr>", re.DOTALL)
_PARTED = re.compile(r"\s*[,;|\t┆│]\s*|\s{2,}")
_WHOLE = re.compile(r"(-?\d+)\.0+")
_TABLES = {".parquet", ".xlsx", ".csv", ".tsv", ".txt", ".md", ".html", ".json", ".ipynb"}


@dataclass(frozen=True)
class Traces:
    """What tells of persons: first digits of pseudonyms, and hashes of runs of cells by how many cells they have."""

    pseudonyms: frozenset[bytes]
    runs: dict[int, frozenset[int]]

    def told_by(self, name: str, content: bytes) -> str:
        """Return what a file tells of persons, in words; "" where it tells nothing."""
        for part in _unpacked(name, content):
            if any(one[:_SHOWN] in self.pseudonyms for one in _HEX.findall(part)):
                return "a pseudonym of the clean tables"
        if self.runs and Path(name).suffix in _TABLES and any(self._is_run(row) for row in _rows(name, content)):
            return "a row of the clean tables"
        return ""

    def _is_run(self, cells: list[str]) -> bool:
        return any(
            hash(tuple(cells[start : start + length])) in known
            for length, known in self.runs.items()
            for start in range(len(cells) - length + 1)
        )


def traces_of(root: Path) -> Traces:
    """Return what the clean tables tell of persons; nothing where there are none."""
    pseudonyms: set[bytes] = set()
    runs: dict[int, set[int]] = {}
    for path in sorted((root / CLEAN).glob("*.parquet")):
        frame = pl.read_parquet(path)
        texts = [name for name, kind in frame.schema.items() if kind == pl.String]
        keys = [name for name in texts if frame[name].str.contains(_PSEUDONYM).any()]
        for name in keys:
            known = frame[name].drop_nulls().unique().str.slice(0, _SHOWN).to_list()
            pseudonyms |= {one.encode() for one in known}
        if keys:  # rows of persons or families
            for run in _runs(frame.drop(keys)):
                runs.setdefault(len(run), set()).add(hash(run))
    return Traces(frozenset(pseudonyms), {length: frozenset(ones) for length, ones in runs.items()})


def _runs(frame: pl.DataFrame) -> Iterator[tuple[str, ...]]:
    """Yield the shortest run of cells from each column on that chance does not bring about."""
    bits = [math.log2(max(1, frame[name].n_unique())) for name in frame.columns]
    ends = {}
    for start in range(len(bits)):
        end, told = start, 0.0
        while end < len(bits) and told < _BITS:
            told += bits[end]
            end += 1
        if told >= _BITS:
            ends[start] = end
    for row in frame.select(pl.all().cast(pl.String, strict=False).fill_null("")).unique().iter_rows():
        cells = [_cell(one) for one in row]
        for start, end in ends.items():
            run = tuple(cells[start:end])
            if len(run) - max(run.count(one) for one in set(run)) >= _LEAST_VARIED * len(run):
                yield run


def _cell(text: str) -> str:
    text = text.strip().strip("\"'")
    return whole[1] if (whole := _WHOLE.fullmatch(text)) else text


def _unpacked(name: str, content: bytes) -> Iterator[bytes]:
    """Yield the bytes of a file, and what is packed in it."""
    yield content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for one in packed.namelist():
                yield packed.read(one)
    elif name.endswith(".parquet"):
        for column in _parquet(content).select(pl.col(pl.String)).get_columns():
            yield "\n".join(column.drop_nulls().unique().to_list()).encode()


def _parquet(content: bytes) -> pl.DataFrame:
    try:
        return pl.read_parquet(io.BytesIO(content))
    except pl.exceptions.PolarsError:
        return pl.DataFrame()


def _rows(name: str, content: bytes) -> Iterator[list[str]]:
    """Yield the rows that a file shows, each as its cells."""
    if name.endswith(".parquet"):
        frame = _parquet(content)
        for row in frame.select(pl.all().cast(pl.String, strict=False).fill_null("")).iter_rows():
            yield [_cell(one) for one in row]
        return
    if name.endswith(".xlsx"):
        import fastexcel  # noqa: PLC0415  only where there is a workbook

        book = fastexcel.read_excel(content)
        for sheet in book.sheet_names:
            frame = book.load_sheet(sheet, header_row=None, dtypes="string").to_polars()
            for row in frame.fill_null("").iter_rows():
                yield [_cell(one) for one in row]
        return
    for text in _texts(name, content.decode("utf-8", errors="replace")):
        if "<tr" in text:
            for row in _MARKUP.findall(text):
                yield [_cell(one) for one in _CELL.findall(row)]
        else:
            for line in text.splitlines():
                yield [_cell(one) for one in _PARTED.split(line)]


def _texts(name: str, text: str) -> Iterator[str]:
    """Yield the texts of a file: of JSON, each list of plain values as one line, and each text."""
    if not name.endswith((".json", ".ipynb")):
        yield text
        return
    try:
        waiting = [json.loads(text)]
    except ValueError:
        yield text
        return
    while waiting:
        one = waiting.pop()
        values = list(one.values()) if isinstance(one, dict) else one if isinstance(one, list) else []
        waiting += [value for value in values if isinstance(value, dict | list)]
        plain = ["" if value is None else str(value) for value in values if not isinstance(value, dict | list)]
        # A notebook has the lines of a text as a list; all else that lies in a list or mapping is a row.
        yield "".join(plain) if any(value.endswith("\n") for value in plain) else "\t".join(plain)
