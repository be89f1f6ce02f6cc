"""From a log of events to indicators, once more: family by family, and with another library's curves and calendar."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from dateutil.easter import easter
from lifelines import KaplanMeierFitter

from sujuva.integration import case_indicators, delay_indicators, survival_indicators
from sujuva.moments import CaseSettings, casework_moments
from sujuva.moments.case_durations import public_holidays
from sujuva.tables import CaseEvents

REGIONS = ["oulu", "tampere"]
SECTORS = ["health", "social", "education", "third"]
LIMITS = [7, 14]
SETTINGS = CaseSettings(delay_days=tuple(LIMITS), follow_up_days=60, accept_days=21)
TYPES = {name: kind.dtype for name, kind in CaseEvents.columns().items()}
Event = dict[str, Any]
Domain = tuple[str, int, str]


def weekdays_off(year: int) -> set[date]:
    """The days from Monday to Friday on which Finnish offices are closed, by the almanac's rules."""
    sunday = easter(year)
    eve = next(day for day in (date(year, 6, number) for number in range(19, 26)) if day.weekday() == 4)
    fixed = [(1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26)]
    moving = [sunday - timedelta(days=2), sunday + timedelta(days=1), sunday + timedelta(days=39), eve]
    return {day for day in [*(date(year, *one) for one in fixed), *moving] if day.weekday() < 5}


@pytest.mark.parametrize("year", range(2019, 2031))
def test_the_days_off_are_those_of_the_almanac(year: int) -> None:
    known = public_holidays("FI", year, year)
    assert {day for day in known if day.weekday() < 5} == weekdays_off(year)


Maker = Callable[..., Event]


def family(number: int, draw: random.Random) -> Iterator[Event]:
    """Make a family's events; some have not met, some were closed without, some are young when the log ends."""
    called = datetime.fromisoformat("2022-09-01") + timedelta(days=draw.randrange(840), hours=8 + draw.randrange(8))
    blank = dict.fromkeys(CaseEvents.column_names()) | {"case": f"f{number:03}", "region": REGIONS[number % 2]}

    def event(activity: str, days: float, **more: Any) -> Event:
        own = {"activity": activity, "time": called + timedelta(days=days), "sector": draw.choice(SECTORS)}
        return {**blank, **own, **more}

    service = draw.choice(["one_number", "clinic", None])
    yield event("contact", 0, trigger=draw.choice(["divorce", "other", None]), service=service)
    if draw.random() < 0.3:
        yield event("contact", draw.choice([1.5, 9.5]), service=draw.choice(["one_number", "clinic"]))
    if draw.random() < 0.8:
        yield event("consent", draw.choice([0.25, 1.125, 7.125, 12.25]))
    yield from referrals(event, draw)
    if draw.random() < 0.85:
        yield from meeting(event, draw.choice([1, 3, 6, 7, 8, 13, 14, 15, 20, 33]) + 1 / 8, draw)
    elif draw.random() < 0.5:
        yield event("closure", draw.choice([2, 4, 6, 7, 10, 40]))


def referrals(event: Maker, draw: random.Random) -> Iterator[Event]:
    for turn in range(draw.randrange(3)):
        day, target = 2 + 4 * turn, draw.choice(SECTORS)
        yield event("referral", day, item=f"r{turn}", target=target)
        if draw.random() < 0.7:
            yield event("referral_accepted", day + draw.choice([5, 21, 30]), item=f"r{turn}", sector=target)


def meeting(event: Maker, day: float, draw: random.Random) -> Iterator[Event]:
    yield event("meeting", day, item="m")
    for sector in draw.sample(SECTORS, draw.randrange(1, 4)):
        yield event("attendance", day, item="m", role="professional", sector=sector)
    if draw.random() < 0.5:
        yield event("attendance", day, item="m", role="child", sector=None)
    if draw.random() < 0.7:
        yield event("follow_up", day + draw.choice([30, 60, 90]), item="m")
    for turn in range(draw.randrange(4)):
        yield event("action_agreed", day, item=f"a{turn}")
        if draw.random() < 0.7:
            outcome = draw.choice(["done", "done", "partly", "not_done", "unknown"])
            yield event("action_outcome", day + 25, item=f"a{turn}", outcome=outcome)


