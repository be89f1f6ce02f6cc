"""What professionals noticed: two classes of observations, the phenomena they make up, what was started for some."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from sujuva.codebooks import load_sectors
from sujuva.example.design import progress, region_design
from sujuva.example.initiatives import LEVELS, answers, initiatives, written
from sujuva.example.population import Study
from sujuva.example.sheet import Sheet
from sujuva.example.workshops import PHENOMENA

CLASSES = {"Palaute nykyisestä työstä": "feedback", "Tarpeet ja ilmiöt": "need"}
"""What the file calls the two classes."""
MISSING = {**PHENOMENA, "Harrastusten hinta": "health", "Nuorten päihteet": "parish"}
"""Phenomena, and the sector that never notices them."""
_A_YEAR = 56  # observations of a region
_FEEDBACK = 0.4
_UNANSWERED = "Nuorten päihteet"  # the phenomenon for which nothing is started
_GROUPED, _STARTED, _GAIN = 0.62, 0.38, 0.3
_MEDIAN, _SPREAD = 75.0, 0.6  # days from observation to initiative
_LEVEL_SHARES = (0.6, 0.3, 0.1)
_NO_SECTOR = 0.03
# Made to be found where it must not be: what was noticed never leaves the raw file.
_TEXT = "Havaittu vapaasti kirjoitettu teksti"


def observations(
    rng: np.random.Generator, of_initiatives: np.random.Generator, study: Study
) -> tuple[Sheet, list[dict[str, Any]], Sheet, list[dict[str, Any]]]:
    """Write one row an observation, with a text that nothing may read, and one an initiative.

    Of one phenomenon nothing comes. Where a region improves, more observations come to something from year to year, and
    nothing is started after the last day of the study's last year. Returns the sheet, by region and year how many of
    the clean rows led to what, and the sheet and truth of initiatives.
    """
    sectors = [sector.title.fi for sector in load_sectors().values()]
    titles = {key: sector.title.fi for key, sector in load_sectors().items()}
    last, rows = dt.date(study.waves[-1], 12, 31), []
    led: list[tuple[str, str, dt.date] | None] = []
    for place, region in enumerate(study.regions):
        for turn, wave in enumerate(study.waves):
            gone = progress(region_design(region.key).trend, turn, len(study.waves))
            for number in range(_A_YEAR):
                day = dt.date(wave, 1, 1) + dt.timedelta(int(rng.integers(365)))
                topic = list(MISSING)[int(rng.integers(len(MISSING)))]
                there = [one for one in sectors if one != titles[MISSING[topic]]]
                sector = "" if rng.random() < _NO_SECTOR else there[int(rng.integers(len(there)))]
                about = list(CLASSES)[int(rng.random() >= _FEEDBACK)]
                grouped = rng.random() < _GROUPED
                begun = day + dt.timedelta(round(_MEDIAN * float(np.exp(_SPREAD * rng.standard_normal()))))
                started = grouped and rng.random() < _STARTED + _GAIN * gone and begun <= last
                started = started and topic != _UNANSWERED
                level = list(LEVELS)[int(rng.choice(len(LEVELS), p=_LEVEL_SHARES))]
                rows.append((
                    f"H{place + 1}-{wave}-{number + 1:03}", written(day), region.title.fi, sector, about,
                    f"{_TEXT} {number + 1}", topic if grouped else "", level if grouped else "",
                ))  # fmt: skip
                led.append((region.title.fi, topic, begun) if started else None)
    names = ["Havainto_id", "Pvm", "Alue", "Toimijan sektori", "Luokka", "Teksti", "Ilmiö", "Muutoksen taso"]
    sheet = Sheet.clean(pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"))
    found = answers(of_initiatives, led)
    dated = [written(day) if one is not None and not key else "" for one, (key, day) in zip(led, found, strict=True)]
    sheet = replace(sheet, rows=sheet.rows.with_columns(Aloite_id=pl.Series([key for key, _ in found]),
                                                        Aloite_pvm=pl.Series(dated)))  # fmt: skip
    made = {key: (one[0], day) for one, (key, day) in zip(led, found, strict=True) if one is not None and key}
    bare = (sheet.rows["Ilmiö"] == "").to_list()
    begun_for = (sheet.rows["Aloite_pvm"] != "").to_list()
    sheet = sheet.soil(rng, ["Luokka"], ["Muu havainto"], rule="value_not_in_map", share=0.002)
    sheet = sheet.soil(rng, ["Pvm"], ["eilen"], rule="wrong_date", share=0.003)
    sheet = sheet.soil(rng, ["Aloite_pvm"], ["1.2.2010"], rule="impossible_order", share=0.004, among=begun_for)
    sheet = sheet.soil(
        rng, ["Aloite_pvm"], [written(last)], rule="initiative_without_phenomenon", share=0.004, among=bare
    )
    named = (sheet.rows["Aloite_id"] != "").to_list()
    sheet = sheet.soil(rng, ["Aloite_id"], ["A9999"], rule="unknown_initiative", share=0.001, among=named)
    sheet = sheet.soil(rng, ["Toimijan sektori"], ["Toimiala X"], rule="unknown_sector", share=0.003)
    sheet = sheet.soil(rng, ["Havainto_id"], [""], rule="missing_key", share=0.002)
    sheet = sheet.repeat(rng, share=0.004).ordered()
    return sheet, _truth(sheet, study), *initiatives(of_initiatives, study, made)


def _truth(sheet: Sheet, study: Study) -> list[dict[str, Any]]:
    keys = {region.title.fi: region.key for region in study.regions}
    begun, grouped = pl.any_horizontal(pl.col("Aloite_id", "Aloite_pvm") != ""), pl.col("Ilmiö") != ""
    counts = (
        sheet.kept.group_by("Alue", wave=pl.col("Pvm").str.split(".").list.last().cast(pl.Int64))
        .agg(
            observations=pl.len(), initiative=begun.sum(), phenomenon=(grouped & ~begun).sum(),
            observed=(~grouped).sum(),
        )
        .sort("Alue", "wave")
    )  # fmt: skip
    return [{"region": keys[row.pop("Alue")], **row} for row in counts.iter_rows(named=True)]
