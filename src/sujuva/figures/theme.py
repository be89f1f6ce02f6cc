"""How figures look: colours that the colour-blind can tell apart, markers and line styles that say the same.

Colours are of Okabe & Ito (2008, Color Universal Design), the light ones darkened to 3:1 or more against white
(WCAG 2.2, 1.4.11).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from seaborn.utils import relative_luminance

COLOURS = ("#0072b2", "#d55e00", "#00785a", "#a3477f", "#6b4c9a", "#8a6a00", "#3b7ea1", "#7a7a7a")
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
INK, QUIET, FAINT, PAPER = "#1d2733", "#5a6673", "#d5dbe1", "#ffffff"
WIDTH = 9.0
"""Inches; a figure is as wide as the text of a report."""

_STYLE: dict[str, Any] = {
    **sns.axes_style("ticks"),
    **sns.plotting_context("notebook", font_scale=0.8),
    "font.family": ["DejaVu Sans"],
    "font.sans-serif": ["DejaVu Sans"],
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": QUIET,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 6,
    "axes.titley": 1.0,  # where titles stand anyway: to find out, matplotlib lays out every tick first
    "axes.labelsize": 9,
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
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.8,
    "lines.markersize": 6,
    "hatch.linewidth": 0.6,
    "hatch.color": QUIET,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "svg.hashsalt": "sujuva",
    "svg.fonttype": "path",
    "path.simplify": True,
}


@contextmanager
def style() -> Iterator[None]:
    """Draw and save in the house style, whatever the user's own settings are."""
    with mpl.rc_context():
        mpl.rcParams.update(mpl.rcParamsDefault)
        for name, value in _STYLE.items():
            mpl.rcParams[name] = value  # type: ignore[index]
        yield


def ink_on(ground: str) -> str:
    """Return the colour of letters that stands out most from a ground (contrast of WCAG 2.2)."""
    light, dark = (float(relative_luminance(one)) + 0.05 for one in (ground, INK))
    return PAPER if 1.05 / light > light / dark else INK


def columns_for(panels: int) -> int:
    """Return how many columns of axes show `panels` without an almost empty last row."""
    return {0: 1, 1: 1, 2: 2, 4: 2}.get(panels, 3)


def grid(
    rows: int,
    columns: int,
    *,
    height: float,
    width: float = WIDTH,
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
            axes.append(figure.add_axes(place))
    return figure, axes
