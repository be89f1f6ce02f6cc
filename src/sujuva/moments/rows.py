"""What became of every clean row: in the moments, or left out for a stated reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from sujuva.errors import ContractError
from sujuva.moments.parts import Family, Part, laid_out
from sujuva.tables import bound_to_waves, person_key

USED = "used"
"""The rows that are in the moments of their table."""
OTHER_REGION, OTHER_WAVE, FREE_TEXT = "other_region", "other_wave", "free_text"
NO_START, UNOBSERVED = "no_start", "after_observation"
REASONS = (OTHER_REGION, OTHER_WAVE, FREE_TEXT, NO_START, UNOBSERVED)
"""Why clean rows are in no moments; each has its words in the codebook of terms, under row_use.

Rows of a region or wave that is not of the study; texts in somebody's own words; events of families that never had the
event with which the wait starts; events after the last day of observation.
"""
ROWS = pl.Schema({"table": pl.String(), "reason": pl.String(), "rows": pl.Int64(), "behind": pl.Int64()})
"""Columns of the table of rows and their types."""
ROWS_KEY = ("table", "reason")
"""Columns that tell the rows of the table of rows apart."""
_UNREAD = "open_answers"


def row_part(
    table: str,
    rows: pl.DataFrame | pl.LazyFrame,
    *,
    regions: Collection[str] | None = None,
    waves: Collection[int] | None = None,
) -> Part:
    """Count the rows of a clean table by what becomes of them; those of `case_events` are counted with its moments.

    Args:
        table: Name of the table.
        rows: The table; of answers with the regions of their persons.
        regions: Regions of the study; None: the table is of all regions.
        waves: Waves of the study; they bind the tables of what is measured, not those of what happens.

    Returns:
        rows: table, reason (`USED`, or one of `REASONS`), and the sums rows and behind: the persons, children or
        families whose rows they are, or the rows themselves where they are nobody's.
    """
    left = []
    if table == _UNREAD:
        left.append(pl.lit(FREE_TEXT))
    if regions is not None:
        left.append(_outside("region", regions, OTHER_REGION))
    if waves is not None and bound_to_waves(table):
        left.append(_outside("wave", waves, OTHER_WAVE))
    key = person_key(table)
    behind = pl.len() if key is None else pl.col(key).n_unique()
    counted = (
        rows.lazy()
        .group_by(reason=pl.coalesce(*left, pl.lit(USED)))
        .agg(rows=pl.len().cast(pl.Int128), behind=behind.cast(pl.Int128))
        .collect(engine="streaming")
    )
    return {"rows": counted.select(pl.lit(table).alias("table"), "reason", "rows", "behind").sort("reason")}


def _outside(column: str, allowed: Collection[str] | Collection[int], reason: str) -> pl.Expr:
    return pl.when(~pl.col(column).is_in(list(allowed)).fill_null(value=False)).then(pl.lit(reason))


def finish_rows(merged: Part) -> pl.DataFrame:
    """Return columns `ROWS`, sorted by `ROWS_KEY`."""
    return laid_out(merged["rows"], ROWS, ROWS_KEY)


row_moments = Family(row_part, finish_rows, schema=ROWS, key=ROWS_KEY, source="rows")


def check_rows(counted: pl.DataFrame, clean: Mapping[str, int]) -> None:
    """See that every clean row was counted once.

    Args:
        counted: What `finish_rows` made.
        clean: Number of rows of each clean table.

    Raises:
        ContractError: Names the first table whose rows do not add up.
    """
    sums = dict(counted.group_by("table").agg(pl.col("rows").sum()).iter_rows())
    for table in sorted({*clean, *sums}):
        told, rows = sums.get(table, 0), clean.get(table, 0)
        if told != rows:
            msg = f"The clean table {table} has {rows} rows, but the moments tell what became of {told}."
            raise ContractError(msg, "A family of moments loses or repeats rows; this is an error in the program.")
