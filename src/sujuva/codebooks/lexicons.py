"""Lexicons: which lemmas speak of which theme in open answers, and how spoken forms are to be read.

People declare them (`lexicon_<key>.yaml`): nothing is learned from answers, so that a count can be explained word by
word. A lexicon holds words of the language and no answer of anybody.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from sujuva.codebooks.files import folders, load, repeated
from sujuva.codebooks.text import Entry
from sujuva.errors import CodebookError
from sujuva.normal import normal

PATTERN = "lexicon_*.yaml"


def _lower(word: str) -> str:
    return " ".join(normal(word).lower().split())


Word = Annotated[str, Field(min_length=1), AfterValidator(_lower)]


class Theme(Entry):
    """A theme and what speaks of it."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Code; its titles stand in terms.yaml, kind theme")
    lemmas: tuple[Word, ...] = Field(
        min_length=1,
        description="Lemmas; several with blanks between them are a phrase, and -pallo is any compound that ends so",
    )


class Negation(Entry):
    """Which lemmas deny what follows, and how far."""

    ends: tuple[Word, ...] = Field((), description="Words that begin a new clause, as marks of punctuation do")

    lemmas: tuple[Word, ...] = Field(min_length=1)
    reach: int = Field(ge=1, le=5, description="How many words after it, within the clause, are denied")


class Lexicon(Entry):
    """The declared words of some themes in a language.

    Attributes:
        key: Its name, by which sources.yaml asks for it.
        language: ISO 639-1 code of the language of its words.
        themes: Themes with their lemmas.
        spoken: Spoken, childlike or misspelled form to lemma.
        negation: What denies; null: nothing does.
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    language: Literal["fi"]
    themes: tuple[Theme, ...] = Field(min_length=1)
    spoken: dict[Word, Word] = Field(default_factory=dict)
    negation: Negation | None

    @field_validator("themes")
    @classmethod
    def _once(cls, themes: tuple[Theme, ...]) -> tuple[Theme, ...]:
        for message, hint in repeated(themes, "theme"):
            msg = f"{message} {hint}"
            raise ValueError(msg)
        return themes

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of its themes, in order."""
        return tuple(one.key for one in self.themes)


def load_lexicons(extra: str | Path | None = None) -> dict[str, Lexicon]:
    """Load every lexicon of the project and of the input folder `extra`, whose file replaces one of the same name.

    Raises:
        CodebookError: A file is not valid, or its name differs from its key.
    """
    paths = {path.name: path for folder in folders(extra) for path in sorted(folder.glob(PATTERN))}
    found = {}
    for name, path in sorted(paths.items()):
        lexicon = load(Lexicon, path)
        if name != f"lexicon_{lexicon.key}.yaml":
            msg = f"{name}: the key is '{lexicon.key}'."
            raise CodebookError(msg, f"Name the file lexicon_{lexicon.key}.yaml.")
        found[lexicon.key] = lexicon
    return found
