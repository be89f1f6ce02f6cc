"""A real event log in the shape of the table of events."""

from __future__ import annotations

from pathlib import Path

import polars as pl


def sepsis(shared_data: Path) -> pl.DataFrame:
    """Read the log of sepsis cases; the case named NA was written as a blank by the tool that exported it."""
    raw = pl.read_csv(shared_data / "drop" / "sepsis_events.csv")
    case = pl.col("case_id").fill_null("NA")
    return raw.select(
        case=case,
        sequence=pl.int_range(1, pl.len() + 1).over(case).cast(pl.Int32),
        activity="activity",
        time=pl.col("timestamp").str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us"),
        sector="resource",
        region=pl.lit("sepsis"),
    )
