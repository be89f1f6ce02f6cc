"""What was built into the example, worked out from the design and not from the drawn numbers."""

from __future__ import annotations

from typing import Any

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
    region_design,
)
from sujuva.example.population import Study

_PLACES = 6  # decimals in the truth file


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
                "mean": round(feedback_mean(item, region.key, turn, len(turns)), _PLACES),
            }
            for item in FEEDBACK_ITEMS
            for region in study.regions
            for turn, wave in turns
        ],
    }


def _score(items: Items, informant: str, region: str, wave: int, turn: int, turns: int) -> dict[str, Any]:
    by_gender = {
        one: round(items.mean(items.trait_mean(region, one, turn, turns)), _PLACES) for one in GENDER_POPULATION
    }
    return {
        "scale": items.scale,
        "informant": informant,
        "region": region,
        "wave": wave,
        "mean": round(items.population_mean(region, turn, turns), _PLACES),
        "by_gender": by_gender,
    }
