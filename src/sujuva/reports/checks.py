"""What the bytes of an output tell whoever checks it. Nothing here trusts the code that made the file.

A check returns reasons by their code in `terms.yaml` (kind `check`), with the status that each leads to.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.codebooks import UNITS_OF_PEOPLE
from sujuva.errors import SujuvaError
from sujuva.io import csv_text
from sujuva.params import rules_of_privacy
from sujuva.published import CONTRACTS, SHOWN, Published, require_published
from sujuva.reports.behind import Behind, texts
from sujuva.reports.downloads import WRITERS, sheet
from sujuva.reports.looks import is_own
from sujuva.reports.readback import READERS, UnreadableError, is_readable

PASS, REVIEW, FAIL = "pass", "review", "fail"
Reasons = dict[str, str]
"""Code of what was found → review or fail."""

KEPT = "kept"
"""Rule of rows that stayed as an earlier release told them."""
_COUNTED_BY = ("indicator", "comparison", "measure")
"""Columns of published tables that name the indicator of a row."""
_COUNTS = ("n", "other_n", "persons", "families")
"""Columns of published tables that count persons or families."""
_OFFICIAL = ("situation",)
"""Tables of official statistics, whose numbers stay as they are."""
_NAMES = ({"organisation"}, {"source", "target"}, {"source_name", "target_name"})
"""Columns of published tables that name organisations, alone or the two ends of a tie."""


def made(meta: Mapping[str, Any]) -> str:
    """Return of which data, choices, code and rules a publication is, and of which day: each page carries this."""
    rules = [f"{name}={meta['privacy'][name]}" for name in rules_of_privacy()]
    return " ".join([f"fingerprint={meta['fingerprint']}", f"date={meta['date']}", *rules])


def look(path: Path, content: bytes, behind: Behind) -> Reasons:
    """Return what must be known of a file before it leaves.

    Args:
        path: Its place in the project, by which its kind is known.
        content: Its bytes.
        behind: The publication that it must be made from.
    """
    check = _CHECKS.get(path.suffix)
    return {"unknown_kind": FAIL} if check is None else check(path, content, behind)


def told_rows(path: Path, content: bytes, meta: dict[str, Any]) -> dict[str, int]:
    """Return how many rows a file tells, by their mark: of a published table, or behind a figure or a table.

    None where it tells none, or cannot be read, which `look` says.
    """
    try:
        if path.suffix == ".parquet":
            return marks(pl.read_parquet(io.BytesIO(content))) if path.stem != "decisions" else {}
        if path.suffix in READERS and (path.suffix != ".csv" or is_readable(content)):
            return marks(READERS[path.suffix](content, meta).rows)
        return marks(texts(content)) if path.suffix == ".csv" else {}
    except (pl.exceptions.PolarsError, UnreadableError, UnicodeDecodeError):
        return {}


def table(name: str, frame: pl.DataFrame, published: Published) -> Reasons:
    """Look at a published table: its contract, the decisions that were recorded, its counts, and names in it."""
    if name not in CONTRACTS:
        return {"no_contract": FAIL}
    try:
        CONTRACTS[name].check(frame, name)
    except SujuvaError:
        return {"no_contract": FAIL}
    if name == "decisions":
        return {}
    found = {
        "not_as_decided": not as_decided(name, frame, published["decisions"]),
        "count_not_protected": not protected(name, frame, published.meta),
    }
    return {code: FAIL for code, bad in found.items() if bad} | names(frame)


def marks(frame: pl.DataFrame) -> dict[str, int]:
    """Return how many rows of a published table are shown, and hidden, by their mark; none where it has no marks."""
    if "suppressed" not in frame.columns:
        return {}
    return dict(frame.group_by("suppressed").agg(pl.len().cast(pl.Int64)).sort("suppressed").iter_rows())


def as_decided(name: str, frame: pl.DataFrame, decisions: pl.DataFrame) -> bool:
    """Tell whether as many rows are shown and hidden as `publish` recorded.

    Rows that stayed as an earlier release told them are counted by themselves, and may be either.
    """
    kept = decisions.filter(table=name, rule=KEPT)["rows"].sum()
    new, found = decided(name, decisions.filter(pl.col("rule") != KEPT)), marks(frame)
    return sum(new.values()) + kept == frame.height and all(rows <= found.get(mark, 0) for mark, rows in new.items())


def decided(name: str, decisions: pl.DataFrame) -> dict[str, int]:
    """Return the same of what `publish` recorded of the table `name`."""
    rows = decisions.filter(table=name).group_by("suppressed").agg(pl.col("rows").sum()).sort("suppressed")
    return dict(rows.iter_rows())


def protected(name: str, frame: pl.DataFrame, meta: Mapping[str, Any]) -> bool:
    """Tell whether each shown count of persons or families is rounded, and none of them smaller than the threshold.

    Rounded half up, a count that reaches the threshold is at most half a base below it.
    """
    base, threshold = meta["privacy"]["rounding"], meta["privacy"]["threshold"]
    counts = [column for column in _COUNTS if column in frame.columns]
    if name in _OFFICIAL or not counts:
        return True
    shown = frame.filter(pl.col("suppressed") == SHOWN)
    by = next((column for column in _COUNTED_BY if column in frame.columns), None)
    if by is not None:
        people = [key for key, one in meta["indicators"].items() if one["counts"] in UNITS_OF_PEOPLE]
        shown = shown.filter(pl.col(by).is_in(people))
    values = pl.concat([shown[column].cast(pl.Int64).alias("n") for column in counts]).drop_nulls()
    return bool(((values % base == 0) & ((values == 0) | (values >= threshold - base // 2))).all())


def names(frame: pl.DataFrame) -> Reasons:
    """Tell whether rows name organisations: somebody must see that no name is a person's."""
    return {"organisations_named": REVIEW} if any(some <= {*frame.columns} for some in _NAMES) else {}


