"""Columns by their distinct values: each value is judged once, however many rows have it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from sujuva.normal import normal_texts, seen_only
from sujuva.sources import RawTable, textual

_AT = pl.UInt32
_CLOSE = 4096
_SAMPLE = 8192
SLICE = 1 << 18
"""Rows that are worked on at once where all at once would take new memory for each step."""
_MIX = np.uint64(0x9E3779B97F4A7C15)  # an odd number without a pattern: 2⁶⁴ divided by the golden ratio
_LARGEST = 2**62


Note = Callable[[str, pl.Series], None]
"""Notes a rule, by its name, where a mask is true (null counts as false)."""


@dataclass(frozen=True)
class Distinct:
    """A column of text: its values, and for each row which of them it has.

    Attributes:
        values: Text, null for blank; not necessarily each once, and some may be in no row.
        codes: Position in `values` of each row's value (unsigned, no nulls); None: every row has its own.
    """

    values: pl.Series
    codes: pl.Series | None = None

    def spread(self, found: pl.Series) -> pl.Series:
        """Return for each row what was found for its value."""
        return found if self.codes is None else found.gather(self.codes)

    def noting(self, note: Note) -> Note:
        """Return a taker of rules about values that passes them on as rules about rows."""

        def of_rows(rule: str, mask: pl.Series) -> None:
            if mask.any():
                note(rule, self.spread(mask))

        return of_rows


def constant(value: str, rows: int) -> Distinct:
    """Return a column that has the same value in every row."""
    return Distinct(pl.Series([value], dtype=pl.String), pl.zeros(rows, dtype=_AT, eager=True))


def encode(column: pl.Series, missing: pl.Series | None = None) -> Distinct:
    """Find the distinct values of a raw column of any type, and write them as text.

    Rows are compared by their hashes, which takes a tenth of the time of comparing texts; that no two values share a
    hash is checked afterwards, so the result is exact.

    Args:
        column: The raw column.
        missing: Rows (Boolean) that the file itself declares missing: they become blank.
    """
    if column.dtype.is_nested() or column.dtype == pl.Object:
        column = textual(column.to_frame())[column.name]
    values, codes = _by_place(column) or _by_hash(column)
    text = textual(values.to_frame())[values.name].cast(pl.String)
    if missing is not None and missing.any():
        text = pl.concat([text, pl.Series(text.name, [None], dtype=pl.String)])
        blank = pl.Series([text.len() - 1], dtype=_AT)
        codes = blank.zip_with(missing.fill_null(value=False), codes)
    return Distinct(text, codes)


def _by_place(column: pl.Series) -> tuple[pl.Series, pl.Series] | None:
    """Count whole numbers that lie close together from the lowest; numbers that no row has do no harm."""
    if not column.dtype.is_integer() or column.null_count() == column.len():
        return None
    low, high = int(column.min()), int(column.max())  # type: ignore[arg-type]
    if high - low >= _CLOSE:
        return None
    numbers = pl.Series(column.name, [*range(low, high + 1), None], dtype=column.dtype)
    if low < -_LARGEST or high > _LARGEST:  # the difference would not fit
        return None
    codes = (column.cast(pl.Int64) - low).fill_null(high - low + 1).cast(_AT)
    return numbers, codes


def _by_hash(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    alike = _first_alike(column.hash().to_numpy())
    starts = np.flatnonzero(alike == np.arange(len(alike), dtype=alike.dtype))
    places = np.empty(len(alike), dtype=np.uint32)
    places[starts] = np.arange(len(starts), dtype=np.uint32)
    codes = pl.Series(places[alike], dtype=_AT)
    values = column.gather(starts)
    if not _same(values, codes, column):  # two values with one hash
        values = column.unique(maintain_order=True)
        table = values.alias("value").to_frame().with_row_index("code")
        rows = column.alias("value").to_frame()
        codes = rows.join(table, on="value", how="left", maintain_order="left", nulls_equal=True)["code"].cast(_AT)
    return values, codes


def _same(values: pl.Series, codes: pl.Series, column: pl.Series) -> bool:
    """Tell whether the codes give back the column; in slices, because new memory costs more than comparing."""
    return not any(
        values.gather(codes.slice(at, SLICE)).ne_missing(column.slice(at, SLICE)).any()
        for at in range(0, column.len(), SLICE)
    )


def _first_alike(hashes: np.ndarray) -> np.ndarray:
    """Return for each row the first row with the same hash.

    Rows are thrown into a table of slots by some bits of their hashes, the first row of a slot stays, and rows that
    find another hash in their slot are thrown again by other bits. For ten million rows this takes half the time of a
    join.
    """
    # A table that fits the processor's cache is enough where few values are different.
    few = len(np.unique(hashes[:_SAMPLE])) < _SAMPLE // 16
    bits = 16 if few else max(len(hashes).bit_length() + 1, 4)
    slots = np.empty(1 << bits, dtype=np.int32)
    found = np.empty(len(hashes), dtype=np.int32)
    left, mix = np.arange(len(hashes), dtype=np.int32), _MIX
    while len(left):
        parts = [left[at : at + SLICE] for at in range(0, len(left), SLICE)]

        def slot(part: np.ndarray, mix: np.uint64 = mix) -> np.ndarray:
            mixed: np.ndarray = np.right_shift(hashes[part] * mix, np.uint64(64 - bits))
            return mixed

        for part in reversed(parts):  # backwards: where several rows share a slot, the first one is written last
            slots[slot(part)[::-1]] = part[::-1]
        others = []
        for part in parts:
            first = slots[slot(part)]
            same = hashes[first] == hashes[part]
            found[part[same]] = first[same]
            others.append(part[~same])
        left = np.concatenate(others)
        mix = np.uint64(int(mix) * int(_MIX) % 2**64)
    return found


class Columns:
    """The columns of a raw table by their distinct values, each found when it is first asked for."""

    def __init__(self, raw: RawTable) -> None:
        self.raw = raw
        self._known: dict[str, Distinct] = {}

    def __getitem__(self, name: str) -> Distinct:
        if name not in self._known:
            self._known[name] = encode(self.raw.frame[name], self.raw.declared_missing.get(name))
        return self._known[name]


Form = Literal["name", "number", "text"]
"""What a column holds: names, codes, words and times; numbers; or texts, whose letters stay as somebody wrote them."""


def stripped(column: Distinct, note: Note, form: Form = "name") -> Distinct:
    """Take away blanks around the values, noted as trimmed, and bring names into their normal form; "" is blank.

    What changes besides the blanks around it is noted as normal_form: names, codes and words are compared in it
    (`sujuva.normal`), and numbers lose the characters that nobody sees.
    """
    text = column.values
    trimmed = text.str.strip_chars()
    plain = normal_texts(trimmed) if form == "name" else seen_only(trimmed).str.strip_chars()
    if form == "text":  # one of which nothing can be seen is blank
        plain = trimmed.zip_with((plain != "").fill_null(value=True), plain)
    column.noting(note)("trimmed", (trimmed != text) & (plain != ""))
    column.noting(note)("normal_form", (plain != trimmed) & (plain != ""))
    empty = pl.Series([None], dtype=pl.String)
    return Distinct(plain.zip_with((plain != "").fill_null(value=True), empty), column.codes)
