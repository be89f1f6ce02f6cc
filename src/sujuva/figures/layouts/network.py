"""Networks in the same places year by year, so that only the ties change.

Drawn by hand: seaborn has no mark for ties between points.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import polars as pl
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sujuva.figures.language import Words
from sujuva.figures.theme import COLOURS, INK, PAPER, QUIET, WIDTH, grid

_ROW = 0.2
_HEIGHTS = {1: 4.6, 2: 3.8}
"""Inches of a panel where there are few years: a single drawing has room to be larger."""
_SHAPES = {
    "o": (200, 0.0), "s": (190, 0.0), "^": (380, -0.02), "D": (190, 0.0), "v": (380, 0.02), "p": (270, -0.004),
    "h": (240, 0.0), "8": (230, 0.0),
}  # fmt: skip
"""Sizes of markers and how far from the middle their numbers stand: a narrow middle needs more room, a triangle a
lower or higher number."""
_TIES = {1: "#c3cad1", 2: "#b3bcc5", 3: "#7d8994", 4: "#3d4853"}
_COLUMNS, _NAME = 3, 42
"""Columns of the list of names, and letters of a name that fit into one."""
_KEYS = 4
"""Entries of a legend that fit on a line."""


@dataclass(frozen=True)
class Network:
    """Drawings of a network.

    Attributes:
        actors: number, name, sector, organisation, x, y; in the order of the numbers.
        ties: wave, source, target, observed.
        sectors: Titles of sectors, in the order of the study.
        strengths: What a strength is called.
        core: Year and organisation of those that are ringed.
        ring: What a ring is called.
        titles: Titles of the years.
    """

    actors: pl.DataFrame
    ties: pl.DataFrame
    sectors: Mapping[str, str]
    strengths: Mapping[int, str]
    core: AbstractSet[tuple[int, str]]
    ring: str
    titles: Mapping[int, str]

    def draw(self, words: Words) -> Figure:
        """Draw the figure."""
        del words
        looks = self._looks()
        lines = math.ceil((len(self.strengths) + bool(self.core)) / _KEYS)
        legend = 0.3 + 0.22 * math.ceil(len(looks) / _KEYS)
        key_rows = math.ceil(self.actors.height / _COLUMNS)
        years = list(self.titles)
        figure, axes = grid(
            1, len(years), height=min(_HEIGHTS.get(len(years), 2.9), (WIDTH - 0.3) / len(years)),
            top=legend + 0.23 + 0.22 * max(lines, 1), bottom=0.25 + _ROW * key_rows, left=0.15, gap=(0.15, 0),
        )  # fmt: skip
        for year, ax in zip(years, axes, strict=True):
            self._panel(ax, year, looks)
            ax.set_title(self.titles[year], loc="center")
        total = figure.get_size_inches()[1]
        sectors = [
            Line2D([], [], color=colour, marker=marker, linestyle="none", markersize=8, label=self.sectors[key])
            for key, (colour, marker) in looks.items()
        ]
        widths = [
            Line2D([], [], color=_TIES.get(one, INK), linewidth=_width(one), label=title)
            for one, title in self.strengths.items()
        ]
        if self.core:
            widths.append(
                Line2D([], [], linestyle="none", marker="o", markersize=11, markerfacecolor="none",
                       markeredgecolor=INK, markeredgewidth=1.3, label=self.ring)
            )  # fmt: skip
        for handles, low, length in ((sectors, 0.0, 1.0), (widths, legend - 0.12, 2.5)):
            figure.legend(
                handles=handles, loc="upper left", bbox_to_anchor=(0.005, 1.0 - low / total), ncols=_KEYS,
                handlelength=length, columnspacing=1.4,
            )  # fmt: skip
        for place, (number, name) in enumerate(self.actors.select("number", "name").iter_rows()):
            column, line = divmod(place, key_rows)
            text = f"{number}  {textwrap.shorten(name, _NAME, placeholder='…')}"
            low = (0.12 + _ROW * (key_rows - line - 1)) / total
            figure.text(0.015 + column * 0.333, low, text, fontsize=8.5, color=INK)
        return figure

    def _looks(self) -> dict[str, tuple[str, str]]:
        """Return colour and marker of the sectors that are there."""
        order, held = list(self.sectors), self.actors["sector"].unique(maintain_order=True).to_list()
        colours = {key: COLOURS[order.index(key) % len(COLOURS)] if key in order else QUIET for key in held}
        return {key: (colours[key], list(_SHAPES)[place % len(_SHAPES)]) for place, key in enumerate(held)}

    def _panel(self, ax: Axes, year: int, looks: Mapping[str, tuple[str, str]]) -> None:
        places = {row["organisation"]: (row["x"], row["y"]) for row in self.actors.iter_rows(named=True)}
        pairs = _pairs(self.ties.filter(pl.col("wave") == year), places)
        ax.add_collection(
            LineCollection(
                [[places[a], places[b]] for (a, b), _ in pairs], linewidths=[_width(one) for _, one in pairs],
                colors=[_TIES.get(one, INK) for _, one in pairs], zorder=1,
            )
        )  # fmt: skip
        ringed = [places[one] for wave, one in sorted(self.core) if wave == year and one in places]
        if ringed:
            across, up = zip(*ringed, strict=True)
            ax.scatter(across, up, s=520, facecolor=PAPER, edgecolor=INK, linewidth=1.3, zorder=1.5,
                       clip_on=False)  # fmt: skip
        for sector, (colour, marker) in looks.items():
            mine = self.actors.filter(pl.col("sector") == sector)
            size, shift = _SHAPES[marker]
            ax.scatter(mine["x"], mine["y"], s=size, color=colour, marker=marker, edgecolor=PAPER, linewidth=1,
                       zorder=2, clip_on=False)  # fmt: skip
            for number, x, y in mine.select("number", "x", "y").iter_rows():
                ax.text(
                    x, y + shift, str(number), color=PAPER, ha="center", va="center_baseline", fontsize=7.5,
                    fontweight="bold", zorder=3,
                )  # fmt: skip
        ax.set_axis_off()
        ax.margins(0.13)
        ax.set_aspect("equal", adjustable="datalim")


def _pairs(ties: pl.DataFrame, places: Mapping[str, tuple[float, float]]) -> Sequence[tuple[tuple[str, str], int]]:
    """Return the stronger tie of each pair whose places are known, the strongest last."""
    pairs: dict[tuple[str, str], int] = {}
    for source, target, observed in ties.select("source", "target", "observed").iter_rows():
        if source in places and target in places:
            pair = (min(source, target), max(source, target))
            pairs[pair] = max(pairs.get(pair, 0), observed)
    return sorted(pairs.items(), key=lambda item: (item[1], item[0]))


def _width(observed: float) -> float:
    return 0.35 + 0.45 * max(float(observed) - 1, 0)
