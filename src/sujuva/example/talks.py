"""LP discussions about some of the panel's children: one row a topic, first discussions and follow-ups.

A topic is a vulnerability when a latent burden exceeds the environment's upper threshold, a strength when it lies
below the lower one, and neither in between. The burden has variance 1: a part of the child, a part of the topic, and
a part of the moment. At the follow-up it has come down by what the region's work gains. First and follow-up are then
two normal variables with a known correlation, so that shares of transitions are known, too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from sujuva.example.case_design import working_day
from sujuva.example.design import Trend, progress, region_design
from sujuva.example.population import Population, Study, age_group
from sujuva.example.sheet import Sheet, happens

COLUMNS = [
    "LP-tunnus", "Lapsi", "Pvm", "Alue", "Yksikkö", "Ikäryhmä", "Lokikirja",
    "Ympäristö", "Aihe", "Arvio", "Suunnitelma", "Vastuu sovittu", "Määräaika", "Toteutuminen",
    "Seuranta sovittu", "Vanhemmat paikalla", "Lapsi paikalla", "Neuvonpito tarpeen", "Neuvonpito pidetty",
]  # fmt: skip
FORMS = {
    "daycare": "Varhaiskasvatus",
    "preschool": "Esikoulu",
    "primary_adults": "Alakoulu, aikuiset",
    "primary_child": "Alakoulu, lapsi mukana",
    "lower_secondary_adults": "Yläkoulu, aikuiset",
    "lower_secondary_youth": "Yläkoulu, nuori mukana",
}
STRONG, VULNERABLE, NEITHER, SKIPPED = "Vahvuus", "Haavoittuvuus", "Ei kumpikaan", "Ei käsitelty"
PERSONS_PER_CHILD = 4
"""One in so many of the panel's persons has a discussion."""
_YES, _NO = "kyllä", "ei"
_OLDEST = {"daycare": 5, "preschool": 6, "primary": 12}
_FIRST, _LAST = 10, 150  # days of a year on which a first discussion may be
_SOONEST, _LATEST = 100, 190  # days until the follow-up, which is in the same year


CHILD, TOPIC = 0.25, 0.35
"""Parts of the burden's variance that stay from the first discussion to the follow-up."""
NOT_DISCUSSED = 0.06
FOLLOWED_UP = 0.55
ON_STRENGTH = 0.25  # of strengths that something is planned about
_PILOT = 0.12  # part of the children where the work has not begun


@dataclass(frozen=True)
class Environment:
    """An environment: how many topics it has, the letter of their codes, and its thresholds."""

    word: str
    letter: str
    topics: int
    vulnerable: float
    strong: float


ENVIRONMENTS = {
    "home": Environment("Koti", "K", 4, 0.75, 0.35),
    "daycare": Environment("Varhaiskasvatus", "V", 4, 0.65, 0.25),
    "school": Environment("Koulu", "S", 4, 0.50, 0.15),
    "leisure": Environment("Vapaa-aika", "L", 3, 0.60, 0.30),
}


@dataclass(frozen=True)
class Work:
    """How a region carries the work out: what the burden comes down by until the follow-up, and shares."""

    gain: float
    plan: float  # of vulnerabilities that something is planned about
    done: float  # of plans of known outcome that were done, at least in part
    care: float  # of discussions with dates and people for every plan, and with a day for the follow-up
    needed: float  # of discussions that find a network meeting necessary
    held: float  # of those that then have one


_WORK: dict[Trend, Work] = {
    "early": Work(0.60, 0.88, 0.86, 0.90, 0.16, 0.85),
    "late": Work(0.45, 0.74, 0.76, 0.75, 0.12, 0.75),
    "steady": Work(0.30, 0.58, 0.66, 0.60, 0.10, 0.65),
}


def work_of(region: str) -> Work:
    """Return how a region carries the work out."""
    return _WORK[region_design(region).trend]


def part_of_children(region: str, turn: int, turns: int) -> float:
    """Return which part of a region's children may be chosen at a wave: all, a pilot's, or none before the work."""
    trend = region_design(region).trend
    if trend == "steady":
        return _PILOT if turn == turns - 1 else 0.0
    return 1.0 if progress(trend, turn, turns) > 0 or turns == 1 else 0.0


