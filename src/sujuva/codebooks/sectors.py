"""Sectors that organisations and events belong to, in the order in which figures show them."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from sujuva.codebooks.files import load_keyed
from sujuva.codebooks.text import Aliases, Entry, Text

FILE = "sectors.yaml"


class Sector(Entry):
    """A sector, such as health and social services or the third sector."""

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9_]*$")
    title: Text
    aliases: Aliases = Field((), description="Other words for it in exports, in any language")


def load_sectors(extra: str | Path | None = None) -> dict[str, Sector]:
    """Load `sectors.yaml` (see `load_keyed`), keyed by sector key, in file order."""
    return load_keyed(Sector, FILE, extra)
