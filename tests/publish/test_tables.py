"""Delays in bins, drawings of small networks, books of files, months and series: at the threshold, by hand."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.publish import Privacy
from sujuva.publish.tables import (
    OPEN_END,
    bin_delays,
    of_persons,
    round_books,
    safe_bins,
    suppress_networks,
    suppress_quality,
)
from sujuva.published import PRIMARY, SECONDARY, SHOWN

DELAYS = {"region": pl.String, "wave": pl.Int32, "days": pl.Int32, "n": pl.Int64}


def test_delays_are_counted_by_the_days_of_the_promise_four_weeks_and_beyond():
    days = [(-1, 100), (0, 1), (7, 2), (8, 4), (14, 8), (15, 16), (28, 32), (29, 64), (400, 128)]
    frame = pl.DataFrame([("oulu", 2024, *one) for one in days], schema=DELAYS, orient="row")
    bins = bin_delays(frame, [14, 7])
    assert bins.select("bin_low", "bin_high", "n").rows() == [
        (0, 7, 3), (8, 14, 12), (15, 28, 48), (29, OPEN_END, 192),
    ]  # fmt: skip
    assert bins.select("scale", "informant", "region", "wave", "group").unique().rows() == [
        ("", "", "oulu", 2024, "all")
    ]


def test_every_region_and_year_has_every_bin_and_four_weeks_stand_once():
    rows = [("oulu", 2023, 3, 5), ("kainuu", 2024, 40, 6)]
    bins = bin_delays(pl.DataFrame(rows, schema=DELAYS, orient="row"), [28])
    assert bins.select("region", "wave", "bin_low", "n").rows() == [
        ("kainuu", 2024, 0, 0), ("kainuu", 2024, 29, 6), ("oulu", 2023, 0, 5), ("oulu", 2023, 29, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(("n", "left"), [(0, 2), (1, 0), (4, 0), (5, 2)])
def test_bins_are_told_where_none_of_them_is_small(n, left):
    assert safe_bins(pl.DataFrame({"n": [n, 20]}), 5).height == left


@pytest.mark.parametrize(("size", "mark"), [(2, PRIMARY), (3, SHOWN)])
def test_networks_of_the_threshold_of_organisations_are_drawn(size, mark):
    nodes = pl.DataFrame({"region": ["oulu"] * size + ["kainuu"] * 9, "organisation": range(size + 9)})
    edges = pl.DataFrame({"region": ["oulu", "kainuu"], "strength": [1, 2]})
    drawn, tied = suppress_networks(nodes, edges, Privacy(organisation_threshold=3))
    assert drawn["suppressed"].to_list() == [mark] * size + [SHOWN] * 9
    assert tied["suppressed"].to_list() == [mark, SHOWN]
    assert tied["rule"].to_list() == ["small_network" if mark else "", ""]
    assert tied.columns == ["region", "strength", "rule", "suppressed"]


@pytest.mark.parametrize(
    ("tables", "persons"),
    [
        ("respondents", True),
        ("ties;answers_who5", True),
        ("case_events", True),
        ("open_answers", True),
        ("participation", True),
        ("ties", False),
        ("rubric;municipality_figures", False),
        ("no_respondents", False),
    ],
)
def test_tables_of_persons_are_known_by_their_names(tables, persons):
    assert pl.DataFrame({"tables": [tables]}).select(of_persons("tables")).item() is persons


def test_rows_of_files_about_persons_are_rounded_and_clean_rows_are_the_difference():
    ledger = pl.DataFrame(
        {"source": ["a", "b"], "tables": ["respondents", "ties"], "rows_in": [103, 103], "rows_clean": [95, 95],
         "rows_quarantined": [8, 8]}
    )  # fmt: skip
    rules = pl.DataFrame({"source": ["b", "a", "a"], "rows": [8, 7, 1]})
    books, counts = round_books(ledger, rules, Privacy())
    assert books.select("rows_in", "rows_clean", "rows_quarantined").rows() == [(105, 95, 10), (103, 95, 8)]
    assert counts["rows"].to_list() == [8, 5, 5]


def quality(*rows, whole, kind="quarantine"):
    """Rows of a rule each, of a file with so many quarantined."""
    ledger = pl.DataFrame({"source": ["a", "b"], "rows_quarantined": [whole, 30]})
    rules = pl.DataFrame(
        {"source": ["a"] * len(rows), "rule": [f"r{place}" for place in range(len(rows))], "kind": [kind] * len(rows),
         "rows": list(rows)}
    )  # fmt: skip
    books, counts = suppress_quality(ledger, rules, Privacy())
    return [*books["why"], *counts["why"]], [*books["suppressed"], *counts["suppressed"]]


@pytest.mark.parametrize(
    ("rows", "whole", "why"),
    [
        ((20, 10), 30, ["", "", "", ""]),
        ((20, 3), 23, ["", "", "additive", "small_count"]),
        ((20, 5), 25, ["", "", "", ""]),
        ((20, 3), 22, ["", "", "", "small_count"]),  # a row breaks several rules: they are no sum
        ((3, 0), 3, ["small_count", "", "small_count", ""]),
    ],
)
def test_few_rows_set_aside_are_hidden_and_what_would_tell_them(rows, whole, why):
    found, marks = quality(*rows, whole=whole)
    assert found == why
    assert marks == [{"": SHOWN, "additive": SECONDARY, "small_count": PRIMARY}[one] for one in why]


def test_changes_are_no_part_of_what_was_set_aside():
    assert quality(20, 3, whole=23, kind="change")[0] == ["", "", "", "small_count"]
