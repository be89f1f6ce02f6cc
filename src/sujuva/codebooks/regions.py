"""Regions of the network and municipalities that ended: names, levels, codes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, RootModel

from sujuva.codebooks.files import folders, load_keyed, parse, read_yaml
from sujuva.codebooks.text import Entry, Text

NETWORK = "network"
"""The key that stands for all regions of the study together."""
COUNTRY = "358"
"""Code of the whole country among the areas of public statistics (Sotkanet)."""
_ENDED = "municipality_changes.yaml"


MunicipalityType = Literal["urban", "semi_urban", "rural"]


class Region(Entry):
    """A region: a wellbeing services county, a city, or another area that takes part as one."""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Text
    level: Literal["county", "city", "other"]
    code: str = Field("", description="Official code of the area as text, with leading zeros")
    municipalities: dict[str, str] = Field(default_factory=dict, description="Municipality code (text) to name")
    municipality_types: dict[MunicipalityType, tuple[str, ...]] = Field(
        default_factory=dict, description="Type of municipality (Statistics Finland's grouping) to municipality codes"
    )


class Ended(Entry):
    """A municipality that ended after the year `until` and went on as part of `into`."""

    code: str = Field(pattern=r"^[0-9]{3}$")
    name: str = Field(min_length=1)
    until: int = Field(ge=1800, le=2199)
    into: str = Field(pattern=r"^[0-9]{3}$")
    unverified: bool = Field(False, description="No source for the year has been read")


def load_regions(extra: str | Path | None = None) -> dict[str, Region]:
    """Load `regions.yaml` (see `load_keyed`), keyed by region key, in file order."""
    return load_keyed(Region, "regions.yaml", extra)


def load_ended(extra: str | Path | None = None) -> dict[str, Ended]:
    """Load `municipality_changes.yaml` of the project and of the input folder `extra`, keyed by code.

    Raises:
        CodebookError: A file is not valid.
    """
    found: dict[str, Ended] = {}
    for path in (folder / _ENDED for folder in folders(extra) if (folder / _ENDED).is_file()):
        found |= {one.code: one for one in parse(RootModel[tuple[Ended, ...]], read_yaml(path), where=_ENDED).root}
    return found
