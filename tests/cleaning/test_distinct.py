"""Columns by their distinct values: spread over the rows again, they are what they were."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.cleaning.distinct import Distinct, constant, encode, stripped
from sujuva.cleaning.rules import Notes
from sujuva.sources import textual

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
WHEN = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31))  # noqa: DTZ001
CELLS: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "string": (pl.String, TEXT),
    "int": (pl.Int64, st.integers(-(2**63), 2**63 - 1)),
    "small int": (pl.Int8, st.integers(-128, 127)),
    "unsigned": (pl.UInt64, st.integers(0, 2**64 - 1)),
    "float": (pl.Float64, st.floats()),
    "zeros": (pl.Float64, st.sampled_from([0.0, -0.0, float("nan"), -float("nan"), float("inf"), 1.0])),
    "float32": (pl.Float32, st.floats(width=32)),
    "bool": (pl.Boolean, st.booleans()),
    "date": (pl.Date, st.dates(date(1900, 1, 1), date(2199, 12, 31))),
    "time": (pl.Time, st.times()),
    "datetime": (pl.Datetime("us"), WHEN),
    "zone": (pl.Datetime("us", "Europe/Helsinki"), WHEN.map(lambda one: one.replace(tzinfo=UTC))),
    "decimal": (pl.Decimal(20, 3), st.decimals(-(10**9), 10**9, places=3)),
    "categorical": (pl.Categorical(), TEXT),
    "enum": (pl.Enum(["a", "b", "", "ä"]), st.sampled_from(["a", "b", "", "ä"])),
    "binary": (pl.Binary, st.binary(max_size=4)),
    "list": (pl.List(pl.Int64), st.lists(st.none() | st.integers(0, 3), max_size=3)),
    "struct": (pl.Struct({"x": pl.Int64, "y": pl.String}), st.fixed_dictionaries({"x": st.integers(0, 2), "y": TEXT})),
    "null": (pl.Null, st.none()),
}


def texts(column: pl.Series) -> list[str | None]:
    return textual(column.to_frame()).to_series().cast(pl.String).to_list()


@pytest.mark.parametrize("kind", CELLS)
@settings(max_examples=40)
@given(data=st.data())
def test_spread_values_are_the_column_as_text(kind: str, data: st.DataObject) -> None:
    dtype, cells = CELLS[kind]
    pool = data.draw(st.lists(st.none() | cells, min_size=1, max_size=5))  # few values, many rows
    rows = data.draw(st.lists(st.sampled_from(pool), min_size=1, max_size=12))
    column = pl.Series("x", rows, dtype=dtype)
    found = encode(column)
    assert found.spread(found.values).to_list() == texts(column)
    assert found.values.dtype == pl.String
    if found.codes is not None:
        assert found.codes.dtype.is_unsigned_integer()
        assert found.codes.null_count() == 0
        assert found.codes.len() == column.len()
    mask = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    declared = encode(column, pl.Series(mask))
    wanted = [None if gone else text for gone, text in zip(mask, texts(column), strict=True)]
    assert declared.spread(declared.values).to_list() == wanted


def test_a_clash_of_hashes_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pl.Series, "hash", lambda self, *_: pl.repeat(7, self.len(), dtype=pl.UInt64, eager=True))
    column = pl.Series("x", ["a", None, "b", "a", "c", None])
    found = encode(column)
    assert found.spread(found.values).to_list() == column.to_list()


@pytest.mark.parametrize(
    ("kind", "lowest"),
    [
        (pl.Int64, -(2**63)),
        (pl.Int64, 2**63 - 3),
        (pl.Int8, -128),
        (pl.Int8, 125),
        (pl.UInt8, 253),
        (pl.UInt64, 2**64 - 3),
        (pl.Int128, 2**100),
    ],
)
def test_numbers_at_the_ends_of_their_type(kind: Any, lowest: int) -> None:
    column = pl.Series("x", [lowest, None, lowest + 2, lowest], dtype=kind)
    found = encode(column)
    assert found.spread(found.values).to_list() == [str(lowest), None, str(lowest + 2), str(lowest)]


@given(low=st.integers(-(2**31), 2**31), steps=st.lists(st.none() | st.integers(0, 5000), min_size=1, max_size=8))
def test_numbers_close_together_and_far_apart(low: int, steps: list[int | None]) -> None:
    column = pl.Series("x", [None if step is None else low + step for step in steps], dtype=pl.Int64)
    found = encode(column)
    assert found.spread(found.values).to_list() == texts(column)


def test_each_value_is_kept_once() -> None:
    found = encode(pl.Series("x", ["b", "a"] * 1000 + [None]))
    assert found.values.to_list() == ["b", "a", None]


def test_zeros_and_nans_of_either_sign_are_the_same() -> None:
    found = encode(pl.Series("x", [0.0, -0.0, float("nan"), -float("nan"), None]))
    assert found.spread(found.values).to_list() == ["0", "0", None, None, None]


@given(rows=st.lists(st.none() | st.sampled_from(["a", " a", "a ", "\ta\n", "", "  ", "\xa0", "a b", "b"]), max_size=8))
def test_blanks_around_values_are_taken_away_and_counted(rows: list[str | None]) -> None:
    notes = Notes(len(rows))
    found = stripped(encode(pl.Series("x", rows, dtype=pl.String)), notes.note)
    wanted = [None if row is None or not row.strip() else row.strip() for row in rows]
    assert found.spread(found.values).to_list() == wanted
    changed = [want is not None and row != want for row, want in zip(rows, wanted, strict=True)]
    assert notes.masks.get("trimmed", pl.Series([False] * len(rows), dtype=pl.Boolean)).to_list() == changed


def test_a_constant_fills_every_row() -> None:
    found = constant("x", 3)
    assert found.spread(found.values).to_list() == ["x"] * 3


def test_a_rule_about_a_value_is_a_rule_about_its_rows() -> None:
    notes = Notes(4)
    column = Distinct(pl.Series(["a", "b"]), pl.Series([0, 1, 0, 1], dtype=pl.UInt32))
    column.noting(notes.note)("bad_number", pl.Series([None, True]))
    assert notes.masks["bad_number"].to_list() == [False, True, False, True]
    column.noting(notes.note)("wrong_date", pl.Series([False, None]))
    assert "wrong_date" not in notes.masks


def test_lengths_of_time_have_a_text() -> None:
    column = pl.Series("x", [timedelta(seconds=90), None, timedelta(seconds=90), timedelta(0)])
    found = encode(column)
    assert found.spread(found.values).null_count() == 1


def test_decimals_keep_their_digits() -> None:
    column = pl.Series("x", [Decimal("0.100"), Decimal("12.345")], dtype=pl.Decimal(10, 3))
    assert texts(column) == ["0.100", "12.345"]


def test_times_keep_their_fractions() -> None:
    assert texts(pl.Series("t", [time(1, 2, 3), time(1, 2, 3, 500_000)])) == ["01:02:03", "01:02:03.500"]
