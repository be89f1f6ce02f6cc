"""The steps of the families' processes, activity by activity: contacts, meetings, what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from sujuva.example import case_design as design
from sujuva.example.population import Study
from sujuva.example.sheet import happens

_SECTORS = ("education", "health", "social", "leisure", "third", "family")
_AGREED = (0.97, 0.75, 0.45)  # shares of meetings with a first, second and third thing agreed
_KNOWN, _UNKNOWN = 0.62, 0.10  # outcomes written down, and of these "nobody knows"
_PARTLY = 0.55  # of what was not done altogether
_AGAIN = 0.25  # families with a second meeting
_RECORDED = 0.95  # meetings whose participants are written down
_AFTER = 0.28  # families sent onward after the meeting
_ONWARD, _BACK = 0.4, 0.3  # of the accepted: sent on; of these, back to where they came from
_LATE_ACCEPTED = 0.25  # of the lost: accepted, but long after


@dataclass(frozen=True)
class Families:
    """Who has a process, one entry a family in every array; days are counted from 1970-01-01."""

    study: Study
    region: np.ndarray  # its number
    turn: np.ndarray  # number of the year of the contact
    contact: np.ndarray  # day of the first
    meeting: np.ndarray  # day of the first, or on which it would have been
    met: np.ndarray  # whether it came about

    def share(self, name: str, who: np.ndarray) -> np.ndarray:
        """Return a share by design for each of some families."""
        return np.asarray(design.effects(name, self.study)[self.region[who], self.turn[who]])


@dataclass
class Log:
    """Events in the making."""

    rng: np.random.Generator
    parts: list[pl.DataFrame] = field(default_factory=list)

    def add(self, case: np.ndarray, activity: str, day: np.ndarray, minute: np.ndarray, **columns: Any) -> None:
        """Add one event of each case; a column is one word for all, or one for each."""
        rows = {"case": case.tolist(), "day": design.working_day(day).tolist(), "minute": minute.tolist()}
        words = {name: [one] * len(case) if isinstance(one, str) else list(one) for name, one in columns.items()}
        kinds = {"case": pl.Int64, "day": pl.Int64, "minute": pl.Int64} | dict.fromkeys(words, pl.String)
        self.parts.append(pl.DataFrame({**rows, **words}, schema=kinds).with_columns(activity=pl.lit(activity)))

    def minutes(self, size: int, earliest: int = 8, latest: int = 16) -> np.ndarray:
        """Draw times of the day between two hours, in steps of five minutes."""
        return np.asarray(5 * self.rng.integers(earliest * 12, latest * 12, size))

    def words(self, names: Sequence[str], size: int, weights: Sequence[float] | None = None) -> np.ndarray:
        """Draw `size` of the names."""
        share = None if weights is None else np.array(weights) / sum(weights)
        return np.asarray(self.rng.choice(np.array(names), size=size, p=share))

    def happens(self, share: np.ndarray) -> np.ndarray:
        """Return true with the chance that each entry of `share` says."""
        return np.asarray(self.rng.random(len(share)) < share)


def events(rng: np.random.Generator, families: Families) -> pl.DataFrame:
    """Draw the events of all families: case, activity, day, minute, and what each activity has, in no order."""
    log = Log(rng)
    begun = _contacts(log, families)
    _consents(log, families, begun)
    meetings = _meetings(log, families, begun)
    _attendance(log, families, meetings)
    _actions(log, families, meetings)
    _follow_ups(log, families, meetings)
    _referrals(log, families, begun)
    _services(log, families)
    return pl.concat(log.parts, how="diagonal")


def _contacts(log: Log, all_: Families) -> np.ndarray:
    """Let every family call; some call other services, too, before anybody meets. Returns the minute of the call."""
    families = len(all_.contact)
    everyone = np.arange(families)
    begun = log.minutes(families, 8, 12)
    trigger = log.words(list(design.TRIGGERS), families, design.TRIGGER_WEIGHTS)
    other = log.words([one for one in design.CONTACTED if one != design.ONE_NUMBER], families)
    service = np.where(log.happens(all_.share("one_number", everyone)), design.ONE_NUMBER, other)
    sector = log.words(_SECTORS, families, (4, 2, 3, 0.5, 0.5, 1))
    log.add(everyone, "contact", all_.contact, begun, sector=sector, trigger=trigger, service=service)
    more = log.happens(all_.share("more_contacts", everyone))
    for chance in (1.0, 0.4, 0.3):
        more = more & happens(log.rng, families, chance)
        who = everyone[more]
        gap = np.floor(log.rng.random(len(who)) * (all_.meeting[who] - all_.contact[who])).astype(int)
        at = np.where(gap > 0, log.minutes(len(who), 8, 12), begun[who] + 120)
        where = log.words(list(design.CONTACTED), len(who), (2, 1, 1, 1, 1))
        caller = log.words(_SECTORS, len(who), (3, 2, 3, 0.5, 0.5, 3))
        log.add(who, "contact", all_.contact[who] + gap, at, sector=caller, trigger=trigger[who], service=where)
    return begun


def _consents(log: Log, all_: Families, begun: np.ndarray) -> None:
    """Ask for consent with the call, and of half of those whom nobody asked at the meeting."""
    everyone = np.arange(len(begun))
    asked = log.happens(all_.share("consent", everyone))
    who = everyone[asked]
    log.add(who, "consent", all_.contact[who], begun[who] + 15, sector="family")
    late = everyone[~asked & all_.met & happens(log.rng, len(begun), 0.5)]
    log.add(late, "consent", all_.meeting[late], np.full(len(late), 16 * 60), sector="family")


def _meetings(log: Log, all_: Families, begun: np.ndarray) -> pl.DataFrame:
    """Invite and meet; some meet a second time. Returns case, day, minute, item and organiser of every meeting."""
    everyone = np.arange(len(begun))
    gap = np.maximum(all_.meeting - all_.contact, 1)
    invited = everyone[all_.met | happens(log.rng, len(begun), 0.5)]  # half of those who still wait are invited
    offset = np.floor(log.rng.random(len(invited)) * np.minimum(gap[invited], 4)).astype(int)
    log.add(invited, "invitation", all_.contact[invited] + offset, begun[invited] + 60, sector="social")
    there = everyone[all_.met]
    again = there[happens(log.rng, len(there), _AGAIN)]
    parts = []
    for number, who in enumerate((there, again), 1):
        weeks = log.rng.integers(3, 9, len(who)) if number > 1 else np.zeros(len(who), dtype=int)
        day, at = all_.meeting[who] + 7 * weeks, log.minutes(len(who), 13, 15)
        organiser = log.words(list(design.ORGANISERS), len(who), list(design.ORGANISERS.values()))
        log.add(who, "meeting", day, at, sector=organiser, item=f"N{number}")
        part = pl.DataFrame({"case": who, "day": day, "minute": at, "organiser": organiser.tolist()})
        parts.append(part.with_columns(item=pl.lit(f"N{number}"), number=pl.lit(number)))
    return pl.concat(parts)


def _attendance(log: Log, all_: Families, meetings: pl.DataFrame) -> None:
    """Write down who was there: one row a sector for professionals, one each for parents, the child and others."""
    meetings = meetings.filter(pl.Series(happens(log.rng, meetings.height, _RECORDED)))
    case, organiser = meetings["case"].to_numpy(), meetings["organiser"].to_numpy()

    def present(here: np.ndarray, role: str, sector: str | np.ndarray | None) -> None:
        mine = meetings.filter(pl.Series(here))
        columns = {"role": role, "item": mine["item"].to_list()} | ({} if sector is None else {"sector": sector})
        log.add(case[here], "attendance", mine["day"].to_numpy(), mine["minute"].to_numpy(), **columns)

    everywhere = np.ones(len(case), dtype=bool)
    present(everywhere, "professional", organiser)
    for sector, weight in design.GUESTS.items():
        come = log.happens(weight * all_.share("at_table", case)) & (organiser != sector)
        present(come, "professional", sector)
    present(log.happens(all_.share("third_sector", case)), "professional", "third")
    for role in ("parent", "child"):
        present(log.happens(all_.share(role, case)), role, None)
    present(happens(log.rng, len(case), 0.06), "other", None)


def _actions(log: Log, all_: Families, meetings: pl.DataFrame) -> None:
    """Agree on up to three things a meeting, and write down later what came of some of them."""
    for turn, share in enumerate(_AGREED, 1):
        mine = meetings.filter(pl.Series(happens(log.rng, meetings.height, share)))
        who, day = mine["case"].to_numpy(), mine["day"].to_numpy()
        item = np.array([f"S{len(_AGREED) * (number - 1) + turn}" for number in mine["number"]], dtype=np.str_)
        doer = log.words(_SECTORS, len(who), (4, 2, 3, 1.5, 1.5, 3))
        log.add(who, "action_agreed", day, mine["minute"].to_numpy() + 10 + 10 * turn, sector=doer, item=item)
        known = happens(log.rng, len(who), _KNOWN)
        who, later = who[known], day[known] + log.rng.integers(14, 100, int(known.sum()))
        short = np.where(happens(log.rng, len(who), _PARTLY), "partly", "not_done")
        outcome = np.where(log.happens(all_.share("action_done", who)), "done", short)
        outcome = np.where(happens(log.rng, len(who), _UNKNOWN), "unknown", outcome)
        at = log.minutes(len(who))
        log.add(who, "action_outcome", later, at, sector=doer[known], item=item[known], outcome=outcome)


def _follow_ups(log: Log, all_: Families, meetings: pl.DataFrame) -> None:
    mine = meetings.filter(pl.Series(log.happens(all_.share("follow_up", meetings["case"].to_numpy()))))
    day = mine["day"].to_numpy() + log.rng.integers(35, 110, mine.height)
    sector, at = log.words(_SECTORS[:5], mine.height, (3, 3, 3, 1, 2)), log.minutes(mine.height, 15, 17)
    log.add(mine["case"].to_numpy(), "follow_up", day, at, sector=sector, item=mine["item"].to_list())


def _referrals(log: Log, all_: Families, begun: np.ndarray) -> None:
    """Send some families onward, before the meeting or after it; who is accepted may be sent on, or back."""
    rng, rows = log.rng, []
    everyone = np.arange(len(begun))
    before = log.happens(all_.share("onward", everyone))
    after = all_.met & happens(rng, len(everyone), _AFTER)
    lost = all_.share("referral_lost", everyone)
    for case in everyone[before | after].tolist():
        number = 0
        for soon in [True] * bool(before[case]) + [False] * bool(after[case]):
            gap = max(int(all_.meeting[case] - all_.contact[case]), 1)
            day = int(all_.contact[case] + rng.integers(gap)) if soon else int(all_.meeting[case] + rng.integers(20))
            source, onward = str(rng.choice(_SECTORS[:3])), True
            first = source
            while onward:
                number += 1
                back = source != first and rng.random() < _BACK
                others = [one for one in _SECTORS[:5] if one not in {source, first}]
                target = first if back else str(rng.choice(others))
                gone = rng.random() < lost[case]
                later = rng.random() < _LATE_ACCEPTED
                day = int(design.working_day(np.array(day)))  # what comes of it counts from there
                wait = int(rng.integers(35, 70)) if gone else int(rng.integers(1, 19))
                accepted = day + wait if not gone or later else None
                rows.append((case, f"O{number}", source, target, day, accepted))
                onward = not gone and rng.random() < _ONWARD
                source, day = target, (accepted or day) + int(rng.integers(3, 25))
    kinds: dict[str, pl.DataType] = {
        name: pl.Int64() for name in ("case", "item", "source", "target", "day", "accepted")
    }
    kinds |= {name: pl.String() for name in ("item", "source", "target")}
    sent = pl.DataFrame(rows, schema=kinds, orient="row")
    who, sent_on = sent["case"].to_numpy(), sent["day"].to_numpy()
    at = np.where(sent_on == all_.contact[who], begun[who] + 180, log.minutes(sent.height, 15, 17))
    log.add(who, "referral", sent_on, at, sector=sent["source"], target=sent["target"], item=sent["item"])
    taken = sent.drop_nulls("accepted")
    who, accepted_on, at = taken["case"].to_numpy(), taken["accepted"].to_numpy(), log.minutes(taken.height)
    log.add(who, "referral_accepted", accepted_on, at, sector=taken["target"], item=taken["item"])


def _services(log: Log, all_: Families) -> None:
    """Start one service or two, some of them for the same need at the same time; end some, and close processes."""
    everyone = np.arange(len(all_.contact))
    size = len(everyone)
    helped = np.where(all_.met, happens(log.rng, size, 0.6), happens(log.rng, size, 0.3))
    base = np.where(all_.met, all_.meeting, all_.contact + 15)
    first, need = log.rng.integers(len(design.HELPING), size=size), log.words(list(design.NEEDS), size)
    keys, sectors = list(design.HELPING), np.array([sector for _, sector in design.HELPING.values()])
    for number, share in enumerate((1.0, 0.4), 1):
        who = everyone[helped & happens(log.rng, size, share)]
        place = (first[who] + (0 if number == 1 else log.rng.integers(1, len(keys), len(who)))) % len(keys)
        other = log.words(list(design.NEEDS), len(who))
        mine = need[who] if number == 1 else np.where(happens(log.rng, len(who), 0.5), need[who], other)
        start = base[who] + log.rng.integers(3, 40, len(who))
        said = {"sector": sectors[place], "service": np.array(keys)[place], "need": mine, "item": f"P{number}"}
        support = np.where(log.happens(all_.share("early", who)), "early", "corrective")
        log.add(who, "service_start", start, log.minutes(len(who)), support=support, **said)
        ended = happens(log.rng, len(who), 0.6)
        last = start[ended] + log.rng.integers(30, 240, int(ended.sum()))
        said = {name: one if isinstance(one, str) else one[ended] for name, one in said.items()}
        log.add(who[ended], "service_end", last, log.minutes(len(last)), **said)
    closed = everyone[all_.met & happens(log.rng, size, 0.72)]
    day = all_.meeting[closed] + log.rng.integers(290, 330, len(closed))  # after every service has ended
    log.add(closed, "closure", day, log.minutes(len(closed)), sector="social")
    never = everyone[~all_.met & ~helped & happens(log.rng, size, 0.5)]
    day = all_.contact[never] + log.rng.integers(120, 200, len(never))
    log.add(never, "closure", day, log.minutes(len(never)), sector="social")
