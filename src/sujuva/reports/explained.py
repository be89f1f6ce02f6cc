"""Words of the glossary in pages: the first one in each section leads there, and is explained where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markupsafe import escape
from simplemma import lemmatize

from sujuva.figures import Words
from sujuva.figures.labels import Meta
from sujuva.reports.sitemap import ABOUT, Place

GLOSSARY = "glossary"
"""Kind of `terms.yaml`, and the page that lists it."""
_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"</?([a-z0-9]+)")
_CLASS = re.compile(r' class="([^"]*)"')
_WORD = re.compile(r"(?<![\w:’'-])[^\W\d_]+(?:[-–][^\W\d_]+)*(?!-)")
_VOID = frozenset(("meta", "link", "br", "img", "hr", "input", "source", "wbr", "col"))
_TEXT = frozenset(("p", "dd", "li", "td"))
"""Elements whose words are explained."""
_NOT = frozenset((
    "h1", "h2", "h3", "h4", "a", "button", "summary", "caption", "label", "thead", "code", "script", "nav", "header",
    "footer",
))  # fmt: skip
"""Elements in which nothing is: headings, links and what opens and names things."""
_NOT_CLASSES = frozenset(("num", "take", "copy", "headline", "filter"))


@dataclass(frozen=True)
class Term:
    """A word of the glossary.

    Attributes:
        key: Its anchor on the page of the glossary.
        parts: Forms of each of its words, in small letters: as it is, and its lemma.
        symbols: Single letters that stand for it alone: its whole title (n), or Greek ones in it (α).
        name: Of a name or an abbreviation what stays whatever ends it, such as QAP of QAP test; "" of others.
        meaning: What it means.
    """

    key: str
    parts: tuple[frozenset[str], ...]
    symbols: frozenset[str]
    name: str
    meaning: str


@lru_cache(maxsize=50_000)
def forms(word: str, language: str) -> frozenset[str]:
    """Return a word, its lemma, and the lemma of that, in small letters; after a dash the last part alone changes."""
    *before, last = re.split(r"(?<=[-–])", word)
    found, start = {last.casefold()}, "".join(before).casefold()
    for _ in range(2):
        found |= {lemmatize(one, lang=language, low_memory=True).casefold() for one in found}
    return frozenset(start + one for one in found)


def terms_of(meta: Meta, words: Words) -> list[Term]:
    """Return the words of the glossary, those of many words first."""
    found = []
    for key in meta["terms"]["kinds"][GLOSSARY]:
        title = words.title(GLOSSARY, key)
        symbols = frozenset(one for one in _WORD.findall(title) if len(one) == 1 and (one == title or one > "ö"))
        named = any(letter.isupper() for letter in title[1:]) and " " not in title
        name = title.rpartition("-")[0] or title if named else ""
        parts = tuple(forms(one, words.language) for one in _WORD.findall(title))
        found.append(Term(key, parts, symbols, name, words.sentence_of(GLOSSARY, key)))
    return sorted(found, key=lambda one: -len(one.parts))


def explained(page: str, place: Place, meta: Meta, words: Words) -> str:
    """Return a page with its words of the glossary explained: each the first time in a section.

    The explanation stands beside the word and is hidden; style sheet and script show it on hover, focus and touch.

    Args:
        page: The page.
        place: Where it stands.
        meta: Metadata of the publication.
        words: The reader's language.
    """
    terms, link = _Beginnings(terms_of(meta, words), words.language), place.to(Place(place.language, ABOUT, GLOSSARY))
    told: set[str] = set()
    open_: list[bool | None] = []  # of each open element whether its words are explained; None: not yet decided
    written: list[str] = []
    number = 0
    for piece in _TAG.split(page):
        if piece.startswith("</"):
            open_.pop()
        elif tag := _NAME.match(piece):
            if tag[1] == "section" and "aria-labelledby" in piece:  # one with a heading of its own
                told = set()
            if tag[1] not in _VOID and not piece.endswith("/>"):
                open_.append(_explains(tag[1], piece, open_[-1] if open_ else None))
        elif open_ and open_[-1] and not piece.isspace():
            at = 0
            for start, end, term in _uses(piece, terms, told, words.language):
                number += 1
                written.append(piece[at:start] + _explained(piece[start:end], term, link, number))
                at = end
            piece = piece[at:]  # noqa: PLW2901 - what is left of it
        written.append(piece)
    return "".join(written)


def _explained(word: str, term: Term, link: str, number: int) -> str:
    return (
        f'<span class="term"><a href="{link}#{term.key}" aria-describedby="term-{number}">{word}</a>'
        f'<span class="tip" role="tooltip" id="term-{number}" hidden>{escape(term.meaning)}</span></span>'
    )


def _explains(name: str, tag: str, outer: bool | None) -> bool | None:
    """Tell whether words in an element are explained: in texts, but not in what names or leads, nor in numbers."""
    classes = _CLASS.search(tag)
    foreign = " lang=" in tag and name != "html"
    if outer is False or foreign or name in _NOT or (classes and {*classes[1].split()} & _NOT_CLASSES):
        return False
    return True if name in _TEXT or (name == "th" and ' scope="row"' in tag) else outer


class _Beginnings(dict[str, list[Term]]):
    """Word → words of the glossary that may begin with it: looked for once, as most words of a page begin none."""

    def __init__(self, terms: Sequence[Term], language: str) -> None:
        super().__init__()
        self._terms, self._language = terms, language

    def __missing__(self, word: str) -> list[Term]:
        held = forms(word, self._language)
        self[word] = [
            one for one in self._terms
            if word in one.symbols or (one.name and word.startswith(one.name)) or (one.parts and held & one.parts[0])
        ]  # fmt: skip
        return self[word]


def _uses(text: str, terms: _Beginnings, told: set[str], language: str) -> Iterator[tuple[int, int, Term]]:
    """Yield the words of the glossary in a text that are not told yet, with their start and end, and mark them told."""
    words, after = list(_WORD.finditer(text)), 0
    for place, word in enumerate(words):
        for term in terms[word[0]] if place >= after else ():
            if term.key in told:
                continue
            from_here = [one[0] for one in words[place : place + len(term.parts)]]
            run = words[place : place + _length(term, from_here, language)]
            if not run or any(text[a.end() : b.start()].strip() for a, b in pairwise(run)):
                continue
            told.add(term.key)
            after = place + len(run)
            yield word.start(), run[-1].end(), term
            break


def _length(term: Term, words: Sequence[str], language: str) -> int:
    """Return how many words from the first one on are the term; 0 where they are not."""
    first = words[0]
    if first in term.symbols:
        return 1
    if term.name and first.startswith(term.name):
        return 1
    if len(words) < len(term.parts) or len(first) == 1:
        return 0
    alike = all(forms(one, language) & part for one, part in zip(words, term.parts, strict=False))
    return len(term.parts) if alike else 0
