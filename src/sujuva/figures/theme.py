"""How figures look: colours that the colour-blind can tell apart, markers and line styles that say the same.

Colours are of Okabe & Ito (2008, Color Universal Design), the light ones darkened to 4.5:1 or more against white, so
that letters on them can be read, too (WCAG 2.2, 1.4.3 and 1.4.11). `dark` turns them around for a dark page.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from seaborn.utils import relative_luminance

from sujuva.figures.axes import LeanAxes
from sujuva.figures.letters import FAMILY

COLOURS = ("#0072b2", "#c04f00", "#00785a", "#a3477f", "#6b4c9a", "#8a6a00", "#36779a", "#6f6f6f")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")
DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 1.5)),
    (0, (1.5, 1.2)),
    (0, (6, 1.5, 1.5, 1.5)),
    (0, (8, 2)),
    (0, (3, 1, 1, 1, 1, 1)),
    "-",
    "-",
)
_LOW = 4.0
"""Inches of paper on which a panel alone hardly fits."""
_TOLD_APART = 1.4
"""Contrast from which greys are told apart."""


def turn(place: int, many: int) -> int:
    """Return which of `many` shapes stands beside the colour of a place: of a colour that comes again, the next one.

    Colours come again after `len(COLOURS)` places; colour and shape together only after `many` times as many.
    """
    return (place + place // len(COLOURS)) % many


INK, QUIET, FAINT, PAPER = "#1d2733", "#5a6673", "#d5dbe1", "#ffffff"
OTHER = "#858f99"
"""Colour of the other regions, behind the one that a page is about."""
DARK_PAPER = "#12181f"
TEXT, TITLE = 9.0, 9.5
"""Points of every text but titles (12 pixels at a drawing's own width), and of a panel's title."""
TEXT_LINE, TITLE_LINE = 0.165, 0.172
"""Inches of a line of these."""


@dataclass(frozen=True)
class Paper:
    """What a drawing is drawn on.

    Attributes:
        width: Its width in inches.
        narrow: Whether it is held in a hand: one panel beside another finds no room, nor do titles left of rows.
        height: Inches that a drawing may take; it is divided where it needs more (`layouts.fitting`).
        grey: Whether it may be printed in grey: areas that are alike in lightness are told apart by hatching.
    """

    width: float
    narrow: bool = False
    height: float = math.inf
    grey: bool = False

    @property
    def least(self) -> float:
        """Return inches to which panels may shrink before they are divided: fewer where one alone hardly fits."""
        return 1.1 if self.height > _LOW else 0.65


WIDE = Paper(9.0)
"""As wide as the text of a report: 864 pixels."""
NARROW = Paper(3.73, narrow=True)
"""As wide as the text on a telephone: 358 pixels."""

_STYLE: dict[str, Any] = {
    **sns.axes_style("ticks"),
    **sns.plotting_context("notebook", font_scale=0.8),
    "font.family": [FAMILY],
    "font.sans-serif": [FAMILY],
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": QUIET,
    "axes.titlesize": TITLE,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 6,
    "axes.titley": 1.0,  # where titles stand anyway: to find out, matplotlib lays out every tick first
    "axes.labelsize": TEXT,
    "axes.linewidth": 0.8,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": "#e6eaee",
    "grid.linewidth": 0.8,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": TEXT,
    "ytick.labelsize": TEXT,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "legend.fontsize": TEXT,
    "font.size": TEXT,
    "lines.linewidth": 1.8,
    "lines.markersize": 6,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "svg.hashsalt": "sujuva",
    "svg.fonttype": "none",
    "pdf.fonttype": 42,  # letters that programs for drawing can edit
    "pdf.compression": 0,  # what compresses differs between machines
    "text.parse_math": False,  # a dollar in a title is a dollar
    "path.simplify": True,
}


@lru_cache(1)
def _house() -> dict[str, Any]:
    """Return all of matplotlib's settings in the house style, checked by matplotlib once."""
    settings: Any = mpl.rcParamsDefault.copy()
    settings.update(_STYLE)
    return {name: value for name, value in settings.items() if not name.startswith("backend")}


@contextmanager
def style() -> Iterator[None]:
    """Draw and save in the house style, whatever the user's own settings are."""
    settings: Any = mpl.rcParams
    own = {name: settings._get(name) for name in _house()}  # noqa: SLF001  # unchecked, as matplotlib promises to keep it
    settings._update_raw(_house())  # noqa: SLF001
    try:
        yield
    finally:
        settings._update_raw(own)  # noqa: SLF001


def ink_on(ground: str) -> str:
    """Return the colour of letters that stands out most from a ground (contrast of WCAG 2.2)."""
    light, dark = (float(relative_luminance(one)) + 0.05 for one in (ground, INK))
    return PAPER if 1.05 / light > light / dark else INK


def alike(one: str, other: str) -> bool:
    """Tell whether two colours can hardly be told apart in grey."""
    low, high = sorted(float(relative_luminance(colour)) + 0.05 for colour in (one, other))
    return high / low < _TOLD_APART


def columns_for(panels: int) -> int:
    """Return how many columns of axes show `panels` without an almost empty last row."""
    return {0: 1, 1: 1, 2: 2, 4: 2}.get(panels, 3)


def grid(
    rows: int,
    columns: int,
    *,
    height: float,
    width: float,
    top: float = 0.5,
    bottom: float = 0.5,
    left: float = 0.5,
    gap: tuple[float, float] = (0.45, 0.75),
    right: float = 0.15,
) -> tuple[Figure, list[Axes]]:
    """Return a figure with axes at fixed places (faster and steadier than automatic layout), row by row.

    Args:
        rows: Rows of axes.
        columns: Columns of axes.
        height: Height of each axes in inches.
        width: Width of the figure in inches.
        top: Inches above the first row.
        bottom: Inches below the last row.
        left: Inches left of the first column.
        gap: Inches between columns and between rows.
        right: Inches right of the last column.
    """
    total = top + rows * height + (rows - 1) * gap[1] + bottom
    each = (width - left - right - (columns - 1) * gap[0]) / columns
    figure = Figure(figsize=(width, total))
    axes = []
    for row in range(rows):
        for column in range(columns):
            low = total - top - (row + 1) * height - row * gap[1]
            place = ((left + column * (each + gap[0])) / width, low / total, each / width, height / total)
            axes.append(figure.add_axes(place, axes_class=LeanAxes))
    return figure, axes
