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
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: int = Field(5, ge=1)
    organisation_threshold: int = Field(3, ge=1)
    rounding: int = Field(5, ge=1)

    @property
    def rows_rounding(self) -> int:
        """Base of the rows of files about persons."""
        return rows_base(self.threshold, self.rounding)
