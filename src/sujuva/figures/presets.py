"""What figures for papers and talks are drawn for: how large they are, and how large their letters."""

from __future__ import annotations

from dataclasses import dataclass

from sujuva.errors import ParameterError, nearest
from sujuva.figures.theme import TEXT, Paper

MILLIMETRES = 25.4
"""Millimetres of an inch."""


@dataclass(frozen=True)
class Preset:
    """A physical size.

    A drawing is laid out with letters of `TEXT` points, on paper as much wider as these are larger than the preset's,
    and the whole is made smaller or larger: so lines and marks keep their proportion to the letters.

    Attributes:
        width: Millimetres of a file.
        height: Millimetres that it may take; what needs more is divided.
        points: Of every text but titles.
        dots: Pixels an inch of a PNG.
        narrow: Whether panels stand one under another and titles above their rows.
        slide: Whether the file is a whole page with title and source; else a caption tells these beside it.
    """

    width: float
    height: float
    points: float
    dots: int
    narrow: bool = False
    slide: bool = False

    @property
    def scale(self) -> float:
        """Return how much larger the file is than what is laid out."""
        return self.points / TEXT

    def inches(self, millimetres: float) -> float:
        """Return a length on the file as inches of what is laid out."""
        return millimetres / MILLIMETRES / self.scale

    @property
    def paper(self) -> Paper:
        """Return what is laid out."""
        return Paper(self.inches(self.width), narrow=self.narrow, grey=not self.slide)


PRESETS = {
    "one-column": Preset(width=88, height=230, points=7.5, dots=300, narrow=True),
    "two-columns": Preset(width=180, height=230, points=8, dots=300),
    "slide": Preset(width=254, height=142.875, points=14, dots=192, slide=True),
}
"""Columns of journals (85–90 and 170–190 mm, pages up to 240 mm high), and a slide of 16:9 with 1920 × 1080 pixels."""


def preset_of(name: str) -> Preset:
    """Return a preset by its name.

    Raises:
        ParameterError: There is none of this name.
    """
    if name not in PRESETS:
        msg = f"There is no preset '{name}' for figures; there are {', '.join(PRESETS)}."
        raise ParameterError(msg, nearest(name, PRESETS))
    return PRESETS[name]
