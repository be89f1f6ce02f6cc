"""The moments of casework: what happens to families, counted from the log of events; and never a family by itself.

One pass over the log makes everything. Families are whole numbers there and words have codes, see
`sujuva.moments.case_log`; each notion counts in a file of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial

import numpy as np
import polars as pl

from sujuva.errors import ParameterError, nearest
from sujuva.moments.case_durations import DURATIONS_KEY, MUNICIPALITY_DELAYS_KEY, Spans, starts
from sujuva.moments.case_families import tally_families
from sujuva.moments.case_log import MISSING, ONE_NUMBER, Array, Log, Lot, Words, after_observation, as_log, lots
from sujuva.moments.case_meetings import tally_actions, tally_meetings
from sujuva.moments.case_referrals import REFERRALS_KEY, tally_referrals
from sujuva.moments.case_services import SERVICE_PAIRS_KEY, ServicePairs, finish_service_pairs, tally_services
from sujuva.moments.case_settings import FIRST, LAST, CaseSettings
from sujuva.moments.case_steps import (
    EVENTS_KEY,
    HANDOVERS_KEY,
    Held,
    Steps,
    finish_events,
    finish_sides,
    finish_steps,
    handed,
)
from sujuva.moments.case_tallies import TALLIES_KEY, Tallies, cells, finish_tallies, in_waves, wave_of
from sujuva.moments.parts import Family, Part, summed, sums_of
from sujuva.moments.rows import NO_START, OTHER_REGION, OTHER_WAVE, UNOBSERVED, USED
from sujuva.moments.threads import in_threads

CASE_KEYS: Mapping[str, tuple[str, ...]] = {
    "durations": DURATIONS_KEY,
    "case_tallies": TALLIES_KEY,
    "service_pairs": SERVICE_PAIRS_KEY,
    "referrals": REFERRALS_KEY,
    "handovers": HANDOVERS_KEY,
    "handover_families": EVENTS_KEY,
    "events": EVENTS_KEY,
    "municipality_delays": MUNICIPALITY_DELAYS_KEY,
}
"""Columns that tell the rows of each table of moments of casework apart."""
_NEED = pl.Schema({"measure": pl.String(), "feature": pl.String()})
_NEEDED = pl.Schema({"measure": pl.String(), "needed": pl.Int64()})
_WORKERS = 4  # each holds a part of the log
_CATEGORIES = {"caller": "sector", "trigger": "trigger"}
# What the log of a region must have somewhere for a measure to be told of it; what begins with "=" is no activity.
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "reserved_day": ("contact", "meeting"),
    "one_stop": ("contact", "meeting", "=one_number"),
    "contacts_before": ("contact", "meeting"),
    "consent": ("contact", "consent"),
    "joint_start": ("contact", "meeting", "referral"),
    "caller": ("contact",),
    "trigger": ("contact",),
    "follow_up": ("meeting", "follow_up"),
    **dict.fromkeys(("sectors", "sectors_3", "blau", "third_sector", "parent", "child"), ("meeting", "attendance")),
    **dict.fromkeys(("action_done", "action_done_half", "action_unknown"), ("action_agreed", "action_outcome")),
    **dict.fromkeys(("referral_chain", "ping_pong"), ("referral",)),
    "referral_lost": ("referral", "referral_accepted"),
    "overlap": ("service_start", "=need"),
    "early": ("service_start",),
}


def case_part(
    events: pl.DataFrame | pl.LazyFrame,
    settings: CaseSettings,
    *,
    regions: Collection[str],
    waves: Collection[int] | None = None,
    last: Mapping[str, datetime] | None = None,
) -> Part:
    """Reduce a log of events, of whole families, to parts of its moments.

    A family belongs to the region of its first event (by time, then sequence), and to the year (wave, local time) of
    its start event; families without a start are in `events` and `handovers` alone, where the year is that of the
    first event. Groups: all, trigger:<of the first contact>, caller:<sector of the first contact>. Events that repeat
    each other are all counted: telling them apart is for the cleaning. Rows may come in any order. The end of
    observation of a region is that of its rows here, unless `settings` name a day: name one, or the `last` event of
    each region, where the families of a region come in several parts.

    Args:
        events: The clean table `case_events`, or a scan of its file, which takes less memory. Columns other than case,
            sequence, activity, time and region may be missing, as if they were null.
        settings: How families' ways are measured.
        regions: Regions of the study.
        waves: Years that count; None: all years of the log, whichever waves a study has.
        last: Local time of the last event of every region of the whole log, where `events` are but some of it.

    Returns:
        Tables of parts, see `finish_casework`; of the log also what it has anywhere, by the region of the family
        (features), and what became of its rows (rows, see `sujuva.moments.rows`).

    Raises:
        ParameterError: A zone or country is unknown.
    """
    run = _Run(events, settings, regions, waves, last)
    return run.part(run.everything)


def finish_casework(merged: Part) -> dict[str, pl.DataFrame]:
    """Make the moments of casework.

    Returns:
        Tables by name, with the keys of `CASE_KEYS`, sorted by them; every number is whole:
        - durations: see `durations`, by group.
        - case_tallies: measure, category, region, wave, group, total, size, families: how many families have this pair
          of numbers. A ratio is Σ total·families / Σ size·families. Measures: see `tally_families`,
          `tally_meetings`, `tally_actions`, `tally_referrals` and `tally_services`. A measure that needs activities
          which the log of a region does not have at all has no rows of it, and the network is that of the others.
        - service_pairs: region, wave (0), one, other, both, either: families that two services have in common, and
          that either has; services are those that started, and each stands beside itself, too.
        - referrals: region, wave, source, target (null: not known), n, families (behind them).
        - handovers, events: see the functions; handover_families: see `sujuva.moments.case_steps.SIDES`.
        - municipality_delays: region, municipality (of the first contact), met (families that met within the largest
          of `delay_days`), families (with a start); all years, no network.

    Raises:
        ParameterError: No event at all has the activity of `start` or `end`.
    """
    features = set(merged["features"]["feature"])
    for name, value in merged["asked"].iter_rows():
        if features and value not in {FIRST, LAST, *features}:
            msg = f"{name}: no event has the activity '{value}'."
            known = sorted(one for one in features if not one.startswith("="))
            hint = nearest(value, known, listed=False) or f"Name an activity of the log, or {FIRST} or {LAST}."
            raise ParameterError(msg, hint)
    needs = pl.DataFrame([(one, name) for one, names in _NEEDS.items() for name in names], _NEED, orient="row")
    needed = pl.DataFrame([(one, len(names)) for one, names in _NEEDS.items()], _NEEDED, orient="row")
    had = merged["features"].join(needs, on="feature").group_by("region", "measure").agg(had=pl.len().cast(pl.Int64))
    told = had.join(needed, left_on=["measure", "had"], right_on=["measure", "needed"], how="semi")
    finishes: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
        "case_tallies": partial(finish_tallies, known=told),
        "service_pairs": finish_service_pairs,
        "referrals": finish_steps,
        "handovers": finish_steps,
        "handover_families": finish_sides,
        "events": lambda _: finish_events(merged),
    }
    return {name: finishes.get(name, _counts)(merged[name]) for name in CASE_KEYS if name in merged}


def _counts(table: pl.DataFrame) -> pl.DataFrame:
    """Return counts that stand in order already, with their network if they have one."""
    return table.with_columns(pl.col(sums_of(table)).cast(pl.Int64))


casework_moments = Family(case_part, finish_casework)


def durations(
    events: pl.DataFrame | pl.LazyFrame,
    *,
    start: str,
    end: str,
    regions: Collection[str],
    waves: Collection[int] | None = None,
    timezone: str | None = None,
    settings: CaseSettings | None = None,
) -> pl.DataFrame:
    """Measure every case from its first `start` to the first `end` at or after it.

    Seconds pass through UTC when `timezone` names the zone of the local times, so a night of the clock change counts as
    23 or 25 hours; days are differences of local calendar dates. Of a time that the autumn repeats the earlier instant
    is taken; one that the spring leaves out is read with the offset before the change (and no wait is below 0 seconds,
    though the clock then seems to run back). A case that never reaches the end is open: its numbers tell how long it
    is known to have waited, which is until its first closure at or after the start, or else until the end of
    observation (the last event of its region, or of its own if that is later).

    Args:
        events: As in `case_part`, and regions and waves.
        start: Activity that starts the clock, as in `CaseSettings`.
        end: Activity that stops it.
        regions: Regions of the study.
        waves: Years of the study.
        timezone: IANA name, or None: local times are subtracted as they stand.
        settings: Holidays and the end of observation, where they are not the usual ones.

    Returns:
        region, wave (the year of the start), group, measure ("start_to_end" or "open"), seconds, days, workdays
        (Monday to Friday without public holidays, from the day after the start to the last day), n, sorted.

    Raises:
        ParameterError: No event at all has the activity of `start` or `end`, or the zone is unknown.
    """
    wanted = replace(settings or CaseSettings(), start=start, end=end, timezone=timezone)
    run = _Run(events, wanted, regions, waves)
    return finish_casework(run.part(run.add_spans, "durations"))["durations"]


def event_counts(
    events: pl.DataFrame | pl.LazyFrame, *, regions: Collection[str], waves: Collection[int] | None = None
) -> pl.DataFrame:
    """Count what the log holds, of cases by the region and year of their first event; arguments as in `case_part`.

    Returns:
        region (and the network), wave (0: all years), cases, events, activities (distinct ones), variants (distinct
        sequences of activities, ordered by time, then sequence), sorted.
    """
    run = _Run(events, _ANY, regions, waves)
    return finish_casework(run.part(run.add_held, "events"))["events"]


def handovers(
    events: pl.DataFrame | pl.LazyFrame, *, regions: Collection[str], waves: Collection[int] | None = None
) -> pl.DataFrame:
    """Count the steps between consecutive events of a case by the sectors at both ends; arguments as in `case_part`.

    Returns:
        region (and the network) and wave of the first event, source, target (sectors; equal where the work stayed;
        null: not known), n, families (behind them), sorted.
    """
    run = _Run(events, _ANY, regions, waves)
    return finish_casework(run.part(run.add_handovers, "handovers"))["handovers"]


_ANY = CaseSettings(start=FIRST, end=LAST)


class _Run:
    """One pass over a log, lot by lot, side by side: what lots add to are lists and sets, in whatever order."""

    def __init__(
        self,
        events: pl.DataFrame | pl.LazyFrame,
        settings: CaseSettings,
        regions: Collection[str],
        waves: Collection[int] | None,
        last: Mapping[str, datetime] | None = None,
    ) -> None:
        self.events, self.settings, self.waves, self.last = events.lazy(), settings, waves, last
        self.regions = len(set(regions))
        asked = [settings.start, settings.end]
        self.words = Words(regions=list(dict.fromkeys(regions)), one_number=settings.one_number, activities=asked)
        self.spans, self.held = Spans(self.words, settings), Held()
        self.tallies, self.pairs = Tallies(), ServicePairs()
        self.referrals, self.handovers = Steps(), Steps()
        self._features: set[tuple[int, int | str]] = set()  # region, and an activity or what begins with "="
        self._rows: list[tuple[str, int, int]] = []  # reason, rows, families

    def part(self, add: Callable[[Log], object], *names: str) -> Part:
        """Take every lot of the log, few in memory at a time; return what was added to (default: all tables)."""

        def take(lot: Lot) -> None:
            log = as_log(lot)
            region, activity = log.codes["region"][log.first][log.case], log.codes["activity"]
            width = int(activity.max(initial=0)) + 1
            there = np.flatnonzero(np.bincount(region.astype(np.int64) * width + activity)).tolist()
            self._features.update(divmod(one, width) for one in there)
            add(log)

        read = lots(self.events, self.words, self.settings.observed_until, self.last)
        for _ in in_threads(take, read, most=_WORKERS):
            pass
        tables: dict[str, Callable[[], Part]] = {
            "durations": lambda: {"durations": self.spans.table()},
            "case_tallies": lambda: {"case_tallies": self.tallies.table(self.words, _CATEGORIES)},
            "service_pairs": lambda: {"service_pairs": self.pairs.table(self.words)},
            "referrals": lambda: {"referrals": self.referrals.table(self.words)},
            "handovers": lambda: {"handovers": self.handovers.table(self.words)},
            "handover_families": lambda: {"handover_families": self.handovers.sides(self.words)},
            "events": lambda: self.held.tables(self.words),
            "municipality_delays": lambda: {"municipality_delays": self.spans.by_municipality()},
            "rows": lambda: {"rows": self.counted_rows()},
        }
        activities = self.words.list("activity")
        regions = self.words.list("region")
        features = sorted(
            (regions[region], activities[one] if isinstance(one, int) else one) for region, one in self._features
        )
        asked = {"parameter": ["case_start", "case_end"], "activity": [self.settings.start, self.settings.end]}
        made = {
            "features": pl.DataFrame(features, schema={"region": pl.String, "feature": pl.String}, orient="row"),
            "asked": pl.DataFrame(asked),
        }
        with ThreadPoolExecutor(min(pl.thread_pool_size(), _WORKERS)) as pool:
            for found in pool.map(lambda name: tables[name](), names or tables):
                made |= found
        return made

    def everything(self, log: Log) -> None:
        self.add_held(log)
        self.add_handovers(log)
        region, wave, kept = self.add_spans(log)
        where = cells(log, region, wave, kept)
        for tally in (tally_families, tally_meetings, tally_actions, tally_referrals):
            tally(log, where, self.settings, self.tallies)
        tally_services(log, where, self.tallies)
        self.pairs.add(log, region, kept)
        rows = log.where("referral")
        rows = rows[kept[log.case[rows]]]
        self.referrals.add(log.case[rows], region, wave, log.codes["sector"][rows], log.codes["target"][rows])
        contacts, started = log.where("contact"), log.where("service_start")
        there = {
            "=one_number": contacts[log.codes["service"][contacts] == ONE_NUMBER],
            "=need": started[log.codes["need"][started] != MISSING],
        }
        for name, rows in there.items():
            self._features.update((one, name) for one in np.unique(region[log.case[rows]]).tolist())

    def add_spans(self, log: Log) -> tuple[Array, Array, Array]:
        """Return each family's region, year of the start, and whether it belongs to the study."""
        start = starts(log, self.settings.start, self.words)
        region, wave = log.codes["region"][log.first], wave_of(log.time[start])
        left = [region >= self.regions, start == MISSING, ~in_waves(wave, self.waves)]
        kept = ~np.logical_or.reduce(left)
        fate = np.select(left, range(len(left)), len(left))
        for number, reason in enumerate((OTHER_REGION, NO_START, OTHER_WAVE, USED)):
            mine = fate == number
            self._rows.append((reason, int(log.size[mine].sum()), int(mine.sum())))
        self.spans.add(log, start, region, wave, kept)
        return region, wave, kept

    def counted_rows(self) -> pl.DataFrame:
        """Return what became of the rows of the log, as `sujuva.moments.rows.row_part` does of other tables."""
        late = after_observation(self.events, self.settings.observed_until)
        gone = late.select(pl.len(), pl.col("case").n_unique()).collect(engine="streaming")
        told = pl.DataFrame(
            [*self._rows, (UNOBSERVED, *gone.row(0))],
            schema={"reason": pl.String, "rows": pl.Int128, "behind": pl.Int128},
            orient="row",
        )
        named = told.filter(pl.col("rows") > 0).select(pl.lit("case_events").alias("table"), pl.all())
        return summed(named)

    def add_held(self, log: Log) -> None:
        self.held.add(log, *self._by_first_event(log))

    def add_handovers(self, log: Log) -> None:
        region, wave, kept = self._by_first_event(log)
        rows, sector = handed(log, kept), log.codes["sector"]
        self.handovers.add(log.case[rows], region, wave, sector[rows], sector[1:][rows])

    def _by_first_event(self, log: Log) -> tuple[Array, Array, Array]:
        region, wave = log.codes["region"][log.first], wave_of(log.time[log.first])
        return region, wave, (region < self.regions) & in_waves(wave, self.waves)
