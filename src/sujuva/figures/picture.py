"""A figure with everything a reader needs of it: title, caption, text alternative and the data behind it."""

from __future__ import annotations

import html
import io
import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from sujuva.figures.svg import drawn
from sujuva.figures.theme import QUIET, style
from sujuva.published import require_published

_LINE, _GAP, _FOOT = 0.27, 0.28, 0.3
"""Inches: a line of the title, what stands around it, the foot."""
_TITLE_LETTERS = 9.5
"""Letters of the title that fit on an inch."""


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
        return self._inside

    @cached_property
    def _inside(self) -> str:
        """Drawn once, although the page and the notebook both show it."""
        return self._svg(alone=False)[0]

    def _svg(self, *, alone: bool) -> tuple[str, Bbox]:
        with style(), self._framed(alone=alone) as frame:
            text = drawn(self.figure, frame, self.key)
        head, body = text.split(">", 1)
        head = re.sub(r' (width|height)="[^"]*"', "", head)
        about = f"<title>{html.escape(self.title)}</title><desc>{html.escape(self.alt)}</desc>"
        return f'{head} role="img" aria-label="{html.escape(self.alt)}">{about}{body}', frame

    @contextmanager
    def _framed(self, *, alone: bool) -> Iterator[Bbox]:
        """Write what stands around the drawing, and return the paper that holds it all, in inches.

        The stamp is always there; a figure that travels alone also has its title and its source.
        """
        width, height = (float(one) for one in self.figure.get_size_inches())
        title = f"{self.title} – {self.place}" if self.place else self.title
        lines = textwrap.wrap(title, int(width * _TITLE_LETTERS)) if alone else []
        foot = [(0.015, "left", self.source if alone else ""), (0.985, "right", self.stamp)]
        below = _FOOT if any(text for *_, text in foot) else 0.0
        above = _LINE * len(lines) + _GAP if lines else 0.0
        written = [
            self.figure.text(
                0.015, 1 + (above - 0.14) / height, "\n".join(lines), va="top", fontsize=13, weight="bold"
            ),
            *(
                self.figure.text(x, (0.06 - below) / height, text, ha=side, va="bottom", fontsize=8, color=QUIET)
                for x, side, text in foot
            ),
        ]
        try:
            yield Bbox.from_extents(0, -below, width, height + above)
        finally:
            for one in written:
                one.remove()

    def svg_file(self) -> str:
        """Return the drawing as a file of its own: with title and source, and its size in points."""
        text, paper = self._svg(alone=True)
        size = f'width="{72 * paper.width:g}pt" height="{72 * paper.height:g}pt"'
        return '<?xml version="1.0" encoding="utf-8"?>\n' + text.replace("<svg", f"<svg {size}", 1)

    def png(self, *, dots: int = 150) -> bytes:
        """Return the drawing as PNG with `dots` pixels an inch, with title and source."""
        buffer = io.BytesIO()
        with style(), self._framed(alone=True) as frame:
            about = {"Software": None, "Description": self.alt}
            self.figure.savefig(buffer, format="png", dpi=dots, metadata=about, bbox_inches=frame)
        return buffer.getvalue()

    def _repr_html_(self) -> str:
        """Show the figure in a notebook with its caption; the text alternative is inside the SVG."""
        said = html.escape("\n".join(one for one in (self.caption, self.warning) if one)).replace("\n", "<br>")
        return f"<figure>{self.svg()}<figcaption>{said}</figcaption></figure>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Return the same bytes in every run: no address of an object in memory."""
        del include, exclude
        return {"text/html": self._repr_html_(), "text/plain": f"{self.title}. {self.alt}"}
