"""What figures find out once in a process, whatever they show: forked kernels inherit it (`pipeline.preload`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from string import ascii_letters, digits, punctuation

from matplotlib.transforms import Bbox

from sujuva.figures.canvas import as_png, as_svg
from sujuva.figures.dark import darkened
from sujuva.figures.language import Words, catalogue
from sujuva.figures.theme import COLOURS, FAINT, INK, MARKERS, OTHER, PAPER, QUIET, grid, style

_LETTERS = f"{ascii_letters}{digits}{punctuation}ÅÄÖåäö–−→←≤≥≈±×α²·•\u00a0“”’"
"""What nearly all texts of figures are written with."""


def prepare(languages: Sequence[str]) -> None:
    """Read translations and forms of numbers, load letters, and draw a first figure; no query of Polars is run.

    Args:
        languages: Languages of the site.
    """
    for language in languages:
        catalogue(language)
        words = Words(language)
        for decimals in range(4):
            words.number(1234.5678, decimals)
        words.day(date(2000, 1, 1).isoformat())
    for colour in (*COLOURS, INK, QUIET, FAINT, OTHER, PAPER):
        darkened(colour)
    with style():
        figure, (ax,) = grid(1, 1, height=2, width=4)
        ax.set_title(_LETTERS)
        for number, (marker, colour) in enumerate(zip(MARKERS, COLOURS, strict=True)):
            ax.plot([0, 1], [number, number], color=colour, marker=marker, label=_LETTERS)
            ax.scatter([0, 1], [number, number], color=colour, marker=marker)
        ax.hlines([0, 1], [0, 0], [1, 1], color=INK)
        ax.bar([0, 1], [1, 2], color=COLOURS[0])
        ax.annotate(_LETTERS, (0, 0), textcoords="offset points", xytext=(1, 1), bbox={"facecolor": PAPER, "pad": 1})
        figure.legend(loc="upper left")
        box = Bbox.from_extents(0, 0, 4, 2)
        as_svg(figure, box, "once")
        as_png(figure, box, dots=96, about={})
