"""Organisations around children and how they say they work together, wave by wave."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import polars as pl

from sujuva.codebooks import load_sectors
from sujuva.example.design import progress, region_design
from sujuva.example.population import Study
from sujuva.example.sheet import Sheet, happens

TIE_FROM = 2
"""The rating from which the truth counts a tie (as `network.tie_from` in params.yaml)."""

# Generic names: the example points at no real organisation. The last two are not there in every region.
_ACTORS = (
    ("Koulu A", "education", "perus"),
    ("Perheneuvola", "health", "erityis"),
    ("Perhesosiaalityö", "social", "erityis"),
    ("Varhaiskasvatus A", "education", "perus"),
    ("Nuorisopalvelut", "leisure", "perus"),
    ("Perheyhdistys", "third", "perus"),
    ("Koulu B", "education", "perus"),
    ("Neuvola", "health", "perus"),
    ("Lastensuojelu", "social", "erityis"),
    ("Seurakunnan perhetyö", "parish", "perus"),
    ("Liikuntaseura", "leisure", "perus"),
    ("Lastenjärjestö", "third", "perus"),
    ("Opiskeluhuolto", "education", "erityis"),
    ("Perhekeskus", "social", "perus"),
)
_FEWEST = 12
_STEPS = (-1.1, -0.1, 0.7, 1.5)  # thresholds of the ratings 1–4
_GAIN = 0.75  # what full progress of an early region adds to a relation
_DENSIFIES = "early"

INFORMATION = "Tiedonvaihto"
VALUED = ("Vaikutusvalta", "Osallistuminen", "Voimavarat", "Luotettavuus", "Yhteinen suunta", "Avoimuus")
"""Three relations of value and three of trust, as the raw sheet names them."""
_VALUED = 0.35  # of the pairs that work together


def organisations(rng: np.random.Generator, study: Study) -> Sheet:
    """List 12–14 organisations a region with their sector and level; one of them is listed twice."""
    titles = {key: sector.title.fi for key, sector in load_sectors().items()}
    rows = []
    for place, region in enumerate(study.regions):
        size = int(rng.integers(_FEWEST, len(_ACTORS) + 1))
        for number, (name, sector, level) in enumerate(_ACTORS[:size], 1):
            key = f"T{place + 1}-{number:02d}"
            rows.append((region.title.fi, key, f"{name} ({region.title.fi})", titles[sector], level))
    frame = pl.DataFrame(rows, schema=["Alue", "Tunnus", "Toimija", "Toimiala", "Taso"], orient="row")
    return Sheet.clean(frame).repeat(rng, share=1 / (2 * frame.height)).ordered()


def ties(rng: np.random.Generator, study: Study, actors: pl.DataFrame) -> tuple[Sheet, list[dict[str, Any]]]:
    """Let every organisation rate its relation to every other of its region.

    A relation has a part that both share, a part of its own direction, and is closer within a sector. In the regions
    that improve from the start it grows from wave to wave. Returns the sheet, and for each region and wave the numbers
    of actors, rated pairs and ties in the clean rows.
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
            hoped = wished.astype(object)
            hoped[happens(rng, n * n, 0.02).reshape(n, n)] = None
            rows += [
                (region.title.fi, wave, keys[i], keys[j], int(observed[i, j]), hoped[i, j])
                for i, j in itertools.permutations(range(n), 2)
            ]
    kinds = dict.fromkeys(names, pl.String) | dict.fromkeys(["Vuosi", "Nykyinen", "Toivottu"], pl.Int64)
    sheet = _soiled(rng, Sheet.clean(pl.DataFrame(rows, schema=kinds, orient="row")))
    return sheet, _truth(sheet, study, actors)


def relations(rng: np.random.Generator, study: Study, rated: pl.DataFrame) -> Sheet:
    """Let organisations rate further relations: whom they exchange information with, and whom they value and trust.

    Exchange of information (0–4) follows the rating of the collaboration. Value and trust (1–4, as in PARTNER)
    are rated of some of those with whom an organisation works together, and grow with the trust in the region. `rated`
    are the clean rows of the sheet of ties.
    """
    lift = {
        (region.title.fi, wave): _GAIN * progress(region_design(region.key).trend, turn, len(study.waves))
        for region in study.regions
        for turn, wave in enumerate(study.waves)
    }
    given = list(rated.select("Alue", "Vuosi", "Arvioija", "Arvioitava", "Nykyinen").iter_rows())
    strength = np.array([one[-1] for one in given], dtype=float)
    shifted = np.clip(np.rint(strength + 0.8 * rng.standard_normal(len(given))), 0, len(_STEPS)).astype(int)
    rows = [(*one[:2], INFORMATION, *one[2:4], int(value)) for one, value in zip(given, shifted, strict=True)]
    asked = happens(rng, len(given), _VALUED) & (strength >= TIE_FROM)
    for place in np.flatnonzero(asked):
        region, wave, rater, target, _ = given[place]
        level = 2.4 + 0.3 * (strength[place] - TIE_FROM) + lift[region, wave] + 0.7 * rng.standard_normal(len(VALUED))
        values = np.clip(np.rint(level), 1, 4).astype(int).tolist()
        rows += [(region, wave, word, rater, target, value) for word, value in zip(VALUED, values, strict=True)]
    names = ["Alue", "Vuosi", "Suhde", "Arvioija", "Arvioitava", "Arvio"]
    kinds = dict.fromkeys(names, pl.String) | dict.fromkeys(["Vuosi", "Arvio"], pl.Int64)
    sheet = Sheet.clean(pl.DataFrame(rows, schema=kinds, orient="row"))
    sheet = sheet.soil(rng, ["Arvio"], [44, 33, -1], rule="rating_out_of_range", share=0.001)
    sheet = sheet.soil(rng, ["Suhde"], ["Luotettavus"], rule="value_not_in_map", share=0.0005)
    sheet = sheet.soil(rng, ["Arvioitava"], ["T9-98", "T9-99"], rule="unknown_organisation", share=0.0005)
    return sheet.repeat(rng, share=0.001).ordered()


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
    """Count, in the clean rows of each region and wave, the actors, the pairs that are rated and the ties."""
    sizes = actors.group_by("Alue").agg(actors=pl.len())
    rated = sheet.kept.group_by("Alue", "Vuosi").agg(pairs=pl.len(), ties=(pl.col("Nykyinen") >= TIE_FROM).sum())
    counts = {row.pop("Alue"): row for row in sizes.to_dicts()}
    cells = {(row.pop("Alue"), row.pop("Vuosi")): row for row in rated.to_dicts()}
    return [
        {"region": region.key, "wave": wave, **counts[region.title.fi], **cells[region.title.fi, wave]}
        | {"densifies": region_design(region.key).trend == _DENSIFIES}
        for region in study.regions
        for wave in study.waves
    ]
