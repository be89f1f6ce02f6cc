"""Logs that tell when an event starts and when it ends: which column is the time of the event, nobody else can know."""

from __future__ import annotations

import polars as pl

from sujuva.intake.words import BEGINS, ENDS, FINISHES, STARTS, folded, names_of
from sujuva.sources.times import read_times

BEGUN, FINISHED = (*BEGINS, *STARTS), (*FINISHES, *ENDS)
"""Names of the time at which an event starts, and at which it ends."""
_HALF = 0.5


def span_beside(text: pl.DataFrame, time: str) -> str | None:
    """Return the column that tells the start or the end of events where `time` tells the other; None: no column does.

    Two columns that never differ, or of which one is blank, leave no question.
    """
    times = [name for name in names_of("case_events", "time") if name not in {*BEGUN, *FINISHED}]
    kinds = (BEGUN, FINISHED, times)
    for names in (kind for kind in kinds if folded(time) not in kind):
        for name in text.columns:
            if name != time and folded(name) in names and _apart(text[time], text[name]):
                return name
    return None


def _apart(one: pl.Series, other: pl.Series) -> bool:
    """Tell whether two columns hold times, and not the same ones."""
    rows = pl.DataFrame({"one": one, "other": other}).drop_nulls()
    if not rows.height:
        return False
    read = [read_times(rows[name], timezone="UTC", order="day").moments for name in rows.columns]
    if any(times.null_count() > _HALF * rows.height for times in read):
        read = [read_times(rows[name], timezone="UTC", order="month").moments for name in rows.columns]
    if any(times.null_count() > _HALF * rows.height for times in read):
        return False
    return bool((read[0] != read[1]).any())
