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
from sujuva.figures.layouts.legend import Legend
from sujuva.figures.layouts.panels import Panel, Row, panelled, unlabelled
from sujuva.figures.letters import breadth, lines_of, widest, wrapped
from sujuva.figures.theme import FAINT, PAPER, QUIET, TEXT, TEXT_LINE, WIDE, Paper, ink_on
from sujuva.published import SHOWN

CROSS = "×"
_CELL, _NARROWEST, _WIDEST = 0.27, 0.3, 1.45
"""Inches: height of a cell, and how wide it is at least and at most."""
_GAP, _EDGE = 0.35, 0.15
"""Inches between panels, and beside them."""
_ABOVE = 1.25
"""Inches of titles of rows from which they stand above their rows on narrow paper."""
_PART = "\n"
"""Between the key of a panel and the first column of a part of it that goes on below."""
_PANEL = 1.7
"""Inches of a panel, so that its title has room."""


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
        columns_of: Columns of single panels; a panel with fewer than others leaves room, one with more goes on below.
        across: Panels in a row of panels; as many as fit if not given.
    """

    frame: pl.DataFrame
    panels: Sequence[Panel]
    rows: Sequence[Row]
    columns: Mapping[str, str]
    levels: Sequence[Level]
    columns_of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    across: int | None = None

    def draw(self, words: Words, paper: Paper = WIDE) -> Figure:
        """Draw the figure."""
        labels = [one.title for one in self.rows]
        titled = max(breadth(one.title, bold=one.bold or not one.key) for one in self.rows)
        above = paper.narrow and titled > _ABOVE
        left = _EDGE if above else min(titled, 0.45 * paper.width) + _EDGE + 0.1
        least = max(_NARROWEST, widest(text for text in self.frame["text"] if text != CROSS) + 0.1)
        fitting = max(1, int((paper.width - left - _EDGE) / least))
        panels, columns = self._folded(fitting)
        most = max((len(one) for one in columns.values()), default=1)
        side = int((paper.width - left - _EDGE + _GAP) / (max(least * most, _PANEL) + _GAP))
        across = 1 if paper.narrow else self.across or max(1, min(len(panels), side))
        right = _EDGE if across > 1 else max(_EDGE, paper.width - left - _WIDEST * most)
        each = (paper.width - left - right - _GAP * (across - 1)) / across
        cell = each / most
        heads = {key: [wrapped(one, cell - 0.06) for one in some.values()] for key, some in columns.items()}
        crosses = breadth(words.say("not shown")) + 0.1 > cell
        legend = Legend(self._entries(words, crosses=crosses), paper.width - 0.2, handlelength=1.2)
        step = 2 if above else 1  # a title above a row takes a row of its own
        beside = ["" if above else wrapped(one, left - _EDGE) for one in labels]
        tall = max(_CELL, TEXT_LINE * lines_of(beside) + 0.05)
        figure, axes, _ = panelled(
            paper, panels, height=tall * step * len(self.rows), left=left, right=right, gap=_GAP, across=across,
            legend=legend.height, below=0.15 + TEXT_LINE * lines_of(text for some in heads.values() for text in some),
        )  # fmt: skip
        for number, (panel, ax) in enumerate(zip(panels, axes, strict=True)):
            self._cells(ax, panel, list(columns[panel.key]), step, CROSS if crosses else words.say("not shown"))
            ax.set_xlim(0, most)
            ax.set_xticks([place + 0.5 for place in range(len(heads[panel.key]))], heads[panel.key])
            shown = beside if number % across == 0 else [""] * len(labels)
            ax.set_yticks([step * (place + 1) - 0.5 for place in range(len(labels))], shown)
            for place, (row, label) in enumerate(zip(self.rows, ax.get_yticklabels(), strict=True)):
                weight = "bold" if row.bold or not row.key else "normal"
                label.set_fontweight(weight)
                if above:
                    ax.text(0, step * place + (0.5 if row.key else 1.5), row.title, weight=weight, va="center")
            ax.grid(visible=False)
            ax.spines[["left", "bottom"]].set_visible(False)
            ax.tick_params(length=0, rotation=0)
        legend.along_top(figure)
        return figure

    def _folded(self, fitting: int) -> tuple[list[Panel], dict[str, Mapping[str, str]]]:
        """Return panels of at most so many columns each, and their columns; the title stands above the first part."""
        panels: list[Panel] = []
        columns: dict[str, Mapping[str, str]] = {}
        for panel in self.panels:
            every = list(self.columns_of.get(panel.key, self.columns).items())
            for start in range(0, len(every), fitting):
                key = f"{panel.key}{_PART}{start}" if start else panel.key
                panels.append(Panel(key, panel.title if not start else ""))
                columns[key] = dict(every[start : start + fitting])
        return panels, columns

    def _entries(self, words: Words, *, crosses: bool) -> list[Patch | Line2D]:
        """Return the entries of the legend: of classes that occur, and of the cross where one stands."""
        held = set(self.frame.filter(pl.col("suppressed") == SHOWN)["level"].drop_nulls())
        entries: list[Patch | Line2D] = [
            Patch(facecolor=one.colour, edgecolor=FAINT, label=one.title)
            for place, one in enumerate(self.levels) if place in held
        ]  # fmt: skip
        if crosses and not self.frame.filter(pl.col("suppressed") != SHOWN).is_empty():
            entries.append(
                Line2D(
                    [], [], color=QUIET, marker="x", linestyle="", markersize=5, label=words.say("not shown (privacy)")
                )
            )
        return entries

    def _cells(self, ax: Axes, panel: Panel, columns: list[str], step: int, unseen: str) -> None:
        places = {one.key: step * (place + 1) - 1 for place, one in enumerate(self.rows)}
        level = [[float("nan")] * len(columns) for _ in range(step * len(self.rows))]
        text = [[""] * len(columns) for _ in range(step * len(self.rows))]
        mine = self.frame.filter(
            pl.col("panel") == panel.key.split(_PART)[0], pl.col("row").is_in(list(places)),
            pl.col("column").is_in(columns),
        )  # fmt: skip
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
                yticklabels=False, annot_kws={"fontsize": TEXT}, ax=ax,
            )  # fmt: skip
        for cell in ax.texts[before:]:  # seaborn's own choice of black or white is not always the one that can be read
            along, down = (int(one) for one in cell.get_position())
            cell.set_color(ink_on(self.levels[int(level[down][along])].colour))
        # seaborn leaves a cell without a class empty, with its text; what is hidden must not look like no data.
        for row in mine.filter(pl.col("suppressed") != SHOWN).iter_rows(named=True):
            along, down = columns.index(row["column"]), places[row["row"]]
            ax.add_patch(Rectangle((along, down), 1, 1, facecolor=PAPER, edgecolor=FAINT, linewidth=0.5))
            ax.text(along + 0.5, down + 0.5, unseen, ha="center", va="center", fontsize=TEXT, color=QUIET)
