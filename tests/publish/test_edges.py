"""Intervals of nobody and everybody are made of n alone: their ends are told in steps, or not at all."""

from __future__ import annotations

import pytest

from sujuva.codebooks import load_indicators
from sujuva.estimation import share_interval
from sujuva.publish.privacy import Privacy
from sujuva.publish.rules import N_ONLY, SHOWN, round_rows
from sujuva.publish.within import without_small_steps
from tests.publish.test_within import rows


def shares(n, share, **own):
    low, high = share_interval(share, 0.0, n - 1, 0.95, n=n)
    return {"estimate": float(share), "se": 0.0, "ci_low": low, "ci_high": high, "n": n, "suppressed": SHOWN, **own}


@pytest.mark.parametrize("share", [0, 1])
def test_the_ends_are_the_same_for_many_n_and_never_narrower(share):
    told = set()
    for n in range(36, 71):
        row = shares(n, share, indicator="case_consent")
        made = round_rows(rows(row), load_indicators(), Privacy()).row(0, named=True)
        assert made["ci_low"] <= row["ci_low"] < row["ci_high"] <= made["ci_high"]
        told.add((made["ci_low"], made["ci_high"]))
    assert told == {(0.0, 0.1) if share == 0 else (0.9, 1.0)}


def test_other_intervals_are_told_in_steps_that_fit_n():
    """1/132 is the finest that 132 to 136 persons, rounded alike, all leave possible: in steps of 1, 2 or 5, 0.01."""
    row = {"indicator": "case_consent", "estimate": 0.5, "se": 0.04321, "ci_low": 0.41234, "ci_high": 0.58766, "n": 134}
    made = round_rows(rows(row | {"suppressed": SHOWN}), load_indicators(), Privacy()).row(0, named=True)
    assert (made["ci_low"], made["ci_high"]) == (0.41, 0.59)
    made = round_rows(rows(row | {"n": 1340, "suppressed": SHOWN}), load_indicators(), Privacy()).row(0, named=True)
    assert (made["ci_low"], made["ci_high"]) == (0.412, 0.588)


def test_where_n_is_not_told_the_interval_is_not():
    frame = rows(
        {"indicator": "cases_started", "estimate": 90.0, "n": 90},
        {"indicator": "delay_median", "estimate": 9.0, "n": 73},
        shares(74, 0, indicator="case_joint_start", suppressed=""),
    )
    out = without_small_steps(frame, load_indicators(), threshold=5, confidence=0.95)
    made = out.filter(indicator="case_joint_start").row(0, named=True)
    assert (made["rule"], made["estimate"], made["ci_low"], made["ci_high"]) == (N_ONLY, 0.0, None, None)
