"""What is built into the event log of the families: words of the raw file, and shares by region and year.

The regions that improve from the start come closer to the model of working together: families call one number, meet
sooner, more of what was agreed is done, fewer are lost on the way from one service to the next.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from sujuva.example.design import normal_share, progress, region_design
from sujuva.example.population import Study

ACTIVITIES = {  # in the order of a process
    "contact": "Yhteydenotto",
    "consent": "Suostumus",
    "invitation": "Kutsu",
    "meeting": "Neuvonpito",
    "attendance": "Osallistuminen",
    "action_agreed": "Sovittu asia",
    "referral": "Eteenpäin ohjaus",
    "referral_accepted": "Ohjaus vastaanotettu",
    "service_start": "Palvelu alkoi",
    "action_outcome": "Sovitun asian toteutuminen",
    "follow_up": "Seurantatapaaminen",
    "service_end": "Palvelu päättyi",
    "closure": "Prosessin päätös",
}
TRIGGERS = {
    "divorce": "avioero",
    "parent_illness": "vanhemman sairastuminen",
    "unemployment": "työttömyys",
    "school_problems": "koulunkäynnin pulmat",
    "other": "muu",
}
TRIGGER_WEIGHTS = (0.28, 0.17, 0.15, 0.25, 0.15)
ONE_NUMBER = "one_number"
CONTACTED = {
    ONE_NUMBER: "Perhelinja",
    "child_health": "Neuvola",
    "student_welfare": "Opiskeluhuolto",
    "social_emergency": "Sosiaalipäivystys",
    "daycare": "Varhaiskasvatus",
}
"""Services that families turn to; all but the first are one of many doors."""
HELPING = {  # with the sector
    "family_work": ("Perhetyö", "social"),
    "family_counselling": ("Perheneuvola", "health"),
    "school_support": ("Koulun tuki", "education"),
    "home_help": ("Kotipalvelu", "social"),
    "peer_group": ("Vertaisryhmä", "third"),
}
"""Services that start and end."""
SERVICES = CONTACTED | {key: word for key, (word, _) in HELPING.items()}
NEEDS = {
    "parenting": "vanhemmuus",
    "coping": "jaksaminen",
    "school": "koulunkäynti",
    "mental_health": "mielenterveys",
}
ROLES = {"parent": "vanhempi", "child": "lapsi", "professional": "ammattilainen", "other": "läheinen"}
OUTCOMES = {
    "done": "toteutui",
    "partly": "toteutui osittain",
    "not_done": "ei toteutunut",
    "unknown": "ei tiedossa",
}
SUPPORTS = {"early": "varhainen", "corrective": "korjaava"}

NEVER_MET = 0.08
DELAY_SPREAD = 0.55  # standard deviation of the logarithm of the days
RESERVED = 1
"""The weekday that is kept free for meetings, from Monday 0: Tuesday."""
ON_RESERVED = 0.85  # of all meetings; the others fall on any working day
EARLIEST, LATEST = 3, 350  # days of a year on which a contact may be made
FOLLOW_UP_DAYS, ACCEPT_DAYS = 120, 30
_LONGEST = 400
_PLACES = 6  # decimals in the truth file
_CASE = ["case", "region", "turn"]
_SEVERAL = 3

_EFFECTS = {  # share in the first year, and what full progress of an early region adds
    "one_number": (0.45, 0.30),  # first contact by the one number
    "more_contacts": (0.45, -0.25),  # other services contacted before help
    "onward": (0.35, -0.20),  # sent onward before anybody meets
    "consent": (0.88, 0.08),
    "follow_up": (0.55, 0.25),
    "action_done": (0.48, 0.22),
    "referral_lost": (0.36, -0.22),
    "parent": (0.90, 0.06),
    "child": (0.35, 0.20),
    "third_sector": (0.15, 0.25),
    "at_table": (0.35, 0.25),  # of a further sector, times its weight
    "early": (0.45, 0.20),
}
ORGANISERS = {"education": 0.40, "health": 0.15, "social": 0.45}
GUESTS = {"education": 1.3, "health": 0.9, "social": 1.2, "leisure": 0.5, "parish": 0.25}
"""Further sectors at the table, with the weight of `at_table`; the third sector has a share of its own."""


def effect(name: str, region: str, turn: int, turns: int) -> float:
    """Return a share by design in a region at a year: it changes only where the region improves from the start."""
    first, gain = _EFFECTS[name]
    trend = region_design(region).trend
    return first + (gain * progress(trend, turn, turns) if trend == "early" else 0.0)


def effects(name: str, study: Study) -> np.ndarray:
    """Return a share by design of every region and year (shape regions × years)."""
    turns = len(study.waves)
    return np.array([[effect(name, one.key, turn, turns) for turn in range(turns)] for one in study.regions])


def working_day(day: np.ndarray) -> np.ndarray:
    """Move a day (days since 1970-01-01, a Thursday) that falls on a weekend to the next Monday."""
    weekday = (day + 3) % 7
    return np.asarray(day + np.array([0, 0, 0, 0, 0, 2, 1])[weekday])


def contact_days(year: int, days: np.ndarray) -> np.ndarray:
    """Return the working days that belong to numbers of days in a year."""
    return working_day(int(np.datetime64(f"{year}-01-01", "D").astype(int)) + days)


def meeting_day(contact: np.ndarray, delay: np.ndarray, reserved: np.ndarray) -> np.ndarray:
    """Return the day of the meeting: about `delay` days after the contact.

    Where `reserved` is true it is the nearest reserved weekday after the day of the contact, else the next working day.
    """
    plain = contact + delay
    nearest = plain + (RESERVED - (plain + 3) % 7 + 3) % 7 - 3
    nearest = nearest + 7 * (nearest <= contact)
    return np.where(reserved, nearest, working_day(plain))


def first_reserved(contact: np.ndarray) -> np.ndarray:
    """Return the first reserved day after the day of the contact: on a reserved day itself, that of the next week."""
    return np.asarray(contact + (RESERVED - (contact + 3) % 7 - 1) % 7 + 1)


def reserved_share(median: float, year: int) -> float:
    """Return the share of families that meet at or before the first reserved day, where the median delay is `median`.

    All days of contact are equally likely; the logarithm of the days is normal, and they are rounded to whole days.
    """
    days = contact_days(year, np.arange(EARLIEST, LATEST))[:, None]
    delay = np.arange(1, _LONGEST)[None, :]
    below = [normal_share(math.log((one + 0.5) / median) / DELAY_SPREAD) for one in range(_LONGEST)]
    chance = np.diff([0.0, *below[1:]])
    last = first_reserved(days)
    by_weekday = [
        float(((meeting_day(days, delay, np.array(kept)) <= last).mean(axis=0) * chance).sum())
        for kept in (True, False)
    ]
    return (1 - NEVER_MET) * (ON_RESERVED * by_weekday[0] + (1 - ON_RESERVED) * by_weekday[1])


def sectors_mean(at_table: float, third: float) -> float:
    """Return the mean number of sectors at a meeting: the organiser's, the guests' and the third sector's."""
    guests = sum(
        share * at_table * sum(weight for sector, weight in GUESTS.items() if sector != organiser)
        for organiser, share in ORGANISERS.items()
    )
    return 1 + guests + third


