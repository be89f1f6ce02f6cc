"""A figure with everything a reader needs of it: title, caption, text alternative and the data behind it."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from sujuva.figures.canvas import as_png, as_svg
from sujuva.figures.theme import PAPER, QUIET, style
from sujuva.published import require_published

_LINE, _GAP, _FOOT = 0.27, 0.28, 0.3
"""Inches: a line of the title, what stands around it, the foot."""
_TITLE_LETTERS = 9.5
"""Letters of the title that fit on an inch."""

_MEASURED = re.compile(r' (width|height|viewBox)="[^"]*"')


@dataclass(frozen=True)
class _Paper:
    """A drawing and what is above and below it, in inches."""

    width: float
    height: float
    above: float
    below: float

    @property
    def box(self) -> Bbox:
        """Return the whole, as seen from the lower left corner of the drawing."""
        return Bbox.from_extents(0, -self.below, self.width, self.height + self.above)


@dataclass(frozen=True)
class Picture:
    """One figure.

    Attributes:
        key: Name of the file, and prefix of the ids inside the SVG.
        title: What it shows, as a heading.
        caption: What it shows in plain words, and what its marks mean; a line for each thing to know.
        alt: The same for someone who does not see it: what the figure says.
        data: The published rows behind it.
        figure: The drawing.
        language: Language of its texts.
        place: Region it is about; a file of its own says so in its title.
        source: Whose data it shows; stands at the foot of a file of its own.
        stamp: What stands in the corner wherever the figure is shown: "Synthetic data".
        warning: What its intervals rest on, if that is little; a page of several figures says it once.
    """

    key: str
    title: str
    caption: str
    alt: str
    data: pl.DataFrame
    figure: Figure = field(repr=False)
    language: str = "fi"
    place: str = ""
    source: str = ""
    stamp: str = ""
    warning: str = ""

    def __post_init__(self) -> None:
        require_published(self.data, f"figure {self.key}")

    def svg(self) -> str:
        """Return the drawing as SVG that can stand inside a page: own ids, a title and a description."""
        return f"{self._head(self._inner)}{self._drawn[1]}"

    @cached_property
    def _inner(self) -> _Paper:
        """The paper of a drawing in a page, which says title and source itself: room for the stamp."""
        width, height = (float(one) for one in self.figure.get_size_inches())
        return _Paper(width, height, 0.0, _FOOT if self.stamp else 0.0)

    @cached_property
    def _outer(self) -> _Paper:
        """The paper of a drawing that travels alone: room for its title and its source too."""
        inner = self._inner
        above = _LINE * len(self._title_lines(inner.width)) + _GAP
        return _Paper(inner.width, inner.height, above, _FOOT if self.stamp or self.source else 0.0)

    def _title_lines(self, width: float) -> list[str]:
        title = f"{self.title} – {self.place}" if self.place else self.title
        return textwrap.wrap(title, int(width * _TITLE_LETTERS))

    @cached_property
    def _drawn(self) -> tuple[str, str]:
        """The start tag of the SVG, and what comes after it: drawn once for page, notebook and file."""
        with style(), self._around(self.figure, self._inner, stamp=True):
            start, body = as_svg(self.figure, self._inner.box, self.key).split(">", 1)
        return _MEASURED.sub("", start), body

    def _head(self, paper: _Paper, *, size: bool = False) -> str:
        width, height = (f"{72 * one:g}" for one in (paper.box.width, paper.box.height))
        measures = f' width="{width}pt" height="{height}pt"' if size else ""
        alt = html.escape(self.alt)
        return (
            f'{self._drawn[0]}{measures} viewBox="0 0 {width} {height}" role="img" aria-label="{alt}">'
            f"<title>{html.escape(self.title)}</title><desc>{alt}</desc>"
        )

    @contextmanager
    def _around(self, figure: Figure, paper: _Paper, *, stamp: bool = False, alone: bool = False) -> Iterator[None]:
        """Write what stands around the drawing: the stamp, and where it travels alone its title and its source."""
        foot = (0.06 - paper.below) / paper.height
        written = []
        if alone:
            top = 1 + (paper.above - 0.14) / paper.height
            title = "\n".join(self._title_lines(paper.width))
            written = [
                figure.text(0.015, top, title, va="top", fontsize=13, weight="bold"),
                figure.text(0.015, foot, self.source, va="bottom", fontsize=8, color=QUIET),
            ]
        if stamp:
            written.append(figure.text(0.985, foot, self.stamp, ha="right", va="bottom", fontsize=8, color=QUIET))
        yield
        for one in written:
            one.remove()

    def svg_file(self) -> str:
        """Return the drawing as a file of its own: with title and source, and its size in points."""
        paper = self._outer
        around = Figure(figsize=(paper.width, paper.height))
        around.patch.set_visible(False)
        with style(), self._around(around, paper, alone=True):
            words = as_svg(around, paper.box, f"{self.key}-around").split(">", 1)[1]
        body = f'<g transform="translate(0 {72 * paper.above:g})">{self._drawn[1].removesuffix("</svg>")}</g>'
        ground = f'<rect width="100%" height="100%" fill="{PAPER}"/>'
        return f'<?xml version="1.0" encoding="utf-8"?>\n{self._head(paper, size=True)}{ground}{body}{words}'

    def png(self, *, dots: int = 150) -> bytes:
        """Return the drawing as PNG with `dots` pixels an inch, with title and source."""
        with style(), self._around(self.figure, self._outer, stamp=True, alone=True):
            return as_png(self.figure, self._outer.box, dots=dots, about=self.alt)

    def _repr_html_(self) -> str:
        """Show the figure in a notebook with its caption; the text alternative is inside the SVG."""
        said = html.escape("\n".join(one for one in (self.caption, self.warning) if one)).replace("\n", "<br>")
        return f"<figure>{self.svg()}<figcaption>{said}</figcaption></figure>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Return the same bytes in every run: no address of an object in memory."""
        del include, exclude
        return {"text/html": self._repr_html_(), "text/plain": f"{self.title}. {self.alt}"}