def burden(region: str, *, follow_up: bool) -> float:
    """Return the mean burden of a region's children at the first discussion or the follow-up."""
    return -0.5 * region_design(region).level - (work_of(region).gain if follow_up else 0.0)


def talks(rng: np.random.Generator, population: Population, study: Study) -> tuple[Sheet, list[dict[str, Any]]]:
    """Write the discussions; count the children with a first discussion and a follow-up, by region and year."""
    children = _children(rng, population, study)
    followed = happens(rng, children.height, FOLLOWED_UP)
    deck = (rng.permutation(2 * children.height) + 1).tolist()
    rows: list[tuple[str, ...]] = []
    for place, child in enumerate(children.iter_rows(named=True)):
        rows += _of_child(rng, child, (deck[2 * place], deck[2 * place + 1]), followed=bool(followed[place]))
    sheet = _soiled(rng, Sheet.clean(pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")))
    visits = children.with_columns(follow_ups=pl.Series(followed)).group_by("region", "wave")
    counted = visits.agg(children=pl.len(), follow_ups=pl.col("follow_ups").sum()).sort("region", "wave")
    return sheet, counted.to_dicts()


def _children(rng: np.random.Generator, population: Population, study: Study) -> pl.DataFrame:
    """Choose the children, and for each the wave of the first discussion: one in which the child takes part."""
    people = population.participation.with_row_index("row")
    units = population.units.select("kind", "unit").with_row_index("unit_row").cast({"unit_row": pl.Int64})
    turns = len(study.waves)
    parts = {
        (region.key, wave): part_of_children(region.key, turn, turns)
        for region in study.regions
        for turn, wave in enumerate(study.waves)
    }
    chances = np.array([parts[key] for key in people.select("region", "wave").iter_rows()])
    lot = rng.random(people.height)
    able = people.with_columns(lot=pl.Series(lot)).filter(pl.Series(lot < chances)).join(units, on="unit_row")
    able = able.filter(pl.col("kind") != "palvelu").sort("lot", "row")
    chosen = able.unique("person", keep="first", maintain_order=True)
    number = population.participation["person"].n_unique() // PERSONS_PER_CHILD
    # In the order of the lot those where few may be chosen would all come first.
    order = pl.Series(rng.permutation(chosen.height))
    titles = {region.key: region.title.fi for region in study.regions}
    title = pl.col("region").replace_strict(titles, return_dtype=pl.String)
    return chosen[order].head(number).with_columns(title=title)


def _of_child(
    rng: np.random.Generator, child: dict[str, Any], keys: tuple[int, int], *, followed: bool
) -> list[tuple[str, ...]]:
    """Return the rows of a child's first discussion and, where there is one, of the follow-up."""
    middle = "daycare" if child["age"] <= _OLDEST["preschool"] else "school"
    places = [key for key in ("home", middle, "leisure") for _ in range(ENVIRONMENTS[key].topics)]
    lasting = math.sqrt(CHILD) * float(rng.standard_normal()) + math.sqrt(TOPIC) * rng.standard_normal(len(places))
    form = _form(child["age"], youth=bool(rng.random() < 0.5))  # noqa: PLR2004
    new_year = int(np.datetime64(f"{child['wave']}-01-01", "D").astype(int))
    first = int(working_day(np.array([new_year + rng.integers(_FIRST, _LAST)]))[0])
    later = int(working_day(np.array([first + rng.integers(_SOONEST, _LATEST)]))[0])
    rows = []
    for visit, day in enumerate((first, later) if followed else (first,)):
        moment = math.sqrt(1 - CHILD - TOPIC) * rng.standard_normal(len(places))
        found = burden(child["region"], follow_up=visit == 1) + lasting + moment
        topics = _topics(rng, child["region"], places, found, day, looked_back=followed and visit == 0)
        head, tail = _talk(rng, child, form, day, key=keys[visit], again=later if visit == 0 else None)
        rows += [(*head, *topic, *tail) for topic in topics]
    return rows


def _form(age: int, *, youth: bool) -> str:
    if age <= _OLDEST["preschool"]:
        return "daycare" if age <= _OLDEST["daycare"] else "preschool"
    if age <= _OLDEST["primary"]:
        return "primary_child" if youth else "primary_adults"
    return "lower_secondary_youth" if youth else "lower_secondary_adults"


def _topics(
    rng: np.random.Generator, region: str, places: list[str], found: np.ndarray, day: int, *, looked_back: bool
) -> list[tuple[str, ...]]:
    """Rate the topics, and agree on what is done; what came of it is known where somebody looked back."""
    work = work_of(region)
    rows: list[tuple[str, ...]] = []
    careful = rng.random() < work.care
    number: dict[str, int] = {}
    for place, level in zip(places, found.tolist(), strict=True):
        one = ENVIRONMENTS[place]
        number[place] = number.get(place, 0) + 1
        lots = rng.random(7).tolist()
        rating = VULNERABLE if level > one.vulnerable else STRONG if level < one.strong else NEITHER
        rating = SKIPPED if lots[0] < NOT_DISCUSSED else rating
        plan = responsible = due = outcome = ""
        if rating in (VULNERABLE, STRONG):
            planned = lots[1] < (work.plan if rating == VULNERABLE else ON_STRENGTH)
            plan = _YES if planned else _NO
            if planned:
                responsible = _YES if careful or lots[2] < 0.6 else _NO  # noqa: PLR2004
                due = _day(day + 14 + int(lots[3] * 75)) if careful or lots[4] < 0.6 else ""  # noqa: PLR2004
                outcome = _outcome(work.done, lots[5], lots[6]) if looked_back else ""
        rows.append((one.word, f"{one.letter}{number[place]}", rating, plan, responsible, due, outcome))
    return rows


def _outcome(done: float, lot: float, known: float) -> str:
    if known < 0.1:  # noqa: PLR2004
        return "ei tiedossa"
    if lot < done:
        return "toteutui" if lot < 0.7 * done else "toteutui osittain"
    return "ei toteutunut"


def _talk(
    rng: np.random.Generator, child: dict[str, Any], form: str, day: int, *, key: int, again: int | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what all rows of a discussion repeat, before and after the topic."""
    work, lots = work_of(child["region"]), rng.random(5).tolist()
    needed = lots[0] < work.needed
    takes_part = form.endswith(("child", "youth"))
    who = (child["respondent"], _day(day), child["title"], child["unit"], age_group(child["age"]))
    tail = (
        _day(again) if again is not None and lots[1] < work.care else "",
        _YES if lots[2] < 0.97 else _NO,  # noqa: PLR2004
        _YES if takes_part and lots[3] < 0.9 else _NO,  # noqa: PLR2004
        _YES if needed else _NO,
        _YES if needed and lots[4] < work.held else _NO,
    )
    return (f"LP{key:04d}", *who, FORMS[form]), tail


def _day(day: int) -> str:
    moment = np.datetime64(day, "D").item()
    return f"{moment.day}.{moment.month}.{moment.year}"


def _soiled(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    rows = sheet.rows
    sheet = sheet.soil(rng, ["Pvm"], ["31.2.2024", "toukokuussa", "14.14.2023"], rule="wrong_date", share=0.002)
    sheet = sheet.soil(rng, ["Arvio"], ["Haavottuvuus", "vahv."], rule="value_not_in_map", share=0.002)
    sheet = sheet.soil(rng, ["Alue"], ["Takamaa"], rule="unknown_region", share=0.001)
    sheet = sheet.soil(rng, ["Aihe"], [""], rule="missing_key", share=0.001)
    sheet = sheet.soil(rng, ["Arvio"], [""], rule="missing_value", share=0.001)
    # Somebody wrote a sentence where a code belongs: it must go no further than the quarantine.
    sentence = ["jutellaan lisää ensi viikolla"]
    sheet = sheet.soil(rng, ["Aihe"], sentence, rule="contract_lp_topics_topic_regex", share=0.0005)
    dated, unplanned = (rows["Määräaika"] != "").to_list(), (rows["Suunnitelma"] == _NO).to_list()
    sheet = sheet.soil(rng, ["Määräaika"], ["1.2.2021"], rule="impossible_order", share=0.001, among=dated)
    sheet = sheet.soil(rng, ["Toteutuminen"], ["toteutui"], rule="outcome_without_plan", share=0.001, among=unplanned)
    strangers = [f"X{number:05d}" for number in range(1, rows.height + 1)]
    sheet = sheet.soil(rng, ["Lapsi"], strangers, rule="talk_disagrees", share=0.001)
    return sheet.repeat(rng, share=0.003).ordered()