def log() -> list[Event]:
    draw = random.Random(20221207)
    last = datetime.fromisoformat("2024-12-31 16:00")
    made = [event for number in range(240) for event in family(number, draw) if event["time"] <= last]
    counted: Counter[str] = Counter()
    for event in made:
        counted[event["case"]] += 1
        event["sequence"] = counted[event["case"]]
    return made


def hours(later: datetime, earlier: datetime) -> float:
    zone = ZoneInfo("Europe/Helsinki")
    both = [time.replace(tzinfo=zone).astimezone(UTC) for time in (later, earlier)]
    return (both[0] - both[1]).total_seconds() / 3600


class Way:
    """What is known of a family: how long it waited, and (total, size) of each measure."""

    def __init__(self, events: list[Event], end: datetime) -> None:  # noqa: PLR0915
        of = lambda activity: [event for event in events if event["activity"] == activity]  # noqa: E731
        first, *others = of("contact")
        called = first["time"]
        self.region, self.wave = first["region"], called.year
        self.groups = ["all", f"caller:{first['sector']}"]
        self.groups += [f"trigger:{first['trigger']}"] if first["trigger"] else []
        meeting = next(iter(of("meeting")), None)
        closed = [event["time"] for event in of("closure")]
        until = meeting["time"] if meeting else min([end, *closed])
        self.met, self.days = meeting is not None, (until.date() - called.date()).days
        self.hours = hours(until, called)
        passed = [called.date() + timedelta(days=number) for number in range(1, self.days + 1)]
        self.workdays = sum(day.weekday() < 5 and day not in weekdays_off(day.year) for day in passed)
        tuesday = next(day for day in (called.date() + timedelta(days=n) for n in range(1, 8)) if day.weekday() == 1)
        age = lambda event: (end.date() - event["time"].date()).days  # noqa: E731
        self.of: dict[str, tuple[float, float]] = {}
        if (end if self.met else min([end, *closed])).date() > tuesday:
            self.of["reserved_day"] = (self.met and until.date() <= tuesday, 1)
        if first["service"]:
            alone = self.met and all(event["time"] > until for event in others)
            self.of["one_stop"] = (alone and first["service"] == "one_number", 1)
        services = {event["service"] for event in [first, *others] if event is first or event["time"] < until} - {None}
        if self.met and services:
            self.of["contacts_before"] = (len(services), 1)
        steps = [event["time"] for event in events if event["activity"] not in {"contact", "consent"}]
        given = [event["time"] for event in of("consent")]
        if steps or given:
            self.of["consent"] = (bool(given) and (not steps or given[0] <= min(steps)), 1)
        sent = [event for event in of("referral") if not self.met or event["time"] < until]
        if self.met or sent:
            self.of["joint_start"] = (self.met and not sent, 1)
        if meeting and age(meeting) >= SETTINGS.follow_up_days:
            held = [(event["time"].date() - until.date()).days for event in of("follow_up")]
            self.of["follow_up"] = (any(days <= SETTINGS.follow_up_days for days in held), 1)
        if meeting:
            there = of("attendance")
            sectors = [event["sector"] for event in there if event["role"] == "professional"]
            self.of |= {"sectors": (len(set(sectors)), 1), "sectors_3": (len(set(sectors)) >= 3, 1)}
            self.of |= {"third_sector": ("third" in sectors, 1)}
            self.of |= {"child": (any(event["role"] == "child" for event in there), 1)}
        came = {event["item"]: event["outcome"] for event in of("action_outcome")}
        agreed = [event for event in of("action_agreed") if age(event) >= SETTINGS.follow_up_days]
        outcomes = Counter(came.get(event["item"], "unknown") for event in agreed)
        known = outcomes["done"] + outcomes["partly"] + outcomes["not_done"]
        self.of["action_done"] = (outcomes["done"], known)
        self.of["action_done_half"] = (outcomes["done"] + outcomes["partly"] / 2, known)
        self.of["action_unknown"] = (outcomes["unknown"], outcomes.total())
        old = [event for event in of("referral") if age(event) >= SETTINGS.accept_days]
        taken = {event["item"]: event["time"].date() for event in of("referral_accepted")}
        waits = [(taken.get(one["item"], date.max) - one["time"].date()).days for one in old]
        self.of["referral_lost"] = (sum(days > SETTINGS.accept_days for days in waits), len(old))


