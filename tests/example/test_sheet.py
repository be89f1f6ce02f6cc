from __future__ import annotations

from collections import Counter

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sujuva.example.sheet import Sheet, happens, leave_gaps


def rng(seed=1):
    return np.random.Generator(np.random.PCG64(seed))


@pytest.fixture
def sheet():
    return Sheet.clean(pl.DataFrame({"key": [f"k{n}" for n in range(200)], "item": [str(n % 5) for n in range(200)]}))


def test_soiling_changes_just_the_rows_it_counts(sheet):
    soiled = sheet.soil(rng(), ["item"], ["77"], rule="item_out_of_range", share=0.05)
    changed = (soiled.rows["item"] != sheet.rows["item"]).to_list()
    assert changed == [rule == "item_out_of_range" for rule in soiled.rules]
    assert soiled.counts() == {"rows": 200, "clean": 190, "quarantined": 10, "rules": {"item_out_of_range": 10}}


def test_a_row_is_soiled_once(sheet):
    first = sheet.soil(rng(), ["item"], ["77"], rule="first", share=0.5)
    second = first.soil(rng(2), ["item"], ["88"], rule="second", share=0.9)
    assert Counter(second.rules) == {"first": 100, "second": 100}
    assert second.rows.filter(pl.col("item") == "77").height == 100


def test_only_rows_that_may_be_soiled_are(sheet):
    may = [row < 10 for row in range(200)]
    soiled = sheet.soil(rng(), ["item"], ["77"], rule="rule", share=0.5, among=may)
    assert [row for row, rule in enumerate(soiled.rules) if rule] == list(range(10))


def test_even_a_small_share_soils_a_row(sheet):
    assert sheet.soil(rng(), ["item"], ["77"], rule="rule", share=1e-6).counts()["quarantined"] == 1


def test_a_repeated_row_stands_below_the_first(sheet):
    repeated = sheet.repeat(rng(), share=0.1).ordered()
    keys = repeated.rows["key"].to_list()
    assert repeated.counts()["rules"] == {"duplicate": 20}
    for place, rule in enumerate(repeated.rules):
        assert (keys[place] in keys[:place]) == (rule == "duplicate")


def test_the_kept_rows_are_the_sheet_without_its_dirt(sheet):
    extra = pl.DataFrame({"item": ["9"], "key": ["stranger"]})
    dirty = sheet.repeat(rng(), share=0.1).insert(rng(2), extra, rule="unknown").ordered()
    assert dirty.rows.height == 221
    assert dirty.kept.equals(sheet.rows)


def test_a_mark_leaves_older_rules(sheet):
    soiled = sheet.soil(rng(), ["item"], ["77"], rule="old", share=0.1)
    marked = soiled.mark([True] * 200, "new")
    assert Counter(marked.rules) == {"old": 20, "new": 180}


@given(share=st.floats(0.001, 1.0), rows=st.integers(1, 60), seed=st.integers(0, 99))
def test_the_books_add_up(share, rows, seed):
    sheet = Sheet.clean(pl.DataFrame({"a": list(range(rows))}))
    sheet = sheet.soil(rng(seed), ["a"], [-1], rule="x", share=share).repeat(rng(seed), share=share).ordered()
    counts = sheet.counts()
    assert counts["rows"] == sheet.rows.height == counts["clean"] + counts["quarantined"]
    assert counts["quarantined"] == sum(counts["rules"].values())


def test_a_row_that_breaks_two_rules_counts_for_both(sheet):
    counts = sheet.soil(rng(), ["item"], ["77"], rule="b;a", share=0.01).counts()
    assert counts == {"rows": 200, "clean": 198, "quarantined": 2, "rules": {"a": 2, "b": 2}}


def test_gaps_are_blank_or_coded_and_the_rest_stays():
    cells = np.full((4000, 5), 3)
    columns = leave_gaps(np.random.Generator(np.random.PCG64(1)), cells, blank=0.10, coded=0.05, code=9)
    flat = [cell for column in columns for cell in column]
    assert [len(column) for column in columns] == [4000] * 5
    assert set(flat) == {None, 9, 3}
    assert abs(flat.count(None) / len(flat) - 0.10) < 0.01
    assert abs(flat.count(9) / len(flat) - 0.05) < 0.01


def test_never_and_always():
    rng = np.random.Generator(np.random.PCG64(1))
    assert not happens(rng, 500, 0.0).any()
    assert happens(rng, 500, 1.0).all()
