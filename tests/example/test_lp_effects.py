"""What was built into the LP discussions and the single questions comes out of cleaning, moments and indicators."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from sujuva.cleaning import clean_folder
from sujuva.codebooks import load_regions
from sujuva.moments import fixed_weights, lp_moments, score_moments, with_design
from sujuva.parjaavyys import eligible_children, lp_comparisons, lp_indicators, score_indicators
from sujuva.scores import scored, scored_columns

WAVES = [2022, 2023, 2024]
TOPICS_OF_A_CHILD = {"home": 4, "leisure": 3}


@pytest.fixture(scope="module")
def cleaned(delivery, root):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        return clean_folder(delivery.folder, regions=delivery.arguments["regions"], waves=WAVES)


@pytest.fixture(scope="module")
def moments(cleaned, delivery):
    return lp_moments(cleaned.tables["lp_topics"], regions=delivery.arguments["regions"], waves=WAVES)


@pytest.fixture(scope="module")
def indicators(cleaned, moments, delivery):
    known = load_regions()
    regions = {key: known[key] for key in delivery.arguments["regions"]}
    eligible = eligible_children(cleaned.tables["area_indicators"], regions, "90006")
    return lp_indicators(moments, eligible=eligible)


def estimates(indicators, indicator, category=""):
    rows = indicators.filter(pl.col("region") != "network", indicator=indicator, category=category)
    return {(row["region"], row["wave"]): row for row in rows.iter_rows(named=True)}


def distances(found, wanted, floor=0.0):
    """Distances from the truth in standard errors."""
    return np.array([(one["estimate"] - wanted(*key)) / max(one["se"], floor) for key, one in found.items()])


def agree(z):
    assert np.abs(z).max() < 4
    assert np.sqrt(np.mean(np.square(z))) < 1.8


def visits(delivery):
    """First discussions and follow-ups of a region and wave."""
    return {
        (one["region"], one["wave"]): {"first": one["children"], "follow_up": one["follow_ups"]}
        for one in delivery.truth["lp_talks"]
    }


def expected(delivery, environment, region, wave):
    """Shares of strengths and vulnerabilities of all topics, over first discussions and follow-ups as they came."""
    shares = {
        one["visit"]: one
        for one in delivery.truth["lp"]["ratings"]
        if (one["region"], one["environment"]) == (region, environment)
    }
    numbers = visits(delivery)[region, wave]
    total = sum(numbers.values())
    return {
        name: sum(numbers[visit] * shares[visit][name] for visit in numbers) / total
        for name in ("strength", "vulnerability")
    }


@pytest.mark.parametrize("environment", ["home", "school", "leisure"])
def test_strengths_are_as_many_as_the_design_says(delivery, indicators, environment):
    def share(region, wave):
        one = expected(delivery, environment, region, wave)
        return one["strength"] / (one["strength"] + one["vulnerability"])

    agree(distances(estimates(indicators, "lp_strength_share", environment), share))


@pytest.mark.parametrize("environment", ["home", "leisure"])
def test_vulnerabilities_are_as_many_as_the_design_says(delivery, indicators, environment):
    def number(region, wave):
        return TOPICS_OF_A_CHILD[environment] * expected(delivery, environment, region, wave)["vulnerability"]

    agree(distances(estimates(indicators, "lp_vulnerabilities", environment), number))


@pytest.mark.parametrize("part", ["vulnerability_to_strength", "strength_to_vulnerability", "unchanged"])
def test_changes_are_as_the_design_says(delivery, indicators, part):
    truth = {(one["region"], one["environment"]): one[part] for one in delivery.truth["lp"]["transitions"]}
    z = [
        distances(
            estimates(indicators, "lp_transition_share", f"{part}:{place}"), lambda r, _, p=place: truth[r, p], 0.01
        )
        for place in ("home", "school", "leisure")
    ]
    agree(np.concatenate(z))


@pytest.mark.parametrize("name", ["plan_share", "done_share", "need_share"])
def test_the_work_is_done_as_the_design_says(delivery, indicators, name):
    truth = {one["region"]: one[name] for one in delivery.truth["lp"]["work"]}
    found = estimates(indicators, f"lp_{name}")
    agree(distances({key: one for key, one in found.items() if one["se"]}, lambda region, _: truth[region]))


def test_careful_regions_are_truer_to_the_model(delivery, indicators):
    care = {one["region"]: one["care"] for one in delivery.truth["lp"]["work"]}
    found = {
        region: one["estimate"] for (region, wave), one in estimates(indicators, "lp_fidelity").items() if wave == 2024
    }
    assert min(found, key=found.get) == min(care, key=care.get)
    assert min(found[key] for key in ("oulu", "keski-pohjanmaa")) > found["pohjois-karjala"] > found["tampere"]


def test_vulnerabilities_fall_everywhere_and_the_clustered_test_sees_it(moments):
    found = lp_comparisons(moments["lp_changes"]).filter(category="")
    assert found.height == 8
    assert (found["estimate"] < 0).all()
    assert (found["effect"].drop_nulls() < 1).all()
    assert (found.filter(pl.col("n") > 40)["p"] < 0.001).all()


def test_discussions_children_and_coverage_are_counted(delivery, cleaned, indicators):
    numbers = visits(delivery)
    talks = estimates(indicators, "lp_talks")
    assert {key: one["estimate"] for key, one in talks.items()} == {
        key: float(sum(one.values())) for key, one in numbers.items()
    }
    assert {key: one["n"] for key, one in talks.items()} == {key: one["first"] for key, one in numbers.items()}
    raw = delivery.raw("eligible").filter(area="564", year="2024")
    coverage = estimates(indicators, "lp_coverage")
    assert coverage["oulu", 2024]["estimate"] == numbers["oulu", 2024]["first"] / int(raw["absolute"][0])
    assert 0.02 < min(coverage[key]["estimate"] for key in talks) < 0.9
    # Where the work had not begun while it had elsewhere, nobody was reached.
    others = {key: (one["estimate"], one["n"]) for key, one in coverage.items() if key not in talks}
    assert others == dict.fromkeys([("pohjois-karjala", 2023), ("tampere", 2023)], (0.0, 0))


def test_children_are_persons_of_the_register(cleaned):
    children = cleaned.tables["lp_topics"].select("child", "wave").unique()
    known = cleaned.tables["respondents"].select("respondent", "wave")
    strangers = children.join(known, left_on=["child", "wave"], right_on=["respondent", "wave"], how="anti")
    assert strangers.height <= 0.01 * children.height  # those whose own row of the register was soiled


@pytest.fixture(scope="module")
def singles(cleaned, delivery):
    instrument = cleaned.instruments["single"]
    design = fixed_weights(cleaned.tables["respondents"].lazy(), 6)
    persons = with_design(scored(cleaned.tables["answers_single"].lazy(), instrument), design)
    found = score_moments(persons, scored_columns(instrument), design=design, weight_decimals=6)
    return score_indicators(found, {"single": instrument})


@pytest.mark.parametrize(
    "scale",
    ["single_loneliness", "single_hobby", "single_wants_hobby", "single_heard", "single_home", "single_school",
     "single_leisure"],
)  # fmt: skip
def test_single_questions_have_the_means_of_the_design(delivery, singles, scale):
    truth = {(one["region"], one["wave"]): one["mean"] for one in delivery.truth["scores"] if one["scale"] == scale}
    assert len(truth) == 12
    rows = singles.filter(indicator="score_mean", scale=scale)
    spread = float(rows["se"].median())
    found = {key: one | {"estimate": one["estimate"]} for key, one in estimates(rows, "score_mean").items()}
    z = distances(found, lambda *key: truth[key], spread)
    assert np.abs(z).max() < 4
    assert np.sqrt(np.mean(np.square(z))) < 2


def test_hobbies_are_shares_and_only_those_without_one_are_asked(cleaned, singles):
    answers = cleaned.tables["answers_single"]
    assert answers.filter(single_2=1)["single_3"].null_count() == answers.filter(single_2=1).height
    hobby = singles.filter(indicator="score_mean", region="network", wave=2024)
    shares = dict(hobby.select("scale", "estimate").iter_rows())
    assert 0.8 < shares["single_hobby"] < 0.95
    assert 0.45 < shares["single_wants_hobby"] < 0.75
    asked = dict(hobby.select("scale", "n").iter_rows())
    assert asked["single_wants_hobby"] < 0.25 * asked["single_hobby"]
