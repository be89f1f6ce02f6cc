"""How values are spread: bars for one series, lines for the others, a word where a share is hidden."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sujuva.figures.language import Words
from sujuva.figures.layouts.legend import Legend
from sujuva.figures.layouts.panels import Panel, Series, mark_of, panelled, round_values
from sujuva.figures.letters import breadth, widest
from sujuva.figures.theme import COLOURS, PAPER, QUIET, TEXT_LINE, WIDE, Paper
from sujuva.published import SHOWN

_LIGHT = "#9cc9e3"
_DASHED = (0, (4, 3))


@dataclass(frozen=True)
class Histogram:
    """How values are spread.

    Attributes:
        frame: panel, series, low, high, value (a share), suppressed; low and high are the first and the last value of a
            bin, the same where each value has a bin of its own.
        panels: Panels, row by row.
        series: Series; the first one is drawn as bars, the others as lines.
        written: How a value on the axis is written.
        guides: Values with a dashed line by panel.
        guide: What the legend calls that line.
        title: What the values are.
        height: Height of a panel in inches.
        ticks: Values that are written and how, where they are not the layout's own choice.
    """

    frame: pl.DataFrame
    panels: Sequence[Panel]
    series: Sequence[Series]
    written: Callable[[float], str]
    guides: Mapping[str, Sequence[float]] = field(default_factory=dict)
    guide: str = ""
    title: str = ""
    height: float = 1.7
    ticks: Mapping[float, str] = field(default_factory=dict)

    def draw(self, words: Words, paper: Paper = WIDE) -> Figure:
        """Draw the figure."""
        held = set(self.frame.filter(pl.col("suppressed") == SHOWN, pl.col("value").is_not_null())["series"])
        bars: list[Line2D | Patch] = [
            Patch(facecolor=_LIGHT, edgecolor=one.colour, label=one.title) for one in self.series[:1]
        ]
        lines = [mark_of(one) for one in self.series[1:]]
        entries: list[Line2D | Patch] = [
            mark for one, mark in zip(self.series, [*bars, *lines], strict=True) if one.title and one.key in held
        ]
        if any(self.guides.values()):
            looks: dict[str, Any] = {"color": COLOURS[1], "linewidth": 1.2, "linestyle": _DASHED, "label": self.guide}
            entries.append(Line2D([], [], **looks))
        legend = Legend(entries, paper.width - 0.2)
        below = 0.2 + TEXT_LINE * (1 + bool(self.title))
        figure, axes, inches = panelled(
            paper, self.panels, height=self.height, left=0.6, right=0.15, gap=0.7, below=below, legend=legend.height,
            least=paper.least,
        )  # fmt: skip
        for panel, ax in zip(self.panels, axes, strict=True):
            mine = self.frame.filter(pl.col("panel") == panel.key)
            self._panel(ax, mine, words, inches)
            ax.yaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
            ax.set_yticks(round_values(*ax.get_ylim(), 4))
            ax.set_xlabel(self.title)
            for place in self.guides.get(panel.key, ()):
                ax.axvline(place, color=COLOURS[1], linewidth=1.2, linestyle=_DASHED, zorder=3)
        legend.along_top(figure)
        return figure

    def _panel(self, ax: Axes, mine: pl.DataFrame, words: Words, inches: float) -> None:
        lows = mine["low"].unique().sort()
        step = float(lows.diff().drop_nulls().min() or 1.0)  # type: ignore[arg-type]
        single = mine.filter(pl.col("low") != pl.col("high")).is_empty()
        first = float(lows[0]) - step / 2 * single  # a bar of one value stands on that value
        last = first + step * (round((float(lows[-1]) - float(lows[0])) / step) + 1)
        mine = mine.with_columns(x=pl.col("low") + (0 if single else step / 2))
        bars, *lines = self.series
        # A bar for each share that is known, and none at zero where it is hidden: seaborn's would be zero there.
        tall = mine.filter(pl.col("series") == bars.key, pl.col("value").is_not_null())
        ax.bar(tall["x"], tall["value"], width=0.9 * step, color=_LIGHT, edgecolor=bars.colour, linewidth=0.8)
        for one in lines:
            line = mine.filter(pl.col("series") == one.key).with_columns(pl.col("value").fill_null(math.nan))
            if line.height:  # seaborn would join the points on both sides of a gap
                ax.plot(
                    line["x"], line["value"], color=one.colour, marker=one.marker, markersize=3.5, linewidth=1.3,
                    linestyle=one.dash,
                )  # fmt: skip
        ax.set_ylim(0, None)
        ax.set_xlim(first - 0.2 * step, last + 0.2 * step)
        scale = inches / (last - first + 0.4 * step)
        away = mine.filter(pl.col("series") == bars.key, pl.col("suppressed") != SHOWN)["x"].unique().sort().to_list()
        self._instead(ax, _runs(away, step), words.say("not shown"), scale)
        self._ticks(ax, lows.to_list() if single else None, scale)

    def _instead(self, ax: Axes, runs: Sequence[tuple[float, float]], word: str, scale: float) -> None:
        """Write in place of bars that are hidden that they are, upright where there is little room."""
        for low, high in runs:
            flat = (high - low) * scale > breadth(word) + 0.05
            ax.annotate(
                word, ((low + high) / 2, 0.5), xycoords=("data", "axes fraction"), rotation=0 if flat else 90,
                ha="center", va="center", color=QUIET, zorder=5,
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.5},
            )  # fmt: skip

    def _ticks(self, ax: Axes, values: list[float] | None, scale: float) -> None:
        """Write as many values as have room beside each other."""
        if self.ticks or values is not None:
            texts = dict(self.ticks) or {one: self.written(one) for one in values or ()}
            places = list(texts)
            least = (widest(texts.values()) + 0.08) / scale
            apart = min((b - a for a, b in pairwise(places)), default=least)
            kept = places[:: max(1, math.ceil(least / apart))]
            ax.set_xticks(kept, [texts[one] for one in kept])
        else:
            ax.set_xticks(round_values(*ax.get_xlim(), 6))
            ax.xaxis.set_major_formatter(lambda value, _: self.written(value))


def _runs(places: Sequence[float], step: float) -> list[tuple[float, float]]:
    """Return where bins that stand side by side begin and end."""
    runs: list[tuple[float, float]] = []
    for x in places:
        if runs and abs(runs[-1][1] - (x - step / 2)) < step / 100:
            runs[-1] = (runs[-1][0], x + step / 2)
        else:
            runs.append((x - step / 2, x + step / 2))
    return runs
