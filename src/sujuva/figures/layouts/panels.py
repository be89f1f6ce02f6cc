"""What every layout is made of: panels on a grid, rows, series with their look, axes, and the one way to pandas.

Layouts draw with seaborn's functions for single axes on a grid of our own. For twelve small panels, the objects
interface takes 0.5 s, `FacetGrid` 0.7 s and this 0.1–0.2 s, and a report has some thirty figures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import polars as pl
import polars.selectors as cs
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sujuva.figures.language import Words
from sujuva.figures.letters import breadth, lines_of, wrapped
from sujuva.figures.theme import (
    COLOURS,
    INK,
    PAPER,
    QUIET,
    TEXT,
    TEXT_LINE,
    TITLE,
    TITLE_LINE,
    Paper,
    columns_for,
    grid,
)

_APART = 0.06
"""Inches at least between two texts of an axis."""
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
        spans: Whether its intervals are drawn.
        brief: What it is called before that word, where the place of the word does not tell.
        bold: Whether its name is bold.
    """

    key: str
    title: str
    colour: str = COLOURS[0]
    marker: str = "o"
    filled: bool = True
    dash: Any = "-"
    width: float = 1.7
    told: bool = True
    spans: bool = True
    brief: str = ""
    bold: bool = False


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
        better: On which side values are better, where all rows agree.
        title: What the values are.
    """

    low: float
    high: float
    written: Callable[[float], str]
    ticks: tuple[float, ...] | int = 5
    guides: tuple[float, ...] = ()
    zero: bool = False
    sides: tuple[str, str] | None = None
    better: Literal["", "left", "right"] = ""
    title: str = ""

    def places(self) -> list[float]:
        """Return the values that are written."""
        if not isinstance(self.ticks, int):
            return list(self.ticks)
        return round_values(self.low, self.high, self.ticks)

    def under(self, inches: float, words: Words) -> list[tuple[float, str, str]]:
        """Return what stands under the values of an axis so many inches wide: place, alignment, text."""
        sides = list(self.sides or ("", ""))
        arrows = {"left": "← " + words.say("better"), "right": words.say("better") + " →"}
        if self.better:
            sides[self.better == "right"] = arrows[self.better]
        room = 0.46 * inches if all(sides) else inches
        return [
            (place, side, wrapped(text, room))
            for place, side, text in zip((0.0, 1.0), ("left", "right"), sides, strict=True) if text
        ]  # fmt: skip

    def below(self, inches: float, words: Words) -> float:
        """Return how many inches all that is written under an axis takes."""
        lines = lines_of(self.written(one) for one in self.places()) + lines_of(
            text for _, _, text in self.under(inches, words)
        )
        return 0.1 + TEXT_LINE * lines

    def along_x(self, ax: Axes, inches: float, words: Words, *, inside: bool = False) -> None:
        """Let this be the horizontal axis.

        Args:
            ax: The axes.
            inches: How wide they are.
            words: The reader's language.
            inside: Whether the values at the ends stay inside, as those of neighbours would run into them.
        """
        places = self.places()
        ax.set_xlim(self.low, self.high)
        texts = {one: self.written(one) for one in places}
        span = (self.high - self.low) / inches
        ends = {one for one in (self.low, self.high) if inside}
        boxes = {one: _box(one / span, breadth(text), one in ends, one == self.low) for one, text in texts.items()}
        step = next(
            step for step in range(1, len(places) + 2)
            if all(boxes[b][0] - boxes[a][1] > _APART for a, b in zip(places[::step], places[step::step], strict=False))
        )  # fmt: skip
        kept = places[::step]
        ax.set_xticks(kept)
        ax.xaxis.set_major_formatter(lambda value, _: self.written(value))
        for place, label in zip(kept, ax.get_xticklabels() if ends else (), strict=False):
            if place in ends:
                label.set_horizontalalignment("left" if place == self.low else "right")
        ax.set_xlabel(self.title)
        for guide in self.guides:
            ax.axvline(guide, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        if self.zero:
            ax.axvline(0, color=INK, linewidth=0.9, zorder=1)
        down = 6 + 72 * TEXT_LINE * lines_of(texts.values())
        for place, side, text in self.under(inches, words):
            ax.annotate(
                text, (place, 0), (0, -down), xycoords="axes fraction", textcoords="offset points", ha=side, va="top",
                fontsize=TEXT, color=QUIET, annotation_clip=False,
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


def round_values(low: float, high: float, count: int) -> list[float]:
    """Return about so many round values between two ends."""
    slack = 1e-9 * (high - low)
    found = (round(float(one), 9) for one in MaxNLocator(count).tick_values(low, high))
    return [one for one in found if low - slack <= one <= high + slack]


def key_of(*columns: str) -> pl.Expr:
    """Return the key of a panel or row that several columns tell apart."""
    return pl.concat_str(*columns, separator="|")


def as_drawn(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with numbers as exact as they are drawn."""
    return frame.with_columns(cs.float().round(_PLACES))


