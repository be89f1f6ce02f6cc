"""The people of the example: units in regions, persons in units, and the waves in which each of them takes part."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from sujuva.codebooks import Region, load_regions
from sujuva.errors import ParameterError, nearest
from sujuva.example.design import GENDER_POPULATION, GENDER_SAMPLE, OCCASION, PERSON, TRAITS, UNIT, region_design
from sujuva.example.sheet import Sheet, happens

ENTRY_FIRST = 0.72  # of all persons join at the first wave, the others later
RETENTION = {"päiväkoti": 0.84, "alakoulu": 0.85, "yläkoulu": 0.78, "palvelu": 0.66}
_OTHER_LANGUAGE = 0.05
_SIZE_SPREAD = 8.0  # shape of the gamma distribution of unit sizes: larger means more even


@dataclass(frozen=True)
class Kind:
    """A kind of unit: its part of all units and the ages of its children."""

    key: str
    share: float
    youngest: int
    oldest: int


KINDS = (
    Kind("päiväkoti", 0.20, 3, 6),
    Kind("alakoulu", 0.35, 7, 12),
    Kind("yläkoulu", 0.30, 13, 16),
    Kind("palvelu", 0.15, 13, 18),
)
AGE_GROUPS = ((6, "3–6 v"), (9, "7–9 v"), (12, "10–12 v"), (15, "13–15 v"), (200, "16–18 v"))  # up to this age


@dataclass(frozen=True)
class Study:
    """The frame of the example: its regions in order and its waves in order."""

    regions: tuple[Region, ...]
    waves: tuple[int, ...]

    def turn(self, wave: int) -> int:
        """Return the number of a wave, counted from 0."""
        return self.waves.index(wave)

    @classmethod
    def of(cls, regions: Sequence[str], waves: Sequence[int]) -> Study:
        """Look the regions up in the codebook.

        Raises:
            ParameterError: There is no region or no wave, or a region is unknown or names no municipality.
        """
        if not regions or not waves:
            raise ParameterError("The example needs at least one region and one wave.", "Add them to params.yaml.")
        known = load_regions()
        for key in regions:
            if key not in known:
                msg = f"The example has no region '{key}'."
                raise ParameterError(msg, nearest(key, known))
            if not known[key].municipalities:
                msg = f"The region '{key}' names no municipalities, and the example draws units from them."
                raise ParameterError(msg, "Add them to data/codebooks/regions.yaml or leave the region out.")
        return cls(tuple(known[key] for key in regions), tuple(sorted(set(waves))))


@dataclass(frozen=True)
class Population:
    """Who there is.

    A row of `units` holds unit, region, municipality (name), code, kind, stratum, factor (of the weight); one of
    `participation` is of a person and wave: person (0, 1, …), respondent, wave, unit_row, region, age, gender,
    language, weight; sorted by wave and respondent. `traits` are wellbeing, resilience and difficulties of each of
    these rows, as distances from the mean of the person's region, gender and wave; variance 1, as in `TRAITS`.
    """

    units: pl.DataFrame
    participation: pl.DataFrame
    traits: np.ndarray


def make_units(rng: np.random.Generator, study: Study, units: int) -> pl.DataFrame:
    """Draw `units` units, the same number in each region as far as it goes, and their kinds by share."""
    rows = []
    for region, size in zip(study.regions, apportion(units, [1.0] * len(study.regions)), strict=True):
        codes = sorted(region.municipalities)
        pull = 1.0 / np.arange(1, len(codes) + 1) ** 1.5  # the first drawn is the centre with most units
        order = rng.permutation(len(codes))
        for kind, number in zip(KINDS, apportion(size, [kind.share for kind in KINDS]), strict=True):
            factor = float(rng.uniform(1.5, 4.5))
            for place in rng.choice(len(codes), size=number, p=pull / pull.sum()).tolist():
                code = codes[int(order[place])]
                stratum = f"{region.title.fi} / {kind.key}"
                rows.append((region.key, code, region.municipalities[code], kind.key, stratum, factor))
    unit = pl.Series("unit", [f"Y{number:03d}" for number in range(1, len(rows) + 1)])
    names = ["region", "code", "municipality", "kind", "stratum", "factor"]
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(unit)


def make_population(
    rng: np.random.Generator, traits: np.random.Generator, study: Study, *, persons: int, units: int
) -> Population:
    """Draw the persons, each in one wave or more, with weights and traits.

    The traits have a stream of their own, so that the questionnaires do not move with the register.
    """
    places = make_units(rng, study, units)
    pull = rng.gamma(_SIZE_SPREAD, 1.0, places.height)
    pull *= np.array([region_design(key).share for key in places["region"]])
    home = np.sort(rng.choice(places.height, size=persons, p=pull / pull.sum()))
    kinds = {kind.key: kind for kind in KINDS}
    kind_of = [kinds[key] for key in places["kind"].to_list()]
    waves = len(study.waves)

    entry = np.where(rng.random(persons) < ENTRY_FIRST, 0, rng.integers(min(1, waves - 1), waves, persons))
    stay = rng.random((persons, waves))
    genders = np.array(list(GENDER_SAMPLE))
    gender = rng.choice(genders, size=persons, p=list(GENDER_SAMPLE.values()))
    swedish = np.array([0.12 if key == "keski-pohjanmaa" else 0.01 for key in places["region"]])[home]
    tongue = rng.random(persons)
    language = np.where(tongue < swedish, "sv", np.where(tongue > 1 - _OTHER_LANGUAGE, "other", "fi"))
    young = rng.random(persons)
    balance = {one: GENDER_POPULATION[one] / GENDER_SAMPLE[one] for one in GENDER_SAMPLE}
    noise = rng.uniform(0.75, 1.35, (persons, waves))
    factors = places["factor"].to_list()

    rows: list[tuple[int, int, int, int, str, str, float]] = []
    for person in range(persons):
        unit, kind = int(home[person]), kind_of[home[person]]
        start = int(entry[person])
        room = max(kind.oldest - kind.youngest - (waves - 1 - start), 0)
        first_age = kind.youngest + int(young[person] * (room + 1))
        for turn in range(start, waves):
            if turn > start and stay[person, turn] > RETENTION[kind.key]:
                break
            age = min(first_age + turn - start, kind.oldest)
            weight = factors[unit] * balance[str(gender[person])] * noise[person, turn]
            one = (person, study.waves[turn], unit, age, str(gender[person]), str(language[person]), round(weight, 4))
            rows.append(one)
    names = ["person", "wave", "unit_row", "age", "gender", "language", "weight"]
    joined = pl.DataFrame(rows, schema=names, orient="row")
    # The keys are dealt out at random, so that they tell nothing about the unit.
    deck = (rng.permutation(persons) + 1).tolist()
    joined = joined.with_columns(
        pl.Series("respondent", [f"V{deck[person]:05d}" for person in joined["person"]]),
        pl.Series("region", [places["region"][unit] for unit in joined["unit_row"]]),
    ).sort("wave", "respondent")
    return Population(places, joined, _traits(traits, joined, persons=persons, units=places.height))


def _traits(rng: np.random.Generator, rows: pl.DataFrame, *, persons: int, units: int) -> np.ndarray:
    """Add a unit's, a person's and an occasion's part for each of three correlated traits (shape rows × 3)."""
    unit = _correlated(rng.standard_normal((units, 3)))[rows["unit_row"].to_numpy()]
    person = _correlated(rng.standard_normal((persons, 3)))[rows["person"].to_numpy()]
    occasion = _correlated(rng.standard_normal((rows.height, 3)))
    return np.asarray(math.sqrt(UNIT) * unit + math.sqrt(PERSON) * person + math.sqrt(OCCASION) * occasion)


