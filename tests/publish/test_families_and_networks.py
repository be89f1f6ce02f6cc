"""What hides with what in integration: composites, halves, the rubric, few families, small networks."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from sujuva.codebooks import load_indicators
from sujuva.publish import Privacy
from sujuva.publish.cells import few_families, of_few_families
from sujuva.publish.integration import marked_families
from sujuva.publish.organisations import suppress_network_comparisons
from sujuva.publish.rules import N_ONLY, facts
from sujuva.publish.steps import halves
from sujuva.published import SHOWN
from sujuva.tidy import ALL, COMPARISONS, TIDY

COMPOSITE = "integration_composite"
PARTS = [{"indicator": "network_density", "scale": "work"}, {"indicator": "case_consent"}]


def marked(*rows: dict[str, Any]) -> pl.DataFrame:
    blank = dict.fromkeys(TIDY) | {"scale": "", "category": "", "informant": "", "region": "oulu", "wave": 2024}
    blank |= {"group": ALL, "note": "", "rule": "", "suppressed": SHOWN}
    schema = {**TIDY, "rule": pl.String, "suppressed": pl.String}
    return pl.DataFrame([blank | row for row in rows], schema=schema, orient="row")


def done(*rows: dict[str, Any]) -> dict[str, tuple[str, str]]:
    found = marked_families(marked(*rows), load_indicators(), Privacy(), phenomena=["peace"], parts=PARTS)
    return {row["indicator"]: (row["suppressed"], row["rule"]) for row in found.iter_rows(named=True)}


DENSITY = {"indicator": "network_density", "scale": "work", "estimate": 0.5}
CONSENT = {"indicator": "case_consent", "estimate": 0.9, "n": 50}
WHOLE = {"indicator": COMPOSITE, "estimate": 70.0}


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, (SHOWN, "")),
        ({"suppressed": "secondary", "rule": "additive"}, ("primary", "hidden_side")),
        (
            {"rule": N_ONLY},
            ("primary", "hidden_side"),
        ),  # the part is told coarsely, the composite would tell it exactly
    ],
)
def test_a_composite_is_shown_only_where_each_part_is(change: dict[str, str], state: tuple[str, str]) -> None:
    assert done(DENSITY, CONSENT | change, WHOLE)[COMPOSITE] == state


def test_a_composite_without_a_value_hides_nothing() -> None:
    nothing = WHOLE | {"estimate": None, "note": "part_missing"}
    assert done(CONSENT, nothing)[COMPOSITE] == (SHOWN, "")


def test_halves_go_with_what_was_done() -> None:
    hidden = {"suppressed": "primary", "rule": "small_share"}
    some = {"indicator": "case_action_done", "estimate": 0.9, "n": 20}
    found = done(some | hidden, {"indicator": "case_action_done_half", "estimate": 0.95, "n": 20})
    assert found["case_action_done_half"] == ("primary", "small_share")


def test_a_level_is_told_of_few_assessors_but_not_how_few() -> None:
    level = {"indicator": "rubric_level", "category": "common_agenda", "estimate": 2.0}
    assert done(level | {"n": 2})["rubric_level"] == (SHOWN, N_ONLY)
    assert done(level | {"n": 5})["rubric_level"] == (SHOWN, "")


def test_a_phenomenon_that_may_not_be_named_has_no_row() -> None:
    seen = {"indicator": "presence_share", "estimate": 0.5, "n": 12}
    assert done(seen | {"category": "peace"})
    assert not done(seen | {"category": "odd"})


def test_a_phenomenon_is_named_only_where_enough_observations_belong_to_it() -> None:
    noticed = {"indicator": "observation_phenomenon", "region": "network", "wave": 0}
    of_sector = noticed | {"group": "sector:health", "category": "odd", "estimate": 4.0, "n": 4}
    assert done(noticed | {"category": "odd", "estimate": 5.0, "n": 5}, of_sector)
    assert not done(noticed | {"category": "odd", "estimate": 4.0, "n": 4}, of_sector)


def test_meetings_of_few_families_are_hidden_however_many_they_are() -> None:
    rows = marked(
        {"indicator": "case_follow_up", "n": 40, "df": 3.0},  # four families
        {"indicator": "case_follow_up", "n": 40, "df": 4.0},
        {"indicator": "case_consent", "n": 4},  # families count themselves
        {"indicator": "partner_mean", "n": 40, "df": 3.0},  # df of organisations
    )
    rows = rows.join(facts(load_indicators(), "clusters", "counts"), on="indicator", maintain_order="left")
    assert rows.select(few_families(5)).to_series().to_list() == [True, False, False, False]
    cells = pl.DataFrame(
        {"few": [True, False], "value": [40, 40], "primary": False, "low": 5.0, "high": float("inf"), "eligible": True}
    )
    found = of_few_families(cells, 5).select("primary", "low", "high", "eligible").rows()
    assert found == [(True, 36.0, 44.0, False), (False, 5.0, float("inf"), True)]


def test_the_half_counts_those_done_wholly_or_partly() -> None:
    rows = marked(
        {"indicator": "case_action_done", "estimate": 0.5},
        {"indicator": "case_action_done_half", "estimate": 0.6},  # a fifth done partly
    ).with_columns(table=pl.lit("integration"))
    rows = rows.join(facts(load_indicators(), "estimate", "chain"), on="indicator", maintain_order="left")
    assert halves(rows).to_list() == pytest.approx([0.5, 0.7])


def test_comparisons_of_small_networks_are_hidden() -> None:
    blank = dict.fromkeys(COMPARISONS) | {"comparison": "network_change", "region": "oulu", "wave": 2024}
    rows = pl.DataFrame([blank | {"n": n, "estimate": 0.1} for n in (2, 3)], schema=COMPARISONS, orient="row")
    found = suppress_network_comparisons(rows, load_indicators(), Privacy(organisation_threshold=3))
    assert found["rule"].to_list() == ["small_network", ""]
    assert found["suppressed"].to_list() == ["primary", SHOWN]
