"""The door for several ways of computing: planted small differences, and an attack that subtracts ways."""

from __future__ import annotations

import random
from itertools import product

import polars as pl
import pytest

from sujuva.errors import DisclosureError
from sujuva.publish import Privacy
from sujuva.publish.specifications import MEMBERS, WAVE, Ways, tell_specifications
from sujuva.published import PRIMARY, SECONDARY, SHOWN
from sujuva.published.specifications import TOLD
from sujuva.tidy import COMPARISONS

SCALES = {"s": {"shown": {"decimals": 1, "percent": False}, "grid": 1.0}}
PUBLISHED = {"suppressed": SHOWN, "estimate": 3.1, "ci_low": 0.7, "ci_high": 5.5}
PEOPLE, WIDTH = 400, 100.0
COUNTS = dict.fromkeys(("clusters", "n", "other_n"), PEOPLE)


def ways(treatments, members, *, width=WIDTH, **changed):
    """Ways of the one finding: `members` says of each person of both waves how each treatment counts them."""
    row = dict.fromkeys(COMPARISONS) | {"comparison": "change", "scale": "s", "category": "", "note": ""}
    row |= {"wave": 2024, "other_wave": 2022, "estimate": 3.14, "ci_low": 0.69, "ci_high": 5.51} | COUNTS
    row |= {"small": None, "shown": True}
    rows = [
        row | {"specification": at, "treatment": name} | changed.get(name, {}) for at, name in enumerate(treatments)
    ]
    further = {"specification": pl.Int64, "treatment": pl.String, "small": pl.Int64, "shown": pl.Boolean}
    people = [(wave, *who) for wave in (2022, 2024) for who in members]
    parts = (
        pl.DataFrame(people, schema=[WAVE, *treatments], orient="row")
        .group_by(WAVE, *treatments)
        .agg(pl.len().alias(MEMBERS))
    )
    return Ways(pl.DataFrame(rows, schema={**COMPARISONS, **further}), parts, width)


def told(*given, **named):
    table = tell_specifications(ways(*given, **named), PUBLISHED, SCALES, Privacy())
    assert table.schema == TOLD
    return table


def shown(table):
    return [mark == SHOWN for mark in table["suppressed"]]


def left_out(number):
    """A default, and a way that leaves so many persons out."""
    return [(1, None)] * number + [(1, 1)] * (PEOPLE - number)


@pytest.mark.parametrize(("number", "is_told"), [(0, False), (1, False), (4, False), (5, True), (60, True)])
def test_a_way_that_differs_in_few_persons_or_in_none_is_not_told(number, is_told):
    table = told(["default", "other"], left_out(number))
    assert shown(table) == [True, is_told]
    assert table.filter(pl.col("suppressed") != SHOWN).select(
        "estimate", "ci_low", "ci_high"
    ).null_count().sum_horizontal().sum() == (0 if is_told else 3)


def test_few_in_whom_two_large_ways_overlap_are_not_told_by_the_way_with_both():
    """Default − a − b + both leaves the three who are in both; default, a and b alone leave nothing of them."""
    people = [(1, None, 1, None)] * 20 + [(1, 1, None, None)] * 30 + [(1, None, None, None)] * 3
    people += [(1, 1, 1, 1)] * (PEOPLE - 53)
    assert shown(told(["default", "a", "b", "both"], people)) == [True, True, True, False]
    enough = [*people, *[(1, None, None, None)] * 2]
    assert shown(told(["default", "a", "b", "both"], enough)) == [True, True, True, True]


def test_few_who_change_sides_of_a_band_are_not_told():
    def bands(number):
        return [(0, 1)] * number + [(0, 0)] * 200 + [(1, 1)] * 150

    for number, is_told in ((3, False), (5, True)):
        table = told(["default", "other"], bands(number), width=1.0, default={"small": 150}, other={"small": 150})
        assert shown(table) == [True, is_told]


def test_many_who_leave_a_band_with_few_of_its_members_are_not_told():
    people = [(1, None)] * 3 + [(0, None)] * 40 + [(1, 1)] * 100 + [(0, 0)] * 200
    table = told(["default", "other"], people, width=1.0, default={"small": 100}, other={"small": 100})
    assert shown(table) == [True, False]


def combinations(names, people):
    """An intruder's own way: every combination of sums with the factors −2 … 2, person by person."""
    sums = [[int(who[place] == value) for who in people] for place, _ in enumerate(names) for value in (0, 1)]
    sums = [one for one in sums if any(one)]
    for factors in product(range(-2, 3), repeat=len(sums)):
        yield sum(
            any(f * one[at] for f, one in zip(factors, sums, strict=True))
            and sum(f * one[at] for f, one in zip(factors, sums, strict=True)) != 0
            for at in range(len(people))
        )


