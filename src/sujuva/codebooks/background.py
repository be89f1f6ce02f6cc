"""Figures of others that stand behind the study's own: what a source document says is there to meet a need."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, RootModel, model_validator

from sujuva.codebooks.files import load_listed
from sujuva.codebooks.regions import COUNTRY
from sujuva.codebooks.text import LANGUAGES, Entry, Text

FILE = "background.yaml"
Bound = Literal["exact", "about", "at_least"]
TOTAL = "total"
"""Key of what the parts add up to."""


class BackgroundPart(Entry):
    """One number, as its source gives it."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    value: float = Field(ge=0)
    bound: Bound = Field("exact", description="at_least: the source says “over”; it stays a lower bound")


class Background(Entry):
    """Numbers of one subject from one place of one source."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    unit: Text
    year: int = Field(ge=1900, le=2100, description="Year that the numbers are of")
    area: str = Field(
        COUNTRY, description="Key of the area that they are of (areas.csv); without one, the whole country"
    )
    source: str = Field(min_length=1, description="Author, document and date, and the heading under which they stand")
    parts: tuple[BackgroundPart, ...] = Field(min_length=1)
    total: float | None = Field(None, description="What the parts add up to; none: they are not parts of a whole")

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        keys = [part.key for part in self.parts]
        if len(set(keys)) < len(keys) or TOTAL in keys:
            msg = f"each part needs a key of its own, and none may be called {TOTAL}"
            raise ValueError(msg)
        if self.total is not None:
            if any(part.bound != "exact" for part in self.parts):
                msg = "parts of a whole must be exact: a lower bound has no share"
                raise ValueError(msg)
            if sum(part.value for part in self.parts) != self.total:
                msg = f"the parts add up to {sum(part.value for part in self.parts):g}, and total says {self.total:g}"
                raise ValueError(msg)
        return self


class BackgroundList(RootModel[tuple[Background, ...]]):
    """What `background.yaml` holds."""


def load_background(extra: str | Path | None = None) -> dict[str, Background]:
    """Load `background.yaml` of the input folder `extra`, or else of the project; none where neither has one.

    Returns:
        Subjects by key, in file order.

    Raises:
        CodebookError: The file is not valid, or a key stands in it twice.
    """
    return {subject.key: subject for subject in load_listed(BackgroundList, FILE, extra, "subject")}


def background_meta(extra: str | Path | None = None) -> list[dict[str, Any]]:
    """Return the subjects as a publication carries them, in their order; the numbers stand in its tables."""

    def texts(text: Text) -> dict[str, str]:
        return {language: text[language] for language in LANGUAGES}

    return [
        {"key": subject.key, "title": texts(subject.title), "unit": texts(subject.unit), "source": subject.source}
        | {"parts": [{"key": part.key, "title": texts(part.title)} for part in subject.parts]}
        for subject in load_background(extra).values()
    ]
