"""The thresholds of disclosure control, and the guard that stands before every figure and report."""

from __future__ import annotations

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from sujuva.errors import DisclosureError

SHOWN, PRIMARY, SECONDARY = "", "primary", "secondary"
"""The values of the column `suppressed`."""


class Privacy(BaseModel):
    """What may leave the house.

    Attributes:
        threshold: Counts of persons or families from 1 to `threshold` − 1 are hidden.
        organisation_threshold: The same for organisations, which are not persons.
        rounding: Shown counts of persons and families are rounded to a multiple of this; 1 rounds nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: int = Field(5, ge=1)
    organisation_threshold: int = Field(3, ge=1)
    rounding: int = Field(5, ge=1)

    @property
    def rows_rounding(self) -> int:
        """Base of the rows of files about persons: the first multiple of `rounding` that is no less than `threshold`.

        Two counts that differ by less than the threshold may then be the same, whatever is published of them.
        """
        return self.rounding * -(-self.threshold // self.rounding)


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


HIDDEN_COLUMNS = (
    "estimate", "se", "df", "ci_low", "ci_high", "n", "x", "y", "observed", "rows", "rows_quarantined",
    "relative", "relative_low", "relative_high", "effect", "effect_low", "effect_high", "p", "q", "clusters", "other_n",
    "survival", "value", "attended", "coping", "coping_se", "coping_low", "coping_high", "persons",
    "integration", "integration_low", "integration_high", "families",
)  # fmt: skip
"""Columns that are nulled together in a hidden row, in whichever table they stand."""
