"""What was built into the example, worked out from its design and not from the drawn numbers."""

from __future__ import annotations

import math
from typing import Any

from sujuva.example.areas import (
    CARE,
    CHILDREN,
    COUNTRY,
    care_factor,
    children_factor,
    register_years,
    turning_year,
)
from sujuva.example.design import (
    CYRM,
    FEEDBACK_ITEMS,
    GENDER_POPULATION,
    OCCASION,
    PERSON,
    SDQ,
    SINGLES,
    UNIT,
    WHO5,
    Items,
    feedback_mean,
    normal_share,
    region_design,
)
from sujuva.example.partners import CONDITIONS, partner_mean
from sujuva.example.population import Study
from sujuva.example.talks import CHILD, ENVIRONMENTS, NOT_DISCUSSED, TOPIC, Environment, burden, work_of

PLACES = 6
STEPS, REACH = 400, 8.0  # of the integral over the shared part of a burden


def truth_by_design(study: Study) -> dict[str, Any]:
    """Everything below, by the names of the truth file."""
    return {"partners": partners_truth(study), "areas": area_truth(study), "lp": lp_truth(study), **design_truth(study)}


def design_truth(study: Study) -> dict[str, Any]:
    """Return the population means of scores and ratings by region and wave, and the parts of variance."""
    turns = list(enumerate(study.waves))
    measured = [(WHO5, "self"), (CYRM, "self"), (SDQ, "parent"), *((items, "self") for items, _ in SINGLES)]
    return {
        "variance": {"unit": UNIT, "person": PERSON, "occasion": OCCASION},
        "trends": {region.key: region_design(region.key).trend for region in study.regions},
        "scores": [
            _score(items, informant, region.key, wave, turn, len(turns))
            for items, informant in measured
            for region in study.regions
            for turn, wave in turns
        ],
        "feedback": [
            {
                "item": item,
                "region": region.key,
                "wave": wave,
                "mean": round(feedback_mean(item, region.key, turn, len(turns)), PLACES),
            }
            for item in FEEDBACK_ITEMS
            for region in study.regions
            for turn, wave in turns
        ],
    }


def _score(items: Items, informant: str, region: str, wave: int, turn: int, turns: int) -> dict[str, Any]:
    by_gender = {
        one: round(items.mean(items.trait_mean(region, one, turn, turns)), PLACES) for one in GENDER_POPULATION
    }
    return {
        "scale": items.scale,
        "informant": informant,
        "region": region,
        "wave": wave,
        "mean": round(items.population_mean(region, turn, turns), PLACES),
        "by_gender": by_gender,
    }


def partners_truth(study: Study) -> list[dict[str, Any]]:
    """Return the population means of the conditions by region and wave."""
    return [
        {
            "scale": condition,
            "region": region.key,
            "wave": wave,
            "mean": round(partner_mean(condition, region.key, turn, len(study.waves)), PLACES),
        }
        for condition in CONDITIONS
        for region in study.regions
        for turn, wave in enumerate(study.waves)
    ]


def area_truth(study: Study) -> list[dict[str, Any]]:
    """Return the average annual percent change of the registers, by region and years.

    Every region of the study and the whole country have one over all years; a region that improves also has one up to
    its turning year and one from there on.
    """
    first, last = register_years(study)[0], study.waves[-1]
    found: list[dict[str, Any]] = []
    for region in [*(one.key for one in study.regions), ""]:
        turn = turning_year(region, study) if region else None
        windows = [(first, last)] + ([(first, turn), (turn, last)] if turn is not None else [])
        for start, end in windows:
            ratios = {
                CARE: care_factor(region, end, study) / care_factor(region, start, study),
                CHILDREN: children_factor(end, study) / children_factor(start, study),
            }
            found += [
                {"indicator": indicator, "region": region or COUNTRY, "first": start, "last": end}
                | {"change": round(100 * (ratio ** (1 / (end - start)) - 1), PLACES)}
                for indicator, ratio in ratios.items()
            ]
    return found


def lp_truth(study: Study) -> dict[str, Any]:
    """Return the shares of ratings, plans and transitions in the population, by region."""
    regions = [region.key for region in study.regions]
    return {
        "topics": {key: one.topics for key, one in ENVIRONMENTS.items()},
        "ratings": [
            {"region": region, "visit": visit, "environment": key, **_ratings(one, region, follow_up=bool(place))}
            for region in regions
            for place, visit in enumerate(("first", "follow_up"))
            for key, one in ENVIRONMENTS.items()
        ],
        "transitions": [
            {"region": region, "environment": key, **_transitions(one, region)}
            for region in regions
            for key, one in ENVIRONMENTS.items()
        ],
        "work": [
            {
                "region": region,
                "plan_share": work_of(region).plan,
                "done_share": work_of(region).done,
                "care": work_of(region).care,
                "need_share": round(work_of(region).needed * work_of(region).held, PLACES),
            }
            for region in regions
        ],
    }


def _ratings(one: Environment, region: str, *, follow_up: bool) -> dict[str, float]:
    mean, known = burden(region, follow_up=follow_up), 1 - NOT_DISCUSSED
    high, low = normal_share(mean - one.vulnerable), normal_share(one.strong - mean)
    found = {"strength": known * low, "vulnerability": known * high, "neither": known * (1 - low - high)}
    return {key: round(value, PLACES) for key, value in found.items()}


def _transitions(one: Environment, region: str) -> dict[str, float]:
    """Return the shares among topics that are a strength or a vulnerability both times."""
    first, later = burden(region, follow_up=False), burden(region, follow_up=True)
    joint = dict.fromkeys(("vv", "vs", "sv", "ss"), 0.0)
    own = math.sqrt(1 - CHILD - TOPIC)
    width = 2 * REACH / STEPS
    for step in range(STEPS + 1):  # trapezoids: the integrand vanishes at both ends, with all its slopes
        shared = -REACH + step * width
        mass = math.exp(-shared * shared / 2) / math.sqrt(2 * math.pi) * width
        move = math.sqrt(CHILD + TOPIC) * shared
        high = [normal_share((mean + move - one.vulnerable) / own) for mean in (first, later)]
        low = [normal_share((one.strong - mean - move) / own) for mean in (first, later)]
        joint["vv"] += mass * high[0] * high[1]
        joint["vs"] += mass * high[0] * low[1]
        joint["sv"] += mass * low[0] * high[1]
        joint["ss"] += mass * low[0] * low[1]
    total = sum(joint.values())
    return {
        "vulnerability_to_strength": round(joint["vs"] / total, PLACES),
        "strength_to_vulnerability": round(joint["sv"] / total, PLACES),
        "unchanged": round((joint["vv"] + joint["ss"]) / total, PLACES),
    }
