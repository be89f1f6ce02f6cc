"""How values are spread: bars for one series, lines for the others, hatching where a share is hidden."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from sujuva.figures.language import Words
from sujuva.figures.layouts.panels import (
    Panel,
    Series,
    legend_lines,
    mark_of,
    panelled,
    to_pandas,
    unlabelled,
    write_legend,
)
from sujuva.figures.theme import COLOURS, PAPER, QUIET
from sujuva.published import SHOWN

_LIGHT = "#9cc9e3"
_MOST_TICKS = 12


@dataclass(frozen=True)
class Histogram:
    """How values are spread.

    Attributes:
        frame: panel, series, low, high, value (a share), suppressed; low and high are the first and the last value of a
            bin, the same where each value has a bin of its own.
        panels: Panels, row by row.
        series: Series; the first one is drawn as bars, the others as lines.
        written: How a value on the axis is written.
        guides: Values with a dashed line by panel, and what they are.
        title: What the values are.
        height: Height of a panel in inches.
        ticks: Values that are written and how, where they are not the layout's own choice.
    """

    frame: pl.DataFrame
    panels: Sequence[Panel]
    series: Sequence[Series]
    written: Callable[[float], str]
    guides: Mapping[str, Mapping[float, str]] = field(default_factory=dict)
    title: str = ""
    height: float = 1.7
    ticks: Mapping[float, str] = field(default_factory=dict)

    def draw(self, words: Words) -> Figure:
        """Draw the figure."""
        titles = [one.title for one in self.series if one.title]
        hidden = not self.frame.filter(pl.col("suppressed") != SHOWN).is_empty()
        away = [
            Patch(facecolor=PAPER, edgecolor=QUIET, hatch="////", linewidth=0.5, label=words.say("not shown"))
        ] * hidden
        figure, axes = panelled(
            self.panels, height=self.height, left=0.55, right=0.15, gap=0.6, below=0.5 if self.title else 0.35,
            legend=legend_lines([*titles, *(str(one.get_label()) for one in away)]),
        )  # fmt: skip
        for panel, ax in zip(self.panels, axes, strict=True):
            self._panel(ax, self.frame.filter(pl.col("panel") == panel.key))
            ax.yaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
            ax.locator_params(axis="y", nbins=4)
            ax.set_xlabel(self.title)
            for place, text in self.guides.get(panel.key, {}).items():
                ax.axvline(place, color=COLOURS[1], linewidth=1.2, linestyle=(0, (4, 3)), zorder=3)
                ax.annotate(
                    text,
                    (place, 1),
                    (3, -9),
                    xycoords=("data", "axes fraction"),
                    textcoords="offset points",
                    fontsize=8,
                )
        bars = [Patch(facecolor=_LIGHT, edgecolor=one.colour, label=one.title) for one in self.series[:1] if one.title]
        lines = [mark_of(one) for one in self.series[1:] if one.title]
        write_legend(figure, [*bars, *lines, *away])
        return figure

    def _panel(self, ax: Axes, mine: pl.DataFrame) -> None:
        lows = mine["low"].unique().sort()
        step = float(lows.diff().drop_nulls().min() or 1.0)  # type: ignore[arg-type]
        single = mine.filter(pl.col("low") != pl.col("high")).is_empty()
        first = float(lows[0]) - step / 2 * single  # a bar of one value stands on that value
        edges = [first + step * place for place in range(round((float(lows[-1]) - float(lows[0])) / step) + 2)]
        mine = mine.with_columns(x=pl.col("low") + (0 if single else step / 2))
        bars, *lines = self.series
        with unlabelled(ax):
            tall = mine.filter(pl.col("series") == bars.key, pl.col("value").is_not_null())
            if tall.height:
                sns.histplot(
                    to_pandas(tall), x="x", weights="value", bins=edges, shrink=0.9, color=_LIGHT, alpha=1,
                    edgecolor=bars.colour, linewidth=0.8, ax=ax,
                )  # fmt: skip
            for one in lines:
                line = mine.filter(pl.col("series") == one.key).with_columns(pl.col("value").fill_null(math.nan))
                if line.height:  # seaborn would join the points on both sides of a gap
                    ax.plot(
                        line["x"], line["value"], color=one.colour, marker=one.marker, markersize=3.5, linewidth=1.3,
                        linestyle=one.dash,
                    )  # fmt: skip
        ax.set_ylim(0, None)
        for x in mine.filter(pl.col("series") == bars.key, pl.col("suppressed") != SHOWN)["x"]:
            ax.axvspan(
                x - 0.45 * step, x + 0.45 * step, facecolor="none", edgecolor="#b5bec7", hatch="////", linewidth=0
            )
        ax.set_xlim(edges[0] - 0.2 * step, edges[-1] + 0.2 * step)
        if self.ticks:
            ax.set_xticks(list(self.ticks), list(self.ticks.values()))
            return
        if single:
            ax.set_xticks(lows.to_list()[:: math.ceil(len(lows) / _MOST_TICKS)])
        ax.xaxis.set_major_formatter(lambda value, _: self.written(value))
