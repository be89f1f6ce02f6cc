"""Relations that organisations rate: what a rating means, and which numbers it may be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from sujuva.codebooks.files import load_keyed
from sujuva.codebooks.text import Aliases, Entry, Text
from sujuva.normal import normal

FILE = "relations.yaml"
RelationKind = Literal["tie", "value", "trust"]


class Relation(Entry):
    """A relation from one organisation to another.

    `tie` is how closely two work together (0 says not at all), `value` what a rater thinks that a partner brings,
    `trust` how far it trusts the partner. Networks are made of ties alone: a low value is no missing tie.
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    kind: RelationKind
    range: tuple[int, int] | None = Field(None, description="Lowest and highest rating; none where not known")
    aliases: Aliases = Field((), description="Other words for it in exports, in any language")

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.range is None:
            if self.kind != "tie":
                msg = f"range: a relation of the kind {self.kind} needs one"
                raise ValueError(msg)
        elif not 0 <= self.range[0] < self.range[1]:
            msg = "range: the lowest rating comes first, is at least 0 and below the highest"
            raise ValueError(msg)
        return self


def load_relations(extra: str | Path | None = None) -> dict[str, Relation]:
    """Load `relations.yaml` (see `load_keyed`), keyed by relation key, in file order."""
    return load_keyed(Relation, FILE, extra)


def relation_of(name: str, relations: Mapping[str, Relation]) -> Relation:
    """Return the relation that a table calls `name`: by its key, or by an alias in any case.

    A relation that the codebook does not know is a tie with no known range.
    """
    if name in relations:
        return relations[name]
    wanted = normal(name).casefold()
    found = (one for one in relations.values() if wanted in (alias.casefold() for alias in one.aliases))
    # Its name stands as it is, also where it is no valid key: nobody reads it as one.
    unknown = Relation.model_construct(key=name, title=Text(fi=name), kind="tie", range=None, aliases=())
    return next(found, unknown)
