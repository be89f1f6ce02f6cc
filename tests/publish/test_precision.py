"""What is told beside a rounded n leaves every n possible that is rounded alike."""

from __future__ import annotations

import math

import polars as pl
import pytest

from sujuva.codebooks import UNITS_OF_PEOPLE, load_indicators
from sujuva.codebooks.indicators import UNTOLD
from sujuva.estimation import share_interval
from sujuva.publish import Privacy
from sujuva.publish.comparisons import round_comparisons
from sujuva.publish.rules import allowed, in_steps, round_rows
from sujuva.published import Q_CLASSES, SHOWN, q_class, step_beside
from sujuva.tidy import COMPARISONS
from tests.publish.test_within import rows

PRIVACY = Privacy()


@pytest.mark.parametrize("unit", [1.0, 0.25, 4.0])
@pytest.mark.parametrize("seen", [5, 10, 20, 45, 100, 305])
def test_a_mean_of_whole_scores_fits_every_n_of_the_class(seen, unit):
    step = step_beside(seen, unit, 5, 5)
    for n in range(max(seen - 2, 5), seen + 3):
        told = [{round(total * unit / size / step) for total in range(10 * size + 1)} for size in (n, seen)]
        within = [{one for one in some if 1 < one * step < 10 * unit - 1} for some in told]
        assert within[0] == within[1]  # whichever n it is, the same means can be told


def test_exact_numbers_beside_an_exact_n_stay_as_they_are():
    assert step_beside(40, 1.0, 1, 5) is None
    assert step_beside(None, 1.0, 5, 5) is None
    assert step_beside(1500, 1.0, 5, 5) == 0.001


def told(count, n):
    share = count / n
    se = math.sqrt(share * (1 - share) / (n - 1))
    low, high = share_interval(share, se, n - 1, 0.95)
    row = {
        "indicator": "case_consent",
        "estimate": share,
        "se": se,
        "df": n - 1.0,
        "ci_low": low,
        "ci_high": high,
        "n": n,
    }
    return row | {"suppressed": SHOWN}


@pytest.mark.parametrize("seen", [15, 20, 30, 60, 100])
def test_share_and_interval_fit_every_n_of_the_class(seen):
    """Readers know the rule and both ends; without wider steps half of these rows would have told n more finely."""
    pairs = [(count, n) for n in range(seen - 2, seen + 3) for count in range(5, n - 4)]
    made = round_rows(pl.concat([rows(told(*pair)) for pair in pairs]), load_indicators(), PRIVACY)
    ends = [(round(one, 6), low, high) for one, low, high in made.select("estimate", "ci_low", "ci_high").rows()]
    step = step_beside(seen, 1.0, 5, 10)

    def looks(count, n, row):
        share, low, high = row
        exact = told(count, n)
        near = abs(exact["estimate"] - share) <= step / 2 + 1e-9
        return near and (low is None or (low - 1e-9 <= exact["ci_low"] and exact["ci_high"] <= high + 1e-9))

    every = [(count, n) for n in range(seen - 2, seen + 3) for count in range(1, n)]
    for row in set(ends):
        assert {n for count, n in every if looks(count, n, row)} == set(range(seen - 2, seen + 3))
    assert made["ci_low"].count() > 0.8 * len(pairs)


@pytest.mark.parametrize(
    ("digits", "step", "told"),
    [
        (2, 0.05, (0.1, 0.1, 0.15)),  # nearest, below, above
        (2, 0.01, (0.12, 0.12, 0.13)),  # as fine as the decimals: these round
        (3, 0.002, (0.124, 0.122, 0.126)),
        (6, 0.000_02, (0.12346, 0.12234, 0.12568)),
        (6, 0.000_002, (0.123456, 0.122344, 0.125678)),  # six decimals are the most that a record has
    ],
)
def test_steps_are_told_to_their_last_digit(digits, step, told):
    """Not 0.12345600000000001 either, as the multiple of a step often comes out."""
    row = {"estimate": 0.123456, "ci_low": 0.122345, "ci_high": 0.125677, "d": digits, "s": step}
    frame = pl.DataFrame([row])
    made = frame.with_columns(in_steps(frame, pl.col("d"), pl.col("s")))
    assert made.select("estimate", "ci_low", "ci_high").row(0) == told