def designed(region: str, turn: int, years: Sequence[int], median: float) -> dict[str, float]:
    """Return what the measures of casework are by design in one region and year."""
    share: dict[str, Any] = {name: effect(name, region, turn, len(years)) for name in _EFFECTS}
    same = ("consent", "follow_up", "action_done", "referral_lost", "parent", "child", "third_sector", "early")
    return {
        "reserved_day": reserved_share(median, years[turn]),
        "one_stop": share["one_number"] * (1 - share["more_contacts"]) * (1 - NEVER_MET),
        "sectors": sectors_mean(share["at_table"], share["third_sector"]),
        **{name: share[name] for name in same},
    }


def measures(events: pl.DataFrame, study: Study, medians: np.ndarray) -> dict[str, Any]:
    """Count the measures of casework, by design and in the clean events (with numbers of region and year, in order).

    A family counts in the region and year of its contact. Days are calendar days; `medians` are those from contact to
    meeting by design (regions × years). What a measure is of (its size) is as in `sujuva.moments.casework_moments`;
    the two are worked out apart from each other.

    Returns:
        What was assumed, and one entry a region, year and measure: `total` of `size`, and the share (or mean) by
        design, null where the design does not say.
    """
    until = int(events["day"].max())  # type: ignore[arg-type]
    found = _of_families(events, until) | _of_meetings(events, until) | _of_the_rest(events, until)
    rows = []
    for (place, region), (turn, wave) in itertools.product(enumerate(study.regions), enumerate(study.waves)):
        design = designed(region.key, turn, study.waves, float(medians[place, turn]))
        for name, counted in found.items():
            mine = counted.filter(region=place, turn=turn)
            told = round(design[name], _PLACES) if name in design else None
            total, size = mine["total"].sum(), mine["size"].sum()
            rows.append(
                {"region": region.key, "wave": wave, "measure": name, "design": told}
                | {"total": total if total % 1 else int(total), "size": int(size)}
            )
    return {
        "observed_until": str(np.datetime64(until, "D")),
        "follow_up_days": FOLLOW_UP_DAYS,
        "accept_days": ACCEPT_DAYS,
        "reserved_weekday": "tuesday",
        "reserved_same_day": False,
        "one_number": ONE_NUMBER,
        "measures": rows,
    }


