"""Columns that tell who somebody is, and what a draft does with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sujuva.cleaning.distinct import Columns
from sujuva.cleaning.identifiers import GUESSED, KINDS, find_identifiers
from sujuva.intake import words
from sujuva.intake.columns import Facts
from sujuva.intake.guess import GUESS, LIKELY, SURE, DraftFeed, Guess
from sujuva.sources import RawTable
from sujuva.tables import all_about, contract_of

_DATES = "dates and times, which only look like numbers of phones"


@dataclass(frozen=True)
class Decisions:
    """What a draft says under `people:`, column by column, with the reason.

    Attributes:
        drop: No feed needs them.
        pseudonymise: Keys, and open answers.
        keep: They only look so; the value is the reason.
        undecided: A feed needs them, and only a person can tell what they are: cleaning stops at them.
    """

    drop: Mapping[str, Guess[str]] = field(default_factory=dict)
    pseudonymise: Mapping[str, Guess[str]] = field(default_factory=dict)
    keep: Mapping[str, Guess[str]] = field(default_factory=dict)
    undecided: Mapping[str, Guess[str]] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """All of the columns."""
        return [*self.drop, *self.pseudonymise, *self.keep, *self.undecided]


def identifying(raw: RawTable, *, phones: bool = True) -> dict[str, Guess[str]]:
    """Return the columns that tell who somebody is, with the kind (a key of `KINDS`), in the order of the file.

    Sure where the export itself marks the column; likely (0.9) where values look so; a guess (0.6) by name alone.
    Values are searched for phone numbers only where `phones` is true.
    """
    found: dict[str, Guess[str]] = {}
    for one in find_identifiers(Columns(raw), phones=phones):
        if one.rows:
            guess = Guess(str(one.kind), LIKELY, f"{KINDS[one.kind]} in {one.rows} row{'s' if one.rows > 1 else ''}")
        else:
            guess = Guess(str(one.kind), GUESS, f"{KINDS[one.kind]}, by its name")
        if one.column not in found or guess.sureness > found[one.column].sureness:
            found[one.column] = guess
    for name in raw.frame.columns:
        if words.folded(name) in words.RESOURCES and name not in found:
            found[name] = Guess("name", GUESS, "whoever did something, by its name")
    marked = {name: Guess("name", SURE, "the export itself marks it as identifying") for name in raw.identifying}
    both = found | marked
    return {name: both[name] for name in raw.frame.columns if name in both}


def decide(people: Mapping[str, Guess[str]], feeds: Sequence[DraftFeed], facts: Sequence[Facts]) -> Decisions:
    """Drop what no feed needs; keys and open answers become pseudonyms; the rest is for a person to say why."""
    used = set().union(*(feed.used for feed in feeds))
    texts = {guess.value for feed in feeds for guess in feed.texts.values()}
    private, things = set(), set()
    for feed in feeds:
        for name, one in all_about(contract_of(feed.target)).items():
            if name in feed.columns:
                private |= set(feed.origin(name)) if one.private else set()
                things |= set(feed.origin(name)) if one.named else set()
    hidden = {
        name
        for name, guess in people.items()
        if name in used and (name in texts | private or guess.value not in GUESSED)
    }
    named = {name for name, guess in people.items() if name in things and guess.value == "name"}
    rest = {name: guess for name, guess in people.items() if name in used - hidden - named}
    dated = {one.name for one in facts if one.formats and one.name in rest and rest[one.name].value in GUESSED}
    return Decisions(
        {name: guess for name, guess in people.items() if name not in used},
        {name: guess for name, guess in people.items() if name in hidden},
        {name: Guess(_DATES, LIKELY) for name in rest if name in dated},
        {name: guess for name, guess in rest.items() if name not in dated},
    )
