"""A drawing at one width, and what stands around it: the stamp, and where it travels alone its title and its source."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from sujuva.figures.canvas import as_png, as_svg
from sujuva.figures.dark import dark_rules
from sujuva.figures.letters import POINTS, breadth, wrapped
from sujuva.figures.theme import PAPER, QUIET, TEXT, TEXT_LINE, Paper, style

_EDGE, _GAP = 0.13, 0.28
"""Inches beside texts, and between title and drawing."""
_FOOT = 0.12
"""Inches around the lines of the foot."""
_LARGE, SMALL = (13, 0.27), (11, 0.22)
"""Points of a title and inches of its line, on wide and on narrow paper."""
DRAWING = "drawing"
"""Name of the part of a file that is the drawing alone, without title and source: pages show `file.svg#drawing`."""
MEASURED = re.compile(r' (width|height|viewBox)="[^"]*"')
"""What matplotlib's SVG says of its size."""


class About(Protocol):
    """What a sheet needs to know of the figure that is drawn on it."""

    @property
    def key(self) -> str:
        """Prefix of ids."""

    @property
    def title(self) -> str:
        """What it shows."""

    @property
    def headline(self) -> str:
        """What it shows."""

    @property
    def beneath(self) -> str:
        """What stands below that: what it is of, and of which place."""

    @property
    def alt(self) -> str:
        """The text alternative."""

    @property
    def fingerprint(self) -> str:
        """Of what it is made; empty where nobody knows."""

    @property
    def source(self) -> str:
        """Whose data it shows."""

    @property
    def stamp(self) -> str:
        """What stands in the corner."""


