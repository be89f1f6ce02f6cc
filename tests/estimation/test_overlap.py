"""Two waves whose schools overlap: each has its own H/(H − 1), and the schools of both add their covariance alone."""

import math
import random
import statistics

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.estimation import Domain, Term, contrast, estimate_scores, index_moments
from sujuva.moments import regional_strata, score_moments, score_pairs

TYPES = {"wave": pl.Int32, "weight": pl.Int64, "score": pl.Int64}


def person(score, unit, wave, **own):
    base = {"region": "oulu", "stratum": "1", "informant": "self", "gender": None, "weight": 1}
    return base | {"score": score, "unit": unit, "wave": wave} | own


def indexed(people, *, linked=True, decimals=0):
    persons = regional_strata(pl.DataFrame(people, schema_overrides=TYPES)).lazy()
    given = {"design": persons, "groups": ["gender"]}
    scores = score_moments(persons, {"score": decimals}, **given)
    pairs = score_pairs(persons, {"score": decimals}, linked_units=linked, **given)
    return index_moments(scores, pairs, linked_units=linked), estimate_scores(scores)


def change(moments, region="oulu", later=2024, earlier=2023):
    return contrast([Term(k, Domain("self", "score", w, (region,))) for k, w in ((1, later), (-1, earlier))], moments)


def straight(people, factors):
    """Add up √g·(z − z̄) within units over the cells (wave, region) with their `factors`, in plain floats."""
    residuals = {}
    for stratum, wave in {(one["region"] + one["stratum"], one["wave"]) for one in people}:
        here = [one for one in people if (one["region"] + one["stratum"], one["wave"]) == (stratum, wave)]
        z = dict.fromkeys((one["unit"] for one in here), 0.0)
        for one in here:
            cell = [o for o in people if (o["wave"], o["region"]) == (wave, one["region"]) and o["score"] is not None]
            weight = sum(o["weight"] for o in cell)
            mean = sum(o["weight"] * o["score"] for o in cell) / weight
            if one["score"] is not None:
                z[one["unit"]] += factors[wave, one["region"]] * one["weight"] * (one["score"] - mean) / weight
        middle, units = statistics.fmean(z.values()), len(z)
        g = units / (units - 1) if units > 1 else 1
        for unit, value in z.items():
            key = (stratum, unit)
            residuals[key] = residuals.get(key, 0.0) + math.sqrt(g) * (value - (middle if units > 1 else 0))
    return math.sqrt(math.fsum(one * one for one in residuals.values()))


EARLIER, LATER = {"a": 4, "b": 9, "c": 14}, {"d": 6, "e": 17, "f": 10}
SOME = {"a": 6, "b": 17, "f": 10}
"""Means of schools at two waves: all others, and two the same."""


def schools(earlier, later):
    return [
        person(score, unit, wave) for wave, means in ((2023, earlier), (2024, later)) for unit, score in means.items()
    ]


def test_other_schools_at_each_wave_are_two_samples():
    linked, anew = (change(indexed(schools(EARLIER, LATER), linked=linked)[0]) for linked in (True, False))
    wanted = math.sqrt(sum(statistics.variance(means.values()) / 3 for means in (EARLIER, LATER)))
    assert linked == anew
    assert linked.se == pytest.approx(wanted, rel=1e-14)
    # Six schools in one design, three of them zeros at either wave, would have made it √(6/5 · 2/3) = .894 of that.
    z = [(score - 9) / 3 for score in EARLIER.values()] + [(score - 11) / 3 for score in LATER.values()]
    assert math.sqrt(6 / 5 * sum(one * one for one in z)) == pytest.approx(math.sqrt(0.8) * wanted)


def test_schools_of_both_waves_add_their_covariance_alone():
    people = schools(EARLIER, SOME)
    moments, estimates = indexed(people)
    made = change(moments)
    alone = estimates.filter(region="oulu", group="all")["se"].to_list()
    # Deviations from 9 and from 11: a (−5, −5) and b (0, 6) are there twice.
    covariance = 3 / 2 * ((-5 / 3) * (-5 / 3) + 0 * 6 / 3)
    assert made.se == pytest.approx(math.sqrt(alone[0] ** 2 + alone[1] ** 2 - 2 * covariance), rel=1e-13)
    assert made.se == pytest.approx(straight(people, {(2024, "oulu"): 1, (2023, "oulu"): -1}), rel=1e-12)
    assert (made.clusters, made.df) == (4, 3.0)


