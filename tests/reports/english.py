"""English in a page that should be in another language: what a reader would meet, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from typing import Any

from sujuva.figures import catalogue

VOID = {"meta", "link", "br", "img", "hr", "input", "col", "source"}
BLOCKS = {
    "p", "li", "td", "th", "h1", "h2", "h3", "h4", "caption", "figcaption", "summary", "dt", "dd", "title", "text",
    "span", "br", "details", "figure", "section", "a", "tspan",
}  # fmt: skip
SPOKEN = ("aria-label", "alt", "title", "content")
"""Attributes that a reader hears or sees."""
FUNCTION_WORDS = {
    "the", "of", "and", "are", "were", "with", "not", "have", "this", "that", "these", "those", "which", "than",
    "between", "because", "their", "its", "from", "been", "does", "what", "where", "when", "each", "every", "only",
    "other", "such", "it", "they",
}  # fmt: skip
"""Words that hold an English sentence together and that neither Finnish nor Swedish has."""
_WORD = re.compile(r"[^\W\d_]+")
_LEAST = 3


class Visible(HTMLParser):
    """The texts of a page that are not marked as English, a block each."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.texts: list[str] = [""]
        self.feed(page)
        self.close()

    @property
    def hidden(self) -> bool:
        """Whether what comes now is English by its mark, or no text at all."""
        return any(marked for _, marked in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        marked = (values.get("lang") == "en" and tag != "html") or tag in ("style", "script")
        if tag in BLOCKS and not marked:
            self.texts.append("")
        if not (self.hidden or marked):
            self.texts += [*(values[name] or "" for name in SPOKEN if name in values), ""]
        if tag not in VOID:
            self.open.append((tag, marked))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.texts.append("")
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.texts[-1] += data


def split(text: str) -> list[str]:
    """Return the sentences of a text, and their halves around colons and semicolons."""
    return [" ".join(one.split()) for one in re.split(r"(?<=[.!?:;])\s+|\n", text) if one.strip()]


def sentences(page: str) -> Iterator[str]:
    """Yield what a page says, sentence by sentence, each once."""
    yield from dict.fromkeys(one for text in Visible(page).texts for one in split(text))


def texts_of(value: Any, language: str) -> Iterator[str]:
    """Yield the English of every text in the metadata of a publication that reads otherwise in the language."""
    if isinstance(value, Mapping) and set(value) >= {"fi", "sv", "en"} and value["en"] != value[language]:
        yield value["en"]
    if isinstance(value, (Mapping, list)):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from texts_of(one, language)


def english(page: str, meta: Mapping[str, Any], language: str) -> list[str]:
    """Return the sentences of a page that are English.

    A sentence is English where it holds a part of an English text of the code or of the codebooks (of at least three
    words, without its gaps) that reads otherwise in the page's language, or where at least a quarter of its words, and
    two of them, are English function words.

    Args:
        page: The page, in Finnish or Swedish.
        meta: Metadata of the publication, with the titles of all codes.
        language: fi or sv.
    """
    parts = _parts(language, tuple(texts_of(meta, language)))
    told = list(sentences(page))
    whole = "\n".join(told)  # most parts are nowhere in it: that is asked once, not of each sentence
    parts = [part for part in parts if part in whole]
    found = []
    for one in told:
        said = [word.lower() for word in _WORD.findall(one)]
        held = sum(word in FUNCTION_WORDS for word in said)
        if any(part in one for part in parts) or (held > 1 and 4 * held >= len(said)):
            found.append(one)
    return found


@cache
def _parts(language: str, texts: tuple[str, ...]) -> frozenset[str]:
    """Return the parts of English texts, of the code's and of these, that a page may not hold."""
    known = [msgid for msgid, text in catalogue(language).items() if text != msgid]
    gaps = [part for text in (*known, *texts) for part in re.split(r"\{\w*\}", text)]
    parts = {part.strip(" .:;,()") for text in gaps for part in split(text)}
    return frozenset(part for part in parts if len(_WORD.findall(part)) >= _LEAST)
