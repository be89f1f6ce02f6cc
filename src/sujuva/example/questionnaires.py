"""Answers to questionnaires: from traits through thresholds to codes, and to files as they are exported."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from sujuva.example.design import CYRM, PROSOCIAL_LOADING, PROSOCIAL_THRESHOLDS, SDQ, SINGLES, WHO5, Items
from sujuva.example.population import Population, Study
from sujuva.example.sheet import Sheet, happens, leave_gaps

# Official SDQ variable names with the parent's prefix; the texts of the items are under copyright and not here.
SDQ_NAMES = [
    "pconsid", "prestles", "psomatic", "pshares", "ptantrum",
    "ploner", "pobeys", "pworries", "pcaring", "pfidgety",
    "pfriend", "pfights", "punhappy", "ppopular", "pdistrac",
    "pclingy", "pkind", "plies", "pbullied", "phelpout",
    "preflect", "psteals", "poldbest", "pafraid", "pattends",
]  # fmt: skip
SDQ_REVERSED = {7, 11, 14, 21, 25}
SDQ_SUBSCALES = ((3, 8, 13, 16, 24), (5, 7, 12, 18, 22), (2, 10, 15, 21, 25), (6, 11, 14, 19, 23))
SDQ_PROSOCIAL = (1, 4, 9, 17, 20)

SELF_AGES = {"who5": (10, 18), "cyrm_r": (7, 18)}
SDQ_AGES = (4, 17)
SINGLE_AGES = (10, 18)
_HOBBY, _WANTS = 2, 3  # single questions

_SUBJECTS = ("Arki", "Koulupäivä", "Iltapäivä", "Harrastus", "Viikko", "Aamu")
_VERBS = ("sujuu", "on sujunut", "tuntuu sujuvan")
_WAYS = ("hyvin", "melko hyvin", "vaihtelevasti", "rauhallisesti", "mukavasti", "kiireisesti")
_ENDS = ("", " yhdessä muiden kanssa", " tänä vuonna", " kotona", " kavereiden kanssa")


def answer(rng: np.random.Generator, items: Items, trait: np.ndarray, parts: np.ndarray | None = None) -> np.ndarray:
    """Answer every item of a questionnaire: codes, shape persons × items.

    The trait has variance 1 within region, gender and wave. `parts` tells for each item the column of its subscale;
    None: all items follow the trait only.
    """
    noise = math.sqrt(1 - items.loading**2 - items.parts**2) * rng.standard_normal((len(trait), len(items.thresholds)))
    own = np.arange(len(items.thresholds)) if parts is None else parts
    shared = items.parts * rng.standard_normal((len(trait), int(own.max()) + 1))[:, own]
    return np.asarray(items.lowest + steps(items.loading * trait[:, None] + noise + shared, items.thresholds))


def steps(latent: np.ndarray, thresholds: tuple[tuple[float, ...], ...]) -> np.ndarray:
    """Count how many thresholds of its item each latent answer passes (shape persons × items)."""
    limits = np.array(thresholds)
    return np.asarray((latent[:, :, None] > limits[None, :, :]).sum(axis=2))


def respond(
    rng: np.random.Generator, population: Population, ages: tuple[int, int], rate: float
) -> tuple[pl.DataFrame, np.ndarray]:
    """Choose who answers: those of the right age, each with probability `rate`. Returns their rows and traits."""
    people = population.participation
    youngest, oldest = ages
    fits = people["age"].is_between(youngest, oldest).to_numpy() & happens(rng, people.height, rate)
    return people.filter(pl.Series(fits)), population.traits[fits]


def trait_of(items: Items, people: pl.DataFrame, distance: np.ndarray, study: Study) -> np.ndarray:
    """Add the mean of each person's region, gender and wave to the person's own distance from it."""
    turns = len(study.waves)
    means = {
        (region.key, gender, wave): items.trait_mean(region.key, gender, turn, turns)
        for region in study.regions
        for gender in items.gender
        for turn, wave in enumerate(study.waves)
    }
    keys = people.select("region", "gender", "wave").iter_rows()
    return np.asarray(np.array([means[key] for key in keys]) + distance)


def sentences(rng: np.random.Generator, number: int, share: float) -> list[str | None]:
    """Write a neutral synthetic sentence for a `share` of the answers, nothing for the rest."""
    written = happens(rng, number, share)
    words = [[bag[place] for place in rng.integers(len(bag), size=number)] for bag in (_SUBJECTS, _VERBS, _WAYS, _ENDS)]
    told = zip(written, *words, strict=True)
    return [f"{subject} {verb} {way}{end}." if said else None for said, subject, verb, way, end in told]


def answered_at(rng: np.random.Generator, waves: pl.Series) -> list[datetime]:
    """Draw the moment of each answer: school hours between March and May of the wave's year."""
    days, minutes = rng.integers(0, 80, len(waves)), rng.integers(8 * 60, 15 * 60, len(waves))
    return [
        datetime(wave, 3, 1) + timedelta(days=int(day), minutes=int(minute))  # noqa: DTZ001  (local time, no zone)
        for wave, day, minute in zip(waves, days, minutes, strict=True)
    ]


