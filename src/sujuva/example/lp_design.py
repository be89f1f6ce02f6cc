"""The effects that are built into the example's LP discussions, and what they imply for the population.

A topic is a vulnerability when a latent burden exceeds the environment's upper threshold, a strength when it lies
below the lower one, and neither in between. The burden has variance 1: a part of the child, a part of the topic, and
a part of the moment. At the follow-up it has come down by what the region's work gains. First and follow-up are then
two normal variables with a known correlation, so that shares of transitions are known, too.
"""

from __future__ import annotations

from dataclasses import dataclass

from sujuva.example.design import Trend, progress, region_design

CHILD, TOPIC = 0.25, 0.35
"""Parts of the burden's variance that stay from the first discussion to the follow-up."""
NOT_DISCUSSED = 0.06
FOLLOWED_UP = 0.55
ON_STRENGTH = 0.25  # of strengths that something is planned about
_PILOT = 0.12  # part of the children where the work has not begun
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
