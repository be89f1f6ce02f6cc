"""Marks, rounding and what is cleared, row by row and by hand."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.codebooks import load_indicators
from sujuva.publish import Privacy
from sujuva.publish.rules import (
    clear,
    facts,
    first_of,
    further_ruled,
    round_rows,
    rounded_count,
    ruled,
    steps,
    suppressed_of,
    warned_by_n,
)
from sujuva.published import LOWER_BOUND, N_ONLY, PRIMARY, SECONDARY, SHOWN
from tests.publish.test_within import rows

KNOWN = load_indicators()


@pytest.mark.parametrize(
    ("count", "base", "told"),
    [(0, 5, 0), (1, 5, 5), (2, 5, 5), (7, 5, 5), (8, 5, 10), (10, 5, 10), (12, 5, 10), (13, 5, 15), (1, 10, 10),
     (4, 10, 10), (14, 10, 10), (15, 10, 20), (7, 1, 7), (0, 1, 0)],
)  # fmt: skip
def test_counts_are_rounded_half_up_and_nobody_alone_is_nobody(count, base, told):
    assert pl.select(rounded_count(pl.lit(count), base)).item() == told


@pytest.mark.parametrize(
    ("rule", "mark"),
    [("", SHOWN), (N_ONLY, SHOWN), ("additive", SECONDARY), ("moments", SECONDARY), ("small_count", PRIMARY),
     ("hidden_side", PRIMARY)],
)  # fmt: skip
def test_each_rule_has_its_mark(rule, mark):
    assert pl.DataFrame({"rule": [rule]}).select(suppressed_of("rule")).item() == mark


def test_the_first_case_that_is_true_gives_the_value():
    frame = pl.DataFrame({"x": [1, 2, 3, None], "word": ["a", "b", "c", "d"]})
    found = frame.select(first_of((pl.col("x") < 2, "low"), (pl.col("x") < 3, pl.col("word")), otherwise="high"))
    assert found.to_series().to_list() == ["low", "b", "high", "high"]
    marked = ruled(frame, (pl.col("x") < 2, "small_count"), (pl.col("x") < 3, "additive"))
    assert marked.select("rule", "suppressed").rows() == [
        ("small_count", PRIMARY), ("additive", SECONDARY), ("", SHOWN), ("", SHOWN),
    ]  # fmt: skip
    further = further_ruled(marked, (pl.col("x") == 3, "moments"), (pl.col("x") == 1, N_ONLY))
    assert further["rule"].to_list() == [N_ONLY, "additive", "moments", ""]


def test_facts_stand_by_indicator_and_what_an_estimate_is_is_what_it_tells():
    found = facts({name: KNOWN[name] for name in ("score_mean", "cases_started")}, "kind", "estimate", "counts")
    assert found.columns == ["indicator", "kind", "tells", "counts"]
    assert found.filter(indicator="cases_started").select("kind", "tells").row(0) == ("count", "count")


@pytest.mark.parametrize(
    ("clusters", "n", "seen", "note", "told"),
    [
        (20, 30, 30, "under_30_clusters", ""),  # nearly each person is a cluster: thirty are enough
        (20, 29, 25, "under_30_clusters", "under_30_clusters"),
        (9, 9, 10, "", "under_30_clusters"),
        (9, 9, 8, "", "few_degrees"),
        (9, 12, 9, "few_degrees", "under_30_clusters"),
        (15, 30, 30, "under_30_clusters", "under_30_clusters"),  # two persons in each cluster
        (16, 30, 30, "under_30_clusters", ""),
        (30, 30, 30, "no_variation", "no_variation"),
        (None, 30, 5, "", ""),
    ],
)
def test_a_warning_is_by_the_rounded_number_where_clusters_are_persons(clusters, n, seen, note, told):
    schema = {"clusters": pl.Int64, "n": pl.Int64, "seen": pl.Int64, "note": pl.String}
    frame = pl.DataFrame([(clusters, n, seen, note)], schema=schema, orient="row")
    assert frame.select(warned_by_n(pl.col("clusters"), pl.col("n"), pl.col("seen"))).item() == told


def test_steps_of_shares_ask_for_the_threshold_on_both_sides():
    """Of 5, so 3 to 7, a mean is of five at least, a share of ten: steps of a fifth, and of a tenth."""
    frame = pl.DataFrame({"n": [5, 5, 100, None], "unit": [1.0, 1.0, 1.0, 1.0], "share": [False, True, True, False]})
    found = steps(frame, pl.col("n"), pl.col("unit"), pl.col("share"), Privacy())
    assert found.to_list() == [0.2, 0.1, 0.02, None]


def rounded(indicator, **numbers):
    frame = rows({"indicator": indicator, "suppressed": SHOWN, **numbers})
    return round_rows(frame, KNOWN, Privacy()).row(0, named=True)


@pytest.mark.parametrize(("estimate", "note", "told"), [(13.0, "", 15.0), (12.0, "", 10.0), (2.0, "", 5.0),
                                                        (0.0, "", 0.0), (14.0, LOWER_BOUND, 10.0),
                                                        (15.0, LOWER_BOUND, 15.0)])  # fmt: skip
def test_numbers_of_families_are_rounded_and_a_lower_bound_stays_one(estimate, note, told):
    assert rounded("cases_started", estimate=estimate, n=13, note=note)["estimate"] == told


def test_numbers_of_organisations_are_told_as_they_are():
    made = rounded("network_density", scale="work", estimate=0.51234, n=7)
    assert made["n"] == 7
    assert made["estimate"] == round(0.51234, KNOWN["network_density"].decimals)


def test_what_is_hidden_has_no_numbers_and_no_words_about_them():
    frame = rows(
        {"indicator": "x", "estimate": 0.5, "se": 0.1, "df": 9.0, "ci_low": 0.3, "n": 20, "note": "few_degrees"},
        {"indicator": "x", "estimate": 0.5, "se": 0.1, "df": 9.0, "ci_low": 0.3, "n": 20, "note": "few_degrees",
         "rule": "additive", "suppressed": SECONDARY},
        {"indicator": "x", "estimate": 0.5, "se": 0.1, "df": 9.0, "ci_low": 0.3, "n": 20, "note": "few_degrees",
         "rule": N_ONLY},
    )  # fmt: skip
    names = ["estimate", "ci_low", "se", "df", "n", "note"]
    assert clear(frame, "integration").select(names).rows() == [
        (0.5, 0.3, 0.1, 9.0, 20, "few_degrees"),
        (None, None, None, None, None, ""),
        (0.5, 0.3, None, None, None, "few_degrees"),
    ]
