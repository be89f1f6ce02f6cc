from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from sujuva.codebooks import load_indicators, load_relations
from sujuva.publish import Privacy, publish
from sujuva.publish.beside import BESIDE_SCHEMA, suppress_beside
from sujuva.publish.organisations import (
    ACTORS_SCHEMA,
    PRESENCE_SCHEMA,
    only_ties,
    suppress_actors,
    suppress_presence,
    suppress_values,
)
from sujuva.published import SHOWN
from sujuva.tidy import TIDY
from tests.publish import made_up, made_up_services

PRIVACY = Privacy()


@pytest.fixture(scope="module")
def out(example_folder):
    made = made_up_services.indicators(made_up_services.families(np.random.default_rng(3), 60))
    return publish(
        made, input_folder=example_folder, privacy=PRIVACY, regions=made_up.REGIONS, waves=made_up.WAVES,
        integration=made_up_services.PARAMS,
    )  # fmt: skip


def test_rare_triggers_and_services_are_not_even_named(out):
    tidy = out["integration"]
    assert "divorce" in tidy["category"].to_list()
    assert "odd" not in {*tidy["scale"], *tidy["category"]}
    assert tidy.filter(indicator="service_overlap").height > 0


def test_groups_of_families_are_told_of_all_years_in_few_indicators(out):
    grouped = out["integration"].filter(pl.col("group").str.contains("^(?:trigger|caller):"))
    assert set(grouped["wave"]) == {0}
    assert set(grouped["indicator"]) == {"cases_started", "cases_open", "delay_median", "delay_share"}


def test_readers_are_told_of_dimensions_conditions_and_relations(out):
    assert {"key", "indicator", "scale", "category", "low", "high", "higher_is_better", "side", "title"} <= set(
        out.meta["integration"]["profile"][0]
    )
    assert "common_agenda" in out.meta["conditions"]
    assert out.meta["relations"]["trust_mission"]["kind"] == "trust"
    assert out.meta["scales"]["common_agenda"]["answered_by"] == "partners"


def actors(raters, ratings=None):
    """Organisations rated by so many, on two items of 1–4; `ratings`: those of the item of the first, else 2 and 3."""
    rows = []
    for number, count in enumerate(raters):
        for relation in ("trust", "trust_mission"):
            item = relation != "trust" and number == 0 and ratings
            given = ratings if item else [2 + place % 2 for place in range(count)]
            told = [("trust", sum(given) / len(given)), ("trust_raters", float(count))]
            told += [(f"trust_given_{place}", float(one - 1)) for place, one in enumerate(given)]
            told += [(f"trust_withheld_{place}", float(4 - one)) for place, one in enumerate(given)]
            rows += [("r", 2022, relation, f"o{number}", measure, value, "") for measure, value in told]
    return pl.DataFrame(rows, schema=ACTORS_SCHEMA, orient="row")


def test_an_organisation_that_few_rated_is_never_hidden_alone():
    marked = suppress_actors(actors([2, 6, 4, 8]), PRIVACY)
    hidden = marked.filter(pl.col("suppressed") != SHOWN)
    assert set(hidden["organisation"]) == {"o0", "o2"}
    assert hidden.height == 8  # every item and every count of raters of both
    two = suppress_actors(actors([2, 1, 4, 8]), PRIVACY).filter(pl.col("suppressed") != SHOWN)
    assert set(two["organisation"]) == {"o0", "o1"}
    assert suppress_actors(actors([5, 5]), PRIVACY)["rule"].unique().to_list() == ["small_network"]


@pytest.mark.parametrize(
    ("ratings", "hidden"),
    [
        ([4, 4, 4, 4], True),  # the mean of 4 tells each of them
        ([1, 1, 1, 1], True),
        ([4, 4, 4, 1], True),  # whoever gave the 1 knows what the others gave
        ([4, 1, 1, 1], True),
        ([4, 3, 3, 2], False),
        ([2, 3, 2, 3], False),
    ],
)
def test_ratings_that_the_mean_tells_one_by_one_are_hidden(ratings, hidden):
    marked = suppress_actors(actors([4, 4, 5, 6], ratings), PRIVACY)
    assert set(marked["measure"]) == {"trust", "trust_raters"}  # what single raters gave never leaves
    item = marked.filter(relation="trust_mission")
    assert set(item.filter(rule="dominated")["organisation"]) == ({"o0"} if hidden else set())
    assert item.filter(rule="additive").height == (2 if hidden else 0)  # the mean of the network tells one alone
    assert set(marked.filter(relation="trust")["suppressed"]) == {SHOWN}  # of all items together nobody dominates


