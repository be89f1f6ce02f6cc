"""Whether each number in the running text of the site is the one of the published cells that it names.

The finished pages are read, not what made them: of each number the cells that its page lists are looked up in the
published tables, reckoned with, and held against the digits that stand there. A number without cells must be of a kind
that is declared here, each with its reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sujuva.errors import DisclosureError
from sujuva.figures.language import NO_BREAK_HYPHEN, catalogue
from sujuva.published import Published
from sujuva.reports.prose_read import NUMBER, Listed, Reader
from sujuva.reports.reckoned import Reckoned, agrees
from sujuva.reports.sitemap import ABOUT, INDEX, RESEARCH, SLIDES, TOPICS

_WORD = re.compile(r"[^\W\d_]{3}|[α-ω]")
_MOST = 12
_HINT = (
    "Run `make repro`, so that pages and tables are of one run. If it stays, the code that says the sentence takes "
    "another row or writes a number by itself: docs/reviewing.md, Sentences of the pages."
)
_UNNAMED = "Until it is mended, `sujuva site --unnamed` builds the site and lists these numbers, for you to look at."
KINDS: Mapping[str, str] = {
    "sentence": "stands so in the catalogue of sentences or in a codebook: a constant of a method, a title, a scale",
    "year": "a year, or a month or day of one: says of when the cells are",
    "age": "ages of a group, as its code has them",
}
"""Kinds of numbers that name no cell, with the reason."""
STRICT = (INDEX, *TOPICS, *RESEARCH, SLIDES)
"""Pages of the front and of regions on which each number must name its cells or be of such a kind."""


@dataclass
class Prose:
    """What was found on the pages of a site.

    Attributes:
        bound: Numbers that name their cells, by page.
        kinds: Numbers that need none, by kind.
        open: Numbers that name none though they should, by page.
        faults: What is wrong, a line each.
        unnamed: Numbers that name no cell where they must, a line each.
    """

    bound: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    open: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yield what a reader of the terminal needs: how many numbers there are, of which kinds, and on which pages."""
        kinds = ", ".join(f"{times} {kind}" for kind, times in sorted(self.kinds.items()))
        every = Counter[str]()
        for pages in (self.bound, self.open):
            every.update({name.rpartition("/")[2].removesuffix(".html"): 0 for name in pages})
        yield f"numbers in text: {self.bound.total()} name their cells; without a cell: {kinds}"
        for page in sorted(every):
            bound, left = (
                sum(times for name, times in some.items() if name.endswith(f"/{page}.html"))
                for some in (self.bound, self.open)
            )
            if bound or left:
                yield f"  {page}: {bound}" + (f", {left} name none" if left else "")
        yield from self.unnamed


