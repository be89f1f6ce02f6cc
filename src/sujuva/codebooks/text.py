"""A text in the three languages of the readers, and what every entry of a codebook is."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from sujuva.decides import Decides, Kind
from sujuva.normal import normal

Language = Literal["fi", "sv", "en"]
Word = Annotated[str, AfterValidator(normal)]
"""Another word for something in exports, which are compared with it in the normal form of names."""
Aliases = Annotated[tuple[Word, ...], Decides("nothing")]
LANGUAGES: tuple[Language, ...] = ("fi", "sv", "en")


class Entry(BaseModel):
    """A part of a codebook: it does not change, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decides: ClassVar[Kind] = "moments"
    """What its keys decide, but for texts for readers and those that are marked otherwise."""


class Text(Entry):
    """The same text in Finnish, Swedish and English; a language left out falls back to Finnish."""

    fi: str
    sv: str = ""
    en: str = ""

    def __getitem__(self, language: str) -> str:
        return getattr(self, language) or self.fi
