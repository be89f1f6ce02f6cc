"""Dots with intervals on rows: panels share their rows, and series stand side by side on each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.labels import absent
from sujuva.figures.language import Words
from sujuva.figures.layouts.panels import (
    Axis,
    Panel,
    Row,
    Series,
    by_key,
    legend_lines,
    lines_of,
    mark_of,
    panelled,
    to_pandas,
    unlabelled,
    wrapped,
    write_beside,
    write_beside_title,
    write_instead,
    write_legend,
    write_rows,
)
from sujuva.figures.theme import COLOURS, PAPER
from sujuva.published import SHOWN

_SPREAD = 0.54
"""How far apart the first and the last series of a row stand, in rows."""
_YEARS = ("^", "s", "o")
"""Markers of the first year, of the one before the latest, and of the latest."""


def year_series(waves: Sequence[int], words: Words, *, told: bool = True) -> list[Series]:
    """Return the years that are drawn (the first, the one before the latest, the latest), only the latest full.

    Args:
        waves: Years of the data; 0 stands for all years together.
        words: The reader's language.
        told: Whether a word stands where a row has no mark of the latest year.
    """
    every = sorted(set(waves))
    drawn = every if len(every) <= len(_YEARS) else [every[0], *every[-2:]]
    return [
        Series(
            str(wave), str(wave or words.say("all years together")), marker=marker, filled=wave == drawn[-1],
            told=told and wave == drawn[-1],
        )
        for wave, marker in zip(drawn, _YEARS[-len(drawn) :], strict=True)
    ]  # fmt: skip


def shares_axis(words: Words, *, steps: int = 2) -> Axis:
    """Return the axis of shares, 0–100 per cent."""
    ticks = tuple(place / steps for place in range(steps + 1))
    return Axis(0, 1, lambda value: words.percent(value, 0), ticks)


@dataclass(frozen=True)
class Dots:
    """Dots with intervals.

    Where a row has no mark of a series that is `told`, a word says why.

    Attributes:
        frame: panel, row, series, value, low, high, suppressed.
        panels: Panels, row by row.
        rows: Rows of every panel, the top one first.
        series: Series, the upper mark of a row first.
        axis: The axis of panels that have none of their own.
        left: Inches for the titles of the rows.
        right: Inches right of a panel, for the texts beside it.
        gap: Inches between panels.
        across: Panels in a row of panels.
        dodge: Whether series stand side by side on a row; else on one line.
        beside: Short texts to the right of a row, by (panel, row).
        beside_title: What these are.
        joined: Draw a thin line between the marks of a row.
        instead: Writes why a row has no mark, from its published row, if it has one.
    """

    frame: pl.DataFrame
    panels: Sequence[Panel]
    rows: Sequence[Row]
    series: Sequence[Series]
    axis: Axis
    left: float = 2.7
    right: float = 0.3
    gap: float = 0.3
    across: int | None = None
    dodge: bool = True
    beside: Mapping[tuple[str, str], str] = field(default_factory=dict)
    beside_title: str = ""
    joined: bool = False
    instead: Callable[[Mapping[str, Any] | None, Words], str] = absent

    def turned(self, *, left: float = 1.9, across: int | None = None) -> Dots:
        """Return the same with panels as rows and rows as panels: many regions are read better below each other."""
        return replace(
            self,
            frame=self.frame.rename({"panel": "row", "row": "panel"}),
            panels=[Panel(one.key, one.title) for one in self.rows if one.key],
            rows=[Row(one.key, one.title, bold=one.key == NETWORK) for one in self.panels],
            left=left, across=across, beside={(row, panel): text for (panel, row), text in self.beside.items()},
        )  # fmt: skip

    def draw(self, words: Words) -> Figure:
        """Draw the figure."""
        labels = [wrapped(one.title, self.left) for one in self.rows]
        step = max(0.14 + 0.09 * (len(self.series) if self.dodge else 1), 0.05 + 0.16 * lines_of(labels))
        titles = [one.title for one in self.series if one.title]
        ticks = (one.axis or self.axis for one in self.panels)
        below = 0.2 + 0.15 * lines_of(axis.written(one) for axis in ticks for one in axis.places())
        sided = any((one.axis or self.axis).sides for one in self.panels)
        figure, axes = panelled(
            self.panels, height=step * (len(self.rows) + 0.2), left=self.left, right=self.right, gap=self.gap,
            across=self.across, legend=legend_lines(titles), below=below + (0.35 if sided else 0.0),
        )  # fmt: skip
        first = axes[0].get_position().x0
        for panel, ax in zip(self.panels, axes, strict=True):
            self._panel(ax, panel, words)
            write_rows(ax, self.rows, labels if ax.get_position().x0 == first else [""] * len(labels))
            (panel.axis or self.axis).along_x(ax)
            ax.grid(visible=True, axis="x")
            if len(self.panels) > 1 and panel.axis is None:  # the ends of neighbours would run into each other
                ends = ax.get_xticklabels()
                for label in ends[:1]:
                    label.set_horizontalalignment("left")
                for label in ends[1:][-1:]:
                    label.set_horizontalalignment("right")
        write_legend(figure, [mark_of(one) for one in self.series if one.title])
        return figure

    def _panel(self, ax: Axes, panel: Panel, words: Words) -> None:
        places = {one.key: float(place) for place, one in enumerate(self.rows) if one.key}
        count = len(self.series) if self.dodge else 1
        shifts = np.linspace(-_SPREAD / 2, _SPREAD / 2, count).tolist() if count > 1 else [0.0]
        shift = {one.key: shifts[number % count] for number, one in enumerate(self.series)}
        mine = self.frame.filter(
            pl.col("panel") == panel.key, pl.col("row").is_in(list(places)), pl.col("series").is_in(list(shift))
        )
        mine = mine.with_columns(
            place=pl.col("row").replace_strict(places, return_dtype=pl.Float64)
            + pl.col("series").replace_strict(shift, return_dtype=pl.Float64)
        )
        marks = mine.filter(pl.col("suppressed") == SHOWN, pl.col("value").is_not_null())
        if marks.height:
            self._marks(ax, marks)
        rows = by_key(mine, "row", "series")
        elsewhere = set(self.frame.filter(pl.col("panel") != NETWORK)["row"]) - set(mine["row"])
        for key, place in places.items():
            for series in (one for one in self.series if one.told):
                row = rows.get((key, series.key))
                if row is None or row["value"] is None:
                    only = panel.key == NETWORK and len(self.panels) > 1 and key in elsewhere
                    said = words.say("by region only") if only else self.instead(row, words)
                    write_instead(ax, place + shift[series.key], f"{series.brief}: {said}" if series.brief else said)
            write_beside(ax, place, self.beside.get((panel.key, key), ""))
        if self.beside_title and any(one == panel.key for one, _ in self.beside):
            write_beside_title(ax, self.beside_title)

    def _marks(self, ax: Axes, marks: pl.DataFrame) -> None:
        colours = {one.key: one.colour for one in self.series}
        faces = {one.key: one.colour if one.filled else PAPER for one in self.series}
        # Intervals come ready from publish; seaborn's own error bars would compute others.
        spans = marks.filter(pl.col("low").is_not_null(), pl.col("high").is_not_null())
        shades = [colours[one] for one in spans["series"]]
        ax.hlines(spans["place"], spans["low"], spans["high"], colors=shades, linewidth=1.4, zorder=2)
        if self.joined:
            ends = marks.group_by("row", maintain_order=True).agg(
                pl.col("place").mean(), a=pl.min("value"), b=pl.max("value")
            )
            ax.hlines(ends["place"], ends["a"], ends["b"], color=COLOURS[-1], linewidth=1, zorder=1)
        with unlabelled(ax):
            sns.scatterplot(
                to_pandas(marks), x="value", y="place", hue="series", style="series", palette=faces, legend=False, s=32,
                markers={one.key: one.marker for one in self.series}, linewidth=1.3, zorder=3, ax=ax,
            )  # fmt: skip
        ax.collections[-1].set_edgecolor([colours[one] for one in marks["series"]])