def test_the_same_schools_are_the_paired_differences():
    later = {"a": 6, "b": 17, "c": 10}
    made = change(indexed(schools(EARLIER, later))[0])
    moved = [later[unit] - score for unit, score in EARLIER.items()]
    assert made.se == pytest.approx(statistics.stdev(moved) / math.sqrt(3), rel=1e-14)
    assert made.df == 2


PERSON = st.fixed_dictionaries(
    {
        "wave": st.sampled_from([2023, 2024]),
        "region": st.sampled_from(["oulu", "tampere"]),
        "stratum": st.sampled_from(["1", "2"]),
        "unit": st.sampled_from("abcdef"),
        "weight": st.integers(1, 9),
        "score": st.none() | st.integers(0, 50),
    }
)


@settings(max_examples=40)
@given(st.lists(PERSON, min_size=8, max_size=60))
def test_differences_in_differences_are_the_straight_sum_whatever_overlaps(people):
    people = [person(None, "a", 2023) | one for one in people]
    factors = {
        (wave, region): turn * sign
        for wave, turn in ((2024, 1), (2023, -1))
        for region, sign in (("oulu", 1), ("tampere", -1))
    }
    moments, _ = indexed(people)
    terms = [Term(k, Domain("self", "score", wave, (region,))) for (wave, region), k in factors.items()]
    made = contrast(terms, moments)
    if made.se is not None:
        assert made.se == pytest.approx(straight(people, factors), rel=1e-9)


def test_houses_sold_once_make_a_difference_in_differences_of_four_samples():
    """Every house is sold in one year: its region and year are a sample, and the four variances add up."""
    lot = random.Random(3)
    cells = {(w, r): [round(lot.gauss(80 + 9 * w % 7, 20)) for _ in range(n)] for w, r, n in (
        (2023, "oulu", 12), (2024, "oulu", 9), (2023, "tampere", 20), (2024, "tampere", 15))}  # fmt: skip
    people = [
        person(price, f"{wave} {number}", wave, region=region)
        for (wave, region), prices in cells.items()
        for number, price in enumerate(prices)
    ]
    signs = {(2024, "oulu"): 1, (2023, "oulu"): -1, (2024, "tampere"): -1, (2023, "tampere"): 1}
    terms = [Term(sign, Domain("self", "score", wave, (region,))) for (wave, region), sign in signs.items()]
    linked, anew = (contrast(terms, indexed(people, linked=one)[0]) for one in (True, False))
    assert linked == anew
    assert linked.estimate == pytest.approx(sum(sign * statistics.fmean(cells[key]) for key, sign in signs.items()))
    assert linked.se == pytest.approx(math.sqrt(sum(statistics.variance(one) / len(one) for one in cells.values())))


KIEL_MCCLAIN = {
    (2023, "tampere"): (123, 82517.227642276, 20831.099570316),
    (2023, "oulu"): (56, 63692.857142857, 42722.026923071),
    (2024, "tampere"): (102, 101307.513595282, 29741.118410093),
    (2024, "oulu"): (40, 70619.239843750, 34816.795309764),
}
"""Houses, mean and standard deviation of prices (dollars of 1978) in 1978 and 1981, far from and near an incinerator.

Kiel & McClain (1995), data KIELMC of Wooldridge, Introductory Econometrics, example 13.3: the difference in differences
is −11,863.90; with a variance of each cell's own its standard error is 8,665.88.
"""


def spread(n, mean, deviation):
    """Return n numbers of this mean and standard deviation: half above, half below, and one between if n is odd."""
    half = deviation * math.sqrt((n - 1) / (n - n % 2))
    return [mean + half] * (n // 2) + [mean - half] * (n // 2) + [mean] * (n % 2)


def test_the_incinerator_of_kiel_and_mcclain():
    people = [
        person(round(price * 1000), f"{wave} {number}", wave, region=region)
        for (wave, region), cell in KIEL_MCCLAIN.items()
        for number, price in enumerate(spread(*cell))
    ]
    signs = {(2024, "oulu"): 1, (2023, "oulu"): -1, (2024, "tampere"): -1, (2023, "tampere"): 1}
    terms = [Term(sign, Domain("self", "score", wave, (region,))) for (wave, region), sign in signs.items()]
    for linked in (True, False):
        made = contrast(terms, indexed(people, linked=linked, decimals=3)[0])
        assert made.estimate == pytest.approx(-11863.9033, abs=0.001)
        assert made.se == pytest.approx(8665.8761, abs=0.001)
