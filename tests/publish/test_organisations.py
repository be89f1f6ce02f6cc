"""Organisations at the threshold: who rated whom, who met about what, and means at the ends of their range."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from sujuva.codebooks import load_indicators, load_relations
from sujuva.publish import Privacy
from sujuva.publish.integration import marked_families, suppress_partners
from sujuva.publish.organisations import (
    ACTORS_SCHEMA,
    PRESENCE_SCHEMA,
    named_phenomena,
    round_actors,
    round_network_comparisons,
    suppress_actors,
    suppress_network_comparisons,
    suppress_presence,
    suppress_values,
)
from sujuva.publish.rules import N_ONLY
from sujuva.published import SHOWN
from sujuva.tidy import ALL, COMPARISONS, TIDY
from tests.publish.test_services import actors

KNOWN = load_indicators()
PRIVACY = Privacy()
FEW, OTHER, SHOW = "few_raters", "additive", ""


def rules(frame: pl.DataFrame) -> dict[str, str]:
    """Return the rule of each organisation, which is the same for all its measures."""
    found = suppress_actors(frame, PRIVACY).select("organisation", "rule").unique()
    assert found["organisation"].is_unique().all()
    return dict(found.sort("organisation").iter_rows())


@pytest.mark.parametrize(
    ("raters", "states"),
    [
        ([3, 4, 5], [SHOW, SHOW, SHOW]),
        ([2, 4, 5], [FEW, OTHER, SHOW]),
        ([5, 2, 4], [SHOW, FEW, OTHER]),  # the one with the next fewest
        ([2, 4, 4], [FEW, OTHER, SHOW]),  # of equal ones the first by name
        ([2, 2, 4], [FEW, FEW, SHOW]),
        ([9, 9], ["small_network"] * 2),
    ],
)
def test_fewer_than_three_raters_are_hidden_and_never_alone(raters, states):
    assert list(rules(actors(raters)).values()) == states


def test_each_region_and_year_is_a_network_of_its_own():
    one, two = actors([3, 4]), actors([3, 4])
    later = two.with_columns(pl.col("organisation") + "x", wave=pl.lit(2023, pl.Int32))
    assert set(rules(pl.concat([one, later])).values()) == {"small_network"}
    elsewhere = two.with_columns(pl.col("organisation") + "x", region=pl.lit("s"))
    assert set(rules(pl.concat([one, elsewhere])).values()) == {"small_network"}
    few, many = actors([2, 4, 5]), actors([6, 7, 8]).with_columns(pl.col("organisation") + "x", region=pl.lit("s"))
    assert list(rules(pl.concat([few, many])).values()) == [FEW, SHOW, OTHER, SHOW, SHOW, SHOW]


def test_whom_nobody_rated_has_nothing_to_hide():
    nobody = {"region": "r", "wave": 2022, "relation": "trust", "organisation": "o9", "note": ""}
    unrated = pl.DataFrame([nobody | {"measure": "trust_raters", "value": 0.0}], schema=ACTORS_SCHEMA)
    assert list(rules(pl.concat([actors([3, 4, 5]), unrated])).values()) == [SHOW] * 4
    one = pl.DataFrame([nobody | {"measure": "trust_raters", "value": 1.0}], schema=ACTORS_SCHEMA)
    together = pl.concat([actors([3, 4, 5]).filter(relation="trust"), one])
    assert list(rules(together).values()) == [OTHER, SHOW, SHOW, FEW]


def values(*rows: tuple[str, str, float | None]) -> pl.DataFrame:
    blank = dict.fromkeys(TIDY) | {"region": "r", "wave": 2022, "rule": "", "suppressed": SHOWN}
    named = [blank | dict(zip(("indicator", "category", "estimate"), row, strict=True)) for row in rows]
    return pl.DataFrame(named, schema={**TIDY, "rule": pl.String, "suppressed": pl.String})


MEAN, PERCENT = "partner_trust", "partner_trust_percent"
RELATIONS = {
    key: one.model_copy(
        update={"range": {"trust_mission": (2, 5), "value_power": (1, 3), "referral": (0, 9)}.get(key, one.range)}
    )
    for key, one in load_relations().items()
}


@pytest.mark.parametrize(
    ("row", "is_hidden"),
    [
        ((MEAN, "trust_mission", 2.0), True),
        ((MEAN, "trust_mission", 5.0), True),
        ((MEAN, "trust_mission", 4.0), False),
        ((MEAN, "trust_mission", 0.0), False),
        ((MEAN, "", 1.0), True),  # of all items together: the lowest and the highest of any, ties apart
        ((MEAN, "", 5.0), True),
        ((MEAN, "", 0.0), False),
        ((MEAN, "", 9.0), False),
        ((MEAN, "", 4.0), False),
        ((PERCENT, "trust_mission", 0.4), True),  # the lowest, as a share of the highest
        ((PERCENT, "trust_mission", 1.0), True),
        ((PERCENT, "trust_mission", 0.0), True),
        ((PERCENT, "trust_mission", 0.6), False),
        ((PERCENT, "trust_mission", 2.0), False),
        ((MEAN, "unheard_of", 4.0), False),
        ((MEAN, "trust_mission", None), False),
        (("network_density", "trust_mission", 2.0), False),
    ],
)
def test_a_mean_at_an_end_of_its_range_tells_every_rating(row, is_hidden):
    made = suppress_values(values(row), KNOWN, RELATIONS)
    assert made["rule"].to_list() == ["no_spread" if is_hidden else ""]


def presence(*rows: tuple[str, str, str, int]) -> pl.DataFrame:
    named = [dict.fromkeys(PRESENCE_SCHEMA) | {"wave": 2022} |
             dict(zip(("region", "phenomenon", "organisation", "attended"), row, strict=True))
             for row in rows]  # fmt: skip
    return pl.DataFrame(named, schema=PRESENCE_SCHEMA)


def test_a_phenomenon_is_named_where_three_organisations_met_about_it_wherever_they_are():
    sat = [("r", "three", one, 1) for one in "abc"] + [("r", "two", one, 1) for one in "ab"]
    sat += [("r", "asked", one, int(one != "c")) for one in "abc"]
    sat += [("r", "apart", "a", 1), ("s", "apart", "a", 1), ("s", "apart", "b", 2), ("s", "twice", "a", 9)]
    assert named_phenomena(presence(*sat), PRIVACY) == ["apart", "three"]
    made = suppress_presence(presence(*sat), PRIVACY).select("region", "phenomenon", "rule").unique()
    assert set(made.rows()) == {("r", "three", ""), ("r", "apart", ""), ("s", "apart", "small_network")}


def compared(**row: Any) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(COMPARISONS) | {"comparison": "network_change"} | row], schema=COMPARISONS)


@pytest.mark.parametrize(("n", "other", "rule"), [(3, 3, ""), (2, 3, "small_network"), (3, 2, "small_network"),
                                                  (3, None, ""), (None, None, "small_network")])  # fmt: skip
def test_networks_are_compared_where_the_smaller_has_three_organisations(n, other, rule):
    assert suppress_network_comparisons(compared(n=n, other_n=other), KNOWN, PRIVACY)["rule"].to_list() == [rule]
    assert suppress_network_comparisons(compared(n=n, comparison="gap"), KNOWN, PRIVACY).is_empty()


def test_measures_of_networks_have_three_decimals_and_chances_four():
    row = {"estimate": 0.12345, "ci_low": 0.98765, "p": 0.123456, "q": 0.76543, "df": 12.345, "n": 12, "clusters": 7}
    made = round_network_comparisons(compared(**row)).row(0, named=True)
    assert {name: made[name] for name in row} == {
        "estimate": 0.123, "ci_low": 0.988, "p": 0.1235, "q": 0.7654, "df": 12.3, "n": 12, "clusters": 7,
    }  # fmt: skip
    assert round_actors(pl.DataFrame({"value": [1.23456, 2.0]}))["value"].to_list() == [1.235, 2.0]


def said(*rows: dict[str, Any]) -> pl.DataFrame:
    blank = dict.fromkeys(TIDY) | {"indicator": "partner_mean", "scale": "common_agenda", "category": "",
                                   "informant": "", "region": "oulu", "wave": 2024, "group": ALL, "n": 20,
                                   "estimate": 3.0, "rule": "", "suppressed": SHOWN}  # fmt: skip
    return pl.DataFrame([blank | row for row in rows], schema={**TIDY, "rule": pl.String, "suppressed": pl.String})


def partners(*rows: dict[str, Any]) -> list[str]:
    made: list[str] = suppress_partners(said(*rows), KNOWN, PRIVACY)["rule"].to_list()
    return made


@pytest.mark.parametrize(("row", "rule"), [
    ({"df": 2.0}, ""), ({"df": 1.0}, "few_organisations"), ({"df": None}, "few_organisations"), ({"n": 0}, ""),
    ({"df": 1.0, "n": 1}, "few_organisations"), ({"indicator": "rubric_level"}, ""),
    ({"df": 1.0, "rule": "small_count", "suppressed": "primary"}, "small_count"),
])  # fmt: skip
def test_what_people_of_fewer_than_three_organisations_say_is_hidden(row, rule):
    assert partners(row) == [rule]


def test_organisations_of_the_network_are_those_of_its_regions():
    network = {"region": "network", "df": 0.0}
    regions = [{"region": "oulu", "df": 1.0}, {"region": "kainuu", "df": None}]
    assert partners(network, *regions)[0] == ""
    assert partners(network, regions[0])[0] == "few_organisations"
    assert partners(network, regions[0], regions[1] | {"wave": 2023})[0] == "few_organisations"
    assert partners(network, regions[0], regions[1] | {"n": 0})[0] == "few_organisations"
    assert partners(network | {"df": 2.0}, regions[0])[0] == ""


def test_one_sector_that_is_hidden_takes_the_one_with_the_fewest_people_with_it():
    few = {"group": "sector:health", "df": 1.0, "n": 7}
    others = [{"group": f"sector:{name}", "df": 5.0, "n": n} for name, n in (("social", 30), ("third", 25))]
    everyone = {"df": 9.0, "n": 5}
    assert partners(everyone, few, *others) == ["", "few_organisations", "", "additive"]
    nobody = {"group": "sector:parish", "df": None, "n": 0}
    assert partners(everyone, few, *others, nobody) == ["", "few_organisations", "", "additive", ""]
    hidden = {"group": "sector:parish", "df": 5.0, "n": 6, "rule": "small_count", "suppressed": "primary"}
    assert partners(few, hidden, *others) == ["few_organisations", "small_count", "", ""]
    assert partners(hidden, *others) == ["small_count", "", ""]
    equal = [one | {"n": 30} for one in others]
    assert partners(few, *reversed(equal)) == ["few_organisations", "", "additive"]  # the first by name


DENSITY = {"indicator": "network_density", "scale": "work", "estimate": 0.5}
CONSENT = {"indicator": "case_consent", "scale": "", "estimate": 0.9, "n": 50}
WHOLE = {"indicator": "integration_composite", "scale": "", "estimate": 70.0}
PARTS = [{"indicator": "network_density", "scale": "work"}, {"indicator": "case_consent"}]


def families(*rows: dict[str, Any], parts: list[dict[str, Any]] = PARTS) -> pl.DataFrame:
    return marked_families(said(*rows), KNOWN, PRIVACY, phenomena=["peace"], parts=parts)


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({}, ""), ({"wave": 2023}, "hidden_side"), ({"region": "kainuu"}, "hidden_side"),
        ({"group": "caller:school"}, "hidden_side"), ({"category": "other"}, "hidden_side"),
        ({"scale": "other"}, "hidden_side"),
    ],
)  # fmt: skip
def test_the_parts_of_a_composite_are_those_of_its_own_region_and_year(changed, rule):
    rows = families(DENSITY, CONSENT | changed, WHOLE)
    assert rows.filter(indicator=WHOLE["indicator"])["rule"].to_list() == [rule]
    twice = families(DENSITY, CONSENT | changed, WHOLE, parts=[*PARTS, PARTS[0]])
    assert twice.filter(indicator=WHOLE["indicator"])["rule"].to_list() == [rule]
    told = families(DENSITY, CONSENT | changed, WHOLE | {"rule": N_ONLY})
    assert told.filter(indicator=WHOLE["indicator"])["rule"].to_list() == [N_ONLY]


def test_a_level_is_told_with_its_number_from_five_assessors_on():
    level = {"indicator": "rubric_level", "scale": "", "category": "common_agenda"}
    made = families(level | {"n": 4}, level | {"n": 5, "wave": 2023}, CONSENT | {"n": 4, "wave": 2022})
    assert made["rule"].to_list() == [N_ONLY, "", ""]


def test_a_trigger_or_a_pair_of_services_is_named_where_five_families_share_it():
    trigger = {"indicator": "case_trigger", "scale": ""}
    some = [trigger | {"category": name, "heads": heads} for name, heads in (("five", 5), ("four", 4))]
    some += [trigger | {"category": "five", "heads": 1, "wave": 2023}]
    both = {"indicator": "service_overlap"}
    some += [both | {"scale": one, "category": two, "heads": heads}
             for one, two, heads in (("a", "b", 5), ("a", "odd", 4), ("odd", "b", 4), ("b", "a", 1))]  # fmt: skip
    made = families(*some).select("scale", "category", "wave").rows()
    assert made == [("", "five", 2024), ("", "five", 2023), ("a", "b", 2024), ("b", "a", 2024)]


def test_what_was_met_about_is_named_where_it_may_be_and_everything_together_always():
    seen = {"indicator": "presence_share", "scale": ""}
    made = families(*[seen | {"category": name} for name in ("", "peace", "odd")], CONSENT | {"category": "odd"})
    assert made["category"].to_list() == ["", "peace", "odd"]
    noticed = {"indicator": "observation_phenomenon", "scale": "", "category": "odd", "n": 5}
    assert families(noticed).height == 1
    assert families(noticed | {"n": 4}).height == families(noticed | {"group": "sector:health"}).height == 0
