"""Municipalities that ended, so that no row tells of a later year."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, RootModel

from sujuva.codebooks.files import folders, parse, read_yaml

_FILE = "municipality_changes.yaml"


class Ended(BaseModel):
    """A municipality that ended after the year `until` and went on as part of `into`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[0-9]{3}$")
    name: str = Field(min_length=1)
    until: int = Field(ge=1800, le=2199)
    into: str = Field(pattern=r"^[0-9]{3}$")
    unverified: bool = Field(False, description="No source for the year has been read")


def load_ended(extra: str | Path | None = None) -> dict[str, Ended]:
    """Load `municipality_changes.yaml` of the project and of the input folder `extra`, keyed by code.

    Raises:
        CodebookError: A file is not valid.
    """
    found: dict[str, Ended] = {}
    for folder in folders(extra):
        if (folder / _FILE).is_file():
            listed = parse(RootModel[tuple[Ended, ...]], read_yaml(folder / _FILE), where=_FILE).root
            found |= {one.code: one for one in listed}
    return found
