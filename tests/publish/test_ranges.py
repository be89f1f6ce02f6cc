"""What the rule tells of one count, on either side of the threshold."""

from __future__ import annotations

import math

import polars as pl
import pytest

from sujuva.publish.ranges import few_families, of_few_families, ranged, share_ranged

TOLD = ["primary", "low", "high", "eligible"]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0, (False, 0.0, math.inf, False)),
        (1, (True, 1.0, 4.0, False)),
        (4, (True, 1.0, 4.0, False)),
        (5, (False, 5.0, math.inf, True)),
        (6, (False, 5.0, math.inf, True)),
    ],
)
def test_a_count_is_small_from_one_to_one_under_the_threshold(value, told):
    assert ranged(pl.DataFrame({"value": [value]}), 5).select(TOLD).row(0) == told


@pytest.mark.parametrize(
    ("threshold", "value", "told"),
    [
        (5, 0, (True, 0.0, 4.0, False)),
        (5, 4, (True, 0.0, 4.0, False)),
        (5, 5, (False, 5.0, math.inf, True)),
        (2, 0, (True, 0.0, 1.0, False)),
        (1, 0, (False, 0.0, math.inf, False)),  # with a threshold of 1 nothing is small
    ],
)
def test_where_few_are_counted_nobody_is_few_too(threshold, value, told):
    frame = pl.DataFrame({"value": [value]})
    assert ranged(frame, threshold, none=pl.lit(value=True)).select(TOLD).row(0) == told


@pytest.mark.parametrize(
    ("value", "n", "few", "some", "told"),
    [
        (4, 20, False, False, (True, 0.0, 4.0, False)),
        (5, 20, False, False, (False, 5.0, 15.0, True)),
        (15, 20, False, False, (False, 5.0, 15.0, True)),
        (16, 20, False, False, (True, 16.0, 20.0, False)),  # four are not in it
        (20, 20, False, False, (True, 16.0, 20.0, False)),
        (2, 4, False, False, (True, 0.0, 4.0, False)),  # n itself is small
        (3, 5, False, False, (True, 0.0, 4.0, False)),  # few on both sides
        (10, 20, True, False, (True, 0.0, 20.0, False)),  # meetings of a few families
        (10, 20, None, False, (False, 5.0, 15.0, True)),
        (10, 20, False, True, (True, 6.0, 14.0, False)),  # of a few families on one side
        (6, 12, False, True, (True, 2.0, 10.0, False)),
        (5, 11, False, True, (True, 1.0, 9.0, False)),
    ],
)
def test_a_numerator_and_what_is_left_of_n_are_small_under_the_threshold(value, n, few, some, told):
    schema = {"value": pl.Int64, "n": pl.Int64, "few": pl.Boolean, "few_on_side": pl.Boolean}
    frame = pl.DataFrame([(value, n, few, some)], schema=schema, orient="row")
    assert share_ranged(frame, 5).select(TOLD).row(0) == told


@pytest.mark.parametrize(
    ("clusters", "counts", "df", "few"),
    [
        ("family", "meeting", 3.0, True),  # four families
        ("family", "meeting", 4.0, False),
        ("family", "meeting", None, False),
        ("family", "family", 3.0, False),
        ("school", "meeting", 3.0, False),
        ("school", "family", 3.0, False),
    ],
)
def test_meetings_of_fewer_families_than_the_threshold_are_few(clusters, counts, df, few):
    frame = pl.DataFrame({"clusters": [clusters], "counts": [counts], "df": pl.Series([df], dtype=pl.Float64)})
    assert frame.select(few_families(5)).to_series().to_list() == [few]


@pytest.mark.parametrize(
    ("value", "few", "told"),
    [
        (20, True, (True, 16.0, 24.0, False)),
        (5, True, (True, 1.0, 9.0, False)),
        (3, True, (True, 1.0, 4.0, False)),  # small by itself: the rule says so already
        (20, False, (False, 5.0, math.inf, True)),
    ],
)
def test_the_number_of_meetings_of_few_families_stays_open_either_way(value, few, told):
    cells = ranged(pl.DataFrame({"value": [value], "few": [few]}), 5)
    assert of_few_families(cells, 5).select(TOLD).row(0) == told


def test_so_few_meetings_are_never_fewer_than_none():
    cells = pl.DataFrame({"value": [3], "few": [True], "primary": [False], "low": [3.0], "high": [9.0],
                          "eligible": [True]})  # fmt: skip
    assert of_few_families(cells, 5).select(TOLD).row(0) == (True, 0.0, 7.0, False)
