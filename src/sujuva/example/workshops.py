"""Workshops and meetings: who came to events about phenomena, and what participants thought of events."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import polars as pl

from sujuva.codebooks import load_sectors
from sujuva.example.design import FEEDBACK_GAIN, FEEDBACK_ITEMS, progress, region_design
from sujuva.example.population import Study
from sujuva.example.questionnaires import steps
from sujuva.example.sheet import Sheet

PHENOMENA = {"Koulupoissaolot": "leisure", "Yksinäisyys": "health", "Vanhempien jaksaminen": "education"}
"""What the events are about, and the sector that never comes to them."""
EVENTS = 2  # of each phenomenon in a region and year
_COMES, _GAIN = 0.45, 0.30

_RATED_EVENTS = 5  # in a region and year
_FEWEST, _MOST = 8, 17  # participants
_EVENT, _PARTICIPANT, _ITEM = 0.05, 0.45, 0.50  # shares of variance
_GROUPS = ("Lapset", "Nuoret", "Vanhemmat", "Ammattilaiset")
_GROUP_SHARES = (0.12, 0.23, 0.30, 0.35)


def attendance(rng: np.random.Generator, study: Study, actors: pl.DataFrame) -> tuple[Sheet, list[dict[str, Any]]]:
    """Write one row an organisation that was at an event.

    Where a region improves from the start, more organisations come from wave to wave. Returns the sheet, and for each
    region, wave and phenomenon what its clean rows hold: events, organisations, and the region's missing sectors.
    """
    titles = {key: sector.title.fi for key, sector in load_sectors().items()}
    rows = []
    for place, region in enumerate(study.regions):
        mine = actors.filter(pl.col("Alue") == region.title.fi).select("Tunnus", "Toimiala").rows()
        trend = region_design(region.key).trend
        for turn, wave in enumerate(study.waves):
            share = _COMES + _GAIN * (progress(trend, turn, len(study.waves)) if trend == "early" else 0.0)
            for number, (phenomenon, missing) in enumerate(PHENOMENA.items()):
                invited = [key for key, sector in mine if sector != titles[missing]]
                for turn_of_event in range(1, EVENTS + 1):
                    event = f"Työpaja {place + 1}{EVENTS * number + turn_of_event}/{wave}"
                    came = [key for key, lot in zip(invited, rng.random(len(invited)), strict=True) if lot < share]
                    rows += [(event, str(wave), region.title.fi, key, phenomenon) for key in came or invited[:1]]
    names = ["Tilaisuus", "Vuosi", "Alue", "Toimijatunnus", "Ilmiö"]
    sheet = Sheet.clean(pl.DataFrame(rows, schema=names, orient="row"))
    sheet = sheet.soil(rng, ["Alue"], ["Muu alue"], rule="unknown_region", share=0.002)
    sheet = sheet.soil(rng, ["Toimijatunnus"], [""], rule="missing_key", share=0.002)
    # A stranger is put in beside a row that is there, so that nobody's presence is lost.
    strangers = sheet.kept.unique(["Tilaisuus"], keep="first", maintain_order=True).with_columns(
        pl.lit("T9-99").alias("Toimijatunnus")
    )
    some = sorted(rng.choice(strangers.height, size=min(3, strangers.height), replace=False).tolist())
    sheet = sheet.insert(rng, strangers[some], rule="unknown_organisation").repeat(rng, share=0.004).ordered()
    return sheet, _truth(sheet, study, actors, titles)


def _truth(sheet: Sheet, study: Study, actors: pl.DataFrame, titles: dict[str, str]) -> list[dict[str, Any]]:
    keys = {title: key for key, title in titles.items()}
    sectors = {name: keys[title] for name, title in actors.select("Tunnus", "Toimiala").iter_rows()}
    found = []
    for region, wave, phenomenon in itertools.product(study.regions, study.waves, PHENOMENA):
        mine = sheet.kept.filter(Alue=region.title.fi, Vuosi=str(wave), Ilmiö=phenomenon)
        there = set(mine["Toimijatunnus"])
        known = {sectors[name] for name in actors.filter(Alue=region.title.fi)["Tunnus"]}
        found.append(
            {"region": region.key, "wave": wave, "phenomenon": phenomenon}
            | {"events": mine["Tilaisuus"].n_unique(), "organisations": len(there)}
            | {"sectors_missing": sorted(known - {sectors[name] for name in there})}
        )
    return found


def feedback(rng: np.random.Generator, study: Study) -> Sheet:
    """Write one row a participant and statement."""
    rows = []
    thresholds = tuple(tuple(shift + step for step in limits) for shift, *limits in FEEDBACK_ITEMS.values())
    for place, region in enumerate(study.regions):
        for turn, wave in enumerate(study.waves):
            lift = FEEDBACK_GAIN * progress(region_design(region.key).trend, turn, len(study.waves))
            for number in range(1, _RATED_EVENTS + 1):
                size = int(rng.integers(_FEWEST, _MOST + 1))
                trait = lift + math.sqrt(_EVENT) * float(rng.standard_normal())
                person = trait + math.sqrt(_PARTICIPANT) * rng.standard_normal((size, 1))
                latent = person + math.sqrt(_ITEM) * rng.standard_normal((size, len(thresholds)))
                ratings = 1 + steps(latent, thresholds)
                group = rng.choice(np.array(_GROUPS), size=size, p=_GROUP_SHARES)
                day = f"{int(rng.integers(1, 29))}.{2 * number}.{wave}"
                event = f"Tilaisuus {place + 1}{number}/{wave}"
                for one in range(size):
                    head = (event, day, str(wave), region.title.fi, str(one + 1), str(group[one]))
                    rated = zip(FEEDBACK_ITEMS, ratings[one].tolist(), strict=True)
                    rows += [(*head, item, str(rating)) for item, rating in rated]
    names = ["Tilaisuus", "Päivä", "Vuosi", "Alue", "Osallistuja", "Ryhmä", "Väite", "Arvio"]
    sheet = Sheet.clean(pl.DataFrame(rows, schema=names, orient="row"))
    sheet = sheet.soil(rng, ["Arvio"], ["6", "0", "55"], rule="rating_out_of_range", share=0.003)
    sheet = sheet.soil(rng, ["Ryhmä"], ["Vanhemat", "Ammatilaiset"], rule="value_not_in_map", share=0.002)
    sheet = sheet.soil(rng, ["Alue"], ["Verkko", "Muu alue"], rule="unknown_region", share=0.002)
    sheet = sheet.soil(rng, ["Arvio"], [""], rule="missing_value", share=0.002)
    sheet = sheet.soil(rng, ["Osallistuja"], [""], rule="missing_key", share=0.001)
    return sheet.repeat(rng, share=0.003).ordered()
