"""Large files read with codes as numbers say the same, character for character, as when every value is read as text."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.sources import records, textual
from sujuva.sources.limits import Limits
from sujuva.sources.typed import read_typed

HEADER = b"id;a;b;c\n"
ROWS = [b"k1;0;-7;x", b"k2;12;;", b"k3;;1999;9"]
CELLS = st.sampled_from(
    ["", "0", "1", "9", "10", "-1", "999", "2024", "03", "+3", "-0", " 3", "3.0", "32768", "x", "007"]
)


def plainly(body: bytes, monkeypatch: pytest.MonkeyPatch) -> pl.DataFrame:
    with monkeypatch.context() as patch:
        patch.setattr(records, "LARGE", len(body) + 1)
        return records.read_records(body, ";", "x.csv", limits=Limits()).frame


def named(frame: pl.DataFrame) -> list[tuple[str | None, ...]]:
    return [tuple(value or None for value in row) for row in textual(frame).rows()]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("last", [b"", b"end"])
def test_codes_become_numbers_and_nothing_else_changes(
    end: bytes, last: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = end.join([HEADER.strip(), *ROWS]) + (end if last else b"")
    found = read_typed(body, ";", 4, 1)
    assert found is not None
    assert found.dtypes == [pl.String, pl.Int16, pl.Int16, pl.String]
    assert named(found) == named(plainly(body, monkeypatch))


@pytest.mark.parametrize(
    "cell", [b"03", b"+3", b"-0", b" 3", b"3 ", b"3.0", b"32768", b"x", b"1e1", "٣".encode(), b"1;2", b"0\n"]
)
@pytest.mark.parametrize("place", [0, 400])
def test_what_is_not_written_plainly_is_read_as_text(cell: bytes, place: int) -> None:
    """Early in the file the sample sees it, late only the lengths do."""
    rows = [b"k;1;2;3"] * 20_000
    rows[place * 45] = b"k;" + cell + b";2;3"
    found = read_typed(HEADER + b"\n".join(rows) + b"\n", ";", 4, 1)
    assert found is None or found.dtypes[1] == pl.String


@pytest.mark.parametrize("damage", [b"k;1;2", b"k;1;2;3;4", b"", b"k"])
def test_a_short_or_long_record_is_no_table_of_codes(damage: bytes) -> None:
    rows = [b"k;1;2;3"] * 20_000
    rows[15_000] = damage
    assert read_typed(HEADER + b"\n".join(rows) + b"\n", ";", 4, 1) is None


@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from(["k", "köö", ""]), CELLS, CELLS), min_size=1, max_size=12), st.booleans())
def test_any_cells_read_the_same_in_both_ways(rows: list[tuple[str, str, str]], closed: bool) -> None:
    body = "id;a;b\n" + "\n".join(";".join(row) for row in rows) + ("\n" if closed else "")
    found = read_typed(body.encode(), ";", 3, 1)
    if found is not None:
        assert named(found) == [tuple(value or None for value in row) for row in rows]


def test_a_file_without_codes_is_none_of_its_business() -> None:
    assert read_typed(b"a;b\nx;y\n", ";", 2, 1) is None
    assert read_typed(b"a;b", ";", 2, 1) is None
