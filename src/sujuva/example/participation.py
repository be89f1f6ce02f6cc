"""How children, young people and parents took part in the work on phenomena, and assessments of its quality."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl

from sujuva.example.design import progress, region_design
from sujuva.example.initiatives import written
from sujuva.example.population import Study
from sujuva.example.sheet import Sheet

GROUPS = {"Lapset": "children", "Nuoret": "young_people", "Vanhemmat": "parents"}
WAYS = {"Kehittäjäasiakas": "co_developer", "Työpaja": "workshop", "Sähköinen alusta": "online", "Palaute": "feedback"}
"""What the file calls the groups, and the ways of taking part."""
CRITERIA = {
    "Yhdessä oppiminen": "learning_together", "Dialogisuus": "dialogue", "Perhelähtöisyys": "family_centred",
    "Juurisyiden paikantaminen": "root_causes", "Konkreettiset suunnitelmat": "concrete_plans",
}  # fmt: skip
"""What the file calls the criteria of quality."""
_PERSONS, _GAIN = 40, 20  # of a region and year
_GROUP_SHARES = (0.25, 0.35, 0.4)
_TOOK = (0.1, 0.7, 0.3, 0.45)  # the share who took part in each way
_START, _CLIMB, _SHIFTS = 0.7, 1.5, (0.3, 0.2, -0.3, 0.0, 0.1)
_LEVEL_STEPS = (0.5, 1.5, 2.5)
_EVIDENCE = ("Työpajan muistio", "Yhteinen palautekooste", "Kirjattu toimenpidesuunnitelma")


def participation(rng: np.random.Generator, study: Study) -> tuple[Sheet, list[dict[str, Any]]]:
    """Write one row a person, a day and a way of taking part; where a region improves more take part each year.

    Returns the sheet, and by region and year how many persons the clean rows are of.
    """
    rows = []
    for place, region in enumerate(study.regions):
        for turn, wave in enumerate(study.waves):
            gone = progress(region_design(region.key).trend, turn, len(study.waves))
            for number in range(round(_PERSONS + _GAIN * gone)):
                group = list(GROUPS)[int(rng.choice(len(GROUPS), p=_GROUP_SHARES))]
                took = rng.random(len(WAYS)) < _TOOK
                took[1] |= not took.any()
                for way, here in zip(WAYS, took, strict=True):
                    if here:
                        day = dt.date(wave, 1, 1) + dt.timedelta(int(rng.integers(365)))
                        rows.append((f"O{place + 1}{wave}{number + 1:03}", written(day), region.title.fi, group, way))
    names = ["Osallistuja", "Pvm", "Alue", "Ryhmä", "Osallistumistapa"]
    sheet = Sheet.clean(pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"))
    sheet = sheet.soil(rng, ["Ryhmä"], ["Naapurit"], rule="value_not_in_map", share=0.003)
    sheet = sheet.soil(rng, ["Pvm"], ["keväällä"], rule="wrong_date", share=0.003)
    sheet = sheet.soil(rng, ["Osallistuja"], [""], rule="missing_key", share=0.002)
    sheet = sheet.repeat(rng, share=0.003).ordered()
    keys = {region.title.fi: region.key for region in study.regions}
    year = pl.col("Pvm").str.split(".").list.last().cast(pl.Int64)
    counts = sheet.kept.group_by("Alue", wave=year).agg(persons=pl.col("Osallistuja").n_unique()).sort("Alue", "wave")
    return sheet, [{"region": keys[row.pop("Alue")], **row} for row in counts.iter_rows(named=True)]


def criteria(rng: np.random.Generator, study: Study) -> tuple[Sheet, list[dict[str, Any]]]:
    """Let two assessors give each criterion of each region and wave a level from 0 to 3, with what it rests on.

    Returns the sheet, and the median of the assessors by region, wave and criterion, of the clean rows.
    """
    rows = []
    for region in study.regions:
        for turn, wave in enumerate(study.waves):
            reached = _START + _CLIMB * progress(region_design(region.key).trend, turn, len(study.waves))
            for word, shift in zip(CRITERIA, _SHIFTS, strict=True):
                for assessor in (1, 2):
                    level = sum(reached + shift + 0.4 * float(rng.standard_normal()) > step for step in _LEVEL_STEPS)
                    seen = _EVIDENCE[int(rng.integers(len(_EVIDENCE)))]
                    rows.append((region.title.fi, str(wave), word, f"L{assessor}", str(level), f"{seen}."))
    names = ["Alue", "Vuosi", "Laatukriteeri", "Arvioija", "Taso", "Näyttö"]
    sheet = Sheet.clean(pl.DataFrame(rows, schema=names, orient="row"))
    once = 0.5 / sheet.rows.height  # one row of each kind
    sheet = sheet.soil(rng, ["Taso"], ["5"], rule="level_out_of_range", share=once)
    sheet = sheet.soil(rng, ["Näyttö"], [""], rule="missing_evidence", share=once)
    sheet = sheet.soil(rng, ["Laatukriteeri"], ["Kahvin laatu"], rule="value_not_in_map", share=once)
    keys = {region.title.fi: region.key for region in study.regions}
    medians = sheet.kept.group_by("Alue", "Vuosi", "Laatukriteeri").agg(level=pl.col("Taso").cast(pl.Int64).median())
    truth = [
        {"region": keys[region], "wave": int(wave), "criterion": CRITERIA[word], "level": level}
        for region, wave, word, level in medians.sort("Alue", "Vuosi", "Laatukriteeri").iter_rows()
    ]
    return sheet.ordered(), truth
