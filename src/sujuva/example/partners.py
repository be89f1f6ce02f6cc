"""What persons of the partner organisations say about the common work, and assessments of it with evidence."""

from __future__ import annotations

import math
import statistics
from typing import Any

import numpy as np
import polars as pl

from sujuva.codebooks import load_instruments
from sujuva.example.design import item_mean, progress, region_design
from sujuva.example.population import Study
from sujuva.example.questionnaires import steps
from sujuva.example.sheet import Sheet, happens, leave_gaps

INSTRUMENT = "collective_impact"
CONDITIONS = {  # key, word in the raw sheet, and how hard agreeing is
    "common_agenda": ("Yhteinen päämäärä", -0.2),
    "shared_measurement": ("Yhteinen seuranta", 0.5),
    "mutually_reinforcing_activities": ("Toisiaan vahvistava toiminta", 0.0),
    "continuous_communication": ("Jatkuva vuoropuhelu", -0.1),
    "backbone_support": ("Yhteinen tukiorganisaatio", 0.3),
}
GAIN = 0.8
"""What full progress adds to the latent answers, whose variance is 1."""
_STEPS = (-1.7, -0.8, 0.1, 1.2)
_ITEM_SHIFTS = (-0.15, -0.05, 0.05, 0.15)
_ORGANISATION, _PERSON, _CONDITION, _ANSWER = 0.10, 0.25, 0.20, 0.45  # shares of variance
_PERSONS = 3  # of an organisation
_TAKING_PART = 0.85

_LEVEL_STEPS = (0.5, 1.5, 2.5)
_START = {"early": 0.6, "late": 0.8, "steady": 1.1}
_CLIMB = 1.7
_WHAT = ("Kirjallinen suunnitelma", "Yhteinen kokousmuistio", "Seurantataulukko", "Työnjaosta sovittu asiakirja")
_HOW = ("on olemassa", "on päivitetty tänä vuonna", "on laadittu yhdessä", "on otettu käyttöön")


def partner_mean(condition: str, region: str, turn: int, turns: int) -> float:
    """Return the population mean of the score (1–5) of a condition in a region at a wave."""
    trait = GAIN * progress(region_design(region).trend, turn, turns) - CONDITIONS[condition][1]
    return statistics.fmean(item_mean(trait - shift, _STEPS, 1) for shift in _ITEM_SHIFTS)


def partners(rng: np.random.Generator, study: Study, actors: pl.DataFrame) -> Sheet:
    """Let three persons an organisation answer the Collective Impact Index wave by wave, one row a person and wave.

    An organisation's persons are alike, and the four items of a condition belong together. A few persons do not say
    where they work, and fewer still not even the sector. `actors` are the clean rows of the sheet of organisations.
    """
    names = load_instruments()[INSTRUMENT].item_columns
    thresholds = tuple(tuple(shift + step for step in _STEPS) for _ in CONDITIONS for shift in _ITEM_SHIFTS)
    hard = np.repeat([shift for _, shift in CONDITIONS.values()], len(_ITEM_SHIFTS))
    heads: list[tuple[str, str, str, str, str]] = []
    answers = []
    for region in study.regions:
        mine = actors.filter(pl.col("Alue") == region.title.fi).select("Tunnus", "Toimiala").rows()
        persons = [(key, sector, number) for key, sector in mine for number in range(1, _PERSONS + 1)]
        shared = np.repeat(rng.standard_normal((len(mine), 1)), _PERSONS, axis=0)
        person = math.sqrt(_ORGANISATION) * shared + math.sqrt(_PERSON) * rng.standard_normal((len(persons), 1))
        own = math.sqrt(_CONDITION) * rng.standard_normal((len(persons), len(CONDITIONS)))
        level = person + np.repeat(own, len(_ITEM_SHIFTS), axis=1) - hard
        trend = region_design(region.key).trend
        for turn, wave in enumerate(study.waves):
            lift = GAIN * progress(trend, turn, len(study.waves))
            latent = lift + level + math.sqrt(_ANSWER) * rng.standard_normal(level.shape)
            here = happens(rng, len(persons), _TAKING_PART)
            answers.append(1 + steps(latent, thresholds)[here])
            heads += [
                (f"K{key[1:]}-{number}", str(wave), region.title.fi, key, sector)
                for (key, sector, number), there in zip(persons, here, strict=True)
                if there
            ]
    cells = leave_gaps(rng, np.concatenate(answers).astype(str), blank=0.006, coded=0.004, code="9")
    frame = pl.DataFrame(heads, schema=["Vastaaja", "Vuosi", "Alue", "Toimijatunnus", "Toimiala"], orient="row")
    unsaid, sectorless = happens(rng, frame.height, 0.03), happens(rng, frame.height, 0.3)
    frame = frame.with_columns(
        Toimijatunnus=pl.when(~pl.Series(unsaid)).then("Toimijatunnus"),
        Toimiala=pl.when(~pl.Series(unsaid & sectorless)).then("Toimiala"),
        **{name: pl.Series(cell, dtype=pl.String) for name, cell in zip(names, cells, strict=True)},
    )
    sheet = Sheet.clean(frame).soil(rng, names, ["6", "0", "55"], rule="rating_out_of_range", share=0.006)
    sheet = sheet.soil(rng, ["Toimiala"], ["Toimiala X"], rule="unknown_sector", share=0.002)
    sheet = sheet.soil(rng, ["Vastaaja"], [""], rule="missing_key", share=0.002)
    empty = sheet.kept[:1].with_columns(pl.lit("K0-00-1").alias("Vastaaja"), *(pl.lit("").alias(n) for n in names))
    sheet = sheet.insert(rng, empty, rule="nothing_given")
    return sheet.repeat(rng, share=0.004).ordered()