def test_ratings_of_which_nothing_is_known_are_hidden():
    told = actors([4, 4, 5, 6])
    unknown = told.filter(~pl.col("measure").str.contains("given|withheld"))
    assert set(suppress_actors(unknown, PRIVACY)["suppressed"]) == {"primary"}


def test_a_region_whose_organisations_are_all_rated_highest_tells_no_mean():
    blank = dict.fromkeys(TIDY) | {
        "scale": "",
        "informant": "",
        "region": "r",
        "wave": 2022,
        "group": "all",
        "note": "",
    }
    rows = [
        blank | {"indicator": indicator, "category": item, "estimate": value, "n": 9, "rule": "", "suppressed": SHOWN}
        for indicator, values in (("partner_trust", (4.0, 3.5, 1.0)), ("partner_trust_percent", (1.0, 0.875, 0.25)))
        for item, value in zip(("trust_mission", "", "trust_openness"), values, strict=True)
    ]
    frame = pl.DataFrame(rows, schema={**TIDY, "rule": pl.String, "suppressed": pl.String})
    found = suppress_values(frame, load_indicators(), load_relations())
    assert set(found.filter(pl.col("suppressed") != SHOWN)["category"]) == {"trust_mission", "trust_openness"}
    assert set(found.filter(suppressed=SHOWN)["category"]) == {""}


def test_single_ratings_of_trust_and_value_are_never_drawn():
    edges = pl.DataFrame({"relation": ["collaboration", "trust_mission", "value_power", "unheard_of"]})
    assert only_ties(edges, load_relations())["relation"].to_list() == ["collaboration", "unheard_of"]


def test_a_phenomenon_that_few_met_about_is_not_named():
    rows = [("r", 2022, "common", f"o{place}", 1, 2) for place in range(4)]
    rows += [("r", 2022, "rare", f"o{place}", int(place < 2), 1) for place in range(4)]
    presence = pl.DataFrame(rows, schema=PRESENCE_SCHEMA, orient="row")
    assert set(suppress_presence(presence, PRIVACY)["phenomenon"]) == {"common"}


def municipalities(*rows):
    made = [
        {"region": region, "municipality": place, "coping": 60.0, "persons": persons, "families": families}
        | {"integration": met / families}
        for region, place, persons, families, met in rows
    ]
    return pl.DataFrame(made, schema=BESIDE_SCHEMA)


def beside_states(frame, integration=None):
    tidy = pl.DataFrame(schema={**TIDY, "suppressed": pl.String})
    marked = suppress_beside(
        frame, tidy if integration is None else integration, tidy, PRIVACY, scale="who5", informant="self", days=14
    )
    return dict(marked.select("municipality", "suppressed").iter_rows())


def test_a_hidden_municipality_is_never_alone_in_its_region():
    found = beside_states(
        municipalities(("a", "m1", 3, 30, 12), ("a", "m2", 40, 35, 12), ("a", "m3", 50, 60, 30), ("b", "m4", 30, 30, 9))
    )
    assert found == {"m1": "primary", "m2": "secondary", "m3": "", "m4": ""}
    assert beside_states(municipalities(("a", "m1", 30, 30, 28)))["m1"] == "primary"  # two have not met
    assert beside_states(municipalities(("a", "m1", 30, 30, 0)))["m1"] == "primary"


def test_a_region_whose_share_is_hidden_shows_no_municipality():
    row = {"indicator": "delay_share", "category": "14", "region": "a", "wave": 0, "group": "all"}
    hidden = pl.DataFrame([row | {"suppressed": "secondary"}], schema={**TIDY, "suppressed": pl.String})
    assert beside_states(municipalities(("a", "m1", 30, 30, 15), ("b", "m2", 30, 30, 15)), hidden) == {
        "m1": "primary", "m2": "",
    }  # fmt: skip
