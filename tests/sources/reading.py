"""What the tests of the readers share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sujuva.sources import RawTable, Source, read_source, textual

FEEDS = [{"table": "area_indicators", "columns": {}}]


def read(folder: Path, file: str, reader: str, **options: Any) -> RawTable:
    source = Source.model_validate({"name": "one", "file": file, "reader": reader, "options": options, "feeds": FEEDS})
    return read_source(folder, source)


def rows(raw: RawTable) -> list[tuple[Any, ...]]:
    return textual(raw.frame).rows()
