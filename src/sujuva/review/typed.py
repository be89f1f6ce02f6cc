"""Numbers that somebody typed, and that are published ones: which, and the reference to write instead.

A number counts where it could hardly be anything else: it has two significant digits and a decimal sign or a per cent
sign, or three of a whole number; it is written as readers find the published one, or as it was published. Years, dates,
and what stands in code do not count.

In a manuscript each of them counts. In documents about methods most numbers equal some published one by chance (two of
three did, when that was counted); there the sentence must also name what the cell is of: its region, its scale, or the
network and the year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from sujuva.codebooks.regions import NETWORK
from sujuva.published import CONTRACTS, SHOWN, Cell, Published, address
from sujuva.reports.cell_numbers import MEASURED, digits_of, main_number, manner_of
from sujuva.review.markdown import line_of, prose, texts_of
from sujuva.tidy import ALL

TEXTS = ("README.md", "CHANGELOG.md", "docs/**/*.md", "notebooks/**/*.ipynb")
"""The project's own texts."""
OTHER = "<!-- other source -->"
"""Stands behind a number that equals a published one and is another."""
_NUMBER = re.compile(
    r"(?<![\w.,/§^])[-−–]?(\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)*)(?![\w/]|[.,]\d)"
)
_PERCENT = re.compile(r"[ \u00a0]?(?:%|per ?cent|percent|prosent|procent)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-zåäö])|\n\s*\n|\n(?=\s*(?:[-*|>#]|\d+\. ))")
_HEADING = re.compile(r"^#{1,6} .*$", re.MULTILINE)
_YEARS = range(1900, 2101)
_MONTH = re.compile(r"(?:0?[1-9]|1[0-2])\.(?:19|20)\d\d")
"""A month as Finnish writes it: 12.2024."""
_DECIMAL, _WHOLE = 2, 3
_NO_CELLS = ("decisions", "nodes", "edges")
_NOT_TOLD = ("se", "df", "p", "q", "clusters")
"""Numbers that texts write in ways of their own."""
_WRITTEN_BY = ("indicator", "comparison", "measure", "scale", "category")
"""Columns that say how the number of a row is written."""
_STEM = 4
"""Letters of a name that are the same in every case, at least; and all but two."""


@dataclass(frozen=True)
class Typed:
    """A number typed by hand that is a published one.

    Attributes:
        line: Its line, from 1.
        number: As it stands there.
        cell: The row that it equals: of several, the one that its sentence tells most of.
        column: The column of that row.
        others: How many cells it equals besides.
    """

    line: int
    number: str
    cell: Cell
    column: str
    others: int

    def reference(self, published: Published) -> str:
        """Return what to write instead."""
        return f"{{{{ {' '.join(address(self.cell, published))}{_option(self.cell.table, self.column)} }}}}"

    def told(self, published: Published) -> str:
        """Say what it is, and what to write."""
        others = f" (or one of {self.others} others that are the same)" if self.others else ""
        return f"{self.number} is a published number: write {self.reference(published)}{others}"


def _option(table: str, column: str) -> str:
    return "" if column == main_number(table) else f" | {column}"


