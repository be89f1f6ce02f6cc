"""Which rows of moments are meant by a cell."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.review.trace_moments import filled, rows_of

MOMENTS = pl.DataFrame(
    {
        "region": ["oulu", "oulu", "oulu", "tampere"],
        "wave": [2023, 2024, 2024, 2024],
        "scale": ["who5", "who5", "who5.poor", "who5"],
        "n": [1, 2, 4, 8],
    }
)


@pytest.mark.parametrize(
    ("other", "key", "n"),
    [
        ({}, {"region": "oulu", "wave": 2024, "scale": "who5"}, 2),
        ({"scale": ["{scale}.{category}"]}, {"region": "oulu", "wave": 2024, "scale": "who5"}, 4),
        ({}, {"region": "network", "wave": 0, "scale": "who5"}, 11),  # neither has rows of its own
        ({"wave": ["*"]}, {"region": "oulu", "wave": 2024, "scale": "who5"}, 3),
        ({"scale": ["who5*"]}, {"region": "oulu", "wave": 2024, "scale": "nothing"}, 6),
        ({"region": ["oulu", "tampere"]}, {"wave": 2024, "scale": "who5"}, 10),
    ],
)
def test_rows_of_a_cell(other: dict[str, list[str]], key: dict[str, object], n: int):
    found = rows_of(MOMENTS, other, {"scale": ["who5"], "category": ["poor"]}, key)
    assert found["n"].sum() == n


def test_where_the_network_has_rows_of_its_own_it_is_these():
    own = MOMENTS.with_columns(region=pl.lit("network")).head(1).with_columns(n=pl.lit(100, pl.Int64))
    assert rows_of(pl.concat([MOMENTS, own]), {}, {}, {"region": "network"})["n"].to_list() == [100]


def test_a_group_is_the_rows_that_hold_it():
    rows = pl.DataFrame({"sector": ["health", "third"], "n": [1, 2]})
    assert rows_of(rows, {}, {}, {"group": "sector:third"})["n"].to_list() == [2]
    assert rows_of(rows, {}, {}, {"group": "all"}).height == 2


def test_gaps_are_filled_with_each_value_and_empty_parts_go_with_their_dots():
    known = {"a": ["x"], "b": [""], "c": ["1", "2"]}
    assert filled("{a}.{b}", known) == ["x"]
    assert filled("{b}.{a}", known) == ["x"]
    assert filled("{a}.{c}", known) == ["x.1", "x.2"]
