"""The moments of casework once more, in plain Python: families one after the other, events one after the other.

It follows the definitions of the docstrings and shares no code with what it checks.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import combinations, combinations_with_replacement, pairwise, product
from zoneinfo import ZoneInfo

import holidays

HELSINKI, UTC = ZoneInfo("Europe/Helsinki"), ZoneInfo("UTC")
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NEEDS = {
    "reserved_day": {"contact", "meeting"},
    "one_stop": {"contact", "meeting"},
    "contacts_before": {"contact", "meeting"},
    "consent": {"contact", "consent"},
    "joint_start": {"contact", "meeting", "referral"},
    "follow_up": {"meeting", "follow_up"},
    **{name: {"meeting", "attendance"} for name in ("sectors", "sectors_3", "blau", "third_sector", "parent", "child")},
    **{name: {"action_agreed", "action_outcome"} for name in ("action_done", "action_done_half", "action_unknown")},
    "referral_lost": {"referral", "referral_accepted"},
}


def days(later: datetime, earlier: datetime) -> int:
    return (later.date() - earlier.date()).days


def instant(local: datetime) -> datetime:
    # fold 0: the earlier of two, and the offset before the change for a time that does not exist
    return local.replace(tzinfo=HELSINKI, fold=0).astimezone(UTC)


def working_days(first: date, last: date) -> int:
    free = holidays.country_holidays("FI", years=range(first.year, last.year + 1))
    between = [first + timedelta(days=number) for number in range(1, (last - first).days + 1)]
    return sum(day.weekday() < 5 and day not in free for day in between)


def with_item(event, others):
    return [one for one in others if event["item"] is not None and one["item"] == event["item"]]


class Family:
    """The events of a family, in order, and what is known of it."""

    def __init__(self, events, ends, settings):
        self.events = sorted(events, key=lambda event: (event["time"], event["sequence"]))
        for place, event in enumerate(self.events):
            event["place"] = place
        self.settings = settings
        self.region = self.events[0]["region"]
        self.end = max(ends[self.region], self.events[-1]["time"])
        contacts = self.all("contact")
        self.contact = contacts[0] if contacts else None

    def all(self, activity):
        return [event for event in self.events if event["activity"] == activity]

    def groups(self):
        yield "all"
        if self.contact and self.contact["trigger"]:
            yield f"trigger:{self.contact['trigger']}"
        if self.contact and self.contact["sector"]:
            yield f"caller:{self.contact['sector']}"

    def start(self):
        if self.settings.start == "*first":
            return self.events[0]
        if self.settings.start == "*last":
            return self.events[-1]
        return next(iter(self.all(self.settings.start)), None)

    def stop(self):
        later = [event for event in self.events if event["time"] >= self.start()["time"]]
        if self.settings.end == "*first":
            return self.events[0] if self.events[0]["time"] == self.start()["time"] else None
        if self.settings.end == "*last":
            return later[-1]
        return next((event for event in later if event["activity"] == self.settings.end), None)

    def wait(self):
        start, stop = self.start()["time"], self.stop()
        closures = [event["time"] for event in self.all("closure") if event["time"] >= start]
        end = stop["time"] if stop else min(closures, default=self.end.replace(microsecond=0))
        seconds = max((instant(end) - instant(start)) / timedelta(seconds=1), 0.0)
        measure = "start_to_end" if stop else "open"
        return measure, seconds, days(end, start), working_days(start.date(), end.date())

    # Each measure gives (total, size), or nothing where the family does not count.

    def after_contact(self, activity):
        """The first one at or after the first contact."""
        return next((event for event in self.all(activity) if event["time"] >= self.contact["time"]), None)

    def reserved_day(self):
        if not self.contact:
            return None
        settings, called = self.settings, self.contact["time"]
        wait = (WEEK.index(settings.reserved_weekday) - called.weekday()) % 7
        if wait == 0 and not settings.reserved_same_day:
            wait = 7
        due = called.date() + timedelta(days=wait)
        meeting, closure = self.after_contact("meeting"), self.after_contact("closure")
        if meeting:
            return (int(meeting["time"].date() <= due), 1) if self.end.date() > due else None
        waited = min(self.end, closure["time"]) if closure else self.end
        return (0, 1) if waited.date() > due else None

    def one_stop(self):
        if not self.contact or not self.contact["service"]:
            return None
        meeting = self.after_contact("meeting")
        if not meeting or self.contact["service"] != self.settings.one_number:
            return 0, 1
        between = [event for event in self.all("contact") if self.contact["place"] < event["place"] < meeting["place"]]
        return int(not between), 1

    def contacts_before(self):
        meeting = self.contact and self.after_contact("meeting")
        if not meeting:
            return None
        asked = [one for one in self.all("contact") if one is self.contact or one["place"] < meeting["place"]]
        services = {one["service"] for one in asked if one["service"]}
        return (len(services), 1) if services else None

    def consent(self):
        if not self.contact:
            return None
        consents = self.all("consent")
        steps = [
            event
            for event in self.events[self.contact["place"] + 1 :]
            if event["activity"] not in {"contact", "consent"}
        ]
        if not steps:
            return (1, 1) if consents else None
        return int(bool(consents) and consents[0]["time"] <= steps[0]["time"]), 1

    def joint_start(self):
        if not self.contact:
            return None
        meeting, referral = self.after_contact("meeting"), self.after_contact("referral")
        if not meeting and not referral:
            return None
        return int(not referral or (bool(meeting) and meeting["place"] < referral["place"])), 1

    def meeting_of(self, event, ahead=False):
        meetings = self.all("meeting")
        earlier = [one for one in meetings if one["time"] <= event["time"]]
        named = with_item(event, earlier)
        if named:
            return named[-1]["place"]
        coming = with_item(event, meetings)
        if ahead and coming:
            return coming[0]["place"]
        if earlier and (event["item"] is None or earlier[-1]["item"] is None):
            return earlier[-1]["place"]
        return None

    def follow_up(self):
        limit = self.settings.follow_up_days
        total = size = 0
        for meeting in self.all("meeting"):
            if days(self.end, meeting["time"]) < limit:
                continue
            mine = [event for event in self.all("follow_up") if self.meeting_of(event) == meeting["place"]]
            total += any(days(event["time"], meeting["time"]) <= limit for event in mine)
            size += 1
        return total, size

    def tables(self):
        """For each meeting those who attended."""
        for meeting in self.all("meeting"):
            yield [event for event in self.all("attendance") if self.meeting_of(event, ahead=True) == meeting["place"]]

    def of_sectors(self, value):
        total = size = 0
        for people in self.tables():
            sectors = [one["sector"] for one in people if one["sector"] and one["role"] not in {"parent", "child"}]
            if sectors:
                total, size = total + value(sectors), size + 1
        return total, size

    def sectors(self):
        return self.of_sectors(lambda sectors: len(set(sectors)))

    def sectors_3(self):
        return self.of_sectors(lambda sectors: len(set(sectors)) >= 3)

    def third_sector(self):
        return self.of_sectors(lambda sectors: "third" in sectors)

    def blau(self):
        def millionths(sectors):
            n = len(sectors)
            inner = n * n - sum(times * times for times in Counter(sectors).values())
            return (2 * 10**6 * inner + n * n) // (2 * n * n)

        return self.of_sectors(millionths)

    def of_roles(self, role):
        roles = [{one["role"] for one in people if one["role"]} for people in self.tables()]
        return sum(role in those for those in roles), sum(bool(those) for those in roles)

    def parent(self):
        return self.of_roles("parent")

    def child(self):
        return self.of_roles("child")

    def outcomes(self):
        """The outcome of each action that is old enough."""
        actions = self.all("action_agreed")
        bare = [action for action in actions if action["item"] is None]
        came = dict.fromkeys((action["place"] for action in actions), None)
        turn = 0
        for outcome in self.all("action_outcome"):
            if outcome["item"] is None:
                action = bare[turn] if turn < len(bare) else None
                turn += 1
            else:
                earlier = [one for one in with_item(outcome, actions) if one["time"] <= outcome["time"]]
                action = earlier[-1] if earlier else None
            if action and outcome["time"] >= action["time"]:
                came[action["place"]] = outcome["outcome"]
        limit = self.settings.follow_up_days
        old = [action for action in actions if days(self.end, action["time"]) >= limit]
        return Counter(came[action["place"]] for action in old)

    def action_done(self):
        came = self.outcomes()
        return came["done"], came["done"] + came["partly"] + came["not_done"]

    def action_done_half(self):
        came = self.outcomes()
        return 2 * came["done"] + came["partly"], 2 * (came["done"] + came["partly"] + came["not_done"])

    def action_unknown(self):
        came = self.outcomes()
        return came["unknown"] + came[None], sum(came.values())

    def referral_chain(self):
        referrals = self.all("referral")
        chains = []
        for one in referrals:
            before = [
                length
                for other, length in zip(referrals, chains, strict=False)
                if other["target"] is not None and other["target"] == one["sector"]
            ]
            chains.append(1 + max(before, default=0))
        return max(chains, default=0), int(bool(referrals))

    def ping_pong(self):
        visited, total, size = set(), 0, 0
        for one in self.all("referral"):
            if one["target"]:
                size += 1
                total += one["target"] in visited and one["target"] != one["sector"]
            visited |= {one["sector"], one["target"]}
        return total, size

    def answer(self, asked, answers, key):
        """The time of the first answer."""
        fits = [
            one["time"]
            for one in answers
            if one["time"] >= asked["time"]
            and (
                one["item"] == asked["item"]
                if one["item"] and asked["item"]
                else key(asked) is not None and one_key(one, key) == key(asked)
            )
        ]
        return min(fits, default=None)

    def referral_lost(self):
        total = size = 0
        for one in self.all("referral"):
            if days(self.end, one["time"]) < self.settings.accept_days or not (one["item"] or one["target"]):
                continue
            accepted = self.answer(one, self.all("referral_accepted"), lambda event: event["target"])
            size += 1
            total += accepted is None or days(accepted, one["time"]) > self.settings.accept_days
        return total, size

    def overlap(self):
        ends = self.all("service_end")
        periods = [
            (one["time"], self.answer(one, ends, lambda event: event["service"]) or self.end, one)
            for one in self.all("service_start")
        ]
        several = any(
            one["need"] and one["need"] == other["need"] and one["service"] and other["service"]
            and one["service"] != other["service"] and start < finish and begin < end
            for (start, end, one), (begin, finish, other) in combinations(periods, 2)
        )  # fmt: skip
        return int(several), int(bool(periods))

    def early(self):
        kinds = Counter(event["support"] for event in self.all("service_start"))
        return kinds["early"], kinds["early"] + kinds["corrective"]

    def callers(self):
        return Counter(event["sector"] for event in self.all("contact") if event["sector"])

    def triggers(self):
        return Counter([self.contact["trigger"]]) if self.contact and self.contact["trigger"] else Counter()


def one_key(answer, key):
    """An acceptance is of its own sector, the end of a service of its service."""
    return answer["sector"] if answer["activity"] == "referral_accepted" else key(answer)


MEASURES = [
    "reserved_day", "one_stop", "contacts_before", "consent", "joint_start", "follow_up", "sectors", "sectors_3",
    "third_sector", "blau", "parent", "child", "action_done", "action_done_half", "action_unknown", "referral_chain",
    "ping_pong", "referral_lost", "overlap", "early",
]  # fmt: skip


def add_sides(sides, place, events):
    """Count a family by its steps between known sectors: any, from one to another, within one."""
    known = [{one["sector"], two["sector"]} for one, two in pairwise(events)]
    known = [pair for pair in known if None not in pair]
    if known:
        did = (1, any(len(pair) > 1 for pair in known), any(len(pair) == 1 for pair in known))
        sides[place] = tuple(map(sum, zip(sides.get(place, (0, 0, 0)), did, strict=True)))


def with_families(steps):
    """Of each way how often it was gone, and by how many families."""
    counts = Counter(way for way, _ in steps)
    families = Counter(way for way, _ in set(steps))
    return {way: (count, families[way]) for way, count in counts.items()}


def told_of(log, settings):
    """The measures that the log of a region can tell."""
    activities = {event["activity"] for event in log}
    told = {measure for measure in MEASURES if NEEDS.get(measure, set()) <= activities}
    if not any(event["activity"] == "contact" and event["service"] == settings.one_number for event in log):
        told.discard("one_stop")
    if not any(event["activity"] == "service_start" and event["need"] for event in log):
        told.discard("overlap")
    return told


def reference(rows, settings, regions, waves=None):  # noqa: C901, PLR0912  all tables one after the other
    """All tables as counters of their key rows (`service_pairs`, `events`, `municipality_delays`: dicts of values)."""
    until = settings.observed_until
    if until:
        rows = [row for row in rows if row["time"].date() <= until]
    ends = {}
    for row in rows:
        last = datetime.combine(until, time.max) if until else row["time"]
        ends[row["region"]] = max(ends.get(row["region"], last), last)
    cases = {}
    for row in rows:
        cases.setdefault(row["case"], []).append(dict(row))
    families = [Family(events, ends, settings) for events in cases.values()]
    known = [one for one in families if one.region in regions]
    by_first = [one for one in known if waves is None or one.events[0]["time"].year in waves]
    started = [one for one in known if one.start() and (waves is None or one.start()["time"].year in waves)]
    logs = {region: [event for one in known if one.region == region for event in one.events] for region in regions}
    told = {region: told_of(log, settings) for region, log in logs.items()}

    steps, held, sides = [], {}, {}
    for one in by_first:
        year = one.events[0]["time"].year
        for before, after in zip(one.events, one.events[1:], strict=False):
            way = (year, before["sector"], after["sector"])
            steps += [((region, *way), one.events[0]["case"]) for region in (one.region, "network")]
        for region in (one.region, "network"):
            add_sides(sides, (region, year), one.events)
        way = tuple(event["activity"] for event in one.events)
        for place in product((one.region, "network"), (year, 0)):
            held.setdefault(place, []).append(way)
    events = {
        place: (len(ways), sum(map(len, ways)), len({one for way in ways for one in way}), len(set(ways)))
        for place, ways in held.items()
    }

    waits, tallies, referrals, municipalities, had = Counter(), Counter(), [], {}, {}
    in_study = {(name, word) for one in started for name in ("callers", "triggers") for word in getattr(one, name)()}
    for one in started:
        year, wait = one.start()["time"].year, one.wait()
        places = [(region, year, group) for region in (one.region, "network") for group in one.groups()]
        measures = [measure for measure in MEASURES if measure in told[one.region]]
        for place in places:
            waits[*place, *wait] += 1
            for measure in measures:
                found = getattr(one, measure)()
                if found and found[1]:
                    tallies[measure, "", *place, *found] += 1
            for name, word in in_study:
                counts = getattr(one, name)()
                if counts and not (name == "triggers" and place[2].startswith("trigger:")):
                    tallies[name[:-1], word, *place, counts[word], counts.total()] += 1
        for event in one.all("referral"):
            way = (year, event["sector"], event["target"])
            referrals += [((region, *way), event["case"]) for region in (one.region, "network")]
        town = one.contact and one.contact["municipality"]
        if town and settings.delay_days:
            met, all_of = municipalities.get((one.region, town), (0, 0))
            in_time = wait[0] == "start_to_end" and wait[2] <= max(settings.delay_days)
            municipalities[one.region, town] = met + in_time, all_of + 1
        services = {event["service"] for event in one.all("service_start") if event["service"]}
        for region in (one.region, "network"):
            had.setdefault(region, []).append(services)
    pairs = {}
    for region, sets in had.items():
        for one, other in combinations_with_replacement(sorted(set().union(*sets)), 2):
            both = sum(one in services and other in services for services in sets)
            pairs[region, 0, one, other] = both, sum(one in services or other in services for services in sets)
    return {
        "durations": waits,
        "case_tallies": tallies,
        "service_pairs": pairs,
        "referrals": with_families(referrals),
        "handovers": with_families(steps),
        "handover_families": sides,
        "events": events,
        "municipality_delays": municipalities,
    }
