"""Denominators that stand among others, means of few organisations, and counts that stand in several tables."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.codebooks import load_indicators
from sujuva.estimation.interval import share_interval
from sujuva.publish import Cells, Privacy, Relation, protect, relation_intervals
from sujuva.publish.integration import suppress_partners
from sujuva.publish.rules import N_ONLY, clear
from sujuva.publish.within import _others, _told, without_small_steps
from sujuva.published import SHOWN
from sujuva.tidy import TIDY


def rows(*some):
    schema = {**TIDY, "rule": pl.String, "suppressed": pl.String}
    blank = {name: "" for name, kind in schema.items() if kind == pl.String} | {"wave": 2022, "group": "all"}
    return pl.DataFrame([{**blank, "region": "r", **one} for one in some], schema=schema)


def families(joint, met, started):
    p = round(0.6 * joint) / joint
    low, high = share_interval(p, (p * (1 - p) / (joint - 1)) ** 0.5, joint - 1, 0.95)
    share = {"estimate": p, "se": 0.05, "ci_low": low, "ci_high": high}
    return rows(
        {"indicator": "cases_started", "estimate": float(started), "n": started},
        {"indicator": "delay_median", "estimate": 9.0, "n": met},
        {"indicator": "case_joint_start", "n": joint, **share},
    )


def looks_like(told, n):
    """Whether `n` families would be told the same."""
    for count in range(1, n):
        p = count / n
        limits = share_interval(p, (p * (1 - p) / (n - 1)) ** 0.5, n - 1, 0.95)
        for step in (0.01, 0.02, 0.05):
            mine = [round(round(one / step) * step, 2) for one in (p, *limits)]
            if mine == [told["estimate"], told["ci_low"], told["ci_high"]]:
                return True
    return False


@pytest.mark.parametrize(("joint", "met", "started"), [(74, 73, 90), (110, 107, 130), (200, 180, 203), (48, 46, 60)])
def test_a_few_between_two_denominators_are_not_left_over(joint, met, started):
    out = without_small_steps(families(joint, met, started), load_indicators(), threshold=5, confidence=0.95)
    told = out.filter(indicator="case_joint_start").row(0, named=True)
    shown = clear(out, "integration").filter(indicator="case_joint_start")
    assert shown["n"].to_list() == shown["se"].to_list() == [None]
    if told["suppressed"] == SHOWN:
        ends = [met + 1, met + 4] if joint - met < 5 else [started - 1, started - 4]
        assert all(looks_like(told, n) for n in ends)


def test_denominators_that_differ_by_many_or_by_none_stay_as_they_are():
    for frame in (families(80, 60, 120), families(80, 80, 120)):
        assert without_small_steps(frame, load_indicators(), threshold=5, confidence=0.95).equals(frame)


def test_a_row_without_its_n_has_no_standard_error_that_gives_it_back():
    frame = rows({"indicator": "x", "estimate": 0.5, "se": 0.05, "df": 99.0, "n": 100, "rule": N_ONLY})
    shown = clear(frame, "integration").row(0, named=True)
    assert (shown["estimate"], shown["se"], shown["df"], shown["n"]) == (0.5, None, None, None)


def test_what_people_of_two_organisations_say_is_hidden_and_never_alone():
    frame = rows(
        {"indicator": "partner_mean", "group": "all", "estimate": 3.0, "df": 9.0, "n": 60},
        {"indicator": "partner_mean", "group": "sector:a", "estimate": 3.0, "df": 1.0, "n": 20},
        {"indicator": "partner_mean", "group": "sector:b", "estimate": 3.0, "df": 3.0, "n": 15},
        {"indicator": "partner_mean", "group": "sector:c", "estimate": 3.0, "df": 3.0, "n": 25},
    )
    assert suppress_partners(frame, load_indicators(), Privacy())["rule"].to_list() == [
        "",
        "few_organisations",
        "additive",
        "",
    ]
    enough = frame.with_columns(df=pl.lit(2.0))
    assert suppress_partners(enough, load_indicators(), Privacy())["rule"].to_list() == [""] * 4


def test_organisations_of_the_network_are_those_of_its_regions():
    """Each region is a stratum: two organisations in each of two leave two degrees of freedom, one in each none."""
    said = {"indicator": "partner_mean", "estimate": 3.0, "n": 10}
    two = rows(*({**said, "region": one, "df": 1.0} for one in "ab"), {**said, "region": "network", "df": 2.0})
    alone = rows(*({**said, "region": one, "df": None} for one in "abc"), {**said, "region": "network", "df": None})
    few = "few_organisations"
    assert suppress_partners(two, load_indicators(), Privacy())["rule"].to_list() == [few, few, ""]
    assert suppress_partners(alone, load_indicators(), Privacy())["rule"].to_list() == [few, few, few, ""]
    short = rows(*({**said, "region": one, "df": None} for one in "ab"), {**said, "region": "network", "df": None})
    assert suppress_partners(short, load_indicators(), Privacy())["rule"].to_list() == [few] * 3


def test_the_same_count_in_another_table_does_not_give_a_small_one_away():
    """open(0) = started(3) − met(6); met stands in a second table too (9), whose regions (9, 10, 11) add up (12)."""
    values = [3, 6, 7, 50, 50, 50, 47, 44, 43, 47, 44, 43, 134, 16]
    relations = [
        *(Relation(3 + k, (k, 6 + k), keep_total=True) for k in range(3)),
        *(Relation(6 + k, (9 + k,)) for k in range(3)),
        Relation(12, (9, 10, 11), keep_total=True),
        Relation(13, (0, 1, 2), keep_total=True),
    ]
    cells = Cells.of_counts(values, threshold=5)
    hidden = protect(cells, relations)
    assert hidden[[0, 6, 9]].all()
    low, high = relation_intervals(cells, hidden, relations[6])[9]
    assert high - low > 0, "one region alone would follow from the sum of the second table"


def shown_row(name, **numbers):
    return {"indicator": name, "estimate": 0.51234, "se": 0.05, "ci_low": 0.41234, "ci_high": 0.61234, **numbers}


@pytest.mark.parametrize(
    ("met", "started", "alike"),
    [(80, 90, True), (79, 90, False), (76, 90, False), (75, 90, True), (60, 81, False), (60, 84, False),
     (60, 85, True), (60, 80, True)],
)  # fmt: skip
def test_one_to_four_families_between_two_denominators_are_few(met, started, alike):
    frame = families(80, met, started)
    out = without_small_steps(frame, load_indicators(), threshold=5, confidence=0.95)
    assert out.equals(frame) == alike
    assert (out["rule"][2] in {N_ONLY, "small_count"}) == (not alike)


def test_n_is_left_out_of_the_whole_series_and_of_no_other():
    near, far = (
        frame.with_columns(region=pl.lit(region))
        for frame, region in ((families(80, 78, 120), "a"), (families(80, 60, 120), "b"))
    )
    other = rows(shown_row("case_consent", n=80))
    hidden = far.filter(indicator="case_joint_start").with_columns(
        wave=pl.lit(2023, pl.Int32), rule=pl.lit("additive"), suppressed=pl.lit("secondary")
    )
    frame = pl.concat([near, far, other, hidden])
    out = without_small_steps(frame, load_indicators(), threshold=5, confidence=0.95)
    assert out["rule"][5] == N_ONLY
    assert out["se"][5] is None
    assert out.row(5, named=True)["estimate"] == round(frame["estimate"][5], 2)
    assert out[6:].equals(frame[6:])
    assert out[3:5].equals(frame[3:5])


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ({}, (0.51, 0.41, 0.61)),
        ({"ci_high": 1.0}, (0.51, 0.41, 1.0)),
        ({"se": 0.0}, (0.51234, None, None)),  # of nobody or everybody: the interval is made of n alone
        ({"ci_low": None, "ci_high": None}, (0.51234, None, None)),
        ({"ci_high": 1.00001}, (0.51234, 0.41234, 1.00001)),  # a mean
        ({"estimate": 0.0}, (0.0, 0.41234, 0.61234)),
        ({"estimate": 1.0}, (1.0, 0.41234, 0.61234)),
        ({"estimate": -0.12345}, (-0.12345, 0.41234, 0.61234)),
    ],
)
def test_shares_inside_their_ends_are_told_coarsely_and_means_as_they_are(numbers, told):
    row = shown_row("", n=80) | {"_small": False, "_above": 9, "_below": 9} | numbers
    assert _told(row, 5, 0.95) == (N_ONLY, *told)


@pytest.mark.parametrize(
    ("above", "below", "others"),
    [(1, None, {80, 77}), (4, None, {83, 80}), (None, 3, {78, 81}), (2, 1, {81, 78, 80, 83}), (0, 5, set()),
     (5, 0, set()), (None, None, set())],
)  # fmt: skip
def test_the_other_numbers_of_families_make_the_step_one_and_one_under_the_threshold(above, below, others):
    assert _others(80, {"_above": above, "_below": below}, 5) == others


def share_of(count, n):
    p = count / n
    low, high = share_interval(p, (p * (1 - p) / (n - 1)) ** 0.5, n - 1, 0.95)
    return {"estimate": p, "se": 0.05, "ci_low": low, "ci_high": high, "n": n}


@pytest.mark.parametrize("n", [12, 30, 60, 100, 160, 240, 400])
def test_a_share_is_told_in_the_finest_step_in_which_a_few_more_look_the_same(n):
    """By trying every number of families that have it, of each number that makes the step one or four."""
    row = share_of(round(0.3 * n), n) | {"_small": True, "_above": 3, "_below": None}

    def alike(step, size):
        seen = [round(round(row[name] / step) * step, 2) for name in ("estimate", "ci_low", "ci_high")]
        other = (share_of(count, size) for count in range(1, size))
        return any([round(round(one[name] / step) * step, 2) for name in ("estimate", "ci_low", "ci_high")] == seen
                   for one in other)  # fmt: skip

    fitting = [step for step in (0.01, 0.02, 0.05) if alike(step, n + 2) and alike(step, n - 1)]
    rule, *numbers = _told(row, 5, 0.95)
    names = ("estimate", "ci_low", "ci_high")
    if fitting:
        assert (rule, numbers) == (N_ONLY, [round(round(row[name] / fitting[0]) * fitting[0], 2) for name in names])
    else:
        assert (rule, numbers) == ("small_count", [row[name] for name in names])
