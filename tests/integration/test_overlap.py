"""Families that services share, and referrals between sectors."""

from __future__ import annotations

import polars as pl

from sujuva.integration import overlap_indicators, referral_indicators
from sujuva.tidy import KEY, TIDY

PAIRS = {
    **dict.fromkeys(("region",), pl.String),
    "wave": pl.Int32,
    **dict.fromkeys(("one", "other"), pl.String),
    **dict.fromkeys(("both", "either"), pl.Int64),
}
REFERRALS = {
    "region": pl.String,
    "wave": pl.Int32,
    "source": pl.String,
    "target": pl.String,
    **dict.fromkeys(("n", "families"), pl.Int64),
}


def test_overlap_is_jaccards_index() -> None:
    rows = [("oulu", 0, "clinic", "school", 3, 12), ("oulu", 0, "clinic", "youth", 0, 0)]
    found = overlap_indicators(pl.DataFrame(rows, schema=PAIRS, orient="row"))
    assert found.schema == TIDY
    assert found.select("scale", "category", "wave", "estimate", "n", "note").rows() == [
        ("clinic", "school", 0, 0.25, 12, ""),
        ("clinic", "youth", 0, None, 0, "no_families"),
    ]


def test_referrals_are_counted_by_both_ends_and_over_years() -> None:
    rows = [
        ("oulu", 2022, "school", "social", 4, 2),
        ("oulu", 2023, "school", "social", 1, 1),
        ("oulu", 2023, "school", "school", 2, 2),
        ("oulu", 2023, "school", None, 9, 1),
    ]
    found = referral_indicators(pl.DataFrame(rows, schema=REFERRALS, orient="row"))
    assert found.schema == TIDY
    assert found.select(KEY).is_unique().all()
    assert found["heads"].to_list() == [2, 2, 3, 2, 1]  # families
    assert found.select("scale", "category", "wave", "estimate", "n").rows() == [
        ("school", "school", 0, 2.0, 2),
        ("school", "school", 2023, 2.0, 2),
        ("school", "social", 0, 5.0, 5),
        ("school", "social", 2022, 4.0, 4),
        ("school", "social", 2023, 1.0, 1),
    ]


def test_nothing_gives_no_rows() -> None:
    assert overlap_indicators(pl.DataFrame(schema=PAIRS)).height == 0
    assert referral_indicators(pl.DataFrame(schema=REFERRALS)).height == 0
