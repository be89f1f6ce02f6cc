"""The thresholds of disclosure control."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from sujuva.published import rows_base


class Privacy(BaseModel):
    """What may leave the house.

    Attributes:
        threshold: Counts of persons or families from 1 to `threshold` − 1 are hidden.
        organisation_threshold: The same for organisations, which are not persons.
        rounding: Shown counts of persons and families are rounded to a multiple of this; 1 rounds nothing.
        dominance_n: Of a sum or a mean about organisations, the `dominance_n` largest contributions …
        dominance_k: … may not make up more than `dominance_k` per cent (the (n, k) rule).
        p_percent: Without the two largest contributions, a sum is at least `p_percent` per cent of the largest, so
            that the second largest cannot compute it more closely than that (the p% rule).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: int = Field(5, ge=1)
    organisation_threshold: int = Field(3, ge=1)
    rounding: int = Field(5, ge=1)
    dominance_n: int = Field(1, ge=1)
    dominance_k: int = Field(75, ge=1, le=100)
    p_percent: int = Field(10, ge=0, le=100)

    @property
    def rows_rounding(self) -> int:
        """Base of the rows of files about persons."""
        return rows_base(self.threshold, self.rounding)