def who5(rng: np.random.Generator, population: Population, study: Study, known: set[tuple[str, int]]) -> Sheet:
    """Write WHO-5 as a Webropol export: long headings, answers as text, one open answer."""
    people, traits = respond(rng, population, SELF_AGES["who5"], 0.90)
    codes = answer(rng, WHO5, trait_of(WHO5, people, traits[:, 0], study))
    words = np.array([f"vaihtoehto {code}" for code in range(6)])[codes]
    cells = leave_gaps(rng, words, blank=0.006, coded=0.003, code="En halua vastata")
    names = [f"{number}. WHO-5: väittämä {number}" for number in range(1, 6)]
    rows = pl.DataFrame(
        {
            "Vastausaika": answered_at(rng, people["wave"]),
            "Vastaajatunnus": people["respondent"],
            "Mittausvuosi": people["wave"].cast(pl.Int64),
        }
        | {name: pl.Series(cell, dtype=pl.String) for name, cell in zip(names, cells, strict=True)}
        # Such a column should not be in a delivery, and often is: sources.yaml drops it.
        | {"Sähköposti": [f"vastaaja{number:05d}@example.org" for number in range(people.height)]}
        | {"6. Avoin palaute": pl.Series(sentences(rng, people.height, 0.30), dtype=pl.String)}
    )
    sheet = known_only(Sheet.clean(rows), "Mittausvuosi", known)
    sheet = sheet.soil(rng, names, ["vaihtoehto 7", "vaihtoehto"], rule="value_not_in_map", share=0.002)
    sheet = strangers(sheet, rng, share=0.003)
    return sheet.repeat(rng, share=0.004).ordered()


def cyrm(rng: np.random.Generator, population: Population, study: Study, known: set[tuple[str, int]]) -> Sheet:
    """Write CYRM-R as a semicolon file: item codes 1–5, 9 or nothing where there is no answer."""
    people, traits = respond(rng, population, SELF_AGES["cyrm_r"], 0.86)
    personal = {1, 2, 3, 7, 9, 10, 12, 13, 14, 16}
    parts = np.array([0 if item in personal else 1 for item in range(1, 18)])
    codes = answer(rng, CYRM, trait_of(CYRM, people, traits[:, 1], study), parts)
    cells = leave_gaps(rng, codes.astype(str), blank=0.002, coded=0.002, code="9")
    names = [f"cyrm_r_{number}" for number in range(1, 18)]
    minutes = np.round(rng.gamma(9.0, 0.8, people.height), 1)
    rows = pl.DataFrame(
        {"Vastaajatunnus": people["respondent"], "Vuosi": people["wave"].cast(pl.String)}
        | {name: pl.Series(cell, dtype=pl.String) for name, cell in zip(names, cells, strict=True)}
        | {"Kesto (min)": [f"{minute:.1f}".replace(".", ",") for minute in minutes]}
    )
    sheet = known_only(Sheet.clean(rows), "Vuosi", known)
    sheet = sheet.soil(rng, names, ["7", "0", "55"], rule="item_out_of_range", share=0.004)
    sheet = sheet.soil(rng, ["Kesto (min)"], ["0,3", "0,2"], rule="", share=0.004)  # unusual, but no error
    sheet = sheet.soil(rng, ["Vuosi"], ["2O23", "kevät"], rule="bad_number", share=0.001)
    # Nobody is in the register at a wave that the study does not have.
    both = "unknown_respondent;unknown_wave"
    sheet = sheet.soil(rng, ["Vuosi"], ["2032", "1924"], rule=both, share=0.001)
    sheet = strangers(sheet, rng, share=0.002)
    return sheet.repeat(rng, share=0.003).ordered()


