"""The effects that are built into the example's LP discussions, and what they imply for the population.

A topic is a vulnerability when a latent burden exceeds the environment's upper threshold, a strength when it lies
below the lower one, and neither in between. The burden has variance 1: a part of the child, a part of the topic, and
a part of the moment. At the follow-up it has come down by what the region's work gains. First and follow-up are then
two normal variables with a known correlation, so that shares of transitions are known, too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from sujuva.example.design import Trend, normal_share, progress, region_design
from sujuva.example.population import Study

CHILD, TOPIC = 0.25, 0.35
"""Parts of the burden's variance that stay from the first discussion to the follow-up."""
NOT_DISCUSSED = 0.06
FOLLOWED_UP = 0.55
ON_STRENGTH = 0.25  # of strengths that something is planned about
_PILOT = 0.12  # part of the children where the work has not begun
_STEPS = 400  # of the integral over the shared part of the burden
_REACH = 8.0
_PLACES = 6


@dataclass(frozen=True)
class Environment:
    """An environment: how many topics it has, the letter of their codes, and its thresholds."""

    word: str
    letter: str
    topics: int
    vulnerable: float
    strong: float


ENVIRONMENTS = {
    "home": Environment("Koti", "K", 4, 0.75, 0.35),
    "daycare": Environment("Varhaiskasvatus", "V", 4, 0.65, 0.25),
    "school": Environment("Koulu", "S", 4, 0.50, 0.15),
    "leisure": Environment("Vapaa-aika", "L", 3, 0.60, 0.30),
}


@dataclass(frozen=True)
class Work:
    """How a region carries the work out.

    Attributes:
        gain: What the burden comes down by until the follow-up.
        plan: Share of vulnerabilities that something is planned about.
        done: Share of plans of known outcome that were done, at least in part.
        care: Share of discussions with dates and people for every plan, and with a day for the follow-up.
        needed: Share of discussions that find a network meeting necessary.
        held: Share of those that then have one.
    """

    gain: float
    plan: float
    done: float
    care: float
    needed: float
    held: float


_WORK: dict[Trend, Work] = {
    "early": Work(0.60, 0.88, 0.86, 0.90, 0.16, 0.85),
    "late": Work(0.45, 0.74, 0.76, 0.75, 0.12, 0.75),
    "steady": Work(0.30, 0.58, 0.66, 0.60, 0.10, 0.65),
}


def work_of(region: str) -> Work:
    """Return how a region carries the work out."""
    return _WORK[region_design(region).trend]


def part_of_children(region: str, turn: int, turns: int) -> float:
    """Return which part of a region's children may be chosen at a wave: all, a pilot's, or none before the work."""
    trend = region_design(region).trend
    if trend == "steady":
        return _PILOT if turn == turns - 1 else 0.0
    return 1.0 if progress(trend, turn, turns) > 0 or turns == 1 else 0.0


def burden(region: str, *, follow_up: bool) -> float:
    """Return the mean burden of a region's children at the first discussion or the follow-up."""
    return -0.5 * region_design(region).level - (work_of(region).gain if follow_up else 0.0)


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
                "need_share": round(work_of(region).needed * work_of(region).held, _PLACES),
            }
            for region in regions
        ],
    }


def _ratings(one: Environment, region: str, *, follow_up: bool) -> dict[str, float]:
    mean, known = burden(region, follow_up=follow_up), 1 - NOT_DISCUSSED
    high, low = normal_share(mean - one.vulnerable), normal_share(one.strong - mean)
    found = {"strength": known * low, "vulnerability": known * high, "neither": known * (1 - low - high)}
    return {key: round(value, _PLACES) for key, value in found.items()}


def _transitions(one: Environment, region: str) -> dict[str, float]:
    """Return the shares among topics that are a strength or a vulnerability both times."""
    first, later = burden(region, follow_up=False), burden(region, follow_up=True)
    joint = dict.fromkeys(("vv", "vs", "sv", "ss"), 0.0)
    own = math.sqrt(1 - CHILD - TOPIC)
    width = 2 * _REACH / _STEPS
    for step in range(_STEPS + 1):  # trapezoids: the integrand vanishes at both ends, with all its slopes
        shared = -_REACH + step * width
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
        "vulnerability_to_strength": round(joint["vs"] / total, _PLACES),
        "strength_to_vulnerability": round(joint["sv"] / total, _PLACES),
        "unchanged": round((joint["vv"] + joint["ss"]) / total, _PLACES),
    }
