"""Judges clean rows by their tags: they are those that were not set aside, and their numbers are those of the file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from sujuva.cleaning import Cleaned
from sujuva.cleaning.values import CELL_ERRORS
from sujuva.sources import RawTable
from tests.fuzz.cells import as_seen
from tests.fuzz.grids import MISSING
from tests.fuzz.raw import Table


def of_tags(  # noqa: C901  one rule after another
    cleaned: Cleaned, table: Table, raw: RawTable, text: pl.DataFrame, names: dict[str, str], kept: list[int]
) -> list[str]:
    """The clean rows are those that were not set aside, by their tags; and their numbers are those of the file."""
    clean_name, raw_name = table.tag
    if raw_name not in names:
        return [f"clean without the column {raw_name}"]
    stripped = text.select(pl.col(pl.String).str.strip_chars())
    tags = [as_seen(one) for one in stripped[names[raw_name]]]
    frame = cleaned.tables[table.target]
    if table.wide:
        frame = frame.unique(["event", "participant"], maintain_order=True)
    found, wanted = frame[clean_name].to_list(), [tags[at] for at in kept]
    if frame.height != len(kept):
        return [f"{len(kept)} rows were not set aside, but {frame.height} are clean"]
    if clean_name == "seconds":
        found, wanted = [_said(one) for one in found], [_length(one, raw.decimals) for one in wanted]
    faults = []
    if Counter(found) != Counter(wanted):
        faults.append("the clean rows are not those that were not set aside")
    if len(set(wanted)) == len(wanted) and None not in wanted:
        rows = dict(zip(found, frame.iter_rows(named=True), strict=True))
        for tag, at in zip(wanted, kept, strict=True):
            for column, source in table.numbers.items():
                value = stripped[names[source]][at]
                declared = raw.declared_missing.get(names[source])
                if declared is not None and declared[at]:
                    value = None
                if tag in rows and not _same(rows[tag][column], value, raw.decimals):
                    faults.append(f"a number of {column} is not that of the file")
    given = {name: [stripped[raw_name][at] for at in kept] for name, raw_name in names.items()}
    return faults + _of_texts(cleaned, table, given)


def _of_texts(cleaned: Cleaned, table: Table, given: Mapping[str, list[str | None]]) -> list[str]:
    """The clean events have taken place, and the open answers are those of the clean rows."""
    faults = []
    steps = given[table.transition] if table.transition else []
    if any(one and re.sub(r"[\W_]+", "", one.lower()) not in {"complete", "completed"} for one in steps):
        faults.append("an event is clean that has not taken place")
    texts = given[table.text] if table.text else []
    said = [one for one in texts if as_seen(one) and one not in CELL_ERRORS and not _is_missing(one)]
    if table.text and Counter(said) != Counter(cleaned.tables["open_answers"]["text"]):
        faults.append("the open answers are not those of the clean rows")
    return faults


def _is_missing(text: str) -> bool:
    return text == MISSING or _said(_number(text, ".,")) == float(MISSING)


def _number(text: str | None, decimals: str) -> Decimal | None:
    """Parse a number without the help of the code that is tested."""
    text = as_seen(text)  # what nobody sees is no part of a number
    if text is None or not text.isascii() or "_" in text:
        return None
    try:
        found = Decimal(text.replace(",", ".") if "," in decimals else text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _said(number: Any) -> float | None:
    return None if number is None else float(number)


def _length(text: str | None, decimals: str) -> float | None:
    number = _said(_number(text, decimals))
    return number if number is not None and 0 <= number < float("inf") else None


def _same(value: Any, text: str | None, decimals: str) -> bool:
    if value is None:
        return not as_seen(text) or text in CELL_ERRORS or _is_missing(text or "")
    return _said(_number(text, decimals)) == float(value)