@dataclass(frozen=True)
class Numbers:
    """Published numbers as they are written.

    Attributes:
        published: What publish let out.
    """

    published: Published

    def typed(self, text: str, *, named: bool) -> Iterator[Typed]:
        """Yield each number of a Markdown text that is a published one.

        Args:
            text: The Markdown.
            named: Whether the sentence, or the heading that it stands under, must name what the cell is of.
        """
        plain, start, heading = prose(text), 0, ""
        for end in [*(one.start() for one in _SENTENCE.finditer(plain)), len(plain)]:
            sentence = plain[start:end]
            heading = next(reversed(_HEADING.findall(sentence)), heading)
            for found, cells in self.counted(sentence):
                other = text[start + found.end() :].lstrip(" %\u00a0").startswith(OTHER)
                meant = None if other else self._meant(cells, self._about(f"{heading} {sentence}"), named=named)
                if meant is not None:
                    yield Typed(line_of(text, start + found.start()), found[0], *meant)
            start = end

    def counted(self, sentence: str) -> Iterator[tuple[re.Match[str], list[tuple[Cell, str]]]]:
        """Yield each number of a sentence that counts, and the published cells that it equals, with their columns."""
        for found in _NUMBER.finditer(sentence):
            readings = list(_readings(found[1], _PERCENT.match(sentence, found.end()) is not None))
            if readings:
                yield found, [self._cell(*one) for key in readings for one in self._written.get(key, ())]

    def _meant(self, cells: list[tuple[Cell, str]], about: About, *, named: bool) -> tuple[Cell, str, int] | None:
        candidates = [one for one in cells if not named or about.names(one[0].key)]
        if not candidates:
            return None
        best = max(candidates, key=lambda one: about.fits(one[0].key, one[1] == main_number(one[0].table)))
        return *best, len(candidates) - 1

    def _cell(self, table: str, place: int, column: str) -> tuple[Cell, str]:
        return Cell(table, self.published[table].row(place, named=True)), column

    def _about(self, sentence: str) -> About:
        low = sentence.lower()
        return About(
            {key for key, names in self._regions.items() if any(one in low for one in names)},
            {key for key, names in self._scales.items() if any(one in low for one in names)},
            {int(one) for one in re.findall(r"\b(?:19|20)\d\d\b", sentence)},
        )

    @cached_property
    def _regions(self) -> dict[str, set[str]]:
        titles = {key: set(one["title"].values()) for key, one in self.published.meta["regions"].items()}
        stems = {key: {one.lower()[: max(_STEM, len(one) - 2)] for one in names} for key, names in titles.items()}
        return {**stems, NETWORK: {"network", "verkosto", "nätverk"}}

    @cached_property
    def _scales(self) -> dict[str, set[str]]:
        titles = {key: one["title"] for key, one in self.published.meta["scales"].items()}
        return {
            key: {one.lower().split(" (")[0] for one in (*names.values(), key) if one} for key, names in titles.items()
        }

    @cached_property
    def _written(self) -> dict[tuple[str, bool], list[tuple[str, int, str]]]:
        """Published numbers by how they are written, with a point, and whether in per cent: table, row, column."""
        found: dict[tuple[str, bool], list[tuple[str, int, str]]] = {}
        for table in (name for name in self.published.tables if name not in _NO_CELLS):
            columns = [one for one in CONTRACTS[table].numbers if one not in _NOT_TOLD]
            manners: dict[tuple[Any, ...], Mapping[str, Any]] = {}
            for place, row in enumerate(self.published[table].iter_rows(named=True)):
                if row["suppressed"] != SHOWN:
                    continue
                for column in columns:
                    if (value := row[column]) is None:
                        continue
                    # A share without n may be coarser than its record says, and what has no record is as it is.
                    by_record = column in MEASURED and row.get("n", "") is not None
                    key = (column, *(row.get(name) for name in _WRITTEN_BY), None if by_record else place)
                    if key not in manners:
                        manners[key] = manner_of(self.published.meta, Cell(table, row), column)
                    for text in _texts(float(value), int(manners[key]["decimals"]), bool(manners[key].get("percent"))):
                        found.setdefault(text, []).append((table, place, column))
        return found


@dataclass(frozen=True)
class About:
    """What a sentence names: regions, scales and years."""

    regions: set[str]
    scales: set[str]
    years: set[int]

    def names(self, key: Mapping[str, Any]) -> bool:
        """Whether the sentence names what a row is of."""
        region = key.get("region")
        in_year = key.get("wave") in self.years
        return key.get("scale") in self.scales or (region in self.regions and (region != NETWORK or in_year))

    def fits(self, key: Mapping[str, Any], main: bool) -> tuple[int, bool]:
        """Return how well a row fits the sentence; the more, the better."""
        told = (key.get("region") in self.regions, key.get("scale") in self.scales, key.get("wave") in self.years)
        return sum(told) + (key.get("group") in (None, ALL)), main


@cache
def _texts(value: float, decimals: int, percent: bool) -> tuple[tuple[str, bool], ...]:
    """Return how a number is written: as readers find it, and with all the decimals that it has."""
    size = abs(value) * (100 if percent else 1)
    return tuple((f"{size:.{places}f}", percent) for places in sorted({decimals, digits_of(size)}))


def _readings(number: str, percent: bool) -> Iterable[tuple[str, bool]]:
    """Yield what a number can mean, written with a point; nothing where it could be anything."""
    plain = re.sub(r"[ \u00a0\u202f]", "", number)
    if _MONTH.fullmatch(plain):
        return
    readings = {plain.replace(",", ".")} if re.fullmatch(r"\d+([.,]\d+)?", plain) else set()
    if re.fullmatch(r"\d{1,3}([.,]\d{3})+", plain):
        readings.add(re.sub(r"[.,]", "", plain))
    for one in sorted(readings):
        digits = one.replace(".", "").lstrip("0")
        whole = "." not in one
        if whole and not percent and (len(digits.rstrip("0")) < _WHOLE or int(one) in _YEARS):
            continue
        if len(digits) >= _DECIMAL:
            yield from ((one, True), (one, False)) if not percent else ((one, True),)


def typed_in(root: Path, published: Published) -> list[str]:
    """Return what is typed into the project's own texts, a line each: README, changelog, docs and notebooks."""
    numbers = Numbers(published)
    files = sorted(path for pattern in TEXTS for path in root.glob(pattern))
    return [
        f"{path.relative_to(root).parent.joinpath(name)}, line {one.line}: {one.told(published)}."
        for path in files
        for name, text in texts_of(path)
        for one in numbers.typed(text, named=True)
    ]
