"""Sectors that organisations and events belong to, in the order in which figures show them."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from sujuva.codebooks.files import load_keyed
from sujuva.codebooks.text import Text


class Sector(BaseModel):
    """A sector, such as health and social services or the third sector."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9_]*$")
    title: Text
    aliases: tuple[str, ...] = Field((), description="Other words for it in exports, in any language")


def load_sectors(extra: str | Path | None = None) -> dict[str, Sector]:
    """Load `sectors.yaml` of the project and of the input folder `extra`, keyed by sector key, in file order.

    Raises:
        CodebookError: A file is not valid.
    """
    return load_keyed(Sector, "sectors.yaml", extra)
