"""Raw exports and the rows that a person has in them: taken out where a file can be written as it was but for these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import polars as pl

from sujuva.cleaning.pseudonyms import Hasher
from sujuva.cleaning.withdrawn import Withdrawn, rows_of
from sujuva.errors import SujuvaError
from sujuva.sources import RawTable, Source, read_source
from sujuva.sources.header import find_file

_UNWRITTEN = "a file of this kind is not rewritten"


@dataclass
class Export:
    """A raw file and the rows of a person in it.

    Attributes:
        path: Where it lies.
        source: What sources.yaml says of it.
        raw: What its reader makes of it.
        own: Which rows are the person's.
        why: Why the file was not rewritten; empty until that was tried.
    """

    path: Path
    source: Source
    raw: RawTable
    own: pl.Series
    why: str = ""

    @property
    def rows(self) -> int:
        """How many rows are the person's."""
        return int(self.own.sum())

    def rewrite(self) -> bool:
        """Take the rows out of the file, every other byte or value as it was; tell whether that could be done.

        Tables of Parquet and delimited text with a line a row are written; of any other, `why` says that it is left.
        What was written is read again before it takes the old file's place.
        """
        make = {"parquet": self._parquet, "csv": self._lines}.get(self.source.reader)
        content = make() if make is not None else None
        if content is None:
            self.why = self.why or _UNWRITTEN
            return False
        trial = self.path.with_name(f"{self.path.stem}.rewritten{self.path.suffix}")  # readers go by the suffix
        try:
            trial.touch(mode=0o600)
            trial.write_bytes(content)
            if self._is_rest(trial):
                trial.replace(self.path)
            else:
                self.why = "its rows are not one a line, or would be none"
        finally:
            trial.unlink(missing_ok=True)
        return not self.why

    def _is_rest(self, path: Path) -> bool:
        """Tell whether a file holds exactly the rows that are not the person's."""
        try:
            again = read_source(path.parent, self.source.model_copy(update={"file": path.name}))
        except SujuvaError:
            return False
        return again.frame.equals(self.raw.frame.filter(~self.own))

    def _parquet(self) -> bytes | None:
        frame = pl.read_parquet(self.path, glob=False, hive_partitioning=False)
        return None if frame.height != self.own.len() else _parquet_bytes(frame.filter(~self.own))

    def _lines(self) -> bytes | None:
        lines = self.path.read_bytes().splitlines(keepends=True)
        first = int(self.source.options.get("header_row", 1)) if self.source.options.get("header", True) else 0
        gone = {first + row - 1 for row in self.raw.rows.filter(self.own).to_list()}
        if any(number >= len(lines) for number in gone):
            return None
        return b"".join(line for number, line in enumerate(lines) if number not in gone)


def _parquet_bytes(frame: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def exports(folder: Path, sources: Sequence[Source], withdrawn: Withdrawn, hasher: Hasher) -> list[Export]:
    """Return the raw files of an input folder, each with the rows of those who withdrew.

    Raises:
        SourceError: A file cannot be read, or rows cannot be told by their keys.
    """
    found = []
    for source in sources:
        path = find_file(folder, source.file)
        raw = read_source(folder, source)
        if path is not None:
            found.append(Export(path, source, raw, rows_of(raw, source, withdrawn, hasher)))
    return found