@dataclass(frozen=True)
class Frame:
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
class Sheet:
    """A drawing at one width.

    Attributes:
        about: The figure.
        figure: The drawing.
        paper: What it is drawn on.
    """

    about: About
    figure: Figure
    paper: Paper

    def svg(self) -> str:
        """Return the drawing as SVG that can stand inside a page: own ids, a title and a description."""
        return f"{self._head(self.inner)}{self._drawn[1]}"

    @cached_property
    def inner(self) -> Frame:
        """The frame of a drawing in a page, which says title and source itself: room for the stamp."""
        width, height = (float(one) for one in self.figure.get_size_inches())
        return Frame(width, height, 0.0, TEXT_LINE + _FOOT if self.about.stamp else 0.0)

    @property
    def size(self) -> tuple[str, str]:
        """Width and height in points of a drawing in a page, as its SVG tells them."""
        width, height = (f"{POINTS * one:g}" for one in (self.inner.box.width, self.inner.box.height))
        return width, height

    @cached_property
    def outer(self) -> Frame:
        """The frame of a drawing that travels alone: room for its title and its source too."""
        return Frame(self.inner.width, self.inner.height, self.above, self.below)

    @property
    def above(self) -> float:
        """Inches of the title above a drawing that travels alone."""
        return self._title_height + TEXT_LINE * len(self._subtitle.splitlines()) + self.gap

    @property
    def gap(self) -> float:
        """Inches between title and drawing."""
        return _GAP

    @property
    def below(self) -> float:
        """Inches of the source below it."""
        lines = max(self._source.count("\n") + 1 + self._stacked if self._source else 0, bool(self.about.stamp))
        return TEXT_LINE * lines + _FOOT if lines else 0.0

    @property
    def headline(self) -> tuple[int, float]:
        """Points of the title, and inches of a line of it."""
        return SMALL if self.paper.narrow else _LARGE

    @property
    def _title(self) -> str:
        return wrapped(self.about.headline, self.paper.width - 2 * _EDGE, self.headline[0], bold=True)

    @property
    def _title_height(self) -> float:
        return self.headline[1] * (self._title.count("\n") + 1)

    @property
    def _subtitle(self) -> str:
        return wrapped(self.about.beneath, self.paper.width - 2 * _EDGE)

    @property
    def _source(self) -> str:
        return wrapped(self.about.source, self.paper.width - 2 * _EDGE)

    @property
    def _stacked(self) -> bool:
        """Whether the stamp stands under the source, for want of room beside it."""
        both = breadth(self._source) + breadth(self.about.stamp) + 4 * _EDGE
        return bool(self.about.stamp) and both > self.paper.width

    @cached_property
    def _drawn(self) -> tuple[str, str]:
        """The start tag of the SVG, and what comes after it: drawn once for page, notebook and file."""
        with style(), self._around(self.figure, self.inner, stamp=True):
            start, body = as_svg(self.figure, self.inner.box, self.about.key).split(">", 1)
        return MEASURED.sub("", start), body

    def _head(self, frame: Frame, *, size: bool = False) -> str:
        width, height = (f"{POINTS * one:g}" for one in (frame.box.width, frame.box.height))
        alt = html.escape(self.about.alt)
        # A file has its title and its description; in a page or a notebook they are also its name.
        measures = f' width="{width}pt" height="{height}pt"' if size else f' aria-label="{alt}"'
        return (
            f'{self._drawn[0]}{measures} viewBox="0 0 {width} {height}" role="img">'
            f"<title>{html.escape(self.about.title)}</title><desc>{alt}</desc>"
        )

    @contextmanager
    def _around(self, figure: Figure, frame: Frame, *, stamp: bool = False, alone: bool = False) -> Iterator[None]:
        """Write what stands around the drawing."""
        left, right = _EDGE / frame.width, 1 - _EDGE / frame.width
        foot = (0.06 - frame.below) / frame.height
        written = []
        if alone:
            top = 1 + (frame.above - 0.14) / frame.height
            up = foot + TEXT_LINE * self._stacked / frame.height
            size = self.headline[0]
            below = top - self._title_height / frame.height
            written = [
                figure.text(left, top, self._title, va="top", fontsize=size, weight="bold"),
                figure.text(left, up, self._source, va="bottom", fontsize=TEXT, color=QUIET),
            ]
            if self._subtitle:
                written.append(figure.text(left, below, self._subtitle, va="top", fontsize=TEXT))
        if stamp:
            looks: dict[str, Any] = {"ha": "right", "va": "bottom", "fontsize": TEXT, "color": QUIET}
            written.append(figure.text(right, foot, self.about.stamp, **looks))
        yield
        for one in written:
            one.remove()

    def file(self, *, alone: bool = True) -> str:
        """Return the drawing as a file of its own, which follows a dark page.

        Args:
            alone: With title and source; else as it stands in a page that says them.
        """
        frame = self.outer if alone else self.inner
        body, words = self._drawn[1].removesuffix("</svg>"), "</svg>"
        if alone:
            around = Figure(figsize=(frame.width, frame.height))
            around.patch.set_visible(False)
            with style(), self._around(around, frame, alone=True):
                words = as_svg(around, frame.box, f"{self.about.key}-around").split(">", 1)[1]
            body = f'<g transform="translate(0 {POINTS * frame.above:g})">{body}</g>'
            body += f'<view id="{DRAWING}" viewBox="0 {POINTS * frame.above:g} {self.size[0]} {self.size[1]}"/>'
        made = f"<metadata>{html.escape(self.about.fingerprint)}</metadata>" if self.about.fingerprint else ""
        ground = f'<rect width="100%" height="100%" fill="{PAPER}"/>'
        head, drawing = self._head(frame, size=True) + made, f"{ground}{body}{words}"
        dark = f"<style>@media (prefers-color-scheme:dark){{{dark_rules(head + drawing)}}}</style>"
        return f'<?xml version="1.0" encoding="utf-8"?>\n{head}{dark}{drawing}'

    def png(self, *, dots: int = 150) -> bytes:
        """Return the drawing as PNG with `dots` pixels an inch, with title and source."""
        about = {"Description": self.about.alt, "Comment": self.about.fingerprint}
        about = {name: text for name, text in about.items() if text}
        with style(), self._around(self.figure, self.outer, stamp=True, alone=True):
            return as_png(self.figure, self.outer.box, dots=dots, about=about)
