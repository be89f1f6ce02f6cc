"""The moments of casework: durations, what the event log holds, and steps from sector to sector."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ParameterError, nearest
from sujuva.moments.study import in_study, with_network

FIRST, LAST = "*first", "*last"
"""Instead of an activity: the first or the last event of the case."""
CLOSED, OPEN = "start_to_end", "open"
"""Measures of `durations`."""
EVERY_YEAR = 0
"""The wave that stands for all years together."""
DURATIONS_KEY = ("region", "wave", "measure", "seconds", "days")
EVENTS_KEY = ("region", "wave")
HANDOVERS_KEY = ("region", "wave", "source", "target")
_SECOND = 1_000_000  # in microseconds
_ORDER = ("case", "time", "sequence")


def durations(
    events: pl.DataFrame,
    *,
    start: str,
    end: str,
    regions: Collection[str],
    waves: Collection[int] | None = None,
    timezone: str | None = None,
) -> pl.DataFrame:
    """Measure every case from its first `start` to the first `end` at or after it.

    Seconds pass through UTC when `timezone` names the zone of the local times, so a night of the clock change counts as
    23 or 25 hours; days are differences of local calendar dates. Of a time that the autumn repeats the earlier instant
    is taken; one that the spring leaves out is read with the offset before the change.

    Args:
        events: case, sequence, activity, time (local), region. A case belongs to the region of its first event.
        start: Activity that starts the clock, or *first / *last.
        end: Activity that stops it, or *first / *last.
        regions: Regions of the study.
        waves: Years of the study; a case belongs to the year of its start. None: all years.
        timezone: IANA name, or None: local times are subtracted as they stand.

    Returns:
        region, wave (Int32, the year of the start), measure, seconds (Int64), days (Int32), n (Int64), sorted. Cases
        that never reach the end: measure "open", seconds and days -1. Cases without a start are not here.

    Raises:
        ParameterError: No event at all has the activity of `start` or `end`, or the zone is unknown.
    """
    for name, value in (("case_start", start), ("case_end", end)):
        _check_activity(events, name, value)
    ordered = events.sort(_ORDER)
    cases = ordered.group_by("case", maintain_order=True).agg(
        pl.col("region").first(), _first_time(start).alias("start")
    )
    cases = cases.filter(pl.col("region").is_in(list(regions)), pl.col("start").is_not_null())
    later = ordered.select("case", "activity", "time").join(cases.select("case", "start"), on="case")
    later = later.filter(pl.col("time") >= pl.col("start"))
    if end == FIRST:  # only the case's very first event will do
        later = later.join(ordered.group_by("case").agg(first=pl.col("time").min()), on="case")
        later = later.filter(pl.col("time") == pl.col("first"))
    ends = later.sort("case", "time").group_by("case", maintain_order=True).agg(_first_time(end).alias("end"))
    spans = cases.join(ends, on="case", how="left").with_columns(
        seconds=(_instant("end", timezone) - _instant("start", timezone)).dt.total_microseconds() // _SECOND,
        days=(pl.col("end").dt.date() - pl.col("start").dt.date()).dt.total_days(),
    )
    closed = pl.col("end").is_not_null()
    counted = (
        spans.select(
            "region",
            pl.col("start").dt.year().cast(pl.Int32).alias("wave"),
            pl.when(closed).then(pl.lit(CLOSED)).otherwise(pl.lit(OPEN)).alias("measure"),
            pl.col("seconds").fill_null(-1).cast(pl.Int64),
            pl.col("days").fill_null(-1).cast(pl.Int32),
        )
        .group_by(DURATIONS_KEY)
        .agg(n=pl.len().cast(pl.Int64))
    )
    return with_network(in_study(counted, regions=regions, waves=waves)).sort(DURATIONS_KEY)


def event_counts(
    events: pl.DataFrame, *, regions: Collection[str], waves: Collection[int] | None = None
) -> pl.DataFrame:
    """Count what the event log holds.

    Args:
        events: case, sequence, activity, time, region. A case belongs to the region and year of its first event.
        regions: Regions of the study.
        waves: Years of the study; None: all years.

    Returns:
        region (and the network), wave (Int32; 0: all years), cases, events, activities (distinct ones), variants
        (distinct sequences of activities, ordered by time, then sequence), all Int64, sorted.
    """
    ordered = _in_cases(events, regions, waves)
    # A unit separator cannot be part of an activity's name, so joined sequences are equal only if the sequences are.
    variant = ordered.group_by("case", maintain_order=True).agg(pl.col("activity").str.join("\x1f").alias("variant"))
    ordered = ordered.join(variant, on="case")
    parts = []
    for where in ("region", None):
        for when in ("wave", None):
            keyed = ordered.with_columns(
                region=pl.col("region") if where else pl.lit(NETWORK),
                wave=pl.col("wave") if when else pl.lit(EVERY_YEAR, pl.Int32),
            )
            parts.append(
                keyed.group_by("region", "wave").agg(
                    cases=pl.col("case").n_unique().cast(pl.Int64),
                    events=pl.len().cast(pl.Int64),
                    activities=pl.col("activity").n_unique().cast(pl.Int64),
                    variants=pl.col("variant").n_unique().cast(pl.Int64),
                )
            )
    return pl.concat(parts).sort(EVENTS_KEY)


def handovers(events: pl.DataFrame, *, regions: Collection[str], waves: Collection[int] | None = None) -> pl.DataFrame:
    """Count the steps between consecutive events of a case by the sectors at both ends.

    Args:
        events: case, sequence, activity, time, sector (null: not known), region. A case belongs to the region and year
            of its first event.
        regions: Regions of the study.
        waves: Years of the study; None: all years.

    Returns:
        region (and the network), wave (Int32), source, target (sectors; equal where the work stayed), n, sorted.
    """
    steps = _in_cases(events, regions, waves).with_columns(
        target=pl.col("sector").shift(-1), same=pl.col("case") == pl.col("case").shift(-1)
    )
    counted = (
        steps.filter(pl.col("same"))
        .select("region", "wave", pl.col("sector").alias("source"), "target")
        .group_by(HANDOVERS_KEY)
        .agg(n=pl.len().cast(pl.Int64))
    )
    return with_network(counted).sort(HANDOVERS_KEY, nulls_last=True)


def _in_cases(events: pl.DataFrame, regions: Collection[str], waves: Collection[int] | None) -> pl.DataFrame:
    """Order the events and give each the region and the year (wave) of its case's first event."""
    ordered = events.sort(_ORDER)
    cases = ordered.group_by("case", maintain_order=True).agg(
        pl.col("region").first(), pl.col("time").first().dt.year().cast(pl.Int32).alias("wave")
    )
    cases = in_study(cases, regions=regions, waves=waves)
    return ordered.drop("region").join(cases, on="case", maintain_order="left")


def _first_time(activity: str) -> pl.Expr:
    if activity == FIRST:
        return pl.col("time").first()
    if activity == LAST:
        return pl.col("time").last()
    return pl.col("time").filter(pl.col("activity") == activity).first()


def _instant(column: str, timezone: str | None) -> pl.Expr:
    local = pl.col(column)
    if timezone is None:
        return local
    hour = pl.duration(hours=1)

    def placed(time: pl.Expr) -> pl.Expr:
        return time.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")

    return pl.coalesce(placed(local), placed(local - hour) + hour).dt.convert_time_zone("UTC")


def _check_activity(events: pl.DataFrame, name: str, value: str) -> None:
    if value in {FIRST, LAST} or events.is_empty():
        return
    known = events["activity"].unique().to_list()
    if value not in known:
        msg = f"{name}: no event has the activity '{value}'."
        hint = nearest(value, known, listed=False) or f"Name an activity of the log, or {FIRST} or {LAST}."
        raise ParameterError(msg, hint)
