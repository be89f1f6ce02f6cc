"""Organisations around children and how they say they work together, wave by wave."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl

from sujuva.codebooks import load_sectors
from sujuva.example.chance import happens
from sujuva.example.design import progress, region_design
from sujuva.example.population import Study
from sujuva.example.sheet import Sheet

TIE_FROM = 2
"""The rating from which the truth counts a tie (as `network.tie_from` in params.yaml)."""

# Generic names: the example points at no real organisation. The last two are not there in every region.
_ACTORS = (
    ("Koulu A", "education"),
    ("Perheneuvola", "health"),
    ("Perhesosiaalityö", "social"),
    ("Varhaiskasvatus A", "education"),
    ("Nuorisopalvelut", "leisure"),
    ("Perheyhdistys", "third"),
    ("Koulu B", "education"),
    ("Neuvola", "health"),
    ("Lastensuojelu", "social"),
    ("Seurakunnan perhetyö", "parish"),
    ("Liikuntaseura", "leisure"),
    ("Lastenjärjestö", "third"),
    ("Opiskeluhuolto", "education"),
    ("Perhekeskus", "social"),
)
_FEWEST = 12
_STEPS = (-1.1, -0.1, 0.7, 1.5)  # thresholds of the ratings 1–4
_GAIN = 0.75  # what full progress of an early region adds to a relation
_DENSIFIES = "early"


def organisations(rng: np.random.Generator, study: Study) -> Sheet:
    """List 12–14 organisations a region with their sector; one of them is listed twice."""
    titles = {key: sector.title.fi for key, sector in load_sectors().items()}
    rows = []
    for place, region in enumerate(study.regions):
        size = int(rng.integers(_FEWEST, len(_ACTORS) + 1))
        for number, (name, sector) in enumerate(_ACTORS[:size], 1):
            key = f"T{place + 1}-{number:02d}"
            rows.append((region.title.fi, key, f"{name} ({region.title.fi})", titles[sector]))
    frame = pl.DataFrame(rows, schema=["Alue", "Tunnus", "Toimija", "Toimiala"], orient="row")
    return Sheet.clean(frame).repeat(rng, share=1 / (2 * frame.height)).ordered()


def ties(rng: np.random.Generator, study: Study, actors: pl.DataFrame) -> tuple[Sheet, list[dict[str, Any]]]:
    """Let every organisation rate its relation to every other of its region.

    A relation has a part that both share, a part of its own direction, and is closer within a sector. In the regions
    that improve from the start it grows from wave to wave.

    Args:
        rng: Stream of the sheet.
        study: Regions and waves.
        actors: The clean rows of the sheet of organisations.

    Returns:
        The sheet, and for each region and wave the numbers of actors, rated pairs and ties in the clean rows.
    """
    names = ["Alue", "Vuosi", "Arvioija", "Arvioitava", "Nykyinen", "Toivottu"]
    rows: list[tuple[str, int, str, str, int, int | None]] = []
    for region in study.regions:
        mine = actors.filter(pl.col("Alue") == region.title.fi)
        keys, sectors = mine["Tunnus"].to_list(), np.array(mine["Toimiala"].to_list())
        n = len(keys)
        half = np.triu(rng.standard_normal((n, n)), 1)
        base = 0.65 * (half + half.T) + 0.45 * rng.standard_normal((n, n))
        base += np.where(sectors[:, None] == sectors[None, :], 0.6, -0.1) + 0.3 * rng.standard_normal((n, 1))
        trend = region_design(region.key).trend
        for turn, wave in enumerate(study.waves):
            grown = _GAIN * progress(trend, turn, len(study.waves)) if trend == _DENSIFIES else 0.0
            noise = math.sqrt(0.15) * rng.standard_normal((n, n))
            observed = ((base + noise + grown)[:, :, None] > np.array(_STEPS)).sum(axis=2)
            wished = np.minimum(observed + rng.choice(3, size=(n, n), p=[0.35, 0.45, 0.2]), len(_STEPS))
            blank = happens(rng, n * n, 0.02).reshape(n, n)
            hoped = [
                [None if gone[j] else int(row[j]) for j in range(n)] for row, gone in zip(wished, blank, strict=True)
            ]
            rows += [
                (region.title.fi, wave, keys[i], keys[j], int(observed[i, j]), hoped[i][j])
                for i in range(n)
                for j in range(n)
                if i != j
            ]
    kinds = dict.fromkeys(names, pl.String) | dict.fromkeys(["Vuosi", "Nykyinen", "Toivottu"], pl.Int64)
    sheet = _soiled(rng, Sheet.clean(pl.DataFrame(rows, schema=kinds, orient="row")))
    return sheet, _truth(sheet, study, actors)


def _soiled(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    height = sheet.rows.height
    sheet = sheet.soil(rng, ["Nykyinen"], [44, 33, -1], rule="rating_out_of_range", share=0.002)
    # One row at most of each rater and wave, so that what is put in breaks no second rule.
    raters = sheet.kept.unique(["Vuosi", "Arvioija"], keep="first", maintain_order=True)
    to_self = raters.with_columns(pl.col("Arvioija").alias("Arvioitava"))
    sheet = sheet.insert(rng, _some(rng, to_self, math.ceil(0.003 * height)), rule="self_tie")
    to_nobody = raters.with_columns(pl.lit("T9-99").alias("Arvioitava"))
    sheet = sheet.insert(rng, _some(rng, to_nobody, math.ceil(0.002 * height)), rule="unknown_organisation")
    return sheet.repeat(rng, share=0.002).ordered()


def _some(rng: np.random.Generator, rows: pl.DataFrame, number: int) -> pl.DataFrame:
    return rows[sorted(rng.choice(rows.height, size=min(number, rows.height), replace=False).tolist())]


def _truth(sheet: Sheet, study: Study, actors: pl.DataFrame) -> list[dict[str, Any]]:
    found = []
    for region in study.regions:
        size = actors.filter(pl.col("Alue") == region.title.fi).height
        for wave in study.waves:
            mine = sheet.kept.filter((pl.col("Alue") == region.title.fi) & (pl.col("Vuosi") == wave))
            found.append(
                {
                    "region": region.key,
                    "wave": wave,
                    "actors": size,
                    "pairs": mine.height,
                    "ties": mine.filter(pl.col("Nykyinen") >= TIE_FROM).height,
                    "densifies": region_design(region.key).trend == _DENSIFIES,
                }
            )
    return found
