"""What every layout is made of: panels on a grid, rows, series with their look, axes, and the one way to pandas.

Layouts draw with seaborn's functions for single axes on a grid of our own. For twelve small panels, the objects
interface takes 0.5 s, `FacetGrid` 0.7 s and this 0.1–0.2 s, and a report has some thirty figures.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pandas as pd
import polars as pl
import polars.selectors as cs
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sujuva.figures.theme import COLOURS, INK, PAPER, QUIET, WIDTH, columns_for, grid

_TITLE, _TEXT, _TICK = 12.5, 17.0, 15.0
"""Letters on an inch: of a panel's title, of the small text under it, of a row's title."""
_TITLE_LINE, _TEXT_LINE = 0.165, 0.145
"""Inches of a line of these."""
_LEGEND_LINE = 0.24
_PLACES = 6
"""Decimals that are drawn: what is drawn never hangs on the last bits of a float."""


@dataclass(frozen=True)
class Row:
    """A row of panels.

    Attributes:
        key: Value of the column `row`; "" for a heading between rows.
        title: What it is called.
        bold: Whether the title is bold; headings always are.
        quiet: Whether the title is pale.
    """

    key: str
    title: str
    bold: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class Series:
    """What has a look of its own: a year, a region, a kind of comparison.

    Attributes:
        key: Value of the column `series`.
        title: What the legend calls it; "" where the legend leaves it out.
        colour: Its colour.
        marker: Shape of its marks.
        filled: A hollow mark says less: an earlier year, not clear, or only for comparison.
        dash: Its line.
        width: Width of its line in points.
        told: Whether a word stands where a row has no mark of it.
        brief: What it is called before that word, where the place of the word does not tell.
    """

    key: str
    title: str
    colour: str = COLOURS[0]
    marker: str = "o"
    filled: bool = True
    dash: Any = "-"
    width: float = 1.7
    told: bool = True
    brief: str = ""


@dataclass(frozen=True)
class Axis:
    """An axis of values.

    Attributes:
        low: Where it starts.
        high: Where it ends.
        written: How a value is written.
        ticks: Values that are written, or about how many.
        guides: Values with a dashed line.
        zero: Draw the line of no difference.
        sides: What lies left and right of zero.
        title: What the values are.
    """

    low: float
    high: float
    written: Callable[[float], str]
    ticks: tuple[float, ...] | int = 5
    guides: tuple[float, ...] = ()
    zero: bool = False
    sides: tuple[str, str] | None = None
    title: str = ""

    def places(self) -> list[float]:
        """Return the values that are written."""
        if not isinstance(self.ticks, int):
            return list(self.ticks)
        slack = 1e-9 * (self.high - self.low)
        found = (round(float(one), 9) for one in MaxNLocator(self.ticks).tick_values(self.low, self.high))
        return [one for one in found if self.low - slack <= one <= self.high + slack]

    def along_x(self, ax: Axes) -> None:
        """Let this be the horizontal axis."""
        ax.set_xlim(self.low, self.high)
        ax.set_xticks(self.places())
        ax.xaxis.set_major_formatter(lambda value, _: self.written(value))
        ax.set_xlabel(self.title)
        for guide in self.guides:
            ax.axvline(guide, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        if self.zero:
            ax.axvline(0, color=INK, linewidth=0.9, zorder=1)
        for place, side, text in zip((0.0, 1.0), ("left", "right"), self.sides or (), strict=False):
            ax.annotate(
                textwrap.fill(text, 22), (place, 0), (0, -22), xycoords="axes fraction", textcoords="offset points",
                ha=side, va="top", fontsize=8, color=QUIET,
            )  # fmt: skip

    def along_y(self, ax: Axes) -> None:
        """Let this be the vertical axis."""
        ax.set_ylim(self.low, self.high)
        ax.set_yticks(self.places())
        ax.yaxis.set_major_formatter(lambda value, _: self.written(value))
        ax.set_ylabel(self.title)
        for guide in self.guides:
            ax.axhline(guide, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)


@dataclass(frozen=True)
class Panel:
    """A small figure among others of its kind.

    Attributes:
        key: Value of the column `panel`.
        title: Its title.
        about: What stands small under the title, a line for each thing to know.
        axis: Its own axis of values, where it does not share the layout's.
    """

    key: str
    title: str = ""
    about: str = ""
    axis: Axis | None = None


def key_of(*columns: str) -> pl.Expr:
    """Return the key of a panel or row that several columns tell apart."""
    return pl.concat_str(*columns, separator="|")


def to_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """Return what seaborn reads: a pandas frame with numbers as exact as they are drawn. The one way there."""
    return frame.with_columns(cs.float().round(_PLACES)).to_pandas()


@contextmanager
def unlabelled(ax: Axes) -> Iterator[None]:
    """Keep seaborn from naming the axes after columns, for which it would lay out every tick first."""
    ax.set(xlabel=" ", ylabel=" ")
    yield
    ax.set(xlabel="", ylabel="")


def wrapped(text: str, inches: float, letters: float = _TICK) -> str:
    """Break a text into lines of so many inches; lines of its own stay."""
    wide = max(10, int(inches * letters))
    return "\n".join(line for one in text.split("\n") for line in textwrap.wrap(one, wide))


def lines_of(texts: Iterable[str]) -> int:
    """Return how many lines the longest of `texts` has."""
    return max((one.count("\n") + 1 for one in texts if one), default=0)


def panelled(
    panels: Sequence[Panel],
    *,
    height: float,
    left: float,
    legend: int,
    across: int | None = None,
    right: float = 0.2,
    gap: float = 0.3,
    below: float = 0.35,
) -> tuple[Figure, list[Axes]]:
    """Return a figure with axes for `panels`, their titles written.

    Args:
        panels: The panels, row by row.
        height: Height of each in inches.
        left: Inches left of the first column.
        legend: Lines of the legend.
        across: Panels in a row.
        right: Inches right of the last column.
        gap: Inches between columns.
        below: Inches under each panel.
    """
    across = across or columns_for(len(panels))
    each = (WIDTH - left - right - gap * (across - 1)) / across
    room = each + 0.8 * min(gap, right)
    titles = [wrapped(one.title, room, _TITLE) for one in panels]
    abouts = [wrapped(one.about, each, _TEXT) for one in panels]
    head = 0.14 + _TITLE_LINE * lines_of(titles) + _TEXT_LINE * lines_of(abouts)
    top = 0.1 + _LEGEND_LINE * legend + head
    figure, axes = grid(
        math.ceil(len(panels) / across), across, height=height, top=top, bottom=below, left=left, right=right,
        gap=(gap, below + head),
    )  # fmt: skip
    for title, about, ax in zip(titles, abouts, axes, strict=False):
        ax.set_title(title, fontsize=9.5, loc="left", pad=5 + 72 * _TEXT_LINE * lines_of([about]))
        ax.annotate(
            about, (0, 1), (0, 4), xycoords="axes fraction", textcoords="offset points", fontsize=8, color=QUIET,
            annotation_clip=False,
        )  # fmt: skip
    for ax in axes[len(panels) :]:
        ax.set_visible(False)
    return figure, axes[: len(panels)]


def mark_of(series: Series) -> Line2D:
    """Return the entry of a legend for marks of a series."""
    return Line2D(
        [], [], color=series.colour, marker=series.marker, linestyle=series.dash, linewidth=series.width, markersize=6,
        markerfacecolor=series.colour if series.filled else PAPER, markeredgecolor=series.colour,
        label=series.title,
    )  # fmt: skip


def legend_lines(entries: Sequence[str]) -> int:
    """Return how many lines a legend of these titles takes."""
    return math.ceil(len(entries) / _legend_columns(entries)) if entries else 0


def _legend_columns(entries: Sequence[str]) -> int:
    widths = [0.7 + 0.072 * len(one) for one in entries]
    return len(entries) if sum(widths) < WIDTH else max(1, int(WIDTH / max(widths)))


def write_legend(figure: Figure, handles: Sequence[Line2D | Patch], *, handlelength: float = 2.4) -> None:
    """Write the legend along the top of a figure."""
    if handles:
        columns = _legend_columns([str(one.get_label()) for one in handles])
        figure.legend(
            handles=handles, loc="upper left", bbox_to_anchor=(0.005, 1.0), ncols=columns, columnspacing=1.6,
            handlelength=handlelength,
        )  # fmt: skip


def write_rows(ax: Axes, rows: Sequence[Row], labels: Sequence[str]) -> None:
    """Write the titles of rows, the top one first, and set the vertical axis."""
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_yticks(range(len(rows)), list(labels))
    for row, label in zip(rows, ax.get_yticklabels(), strict=True):
        label.set_fontweight("bold" if row.bold or not row.key else "normal")
        label.set_color(QUIET if row.quiet else INK)


def write_beside(ax: Axes, row: float, text: str) -> None:
    """Write a short text, such as n, to the right of a row."""
    if not text:
        return
    ax.annotate(
        text, (1, row), (4, 0), xycoords=("axes fraction", "data"), textcoords="offset points", fontsize=7.5,
        color=QUIET, va="center", annotation_clip=False,
    )  # fmt: skip


def write_beside_title(ax: Axes, text: str) -> None:
    """Write over the texts beside the rows what they are."""
    ax.annotate(
        text, (1, 1), (4, 2), xycoords="axes fraction", textcoords="offset points", fontsize=7, color=QUIET,
        va="bottom", annotation_clip=False,
    )  # fmt: skip


def write_instead(ax: Axes, row: float, text: str) -> None:
    """Write on a row why it has no mark, so that empty is not read as zero."""
    if not text:
        return
    ax.annotate(
        text, (0, row), (4, 0), xycoords=("axes fraction", "data"), textcoords="offset points", fontsize=7,
        color=QUIET, va="center", annotation_clip=False, bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1},
    )  # fmt: skip


def by_key(frame: pl.DataFrame, *columns: str) -> Mapping[Any, Mapping[str, Any]]:
    """Return the rows of a frame by the values of some columns."""
    keys = frame.select(columns).iter_rows() if len(columns) > 1 else frame[columns[0]]
    return dict(zip(keys, frame.iter_rows(named=True), strict=True))
