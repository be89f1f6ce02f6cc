"""Counts of families' ways: the event log, work handed over and referred between sectors, services in common."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sujuva.moments.case_steps import SIDES
from sujuva.tidy import ALL_YEARS, KEY, tidy

NO_FAMILIES = "no_families"
"""Note: neither service has a family."""
SEVERAL_REGIONS = "several_regions"
"""Note: how many different things several regions have cannot be told from how many each has."""


def with_all_years(counts: pl.DataFrame, sums: Sequence[str] = ("n",)) -> pl.DataFrame:
    """Add the sum over waves, as wave `ALL_YEARS`, to a table of counts `sums` (any other columns tell rows apart)."""
    single = counts.filter(pl.col("wave") != ALL_YEARS)
    every = single.with_columns(wave=pl.lit(ALL_YEARS, dtype=pl.Int32))
    by = [name for name in counts.columns if name not in sums]
    return pl.concat([single, every]).group_by(by).agg(pl.col(sums).sum()).sort(by)


def event_indicators(events: pl.DataFrame) -> pl.DataFrame:
    """Turn the counts of the event log (cases, events, activities, variants: sequences of activities) into indicators.

    Returns:
        Tidy indicators `events_cases`, `events_events`, `events_activities`, `events_variants`; n counts cases. What is
        not known, of a network of bundles, is null, with a note.
    """
    counted = [
        tidy(
            events,
            indicator=f"events_{name}",
            estimate=pl.col(name),
            n=pl.col("cases"),
            note=pl.when(pl.col(name).is_null()).then(pl.lit(SEVERAL_REGIONS)).otherwise(pl.lit("")),
        )
        for name in ("cases", "events", "activities", "variants")
    ]
    return pl.concat(counted)


def handover_indicators(handovers: pl.DataFrame, families: pl.DataFrame | None = None) -> pl.DataFrame:
    """Count the steps from event to event, and those that lead from one sector to another.

    Args:
        handovers: region, wave, source, target (sectors of consecutive events of a case; null: not known), n, families.
        families: The moments `handover_families`; None: not known, so that nothing of it can be published.

    Returns:
        Tidy indicators by region and wave, and for all years as wave 0: `transitions` (steps with a known sector at
        both ends), `handovers_between` (those that change sector), `handover_share` (their ratio), and
        `handovers` from each sector (scale) to each other sector (category). n is the number of steps counted, for
        the share its denominator; heads are the families behind them.
    """
    known = with_all_years(handovers, ("n", "families")).drop_nulls(["source", "target"])
    crosses = pl.col("source") != pl.col("target")
    crossing = pl.col("n").filter(crosses).sum()
    totals = known.group_by("region", "wave").agg(all=pl.col("n").sum(), crossed=crossing)
    if families is None:
        families = pl.DataFrame(schema=totals.select("region", "wave").schema | dict.fromkeys(SIDES, pl.Int64()))
    totals = totals.join(with_all_years(families, SIDES), on=["region", "wave"], how="left").sort("region", "wave")
    every, crossed, between = (pl.col(name) for name in ("all", "crossed", "between"))
    sides = {"heads": between, "other_heads": pl.col("within")}
    return pl.concat(
        [
            tidy(totals, indicator="transitions", estimate=every, n=every, heads=pl.col("families")),
            tidy(totals, indicator="handovers_between", estimate=crossed, n=crossed, heads=between),
            tidy(totals, indicator="handover_share", estimate=crossed / every, n=every, **sides),
            _between_sectors(known.filter(crosses), "handovers"),
        ]
    )


def referral_indicators(referrals: pl.DataFrame) -> pl.DataFrame:
    """Count the referrals from sector to sector.

    Args:
        referrals: The moments `referrals`: region, wave, source, target (sectors; null: not known), n, families.

    Returns:
        Tidy indicators `referrals` by region and wave (0: all years), from each sector (scale) to each sector
        (category), where both are known; n is the count itself, heads are the families behind it.
    """
    return _between_sectors(
        with_all_years(referrals, ("n", "families")).drop_nulls(["source", "target"]), "referrals"
    ).sort(KEY)


def _between_sectors(counts: pl.DataFrame, indicator: str) -> pl.DataFrame:
    named = {"scale": pl.col("source"), "category": pl.col("target"), "heads": pl.col("families")}
    return tidy(counts, indicator=indicator, estimate=pl.col("n"), **named)


def overlap_indicators(service_pairs: pl.DataFrame) -> pl.DataFrame:
    """Measure how far two services have the same families: Jaccard's index |A∩B| / |A∪B| (1912).

    Args:
        service_pairs: The moments `service_pairs`: region, wave, one, other (services), both, either (families); a
            service beside itself is no pair.

    Returns:
        Tidy indicators `service_overlap` (scale: one service, category: the other); n is the number of families of
        either. Each pair stands once. Without families the estimate is null, with a note.
    """
    either = pl.col("either")
    return tidy(
        service_pairs.filter(pl.col("one") != pl.col("other")),
        indicator="service_overlap",
        scale=pl.col("one"),
        category=pl.col("other"),
        estimate=pl.when(either > 0).then(pl.col("both") / either),
        n=either,
        heads=pl.col("both"),
        other_heads=either - pl.col("both"),
        note=pl.when(either > 0).then(pl.lit("")).otherwise(pl.lit(NO_FAMILIES)),
    ).sort(KEY)
