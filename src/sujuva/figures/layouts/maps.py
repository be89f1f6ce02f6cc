"""Maps: a tile an area, laid out as the areas lie, or their true boundaries where somebody has given them.

A tile has room for a name and a number and is as large for a small municipality as for a large one, which is right
where each of them counts as one. Boundaries are drawn with matplotlib's `PathCollection`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path

from sujuva.figures.language import DASH, Words
from sujuva.figures.layouts.heat import CROSS, Level
from sujuva.figures.layouts.legend import Legend
from sujuva.figures.layouts.panels import Panel, across_for, panelled
from sujuva.figures.letters import breadth, lines_of, wrapped
from sujuva.figures.theme import INK, PAPER, QUIET, TEXT, WIDE, Paper, ink_on
from sujuva.published import SHOWN

Place = tuple[int, int]
Ring = Sequence[Sequence[float]]
_LINE, _AROUND, _NARROWEST, _WIDEST = 0.15, 0.1, 0.62, 1.3
"""Inches: height of a line in a tile and of what is around them, and how wide a tile is at least and at most."""
_ROOM = 1.25
"""Tiles of a grid for each area: with some to spare, areas stay where they lie."""
_MOST, _LOW = 6, 5
"""Columns of tiles that stand side by side at most, and rows for which a map grows wider than its areas lie."""
_LINES = 2
"""Lines of a name in its tile."""
_TALLEST = 4.0
_GAP, _EDGE = 0.35, 0.1
_DASHED = (0, (3, 2))


def tiles_of(middles: Mapping[str, Place]) -> dict[str, Place]:
    """Return the tile of each area, column and row from the upper left: as near to where it lies as all of them allow.

    The sum of squared distances between areas and their tiles is the least possible (an assignment problem, which SciPy
    solves); distances are whole numbers, so that no machine lays them out otherwise.

    Args:
        middles: Where each area lies, kilometres east and north.
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415  start-up time

    keys = sorted(middles)
    if not keys:
        return {}
    east, north = ([middles[key][axis] for key in keys] for axis in (0, 1))
    wide, high = (max(max(one) - min(one), 1) for one in (east, north))
    wanted = math.ceil(_ROOM * len(keys))
    columns = min(_MOST, len(keys), max(1, round(math.sqrt(wanted * wide / high)), math.ceil(len(keys) / _LOW)))
    rows = math.ceil(max(wanted, len(keys)) / columns)
    cells = [(column, row) for row in range(rows) for column in range(columns)]
    costs = [
        [
            (rows * (2 * columns * (x - min(east)) - (2 * column + 1) * wide)) ** 2
            + (columns * (2 * rows * (max(north) - y) - (2 * row + 1) * high)) ** 2
            for column, row in cells
        ]
        for x, y in zip(east, north, strict=True)
    ]
    places, chosen = linear_sum_assignment(costs)
    return squeezed({keys[place]: cells[cell] for place, cell in zip(places, chosen, strict=True)})


def squeezed(tiles: Mapping[str, Place]) -> dict[str, Place]:
    """Return tiles without the columns and rows that none of them is in."""
    kept = [sorted({place[axis] for place in tiles.values()}) for axis in (0, 1)]
    return {key: (kept[0].index(column), kept[1].index(row)) for key, (column, row) in tiles.items()}


