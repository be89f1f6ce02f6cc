"""What areas tell of their services: which parts are there, and how much of the budget is for children. All made up."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from sujuva.codebooks.offers import load_methods, load_structures, parts_of
from sujuva.example.design import progress, region_design
from sujuva.example.population import Study
from sujuva.example.sheet import Sheet

WORDS = {"käytössä": "in_use", "suunnitteilla": "planned", "puuttuu": "missing", "ei tiedossa": "unknown"}
"""The words of the form, and what they mean; a blank means that nothing is told."""
_BLANK, _UNKNOWN = 0.06, 0.08
_AT_FIRST, _GAIN, _NEAR = 0.45, 0.45, 0.25
_SHARE, _BETWEEN, _YEARLY = 0.29, 0.03, 0.004  # of the budget that is for children
_IN_USE, _BOUNDED, _MANY = 0.7, 0.25, 100
_TRAINED_REACHED = (2.8, 4.2)  # means on the log scale
_BUDGETS = (180, 1400)  # millions of euros


def service_parts(rng: np.random.Generator, study: Study) -> tuple[Sheet, list[dict[str, Any]]]:
    """Let each region tell of each part in each wave; a part that is there stays there.

    Returns the sheet, and what its clean rows say: region, wave, part, state (None: not told).
    """
    parts = parts_of(load_structures())
    rows = []
    for region in study.regions:
        trend = region_design(region.key).trend
        ease = rng.random(len(parts))
        for turn, wave in enumerate(study.waves):
            reached = _AT_FIRST + _GAIN * progress(trend, turn, len(study.waves))
            for lot, part in zip(ease, parts.values(), strict=True):
                state = "käytössä" if lot < reached else "suunnitteilla" if lot < reached + _NEAR else "puuttuu"
                silent = float(rng.random())
                state = "" if silent < _BLANK else "ei tiedossa" if silent < _BLANK + _UNKNOWN else state
                rows.append((region.title.fi, str(wave), part.title.fi, state))
    sheet = Sheet.clean(pl.DataFrame(rows, schema=["Alue", "Vuosi", "Osa", "Tila"], orient="row"))
    once = 0.5 / sheet.rows.height  # one row of each kind
    sheet = sheet.soil(rng, ["Osa"], ["Seitsemäs osa"], rule="not_in_codebook", share=once)
    sheet = sheet.soil(rng, ["Tila"], ["ehkä"], rule="value_not_in_map", share=once)
    sheet = sheet.repeat(rng, share=once).ordered()
    keys = {part.title.fi: key for key, part in parts.items()}
    regions = {region.title.fi: region.key for region in study.regions}
    told = [
        {"region": regions[region], "wave": int(wave), "part": keys[part], "state": WORDS.get(state)}
        for region, wave, part, state in sheet.kept.iter_rows()
    ]
    return sheet, sorted(told, key=lambda one: (one["region"], one["wave"], one["part"]))


def method_reach(rng: np.random.Generator, study: Study) -> Sheet:
    """Write of each method how many professionals each region trained and how many families it reached in each wave.

    Some numbers are told as lower bounds ("yli 150"), some are small, and some are blank.
    """
    rows = []
    methods = load_methods()
    for region in study.regions:
        known = rng.random(len(methods)) < _IN_USE
        for wave in study.waves:
            for method, used in zip(methods.values(), known, strict=True):
                trained, reached = (int(rng.lognormal(mean, 0.8)) for mean in _TRAINED_REACHED)
                bounded, silent = rng.random(2)
                families = f"yli {reached // 50 * 50}" if bounded < _BOUNDED and reached >= _MANY else str(reached)
                families = "" if silent < _BLANK else families
                if used:
                    rows.append((region.title.fi, str(wave), method.title.fi, str(trained), families))
    names = ["Alue", "Vuosi", "Menetelmä", "Koulutettuja", "Perheitä"]
    sheet = Sheet.clean(pl.DataFrame(rows, schema=names, orient="row"))
    once = 0.5 / sheet.rows.height  # one row of each kind
    sheet = sheet.soil(rng, ["Menetelmä"], ["Tuntematon menetelmä"], rule="not_in_codebook", share=once)
    return sheet.soil(rng, ["Koulutettuja"], ["alle 5"], rule="bad_number", share=once).ordered()


def child_budgets(rng: np.random.Generator, study: Study) -> Sheet:
    """Write what each region's budget was in each wave, and how much of it was for children, in millions of euros."""
    rows = []
    for region in study.regions:
        budget = float(rng.uniform(*_BUDGETS))
        share = _SHARE + _BETWEEN * float(rng.standard_normal())
        for wave in study.waves:
            budget *= 1.02
            share += _YEARLY * float(rng.standard_normal())
            rows.append((region.title.fi, str(wave), f"{budget * share:.1f}", f"{budget:.1f}"))
    sheet = Sheet.clean(pl.DataFrame(rows, schema=["Alue", "Vuosi", "Lapsille", "Koko budjetti"], orient="row"))
    return sheet.soil(rng, ["Koko budjetti"], ["1.0"], rule="part_above_whole", share=0.5 / sheet.rows.height).ordered()
