"""Titles of codes: every code that a table can hold has its title in three languages in one home, `terms.yaml`.

Sectors and relations, which have codebooks of their own, are here by the titles that these give them; regions,
indicators and instruments stand in theirs alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from pydantic import Field, RootModel, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from sujuva.codebooks.files import folders, parse, said, text_of
from sujuva.codebooks.relations import load_relations
from sujuva.codebooks.sectors import load_sectors
from sujuva.codebooks.text import Entry, Text
from sujuva.errors import CodebookError, nearest
from sujuva.normal import normal

FILE = "terms.yaml"
_AS_GIVEN = "as_given"
_OF_CODEBOOKS = {"sector": "sectors.yaml", "relation": "relations.yaml"}
"""Kinds whose codes have a codebook of their own, which gives their titles."""
CLOSED = ("theme", "training")
"""Kinds whose codes are all that a table may hold: `clean` keeps no row with another."""
PARTS: Mapping[str, tuple[str, ...]] = {
    "certainty": ("sentence",),
    "check": ("sentence",),
    "flag": ("sentence", "meaning", "advice"),
    "glossary": ("sentence",),
    "page": ("sentence",),
    "risk": ("sentence",),
    "rule": ("sentence",),
}
"""Sentences that every term of some kinds has, besides its title: pages and records tell them."""


class Wording(Text):
    """A text that stands in all three languages."""

    sv: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Term(Wording):
    """The title of a code, short, and the sentences that some kinds have besides."""

    sentence: Wording | None = Field(None, description="The whole of it, as a sentence")
    meaning: Wording | None = Field(None, description="What a flag may mean")
    among: Wording | None = Field(None, description="Of a group: among whom, such as tytöillä, hos flickor")
    advice: Wording | None = Field(None, description="What to do about a flag")


class Titles(RootModel[dict[str, dict[str, Term]]]):
    """What `terms.yaml` holds beside the list of kinds that are shown as given: kind → code → title."""

    @model_validator(mode="before")
    @classmethod
    def _kinds(cls, value: Any) -> Any:
        return {kind: one for kind, one in value.items() if kind != _AS_GIVEN} if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        lacking = [
            InitErrorDetails(type="missing", loc=(kind, code, part), input=None)
            for kind, parts in PARTS.items()
            for code, term in self.root.get(kind, {}).items()
            for part in parts
            if getattr(term, part) is None
        ]
        if lacking:
            raise ValidationError.from_exception_data(type(self).__name__, lacking)
        return self


class Codes(Entry):
    """The codes of a closed kind: which rows are counted hangs on them, and not on their titles."""

    codes: dict[str, bool]


class Terms(Entry):
    """Titles by kind and code; what `meta.json` carries is this model's dump, and makes it again.

    Attributes:
        kinds: Kind (such as note or informant) → code → title.
        as_given: Kinds whose codes are free words of the data: one without a title is shown as it is given.
    """

    kinds: dict[str, dict[str, Term]]
    as_given: tuple[str, ...] = ()

    def title(self, kind: str, code: str, language: str) -> str:
        """Return the title of a code; of a kind that is shown as given, the words of the data where it has none.

        Raises:
            CodebookError: The code has no title; the message says where to write it.
        """
        if kind in self.as_given and code not in self.kinds.get(kind, {}):
            return code.replace("_", " ")
        return self.term(kind, code)[language]

    def sentence(self, kind: str, code: str, language: str, *, part: str = "sentence") -> str:
        """Return a sentence of a code: its `sentence`, `meaning` or `advice`.

        Raises:
            CodebookError: The code has no title, or no such sentence.
        """
        text: Wording | None = getattr(self.term(kind, code), part)
        if text is None:
            msg = f"{FILE}: the {kind} '{code}' has no {part}."
            raise CodebookError(msg, f"Write it below its title: {part}: {{fi: …, sv: …, en: …}}.")
        return text[language]

    def term(self, kind: str, code: str) -> Term:
        """Return what is known of a code.

        Raises:
            CodebookError: The code has no title; the message names the nearest that has, and where to write it.
        """
        known = self.kinds.get(kind)
        if known is None:
            msg = f"{FILE}: there are no titles of the kind '{kind}', so none for '{code}'."
            raise CodebookError(msg, f"{nearest(kind, self.kinds)} {_write(kind, code)}")
        if code not in known:
            msg = f"{FILE}: the {kind} '{code}' has no title."
            raise CodebookError(msg, f"{nearest(code, known)} {_write(kind, code)}")
        return known[code]


def _write(kind: str, code: str) -> str:
    if kind in _OF_CODEBOOKS:
        return f"A {kind} of the study's own is described in codebooks/{_OF_CODEBOOKS[kind]} of the input folder."
    where = f"codebooks/{FILE} of the input folder"
    return f"A code of the study's own is named in {where}: {kind}: {{{code}: {{fi: …, sv: …, en: …}}}}."


def load_terms(extra: str | Path | None = None) -> Terms:
    """Load `terms.yaml` of the project and of the input folder `extra`, whose entries add to or replace the project's.

    Raises:
        CodebookError: A file is not valid, or a text lacks a language.
    """
    paths = [folder / name for folder in folders(extra) for name in (FILE, *_OF_CODEBOOKS.values())]
    return _loaded(tuple((path, path.stat().st_mtime_ns) for path in paths if path.is_file()), extra)


def load_codes(extra: str | Path | None = None) -> dict[str, Codes]:
    """Return the codes of every closed kind that has some, by kind; see `load_terms`."""
    kinds = load_terms(extra).kinds
    return {kind: Codes(codes=dict.fromkeys(kinds[kind], True)) for kind in CLOSED if kinds.get(kind)}


@lru_cache(maxsize=8)
def _loaded(files: tuple[tuple[Path, int], ...], extra: str | Path | None) -> Terms:
    kinds: dict[str, dict[str, Term]] = {}
    as_given: dict[str, None] = {}
    for path in (path for path, _ in files if path.name == FILE):
        known, given = _of(text_of(path))
        as_given |= dict.fromkeys(given)
        for kind, terms in known.root.items():
            kinds[kind] = kinds.get(kind, {}) | {normal(code): term for code, term in terms.items()}
    for kind, book in (("sector", load_sectors(extra)), ("relation", load_relations(extra))):
        titles = {key: one.title for key, one in book.items()}
        kinds[kind] = kinds.get(kind, {}) | {
            key: Term(fi=title["fi"], sv=title["sv"], en=title["en"]) for key, title in titles.items()
        }
    return Terms(kinds=kinds, as_given=tuple(as_given))


@lru_cache(maxsize=8)
def _of(text: str) -> tuple[Titles, tuple[str, ...]]:
    """Return the titles of one `terms.yaml` and its kinds that are shown as given; the same text is parsed once."""
    listed = said(text, FILE) or {}
    given = listed.get(_AS_GIVEN, []) if isinstance(listed, dict) else []
    shown = parse(RootModel[tuple[str, ...]], given, where=f"{FILE}, {_AS_GIVEN}")
    return parse(Titles, listed, where=FILE), shown.root
