"""The guard that stands before every figure and report: a table has passed `publish`, or nothing is made of it."""

from __future__ import annotations

import polars as pl

from sujuva.errors import DisclosureError

SHOWN, PRIMARY, SECONDARY = "", "primary", "secondary"
"""The values of the column `suppressed`."""
HIDDEN_COLUMNS = (
    "estimate", "se", "df", "ci_low", "ci_high", "n", "x", "y", "observed", "rows", "rows_quarantined",
    "relative", "relative_low", "relative_high", "effect", "effect_low", "effect_high", "p", "q", "clusters", "other_n",
    "survival", "value", "attended", "coping", "coping_se", "coping_low", "coping_high", "persons",
    "integration", "integration_low", "integration_high", "families",
)  # fmt: skip
"""Columns that are nulled together in a hidden row, in whichever table they stand."""


def require_published(frame: pl.DataFrame, what: str) -> pl.DataFrame:
    """Return `frame` when it has passed `publish`.

    Args:
        frame: A table that a reader is about to see.
        what: What is being made from it, for the message.

    Raises:
        DisclosureError: The column `suppressed` is missing, or a hidden row still carries a number.
    """
    if "suppressed" not in frame.columns:
        msg = f"{what}: the table has no column 'suppressed', so it has not passed publish."
        raise DisclosureError(msg, "Read it from data/published instead.")
    numbers = [name for name in HIDDEN_COLUMNS if name in frame.columns]
    leaking = frame.filter((pl.col("suppressed") != SHOWN) & pl.any_horizontal(pl.col(numbers).is_not_null()))
    if numbers and leaking.height:
        msg = f"{what}: {leaking.height} hidden rows still carry numbers."
        raise DisclosureError(msg, "Publish the table again; do not edit data/published by hand.")
    return frame
