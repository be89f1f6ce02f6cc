"""Search over the site without a network: what stands where, read from the finished pages and held by one of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from simplemma import lemmatize

from sujuva.figures import Words
from sujuva.figures.labels import Meta, region_title
from sujuva.reports.sitemap import ABOUT, OF_ALL, RESEARCH, SEARCH, TOPICS, Place, reports_of

_HEADINGS = ("h1", "h2", "h3", "dt")
"""Elements that are found, by their own words and by those that stand under them."""
_TOLD = ("p.lead", "p.intro", "p.subtitle", "p.headline", "dd", "caption", "th.row")
"""What stands under a heading and is searched with it: plain words and the names of rows, no numbers."""
_VOID = ("meta", "link", "br", "img", "hr", "input", "source", "wbr", "col")
_WORD = re.compile(r"[^\W\d_]+")
_CASES = (
    "[ieoöj]{0,2}(?:[aä]?t|n|[aä]|t[aä]|j[aä]|i[aä]|[dt]?en|tten|[aäeiouyö]n|h[aäeiouyö]n|seen|siin|s[st][aä]|l[lt][aä]|lle|"
    "n[aä]|ksi|tt[aä])(?:ni|si|mme|nne|ns[aä])?(?:kin|k[aä]{2}n|k[oö])?"
)
"""Endings of Finnish cases, with owner and clitic."""
_ENDINGS = {
    "fi": "|".join((
        _CASES, f"nen|s{_CASES}", r"[aä]?[sv]?(?:uu|yy)[stdk]\p{L}{0,6}",
        r"[aäe]?m?[uy](?:s|ks\p{L}{0,5}|[td]\p{L}{0,4})", f"[uy](?:i?{_CASES})?", "i|aa|ää|l[aä]|d[aä]|ee|v[aä]t",
        r"[aä]v[aä]\p{L}{0,3}", r"[aäi]?j(?:[aäi]|oi|öi)\p{L}{0,4}", r"[aäeiouyö]?mi(?:nen|s\p{L}{0,5})",
    )),
    "sv": "(?:a|e|a?[dt]|ar|a?de|ande|ende|are|e[nrt]|n?ing(?:ar)?|l?ig|skap)?(?:het)?(?:a|e|er|en|na|erna|s)?",
    "en": "e?[sd]|e|ing|i?er|ers?|ions?|ives?|al|ly|ments?|y|ies|ied|ily|i?ness|ity|able",
}  # fmt: skip
"""What stands after the stem of a word, as a rule of JavaScript: endings of cases, and of words made of words."""


@dataclass
class Found:
    """Something that can be found on a page.

    Attributes:
        anchor: Its id there; "" for the page itself.
        title: Its heading.
        told: What stands under it.
    """

    anchor: str
    title: str = ""
    told: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """Reads a page: its headings with the anchors that lead to them, and what they are about."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[Found] = []
        self._open: list[tuple[str, str, bool]] = []  # element, id, and whether it is hidden
        self._part, self._into = "", ""
        self._main = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element: a heading begins something that can be found."""
        values = dict(attrs)
        self._main |= tag == "main"
        if tag in _VOID or not self._main:
            return
        self._open.append((tag, values.get("id") or "", "hidden" in values))
        kind = f"{tag}.{values.get('class') or values.get('scope')}"
        if tag in _HEADINGS or (tag == "summary" and self._open[-2][:2] != ("details", "")):
            anchor = next((one for name, one, _ in reversed(self._open) if one and name != "main"), "")
            self.found.append(Found(anchor))
            self._part, self._into = tag, "title"
        elif self.found and (tag in _TOLD or kind in _TOLD):
            self.found[-1].told.append("")
            self._part, self._into = tag, "told"

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if not self._main or tag in _VOID:
            return
        self._main &= tag != "main"
        self._open.pop()
        if tag == self._part:
            self._part = self._into = ""

    def handle_data(self, data: str) -> None:
        """Take the words of what is open and seen."""
        if self._open and self._open[-1][2]:
            return
        if self._into == "title":
            self.found[-1].title += data
        elif self._into == "told":
            self.found[-1].told[-1] += data


def search_index(site: Path, meta: Meta, words: Words) -> str:
    """Return the index of the pages of a language, as the text of a script element.

    Texts that stand on many pages stand in it once. Lemmas are kept where they differ from the word, so that a word
    finds its other forms; how a word that is asked for is held against them, `search.js` says.

    Args:
        site: Folder of the site, whose pages are there already.
        meta: Metadata of the publication.
        words: The reader's language.
    """
    texts: dict[str, int] = {}

    def number(text: str) -> int:
        return texts.setdefault(" ".join(text.split()), len(texts))

    home = Place(words.language, "", SEARCH)
    pages = [(home.to(place), number(where), number(topic)) for place, where, topic in _places(meta, words)]
    entries = []
    for (href, _, topic), page in zip(pages, range(len(pages)), strict=True):
        for found in Reader((site / words.language / href).read_text(encoding="utf-8")).found:
            title = topic if not found.anchor else number(found.title)
            entries.append([page, found.anchor, title, number(" ".join(dict.fromkeys(found.told)))])
    held = {
        "texts": list(texts),
        "pages": pages,
        "entries": entries,
        "lemmas": lemmas(texts, words.language),
        "endings": _ENDINGS[words.language],
    }
    return json.dumps(held, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def lemmas(texts: Iterable[str], language: str) -> dict[str, str]:
    """Return the lemma of each word of some texts that is not its own, in small letters."""
    found = sorted({word for text in texts for word in _WORD.findall(text.casefold())})
    of = {word: lemmatize(word, lang=language, low_memory=True).casefold() for word in found}
    return {word: lemma for word, lemma in of.items() if lemma != word}


def _places(meta: Meta, words: Words) -> Iterator[tuple[Place, str, str]]:
    """Yield the pages to search, each with whose page it is and what it is about."""
    study = words.of(meta["title"])
    yield Place(words.language), study, study
    for region in reports_of(meta):
        title = region_title(meta, region, words)
        yield Place(words.language, region), title, title
        for key in (*TOPICS, *RESEARCH):
            yield Place(words.language, region, key), title, words.title("page", key)
    for key in OF_ALL:
        yield Place(words.language, ABOUT, key), words.say("For researchers"), words.title("page", key)