def test_no_record_of_persons_lets_a_column_leave_that_counts_them():
    people = load_indicators().where(counts=UNITS_OF_PEOPLE)
    assert len(people) > 50
    assert not {key for key, one in people.items() if {*UNTOLD} & {*one.release.columns}}


def test_q_of_persons_is_told_in_classes_and_of_networks_as_it_is():
    blank = dict.fromkeys(COMPARISONS) | {"p": 0.0123, "q": 0.0234, "clusters": 9, "df": 8.0, "se": 0.1, "n": 10}
    frame = pl.DataFrame(
        [blank | {"comparison": name} for name in ("change_paired", "network_change")], schema=COMPARISONS
    )
    persons, network = allowed(frame, load_indicators(), "comparisons", "comparison").iter_rows(named=True)
    assert [persons[name] for name in ("p", "q", "clusters", "df", "se", "n")] == [None, 0.05, None, None, None, 10]
    assert [network[name] for name in ("p", "q", "clusters", "df", "se")] == [0.0123, 0.0234, 9, 8.0, 0.1]


@pytest.mark.parametrize(("n", "other_n"), [(20, 400), (400, 20)])
def test_comparisons_are_told_in_steps_of_the_smaller_side(n, other_n):
    """Eighteen may be told as twenty: 1/18, or in steps of 1, 2 or 5 a tenth; of 398 a two hundredth, finer than 0.01.

    Of scores in units of four it is 4/18, and so a half.
    """
    scales = {"s": {"grid": 4.0, "shown": {"decimals": 1, "percent": False}}}
    blank = dict.fromkeys(COMPARISONS) | {"scale": "s", "category": "", "note": "", "clusters": 100, "n": n}
    told = {"estimate": 2.31, "ci_low": 1.12, "ci_high": 3.53}
    told |= {f"{name}{end}": one for name in ("relative", "effect") for end, one in zip(
        ("", "_low", "_high"), (0.174, 0.083, 0.262), strict=True)}  # fmt: skip
    frame = pl.DataFrame([blank | told | {"other_n": other_n}], schema=COMPARISONS)
    made = round_comparisons(frame, scales, PRIVACY).row(0, named=True)
    assert [made[name] for name in ("estimate", "ci_low", "ci_high")] == [2.5, 1.0, 4.0]
    for name in ("relative", "effect"):
        assert [made[f"{name}{end}"] for end in ("", "_low", "_high")] == [0.2, 0.0, 0.3]
    many = round_comparisons(frame.with_columns(n=400, other_n=400), scales, PRIVACY).row(0, named=True)
    assert [many[f"relative{end}"] for end in ("", "_low", "_high")] == [0.17, 0.08, 0.26]


def test_what_is_under_a_rate_of_false_discoveries_stays_under_it():
    exact = pl.DataFrame({"q": [0.0004, 0.001, 0.02, 0.05, 0.051, 0.2, None]})
    told = exact.select(q=q_class(pl.col("q")))
    for rate in Q_CLASSES:
        assert told.select(pl.col("q") <= rate)["q"].to_list() == exact.select(pl.col("q") <= rate)["q"].to_list()
    assert set(told["q"]) == {0.001, 0.05, 0.1, 1.0, None}


def test_a_warning_of_few_clusters_that_are_persons_is_by_the_rounded_n():
    """Nine children, each a cluster: 8 degrees of freedom warn of fewer than 30, 7 of fewer than 8 degrees."""
    notes = {}
    for n in range(8, 13):
        warning = "few_degrees" if n - 1 < 8 else "under_30_clusters"
        row = {
            "indicator": "lp_strength_share",
            "estimate": 0.61,
            "se": 0.1,
            "df": n - 1.0,
            "ci_low": 0.4,
            "ci_high": 0.8,
        }
        frame = rows(row | {"n": n, "note": warning, "suppressed": SHOWN})
        notes[n] = round_rows(frame, load_indicators(), PRIVACY)["note"][0]
    assert set(notes.values()) == {"under_30_clusters"}
    schools = rows(row | {"n": 200, "df": 7.0, "note": "few_degrees", "suppressed": SHOWN})
    assert round_rows(schools, load_indicators(), PRIVACY)["note"][0] == "few_degrees"
