"""Two states of what may be shown: the same bytes, equal within the tolerance, or different and where.

Published tables are compared by their keys, pictures by their pixels, other texts (pages, drawings, CSV, JSON) number
by number between words that must be the same, workbooks by the texts in them. Whatever else differs in bytes differs.
Only what is shared is looked into: of private tables nobody is told more than that they differ.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sujuva.errors import SujuvaError
from sujuva.published import KEYS, compare_table, leaves, require_published

RELATIVE = 1e-9
"""Numbers of tables and texts are equal where they differ by no more than this share of the larger."""
PIXELS = 8
"""Pictures are equal where no channel of a pixel differs by more than this, of 255."""
ALL = float("inf")
"""Size of a difference that is none of numbers."""
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])")
_TEXTS = {".css", ".csv", ".html", ".ipynb", ".js", ".md", ".svg", ".txt", ".xml"}
_PICTURES = {".png"}


@dataclass(frozen=True)
class Difference:
    """A place where two states differ.

    Attributes:
        file: The file, as seen from the output; "" where the output is one file.
        what: How they differ, in words: `changed`, `only old`, `only new`, `pixels`, `text`, `bytes`.
        size: The largest relative difference of a number, or of a pixel of 255; infinite where it is none of numbers.
        key: Key columns of the row, for tables.
        values: Column → old and new value, for tables.
    """

    file: str
    what: str
    size: float
    key: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def within(self) -> bool:
        """Whether the two are equal within the tolerance."""
        return self.size <= (PIXELS / 255 if self.what == "pixels" else RELATIVE)


def differences(old: Mapping[str, Path], new: Mapping[str, Path]) -> list[Difference]:
    """Compare files by their paths in an output.

    Args:
        old: Path in the output → where its earlier state lies.
        new: The same of the later state.

    Returns:
        Every difference, the largest first; none where all bytes are the same.
    """
    found = [Difference(name, "only old", ALL) for name in old.keys() - new.keys()]
    found += [Difference(name, "only new", ALL) for name in new.keys() - old.keys()]
    for name in old.keys() & new.keys():
        before, after = old[name].read_bytes(), new[name].read_bytes()
        if before != after:
            found += _of_file(name, Path(name).name or new[name].name, before, after)
    return sorted(found, key=lambda one: (-one.size, one.file, str(one.key)))


def _of_file(name: str, called: str, old: bytes, new: bytes) -> Iterator[Difference]:
    end, stem = Path(called).suffix, Path(called).stem
    try:
        if end == ".parquet" and stem in KEYS:
            yield from _of_table(name, stem, old, new)
        elif end in _PICTURES:
            yield Difference(name, "pixels", _of_picture(old, new))
        elif end == ".json":
            yield from _of_json(name, json.loads(old), json.loads(new))
        elif end in _TEXTS:
            before, after = old.decode("utf-8"), new.decode("utf-8")
            yield Difference(name, "text", _of_text(before, after), {"line": _first_line(before, after)})
        elif end == ".xlsx":
            yield Difference(
                name, "text", max(_of_text(*both) for both in zip(_inside(old), _inside(new), strict=True))
            )
        else:
            yield Difference(name, "bytes", ALL)
    except (
        SujuvaError,
        pl.exceptions.PolarsError,
        ValueError,
        OSError,
        SyntaxError,
        zipfile.BadZipFile,
    ):  # one of both is no such file
        yield Difference(name, "bytes", ALL)


def _of_table(name: str, table: str, old: bytes, new: bytes) -> Iterator[Difference]:
    frames = [pl.read_parquet(BytesIO(content)) for content in (old, new)]
    for frame in frames:  # nobody's rows are told that have not passed the door
        require_published(frame.drop("rows") if table == "decisions" else frame, table)
    diff = compare_table(table, *frames)
    for column, side in diff.columns.items():
        yield Difference(name, f"only {side}", ALL, values={column: (None, None)})
    yield from (Difference(name, "only old", ALL, key) for key in diff.gone)
    yield from (Difference(name, "only new", ALL, key) for key in diff.come)
    yield from (Difference(name, "changed", one.size, one.key, one.values) for one in diff.changed)
    if diff.same:  # the rows are the same: another writer of Parquet
        yield Difference(name, "bytes", 0.0)


def _of_picture(old: bytes, new: bytes) -> float:
    from matplotlib.image import imread  # noqa: PLC0415  start-up time

    first, second = (np.asarray(imread(BytesIO(one), format="png"), dtype=float) for one in (old, new))
    return float(np.abs(first - second).max()) if first.shape == second.shape else ALL


def _of_json(name: str, old: Any, new: Any) -> Iterator[Difference]:
    before, after = dict(leaves(old)), dict(leaves(new))
    for path in sorted(before.keys() | after.keys()):
        both = before.get(path), after.get(path)
        if None in both:
            yield Difference(name, "only new" if both[0] is None else "only old", ALL, {"path": path})
        elif both[0] != both[1]:
            size = _of_text(str(both[0]), str(both[1]))
            yield Difference(name, "changed", size, {"path": path}, {"value": both})


def _first_line(old: str, new: str) -> int:
    pairs = zip_longest(old.splitlines(), new.splitlines())
    return next((number for number, (one, other) in enumerate(pairs, start=1) if one != other), 0)


def _of_text(old: str, new: str) -> float:
    """Return the largest relative difference of numbers where all between them is the same."""
    if _NUMBER.split(old) != _NUMBER.split(new):
        return ALL
    pairs = zip(_NUMBER.findall(old), _NUMBER.findall(new), strict=True)
    return max((relative(float(one), float(other)) for one, other in pairs if one != other), default=0.0)


def relative(old: float, new: float) -> float:
    """Return the difference of two numbers in units of the larger."""
    return abs(new - old) / max(abs(old), abs(new), np.finfo(float).tiny)


def _inside(workbook: bytes) -> list[str]:
    with zipfile.ZipFile(BytesIO(workbook)) as book:
        return [f"{name}\n{book.read(name).decode('utf-8')}" for name in sorted(book.namelist())]