def _of(events: pl.DataFrame, activity: str) -> pl.DataFrame:
    return events.filter(pl.col("activity") == activity)


def _first(events: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return when the first of some events of each case was: minutes since 1970-01-01."""
    return events.group_by("case").agg(_moment().min().alias(name))


def _moment() -> pl.Expr:
    return pl.col("day") * 1440 + pl.col("minute")


def _counted(frame: pl.DataFrame, total: pl.Expr) -> pl.DataFrame:
    return frame.select("region", "turn", total=total.fill_null(0).cast(pl.Float64), size=pl.lit(1))


def _of_families(events: pl.DataFrame, until: int) -> dict[str, pl.DataFrame]:
    contacts = _of(events, "contact").with_columns(at=_moment())
    cases = contacts.sort("at").unique("case", keep="first", maintain_order=True)
    steps = events.filter(~pl.col("activity").is_in(["contact", "consent"]))
    for name, part in (("met", _of(events, "meeting")), ("agreed", _of(events, "consent")), ("step", steps)):
        cases = cases.join(_first(part, name), on="case", how="left", maintain_order="left")
    others = contacts.join(cases.select("case", "met", first="at"), on="case")
    others = others.filter((pl.col("at") > pl.col("first")) & (pl.col("at") < pl.col("met")))
    cases = cases.join(others.group_by("case").len("others"), on="case", how="left", maintain_order="left")
    cases = cases.with_columns(due=pl.Series(first_reserved(cases["day"].to_numpy())))
    straight = (pl.col("service") == ONE_NUMBER) & pl.col("met").is_not_null() & pl.col("others").is_null()
    in_time = pl.col("agreed") <= pl.col("step").fill_null(pl.col("agreed"))
    begun = cases.filter(pl.col("agreed").is_not_null() | pl.col("step").is_not_null())
    waited = cases.filter(pl.col("met").is_not_null() | (pl.col("due") < until))
    return {
        "consent": _counted(begun, in_time),
        "one_stop": _counted(cases, straight),
        "reserved_day": _counted(waited, pl.col("met") // 1440 <= pl.col("due")),
    }


def _of_meetings(events: pl.DataFrame, until: int) -> dict[str, pl.DataFrame]:
    meetings = _of(events, "meeting").select(*_CASE, "item", "day")
    held = _of(events, "follow_up").group_by("case", "item").agg(follow_up=pl.col("day").min())
    # Those that are younger are left out even when they have been followed up: only the quick ones would count.
    asked = meetings.filter(until - pl.col("day") >= FOLLOW_UP_DAYS).join(held, on=["case", "item"], how="left")
    own = pl.col("role").is_in(["parent", "child"])
    table = (
        _of(events, "attendance")
        .group_by("case", "item")
        .agg(
            sectors=pl.col("sector").filter(~own).drop_nulls().n_unique(),
            third_sector=(pl.col("sector") == "third").any(),
            parent=(pl.col("role") == "parent").any(),
            child=(pl.col("role") == "child").any(),
        )
    )
    seen = meetings.join(table, on=["case", "item"])
    known = seen.filter(pl.col("sectors") > 0)
    return {
        "follow_up": _counted(asked, pl.col("follow_up") - pl.col("day") <= FOLLOW_UP_DAYS),
        **{name: _counted(seen, pl.col(name)) for name in ("parent", "child")},
        **{name: _counted(known, pl.col(name)) for name in ("sectors", "third_sector")},
        "sectors_3": _counted(known, pl.col("sectors") >= _SEVERAL),
    }


def _of_the_rest(events: pl.DataFrame, until: int) -> dict[str, pl.DataFrame]:
    old = until - pl.col("day") >= FOLLOW_UP_DAYS
    agreed = _of(events, "action_agreed").filter(old).select("case", "item")
    known = (
        _of(events, "action_outcome")
        .filter(pl.col("outcome") != "unknown")
        .join(agreed, on=["case", "item"], how="semi")
    )
    value = pl.when(pl.col("outcome") == "done").then(1.0).when(pl.col("outcome") == "partly").then(0.5).otherwise(0.0)
    accepted = _of(events, "referral_accepted").group_by("case", "item").agg(accepted=pl.col("day").min())
    sent = _of(events, "referral").join(accepted, on=["case", "item"], how="left")
    sent = sent.filter(until - pl.col("day") >= ACCEPT_DAYS)
    lost = pl.col("accepted").is_null() | (pl.col("accepted") - pl.col("day") > ACCEPT_DAYS)
    started = _of(events, "service_start").drop_nulls("support")
    return {
        "action_done": _counted(known, pl.col("outcome") == "done"),
        "action_done_half": _counted(known, value),
        "referral_lost": _counted(sent, lost),
        "early": _counted(started, pl.col("support") == "early"),
    }
