"""The effects that are built into the example, and what they imply for the population.

Every answer comes from a latent trait through thresholds: a person whose trait is `mu` on average answers item
`j` at or above step `k` when `loading × trait + noise` exceeds the item's threshold. With a trait of variance 1
the population mean of an item is then a plain sum of normal probabilities, so that the truth of the example is
known exactly (graded response in its probit form; Samejima 1969).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Trend = Literal["early", "late", "steady"]

# Shares of a trait's variance. Their sum is 1; answering adds noise of its own, so that the intraclass
# correlation of units comes near .05 and the correlation of two waves near .6 for the scores.
UNIT, PERSON, OCCASION = 0.06, 0.69, 0.25
GENDER_SAMPLE = {"girl": 0.530, "boy": 0.455, "other": 0.015}
GENDER_POPULATION = {"girl": 0.485, "boy": 0.500, "other": 0.015}


@dataclass(frozen=True)
class RegionDesign:
    """How a region starts and where it goes."""

    level: float = 0.0  # distance of the first wave from the average, in standard deviations of the trait
    trend: Trend = "steady"  # improves from the start, only towards the end, or stays
    share: float = 1.0  # part of the persons and families, relative to the other regions
    delay: float = 15.0  # median days from contact to meeting in the first wave


_REGIONS = {
    "keski-pohjanmaa": RegionDesign(0.05, "early", 0.8, 17.0),
    "pohjois-karjala": RegionDesign(-0.15, "late", 1.0, 15.0),
    "oulu": RegionDesign(-0.10, "early", 1.1, 19.0),
    "tampere": RegionDesign(0.10, "steady", 1.1, 14.0),
}


def region_design(key: str) -> RegionDesign:
    """Return the design of a region; one that the example does not know stays on the average."""
    return _REGIONS.get(key, RegionDesign())


def progress(trend: Trend, turn: int, turns: int) -> float:
    """Return how far a region has come (0–1) at wave number `turn` of `turns`, counted from 0."""
    t = turn / (turns - 1) if turns > 1 else 0.0
    return {"early": t, "late": max(0.0, 2 * t - 1), "steady": 0.0}[trend]


@dataclass(frozen=True)
class Items:
    """How the items of a questionnaire follow its trait."""

    scale: str
    gain: float  # what full progress adds to the trait (negative: fewer difficulties)
    level_sign: int  # +1 when a high trait means coping well, -1 when it means difficulties
    gender: dict[str, float]  # what a gender adds to the trait
    loading: float  # correlation of an item's latent answer with the trait
    parts: float  # and with its own subscale
    thresholds: tuple[tuple[float, ...], ...]  # ascending, of each item
    multiply: int = 1  # the score is this many times the sum of the items
    lowest: int = 0  # answer code

    def trait_mean(self, region: str, gender: str, turn: int, turns: int) -> float:
        """Return the mean of the trait in one region, gender and wave."""
        design = region_design(region)
        return self.level_sign * design.level + self.gain * progress(design.trend, turn, turns) + self.gender[gender]

    def mean(self, trait: float) -> float:
        """Return the population mean of the score where the trait has mean `trait` and variance 1."""
        return self.multiply * sum(item_mean(self.loading * trait, row, self.lowest) for row in self.thresholds)

    def population_mean(self, region: str, turn: int, turns: int) -> float:
        """Return the mean score of a region at a wave over the genders of the population."""
        means = {one: self.mean(self.trait_mean(region, one, turn, turns)) for one in GENDER_POPULATION}
        return sum(share * means[one] for one, share in GENDER_POPULATION.items())


def item_mean(location: float, thresholds: Sequence[float], lowest: int = 0) -> float:
    """Return the mean code of an item whose latent answer is normal with mean `location` and variance 1."""
    return lowest + sum(normal_share(location - threshold) for threshold in thresholds)


def normal_share(z: float) -> float:
    """Return the share of a standard normal variable that lies below `z`."""
    return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))


def _spread(steps: Sequence[float], shifts: Sequence[float]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(step + shift for step in steps) for shift in shifts)


def _single(
    scale: str,
    gain: float,
    level_sign: int,
    loading: float,
    thresholds: tuple[float, ...],
    *,
    girls: float = 0.0,
    lowest: int = 0,
) -> Items:
    gender = {"girl": girls, "boy": -girls, "other": 0.0}
    return Items(scale, gain, level_sign, gender, loading, 0.0, (thresholds,), lowest=lowest)


WHO5 = Items(
    scale="who5",
    gain=0.40,
    level_sign=1,
    gender={"girl": -0.18, "boy": 0.18, "other": -0.40},
    loading=0.75,
    parts=0.0,
    thresholds=_spread((-1.9, -1.2, -0.5, 0.2, 1.1), (-0.20, 0.10, 0.15, 0.10, -0.15)),
    multiply=4,
)
CYRM = Items(
    scale="cyrm_r",
    gain=0.35,
    level_sign=1,
    gender={"girl": 0.10, "boy": -0.08, "other": -0.40},
    loading=0.52,
    parts=0.25,
    thresholds=_spread((-2.2, -1.4, -0.6, 0.4), tuple(0.08 * ((7 * item) % 9 - 4) for item in range(17))),
    lowest=1,
)
# The 20 items of the total of difficulties, in the direction of difficulty; the five of helpfulness follow below.
SDQ = Items(
    scale="sdq_total",
    gain=-0.35,
    level_sign=-1,
    gender={"girl": -0.15, "boy": 0.15, "other": 0.30},
    loading=0.54,
    parts=0.32,
    thresholds=_spread((0.55, 1.65), tuple(0.07 * ((7 * item) % 11 - 5) for item in range(20))),
)
PROSOCIAL_THRESHOLDS = _spread((-1.9, -0.5), (-0.2, -0.1, 0.0, 0.1, 0.2))
PROSOCIAL_LOADING = -0.30  # of the trait of difficulties

_LEVELS = (-2.5, -2.2, -1.9, -1.6, -1.3, -0.95, -0.6, -0.1, 0.5, 1.2)
SINGLES: tuple[tuple[Items, int], ...] = (
    (_single("single_loneliness", -0.40, -1, 0.55, (-0.9, 0.1, 0.9, 1.7), girls=0.25, lowest=1), 0),
    (_single("single_hobby", 0.30, 1, 0.35, (-1.05,)), 1),
    (_single("single_wants_hobby", 0.0, 0, 0.0, (-0.25,)), 0),
    (_single("single_heard", 0.35, 1, 0.50, (-2.0, -1.3, -0.4, 0.7), lowest=1), 1),
    (_single("single_home", 0.30, 1, 0.60, _LEVELS), 0),
    (_single("single_school", 0.40, 1, 0.55, tuple(one + 0.2 for one in _LEVELS), girls=-0.10), 0),
    (_single("single_leisure", 0.30, 1, 0.50, tuple(one + 0.1 for one in _LEVELS)), 1),
)
"""Single questions, in the order of the codebook, with the trait that each follows.

