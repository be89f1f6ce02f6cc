"""How often the 95 per cent intervals hold the truth of the superpopulation that the example is drawn from.

Each draw is a new example of two regions (one whose traits rise from wave to wave, one whose do not): new units with
effects of their own, new persons, weights, drop-out and answers to WHO-5, made by the functions of the example's
generator. The library reduces them to moments and estimates; the truth is known from the design
(`sujuva.example.design`), not from the draw. Counted is how often the interval holds it, for

- the mean of a region at the last wave, and the share of poor well-being (logit interval);
- the gap of girls and boys there;
- the change of the region from the first wave to the last, of everybody and of the same persons;
- the difference in differences of the two regions over the last step;
- the mean rating of a few events in one region, beside those of the other (`EVENTS` of each, with levels of their own).

Printed beside each: the Monte Carlo error of the coverage (one standard error); the coverage that ±1.96 standard
errors would have had; the bias; and the mean standard error over the standard deviation of the estimates, which is 1
where the variance estimator is right.

    .venv/bin/python -m benchmarks.coverage
    .venv/bin/python -m benchmarks.coverage --units 8 --persons 320   # why the report warns of few clusters
    .venv/bin/python -m benchmarks.coverage --shock 0.1               # why it warns of few regions

With --shock, every region has ups and downs of its own at every wave (standard deviation in units of the trait), which
no interval that counts schools can know of.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import os
import statistics
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from sujuva.codebooks import Instrument, load_instruments
from sujuva.estimation import Contrast, Domain, Term, contrast, estimate_changes, estimate_scores, index_moments
from sujuva.example.design import GENDER_POPULATION, WHO5, normal_share
from sujuva.example.population import Population, Study, make_population
from sujuva.example.questionnaires import SELF_AGES, answer, respond, trait_of
from sujuva.moments import feedback_moments, fixed_weights, paired_moments, score_moments, score_pairs, with_design
from sujuva.parjaavyys import differences_in_differences
from sujuva.scores import scored

RISING, STEADY = "oulu", "tampere"
WAVES = (2022, 2023, 2024)
POOR = "who5.poor"
CONFIDENCE = 0.95
NORMAL = 1.959964
BAND = (0.93, 0.97)
DRAWS, UNITS, PERSONS = 1000, 60, 1500  # units and persons of a region
DECIMALS = 6
EVENTS, RATINGS = 6, 8  # events of a region, and ratings of each
LEVEL, OF_EVENTS, OF_RATINGS = (
    3.6,
    0.5,
    0.9,
)  # of ratings before they are rounded to 1–5: mean, and SD between and within
FIELDS = ("estimate", "se", "ci_low", "ci_high")


@dataclass(frozen=True)
class Found:
    """One estimate of one draw."""

    name: str
    estimate: float
    se: float
    low: float
    high: float
    truth: float
    clusters: int


@cache
def instruments() -> dict[str, Instrument]:
    """Return the one instrument that is asked."""
    return {"who5": load_instruments()["who5"]}


@cache
def truths() -> dict[str, float]:
    """Return what the estimates are estimates of."""
    last, turns = len(WAVES) - 1, len(WAVES)
    mean = {
        (region, turn): WHO5.population_mean(region, turn, turns) for region in (RISING, STEADY) for turn in (0, 1, 2)
    }
    by_gender = {one: WHO5.mean(WHO5.trait_mean(RISING, one, last, turns)) for one in GENDER_POPULATION}
    change = mean[RISING, last] - mean[RISING, 0]
    return {
        "mean": mean[RISING, last],
        "share": _share_of_poor(last, turns),
        "gap": by_gender["girl"] - by_gender["boy"],
        "change": change,
        "change_paired": change,
        "did": (mean[RISING, last] - mean[RISING, last - 1]) - (mean[STEADY, last] - mean[STEADY, last - 1]),
        # Σ P(rating > k) over k = 1 … 4, and 1.
        "feedback": 1 + sum(normal_share((LEVEL - k - 0.5) / math.hypot(OF_EVENTS, OF_RATINGS)) for k in range(1, 5)),
    }


def _share_of_poor(turn: int, turns: int) -> float:
    """Return the share of the population in the band: given the normal trait the items are independent."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    noise = math.sqrt(1 - WHO5.loading**2)
    (scale,) = instruments()["who5"].scales
    highest = max(band.high for band in scale.bands if f"{scale.key}.{band.key}" == POOR)
    share = 0.0
    for gender, part in GENDER_POPULATION.items():
        mean = WHO5.trait_mean(RISING, gender, turn, turns)
        for node, weight in zip(nodes, weights / weights.sum(), strict=True):
            total = np.ones(1)
            for row in WHO5.thresholds:
                above = [1.0, *(normal_share((WHO5.loading * (mean + node) - limit) / noise) for limit in row), 0.0]
                total = np.convolve(total, -np.diff(above))
            share += part * weight * float(total[: int(highest) // WHO5.multiply + 1].sum())
    return float(share)


def draw(seed: int, units: int, persons: int, shock: float = 0.0) -> list[Found]:
    """Draw an example and estimate everything.

    Args:
        seed: Of this draw.
        units: Units of each region.
        persons: Persons of each region, about.
        shock: Standard deviation of what happens to a whole region at a wave, in units of the trait.
    """
    streams = [np.random.Generator(np.random.PCG64(one)) for one in np.random.SeedSequence(seed).spawn(5)]
    study = Study.of([RISING, STEADY], WAVES)
    population = make_population(streams[0], streams[1], study, persons=2 * persons, units=2 * units)
    people, traits = respond(streams[2], population, SELF_AGES["who5"], 0.90)
    shocks = {(one, wave): shock * streams[3].standard_normal() for one in (RISING, STEADY) for wave in WAVES}
    moved = traits[:, 0] + np.array([shocks[key] for key in people.select("region", "wave").iter_rows()])
    codes = answer(streams[2], WHO5, trait_of(WHO5, people, moved, study))
    answers = people.select("respondent", pl.col("wave").cast(pl.Int32), informant=pl.lit("self")).with_columns(
        pl.Series(f"who5_{number}", codes[:, number - 1]) for number in range(1, 6)
    )
    return [*_estimates(population, answers), _of_row("feedback", _feedback(streams[4]))]


def _feedback(stream: np.random.Generator) -> pl.DataFrame:
    """Return the row of one region's mean rating, estimated beside another region with events of another level."""
    rows = [
        (f"e{number}", WAVES[-1], region, "all", "useful", int(np.clip(np.rint(rating), 1, 5)))
        for region, level in ((RISING, LEVEL), (STEADY, LEVEL - 1))
        for number, event in enumerate(level + OF_EVENTS * stream.standard_normal(EVENTS))
        for rating in event + OF_RATINGS * stream.standard_normal(RATINGS)
    ]
    names = ["event", "wave", "region", "participant_group", "item", "rating"]
    ratings = pl.DataFrame(rows, schema=names, orient="row", schema_overrides={"wave": pl.Int32})
    made = estimate_scores(feedback_moments(ratings.lazy()).filter(region=RISING, group="all"))
    return made.rename({"mean": "estimate"})


def _estimates(population: Population, answers: pl.DataFrame) -> list[Found]:
    places = population.units.select("unit", "stratum").with_row_index("unit_row")
    everyone = (
        population.participation.with_columns(pl.col("unit_row").cast(pl.UInt32), pl.col("wave").cast(pl.Int32))
        .join(places, on="unit_row")
        .lazy()
    )
    design = fixed_weights(everyone, DECIMALS)
    points = scored(answers.lazy(), instruments()["who5"])
    persons = with_design(points, design, groups=["gender"])
    columns = {"who5": 0, POOR: 0}
    scores = score_moments(persons, columns, design=design, groups=["gender"], weight_decimals=DECIMALS)
    moments = index_moments(scores, score_pairs(persons, columns, design=design, groups=["gender"]))
    paired = paired_moments(points, design, {"who5": 0}, weight_decimals=DECIMALS)
    first, last = WAVES[0], WAVES[-1]
    share = estimate_scores(scores.filter(scale=POOR, wave=last, region=RISING, group="all"), shares={POOR})
    same = estimate_changes(paired.filter(region=RISING, from_wave=first, wave=last))
    did = differences_in_differences(moments, instruments(), {RISING: last}).filter(comparison="did", category="")

    def mean(wave: int, group: str = "all") -> Domain:
        return Domain("self", "who5", wave, (RISING,), group)

    girls, boys = (Term(sign, mean(last, f"gender:{one}")) for sign, one in ((1, "girl"), (-1, "boy")))
    return [
        _of_contrast("mean", contrast([Term(1, mean(last))], moments)),
        _of_row("share", share.rename({"mean": "estimate"})),
        _of_contrast("gap", contrast([girls, boys], moments)),
        _of_contrast("change", contrast([Term(1, mean(last)), Term(-1, mean(first))], moments)),
        _of_row("change_paired", same),
        _of_row("did", did),
    ]


def _of_contrast(name: str, one: Contrast) -> Found:
    numbers = [math.nan if value is None else value for value in (one.estimate, one.se, one.ci_low, one.ci_high)]
    return Found(name, *numbers, truths()[name], one.clusters)


def _of_row(name: str, frame: pl.DataFrame) -> Found:
    row = frame.row(0, named=True)
    return Found(name, *(math.nan if row[one] is None else row[one] for one in FIELDS), truths()[name], row["clusters"])


@dataclass(frozen=True)
class Coverage:
    """What many draws of one estimate came to."""

    name: str
    draws: int
    without: int
    covered: float
    normal: float
    bias: float
    ratio: float
    clusters: float

    @property
    def error(self) -> float:
        """The Monte Carlo standard error of the coverage, if it is the nominal one."""
        return math.sqrt(CONFIDENCE * (1 - CONFIDENCE) / max(self.draws, 1))


def summarise(found: Iterable[Sequence[Found]]) -> list[Coverage]:
    """Count coverage by estimate; draws without an interval are counted apart."""
    made = []
    for all_of_one in zip(*found, strict=True):
        kept = [one for one in all_of_one if not math.isnan(one.low)]
        estimates = [one.estimate for one in kept]
        spread = statistics.stdev(estimates)
        made.append(
            Coverage(
                name=all_of_one[0].name,
                draws=len(kept),
                without=len(all_of_one) - len(kept),
                covered=sum(one.low <= one.truth <= one.high for one in kept) / len(kept),
                normal=sum(abs(one.estimate - one.truth) <= NORMAL * one.se for one in kept) / len(kept),
                bias=statistics.mean(estimates) - kept[0].truth,
                ratio=math.sqrt(statistics.mean(one.se**2 for one in kept)) / spread,
                clusters=statistics.mean(one.clusters for one in kept),
            )
        )
    return made


def _task(arguments: tuple[int, int, int, float]) -> list[Found]:
    return draw(*arguments)


def run(
    draws: int, units: int, persons: int, *, shock: float = 0.0, workers: int = 2, first_seed: int = 0
) -> list[Coverage]:
    """Draw in processes of their own and summarise.

    Args:
        draws: Number of draws.
        units: Units of each region.
        persons: Persons of each region.
        shock: As in `draw`.
        workers: Processes.
        first_seed: Seeds count on from here.
    """
    # Small frames gain nothing from threads; a forked Polars would hang, so processes are spawned.
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    tasks = [(first_seed + number, units, persons, shock) for number in range(draws)]
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        return summarise(pool.map(_task, tasks, chunksize=10))


def main() -> int:
    """Print the coverage of every estimate; the exit code is 1 when one lies outside the band."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--units", type=int, default=UNITS, help="units of each of the two regions")
    parser.add_argument("--persons", type=int, default=PERSONS, help="persons of each of the two regions")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0, help="of the first draw; the others count on from it")
    parser.add_argument("--shock", type=float, default=0.0, help="ups and downs of a whole region, in SD of the trait")
    choice = parser.parse_args()
    made = run(
        choice.draws, choice.units, choice.persons, shock=choice.shock, workers=choice.workers, first_seed=choice.seed
    )
    print(f"{choice.draws} draws, {choice.units} units and {choice.persons} persons a region, 95 % intervals")
    for one in made:
        verdict = "within" if BAND[0] <= one.covered <= BAND[1] else "OUTSIDE"
        print(
            f"  {one.name:<14} coverage {one.covered:.1%} ± {one.error:.1%} ({verdict} 93–97 %), "
            f"with 1.96 {one.normal:.1%}, bias {one.bias:+.4f}, mean se / sd of estimates {one.ratio:.3f}, "
            f"{one.clusters:.1f} clusters, {one.without} without an interval"
        )
    return 0 if all(BAND[0] <= one.covered <= BAND[1] for one in made) else 1


if __name__ == "__main__":
    sys.exit(main())