def sdq(rng: np.random.Generator, population: Population, study: Study, known: set[tuple[str, int]]) -> Sheet:
    """Write the parents' SDQ as SPSS data: codes 0–2, reversed items as they stand on the form, 9 is user-missing."""
    people, traits = respond(rng, population, SDQ_AGES, 0.66)
    trait = trait_of(SDQ, people, traits[:, 2], study)
    order = [item for scale in SDQ_SUBSCALES for item in scale]
    parts = np.repeat(np.arange(len(SDQ_SUBSCALES)), 5)
    difficulties = answer(rng, SDQ, trait, parts)
    noise = rng.standard_normal((people.height, 5))
    shared = rng.standard_normal((people.height, 1))
    kind = PROSOCIAL_LOADING * trait[:, None] + 0.45 * shared + math.sqrt(1 - PROSOCIAL_LOADING**2 - 0.45**2) * noise
    helpful = steps(kind, PROSOCIAL_THRESHOLDS)
    codes = np.zeros((people.height, 25))
    for place, item in enumerate(order):
        codes[:, item - 1] = 2 - difficulties[:, place] if item in SDQ_REVERSED else difficulties[:, place]
    for place, item in enumerate(SDQ_PROSOCIAL):
        codes[:, item - 1] = helpful[:, place]
    cells = leave_gaps(rng, codes, blank=0.004, coded=0.003, code=9.0)
    rows = pl.DataFrame(
        {"tunnus": people["respondent"], "vuosi": people["wave"].cast(pl.Float64)}
        | {name: pl.Series(cell, dtype=pl.Float64) for name, cell in zip(SDQ_NAMES, cells, strict=True)}
    )
    sheet = known_only(Sheet.clean(rows), "vuosi", known, key="tunnus")
    sheet = sheet.soil(rng, SDQ_NAMES, [3.0, 5.0], rule="item_out_of_range", share=0.003)
    sheet = strangers(sheet, rng, share=0.002, key="tunnus")
    return sheet.repeat(rng, share=0.002).ordered()


def single(rng: np.random.Generator, population: Population, study: Study, known: set[tuple[str, int]]) -> Sheet:
    """Write the single questions as a semicolon file of codes, 99 or nothing where there is no answer.

    Who has a hobby is not asked whether they would like one.
    """
    people, traits = respond(rng, population, SINGLE_AGES, 0.80)
    levels = [trait_of(items, people, items.level_sign * traits[:, trait], study) for items, trait in SINGLES]
    single_codes = [answer(rng, items, level)[:, 0] for (items, _), level in zip(SINGLES, levels, strict=True)]
    codes = np.stack(single_codes, axis=1)
    cells = leave_gaps(rng, codes.astype(str), blank=0.004, coded=0.003, code="99")
    asked = (codes[:, _HOBBY - 1] == 0).tolist()
    cells[_WANTS - 1] = [cell if one else None for cell, one in zip(cells[_WANTS - 1], asked, strict=True)]
    names = [f"single_{number}" for number in range(1, len(SINGLES) + 1)]
    rows = pl.DataFrame(
        {"Vastaajatunnus": people["respondent"], "Vuosi": people["wave"].cast(pl.String)}
        | {name: pl.Series(cell, dtype=pl.String) for name, cell in zip(names, cells, strict=True)}
    )
    sheet = known_only(Sheet.clean(rows), "Vuosi", known)
    answered = rows["single_2"].is_in(["0", "1"]).to_list()
    sheet = sheet.soil(rng, ["single_2"], ["3", "4"], rule="item_out_of_range", share=0.002, among=answered)
    sheet = sheet.soil(rng, ["single_5", "single_7"], ["11", "12"], rule="item_out_of_range", share=0.002)
    sheet = strangers(sheet, rng, share=0.002)
    return sheet.repeat(rng, share=0.003).ordered()


def known_only(sheet: Sheet, wave: str, known: set[tuple[str, int]], *, key: str = "Vastaajatunnus") -> Sheet:
    """Expect `unknown_respondent` where the register's own row for the person and wave does not get through."""
    pairs = sheet.rows.select(pl.col(key), pl.col(wave).cast(pl.Int64)).iter_rows()
    return sheet.mark([pair not in known for pair in pairs], "unknown_respondent")


def strangers(sheet: Sheet, rng: np.random.Generator, *, share: float, key: str = "Vastaajatunnus") -> Sheet:
    """Give some answers a respondent who is not in the register, each one another."""
    others = [f"X{number:05d}" for number in range(1, sheet.rows.height + 1)]
    return sheet.soil(rng, [key], others, rule="unknown_respondent", share=share)
