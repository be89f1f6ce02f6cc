"""Municipalities, coping beside integration: who is shown at the threshold, who is hidden with whom, in what steps."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from sujuva.publish import Privacy
from sujuva.publish.beside import BESIDE_SCHEMA, round_beside, suppress_beside
from sujuva.published import SHOWN
from sujuva.tidy import ALL, TIDY

ENOUGH = {"region": "a", "coping": 61.37, "persons": 40, "families": 30, "integration": 0.5}
NOTHING = pl.DataFrame(schema={**TIDY, "suppressed": pl.String})


def municipalities(*rows: dict[str, Any]) -> pl.DataFrame:
    named = [dict.fromkeys(BESIDE_SCHEMA) | {"municipality": f"m{place}"} | row for place, row in enumerate(rows, 1)]
    return pl.DataFrame(named, schema=BESIDE_SCHEMA, orient="row")


def states(*rows: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    given = {"integration": NOTHING, "parjaavyys": NOTHING, "days": 14} | more
    marked = suppress_beside(municipalities(*rows), given.pop("integration"), given.pop("parjaavyys"), Privacy(),
                             scale="who5", informant="self", **given)  # fmt: skip
    return marked.select("rule", "suppressed").rows()


def rules(*rows: dict[str, Any], **more: Any) -> list[str]:
    return [rule for rule, _ in states(*rows, **more)]


FEW, OTHER, SHOW = "small_count", "additive", ""


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({}, SHOW),
        ({"persons": 5}, SHOW),
        ({"persons": 4}, FEW),
        ({"persons": 0}, SHOW),  # nobody is told of
        ({"persons": None}, SHOW),
        ({"families": 10}, SHOW),  # five met, five did not
        ({"families": 9, "integration": 5 / 9}, FEW),
        ({"families": 9, "integration": 4 / 9}, FEW),
        ({"families": 4, "integration": 0.0}, FEW),
        ({"families": 0, "integration": None}, SHOW),
        ({"integration": 5 / 30}, SHOW),
        ({"integration": 4 / 30}, FEW),
        ({"integration": 25 / 30}, SHOW),
        ({"integration": 26 / 30}, FEW),
        ({"integration": 1.0}, FEW),
        ({"integration": None}, FEW),  # as none that met
    ],
)
def test_a_municipality_needs_five_persons_and_five_families_that_met_and_five_that_did_not(changed, rule):
    assert rules(ENOUGH | changed) == [rule]


@pytest.mark.parametrize(("ones", "zeros"), [(5, 35), (35, 5), (4, 36), (36, 4), (0, 40), (None, None)])
def test_of_a_scale_of_0_and_1_it_needs_five_of_either(ones, zeros):
    row = ENOUGH | {"heads": ones, "other_heads": zeros}
    assert rules(row, binary=["who5"]) == [SHOW if 5 in (ones, zeros) else FEW]
    assert rules(row, binary=["gad7"]) == [SHOW]
    assert rules(row | dict.fromkeys(("persons", "heads", "other_heads"), 0), binary=["who5"]) == [SHOW]


@pytest.mark.parametrize(("one", "two", "third"), [(3, 2, SHOW), (2, 2, OTHER), (3, 3, OTHER), (1, 4, SHOW)])
def test_two_small_ones_hide_each_other_where_both_can_be_from_one_to_four(one, two, third):
    """3 + 2: each may be 1–4. 2 + 2: neither is 4. 3 + 3: neither is 1."""
    some = [ENOUGH | {"persons": n} for n in (one, two, 40)]
    assert rules(*some) == [FEW, FEW, third]


def test_those_that_are_hidden_for_different_counts_hide_each_other():
    persons, families = ENOUGH | {"persons": 3}, ENOUGH | {"families": 4, "integration": 0.5}
    assert rules(persons, families, ENOUGH) == [FEW, FEW, SHOW]
    assert rules(persons, ENOUGH | {"persons": 60}, ENOUGH | {"persons": 50}) == [FEW, SHOW, OTHER]


def test_what_has_no_person_protects_no_small_number_of_them():
    small, nobody = ENOUGH | {"persons": 3}, ENOUGH | {"persons": 0}
    assert rules(small, nobody, ENOUGH) == [FEW, SHOW, OTHER]
    assert rules(small, nobody | {"families": 3, "integration": 0.0}, ENOUGH) == [FEW, FEW, OTHER]


def test_nobody_is_hidden_for_the_sake_of_another_region():
    near = ENOUGH | {"region": "b"}
    assert rules(near, ENOUGH | {"persons": 3}, near, ENOUGH | {"persons": 50}) == [SHOW, FEW, SHOW, OTHER]
    small = [ENOUGH | {"persons": 3, "region": region} for region in ("a", "b")]
    assert rules(*small, near) == [FEW, FEW, OTHER]


def tidy(**row: Any) -> pl.DataFrame:
    blank = dict.fromkeys(TIDY) | {"region": "a", "group": ALL, "suppressed": "primary"}
    return pl.DataFrame([blank | row], schema={**TIDY, "suppressed": pl.String})


OF_DAYS = {"indicator": "delay_share", "category": "14", "wave": 0}
OF_SCORES = {"indicator": "score_mean", "scale": "who5", "informant": "self", "wave": 2024}


@pytest.mark.parametrize(
    ("table", "row", "is_bare"),
    [
        ("integration", OF_DAYS, True),
        ("integration", OF_DAYS | {"category": "7"}, False),
        ("integration", OF_DAYS | {"wave": 2024}, False),
        ("integration", OF_DAYS | {"group": "caller:school"}, False),
        ("integration", OF_DAYS | {"suppressed": SHOWN}, False),
        ("integration", OF_DAYS | {"region": "b"}, False),
        ("integration", OF_DAYS | {"indicator": "cases_started", "category": ""}, True),
        ("integration", OF_DAYS | {"indicator": "cases_open"}, False),
        ("parjaavyys", OF_SCORES, True),
        ("parjaavyys", OF_SCORES | {"scale": "gad7"}, False),
        ("parjaavyys", OF_SCORES | {"informant": "parent"}, False),
        ("parjaavyys", OF_SCORES | {"indicator": "score_sd"}, False),
        ("parjaavyys", OF_SCORES | {"group": "gender:girl"}, False),
        ("parjaavyys", OF_SCORES | {"suppressed": SHOWN}, False),
    ],
)
def test_where_a_number_of_the_region_is_hidden_none_of_its_municipalities_is_shown(table, row, is_bare):
    found = states(ENOUGH, ENOUGH | {"region": "c"}, **{table: tidy(**row)})
    assert found == [("hidden_side", "primary") if is_bare else (SHOW, SHOWN), (SHOW, SHOWN)]


def test_where_the_days_are_not_known_every_share_of_days_counts():
    hidden = tidy(**OF_DAYS | {"category": "7"})
    assert rules(ENOUGH, integration=hidden, days=7) == rules(ENOUGH, integration=hidden, days=None) == ["hidden_side"]


def test_the_rule_of_the_region_goes_before_that_of_the_municipality():
    assert rules(ENOUGH | {"persons": 3}, integration=tidy(**OF_DAYS)) == ["hidden_side"]


RANGE = {"coping_low": 55.52, "coping_high": 66.41, "integration_low": 0.3333, "integration_high": 0.6127}
NUMBERS = ("coping", "coping_low", "coping_high", "integration", "integration_low", "integration_high")


def told(row: dict[str, Any], scale: dict[str, Any], **privacy: int) -> dict[str, Any]:
    return round_beside(municipalities(ENOUGH | RANGE | row), Privacy(**privacy), scale).row(0, named=True)


WHO5 = {"shown": {"decimals": 1, "percent": False}, "grid": 4.0, "binary": False}


def test_means_and_shares_are_told_in_steps_that_fit_the_rounded_numbers():
    """25 persons may be 23: steps of at least 4/23, so 0.2. 50 families may be 48: at least 1/48, so 0.05."""
    made = told({"persons": 23, "families": 48, "integration": 22 / 48}, WHO5)
    assert (made["persons"], made["families"]) == (25, 50)
    assert [made[name] for name in NUMBERS] == pytest.approx([61.4, 55.4, 66.6, 0.45, 0.3, 0.65])


def test_a_share_has_at_least_the_threshold_on_either_side_and_a_mean_has_it_once():
    """Ten may be eight, so 1/8 and steps of 0.2; but a share is told of no fewer than ten, so 1/10 and steps of 0.1."""
    row = {"persons": 10, "families": 10, "coping": 0.31, "integration": 0.3}
    shown = {"shown": {"decimals": 1, "percent": True}, "grid": 1.0}
    made = told(row, shown | {"binary": False})
    assert (made["coping"], made["integration"]) == pytest.approx((0.4, 0.3))
    assert told(row, shown | {"binary": True})["coping"] == pytest.approx(0.3)


def test_beside_exact_numbers_means_have_the_decimals_of_their_scale_and_shares_three():
    row = {"persons": 23, "families": 46, "coping": 61.3748, "integration": 21.99 / 48}
    made = told(row, WHO5, rounding=1)
    assert (made["persons"], made["families"]) == (23, 46)
    assert (made["coping"], made["integration"]) == (61.4, 0.458)
    assert told(row, {"shown": {"decimals": 1, "percent": True}}, rounding=1)["coping"] == 61.375
    assert told(row, {}, rounding=1)["coping"] == 61.37  # of a scale of which nothing is known
