"""Dots with intervals on rows: the common drawing of differences, changes and measurement quality."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sujuva.figures.language import NO_BREAK
from sujuva.figures.theme import COLOURS, INK, PAPER, QUIET

ROW = 0.23
"""Inches of a row."""
_SIDE = 22
"""Letters of what lies on one side of zero that fit on a line."""


@dataclass(frozen=True)
class Mark:
    """One estimate on a row.

    Attributes:
        row: Place of the row, 0 at the top; a fraction sets it off from others of the row.
        estimate: Where the dot stands.
        low: Lower end of the interval, if there is one.
        high: Upper end of the interval, if there is one.
        colour: Number of the colour.
        marker: Shape of the dot.
        filled: A hollow dot says less: not clear, or only for comparison.
    """

    row: float
    estimate: float
    low: float | None = None
    high: float | None = None
    colour: int = 0
    marker: str = "o"
    filled: bool = True


def height_of(rows: int) -> float:
    """Return the inches of axes with so many rows."""
    return ROW * max(rows, 1) + 0.3


def draw(
    ax: Axes, marks: Sequence[Mark], labels: Sequence[str], *, bold: Collection[int] = (), zero: bool = True
) -> None:
    """Draw dots with intervals.

    Args:
        ax: Where.
        marks: The estimates.
        labels: Titles of the rows, top row first.
        bold: Rows whose title is bold.
        zero: Draw the line of no difference.
    """
    if zero:
        ax.axvline(0, color=INK, linewidth=0.9, zorder=1)
    for mark in marks:
        colour = COLOURS[mark.colour % len(COLOURS)]
        if mark.low is not None and mark.high is not None:
            ax.hlines(mark.row, mark.low, mark.high, color=colour, linewidth=1.5, zorder=2)
        ax.scatter(
            [mark.estimate], [mark.row], s=32, marker=mark.marker, color=colour if mark.filled else PAPER,
            edgecolor=colour, linewidth=1.3, zorder=3,
        )  # fmt: skip
    ax.set_ylim(len(labels) - 0.4, -0.6)
    ax.grid(visible=True, axis="x")
    ax.set_yticks(range(len(labels)), list(labels), fontsize=8.5)
    for number, label in enumerate(ax.get_yticklabels()):
        label.set_fontweight("bold" if number in bold else "normal")


def beside(ax: Axes, row: float, text: str) -> None:
    """Write a short text, such as n, to the right of a row."""
    ax.annotate(
        text, (1, row), (4, 0), xycoords=("axes fraction", "data"), textcoords="offset points", fontsize=7,
        color=QUIET, va="center", annotation_clip=False,
    )  # fmt: skip


def told(ax: Axes, row: float, text: str) -> None:
    """Write on a row why it has no dot, so that empty is not read as zero."""
    ax.annotate(
        text, (0, row), (4, 0), xycoords=("axes fraction", "data"), textcoords="offset points", fontsize=7,
        color=QUIET, va="center", annotation_clip=False, bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1},
    )  # fmt: skip


def key(label: str, *, colour: int = 0, marker: str = "o", filled: bool = True) -> Line2D:
    """Return the entry of a legend for one kind of dot."""
    shade = COLOURS[colour % len(COLOURS)]
    return Line2D(
        [], [], color=shade, marker=marker, linestyle="-", linewidth=1.5, markersize=6,
        markerfacecolor=shade if filled else PAPER, markeredgecolor=shade, label=label,
    )  # fmt: skip


def sides(ax: Axes, left: str, right: str) -> None:
    """Write under the axes what lies on each side of zero."""
    for place, text, side in ((0.0, f"←{NO_BREAK}{left}", "left"), (1.0, f"{right}{NO_BREAK}→", "right")):
        ax.annotate(
            "\n".join(textwrap.wrap(text, _SIDE)), (place, 0), (0, -22), xycoords="axes fraction",
            textcoords="offset points", ha=side, va="top", fontsize=8, color=QUIET,
        )  # fmt: skip
