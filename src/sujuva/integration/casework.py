"""What the event log counts: cases, events, activities, ways through, and work handed over between sectors."""

from __future__ import annotations

import polars as pl

from sujuva.integration.waves import with_all_waves
from sujuva.tidy import tidy


def event_indicators(events: pl.DataFrame) -> pl.DataFrame:
    """Turn the counts of the event log into indicators.

    Args:
        events: region, wave, cases, events, activities, variants (distinct sequences of activities).

    Returns:
        Tidy indicators `events_cases`, `events_events`, `events_activities`, `events_variants`; n is the number of
        cases.
    """
    counted = [
        tidy(events, indicator=f"events_{name}", estimate=pl.col(name), n=pl.col("cases"))
        for name in ("cases", "events", "activities", "variants")
    ]
    return pl.concat(counted)


def handover_indicators(handovers: pl.DataFrame) -> pl.DataFrame:
    """Count the steps from event to event, and those that lead from one sector to another.

    Args:
        handovers: region, wave, source, target (sectors of consecutive events of a case; null: not known), n.

    Returns:
        Tidy indicators by region and wave, and for all years as wave 0: `transitions` (steps with a known sector at
        both ends), `handovers_between` (those that change sector), `handover_share` (their ratio), and
        `handovers` from each sector (scale) to each other sector (category). n is the number of steps counted, for
        the share its denominator.
    """
    known = with_all_waves(handovers).drop_nulls(["source", "target"])
    between = known.filter(pl.col("source") != pl.col("target"))
    crossing = pl.col("n").filter(pl.col("source") != pl.col("target")).sum()
    totals = known.group_by("region", "wave").agg(all=pl.col("n").sum(), between=crossing).sort("region", "wave")
    return pl.concat(
        [
            tidy(totals, indicator="transitions", estimate=pl.col("all"), n=pl.col("all")),
            tidy(totals, indicator="handovers_between", estimate=pl.col("between"), n=pl.col("between")),
            tidy(totals, indicator="handover_share", estimate=pl.col("between") / pl.col("all"), n=pl.col("all")),
            tidy(
                between,
                indicator="handovers",
                scale=pl.col("source"),
                category=pl.col("target"),
                estimate=pl.col("n"),
            ),
        ]
    )
