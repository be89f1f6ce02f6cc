"""Statistics of areas in the shape of a Sotkanet export. Titles and numbers are made up and say so.

Registers have a history: their numbers begin before the first wave and come every year, while the statistics of
surveys are there in the years of the survey alone. The two rates of change are those that an evaluation of Lapset
puheeksi published (Niemelä et al. 2019, Front. Psychiatry 10:64: Finland +1.9, Raahe −6.9 per cent a year); levels,
places and years are made up.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from sujuva.codebooks import Region
from sujuva.example.design import progress, region_design
from sujuva.example.population import Study
from sujuva.example.sheet import Sheet

CARE, CHILDREN, COUNTRY = "90004", "90005", "358"
HISTORY = 5
"""Years before the first wave."""
_NATIONAL, _IMPROVING = 1.019, 0.931  # what a year multiplies the share in child protection by
_FEWER = 0.012  # of the first wave's children are gone after each year
_FEWEST = 0.1

COLUMNS = ["title", "indicator", "area_name", "area", "gender", "year", "value", "absolute"]
"""What the columns hold; the file itself has no header."""

MONTH_COLUMNS = ["Tiedot", "Indikaattori", "Aluekoodi", "Alue", "Kuukausi", "Arvo"]
"""Header of the table by month."""

_SMALL = 1500  # children in an area below which a school survey would show nothing
_Row = tuple[str, ...]
_TOTAL, _BOYS, _GIRLS = "yhteensä", "miehet", "naiset"


@dataclass(frozen=True)
class Statistic:
    """A made-up survey: its level (per cent), and how far a region that improves moves it."""

    indicator: str
    title: str
    level: float
    gain: float
    girls: float = 0.0
    genders: bool = False


_SURVEYS = (
    Statistic("90001", "Tuntee itsensä usein yksinäiseksi, % oppilaista", 15.0, -3.0),
    Statistic("90002", "Kohtalainen tai vaikea ahdistuneisuus, % oppilaista", 19.0, -4.0, 9.0, True),
    Statistic("90003", "Harrastaa jotakin vähintään yhtenä päivänä viikossa, % oppilaista", 88.0, 3.0),
)
_TITLES = {
    CARE: "Lastensuojelun avohuollon asiakkaita, % 0-17-vuotiaista",
    CHILDREN: "0-17-vuotiaita vuoden lopussa, lkm",
}
_PLACED = ("90007", "Kodin ulkopuolelle sijoitettuja lapsia, / 1 000 0-17-vuotiasta")
_LONG = 17  # years before the first wave
_PLACED_LEVEL, _PLACED_SPREAD = 12.0, 0.2
_RISE, _SHOCK, _DRIFTING, _UNEVEN = 0.03, 0.01, 0.02, 0.015  # a year, on the log scale
_REPORTS = ("90008", "Lastensuojeluilmoituksia kuukaudessa, / 1 000 0-17-vuotiasta")
_REPORT_YEARS = 7  # before the first wave
_REPORT_LEVEL, _REPORT_SPREAD = 9.0, 0.15
_SCHOOL_YEAR = (0.02, 0.05, 0.08, 0.04, 0.1, -0.12, -0.45, -0.05, 0.15, 0.1, 0.12, -0.04)  # by month, on the log scale
_MONTHLY_RISE, _MONTHLY_UNEVEN = 0.003, 0.04
_ELIGIBLE = ("90006", "LP-keskustelujen kohderyhmään kuuluvia lapsia, lkm")
_NOTE = " (synteettinen)"
_CARE_LEVEL = 4.6
_BETWEEN, _NOISE = 0.08, 0.02  # spread of areas, and of the years of one area, relative to the level
_BIRTHS = 0.004  # spread of the years' numbers of children


def register_years(study: Study) -> list[int]:
    """Return the years of the registers: every one from before the first wave to the last wave."""
    return list(range(study.waves[0] - HISTORY, study.waves[-1] + 1))


def turning_year(region: str, study: Study) -> int | None:
    """Return the last wave at which a region has not begun to improve; None where it never does."""
    trend = region_design(region).trend
    steps = [progress(trend, turn, len(study.waves)) for turn in range(len(study.waves))]
    return study.waves[steps.count(0.0) - 1] if steps[-1] > 0 else None


def care_factor(region: str, year: int, study: Study) -> float:
    """Return the share in child protection relative to the first wave; "" as the region is the whole country."""
    turn = turning_year(region, study) if region else None
    bend = year if turn is None else min(year, turn)
    return float(_NATIONAL ** (bend - study.waves[0]) * _IMPROVING ** (year - bend))


def children_factor(year: int, study: Study) -> float:
    """Return the number of children relative to the first wave."""
    return max(1 - _FEWER * (year - study.waves[0]), _FEWEST)


@dataclass(frozen=True)
class _Area:
    name: str
    code: str
    children: int
    region: str


def areas(rng: np.random.Generator, history: np.random.Generator, study: Study) -> Sheet:
    """Write five indicators for the municipalities and counties of the study and for the whole country.

    The years without a wave, which only registers have, draw from the stream `history`.
    """
    places = _areas(rng, study)
    rows = [row for one in _SURVEYS for area in places for row in _survey(rng, one, area, study)]
    levels: list[float] = []
    for area in places:
        level = _CARE_LEVEL + _BETWEEN * _CARE_LEVEL * float(rng.standard_normal())
        noise = (_NOISE * _CARE_LEVEL * rng.standard_normal(len(study.waves))).tolist()
        rows += [_care(area, year, level + one, study) for year, one in zip(study.waves, noise, strict=True)]
        levels.append(level)
    rows += [_number(area, year, 1.0, study) for area in places for year in study.waves]
    sheet = Sheet.clean(pl.DataFrame(rows, schema=COLUMNS, orient="row"))
    shares = (sheet.rows["value"] != "").to_list()
    sheet = sheet.soil(rng, ["value"], ["7*", "n. 12"], rule="bad_number", share=0.006, among=shares)
    sheet = sheet.soil(rng, ["area"], [""], rule="missing_key", share=0.002)
    sheet = sheet.repeat(rng, share=0.006)
    # What is soiled was drawn before the other years are there: they move no number and no error of the waves.
    other = _other_years(history, study, dict(zip(places, levels, strict=True)))
    starts = {row[:4]: place - len(study.waves) + 1 for place, row in enumerate(rows)}
    steps = [starts[row[:4]] + _step(int(row[5]), study) for row in other]
    return sheet.put(pl.DataFrame(other, schema=COLUMNS, orient="row"), steps).ordered()


def _survey(rng: np.random.Generator, one: Statistic, area: _Area, study: Study) -> list[_Row]:
    """Write a survey of one area in every wave; too small an area shows nothing."""
    local = one.level + _BETWEEN * one.level * float(rng.standard_normal())
    rows: list[_Row] = []
    for turn, year in enumerate(study.waves):
        trend = progress(region_design(area.region).trend, turn, len(study.waves)) if area.region else 0.0
        noise = _NOISE * one.level * float(rng.standard_normal())
        total = _bounded(local + noise + one.gain * trend)
        values = {_TOTAL: total}
        if one.genders:
            values |= {_BOYS: max(total - one.girls, 0.1), _GIRLS: total + one.girls}
        for gender, value in values.items():
            shown = "" if area.children < _SMALL else _comma(value)
            rows.append((one.title + _NOTE, one.indicator, area.name, area.code, gender, str(year), shown, ""))
    return rows


def _care(area: _Area, year: int, level: float, study: Study) -> _Row:
    """Write how many children are in child protection, where the share of the first wave would be `level`."""
    share = _bounded(level * care_factor(area.region, year, study))
    count = str(round(area.children * children_factor(year, study) * share / 100))
    return (_TITLES[CARE] + _NOTE, CARE, area.name, area.code, _TOTAL, str(year), _comma(share), count)


def _number(area: _Area, year: int, births: float, study: Study) -> _Row:
    """Write how many children there are."""
    number = str(round(area.children * children_factor(year, study) * births))
    return (_TITLES[CHILDREN] + _NOTE, CHILDREN, area.name, area.code, _TOTAL, str(year), number, number)


def _other_years(rng: np.random.Generator, study: Study, levels: Mapping[_Area, float]) -> list[_Row]:
    """Write the registers in the years that have no wave."""
    years = [year for year in register_years(study) if year not in study.waves]
    rows = []
    for area, level in levels.items():
        noise = (_NOISE * _CARE_LEVEL * rng.standard_normal(len(years))).tolist()
        rows += [_care(area, year, level + one, study) for year, one in zip(years, noise, strict=True)]
    # More or fewer births than usual, the same everywhere: a county stays the sum of its municipalities.
    births = np.exp(_BIRTHS * rng.standard_normal(len(years))).tolist()
    return rows + [_number(area, year, one, study) for area in levels for year, one in zip(years, births, strict=True)]


def _step(year: int, study: Study) -> float:
    """Return where a year without a wave stands among the rows of its series, counted from that of the first wave."""
    turn = bisect(study.waves, year)
    before = study.waves[turn - 1] if turn else study.waves[0] - HISTORY - 1
    return turn - (study.waves[turn] - year) / (study.waves[turn] - before)


def _bounded(share: float) -> float:
    return min(max(share, 0.1), 99.9)


def _comma(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


def placed(rng: np.random.Generator, study: Study) -> Sheet:
    """Write a register with a long history: a rate that rises alike everywhere, but for chance.

    It is there to be forecast; what happens in the network's years moves nothing in it.
    """
    years = list(range(study.waves[0] - _LONG, study.waves[-1] + 1))
    rise = _RISE + _SHOCK * rng.standard_normal(len(years))
    rows: list[_Row] = []
    for area in _areas(rng, study):
        own = rise + _DRIFTING * rng.standard_normal(len(years)) * bool(area.region)
        level = math.log(_PLACED_LEVEL) + _PLACED_SPREAD * float(rng.standard_normal()) * bool(area.region)
        uneven = _UNEVEN * rng.standard_normal(len(years))
        values = np.exp(level + np.cumsum(own) + uneven).tolist()
        head = (_PLACED[1] + _NOTE, _PLACED[0], area.name, area.code, _TOTAL)
        rows += [(*head, str(year), _comma(value), "") for year, value in zip(years, values, strict=True)]
    sheet = Sheet.clean(pl.DataFrame(rows, schema=COLUMNS, orient="row"))
    return sheet.repeat(rng, share=0.01).ordered()


def reports(rng: np.random.Generator, study: Study) -> Sheet:
    """Write a statistic by month, as a table of Statistics Finland is saved: few in summer, and slowly more.

    It is there to be forecast; what happens in the network's years moves nothing in it.
    """
    months = [
        (year, month) for year in range(study.waves[0] - _REPORT_YEARS, study.waves[-1] + 1) for month in range(12)
    ]
    seasons = np.array([_SCHOOL_YEAR[month] for _, month in months])
    rows: list[_Row] = []
    for area in _areas(rng, study):
        level = math.log(_REPORT_LEVEL) + _REPORT_SPREAD * float(rng.standard_normal()) * bool(area.region)
        uneven = _MONTHLY_UNEVEN * rng.standard_normal(len(months))
        values = np.exp(level + seasons + _MONTHLY_RISE * np.arange(len(months)) + uneven).tolist()
        head = (_REPORTS[1] + _NOTE, _REPORTS[0], area.code, area.name)
        rows += [
            (*head, f"{year}M{month + 1:02}", _comma(value))
            for (year, month), value in zip(months, values, strict=True)
        ]
    sheet = Sheet.clean(pl.DataFrame(rows, schema=MONTH_COLUMNS, orient="row"))
    sheet = sheet.soil(
        rng, ["Kuukausi"], ["2024M13", "maaliskuu"], rule="contract_area_months_month_regex", share=0.0005
    )
    return sheet.repeat(rng, share=0.002).ordered()


def eligible(rng: np.random.Generator, study: Study) -> Sheet:
    """Write how many children LP discussions are meant for, by municipality, county and year.

    The numbers are made up so that the example's discussions, which are few, reach a part of them that can be seen.
    """
    rows: list[_Row] = []
    for region in study.regions:
        places = _places(rng, region, 60, 0.4, in_city=640)
        for turn, year in enumerate(study.waves):
            for area, members in places:
                number = str(area.children - turn * members)
                head = (_ELIGIBLE[1] + _NOTE, _ELIGIBLE[0], area.name, area.code, _TOTAL)
                rows.append((*head, str(year), number, number))
    sheet = Sheet.clean(pl.DataFrame(rows, schema=COLUMNS, orient="row"))
    return sheet.repeat(rng, share=0.02).ordered()


def _areas(rng: np.random.Generator, study: Study) -> list[_Area]:
    """List every area with a made-up number of children."""
    found = [area for region in study.regions for area, _ in _places(rng, region, 1600, 0.9, in_city=38_000)]
    return [*found, _Area("Koko maa", COUNTRY, 1_010_000, "")]


def _places(
    rng: np.random.Generator, region: Region, typical: int, spread: float, *, in_city: int
) -> list[tuple[_Area, int]]:
    """List the municipalities of a region and their county, their sum, with the number of municipalities in each."""
    codes = sorted(region.municipalities)
    sizes = np.round(np.exp(rng.normal(math.log(typical), spread, len(codes)))).astype(int).tolist()
    more = in_city if region.level == "city" else 0
    found = [
        (_Area(region.municipalities[code], code, size + more, region.key), 1)
        for code, size in zip(codes, sizes, strict=True)
    ]
    if region.level == "county":
        county = _Area(f"{region.title.fi} (hyvinvointialue)", region.code, sum(sizes), region.key)
        found.append((county, len(codes)))
    return found
