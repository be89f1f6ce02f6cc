"""What participants of workshops and meetings thought of them."""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from sujuva.example.design import FEEDBACK_GAIN, FEEDBACK_ITEMS, progress, region_design
from sujuva.example.population import Study
from sujuva.example.questionnaires import steps
from sujuva.example.sheet import Sheet

EVENTS = 5  # in a region and year
_FEWEST, _MOST = 8, 17  # participants
_EVENT, _PARTICIPANT, _ITEM = 0.05, 0.45, 0.50  # shares of variance
_GROUPS = ("Lapset", "Nuoret", "Vanhemmat", "Ammattilaiset")
_GROUP_SHARES = (0.12, 0.23, 0.30, 0.35)


def feedback(rng: np.random.Generator, study: Study) -> Sheet:
    """Write one row a participant and statement."""
    rows = []
    thresholds = tuple(tuple(shift + step for step in limits) for shift, *limits in FEEDBACK_ITEMS.values())
    for place, region in enumerate(study.regions):
        for turn, wave in enumerate(study.waves):
            lift = FEEDBACK_GAIN * progress(region_design(region.key).trend, turn, len(study.waves))
            for number in range(1, EVENTS + 1):
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
