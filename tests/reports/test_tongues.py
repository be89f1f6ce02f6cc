"""Every visible word of a page is of its language, as far as a list of words can tell: or its language is marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import pytest
import simplemma

from sujuva.figures import voice
from sujuva.reports.about import about_pages
from sujuva.reports.first import front_page
from tests.reports.conftest import THREE
from tests.reports.english import VOID

SILENT = {"script", "style", "code"}
"""What no reader reads as words: keys and names of files stand in `code`."""
_KEY = re.compile(r"\S*\w[._/]\w\S*")
_WORD = re.compile(r"[^\W\d_]{4,}")
NAMES = {
    # People, places, products, instruments
    "axelsson", "benjamini", "jacobson", "kaplan", "stern", "oulu", "tampere", "sujuva", "excel", "partner", "wilder",
    # Terms that Finnish and Swedish text takes from English, in brackets behind its own
    "vertex", "bootstrap", "human", "service", "integration", "measure", "region", "language",
    # A Finnish term that English text names in brackets behind its own
    "neuvonpito",
    # Finnish words that the list of words lacks
    "minne",
}  # fmt: skip
"""Words that stand in more than one language."""


class Words(HTMLParser):
    """The visible words of a page whose language is not marked."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[bool] = []
        self.words: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag in SILENT or (tag != "html" and "lang" in dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self.open):
            self.words |= {word.casefold() for word in _WORD.findall(_KEY.sub(" ", data))}


def strange(page: str, language: str) -> Iterator[str]:
    """Yield the words of a page that are of another of the three languages and not of its own."""
    others = [one for one in THREE if one != language]
    for word in sorted(Words(page).words - NAMES):
        if not simplemma.is_known(word, lang=language) and any(simplemma.is_known(word, lang=one) for one in others):
            yield word


def untranslated(value: Any, language: str) -> Iterator[str]:
    """Yield the words of a publication's own titles that are the same in two languages, and of its sources."""
    if isinstance(value, Mapping) and set(THREE) <= set(value) and [*value.values()].count(value[language]) > 1:
        yield from _WORD.findall(str(value[language]).casefold())
    if isinstance(value, Mapping) and "citation" in value:
        yield from _WORD.findall(f"{value['citation']} {value['licence']}".casefold())
    if isinstance(value, (Mapping, list)):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from untranslated(part, language)


@pytest.mark.parametrize("language", THREE)
def test_words_are_of_the_language_of_their_page_or_marked(reports, published, language):
    words = voice(published.meta, language)
    about = about_pages(published, words, languages=THREE)
    pages = [*reports[language].pages.values(), *about.values(), front_page(published, words, languages=THREE)]
    assert sum(len(Words(page).words) for page in pages) > 1000
    found = {word for page in pages for word in strange(page, language)}
    assert found - set(untranslated(published.meta, language)) == set()


def test_a_word_of_another_language_is_found_unless_it_is_marked():
    assert list(strange("<p>Hela kuntayhtymä och perheet</p>", "sv")) == ["kuntayhtymä", "perheet"]
    assert list(strange('<p>Hela <span lang="fi">perheet</span> <code>families</code> perheet.csv</p>', "sv")) == []
    assert list(strange("<p>Perheet ja families</p>", "fi")) == ["families"]
