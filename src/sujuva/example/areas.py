"""Statistics of areas in the shape of a Sotkanet export. Titles and numbers are made up and say so."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import polars as pl

from sujuva.example.design import progress, region_design
from sujuva.example.population import Study
from sujuva.example.sheet import Sheet

COLUMNS = ["title", "indicator", "area_name", "area", "gender", "year", "value", "absolute"]
"""What the columns hold; the file itself has no header."""

_SMALL = 1500  # children in an area below which a school survey would show nothing
_TOTAL, _BOYS, _GIRLS = "yhteensä", "miehet", "naiset"


@dataclass(frozen=True)
class Statistic:
    """A made-up indicator: its level (per cent), how far a region that improves moves it, and what it shows."""

    indicator: str
    title: str
    level: float
    gain: float
    survey: bool
    girls: float = 0.0
    genders: bool = False


_STATISTICS = (
    Statistic("90001", "Tuntee itsensä usein yksinäiseksi, % oppilaista", 15.0, -3.0, True),
    Statistic("90002", "Kohtalainen tai vaikea ahdistuneisuus, % oppilaista", 19.0, -4.0, True, 9.0, True),
    Statistic("90003", "Harrastaa jotakin vähintään yhtenä päivänä viikossa, % oppilaista", 88.0, 3.0, True),
    Statistic("90004", "Lastensuojelun avohuollon asiakkaita, % 0-17-vuotiaista", 4.6, -0.9, False),
)
_CHILDREN = ("90005", "0-17-vuotiaita vuoden lopussa, lkm")
_ELIGIBLE = ("90006", "LP-keskustelujen kohderyhmään kuuluvia lapsia, lkm")
_NOTE = " (synteettinen)"


@dataclass(frozen=True)
class _Area:
    name: str
    code: str
    children: int
    region: str


def areas(rng: np.random.Generator, study: Study) -> Sheet:
    """Write five indicators for the municipalities and counties of the study and for the whole country."""
    rows: list[tuple[str, ...]] = []
    places = _areas(rng, study)
    turns = len(study.waves)
    for one in _STATISTICS:
        for area in places:
            local = one.level + 0.08 * one.level * float(rng.standard_normal())
            for turn, year in enumerate(study.waves):
                trend = progress(region_design(area.region).trend, turn, turns) if area.region else 0.0
                noise = 0.02 * one.level * float(rng.standard_normal())
                total = min(max(local + noise + one.gain * trend, 0.1), 99.9)
                values = {_TOTAL: total}
                if one.genders:
                    values |= {_BOYS: max(total - one.girls, 0.1), _GIRLS: total + one.girls}
                for gender, value in values.items():
                    hidden = one.survey and area.children < _SMALL
                    count = "" if one.survey else str(round(area.children * value / 100))
                    shown = "" if hidden else f"{value:.1f}".replace(".", ",")
                    rows.append(
                        (one.title + _NOTE, one.indicator, area.name, area.code, gender, str(year), shown, count)
                    )
    for area in places:
        for turn, year in enumerate(study.waves):
            number = str(round(area.children * (1 - 0.012 * turn)))
            rows.append((_CHILDREN[1] + _NOTE, _CHILDREN[0], area.name, area.code, _TOTAL, str(year), number, number))
    sheet = Sheet.clean(pl.DataFrame(rows, schema=COLUMNS, orient="row"))
    shares = (sheet.rows["value"] != "").to_list()
    sheet = sheet.soil(rng, ["value"], ["..", "n. 12"], rule="bad_number", share=0.006, among=shares)
    sheet = sheet.soil(rng, ["area"], [""], rule="missing_key", share=0.002)
    return sheet.repeat(rng, share=0.006).ordered()


def eligible(rng: np.random.Generator, study: Study) -> Sheet:
    """Write how many children LP discussions are meant for, by municipality, county and year.

    The numbers are made up so that the example's discussions, which are few, reach a part of them that can be seen.
    """
    rows: list[tuple[str, ...]] = []
    for region in study.regions:
        codes = sorted(region.municipalities)
        sizes = np.round(np.exp(rng.normal(math.log(60), 0.4, len(codes)))).astype(int).tolist()
        sizes = [int(size) + (640 if region.level == "city" else 0) for size in sizes]
        places = [(region.municipalities[code], code, size) for code, size in zip(codes, sizes, strict=True)]
        if region.level == "county":
            places.append((f"{region.title.fi} (hyvinvointialue)", region.code, sum(sizes)))
        for turn, year in enumerate(study.waves):
            for name, code, size in places:
                number = str(size - turn)  # a county loses a child for each of its municipalities
                if code == region.code and region.level == "county":
                    number = str(size - turn * len(codes))
                rows.append((_ELIGIBLE[1] + _NOTE, _ELIGIBLE[0], name, code, _TOTAL, str(year), number, number))
    sheet = Sheet.clean(pl.DataFrame(rows, schema=COLUMNS, orient="row"))
    return sheet.repeat(rng, share=0.02).ordered()


def _areas(rng: np.random.Generator, study: Study) -> list[_Area]:
    """List every area with a made-up number of children; a county is the sum of its municipalities."""
    found = []
    for region in study.regions:
        codes = sorted(region.municipalities)
        sizes = np.round(np.exp(rng.normal(math.log(1600), 0.9, len(codes)))).astype(int).tolist()
        if region.level == "city":
            sizes = [int(size) + 38_000 for size in sizes]
        members = [
            _Area(region.municipalities[code], code, int(size), region.key)
            for code, size in zip(codes, sizes, strict=True)
        ]
        found += members
        if region.level == "county":
            name = f"{region.title.fi} (hyvinvointialue)"
            found.append(_Area(name, region.code, sum(one.children for one in members), region.key))
    return [*found, _Area("Koko maa", "358", 1_010_000, "")]
