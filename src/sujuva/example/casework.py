"""Families on their way to help: an event log from contact to closure, in local time of working days."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from sujuva.codebooks import load_sectors
from sujuva.example.chance import happens
from sujuva.example.design import delay_median, region_design
from sujuva.example.population import Study, apportion
from sujuva.example.sheet import Sheet

ACTIVITIES = {  # in the order of a process
    "contact": "Yhteydenotto",
    "consent": "Suostumus",
    "invitation": "Kutsu",
    "meeting": "Neuvonpito",
    "action_agreed": "Sovittu asia",
    "referral": "Eteenpäin ohjaus",
    "service_start": "Palvelu alkoi",
    "action_outcome": "Sovitun asian toteutuminen",
    "follow_up": "Seurantatapaaminen",
    "service_end": "Palvelu päättyi",
    "closure": "Prosessin päätös",
}
NEVER_MET = 0.08
DELAY_SPREAD = 0.55  # standard deviation of the logarithm of the days
_EARLY, _LATE = 3, 350  # days of a year on which a contact may be made
_EXTRACTED = 45  # days after the last year at which the log was taken out of the system


@dataclass
class _Log:
    """Events in the making: columns of equal length."""

    case: list[int]
    activity: list[str]
    day: list[int]
    minute: list[int]
    sector: list[str]

    def add(
        self, case: np.ndarray, activity: str, day: np.ndarray, minute: np.ndarray, sector: str | np.ndarray
    ) -> None:
        self.case += case.tolist()
        self.activity += [activity] * len(case)
        self.day += working_day(day).tolist()
        self.minute += minute.tolist()
        self.sector += [sector] * len(case) if isinstance(sector, str) else sector.tolist()


def working_day(day: np.ndarray) -> np.ndarray:
    """Move a day (days since 1970-01-01, a Thursday) that falls on a weekend to the next Monday."""
    weekday = (day + 3) % 7
    return np.asarray(day + np.array([0, 0, 0, 0, 0, 2, 1])[weekday])


def casework(rng: np.random.Generator, study: Study, families: int) -> tuple[Sheet, list[dict[str, Any]]]:
    """Write the event log and the truth about the time from contact to meeting.

    Args:
        rng: Stream of this file.
        study: Regions and waves (the years of contact).
        families: Number of families; each has one process.

    Returns:
        The sheet, and one entry a region and year: cases started, cases that met, cases still waiting, the median of
        days by design and as it came out.
    """
    years, turns = study.waves, len(study.waves)
    region = np.repeat(
        np.arange(len(study.regions)), apportion(families, [region_design(one.key).share for one in study.regions])
    )
    turn = rng.integers(0, turns, families)
    first = np.array([int(np.datetime64(f"{year}-01-01", "D").astype(int)) for year in years])
    contact = working_day(first[turn] + rng.integers(_EARLY, _LATE, families))
    medians = np.array([[delay_median(one.key, place, turns) for place in range(turns)] for one in study.regions])
    stretched = np.exp(DELAY_SPREAD * rng.standard_normal(families))
    meeting = working_day(contact + np.maximum(np.round(medians[region, turn] * stretched), 1).astype(int))
    end = int(np.datetime64(f"{years[-1]}-12-31", "D").astype(int)) + _EXTRACTED
    met = ~happens(rng, families, NEVER_MET) & (meeting <= end)

    log = _events(rng, contact, meeting, met)
    keys = [f"P{number:04d}" for number in (rng.permutation(families) + 1).tolist()]
    events = pl.DataFrame(
        {"case": log.case, "activity": log.activity, "day": log.day, "minute": log.minute, "sector": log.sector}
    )
    rank = {activity: place for place, activity in enumerate(ACTIVITIES)}
    events = (
        events.filter(pl.col("day") <= end)
        .with_columns(pl.col("activity").replace_strict(rank, return_dtype=pl.Int32).alias("rank"))
        .unique(["case", "activity", "day", "minute"], keep="first", maintain_order=True)
        .sort("day", "minute", "case", "rank")
    )
    sheet = _soiled(rng, _raw(rng, events, keys, [study.regions[place].title.fi for place in region]))
    truth = []
    for place, one in enumerate(study.regions):
        for number, year in enumerate(years):
            mine = (region == place) & (turn == number)
            days = (meeting - contact)[mine & met].tolist()
            truth.append(
                {
                    "region": one.key,
                    "wave": year,
                    "started": int(mine.sum()),
                    "met": len(days),
                    "waiting": int((mine & ~met).sum()),
                    "median_design": round(medians[place, number], 4),
                    "median_days": statistics.median(days) if days else None,
                }
            )
    return sheet, truth


def _events(rng: np.random.Generator, contact: np.ndarray, meeting: np.ndarray, met: np.ndarray) -> _Log:
    families = len(contact)
    log = _Log([], [], [], [], [])
    everyone = np.arange(families)

    def minutes(size: int, earliest: int = 8, latest: int = 16) -> np.ndarray:
        return np.asarray(5 * rng.integers(earliest * 12, latest * 12, size))

    def sectors(size: int, *weights: float) -> np.ndarray:
        names = np.array(["education", "health", "social", "leisure", "third", "family"])
        share = np.array(weights) / math.fsum(weights)
        return np.asarray(rng.choice(names, size=size, p=share))

    begun = minutes(families, 8, 12)
    log.add(everyone, "contact", contact, begun, sectors(families, 4, 2, 3, 0.5, 0.5, 1))
    asked = happens(rng, families, 0.96)
    log.add(everyone[asked], "consent", contact[asked], begun[asked] + 15, "family")
    gap = np.maximum(meeting - contact, 1)
    invited = everyone[met | happens(rng, families, 0.5)]  # half of those who still wait have an invitation
    offset = np.floor(rng.random(len(invited)) * np.minimum(gap[invited], 4)).astype(int)
    log.add(invited, "invitation", contact[invited] + offset, begun[invited] + 60, "social")
    there = everyone[met]
    at = minutes(len(there), 13, 15)
    log.add(there, "meeting", meeting[there], at, sectors(len(there), 4, 1, 4, 0.5, 0.5, 0))

    for turn, share in enumerate((0.97, 0.75, 0.45)):  # what was agreed, and what came of it
        agreed = happens(rng, len(there), share)
        who = there[agreed]
        doer = sectors(len(who), 4, 2, 3, 1.5, 1.5, 3)
        log.add(who, "action_agreed", meeting[who], at[agreed] + 20 + 10 * turn, doer)
        known = happens(rng, len(who), 0.62)
        later = meeting[who][known] + rng.integers(14, 100, int(known.sum()))
        log.add(who[known], "action_outcome", later, minutes(len(later)), doer[known])
    for activity, share, soonest, latest in (("referral", 0.28, 0, 20), ("follow_up", 0.68, 35, 110)):
        who = there[happens(rng, len(there), share)]
        day = meeting[who] + rng.integers(soonest, latest, len(who))
        log.add(who, activity, day, minutes(len(who), 15, 17), sectors(len(who), 3, 3, 3, 1, 2, 0))
    who = there[happens(rng, len(there), 0.55)]
    start, helper = meeting[who] + rng.integers(3, 40, len(who)), sectors(len(who), 2, 3, 4, 1, 2, 0)
    log.add(who, "service_start", start, minutes(len(who)), helper)
    ended = happens(rng, len(who), 0.6)
    last = start[ended] + rng.integers(30, 240, int(ended.sum()))
    log.add(who[ended], "service_end", last, minutes(len(last)), helper[ended])
    closed = there[happens(rng, len(there), 0.72)]
    day = meeting[closed] + rng.integers(245, 300, len(closed))  # after every service has ended
    log.add(closed, "closure", day, minutes(len(closed)), "social")
    return log


def _raw(rng: np.random.Generator, events: pl.DataFrame, keys: Sequence[str], regions: Sequence[str]) -> Sheet:
    """Put the events into the words and formats of the file; two systems write the time in two ways."""
    titles = {key: sector.title.fi for key, sector in load_sectors().items()}
    time = pl.from_epoch(pl.col("day").cast(pl.Int64) * 86_400 + pl.col("minute") * 60, time_unit="s")
    other = pl.Series(happens(rng, len(keys), 0.3)[events["case"].to_numpy()])
    blank = pl.Series(happens(rng, events.height, 0.008))
    rows = events.select(
        pl.Series("Perhe", [keys[case] for case in events["case"]]),
        pl.col("activity").replace_strict(ACTIVITIES, return_dtype=pl.String).alias("Tapahtuma"),
        pl.when(other)
        .then(time.dt.strftime("%Y-%m-%d %H:%M:%S"))
        .otherwise(time.dt.strftime("%d.%m.%Y %H:%M"))
        .alias("Aika"),
        pl.when(~blank).then(pl.col("sector").replace_strict(titles, return_dtype=pl.String)).alias("Toimiala"),
        pl.Series("Alue", [regions[case] for case in events["case"]]),
    )
    return Sheet.clean(rows)


def _soiled(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Soil what does not decide when a case began or met, so that those medians are known exactly."""
    fixed = [ACTIVITIES["contact"], ACTIVITIES["meeting"]]
    loose = (~sheet.rows["Tapahtuma"].is_in(fixed)).to_list()
    dates = ["31.2.2023 10:00", "12.14.2022 09:30", "ensi viikolla", "15.3.2203 12:00"]
    sheet = sheet.soil(rng, ["Aika"], dates, rule="wrong_date", share=0.003, among=loose)
    labels = ["Seurantatapaamnen", "Sovitu asia", "Puhelu?"]
    sheet = sheet.soil(rng, ["Tapahtuma"], labels, rule="value_not_in_map", share=0.002, among=loose)
    sheet = sheet.soil(rng, ["Alue"], ["Takamaa", "Ei tiedossa"], rule="unknown_region", share=0.002, among=loose)
    sheet = sheet.soil(rng, ["Toimiala"], ["Muu taho"], rule="unknown_sector", share=0.001, among=loose)
    sheet = sheet.soil(rng, ["Perhe"], [None], rule="missing_key", share=0.0008, among=loose)
    # In March the clock goes from three to four at night: nothing can have happened in between.
    skipped = ["27.03.2022 03:30", "2023-03-26 03:10:00"]
    sheet = sheet.soil(rng, ["Aika"], skipped, rule="nonexistent_local_time", share=0.0003, among=loose)
    # Nothing is followed up or closed before anybody called.
    late = [ACTIVITIES["follow_up"], ACTIVITIES["closure"]]
    after = sheet.rows["Tapahtuma"].is_in(late).to_list()
    early = ["04.10.2021 09:00", "2021-11-15 13:30:00"]
    sheet = sheet.soil(rng, ["Aika"], early, rule="impossible_order", share=0.0008, among=after)
    return sheet.repeat(rng, share=0.004).ordered()
