"""Clean rows on their way out: how many are in the numbers, and how many are left out for which reason."""

from __future__ import annotations

import polars as pl

from sujuva.publish.privacy import Privacy
from sujuva.publish.rules import rounded_count, suppressed_of
from sujuva.publish.tables import of_persons
from sujuva.published import ADDITIVE

ROWS_SCHEMA = {"table": pl.String, "reason": pl.String, "rows": pl.Int64, "behind": pl.Int64}


def suppress_rows(rows: pl.DataFrame, privacy: Privacy) -> pl.DataFrame:
    """Hide small counts of clean rows of persons, children and families; the other rows of the table go with them.

    The rows of a table add up to its clean rows, which the ledger tells: of a table with a small count nothing is told.

    Args:
        rows: The moments `rows`: table, reason, rows, behind (persons, children or families).
        privacy: Thresholds and rounding.

    Returns:
        table, reason, rows (still exact), rule, suppressed, sorted.
    """
    small = of_persons("table") & (
        pl.col("rows").is_between(1, privacy.threshold - 1) | pl.col("behind").is_between(1, privacy.threshold - 1)
    )
    rule = pl.when(small).then(pl.lit("small_count")).when(small.any().over("table")).then(pl.lit(ADDITIVE))
    marked = rows.with_columns(rule=rule.otherwise(pl.lit("")))
    return marked.select("table", "reason", "rows", "rule", suppressed=suppressed_of("rule")).sort("table", "reason")


def round_table_rows(rows: pl.DataFrame, privacy: Privacy) -> pl.DataFrame:
    """Round the rows of persons and families as those of files are, see `Privacy.rows_rounding`."""
    near = rounded_count(pl.col("rows"), privacy.rows_rounding)
    return rows.with_columns(rows=pl.when(of_persons("table")).then(near).otherwise("rows"))