def domains(way: Way) -> Iterator[Domain]:
    for region in (way.region, "network"):
        for wave in (way.wave, 0):
            for group in way.groups:
                yield region, wave, group


@pytest.fixture(scope="module")
def ways() -> dict[Domain, list[Way]]:
    cases: dict[str, list[Event]] = defaultdict(list)
    for event in log():
        cases[event["case"]].append(event)
    ends = {one: max(event["time"] for event in log() if event["region"] == one) for one in REGIONS}
    found = defaultdict(list)
    for events in cases.values():
        ordered = sorted(events, key=lambda event: (event["time"], event["sequence"]))
        way = Way(ordered, ends[ordered[0]["region"]])
        for domain in domains(way):
            found[domain].append(way)
    return found


@pytest.fixture(scope="module")
def moments() -> dict[str, pl.DataFrame]:
    events = pl.DataFrame(log(), schema=TYPES)
    return casework_moments(events, SETTINGS, regions=REGIONS, waves=[2022, 2023, 2024])


def by_domain(frame: pl.DataFrame, indicator: str, category: str = "") -> dict[Domain, dict[str, Any]]:
    rows = frame.filter(indicator=indicator, category=category).iter_rows(named=True)
    return {(row["region"], row["wave"], row["group"]): row for row in rows}


MEASURES = [
    "reserved_day", "one_stop", "contacts_before", "consent", "joint_start", "follow_up", "sectors", "sectors_3",
    "third_sector", "child", "action_done", "action_done_half", "action_unknown", "referral_lost",
]  # fmt: skip


def test_every_measure_of_the_way(ways: dict[Domain, list[Way]], moments: dict[str, pl.DataFrame]) -> None:
    indicators = case_indicators(moments["case_tallies"])
    for measure in MEASURES:
        told = by_domain(indicators, f"case_{measure}")
        expected = {
            domain: np.array([one.of[measure] for one in families if one.of.get(measure, (0, 0))[1]], dtype=float)
            for domain, families in ways.items()
        }
        assert told.keys() == {domain for domain, pairs in expected.items() if len(pairs)}
        for domain, row in told.items():
            total, size = expected[domain].T
            ratio, families = total.sum() / size.sum(), len(size)
            assert (row["estimate"], row["n"]) == (pytest.approx(ratio), size.sum()), (measure, domain)
            if families > 1:
                spread = families / (families - 1) * ((total - ratio * size) ** 2).sum()
                assert row["se"] == pytest.approx(math.sqrt(spread) / size.sum(), abs=1e-12), (measure, domain)


def test_every_wait(ways: dict[Domain, list[Way]], moments: dict[str, pl.DataFrame]) -> None:
    delays = delay_indicators(moments["durations"], LIMITS)
    opened, started = by_domain(delays, "cases_open"), by_domain(delays, "cases_started")
    assert started.keys() == ways.keys()
    for domain, families in ways.items():
        waits = [one.hours / 24 for one in families if one.met]
        assert started[domain]["estimate"] == len(families)
        assert opened[domain]["estimate"] == len(families) - len(waits)
        for indicator, share in (("delay_median", 0.5), ("delay_p90", 0.9)):
            value = by_domain(delays, indicator)[domain]["estimate"]
            assert value == (pytest.approx(np.quantile(waits, share)) if waits else None)
        for limit in LIMITS:
            in_time = sum(one.met and one.days <= limit for one in families)
            working = sum(one.met and one.workdays <= limit for one in families)
            found = [
                by_domain(delays, name, str(limit))[domain]["estimate"]
                for name in ("delay_share", "delay_workday_share")
            ]
            assert found == pytest.approx([in_time / len(families), working / len(families)])


def test_every_curve(ways: dict[Domain, list[Way]], moments: dict[str, pl.DataFrame]) -> None:
    indicators = survival_indicators(moments["durations"], LIMITS)
    told = {limit: by_domain(indicators, "delay_km_within", str(limit)) for limit in LIMITS}
    assert told[7].keys() == told[14].keys() == ways.keys()
    for domain, families in ways.items():
        if domain[2] != "all":  # fitting every group takes long, and groups are the same way
            continue
        curve = KaplanMeierFitter().fit([one.days for one in families], [one.met for one in families])
        for limit, still in curve.survival_function_at_times(LIMITS).items():
            assert told[limit][domain]["estimate"] == pytest.approx(1 - still, abs=1e-9), (domain, limit)
