"""Bands from what stands left to what stands right, as wide as there are of them.

Drawn by hand: seaborn has no mark for a flow between two sides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from sujuva.figures.language import Words
from sujuva.figures.layouts.panels import wrapped
from sujuva.figures.theme import COLOURS, INK, PAPER, QUIET, grid

_NODE = 0.035
"""Width of an end, as a part of the picture."""
_EMPTY = 0.035
"""Height of an end without a shown band, and the gap between ends, as parts of the picture."""
_NUMBERED = 0.034
"""From which height a band is so wide that its number fits."""


@dataclass(frozen=True)
class Flow:
    """Bands between ends.

    Attributes:
        flows: How many go from one end to another.
        unseen: Between which ends there are some, but so few that their number is hidden: dotted lines.
        titles: Titles of all ends, in their order from the top.
        facts: Lines above the bands.
    """

    flows: Mapping[tuple[str, str], float]
    unseen: AbstractSet[tuple[str, str]]
    titles: Mapping[str, str]
    facts: Sequence[str] = ()

    def draw(self, words: Words) -> Figure:
        """Draw the figure."""
        pairs = [*self.flows, *self.unseen]
        sides = [[key for key in self.titles if any(pair[side] == key for pair in pairs)] for side in (0, 1)]
        longest = max(len(keys) for keys in sides)
        scale = (1 - _EMPTY * (2 * longest - 1)) / sum(self.flows.values())
        figure, (ax,) = grid(
            1, 1, height=max(2.6, 0.48 * longest), top=0.3 + 0.175 * len(self.facts), bottom=0.15, left=2.2, right=2.2
        )
        ax.annotate(
            "\n".join(self.facts), (0, 1), (-150, 14), xycoords="axes fraction", textcoords="offset points",
            fontsize=8.5, color=INK, va="bottom", linespacing=1.45, annotation_clip=False,
        )  # fmt: skip
        tops = [self._ends(ax, side, keys, scale, words) for side, keys in enumerate(sides)]
        self._dotted(ax, tops)
        for source in sides[0]:
            for target in (one for one in sides[1] if (source, one) in self.flows):
                n = self.flows[source, target]
                thick, y0, y1 = scale * n, tops[0][source], tops[1][target]
                ax.add_patch(_band(y0, y1, thick, self._colour(source)))
                if thick >= _NUMBERED:
                    ax.text(
                        _NODE + 0.02, y0 - thick / 2, words.number(n), ha="left", va="center_baseline", fontsize=7.5,
                        color=INK, zorder=4,
                    )  # fmt: skip
                tops[0][source] -= thick
                tops[1][target] -= thick
        ax.set_xlim(0, 1)
        ax.set_ylim(0, 1)
        ax.set_axis_off()
        return figure

    def _colour(self, key: str) -> str:
        return COLOURS[list(self.titles).index(key) % len(COLOURS)]

    def _ends(self, ax: Axes, side: int, keys: Sequence[str], scale: float, words: Words) -> dict[str, float]:
        """Draw the ends of one side from the top down, and return where the first band of each begins."""
        tops, top = {}, 1.0
        for key in keys:
            total = sum(n for pair, n in self.flows.items() if pair[side] == key)
            height = _EMPTY + scale * total
            x = (1 - _NODE) * side
            ax.add_patch(
                Rectangle((x, top - height), _NODE, height, facecolor=self._colour(key), edgecolor=PAPER, zorder=3)
            )
            number = words.number(total) if total else words.say("not shown")
            ax.text(
                -0.015 if side == 0 else 1.015, top - height / 2, f"{wrapped(self.titles[key], 1.6)}: {number}",
                ha="right" if side == 0 else "left", va="center", fontsize=8.5, color=INK,
            )  # fmt: skip
            tops[key] = top - _EMPTY / 2
            top -= height + _EMPTY
        return tops

    def _dotted(self, ax: Axes, tops: Sequence[Mapping[str, float]]) -> None:
        """Draw lines for what is hidden, in the room at the head of each end."""
        t = np.linspace(0, 1, 30)
        for source, target in sorted(self.unseen):
            y0, y1 = tops[0][source] + _EMPTY / 4, tops[1][target] + _EMPTY / 4
            ax.plot(
                _NODE + (1 - 2 * _NODE) * t, y0 + (y1 - y0) * (3 * t**2 - 2 * t**3), color=QUIET, linewidth=0.9,
                linestyle=(0, (1, 2)), zorder=1,
            )  # fmt: skip


def _band(y0: float, y1: float, thick: float, colour: str) -> PathPatch:
    """Return a band from its upper edges at y0 and y1, both ends level."""
    a, b, middle = _NODE, 1 - _NODE, 0.5
    points = [
        (a, y0), (middle, y0), (middle, y1), (b, y1), (b, y1 - thick), (middle, y1 - thick), (middle, y0 - thick),
        (a, y0 - thick), (a, y0),
    ]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    return PathPatch(Path(points, codes), facecolor=colour, edgecolor=colour, alpha=0.42, linewidth=0.5, zorder=2)
