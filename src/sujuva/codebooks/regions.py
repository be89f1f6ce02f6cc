"""Regions of the network: what they are called, on which level they stand, which municipalities they hold."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sujuva.codebooks.files import load_keyed
from sujuva.codebooks.text import Text

NETWORK = "network"
"""The key that stands for all regions of the study together."""
COUNTRY = "358"
"""Code of the whole country among the areas of public statistics (Sotkanet)."""


class Region(BaseModel):
    """A region: a wellbeing services county, a city, or another area that takes part as one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Text
    level: Literal["county", "city", "other"]
    code: str = Field("", description="Official code of the area as text, with leading zeros")
    municipalities: dict[str, str] = Field(default_factory=dict, description="Municipality code (text) to name")
    municipality_types: dict[Literal["urban", "semi_urban", "rural"], tuple[str, ...]] = Field(
        default_factory=dict, description="Type of municipality (Statistics Finland's grouping) to municipality codes"
    )


def load_regions(extra: str | Path | None = None) -> dict[str, Region]:
    """Load `regions.yaml` of the project and of the input folder `extra`, keyed by region key, in file order.

    Raises:
        CodebookError: A file is not valid.
    """
    return load_keyed(Region, "regions.yaml", extra)
