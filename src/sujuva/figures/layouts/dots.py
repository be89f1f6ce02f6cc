"""Dots with intervals on rows: panels share their rows, and series stand side by side on each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.labels import absent
from sujuva.figures.language import Words
from sujuva.figures.layouts.legend import Legend
from sujuva.figures.layouts.panels import (
    Axis,
    Panel,
    Row,
    Series,
    across_for,
    by_key,
    mark_of,
    panelled,
    to_pandas,
    unlabelled,
)
from sujuva.figures.layouts.rows import Rows, write_instead
from sujuva.figures.theme import OTHER, PAPER, WIDE, Paper
from sujuva.published import SHOWN

_APART = 0.1
"""Inches between the series of a row."""
_LEAST = 1.7
"""Inches of a panel, so that its axis can be read."""
_YEARS = ("^", "s", "o")
"""Markers of the first year, of the one before the latest, and of the latest."""


def year_series(waves: Sequence[int], words: Words, *, told: bool = True) -> list[Series]:
    """Return the years that are drawn: the first, the one before the latest, the latest, which alone is full.

    Marks of years stand on one line, a change from left to right or back; only the latest has its interval.

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
            told=told and wave == drawn[-1], spans=wave == drawn[-1],
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
        across: Panels in a row of panels, where they are not as many as fit.
        dodge: Whether series stand side by side on a row; else on one line, joined.
        beside: Short texts to the right of a row, by (panel, row).
        beside_title: What these are.
        instead: Writes why a row has no mark, from its published row, if it has one.
    """

    frame: pl.DataFrame
    panels: Sequence[Panel]
    rows: Sequence[Row]
    series: Sequence[Series]
    axis: Axis
    across: int | None = None
    dodge: bool = True
    beside: Mapping[tuple[str, str], str] = field(default_factory=dict)
    beside_title: str = ""
    instead: Callable[[Mapping[str, Any] | None, Words], str] = absent

    def turned(self, *, across: int | None = None) -> Dots:
        """Return the same with panels as rows and rows as panels: many regions are read better below each other."""
        return replace(
            self,
            frame=self.frame.rename({"panel": "row", "row": "panel"}),
            panels=[Panel(one.key, one.title) for one in self.rows if one.key],
            rows=[Row(one.key, one.title, bold=one.key == NETWORK) for one in self.panels],
            across=across, beside={(row, panel): text for (panel, row), text in self.beside.items()},
        )  # fmt: skip

    def draw(self, words: Words, paper: Paper = WIDE) -> Figure:
        """Draw the figure."""
        count = len(self.series) if self.dodge else 1
        rows = Rows(
            paper, self.rows, self.panels, self.beside, self.beside_title, thick=max(0.22, 0.14 + _APART * count),
            across=self.across or len(self.panels),
        )  # fmt: skip
        gap = max(0.3, rows.right)
        across = self.across or across_for(paper, len(self.panels), _LEAST, left=rows.left, right=rows.right, gap=gap)
        legend = Legend([mark_of(one) for one in self._legend()], paper.width - 0.2)
        each = (paper.width - rows.left - rows.right - gap * (across - 1)) / across
        figure, axes, inches = panelled(
            paper, self.panels, height=rows.height(each), left=rows.left, right=rows.right, gap=gap, across=across,
            legend=legend.height, head=rows.head,
            below=0.1 + max((one.axis or self.axis).below(each, words) for one in self.panels),
        )  # fmt: skip
        first = axes[0].get_position().x0
        for panel, ax in zip(self.panels, axes, strict=True):
            self._panel(ax, panel, words, rows.places(inches), rows.unit(inches))
            rows.write(ax, panel, inches, first=ax.get_position().x0 == first)
            inside = paper.narrow or len(self.panels) > 1
            (panel.axis or self.axis).along_x(ax, inches, words, inside=inside)
            ax.grid(visible=True, axis="x")
        legend.along_top(figure)
        return figure

    def _legend(self) -> list[Series]:
        """Return the series that occur: none is named of which there is no mark."""
        held = set(self._known(self.frame)["series"])
        return [one for one in self.series if one.title and one.key in held]

    def _known(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.filter(pl.col("suppressed") == SHOWN, pl.col("value").is_not_null())

    def _panel(self, ax: Axes, panel: Panel, words: Words, at: Sequence[float], unit: float) -> None:
        places = {one.key: place for place, one in zip(at, self.rows, strict=True) if one.key}
        middle = (len(self.series) - 1) / 2
        shift = {one.key: (n - middle) * _APART / unit if self.dodge else 0.0 for n, one in enumerate(self.series)}
        mine = self.frame.filter(
            pl.col("panel") == panel.key, pl.col("row").is_in(list(places)), pl.col("series").is_in(list(shift))
        )
        mine = mine.with_columns(
            place=pl.col("row").replace_strict(places, return_dtype=pl.Float64)
            + pl.col("series").replace_strict(shift, return_dtype=pl.Float64)
        )
        marks = self._known(mine)
        if marks.height:
            self._marks(ax, marks)
        rows = by_key(mine, "row", "series")
        elsewhere = set(self.frame.filter(pl.col("panel") != NETWORK)["row"]) - set(mine["row"])
        for key, place in places.items():
            said = []
            for series in (one for one in self.series if one.told):
                row = rows.get((key, series.key))
                if row is None or row["value"] is None:
                    only = panel.key == NETWORK and len(self.panels) > 1 and key in elsewhere
                    why = words.say("by region only") if only else self.instead(row, words)
                    said.append(f"{series.brief}: {why}" if series.brief else why)
            write_instead(ax, place, "; ".join(dict.fromkeys(one for one in said if one)))

    def _marks(self, ax: Axes, marks: pl.DataFrame) -> None:
        colours = {one.key: one.colour for one in self.series}
        faces = {one.key: one.colour if one.filled else PAPER for one in self.series}
        # Intervals come ready from publish; seaborn's own error bars would compute others.
        wanted = [one.key for one in self.series if one.spans]
        spans = marks.filter(pl.col("series").is_in(wanted)).drop_nulls(["low", "high"])
        shades = [colours[one] for one in spans["series"]]
        ax.hlines(spans["place"], spans["low"], spans["high"], colors=shades, linewidth=1.4, zorder=2)
        if not self.dodge:
            ends = marks.group_by("row", maintain_order=True).agg(
                pl.col("place").mean(), a=pl.min("value"), b=pl.max("value")
            )
            ax.hlines(ends["place"], ends["a"], ends["b"], color=OTHER, linewidth=2.6, zorder=1)
        with unlabelled(ax):
            sns.scatterplot(
                to_pandas(marks), x="value", y="place", hue="series", style="series", palette=faces, legend=False, s=32,
                markers={one.key: one.marker for one in self.series}, linewidth=1.3, zorder=3, ax=ax,
            )  # fmt: skip
        ax.collections[-1].set_edgecolor([colours[one] for one in marks["series"]])