Whether somebody without a hobby would like one follows no trait, so that the share is the same among those asked.
"""

# Latent correlation of the traits: wellbeing, resilience, difficulties (lower triangle of the Cholesky factor).
TRAITS = ((1.0, 0.0, 0.0), (0.60, 0.80, 0.0), (-0.45, -0.15, math.sqrt(0.775)))

FEEDBACK_ITEMS = {
    "Tulin kuulluksi": (-0.25, -2.3, -1.6, -0.8, 0.4),
    "Tapaamisesta oli hyötyä": (0.0, -2.1, -1.3, -0.6, 0.5),
    "Sovimme selkeistä teoista": (0.1, -2.0, -1.2, -0.4, 0.6),
    "Palvelut toimivat yhdessä": (0.25, -1.8, -1.0, -0.2, 0.8),
}
FEEDBACK_GAIN = 0.45


def feedback_mean(item: str, region: str, turn: int, turns: int) -> float:
    """Return the population mean of a rating (1–5) in a region at a wave."""
    shift, *steps = FEEDBACK_ITEMS[item]
    trait = FEEDBACK_GAIN * progress(region_design(region).trend, turn, turns)
    return item_mean(trait - shift, steps, 1)


def delay_median(region: str, turn: int, turns: int) -> float:
    """Return the median days from contact to meeting in a region and year: early regions come down by 55 %."""
    design = region_design(region)
    return design.delay * (1.0 - 0.55 * (progress(design.trend, turn, turns) if design.trend == "early" else 0.0))
