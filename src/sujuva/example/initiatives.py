"""What was started for what professionals noticed: one initiative answers several observations, some answer none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from sujuva.codebooks import load_sectors
from sujuva.example.population import Study
from sujuva.example.sheet import Sheet

STATUSES = {"ehdotettu": "proposed", "käynnissä": "under_way", "toteutunut": "done", "luovuttu": "dropped"}
"""What the file calls what became of an initiative."""
LEVELS = {"paikallinen": "local", "alueellinen": "regional", "valtakunnallinen": "national"}
"""What the files call the levels at which something changes."""
_REGISTERED = 0.85  # of the initiatives; of the others the observation tells the day alone
_STATUS_SHARES = (0.15, 0.35, 0.4, 0.1)
_LASTS = 120.0  # days on average
_HALF = 6  # the last month of the first half-year
_OF_THEIR_OWN = 3  # of a region and year that answer no observation


def written(day: dt.date) -> str:
    """Return a day as the example's files write it."""
    return f"{day.day}.{day.month}.{day.year}"


def answers(rng: np.random.Generator, begun: Sequence[tuple[str, str, dt.date] | None]) -> list[tuple[str, dt.date]]:
    """Tell for each observation the initiative that answers it and its day.

    Those of one region and phenomenon that led to something within the same half-year led to the same initiative.

    Args:
        rng: Its random numbers.
        begun: Of each observation the region, phenomenon and day on which something was started for it, if anything.

    Returns:
        The key of the initiative, "" where it is in no register, and its day; ("", the first day) where there is none.
    """
    halves: dict[tuple[str, str, int, bool], list[int]] = {}
    for number, one in enumerate(begun):
        if one is not None:
            region, topic, day = one
            halves.setdefault((region, topic, day.year, day.month > _HALF), []).append(number)
    found = [("", dt.date.min)] * len(begun)
    for turn, numbers in enumerate(halves.values()):
        days = [one[2] for number in numbers if (one := begun[number]) is not None]
        kept = rng.random() < _REGISTERED
        for number, day in zip(numbers, days, strict=True):
            found[number] = (f"A{turn + 1:04}", max(days)) if kept else ("", day)
    return found


def initiatives(
    rng: np.random.Generator, study: Study, answering: dict[str, tuple[str, dt.date]]
) -> tuple[Sheet, list[dict[str, Any]]]:
    """Write one row an initiative.

    Args:
        rng: Its random numbers.
        study: The study.
        answering: Of each initiative that answers observations the region and the day.

    Returns:
        The sheet, and by region and year how many of the clean rows there are, by level.
    """
    last = dt.date(study.waves[-1], 12, 31)
    alone = {
        f"B{place + 1}-{wave}-{number + 1}": (
            region.title.fi,
            dt.date(wave, 1, 1) + dt.timedelta(int(rng.integers(365))),
        )
        for place, region in enumerate(study.regions)
        for wave in study.waves
        for number in range(_OF_THEIR_OWN)
    }
    sectors = [sector.title.fi for sector in load_sectors().values()]
    rows = []
    for key, (region, day) in (answering | alone).items():
        status = list(STATUSES)[int(rng.choice(len(STATUSES), p=_STATUS_SHARES))]
        closed = day + dt.timedelta(round(rng.exponential(_LASTS)))
        ended = STATUSES[status] in {"done", "dropped"} and closed <= last
        status = status if ended or STATUSES[status] not in {"done", "dropped"} else "käynnissä"
        level = list(LEVELS)[int(rng.choice(len(LEVELS), p=(0.6, 0.3, 0.1)))]
        sector = sectors[int(rng.integers(len(sectors)))]
        rows.append((key, written(day), region, sector, level, status, written(closed) if ended else ""))
    names = ["Aloite_id", "Aloite_pvm", "Alue", "Tekijän sektori", "Taso", "Tila", "Päättynyt"]
    sheet = Sheet.clean(pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"))
    # Only what nobody refers to is soiled: the observations of an initiative that is set aside would fall with it.
    own = sheet.rows["Aloite_id"].str.starts_with("B").to_list()
    ended_own = [mine and bool(day) for mine, day in zip(own, sheet.rows["Päättynyt"], strict=True)]
    sheet = sheet.soil(rng, ["Päättynyt"], ["1.2.2010"], rule="impossible_order", share=0.005, among=ended_own)
    sheet = sheet.soil(rng, ["Taso"], ["maailma"], rule="value_not_in_map", share=0.005, among=own)
    sheet = sheet.soil(rng, ["Aloite_id"], [""], rule="missing_key", share=0.005, among=own)
    sheet = sheet.repeat(rng, share=0.005).ordered()
    return sheet, _truth(sheet, study)


def _truth(sheet: Sheet, study: Study) -> list[dict[str, Any]]:
    keys = {region.title.fi: region.key for region in study.regions}
    levels = {name: (pl.col("Taso") == word).sum() for word, name in LEVELS.items()}
    year = pl.col("Aloite_pvm").str.split(".").list.last().cast(pl.Int64)
    counts = sheet.kept.group_by("Alue", wave=year).agg(initiatives=pl.len(), **levels).sort("Alue", "wave")
    return [{"region": keys[row.pop("Alue")], **row} for row in counts.iter_rows(named=True)]