def _correlated(z: np.ndarray) -> np.ndarray:
    """Mix independent columns by hand: a matrix product may differ between BLAS libraries and thread counts."""
    mixed = [sum(factor * source for factor, source in zip(row, z.T, strict=True)) for row in TRAITS]
    return np.stack(mixed, axis=1)


def apportion(total: int, shares: Sequence[float]) -> list[int]:
    """Split `total` by `shares` into whole numbers that add up (largest remainders first)."""
    exact = [total * share / sum(shares) for share in shares]
    whole = [math.floor(one) for one in exact]
    by_rest = sorted(range(len(shares)), key=lambda place: (whole[place] - exact[place], place))
    for place in by_rest[: total - sum(whole)]:
        whole[place] += 1
    return whole


def age_group(age: int) -> str:
    """Return the age group as the register writes it."""
    return next(label for oldest, label in AGE_GROUPS if age <= oldest)


def register(rng: np.random.Generator, population: Population) -> Sheet:
    """Write the background register as a research group would receive it, dirt included."""
    people, units = population.participation, population.units
    unit = [units.row(row, named=True) for row in people["unit_row"]]
    # One system of the example writes the municipality as its code, the others as its name.
    as_code = happens(rng, people.height, 0.15)
    no_gender, no_age = happens(rng, people.height, 0.012), happens(rng, people.height, 0.012)
    genders = {"girl": "Tyttö", "boy": "Poika", "other": "Muu"}
    languages = {"fi": "suomi", "sv": "ruotsi", "other": "muu"}
    gender = [None if gone else genders[one] for one, gone in zip(people["gender"], no_gender, strict=True)]
    group = ["ei tietoa" if gone else age_group(age) for age, gone in zip(people["age"], no_age, strict=True)]
    rows = pl.DataFrame(
        {
            "Vastaajatunnus": people["respondent"],
            "Vuosi": people["wave"].cast(pl.Int32),
            "Kunta": [one["code" if code else "municipality"] for one, code in zip(unit, as_code, strict=True)],
            "Yksikkö": [one["unit"] for one in unit],
            "Ositin": [one["stratum"] for one in unit],
            "Paino": people["weight"],
            "Ikäryhmä": group,
            "Sukupuoli": gender,
            "Kieli": [languages[one] for one in people["language"]],
        },
        schema_overrides={"Sukupuoli": pl.String},
    )
    sheet = Sheet.clean(rows)
    sheet = sheet.soil(rng, ["Kunta"], ["Tuntematon kunta", "999"], rule="unknown_region", share=0.002)
    sheet = sheet.soil(rng, ["Kunta"], ["Valtimo"], rule="area_not_in_year", share=0.0008)
    sheet = sheet.soil(rng, ["Sukupuoli"], ["Tytö", "Poikka"], rule="value_not_in_map", share=0.0015)
    sheet = sheet.soil(rng, ["Vastaajatunnus"], [None], rule="missing_key", share=0.0006)
    sheet = sheet.soil(rng, ["Paino"], [0.0, -1.0], rule="weight_not_positive", share=0.0006)
    return sheet.repeat(rng, share=0.003).ordered()
