"""A drawing as large as a journal or a slide wants it: PNG, SVG and PDF that tell what they are."""

from __future__ import annotations

import html
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from sujuva.figures.canvas import as_png, as_svg
from sujuva.figures.letters import POINTS
from sujuva.figures.pdf import as_pdf
from sujuva.figures.presets import MILLIMETRES, Preset
from sujuva.figures.sheet import MEASURED, SMALL, Frame, Sheet
from sujuva.figures.theme import PAPER, style

_GAP = 0.1
_TURN = 1e-6
"""What matplotlib, which rounds pixels down, is given more, so that a whole number of them stays."""


@dataclass(frozen=True)
class Printed(Sheet):
    """A drawing for a preset.

    Attributes:
        preset: How large it is.
        made: By which code and rules its numbers were published; files tell it.
    """

    preset: Preset
    made: str = ""

    @cached_property
    def frame(self) -> Frame:
        """The whole: a drawing in a paper has its caption beside it, a slide is a page of its own."""
        if not self.preset.slide:
            return self.inner
        outer = self.outer
        left = self.preset.inches(self.preset.height) - outer.above - outer.height - outer.below
        return Frame(outer.width, outer.height, outer.above, outer.below + max(0.0, left))

    @property
    def headline(self) -> tuple[int, float]:
        """Points of the title of what is laid out, and inches of a line of it: of a slide a small one is large."""
        return SMALL if self.preset.slide else super().headline

    @property
    def gap(self) -> float:
        """Inches between title and drawing: a slide has none to spare."""
        return _GAP if self.preset.slide else super().gap

    @property
    def room(self) -> float:
        """Inches that a drawing may take, of those that are laid out."""
        above, below = (self.above, self.below) if self.preset.slide else (0.0, self.inner.below)
        return self.preset.inches(self.preset.height) - above - below

    @property
    def millimetres(self) -> tuple[float, float]:
        """Width and height of the files."""
        box = self.frame.box
        width, height = (round(float(MILLIMETRES * self.preset.scale * one), 2) for one in (box.width, box.height))
        return width, height

    @contextmanager
    def _whole(self) -> Iterator[tuple[Figure, Bbox]]:
        """Return the drawing with what stands around it, and the box of the whole."""
        with style(), self._around(self.figure, self.frame, stamp=True, alone=self.preset.slide):
            yield self.figure, self.frame.box

    def svg_file(self) -> str:
        """Return SVG of exact physical size; letters are letters, as wide as they were laid out."""
        with self._whole() as (figure, box):
            start, body = as_svg(figure, box, self.about.key).split(">", 1)
        width, height = self.millimetres
        view = " ".join(f"{POINTS * one:g}" for one in (box.width, box.height))
        about = html.escape(" ".join(one for one in (self.about.source, self.about.stamp, self.made) if one))
        return (
            f'<?xml version="1.0" encoding="utf-8"?>\n{MEASURED.sub("", start)} width="{width:g}mm" '
            f'height="{height:g}mm" viewBox="0 0 {view}" role="img"><title>{html.escape(self.about.title)}</title>'
            f"<desc>{html.escape(self.about.alt)}</desc><metadata>{about}</metadata>"
            f'<rect width="100%" height="100%" fill="{PAPER}"/>{body}\n'
        )

    def pdf(self) -> bytes:
        """Return PDF of exact physical size, its font embedded, without date."""
        about = {
            "Title": self.about.title,
            "Author": self.about.source,
            "Subject": " ".join(one for one in (self.about.stamp and f"{self.about.stamp}.", self.about.alt) if one),
            "Keywords": self.made,
        }
        with self._whole() as (figure, box):
            return as_pdf(figure, box, scale=self.preset.scale, about=about)

    def png(self, *, dots: int | None = None) -> bytes:
        """Return PNG of exact physical size.

        Args:
            dots: Pixels an inch; those of the preset if not given.
        """
        told = dots or self.preset.dots
        pixels = round(self.preset.width / MILLIMETRES * told)
        about = {
            "Title": self.about.title, "Description": self.about.alt, "Source": self.about.source,
            "Disclaimer": self.about.stamp, "Comment": self.made,
        }  # fmt: skip
        told_of = {name: text for name, text in about.items() if text}
        with self._whole() as (figure, box):
            return as_png(figure, box, dots=pixels / box.width * (1 + _TURN), told=told, about=told_of)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Show it in a notebook, as large as it is printed."""
        del include, exclude
        return {"text/html": self.svg_file().split("\n", 1)[1], "text/plain": self.about.alt}
