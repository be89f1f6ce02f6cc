"""Networks in the same places year by year, so that only the ties change.

Drawn by hand: seaborn has no mark for ties between points.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import polars as pl
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sujuva.figures.language import Words
from sujuva.figures.layouts.legend import Legend
from sujuva.figures.layouts.spread import spread
from sujuva.figures.letters import lines_of, wrapped
from sujuva.figures.theme import (
    COLOURS,
    INK,
    PAPER,
    QUIET,
    TEXT,
    TEXT_LINE,
    TITLE,
    TITLE_LINE,
    WIDE,
    Paper,
    grid,
    turn,
)

_SHARE = 0.62
"""Of the width of a sheet that a network takes at most, beside its legend."""
_HEIGHTS = {1: 4.6, 2: 3.8}
"""Inches of a panel where there are few years: a single drawing has room to be larger."""
_SHAPES = {
    "o": (330, 0.0), "s": (300, 0.0), "^": (600, -0.02), "D": (300, 0.0), "v": (600, 0.02), "p": (420, -0.004),
    "h": (390, 0.0), "8": (370, 0.0),
}  # fmt: skip
"""Sizes of markers and how far from the middle their numbers stand: a narrow middle needs more room, a triangle a
lower or higher number."""
_RING = 820
_APART = 0.27
"""Inches between the middles of two marks, so that their numbers can be read."""
_MARGIN = 0.13
"""Of what the marks span, free on each side."""
_TIES = {1: "#8f99a3", 2: "#87919b", 3: "#67737f", 4: "#2f3a45"}
_ACROSS = 3
"""Drawings, or columns of names, beside each other."""
_NUMBER = 0.27
"""Inches of a number in the list of names."""


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

    def draw(self, words: Words, paper: Paper = WIDE) -> Figure:
        """Draw the figure."""
        del words
        looks = self._looks()
        keys = self._keys(looks, paper)
        years = list(self.titles)
        across = 1 if paper.narrow else min(_ACROSS, len(years))
        names = self._names(paper)
        each = (paper.width - 0.3 - 0.15 * (across - 1)) / across
        titles = [wrapped(self.titles[year], each, TITLE, bold=True) for year in years]
        head = 0.12 + TITLE_LINE * lines_of(titles)
        height = min(_HEIGHTS.get(across, 2.9), each)
        rows = math.ceil(len(years) / across)
        figure, axes = grid(
            rows, across, height=height, width=paper.width, top=sum(one.height for one in keys) + 0.1 + head,
            bottom=0.25 + names.height(paper.width), left=0.15, gap=(0.15, head + 0.1),
        )  # fmt: skip
        drawn = self._spread(min(height, each))
        for year, title, ax in zip(years, titles, axes, strict=False):
            drawn._panel(ax, year, looks)  # noqa: SLF001  the same drawing
            ax.set_title(title, loc="center")
        for ax in axes[len(years) :]:
            ax.set_visible(False)
        down = 0.06
        for one in keys:
            one.along_top(figure, down=down)
            down += one.height
        names.write(figure)
        return figure

    def _names(self, paper: Paper) -> _Names:
        columns = 1 if paper.narrow else _ACROSS
        room = (paper.width - 0.3) / columns
        return _Names(self.actors["number"], [wrapped(one, room - _NUMBER - 0.15) for one in self.actors["name"]], room)

    def low(self, paper: Paper) -> list[Figure]:
        """Draw for low paper: a year a sheet, its legend beside it, and the names on a sheet of their own."""
        looks, side = self._looks(), min(paper.height - 0.1, _SHARE * paper.width)  # a page may be taller than wide
        room = paper.width - side - 0.45
        keys = self._keys(looks, Paper(room + 0.2))
        figures = []
        drawn = self._spread(side)
        for year, title in self.titles.items():
            head = wrapped(title, room, TITLE, bold=True)
            above = 0.16 + TITLE_LINE * lines_of([head])
            height = min(paper.height, max(side + 0.1, above + sum(one.height for one in keys)))
            figure = Figure(figsize=(paper.width, height))
            ax = figure.add_axes((0.15 / paper.width, 1 - (side + 0.05) / height, side / paper.width, side / height))
            drawn._panel(ax, year, looks)  # noqa: SLF001
            beside = figure.add_axes((1 - (room + 0.1) / paper.width, 0.0, room / paper.width, 1.0))
            beside.set_axis_off()
            beside.text(0, 1 - 0.06 / height, head, fontsize=TITLE, weight="bold", va="top")
            down = above
            for one in keys:
                one.below(beside, (room, height), down=down - height)
                down += one.height
            figures.append(figure)
        names = self._names(paper)
        for some in names.fitting(paper):
            listed = Figure(figsize=(paper.width, 0.25 + some.height(paper.width)))
            some.write(listed)
            figures.append(listed)
        return figures

    def _spread(self, inches: float) -> Network:
        """Return the network with marks apart on a drawing of so many inches: in the same places in every year."""
        x, y = (self.actors[name].to_numpy() for name in ("x", "y"))
        x, y = spread(x, y, inches=inches / (1 + 2 * _MARGIN), least=_APART)
        return replace(self, actors=self.actors.with_columns(x=pl.Series(x), y=pl.Series(y)))

    def _keys(self, looks: Mapping[str, tuple[str, str]], paper: Paper) -> list[Legend]:
        """Return the legends: of sectors, and of lines and rings."""
        sectors = [
            Line2D([], [], color=colour, marker=marker, linestyle="none", markersize=8, label=self.sectors[key])
            for key, (colour, marker) in looks.items()
        ]
        lines = [
            Line2D([], [], color=_TIES.get(one, INK), linewidth=_width(one), label=title)
            for one, title in self.strengths.items()
        ]
        if self.core:
            lines.append(
                Line2D([], [], linestyle="none", marker="o", markersize=11, markerfacecolor="none",
                       markeredgecolor=INK, markeredgewidth=1.3, label=self.ring)
            )  # fmt: skip
        return [Legend(sectors, paper.width - 0.2, handlelength=1.0), Legend(lines, paper.width - 0.2)]

    def _looks(self) -> dict[str, tuple[str, str]]:
        """Return colour and marker of the sectors that are there: those of the study's are the same in each region."""
        order, shapes = list(self.sectors), list(_SHAPES)
        held = self.actors["sector"].unique(maintain_order=True).to_list()
        looks = {}
        for key in held:
            place = order.index(key) if key in order else len(order) + held.index(key)
            colour = COLOURS[place % len(COLOURS)] if key in order else QUIET
            looks[key] = (colour, shapes[turn(place, len(shapes))])
        return looks

    def _panel(self, ax: Axes, year: int, looks: Mapping[str, tuple[str, str]]) -> None:
        places = {row["organisation"]: (row["x"], row["y"]) for row in self.actors.iter_rows(named=True)}
        pairs = pairs_of(self.ties.filter(pl.col("wave") == year), places)
        ax.add_collection(
            LineCollection(
                [[places[a], places[b]] for (a, b), _ in pairs], linewidths=[_width(one) for _, one in pairs],
                colors=[_TIES.get(one, INK) for _, one in pairs], zorder=1,
            )
        )  # fmt: skip
        ringed = [places[one] for wave, one in sorted(self.core) if wave == year and one in places]
        if ringed:
            across, up = zip(*ringed, strict=True)
            ax.scatter(across, up, s=_RING, facecolor=PAPER, edgecolor=INK, linewidth=1.3, zorder=1.5,
                       clip_on=False)  # fmt: skip
        for sector, (colour, marker) in looks.items():
            mine = self.actors.filter(pl.col("sector") == sector)
            size, shift = _SHAPES[marker]
            ax.scatter(mine["x"], mine["y"], s=size, color=colour, marker=marker, edgecolor=PAPER, linewidth=1,
                       zorder=2, clip_on=False)  # fmt: skip
            for number, x, y in mine.select("number", "x", "y").iter_rows():
                ax.text(
                    x, y + shift, str(number), color=PAPER, ha="center", va="center_baseline",
                    fontsize=TEXT, fontweight="bold", zorder=3,
                )  # fmt: skip
        ax.set_axis_off()
        ax.margins(_MARGIN)
        ax.set_aspect("equal", adjustable="datalim")