@pytest.mark.parametrize("seed", range(25))
def test_no_combination_of_told_sums_is_one_of_a_few_persons(seed):
    """Random treatments of persons; parts have sizes around the threshold."""
    lot = random.Random(seed)
    names = ["default", "a", "b", "c"]
    people = [(1, 1, 1, 1)] * 40
    for _ in range(4):
        alike = (1, *(lot.choice([1, 1, None]) for _ in names[1:]))
        people += [alike] * lot.choice([0, 1, 2, 4, 5, 7, 9])
    marks = shown(told(names, people, **{name: {"n": 60, "other_n": 60} for name in names}))
    open_names = [name for name, mark in zip(names, marks, strict=True) if mark]
    seen = [tuple(who[names.index(name)] for name in open_names) for who in people]
    assert not [found for found in combinations(open_names, seen) if 0 < found < 5]


def test_the_intruder_of_the_last_test_finds_what_the_rule_hides():
    people = [(1, None, 1, None)] * 20 + [(1, 1, None, None)] * 30 + [(1, None, None, None)] * 3 + [(1, 1, 1, 1)] * 40
    assert 3 in set(combinations(["default", "a", "b", "both"], people))


@pytest.mark.parametrize("moved", [1, -1])
def test_a_few_persons_whatever_they_said_move_a_told_number_by_one_step_at_most(moved):
    most = 4 * WIDTH / PEOPLE  # four persons from one end of the range to the other
    step = 2.0  # 5 × 100 / 398 = 1.26, and the next of 1, 2, 5
    base = told(["default", "other"], left_out(60))
    for start in range(20):
        numbers = {name: start / 5 + shift for name, shift in (("estimate", 0.3), ("ci_low", -2.2), ("ci_high", 2.9))}
        tables = [
            told(["default", "other"], left_out(60), other={name: one + by for name, one in numbers.items()})
            for by in (0.0, moved * most)
        ]
        for name in numbers:
            one, other = (table[name][1] for table in tables)
            assert abs(other - one) in (0, step)
            assert one / step == round(one / step)
    assert base.row(0)[1:5] == (3.1, 0.7, 5.5, "rose")


def test_ends_go_outwards_and_the_class_is_that_of_the_interval_as_publish_would_tell_it():
    table = told(["default", "other"], left_out(60), other={"estimate": 2.9, "ci_low": 0.4, "ci_high": 5.4})
    assert table.row(1)[1:5] == (2.0, 0.0, 6.0, "rose")
    table = told(["default", "other"], left_out(60), other={"estimate": 2.9, "ci_low": 0.02, "ci_high": 5.4})
    assert table.row(1)[1:5] == (2.0, 0.0, 6.0, "unclear")  # told with one decimal it begins at zero
    table = told(["default", "other"], left_out(60), other={"estimate": -2.9, "ci_low": -5.4, "ci_high": -0.4})
    assert table.row(1)[1:5] == (-2.0, -6.0, 0.0, "fell")


@pytest.mark.parametrize(
    ("changed", "mark"),
    [({"n": 4}, PRIMARY), ({"other_n": 3}, PRIMARY), ({"small": 2}, PRIMARY), ({"small": 0}, PRIMARY),
     ({"shown": False}, SECONDARY), ({"estimate": None}, SECONDARY), ({"ci_low": None, "ci_high": None}, SECONDARY)],
)  # fmt: skip
def test_small_and_hidden_sides_are_hidden(changed, mark):
    table = told(["default", "other"], left_out(60), other=changed)
    assert table["suppressed"].to_list() == [SHOWN, mark]
    assert table.row(1)[1:5] == (None, None, None, "")


def test_with_the_published_row_every_way_is_hidden():
    hidden = {"suppressed": SECONDARY, "estimate": None, "ci_low": None, "ci_high": None}
    table = tell_specifications(ways(["default", "other"], left_out(60)), hidden, SCALES, Privacy())
    assert table["suppressed"].to_list() == [SECONDARY, SECONDARY]
    assert table.select(pl.col("estimate", "ci_low", "ci_high").is_null().all()).row(0) == (True, True, True)


def test_organisations_have_their_own_threshold_and_published_decimals():
    pairs = [(0, 1)] * 3 + [(0, 0)] * 100
    networks = {"comparison": "network_change", "category": "network_density", "estimate": 0.12345}
    table = told(["default", "other"], pairs, width=None, other=networks)
    assert shown(table) == [True, True]
    assert table["estimate"][1] == pytest.approx(0.123)
    assert shown(told(["default", "other"], pairs[1:], width=None, other=networks)) == [True, False]


def test_ways_without_a_default_are_refused():
    given = ways(["default", "other"], left_out(60))
    without = Ways(given.rows.filter(specification=1), given.parts, WIDTH)
    with pytest.raises(DisclosureError, match="from 0"):
        tell_specifications(without, PUBLISHED, SCALES, Privacy())
