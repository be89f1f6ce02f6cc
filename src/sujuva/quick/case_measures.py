"""Every measure of a log, and which of them it cannot tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from sujuva.codebooks import load_indicators
from sujuva.codebooks.regions import NETWORK
from sujuva.integration import (
    case_indicators,
    delay_indicators,
    event_indicators,
    handover_indicators,
    overlap_indicators,
    referral_indicators,
    survival_indicators,
    survival_table,
)
from sujuva.moments import CaseSettings, casework_moments, durations
from sujuva.moments.case_log import observed_until
from sujuva.moments.case_settings import FIRST, LAST
from sujuva.moments.rows import NO_START, UNOBSERVED
from sujuva.quick.case_words import OTHER, rare_words, without_rare
from sujuva.tidy import HEADS, KEY

CURVE_DAYS = (0, 1, 3, 7, 14, 21, 28, 42, 56, 84, 182, 365)
"""Days at which the survival curve is read."""
_CONFIDENCE = 0.95  # coverage of the intervals
WHOLE = "all"
"""The region that stands for the whole log."""
MEETING = "meeting"
_STEPS = "handovers"
_NOWHERE = "\x00"
_RESTS: Mapping[str, Sequence[str]] = {
    "sector": (
        *("case_sectors", "case_sectors_3", "case_blau", "case_third_sector", "case_caller"),
        *("handovers_between", "handover_share", "handovers"),
    ),
    "target": ("case_referral_chain", "case_ping_pong", "referrals"),
    "role": ("case_parent", "case_child"),
    "outcome": ("case_action_done", "case_action_done_half", "case_action_unknown"),
    "support": ("case_early",),
    "service": ("case_one_stop", "case_contacts_before", "case_contacts_before_median", "service_overlap"),
}
"""Measures by the column without which they say nothing."""
_LABELS: Mapping[str, Sequence[tuple[str, Sequence[str]]]] = {
    "sector": (("scale", ("handovers", "referrals")), ("category", ("handovers", "referrals", "case_caller"))),
    "service": (("scale", ("service_overlap",)), ("category", ("service_overlap",))),
    "trigger": (("category", ("case_trigger",)),),
}
"""Where words stand in the table of indicators, by kind."""
_GROUPS = {"sector": "caller", "trigger": "trigger"}


def measure(events: pl.DataFrame, settings: CaseSettings) -> tuple[pl.DataFrame, pl.DataFrame, list[str]]:
    """Compute every measure that a log tells, and the survival curve.

    A word that fewer than three families share, and no list knows, is `OTHER` in scales, categories, groups and
    regions. Everything else is computed with the words as they are.

    Where a way ends with a meeting and no event is one, all are open. From *first to *last a case with one event has
    no way, and is left out. Returns tidy indicators and the table of `survival_table`; region all is the whole log. And
    what a reader must know.
    """
    made, curve, rows = _measured(events, settings)
    rare = rare_words(events, keep=[settings.one_number] if settings.one_number else [])
    if rare:
        few = {kind: [OTHER] for kind in rare}
        of_few, curve_of_few, _ = _measured(without_rare(events, rare), settings)
        steps = pl.col("indicator") == _STEPS
        others = [made.filter(~_says(rare), ~steps), of_few.filter(_says(few), ~steps)]
        made = pl.concat([*others, _added(made.filter(steps), rare)])
        curve = pl.concat([curve.filter(~_stands(rare)), curve_of_few.filter(_stands(few))])
    made, notes = _told(made, events)
    single = _single(events, settings)
    if single:
        many = f"{single} cases have" if single > 1 else "1 case has"
        notes.append(f"{many} a single event, and so no way to measure: not in the delays and the cases started.")
    notes += _not_counted(rows, settings)
    if rare:
        notes.append(f"Words that the lists do not know and fewer than three families share are '{OTHER}'.")
    return made.sort(KEY), curve.sort("region", "wave", "group", "day"), notes


def _measured(events: pl.DataFrame, settings: CaseSettings) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    regions = events["region"].unique().sort().to_list()
    limits, level = settings.delay_days, {"confidence": _CONFIDENCE}
    there = settings.end != MEETING or events["activity"].is_in([MEETING]).any()
    # Only durations depend on the end.
    part = casework_moments.part(events, settings if there else replace(settings, end=settings.start), regions=regions)
    found = casework_moments.finish(part)
    waits = found["durations"]
    if not there:
        waits = _durations(_with_end(events, settings.end), settings, regions)
    elif _single(events, settings):
        waits = _durations(events.filter(pl.len().over("case") > 1), settings, regions)
    made = pl.concat(
        [
            event_indicators(found["events"]),
            delay_indicators(waits, limits, **level),
            survival_indicators(waits, limits, **level),
            case_indicators(found["case_tallies"], **level),
            handover_indicators(found["handovers"]),
            referral_indicators(found["referrals"]),
            overlap_indicators(found["service_pairs"]),
        ]
    )
    curve = survival_table(waits, CURVE_DAYS, **level)
    # How many families stand on the two sides of a share is for `publish` alone.
    return _named(made.drop(HEADS), regions), _named(curve, regions), part["rows"]


def _not_counted(rows: pl.DataFrame, settings: CaseSettings) -> list[str]:
    """Tell of the events that the measures of cases leave out."""
    left = {reason: (events, cases) for reason, events, cases in rows.select("reason", "rows", "behind").rows()}
    notes = []
    if UNOBSERVED in left:
        events, _ = left[UNOBSERVED]
        notes.append(f"Events after {settings.observed_until}, the last day of observation, are not used: {events}.")
    if NO_START in left:
        events, cases = left[NO_START]
        notes.append(
            f"Cases without '{settings.start}' are in no measure but those of the log: {cases} ({events} events)."
        )
    return notes


def _durations(events: pl.DataFrame, settings: CaseSettings, regions: Sequence[str]) -> pl.DataFrame:
    start, end, zone = settings.start, settings.end, settings.timezone
    return durations(events, start=start, end=end, regions=regions, timezone=zone, settings=settings)


def _with_end(events: pl.DataFrame, end: str) -> pl.DataFrame:
    """Add an event of the end that belongs to no region of the study: an end that nobody reached is none to refuse."""
    blank = {name: None for name in events.columns if name not in {"case", "sequence", "activity", "time", "region"}}
    row = {"case": _NOWHERE, "sequence": 1, "activity": end, "time": events["time"].min(), "region": _NOWHERE, **blank}
    return pl.concat([events, pl.DataFrame([row], schema=dict(events.schema))])


def _single(events: pl.DataFrame, settings: CaseSettings) -> int:
    """Count the cases with one event, where the clock goes from the first to the last."""
    if (settings.start, settings.end) != (FIRST, LAST):
        return 0
    seen = observed_until(events.lazy(), settings.observed_until)
    return seen.group_by("case").len().filter(pl.col("len") == 1).collect().height


def _told(made: pl.DataFrame, events: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Leave out the measures that rest on a column without any value, and name them."""
    info, notes = load_indicators(), []
    for name, measures in _RESTS.items():
        lost = [one for one in measures if made["indicator"].is_in([one]).any()]
        if lost and events[name].null_count() == events.height:
            notes.append(f"Not told, as no {name} is known: {', '.join(info[one].title['en'] for one in lost)}.")
            made = made.filter(~pl.col("indicator").is_in(lost))
    return made, notes