def _parquet(path: Path, content: bytes, behind: Behind) -> Reasons:
    try:
        return table(path.stem, pl.read_parquet(io.BytesIO(content)), behind.published)
    except pl.exceptions.PolarsError:
        return {"no_contract": FAIL}


def _rows(path: Path, content: bytes, behind: Behind) -> Reasons:
    """Rows behind a figure: published ones, and what is hidden has no number."""
    if is_readable(content):
        return _taken_along(path, content, behind)
    try:
        frame = pl.read_csv(io.BytesIO(content), infer_schema_length=None)
        require_published(frame, path.name)
    except (pl.exceptions.PolarsError, SujuvaError):
        return {"hidden_number": FAIL}
    return names(frame) | ({} if behind.has(texts(content)) else {"number_not_published": FAIL})


def _taken_along(path: Path, content: bytes, behind: Behind) -> Reasons:
    """Rows in readers' words: read back they are published ones, and the file is what these rows make, nothing more."""
    meta, kind = behind.published.meta, path.suffix
    try:
        told = READERS[kind](content, meta)
        require_published(told.rows, path.name)
    except UnreadableError as error:
        return {error.code: FAIL}
    except (pl.exceptions.PolarsError, UnicodeDecodeError):
        return {"not_as_written": FAIL}
    except SujuvaError:
        return {"hidden_number": FAIL}
    if not behind.has(texts(csv_text(told.rows).encode())):
        return names(told.rows) | {"number_not_published": FAIL}
    try:
        again = WRITERS[kind](sheet(told.rows, told.title, meta, told.words), told.words, meta)
    except SujuvaError:  # a code that nobody knows
        return {"not_as_written": FAIL}
    return names(told.rows) | ({} if _same(again, content) else {"not_as_written": FAIL})


def _same(one: bytes, other: bytes) -> bool:
    """Tell whether files say the same: in all bytes, or as workbooks in all their parts, however these are packed."""
    if one == other:
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(one)) as left, zipfile.ZipFile(io.BytesIO(other)) as right:
            parts = [[(name, file.read(name)) for name in file.namelist()] for file in (left, right)]
            return parts[0] == parts[1] and left.comment == right.comment
    except (zipfile.BadZipFile, OSError):
        return False


def _page(_: Path, content: bytes, behind: Behind) -> Reasons:
    """Look at a page: it says by which code and rules it was made, those of this publication."""
    said = f'data-made="{made(behind.published.meta)}"'
    return {} if said.encode() in content else {"other_publication": FAIL}


def _captions(_: Path, content: bytes, behind: Behind) -> Reasons:
    """Look at a list of captions: it says by which code and rules its figures were made."""
    return {} if f"`{made(behind.published.meta)}`".encode() in content else {"other_publication": FAIL}


def _look(path: Path, content: bytes, _: Behind) -> Reasons:
    """Look at what pages share: it is ours and tells nothing of anybody."""
    return {} if is_own(path.name, content) else {"not_own": FAIL}


def _document(_: Path, content: bytes, behind: Behind) -> Reasons:
    """Look at a PDF of pages or of a figure: what it tells of itself is by which code and rules they were made."""
    said = made(behind.published.meta).encode()
    return {} if any(said in one for one in unpacked(content)) else {"other_publication": FAIL}


def unpacked(content: bytes) -> Iterator[bytes]:
    """Return what a PDF holds, and its streams unpacked: what it tells of itself stands there as text."""
    yield content
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        with suppress(zlib.error):
            yield zlib.decompress(found[1])


def _json(path: Path, content: bytes, behind: Behind) -> Reasons:
    """Numbers to compare runs by are published ones; metadata are texts and choices."""
    if path.name != "metrics.json":
        return {}
    told = {
        value
        for frame in behind.published.tables.values()
        if "estimate" in frame.columns
        for value in frame.filter(pl.col("suppressed") == SHOWN)["estimate"].unique().to_list()
    }
    numbers = {value for name, value in _leaves(json.loads(content)) if not name.startswith(("hidden.", "year"))}
    return {"number_not_published": FAIL} if numbers - told else {}


def _leaves(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in content.items():
        if isinstance(value, dict):
            yield from _leaves(value)
        else:
            yield name, value


def _nothing(_: Path, __: bytes, ___: Behind) -> Reasons:
    """A drawing shows the rows of the table beside it, whose reasons are its own."""
    return {}


def _notebook(_: Path, __: bytes, ___: Behind) -> Reasons:
    """What code has printed can be anything: somebody must look."""
    return {"executed_code": REVIEW}


_Check = Callable[[Path, bytes, Behind], Reasons]
_CHECKS: dict[str, _Check] = {
    ".parquet": _parquet,
    ".csv": _rows,
    ".xlsx": _taken_along,
    ".svg": _nothing,
    ".png": _nothing,
    ".html": _page,
    ".css": _look,
    ".js": _look,
    ".pdf": _document,
    ".md": _captions,
    ".ipynb": _notebook,
    ".json": _json,
}
