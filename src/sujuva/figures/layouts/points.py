"""Points of two numbers, both with their intervals, and their names where these hide nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sujuva.figures.language import Words
from sujuva.figures.layouts.panels import Panel, Series, legend_lines, mark_of, panelled, to_pandas, write_legend
from sujuva.figures.theme import COLOURS, INK, MARKERS, PAPER

MOST_NAMES = 24
"""With more points than this, names would hide the points."""
_CORNERS = ((1, 1), (1, -1), (-1, 1), (-1, -1), (1, 4), (1, -4), (-1, 4), (-1, -4))
"""Sides on which a name may stand, and how far: right or left, above or below."""

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

    def draw(self, words: Words) -> Figure:
        """Draw the figure."""
        looks = [
            Series(key, title, colour=COLOURS[place % len(COLOURS)], marker=MARKERS[place % len(MARKERS)], dash="")
            for place, (key, title) in enumerate(self.series.items())
        ]
        legend = looks if len(looks) > 1 else []
        figure, (ax,) = panelled(
            [Panel("")], height=4.4, left=0.8, right=0.4, below=0.6, legend=legend_lines([one.title for one in legend])
        )
        colours = {one.key: one.colour for one in looks}
        for number, other, drawn in (("x", "y", ax.hlines), ("y", "x", ax.vlines)):
            spans = self.frame.drop_nulls([f"{number}_low", f"{number}_high"])
            drawn(
                spans[other], spans[f"{number}_low"], spans[f"{number}_high"], linewidth=0.7, alpha=0.6, zorder=1,
                colors=[colours[one] for one in spans["series"]],
            )  # fmt: skip
        ax.set(xlabel=self.titles[0], ylabel=self.titles[1])
        sns.scatterplot(
            to_pandas(self.frame), x="x", y="y", hue="series", style="series", palette=colours, s=42, legend=False,
            markers={one.key: one.marker for one in looks}, edgecolor=PAPER, linewidth=0.8, zorder=3, ax=ax,
        )  # fmt: skip
        ax.margins(0.06)
        ax.autoscale_view()
        if self.frame.height <= MOST_NAMES:
            _write_names(ax, self.frame)
        ax.xaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
        ax.yaxis.set_major_formatter(lambda value, _: words.tick(value, self.written))
        ax.locator_params(axis="both", nbins=6)
        ax.grid(visible=True, axis="both")
        write_legend(figure, [mark_of(one) for one in legend], handlelength=1.0)
        return figure


def _write_names(ax: Axes, frame: pl.DataFrame) -> None:
    """Write the names, each at the first of its corners where it hides no mark and no other name."""
    rows = frame.select("name", "x", "y").rows()
    at = [tuple(ax.transLimits.transform((x, y))) for _, x, y in rows]
    taken = [(x - 0.008, y - 0.013, x + 0.008, y + 0.013) for x, y in at]
    for (name, x, y), (left, low) in zip(rows, at, strict=True):
        boxes = [(_box(left, low, len(name), side, edge), side, edge) for side, edge in _CORNERS]
        box, side, edge = next((one for one in boxes if not any(_meet(one[0], other) for other in taken)), boxes[0])
        taken.append(box)
        ax.annotate(
            name, (x, y), (5 * side, 4 * edge), textcoords="offset points", fontsize=7.5, color=INK,
            ha="left" if side > 0 else "right", va="bottom" if edge > 0 else "top", zorder=4,
        )  # fmt: skip


def _box(x: float, y: float, letters: int, side: int, edge: int) -> Box:
    """Return where a name would stand, in parts of the axes."""
    wide, tall, step = 0.0078 * letters, 0.03, 0.013
    left = x + 0.009 if side > 0 else x - 0.009 - wide
    low = y + step * edge if edge > 0 else y + step * edge - tall
    return left, low, left + wide, low + tall


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