@dataclass(frozen=True)
class Check:
    """Holds pages against the published tables.

    Attributes:
        published: What publish let out.
        language: Of the pages.
    """

    published: Published
    language: str

    @cached_property
    def _reckoned(self) -> Reckoned:
        return Reckoned(self.published)

    def page(self, path: Path, name: str, prose: Prose, *, strict: bool) -> None:
        """Look at a page, and add to what was found."""
        reader = Reader(path.read_text(encoding="utf-8"))
        for sentence in reader.sentences:
            for place, digits in sentence.numbers:
                prose.bound[name] += 1
                self._number(place, digits, reader.list, (name, sentence.text), prose)
            left, kinds = self.without_kinds(sentence.bare)
            prose.kinds.update(kinds)
            numbers = [one[0] for one in NUMBER.finditer(left)]
            prose.open[name] += len(numbers)
            if strict:
                prose.unnamed += [
                    f"{name}: '{one}' names no published cell: {_short(sentence.text)}" for one in numbers
                ]

    def _number(self, place: int, digits: str, told: Listed, where: tuple[str, str], prose: Prose) -> None:
        value = self._reckoned.value(told["numbers"][place], told) if place < len(told["numbers"]) else None
        if value is None or not agrees(value, digits, self.language):
            prose.faults.append(self._fault(place, digits, told, where))

    def _fault(self, place: int, digits: str, told: Listed, where: tuple[str, str]) -> str:
        made = told["numbers"][place]
        value = self._reckoned.value(made, told)
        cells = "; ".join(" ".join(map(str, told["cells"][int(one)])) for one in re.findall(r"c(\d+)", made)[:_MOST])
        shown = f"{digits} is shown" if digits else "it is not told in its place"
        return f"{where[0]}: {shown}, {made} = {value} is published ({cells}): {_short(where[1])}"

    def without_kinds(self, text: str) -> tuple[str, Counter[str]]:
        """Return a sentence without the numbers that need no cell, and how many there were of each kind."""
        kinds: Counter[str] = Counter()
        text = _folded(text)
        if not re.search(r"\d", text):
            return text, kinds
        for constant in self._constants:
            if constant in text:
                before = len(NUMBER.findall(text))
                text = re.sub(rf"(?<![\w.,]){re.escape(constant)}(?![\w]|[.,]\d)", " ", text)
                kinds["sentence"] += before - len(NUMBER.findall(text))
        for kind, pattern in self._patterns.items():
            text, times = pattern.subn(" ", text)
            kinds[kind] += times
        return text, kinds

    @cached_property
    def _patterns(self) -> Mapping[str, re.Pattern[str]]:
        groups = {one for frame in self.published.tables.values() if "group" in frame.columns for one in frame["group"]}
        ages = {one.partition(":")[2] for one in groups if one.startswith("age_group:")} - {""}
        age = "|".join(re.escape(one).replace(r"\-", "[-–]") for one in sorted(ages, key=len, reverse=True))
        year = r"(?<![\d.,])(?:\d{1,2}[./])?(?:\d{1,2}\.)?(?:19|20)\d\d(?:-\d\d(?!\d))?(?![\d,]\d)"
        return {"age": re.compile(rf"\b(?:{age})\b" if age else r"(?!)"), "year": re.compile(year)}

    @cached_property
    def _constants(self) -> list[str]:
        """Pieces of the catalogue and of the codebooks that have digits and words, the longest first."""
        found = set[str]()
        for text in (
            *catalogue(self.language).values(),
            *catalogue("sv" if self.language == "en" else self.language),
            *_texts(self.published.meta),
        ):
            for filled in _filled(text, self._parameters):
                found |= {
                    one
                    for one in map(_folded, re.split(r"\{[^}]*\}", filled))
                    if re.search(r"\d", one) and _WORD.search(one)
                }
        return sorted({one.strip(" .") for one in found}, key=lambda one: (-len(one), one))

    @cached_property
    def _parameters(self) -> Mapping[str, list[str]]:
        return {}


def _texts(meta: Any) -> Iterator[str]:
    """Yield the texts of the metadata."""
    for one in meta.values() if isinstance(meta, dict) else meta if isinstance(meta, list) else ():
        if isinstance(one, str):
            yield one
        else:
            yield from _texts(one)


def _filled(text: str, parameters: Mapping[str, list[str]]) -> list[str]:
    found = [text]
    for name, values in parameters.items():
        gap = f"{{{name}}}"
        found = [one.replace(gap, value) for one in found for value in (values if gap in one else [""])]
    return found


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace(NO_BREAK_HYPHEN, "-").casefold()


def _short(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()[:200]


def read_prose(site: Path, published: Published, languages: Sequence[str]) -> Prose:
    """Look at all pages of a site.

    Args:
        site: Its folder.
        published: What publish let out, with the choices that its pages were made with.
        languages: Its languages.
    """
    prose = Prose()
    for language in languages:
        check = Check(published, language)
        for path in sorted((site / language).rglob("*.html")):
            place = path.relative_to(site / language)
            strict = place.stem in STRICT and place.parts[0] != ABOUT
            check.page(path, path.relative_to(site).as_posix(), prose, strict=strict)
    return prose


def require_prose(site: Path, published: Published, languages: Sequence[str], *, unnamed: bool = False) -> Prose:
    """Return what was found on the pages of a site, on which nothing is wrong.

    Args:
        site: Its folder.
        published: What publish let out, with the choices that its pages were made with.
        languages: Its languages.
        unnamed: Let numbers pass that name no cell; whoever reads the result looks at them.

    Raises:
        DisclosureError: A number is not the one of its cells, or names none where it must: names the page, the
            sentence, the cells, what is published and what is shown.
    """
    prose = read_prose(site, published, languages)
    wrong = prose.faults if unnamed else [*prose.faults, *prose.unnamed]
    if wrong:
        told = list(dict.fromkeys(wrong))
        more = [f"… and {len(told) - _MOST} more."] if len(told) > _MOST else []
        msg = "\n".join([f"Numbers in the text of the site do not hold ({len(told)}):", *told[:_MOST], *more])
        raise DisclosureError(msg, _HINT if prose.faults else f"{_HINT} {_UNNAMED}")
    return prose
