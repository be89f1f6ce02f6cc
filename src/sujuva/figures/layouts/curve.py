"""The specification curve: estimates in order with their intervals above, and beneath which choices made each of them.

After Simonsohn, Simmons & Nelson (2020, Nature Human Behaviour 4, 1208–1214).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sujuva.figures.axes import LeanAxes
from sujuva.figures.language import Words
from sujuva.figures.layouts.legend import Legend
from sujuva.figures.layouts.panels import round_values, to_pandas, unlabelled
from sujuva.figures.letters import POINTS, breadth, lines_of, wrapped
from sujuva.figures.theme import COLOURS, FAINT, INK, PAPER, QUIET, TEXT, TEXT_LINE, WIDE, Paper

_HEIGHT, _EDGE, _GAP, _ROW = 2.3, 0.15, 0.18, 0.08
"""Inches: of the curve, beside the drawing, between curve and choices, and of a row beside its text."""
_WAYS = {"rose": ("^", COLOURS[0]), "unclear": ("o", QUIET), "fell": ("v", COLOURS[1])}
"""Marks of the classes, the upper one first."""


@dataclass(frozen=True)
class Curve:
    """A specification curve.

    Attributes:
        frame: specification, estimate, ci_low, ci_high, way, and a column a choice; the default is 0.
        choices: Choice → its title.
        values: Choice → its values → their titles; choices of one value are left out by whoever makes it.
        written: How a value is written.
        title: What the values are.
        ways: Class → its title.
        default: What the default is called.
    """

    frame: pl.DataFrame
    choices: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    written: Callable[[float], str]
    title: str
    ways: Mapping[str, str]
    default: str

    def draw(self, words: Words, paper: Paper = WIDE) -> Figure:
        """Draw the figure."""
        del words
        ordered = self.frame.sort("estimate", "specification").with_row_index("place")
        ticks = round_values(*self._ends(ordered), 5)
        numbers = max(breadth(self.written(one)) for one in ticks) + 0.1
        titled = max(breadth(text, bold=bold) for text, bold in self._titles()) + 0.1
        left = max(numbers, min(titled, 0.42 * paper.width)) + _EDGE
        rows = [(text, wrapped(text, left - _EDGE - 0.1, bold=bold), bold) for text, bold in self._titles()]
        heights = [TEXT_LINE * lines_of([text]) + _ROW for _, text, _ in rows]
        legend = Legend(self._entries(ordered), paper.width - 0.2, handlelength=1.2)
        head = wrapped(self.title, paper.width - 2 * _EDGE)
        top = legend.height + TEXT_LINE * lines_of([head]) + 0.12
        total = top + _HEIGHT + _GAP + sum(heights) + 0.12
        figure = Figure(figsize=(paper.width, total))
        wide = (paper.width - left - _EDGE) / paper.width
        curve = figure.add_axes(
            (left / paper.width, 1 - (top + _HEIGHT) / total, wide, _HEIGHT / total), axes_class=LeanAxes
        )
        below = figure.add_axes((left / paper.width, 0.12 / total, wide, sum(heights) / total), axes_class=LeanAxes)
        column = POINTS * (paper.width - left - _EDGE) / (ordered.height + 0.4)
        self._curve(curve, ordered, ticks, min(34.0, max(16.0, column**2)))
        self._choices(below, ordered, rows, heights, min(22.0, (0.8 * column) ** 2))
        own = ordered.filter(specification=0)["place"].item()
        for ax in (curve, below):
            ax.set_xlim(-0.7, ordered.height - 0.3)
            ax.set_xticks([])
            ax.axvspan(own - 0.5, own + 0.5, color=FAINT, linewidth=0, zorder=0)
            ax.spines[["bottom"]].set_visible(False)
        figure.text(_EDGE / paper.width, 1 - (legend.height + 0.04) / total, head, va="top", fontsize=TEXT)
        legend.along_top(figure)
        return figure

    def _ends(self, ordered: pl.DataFrame) -> tuple[float, float]:
        """Return the ends of the axis: of all intervals, and zero."""
        numbers = [one for name in ("estimate", "ci_low", "ci_high") for one in ordered[name].drop_nulls()]
        return min(0.0, *numbers), max(0.0, *numbers)

    def _titles(self) -> list[tuple[str, bool]]:
        return [
            one
            for key, titles in self.values.items()
            for one in ((self.choices[key], True), *((text, False) for text in titles.values()))
        ]

    def _entries(self, ordered: pl.DataFrame) -> list[Line2D]:
        there = set(ordered["way"])
        marks = [
            Line2D([], [], color=colour, marker=marker, linestyle="", markersize=6, label=self.ways[way])
            for way, (marker, colour) in _WAYS.items() if way in there
        ]  # fmt: skip
        own = Line2D([], [], color=FAINT, marker="s", linestyle="", markersize=9, label=self.default)
        return [*marks, own]

    def _curve(self, ax: Axes, ordered: pl.DataFrame, ticks: Sequence[float], size: float) -> None:
        colours = {way: colour for way, (_, colour) in _WAYS.items()}
        spans = ordered.drop_nulls(["ci_low", "ci_high"])
        # Intervals come ready from publish; seaborn's own error bars would compute others.
        ax.vlines(
            spans["place"], spans["ci_low"], spans["ci_high"], colors=[colours[way] for way in spans["way"]],
            linewidth=1.3, zorder=2,
        )  # fmt: skip
        with unlabelled(ax):
            sns.scatterplot(
                to_pandas(ordered.select("place", "estimate", "way")), x="place", y="estimate", hue="way", style="way",
                palette=colours, markers={way: marker for way, (marker, _) in _WAYS.items()}, legend=False, s=size,
                edgecolor=PAPER, linewidth=size / 60, zorder=3, ax=ax,
            )  # fmt: skip
        ax.axhline(0, color=INK, linewidth=0.9, zorder=1)
        low, high = self._ends(ordered)
        room = 0.06 * (high - low or 1.0)
        ax.set_ylim(low - room, high + room)
        ax.set_yticks([one for one in ticks if low - room <= one <= high + room])
        ax.yaxis.set_major_formatter(lambda value, _: self.written(value))

    def _choices(
        self, ax: Axes, ordered: pl.DataFrame, rows: Sequence[tuple[str, str, bool]], heights: Sequence[float],
        size: float,
    ) -> None:  # fmt: skip
        middles = [sum(heights[:place]) + height / 2 for place, height in enumerate(heights)]
        keys = [(key, value) for key, titles in self.values.items() for value in (None, *titles)]
        places = dict(zip(keys, middles, strict=True))
        dots = pl.concat(
            [
                ordered.select("place", row=pl.col(key).replace_strict(
                    {value: places[key, value] for value in titles}, return_dtype=pl.Float64
                ))
                for key, titles in self.values.items()
            ]
        )  # fmt: skip
        with unlabelled(ax):
            sns.scatterplot(to_pandas(dots), x="place", y="row", color=INK, legend=False, s=size, linewidth=0, ax=ax)
        ax.set_ylim(sum(heights), 0)
        ax.set_yticks(middles, [text for _, text, _ in rows])
        for label, (_, _, bold) in zip(ax.get_yticklabels(), rows, strict=True):
            label.set_fontweight("bold" if bold else "normal")
        ax.grid(visible=False)
        for (_, value), middle in zip(keys, middles, strict=True):
            if value is not None:
                ax.axhline(middle, color=FAINT, linewidth=0.6, zorder=0)
        ax.spines[["left"]].set_visible(False)