def to_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """Return what seaborn reads: a pandas frame of the same numbers. The one way there."""
    return as_drawn(frame).to_pandas()


@contextmanager
def unlabelled(ax: Axes) -> Iterator[None]:
    """Keep seaborn from naming the axes after columns, for which it would lay out every tick first."""
    ax.set(xlabel=" ", ylabel=" ")
    yield
    ax.set(xlabel="", ylabel="")


def _box(middle: float, wide: float, end: bool, low: bool) -> tuple[float, float]:
    """Return from where to where a text on an axis reaches, in inches."""
    start = middle - (0 if end and low else wide if end else wide / 2)
    return start, start + wide


def panelled(
    paper: Paper,
    panels: Sequence[Panel],
    *,
    height: float,
    left: float,
    legend: float,
    across: int | None = None,
    right: float = 0.2,
    gap: float = 0.3,
    below: float = 0.35,
    head: float = 0.0,
    least: float = math.inf,
) -> tuple[Figure, list[Axes], float]:
    """Return a figure with axes for `panels`, their titles written, and how wide each of them is in inches.

    Args:
        paper: What is drawn on.
        panels: The panels, row by row.
        height: Height of each in inches.
        left: Inches left of the first column.
        legend: Inches of the legend.
        across: Panels in a row.
        right: Inches right of the last column.
        gap: Inches between columns.
        below: Inches under each panel.
        head: Inches above each panel, under its title.
        least: Inches to which each may shrink, where the paper can hold all of them then.
    """
    across = 1 if paper.narrow else across or columns_for(len(panels))
    each = (paper.width - left - right - gap * (across - 1)) / across
    room = each + 0.8 * min(gap, right)
    titles = [wrapped(one.title, room, TITLE, bold=True) for one in panels]
    abouts = [wrapped(one.about, room) for one in panels]
    above = 0.1 + head + TITLE_LINE * lines_of(titles) + TEXT_LINE * lines_of(abouts)
    rows, top = math.ceil(len(panels) / across), 0.06 + legend + above
    fitting = (paper.height - top - below + (below + above)) / rows - (below + above)
    figure, axes = grid(
        rows, across, height=fitting if least <= fitting < height else height, width=paper.width, top=top,
        bottom=below, left=left, right=right, gap=(gap, below + above),
    )  # fmt: skip
    for title, about, ax in zip(titles, abouts, axes, strict=False):
        pad = 5 + 72 * head
        ax.set_title(title, fontsize=TITLE, loc="left", pad=pad + 72 * TEXT_LINE * lines_of([about]))
        if about:
            ax.annotate(
                about, (0, 1), (0, pad - 1), xycoords="axes fraction", textcoords="offset points", fontsize=TEXT,
                color=QUIET, annotation_clip=False,
            )  # fmt: skip
    for ax in axes[len(panels) :]:
        ax.set_visible(False)
    return figure, axes[: len(panels)], each


def height_of(ax: Axes) -> float:
    """Return how tall axes are in inches."""
    return float(ax.get_window_extent().height / ax.figure.dpi)


def across_for(paper: Paper, panels: int, least: float, *, left: float, right: float, gap: float) -> int:
    """Return how many panels of at least so many inches stand side by side."""
    most = 1 if paper.narrow else columns_for(panels)
    fitting = (one for one in range(most, 1, -1) if (paper.width - left - right - gap * (one - 1)) / one >= least)
    return next(fitting, 1)


def mark_of(series: Series) -> Line2D:
    """Return the entry of a legend for marks of a series."""
    return Line2D(
        [], [], color=series.colour, marker=series.marker, linestyle=series.dash, linewidth=series.width, markersize=6,
        markerfacecolor=series.colour if series.filled else PAPER, markeredgecolor=series.colour,
        label=series.title,
    )  # fmt: skip


def by_key(frame: pl.DataFrame, *columns: str) -> Mapping[Any, Mapping[str, Any]]:
    """Return the rows of a frame by the values of some columns."""
    keys = frame.select(columns).iter_rows() if len(columns) > 1 else frame[columns[0]]
    return dict(zip(keys, frame.iter_rows(named=True), strict=True))
