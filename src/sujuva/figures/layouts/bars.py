"""Stacked bars of parts, with numbers in them, intervals at their outer edges, and hatching for what is hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from sujuva.figures.labels import absent
from sujuva.figures.language import Words
from sujuva.figures.layouts.panels import (
    Axis,
    Panel,
    Row,
    legend_lines,
    lines_of,
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
from sujuva.figures.theme import INK, PAPER, QUIET, ink_on
from sujuva.published import SHOWN

_LEGIBLE = 0.07
"""Least share of the axis on which a number fits."""
_OFF = 0.27
"""The interval of the first part lies under the numbers of a bar, that of the last part above: they may overlap."""
_HIDDEN = "hidden"


@dataclass(frozen=True)
class Part:
    """One part of a bar.

    Attributes:
        key: Value of the column `part`.
        title: What it is called.
        colour: Its colour.
        hatch: Its hatching, beside that of hidden parts.
    """

    key: str
    title: str
    colour: str
    hatch: str = ""


@dataclass(frozen=True)
class Bars:
    """Stacked bars.

    Attributes:
        frame: panel, row, part, value, low, high, suppressed; a hidden part is a hatched end of its bar.
        panels: Panels, row by row.
        rows: Rows of every panel, the top one first.
        parts: Parts from left to right, for all panels or by the key of a panel.
        axis: The axis; bars end at most at its high end.
        left: Inches for the titles of the rows.
        right: Inches right of a panel, for the texts beside it.
        gap: Inches between panels.
        across: Panels in a row of panels.
        beside: Short texts to the right of a row, by (panel, row).
        beside_title: What these are.
        numbers: Whether numbers stand in the bars.
        instead: Writes why a row has no bar, from one of its published rows, if it has any.
    """

    frame: pl.DataFrame
    panels: Sequence[Panel]
    rows: Sequence[Row]
    parts: Sequence[Part] | Mapping[str, Sequence[Part]]
    axis: Axis
    left: float = 1.85
    right: float = 0.5
    gap: float = 0.6
    across: int | None = None
    beside: Mapping[tuple[str, str], str] = field(default_factory=dict)
    beside_title: str = ""
    numbers: bool = True
    instead: Callable[[Mapping[str, Any] | None, Words], str] = absent

    def draw(self, words: Words) -> Figure:
        """Draw the figure."""
        labels = [wrapped(one.title, self.left) for one in self.rows]
        step = max(0.28, 0.08 + 0.16 * lines_of(labels))
        shared = [] if isinstance(self.parts, Mapping) else self.parts
        own = self.parts if isinstance(self.parts, Mapping) else {}
        legend = max((-(-len(one) // 2) for one in own.values()), default=0)
        figure, axes = panelled(
            self.panels, height=step * len(self.rows), left=self.left, right=self.right, gap=self.gap,
            across=self.across, legend=legend_lines([one.title for one in shared if one.title]),
            below=0.4 + 0.17 * legend,
        )  # fmt: skip
        first = axes[0].get_position().x0
        for panel, ax in zip(self.panels, axes, strict=True):
            parts = own.get(panel.key, shared)
            mine = self.frame.filter(pl.col("panel") == panel.key)
            self._panel(ax, mine, parts, words)
            write_rows(ax, self.rows, labels if ax.get_position().x0 == first else [""] * len(labels))
            (panel.axis or self.axis).along_x(ax)
            ax.grid(visible=False)
            for place, row in enumerate(self.rows):
                write_beside(ax, place, self.beside.get((panel.key, row.key), ""))
            if self.beside_title:
                write_beside_title(ax, self.beside_title)
            if own:
                ax.legend(
                    handles=[_patch(one) for one in parts], loc="upper left", ncols=2, fontsize=7.5, handlelength=1.0,
                    bbox_to_anchor=(-0.01, -0.26 / (step * len(self.rows))), columnspacing=1.0, borderpad=0,
                    labelspacing=0.3,
                )  # fmt: skip
        write_legend(figure, [_patch(one) for one in shared if one.title], handlelength=1.2)
        return figure

    def _panel(self, ax: Axes, mine: pl.DataFrame, parts: Sequence[Part], words: Words) -> None:
        bars = []
        edges: list[tuple[float, float, float]] = []
        for place, bar in enumerate(self.rows):
            if not bar.key:
                continue
            rows = {row["part"]: row for row in mine.filter(pl.col("row") == bar.key).iter_rows(named=True)}
            known = {one.key: rows[one.key]["value"] for one in parts if one.key in rows and _known(rows[one.key])}
            if not known:
                write_instead(ax, place, self.instead(next(iter(rows.values()), None), words))
                continue
            rest = self.axis.high - sum(known.values())
            whole = len(known) == len(rows)
            bars += [(place, part, value) for part, value in known.items()]
            if not whole and rest > 0:
                bars.append((place, _HIDDEN, rest))
            edges += [(place + shift, low, high) for shift, low, high in self._edges(rows, parts, whole=whole)]
        if not bars:
            return
        every = [*parts, Part(_HIDDEN, "", PAPER, "////")]
        _stack(ax, pl.DataFrame(bars, schema=["place", "part", "value"], orient="row"), every)
        if edges:
            places, lows, highs = zip(*edges, strict=True)
            for colour, width in ((PAPER, 3.0), (INK, 1.2)):  # a pale rim, so that the line shows on every colour
                ax.hlines(places, lows, highs, color=colour, linewidth=width, zorder=4)
        if self.numbers:
            self._numbers(ax, bars, every)

    def _numbers(self, ax: Axes, bars: Sequence[tuple[int, str, float]], parts: Sequence[Part]) -> None:
        inks = {one.key: ink_on(one.colour) for one in parts}
        start: dict[int, float] = {}
        for place, part, value in bars:
            left = start.get(place, 0.0)
            start[place] = left + value
            if part != _HIDDEN and value >= _LEGIBLE * self.axis.high:
                said = self.axis.written(value).strip("% \u00a0")
                ax.text(
                    left + value / 2, place, said, ha="center", va="center_baseline", fontsize=7.5, color=inks[part],
                    zorder=5,
                )  # fmt: skip

    def _edges(
        self, rows: Mapping[str, Mapping[str, Any]], parts: Sequence[Part], *, whole: bool
    ) -> list[tuple[float, float, float]]:
        """Return where the intervals of the first and the last part lie: off the middle of the bar, from, to.

        Of two parts one is enough: they share an edge. Where a part is hidden, the last one does not stand in its
        place, so its interval is not drawn.
        """
        spans = {
            key: (row["low"], row["high"]) for key, row in rows.items()
            if _known(row) and None not in (row["low"], row["high"])
        }  # fmt: skip
        first, last = parts[0].key, parts[-1].key
        told = [(_OFF, *spans[first])] if first in spans else []
        if last in spans and whole and not (told and len(parts) == 2):  # noqa: PLR2004
            low, high = spans[last]
            told.append((-_OFF if told else _OFF, self.axis.high - high, self.axis.high - low))
        return told


def _known(row: Mapping[str, Any]) -> bool:
    return row["suppressed"] == SHOWN and row["value"] is not None


def _patch(part: Part) -> Patch:
    return Patch(
        facecolor=part.colour, label=part.title, hatch=part.hatch, edgecolor="white" if part.hatch else part.colour
    )


def _stack(ax: Axes, frame: pl.DataFrame, parts: Sequence[Part]) -> None:
    """Stack the parts of each bar: seaborn counts nothing here, each part weighs its share."""
    drawn = [one for one in parts if one.key in frame["part"]]
    with unlabelled(ax):
        sns.histplot(
            to_pandas(frame), y="place", weights="value", hue="part", hue_order=[one.key for one in reversed(drawn)],
            palette={one.key: one.colour for one in drawn}, multiple="stack", binwidth=1, discrete=True, shrink=0.72,
            alpha=1, edgecolor=PAPER, linewidth=0.8, legend=False, ax=ax,
        )  # fmt: skip
    for part, bars in zip(drawn, ax.containers, strict=True):
        if part.hatch:
            edge = QUIET if part.key == _HIDDEN else PAPER
            for bar in bars:
                bar.set(hatch=part.hatch, hatchcolor=edge, edgecolor=edge, linewidth=0.5)
