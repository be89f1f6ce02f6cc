"""Points of two numbers, both with their intervals, and their names where these hide nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sujuva.figures.language import Words
from sujuva.figures.layouts.legend import Legend
from sujuva.figures.layouts.panels import Panel, Series, height_of, mark_of, panelled, round_values, to_pandas
from sujuva.figures.letters import breadth, lines_of, wrapped
from sujuva.figures.theme import COLOURS, INK, MARKERS, PAPER, TEXT, TEXT_LINE, WIDE, Paper, turn

MOST_NAMES = 24
"""With more points than this, names would hide the points."""
_CORNERS = ((1, 1), (1, -1), (-1, 1), (-1, -1), (1, 4), (1, -4), (-1, 4), (-1, -4))
"""Sides on which a name may stand, and how far: right or left, above or below."""

_HEIGHT, _LEAST, _DOT = 4.4, 1.4, 0.05
"""Inches: height of the axes, at least, and half a mark."""
_AROUND = 1.0
"""Inches above and below the axes, at most."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Points:
    """Points.

    Attributes:
        frame: name, series, x, x_low, x_high, y, y_low, y_high; only what may be shown.
        series: Titles of series by key; they stand in the legend where there are several.
        titles: What x and y are.
        written: How y is written; x is a share.
    """

    frame: pl.DataFrame
    series: Mapping[str, str]
    titles: tuple[str, str]
    written: Mapping[str, object]

    def draw(self, words: Words, paper: Paper = WIDE) -> Figure:
        """Draw the figure."""
        looks = [
            Series(key, title, colour=COLOURS[place % len(COLOURS)], marker=MARKERS[turn(place, len(MARKERS))], dash="")
            for place, (key, title) in enumerate(self.series.items())
        ]
        legend = Legend(
            [mark_of(one) for one in looks] if len(looks) > 1 else [], paper.width - 0.2, handlelength=1.0
        )  # fmt: skip
        upright = wrapped(self.titles[1], min(_HEIGHT, paper.height - _AROUND))
        figure, (ax,), inches = panelled(
            paper, [Panel("")], height=_HEIGHT, left=0.7 + TEXT_LINE * (lines_of([upright]) - 1), right=0.25, below=0.6,
            legend=legend.height, least=_LEAST,
        )  # fmt: skip
        colours = {one.key: one.colour for one in looks}
        for number, other, drawn in (("x", "y", ax.hlines), ("y", "x", ax.vlines)):
            spans = self.frame.drop_nulls([f"{number}_low", f"{number}_high"])
            drawn(
                spans[other], spans[f"{number}_low"], spans[f"{number}_high"], linewidth=0.7, alpha=0.6, zorder=1,
                colors=[colours[one] for one in spans["series"]],
            )  # fmt: skip
        ax.set(xlabel=wrapped(self.titles[0], inches), ylabel=upright)
        sns.scatterplot(
            to_pandas(self.frame), x="x", y="y", hue="series", style="series", palette=colours, s=42, legend=False,
            markers={one.key: one.marker for one in looks}, edgecolor=PAPER, linewidth=0.8, zorder=3, ax=ax,
        )  # fmt: skip
        ax.margins(0.06)
        ax.autoscale_view()
        if self.frame.height <= MOST_NAMES:
            _write_names(ax, self.frame, inches)
        ax.xaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
        ax.yaxis.set_major_formatter(lambda value, _: words.tick(value, self.written))
        many = 3 if paper.narrow else 6
        ax.set_xlim(*ax.get_xlim())
        ax.set_ylim(*ax.get_ylim())
        ax.set_xticks(round_values(*ax.get_xlim(), many))
        ax.set_yticks(round_values(*ax.get_ylim(), many))
        ax.grid(visible=True, axis="both")
        legend.along_top(figure)
        return figure


def _write_names(ax: Axes, frame: pl.DataFrame, inches: float) -> None:
    """Write the names, each at the first of its corners where it hides no mark and no other name.

    Where no corner is free the name is left out: the table has it.
    """
    rows = frame.select("name", "x", "y").rows()
    scale = (inches, height_of(ax))
    at = [
        tuple(place * one for place, one in zip(ax.transLimits.transform((x, y)), scale, strict=True))
        for _, x, y in rows
    ]
    taken = [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in at]
    for (name, x, y), (left, low) in zip(rows, at, strict=True):
        boxes = [(_box(left, low, breadth(name), side, edge), side, edge) for side, edge in _CORNERS]
        free = [
            one for one in boxes
            if one[0][0] > 0 and one[0][2] < inches and not any(_meet(one[0], other) for other in taken)
        ]  # fmt: skip
        if not free:
            continue
        box, side, edge = free[0]
        taken.append(box)
        ax.annotate(
            name, (x, y), (5 * side, 4 * edge), textcoords="offset points", fontsize=TEXT, color=INK,
            ha="left" if side > 0 else "right", va="bottom" if edge > 0 else "top", zorder=4,
        )  # fmt: skip


def _box(x: float, y: float, wide: float, side: int, edge: int) -> Box:
    """Return where a name would stand, in inches from the lower left corner of the axes."""
    left = x + 5 / 72 if side > 0 else x - 5 / 72 - wide
    low = y + 4 * edge / 72 if edge > 0 else y + 4 * edge / 72 - TEXT_LINE
    return left, low, left + wide, low + TEXT_LINE


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