def _added(steps: pl.DataFrame, rare: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Return the steps from sector to sector with `OTHER` instead of rare words: those between two of them count."""
    words = {"region": rare.get("region", ()), **dict.fromkeys(("scale", "category"), tuple(rare.get("sector", ())))}
    named = steps.with_columns(pl.col(name).replace(list(said), OTHER) for name, said in words.items())
    rest = [name for name in steps.columns if name not in {*KEY, "estimate", "n"}]
    sums = [pl.col(name).sum() for name in ("estimate", "n")]
    return named.group_by(KEY).agg(*sums, pl.col(rest).first()).select(steps.columns)


def _stands(words: Mapping[str, Sequence[str]]) -> pl.Expr:
    """Tell whether a region or group is one of the words."""
    groups = [f"{_GROUPS[kind]}:{word}" for kind, said in words.items() if kind in _GROUPS for word in said]
    return pl.col("region").is_in(list(words.get("region", ()))) | pl.col("group").is_in(groups)


def _says(words: Mapping[str, Sequence[str]]) -> pl.Expr:
    """Tell whether a row of indicators has one of the words in its scale, category, group or region."""
    found = _stands(words)
    for kind, said in words.items():
        for column, indicators in _LABELS.get(kind, ()):
            found |= pl.col("indicator").is_in(list(indicators)) & pl.col(column).is_in(list(said))
    return found


def _named(frame: pl.DataFrame, regions: Sequence[str]) -> pl.DataFrame:
    """Call the network all, and leave out the one region that it consists of."""
    kept = frame.filter(~pl.col("region").is_in(list(regions))) if len(regions) == 1 else frame
    return kept.with_columns(region=pl.col("region").replace(NETWORK, WHOLE))
