"""What a draft says about one table that a file feeds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sujuva.intake.guess import OPEN, Guess


@dataclass(frozen=True)
class DraftFeed:
    """What a draft says about one table that a file feeds; the fields are those of a feed in sources.yaml."""

    table: Guess[str]
    columns: Mapping[str, Guess[Any]] = field(default_factory=dict)
    instrument: Guess[str] | None = None
    items: Mapping[str, Guess[str]] = field(default_factory=dict)
    item_map: Guess[dict[str, str]] | None = None
    missing: tuple[Guess[str], ...] = ()
    texts: Mapping[str, Guess[str]] = field(default_factory=dict)
    duration: Guess[dict[str, Any]] | None = None
    named: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def used(self) -> set[str]:
        """Raw columns that it uses; those of items that the codebook names are in `named`."""
        found = {*self.named, *(guess.value for guess in self.items.values())}
        found |= {guess.value for guess in self.texts.values()}
        for name in self.columns:
            found.update(self.origin(name))
        if self.duration is not None:
            found |= {value for key, value in self.duration.value.items() if key in {"from", "start", "end"}}
        return found - {""}

    @property
    def target(self) -> str:
        """Name of the clean table: answers of an instrument have a table of their own."""
        return f"answers_{self.instrument.value}" if self.instrument else self.table.value

    def origin(self, name: str) -> list[str]:
        """Return the raw columns that a column of the contract comes from."""
        return origin_of(self.columns[name])

    @property
    def gaps(self) -> list[str]:
        """Columns that a person must fill in."""
        return [name for name, guess in self.columns.items() if guess.sureness == OPEN]


def origin_of(guess: Guess[Any]) -> list[str]:
    """Return the raw columns that what is said of a column of the contract names."""
    said = guess.value.get("from", []) if isinstance(guess.value, dict) else guess.value
    return [said] if isinstance(said, str) else list(said)


def slug(name: str) -> str:
    """Return a name of small letters, digits and underscores: ä becomes a; empty names become `column`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40].strip("_") or "column"
