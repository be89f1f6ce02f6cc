"""Tables in colours: a text in every cell, a few classes from light to dark, a cross where a value is hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from sujuva.figures.language import Words
from sujuva.figures.layouts.panels import (
    Panel,
    Row,
    legend_lines,
    lines_of,
    panelled,
    unlabelled,
    wrapped,
    write_legend,
)
from sujuva.figures.theme import FAINT, PAPER, QUIET, WIDTH, ink_on
from sujuva.published import SHOWN

CROSS = "×"
_CELL = 0.27
"""Inches: height of a cell."""


@dataclass(frozen=True)
class Level:
    """A class of values.

    Attributes:
        title: What it is called.
        colour: Its colour.
    """

    title: str
    colour: str


@dataclass(frozen=True)
class Heat:
    """Tables in colours.

    Attributes:
        frame: panel, row, column, level (number of the class, from 0), text, suppressed.
        panels: Panels, row by row.
        rows: Rows of every panel, the top one first.
        columns: Columns of every panel: key and title.
        levels: Classes, the first one the lightest.
        columns_of: Columns of single panels; a panel with fewer than others leaves room.
        left: Inches for the titles of the rows.
        right: Inches right of the last panel.
        across: Panels in a row of panels; as many as fit if not given.
        below: Inches for the titles of the columns.
    """

    frame: pl.DataFrame
    panels: Sequence[Panel]
    rows: Sequence[Row]
    columns: Mapping[str, str]
    levels: Sequence[Level]
    columns_of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    left: float | None = None
    right: float = 0.15
    across: int | None = None

    def draw(self, words: Words) -> Figure:
        """Draw the figure."""
        left = self.left or 0.3 + 0.075 * max(len(one.title) for one in self.rows)
        widest = max([len(self.columns), *(len(one) for one in self.columns_of.values())])
        words_of = [word for one in self.panels for word in one.title.split()]
        least = max(0.05 + 0.42 * max(widest, 3), 0.085 * max((len(one) for one in words_of), default=0))
        fitting = int((WIDTH - left - self.right + 0.35) // (least + 0.35))
        across = self.across or max(1, min(len(self.panels), fitting))
        titles = [one.title for one in self.levels]
        hidden = self.frame.filter(pl.col("suppressed") != SHOWN).height > 0
        key = [words.say("not shown (privacy)")] if hidden else []
        each = (WIDTH - left - self.right - 0.35 * (across - 1)) / across / max(widest, 1)
        heads = {
            panel.key: [wrapped(one, each, 12.0) for one in self._columns(panel).values()] for panel in self.panels
        }
        figure, axes = panelled(
            self.panels, height=_CELL * len(self.rows), left=left, right=self.right, gap=0.35, across=across,
            legend=legend_lines([*titles, *key]),
            below=0.15 + 0.15 * lines_of(text for some in heads.values() for text in some),
        )  # fmt: skip
        for number, (panel, ax) in enumerate(zip(self.panels, axes, strict=True)):
            self._cells(ax, panel)
            ax.set_xlim(0, widest)
            ax.set_xticks([place + 0.5 for place in range(len(heads[panel.key]))], heads[panel.key])
            labels = ["" if number % across else one.title for one in self.rows]
            ax.set_yticks([place + 0.5 for place in range(len(labels))], labels)
            for row, label in zip(self.rows, ax.get_yticklabels(), strict=True):
                label.set_fontweight("bold" if row.bold or not row.key else "normal")
            ax.grid(visible=False)
            ax.spines[["left", "bottom"]].set_visible(False)
            ax.tick_params(length=0, rotation=0)
        handles = [Patch(facecolor=one.colour, edgecolor=FAINT, label=one.title) for one in self.levels]
        crosses = [Line2D([], [], color=QUIET, marker="x", linestyle="", markersize=5, label=one) for one in key]
        write_legend(figure, [*handles, *crosses], handlelength=1.2)
        return figure

    def _columns(self, panel: Panel) -> Mapping[str, str]:
        return self.columns_of.get(panel.key, self.columns)

    def _cells(self, ax: Axes, panel: Panel) -> None:
        columns = list(self._columns(panel))
        places = {one.key: place for place, one in enumerate(self.rows)}
        level = [[float("nan")] * len(columns) for _ in self.rows]
        text = [[""] * len(columns) for _ in self.rows]
        mine = self.frame.filter(
            pl.col("panel") == panel.key, pl.col("row").is_in(list(places)), pl.col("column").is_in(columns)
        )
        for row in mine.iter_rows(named=True):
            down, along = places[row["row"]], columns.index(row["column"])
            text[down][along] = row["text"]
            if row["level"] is not None and row["suppressed"] == SHOWN:
                level[down][along] = row["level"]
        before = len(ax.texts)
        with unlabelled(ax):
            sns.heatmap(
                level, annot=text, fmt="", cmap=ListedColormap([one.colour for one in self.levels]), vmin=-0.5,
                vmax=len(self.levels) - 0.5, cbar=False, linewidths=1.2, linecolor=PAPER, xticklabels=False,
                yticklabels=False, annot_kws={"fontsize": 8}, ax=ax,
            )  # fmt: skip
        for cell in ax.texts[before:]:  # seaborn's own choice of black or white is not always the one that can be read
            along, down = (int(one) for one in cell.get_position())
            cell.set_color(ink_on(self.levels[int(level[down][along])].colour))
        # seaborn leaves a cell without a class empty, with its text; what is hidden must not look like no data.
        for row in mine.filter(pl.col("suppressed") != SHOWN).iter_rows(named=True):
            along, down = columns.index(row["column"]), places[row["row"]]
            ax.add_patch(Rectangle((along, down), 1, 1, facecolor=PAPER, edgecolor=FAINT, linewidth=0.5))
            ax.text(along + 0.5, down + 0.5, row["text"] or CROSS, ha="center", va="center", fontsize=8, color=QUIET)
