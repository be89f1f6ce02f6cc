"""A guess and how sure it is: of one thing, and of a table that a file feeds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Value_co = TypeVar("Value_co", covariant=True)

SURE, LIKELY, GUESS, WEAK, OPEN = 1.0, 0.9, 0.6, 0.3, 0.0
_WORDS = ((0.95, "sure"), (0.75, "likely"), (0.45, "a guess"), (0.01, "a weak guess"), (0.0, "to fill in"))


@dataclass(frozen=True)
class Guess(Generic[Value_co]):
    """What a draft says about one thing, with how sure it is and why.

    Attributes:
        value: What is written into the draft.
        sureness: 1 (`SURE`): the file itself says it (its first bytes, a byte order mark), or a name is the one that
            the codebook or the contract has and the values fit it. 0.9 (`LIKELY`): two independent signs agree, such
            as a name that people use for it and values that fit. 0.6 (`GUESS`): one sign speaks for it and nothing
            against it. 0.3 (`WEAK`): it is possible, but something else fits as well, or the signs disagree.
            0 (`OPEN`): nothing tells it, and a person must fill it in.
        why: The sign, in a few words. Never a value of a person.
    """

    value: Value_co
    sureness: float
    why: str = ""

    @property
    def word(self) -> str:
        """The sureness in words."""
        return word_of(self.sureness)

    @property
    def comment(self) -> str:
        """What stands at the end of the line in the draft."""
        word = self.word if self.sureness else "FILL IN"
        return f"{word}: {self.why}" if self.why else word


def word_of(sureness: float) -> str:
    """Return the word for a sureness between 0 and 1: sure, likely, a guess, a weak guess or to fill in."""
    return next(word for limit, word in _WORDS if sureness >= limit)


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
    lifecycle: Guess[dict[str, Any]] | None = None

    @property
    def used(self) -> set[str]:
        """Raw columns that it uses; those of items that the codebook names are in `named`."""
        found = {*self.named, *(guess.value for guess in self.items.values())}
        found |= {guess.value for guess in self.texts.values()}
        for name in self.columns:
            found.update(self.origin(name))
        if self.duration is not None:
            found |= {value for key, value in self.duration.value.items() if key in {"from", "start", "end"}}
        if self.lifecycle is not None:
            found.add(self.lifecycle.value["from"])
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
