"""Lines over time with intervals, a panel for each measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.labels import absent
from sujuva.figures.language import Words
from sujuva.figures.layouts.panels import (
    Panel,
    Series,
    legend_lines,
    lines_of,
    mark_of,
    panelled,
    to_pandas,
    unlabelled,
    write_legend,
)
from sujuva.figures.theme import COLOURS, DASHES, MARKERS, PAPER, QUIET
from sujuva.published import SHOWN

DOTTED = (0, (1.5, 1.2))
"""Line of a reference."""
MOST_LINES = 6
"""With more regions than this, regions become rows: lines could not be told apart."""


def region_series(titles: Mapping[str, str]) -> list[Series]:
    """Return the look of regions by their titles; the network among others is grey and dashed, a reference."""
    return [
        Series(key, title, colour=QUIET, marker="d", dash=DOTTED)
        if key == NETWORK and len(titles) > 1
        else Series(
            key, title, colour=COLOURS[place % len(COLOURS)], marker=MARKERS[place % len(MARKERS)],
            dash=DASHES[place % len(DASHES)],
        )
        for place, (key, title) in enumerate(titles.items())
    ]  # fmt: skip


@dataclass(frozen=True)
class Lines:
    """Lines over years or days.

    Where the value of a series that is `told` is hidden, a word stands at the foot of the panel.

    Attributes:
        frame: panel, series, x, value, low, high, suppressed.
        panels: Panels, each with its axis of values.
        series: Series; the first one is drawn on top.
        ticks: What is written at the values of x.
        ticks_of: The same of single panels.
        height: Height of a panel in inches.
        left: Inches for the numbers of the axis.
        gap: Inches between panels.
        dodge: How far series stand apart along x, so that intervals do not cover each other.
        legend: Legend entries, where they are not those of the series.
        guides: Values of x with a dashed line, and what they are.
        title: What x is.
    """

    frame: pl.DataFrame
    panels: Sequence[Panel]
    series: Sequence[Series]
    ticks: Mapping[float, str]
    ticks_of: Mapping[str, Mapping[float, str]] = field(default_factory=dict)
    height: float = 1.75
    left: float = 0.5
    gap: float = 0.5
    dodge: float = 0.0
    legend: Sequence[Series] | None = None
    guides: Mapping[float, str] = field(default_factory=dict)
    title: str = ""

    def draw(self, words: Words) -> Figure:
        """Draw the figure."""
        keys = [one for one in (self.series if self.legend is None else self.legend) if one.title]
        lines = lines_of([*self.ticks.values(), *(text for one in self.ticks_of.values() for text in one.values())])
        figure, axes = panelled(
            self.panels, height=self.height, left=self.left, gap=self.gap,
            below=0.2 + 0.15 * lines + (0.2 if self.title else 0.0),
            legend=legend_lines([one.title for one in keys]),
        )  # fmt: skip
        count = len(self.series)
        shift = {one.key: self.dodge * (number - (count - 1) / 2) for number, one in enumerate(self.series)}
        placed = self.frame.filter(pl.col("series").is_in(list(shift))).with_columns(
            x=pl.col("x") + pl.col("series").replace_strict(shift, return_dtype=pl.Float64)
        )
        known = [*self.frame["x"], *self.ticks, *(one for some in self.ticks_of.values() for one in some)]
        ends = min(known), max(known)
        room = max(0.35, 0.03 * (ends[1] - ends[0]))
        for panel, ax in zip(self.panels, axes, strict=True):
            self._panel(ax, placed.filter(pl.col("panel") == panel.key), words)
            if panel.axis:
                panel.axis.along_y(ax)
            ax.set_xlabel(self.title)
            ticks = self.ticks_of.get(panel.key, self.ticks)
            ax.set_xticks(list(ticks), list(ticks.values()))
            ax.set_xlim(ends[0] - room, ends[1] + room)
            for place, text in self.guides.items():
                ax.axvline(place, color="#d55e00", linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
                ax.annotate(
                    text, (place, 1), (2, -8), xycoords=("data", "axes fraction"), textcoords="offset points",
                    fontsize=7,
                )  # fmt: skip
        write_legend(figure, [mark_of(one) for one in keys], handlelength=3.2)
        return figure

    def _panel(self, ax: Axes, mine: pl.DataFrame, words: Words) -> None:
        marks = mine.filter(pl.col("suppressed") == SHOWN, pl.col("value").is_not_null())
        colours = {one.key: one.colour for one in self.series}
        if marks.height:
            spans = marks.filter(pl.col("low").is_not_null(), pl.col("high").is_not_null())
            # Intervals come ready from publish; seaborn's own error bars would compute others.
            shades = [colours[one] for one in spans["series"]]
            ax.vlines(spans["x"], spans["low"], spans["high"], colors=shades, linewidth=1.3)
            drawn = [one for one in reversed(self.series) if one.key in set(marks["series"])]
            with unlabelled(ax):
                sns.lineplot(
                    to_pandas(marks), x="x", y="value", hue="series", hue_order=[one.key for one in drawn],
                    palette=colours, estimator=None, errorbar=None, legend=False, markersize=6, markeredgecolor=PAPER,
                    ax=ax,
                )  # fmt: skip
            # Of more than one variable seaborn looks through every combination, which costs more than all the rest.
            for one, line in zip(drawn, ax.get_lines(), strict=True):
                line.set(marker=one.marker, linestyle=one.dash, linewidth=one.width)
        told = [one.key for one in self.series if one.told]
        for row in mine.filter(pl.col("suppressed") != SHOWN, pl.col("series").is_in(told)).iter_rows(named=True):
            ax.annotate(
                absent(row, words), (row["x"], 0), (0, 3), xycoords=("data", "axes fraction"),
                textcoords="offset points", fontsize=6.5, rotation=90, ha="center", va="bottom",
                color=colours[row["series"]],
            )  # fmt: skip