@dataclass(frozen=True)
class _Names:
    """The list of names under a network, in columns of so many inches."""

    numbers: pl.Series
    names: Sequence[str]
    room: float

    @property
    def _line(self) -> float:
        return 0.05 + TEXT_LINE * lines_of(self.names)

    def _lines(self, width: float) -> int:
        return math.ceil(len(self.names) / round((width - 0.3) / self.room))

    def fitting(self, paper: Paper) -> list[_Names]:
        """Return lists that paper can hold, each of so many of the names."""
        most = len(self.names)
        while (
            most > 1
            and _Names(self.numbers[:most], self.names[:most], self.room).height(paper.width) + 0.25 > paper.height
        ):
            most -= 1
        starts = range(0, len(self.names), most)
        return [_Names(self.numbers[at : at + most], self.names[at : at + most], self.room) for at in starts]

    def height(self, width: float) -> float:
        """Return how many inches it takes on paper of so many."""
        return self._line * self._lines(width)

    def write(self, figure: Figure) -> None:
        """Write it at the foot of a figure."""
        width, total = (float(one) for one in figure.get_size_inches())
        lines = self._lines(width)
        for place, (number, name) in enumerate(zip(self.numbers, self.names, strict=True)):
            column, row = divmod(place, lines)
            high, left = (0.1 + self._line * (lines - row)) / total, 0.15 + column * self.room
            figure.text(left / width, high, str(number), fontsize=TEXT, va="top")
            figure.text((left + _NUMBER) / width, high, name, fontsize=TEXT, va="top")


def pairs_of(ties: pl.DataFrame, places: Collection[str]) -> Sequence[tuple[tuple[str, str], int]]:
    """Return the pairs that are drawn, with the stronger of their ties, the strongest last.

    Args:
        ties: source, target, observed, of one year.
        places: Organisations that have a place.
    """
    pairs: dict[tuple[str, str], int] = {}
    for source, target, observed in ties.select("source", "target", "observed").iter_rows():
        if source in places and target in places:
            pair = (min(source, target), max(source, target))
            pairs[pair] = max(pairs.get(pair, 0), observed)
    return sorted(pairs.items(), key=lambda item: (item[1], item[0]))


def _width(observed: float) -> float:
    return 0.35 + 0.45 * max(float(observed) - 1, 0)