def rubric(rng: np.random.Generator, study: Study) -> tuple[Sheet, list[dict[str, Any]]]:
    """Let two assessors give each condition of each region and wave a level from 0 to 3, with what it rests on.

    In the last region one assessor does the work alone, and at the first wave its last condition is not assessed.
    Returns the sheet, and the median of the assessors by region, wave and condition, of the clean rows.
    """
    rows = []
    turns = len(study.waves)
    for region in study.regions:
        trend = region_design(region.key).trend
        alone = region == study.regions[-1]
        for turn, wave in enumerate(study.waves):
            reached = _START[trend] + _CLIMB * progress(trend, turn, turns)
            for condition, (word, shift) in CONDITIONS.items():
                if alone and turn == 0 and turns > 1 and condition == list(CONDITIONS)[-1]:
                    continue
                for assessor in range(1, 2 if alone else 3):
                    level = sum(reached - shift + 0.35 * float(rng.standard_normal()) > step for step in _LEVEL_STEPS)
                    seen = f"{_WHAT[int(rng.integers(len(_WHAT)))]} {_HOW[int(rng.integers(len(_HOW)))]}."
                    rows.append((region.title.fi, str(wave), word, f"A{assessor}", str(level), seen))
    names = ["Alue", "Vuosi", "Ehto", "Arvioija", "Taso", "Näyttö"]
    sheet = Sheet.clean(pl.DataFrame(rows, schema=names, orient="row"))
    once = 0.5 / sheet.rows.height  # one row of each kind
    sheet = sheet.soil(rng, ["Taso"], ["4"], rule="level_out_of_range", share=once)
    sheet = sheet.soil(rng, ["Näyttö"], [""], rule="missing_evidence", share=once)
    sheet = sheet.soil(rng, ["Ehto"], ["Yhteinen kahvihuone"], rule="value_not_in_map", share=once)
    sheet = sheet.repeat(rng, share=once).ordered()
    return sheet, _agreed(sheet, study)


def _agreed(sheet: Sheet, study: Study) -> list[dict[str, Any]]:
    keys = {word: key for key, (word, _) in CONDITIONS.items()}
    titles = {region.title.fi: region.key for region in study.regions}
    levels = sheet.kept.group_by("Alue", "Vuosi", "Ehto").agg(
        level=pl.col("Taso").cast(pl.Int64).median(), assessors=pl.len()
    )
    found = [
        {"region": titles[region], "wave": int(wave), "condition": keys[word], "level": level, "assessors": assessors}
        for region, wave, word, level, assessors in levels.iter_rows()
    ]
    return sorted(found, key=lambda one: (one["region"], one["wave"], one["condition"]))