@dataclass(frozen=True)
class Map:
    """Small maps of the same areas.

    Attributes:
        frame: panel, row (key of the area), level (number of the class, from 0; none where there is no number), text,
            suppressed.
        panels: Panels, row by row.
        names: What each area is called.
        tiles: Column and row of each area.
        levels: Classes, the first one the lightest.
        outlines: Boundaries of each area, on any plane with the north above; all areas have some, or tiles are drawn.
    """

    frame: pl.DataFrame
    panels: Sequence[Panel]
    names: Mapping[str, str]
    tiles: Mapping[str, Place]
    levels: Sequence[Level]
    outlines: Mapping[str, Sequence[Ring]] = field(default_factory=dict)

    @property
    def true(self) -> bool:
        """Whether boundaries are drawn."""
        return bool(self.names) and all(self.outlines.get(key) for key in self.names)

    def draw(self, words: Words, paper: Paper = WIDE) -> Figure:
        """Draw the figure."""
        columns, rows = (1 + max(place[axis] for place in self.tiles.values()) for axis in (0, 1))
        across = across_for(paper, len(self.panels), _NARROWEST * columns, left=_EDGE, right=_EDGE, gap=_GAP)
        each = (paper.width - 2 * _EDGE - _GAP * (across - 1)) / across
        legend = Legend(self._entries(words), paper.width - 0.2, handlelength=1.2)
        box = self._box()
        room = 0.94 * min(each / columns, _WIDEST) - 0.06
        names = {} if self.true else {key: fitted(self.names[key], room) for key in self.tiles}
        tile = _AROUND + _LINE * (1 + max(1, lines_of(names.values())))
        height = min(_TALLEST, each * (box[3] - box[1]) / (box[2] - box[0])) if self.true else tile * rows
        figure, axes, each = panelled(
            paper, self.panels, height=height, left=_EDGE, right=_EDGE, gap=_GAP, across=across, legend=legend.height,
            below=0.15,
        )  # fmt: skip
        for panel, ax in zip(self.panels, axes, strict=True):
            mine = {row["row"]: row for row in self.frame.filter(panel=panel.key).iter_rows(named=True)}
            self._shapes(ax, mine)
            if self.true:
                middle, half = (box[0] + box[2]) / 2, (box[3] - box[1]) * each / height / 2
                ax.set_xlim(middle - half, middle + half)
                ax.set_ylim(box[1], box[3])
                self._crosses(ax, mine)
            else:
                ax.set_xlim(0, max(columns, each / _WIDEST))
                ax.set_ylim(rows, 0)
                self._texts(ax, mine, names)
            ax.set_axis_off()
        legend.along_top(figure)
        return figure

    def _box(self) -> tuple[float, float, float, float]:
        """Return the least and the greatest coordinates of all boundaries, or of the tiles."""
        points = [point for rings in self.outlines.values() for ring in rings for point in ring] if self.true else []
        if not points:
            return 0.0, 0.0, 1.0, 1.0
        xs, ys = ([point[axis] for point in points] for axis in (0, 1))
        return min(xs), min(ys), max(xs), max(ys)

    def _shape(self, key: str) -> Path:
        if self.true:
            return Path.make_compound_path(*(Path(list(map(tuple, ring)), closed=True) for ring in self.outlines[key]))
        column, row = self.tiles[key]
        low, high, top, bottom = column + 0.03, column + 0.97, row + 0.05, row + 0.95
        return Path([(low, top), (high, top), (high, bottom), (low, bottom), (low, top)], closed=True)

    def _shapes(self, ax: Axes, mine: Mapping[str, dict[str, object]]) -> None:
        """Draw all areas of one class as one collection; those without a number have a dashed edge and no colour."""
        for place, one in enumerate([*self.levels, None]):
            keys = [key for key in self.names if self._level(mine.get(key)) == (None if one is None else place)]
            if keys:
                ax.add_collection(
                    PathCollection(
                        [self._shape(key) for key in keys], facecolors=PAPER if one is None else one.colour,
                        edgecolors=QUIET, linewidths=0.6, linestyles=_DASHED if one is None else "-",
                    ),
                    autolim=False,
                )  # fmt: skip

    def _level(self, row: Mapping[str, object] | None) -> object:
        return row["level"] if row is not None and row["suppressed"] == SHOWN else None

    def _crosses(self, ax: Axes, mine: Mapping[str, dict[str, object]]) -> None:
        """Mark areas whose number is hidden: they must not look like those that have none."""
        for key in self.names:
            if (row := mine.get(key)) is not None and row["suppressed"] != SHOWN:
                ring = max(self.outlines[key], key=len)
                east, north = ((min(one) + max(one)) / 2 for one in zip(*ring, strict=True))
                ax.text(east, north, CROSS, color=QUIET, fontsize=TEXT, ha="center", va="center")

    def _texts(self, ax: Axes, mine: Mapping[str, dict[str, object]], names: Mapping[str, str]) -> None:
        for key, (column, row) in self.tiles.items():
            said = mine.get(key)
            level = self._level(said)
            ink = QUIET if level is None else ink_on(self.levels[int(str(level))].colour)
            number = CROSS if said is not None and said["suppressed"] != SHOWN else said["text"] if said else ""
            ax.text(column + 0.5, row + 0.5, f"{names[key]}\n{number or DASH}", color=ink, fontsize=TEXT, ha="center",
                    va="center", linespacing=1.05)  # fmt: skip

    def _entries(self, words: Words) -> list[Patch | Line2D]:
        """Return the entries of the legend: of classes that occur, and of what stands where there is no number."""
        rows = self.frame.filter(pl.col("panel").is_in([one.key for one in self.panels]))
        held = set(rows.filter(pl.col("suppressed") == SHOWN)["level"].drop_nulls())
        entries: list[Patch | Line2D] = [
            Patch(facecolor=one.colour, edgecolor=QUIET, linewidth=0.6, label=one.title)
            for place, one in enumerate(self.levels) if place in held
        ]  # fmt: skip
        told = rows.filter((pl.col("suppressed") != SHOWN) | pl.col("level").is_not_null())
        if told.height < len(self.names) * len(self.panels):
            mark = "" if self.true else f"{DASH}\u00a0"
            label = mark + words.say("no data")
            entries.append(Patch(facecolor=PAPER, edgecolor=QUIET, linewidth=0.6, linestyle=_DASHED, label=label))
        if rows.filter(pl.col("suppressed") != SHOWN).height:
            label = words.say("not shown (privacy)")
            entries.append(Line2D([], [], color=INK, marker="x", linestyle="", markersize=5, label=label))
        return entries


def fitted(name: str, inches: float) -> str:
    """Return a name in at most two lines of so many inches, divided at its own hyphen, at a blank, or as syllables are.

    Where it has no room it is shortened.
    """
    first, mark, rest = name.partition("-")
    for lines in (name, f"{first}{mark}\n{rest}" if mark else name, wrapped(name, inches)):
        if lines.count("\n") < _LINES and breadth(lines) <= inches:
            return lines
    return shortened(name, inches)


def shortened(name: str, inches: float) -> str:
    """Return a name that is so wide at most: the whole, or its first letters and a point."""
    if breadth(name) <= inches:
        return name
    fitting = (f"{name[:end].rstrip(' -')}." for end in range(len(name) - 1, 0, -1))
    return next((one for one in fitting if breadth(one) <= inches), name[0])
