"""A text in the three languages of the readers."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["fi", "sv", "en"]
LANGUAGES: tuple[Language, ...] = ("fi", "sv", "en")


class Text(BaseModel):
    """The same text in Finnish, Swedish and English; a language left out falls back to Finnish."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fi: str
    sv: str = ""
    en: str = ""

    def __getitem__(self, language: str) -> str:
        return getattr(self, language) or self.fi
