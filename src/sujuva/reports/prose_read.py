"""The running text of a finished page, sentence by sentence, with the numbers in it that name their cells."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from sujuva.reports.bound import LIST

Listed = Mapping[str, list[Any]]
"""The list of cells of a page: see `reports.bound`."""
_BLOCKS = frozenset(
    [
        "p",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "summary",
        "dd",
        "dt",
        "figcaption",
        "caption",
        "div",
        "section",
        "td",
        "th",
        "details",
        "figure",
        "main",
        "ol",
        "ul",
    ]
)
_VOID = frozenset(["meta", "link", "br", "img", "hr", "input", "source", "wbr", "col"])
_NOT_READ = frozenset(["table", "svg", "script", "style", "nav", "footer", "header", "title", "code"])
"""Elements that are no running text: tables have their rows, and what stands around a page is the same everywhere."""
_NOT_READ_CLASSES = frozenset(("hush", "copy", "tip", "steps", "keys"))
"""Titles of figures again in the names of links, citations, the glossary's explanations, what leads through slides."""
GAP = "\ufffc"
"""Stands in a sentence for a number that names its cells."""
NUMBER = re.compile(r"(?<![\w.,])[+\u2212-]?\d+(?:[ \u00a0\u202f]\d{3})*(?:[.,]\d+)*")


@dataclass
class Sentence:
    """A block of running text.

    Attributes:
        text: As readers see it.
        bare: The same with a gap for each number that names its cells.
        numbers: Place in the list of its page, and digits, of these.
    """

    text: str = ""
    bare: str = ""
    numbers: list[tuple[int, str]] = field(default_factory=list)


class Reader(HTMLParser):
    """Reads a page: its running text, and the list of its cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sentences: list[Sentence] = []
        self.list: Listed = {"cells": [], "choices": [], "numbers": []}
        self._open: list[tuple[str, bool]] = []
        self._sentence = Sentence()
        self._listing, self._number = False, -1
        self.feed(text)
        self.close()

    @property
    def _reads(self) -> bool:
        return all(reads for _, reads in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element: a block begins a sentence."""
        values = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS:
            self._end()
        if tag == "img" and self._reads and values.get("alt"):
            self.sentences.append(_alternative(values["alt"], values.get("data-n", "")))
        if tag in _VOID:
            return
        self._listing = values.get("id") == LIST
        self._open.append((tag, tag not in _NOT_READ and not _NOT_READ_CLASSES & {*values.get("class", "").split()}))
        if tag == "data":
            self._number = int(values.get("data-n") or values["id"].removeprefix("n"))

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and a sentence with its block."""
        if tag in _VOID:
            return
        self._open.pop()
        self._number = -1
        if tag in _BLOCKS:
            self._end()

    def handle_data(self, data: str) -> None:
        """Take in text."""
        if self._listing:
            self.list, self._listing = json.loads(data), False
            return
        if self._reads or self._number >= 0:
            self._sentence.text += data
            self._sentence.bare += GAP if self._number >= 0 else data
        if self._number >= 0:
            self._sentence.numbers.append((self._number, data))

    def _end(self) -> None:
        if self._sentence.text.strip():
            self.sentences.append(self._sentence)
        self._sentence = Sentence()


def _alternative(text: str, places: str) -> Sentence:
    """Return a text alternative as a sentence: the page says at which letter each of its numbers begins."""
    sentence, at = Sentence(text), 0
    for place, start in (map(int, one.split(":")) for one in places.split()):
        digits = NUMBER.match(text, start)
        sentence.numbers.append((place, digits[0] if digits else ""))
        sentence.bare += text[at:start] + GAP
        at = digits.end() if digits else start
    sentence.bare += text[at:]
    return sentence
