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
from sujuva.figures.layouts.lines import spread
from sujuva.figures.letters import lines_of, widest, wrapped
from sujuva.figures.theme import COLOURS, INK, PAPER, QUIET, TEXT, TEXT_LINE, WIDE, Paper, grid

_NODE = 0.035
"""Width of an end, as a part of the picture."""
_EMPTY = 0.035
"""Height of an end without a shown band, and the gap between ends, as parts of the picture."""
_NUMBERED = 0.13
"""Inches of a band from which its number fits."""
_EDGE, _APART, _BETWEEN, _LEAST = 0.13, 0.2, 0.05, 1.2
"""Inches beside facts, between them, between their lines; of the bands at least."""
_SIDE = {False: 2.2, True: 1.2}
"""Inches for the titles of either side, on wide and on narrow paper."""


@dataclass(frozen=True)
class Flow:
    """Bands between ends.

    Attributes:
        flows: How many go from one end to another.
        unseen: Between which ends there are some, but so few that their number is hidden: dotted lines.
        titles: Titles of all ends, in their order from the top.
        facts: What stands above the bands: what each is, and what is told of it.
    """

    flows: Mapping[tuple[str, str], float]
    unseen: AbstractSet[tuple[str, str]]
    titles: Mapping[str, str]
    facts: Sequence[tuple[str, str]] = ()

    def draw(self, words: Words, paper: Paper = WIDE) -> Figure:
        """Draw the figure."""
        pairs = [*self.flows, *self.unseen]
        sides = [[key for key in self.titles if any(pair[side] == key for pair in pairs)] for side in (0, 1)]
        longest = max(len(keys) for keys in sides)
        scale = (1 - _EMPTY * (2 * longest - 1)) / sum(self.flows.values())
        side, lines = _SIDE[paper.narrow], self._facts(paper)
        above = 0.2 + sum(TEXT_LINE * lines_of(line) + _BETWEEN for line in lines)
        labels = [[self._label(key, place, side, words) for key in keys] for place, keys in enumerate(sides)]
        needed = max(sum(TEXT_LINE * (one.count("\n") + 1) + 0.04 for one in some) for some in labels)
        height = max(2.6, 0.48 * longest, needed)
        height = max(_LEAST, needed, min(height, paper.height - above - 0.15))
        figure, (ax,) = grid(1, 1, height=height, width=paper.width, top=above, bottom=0.15, left=side, right=side)
        self._write(figure, lines)
        tops = [self._ends(ax, place, keys, scale, labels[place], height) for place, keys in enumerate(sides)]
        self._dotted(ax, tops)
        for source in sides[0]:
            for target in (one for one in sides[1] if (source, one) in self.flows):
                n = self.flows[source, target]
                thick, y0, y1 = scale * n, tops[0][source], tops[1][target]
                ax.add_patch(_band(y0, y1, thick, self._colour(source)))
                if thick * height >= _NUMBERED:
                    ax.text(
                        _NODE + 0.02, y0 - thick / 2, words.number(n), ha="left", va="center_baseline",
                        color=INK, zorder=4,
                    )  # fmt: skip
                tops[0][source] -= thick
                tops[1][target] -= thick
        ax.set_xlim(0, 1)
        ax.set_ylim(0, 1)
        ax.set_axis_off()
        return figure

    def _facts(self, paper: Paper) -> list[list[str]]:
        """Return the facts line by line: as many beside each other as fit, or one under another."""
        room = paper.width - 2 * _EDGE
        many = next(
            (many for many in range(len(self.facts), 1, -1)
             if widest(text for one in self.facts for text in one) <= room / many - _APART), 1,
        )  # fmt: skip
        texts = [f"{title}\n{told}" for title, told in self.facts] if many > 1 else [
            wrapped(f"{title}: {told}", room) for title, told in self.facts
        ]  # fmt: skip
        return [texts[start : start + many] for start in range(0, len(texts), many)]

    def _write(self, figure: Figure, lines: Sequence[Sequence[str]]) -> None:
        """Write the facts above the bands."""
        width, total = (float(one) for one in figure.get_size_inches())
        room, down = width - 2 * _EDGE, 0.06
        for line in lines:
            for place, text in enumerate(line):
                for row, part in enumerate(text.split("\n")):
                    left, top = _EDGE + place * room / len(lines[0]), down + TEXT_LINE * row
                    colour = QUIET if len(lines[0]) > 1 and not row else INK
                    figure.text(left / width, 1 - top / total, part, fontsize=TEXT, va="top", color=colour)
            down += TEXT_LINE * lines_of(line) + _BETWEEN

    def _colour(self, key: str) -> str:
        return COLOURS[list(self.titles).index(key) % len(COLOURS)]

    def _label(self, key: str, side: int, inches: float, words: Words) -> str:
        """Return the title of an end, with how many there are on its side."""
        total = sum(n for pair, n in self.flows.items() if pair[side] == key)
        number = words.number(total) if total else words.say("not shown")
        return wrapped(f"{self.titles[key]}: {number}", inches - 0.2)

    def _ends(
        self, ax: Axes, side: int, keys: Sequence[str], scale: float, labels: Sequence[str], inches: float
    ) -> dict[str, float]:  # fmt: skip
        """Draw the ends of one side from the top down, and return where the first band of each begins."""
        tops, top, middles = {}, 1.0, {}
        for key in keys:
            height = _EMPTY + scale * sum(n for pair, n in self.flows.items() if pair[side] == key)
            x = (1 - _NODE) * side
            ax.add_patch(
                Rectangle((x, top - height), _NODE, height, facecolor=self._colour(key), edgecolor=PAPER, zorder=3)
            )
            middles[key] = (top - height / 2) * inches
            tops[key] = top - _EMPTY / 2
            top -= height + _EMPTY
        texts = dict(zip(keys, labels, strict=True))
        tall = {key: TEXT_LINE * (text.count("\n") + 1) + 0.03 for key, text in texts.items()}
        for key, middle in spread(middles, tall, inches).items():
            ax.annotate(
                texts[key], (side, middle / inches), (6 if side else -6, 0), xycoords="axes fraction",
                textcoords="offset points", ha="left" if side else "right", va="center", fontsize=TEXT, color=INK,
                annotation_clip=False,
            )  # fmt: skip
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
