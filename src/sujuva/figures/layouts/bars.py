"""Stacked bars of parts, with numbers in them, intervals at their outer edges, and a gap for what is hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import cycle
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from sujuva.figures.labels import absent
from sujuva.figures.language import Words
from sujuva.figures.layouts.legend import Legend
from sujuva.figures.layouts.panels import Axis, Panel, Row, across_for, panelled
from sujuva.figures.layouts.rows import Rows, write_instead
from sujuva.figures.letters import breadth
from sujuva.figures.theme import INK, PAPER, QUIET, WIDE, Paper, alike, ink_on
from sujuva.published import SHOWN

_LEAST = 2.2
"""Inches of a panel."""
_TALL, _ROOM = 0.2, 0.06
"""Inches: how tall a bar is, and what is free beside a number in it."""
_HATCHES = ("///", "\\\\\\", "xxx")
"""Lines: dots of a hatch are a hundred kilobytes of PDF."""
_OFF = 0.375
"""The interval of the first part lies under the numbers of a bar, that of the last part above: they may overlap."""


@dataclass(frozen=True)
class Part:
    """One part of a bar.

    Attributes:
        key: Value of the column `part`.
        title: What it is called.
        colour: Its colour.
    """

    key: str
    title: str
    colour: str


@dataclass(frozen=True)
class Bars:
    """Stacked bars.

    seaborn stacks the parts of all bars in one order, without gaps, so the bars are matplotlib's own.

    Attributes:
        frame: panel, row, part, value, low, high, suppressed; hidden parts are a gap in their bar.
        panels: Panels, row by row.
        rows: Rows of every panel, the top one first.
        parts: Parts from left to right, for all panels or by the key of a panel.
        axis: The axis; bars end at most at its high end.
        across: Panels in a row of panels, where they are not as many as fit.
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
    across: int | None = None
    beside: Mapping[tuple[str, str], str] = field(default_factory=dict)
    beside_title: str = ""
    numbers: bool = True
    instead: Callable[[Mapping[str, Any] | None, Words], str] = absent

    def draw(self, words: Words, paper: Paper = WIDE) -> Figure:
        """Draw the figure."""
        layout = Rows(
            paper, self.rows, self.panels, self.beside, self.beside_title, thick=0.26,
            across=self.across or len(self.panels),
        )  # fmt: skip
        left, right = layout.left, layout.right
        gap = max(0.45, right)
        across = self.across or across_for(paper, len(self.panels), _LEAST, left=left, right=right, gap=gap)
        each = (paper.width - left - right - gap * (across - 1)) / across
        shared = [] if isinstance(self.parts, Mapping) else self.parts
        own = self.parts if isinstance(self.parts, Mapping) else {}
        stacks = {one.key: self._stacks(one, own.get(one.key, shared)) for one in self.panels}
        hatched = {
            part: hatch for some in (shared, *own.values()) for part, hatch in _hatches(some).items() if paper.grey
        }  # fmt: skip
        legend = Legend(self._entries(shared, stacks.values(), words, hatched), paper.width - 0.2, handlelength=1.2)
        legends = {
            key: Legend(self._entries(parts, [stacks[key]], words, hatched), each, handlelength=1.2)
            for key, parts in own.items() if key in stacks
        }  # fmt: skip
        axis_below = 0.06 + max((one.axis or self.axis).below(each, words) for one in self.panels)
        figure, axes, inches = panelled(
            paper, self.panels, height=layout.height(each), left=left, right=right, gap=gap, across=across,
            legend=legend.height, head=layout.head,
            below=axis_below + max((one.height for one in legends.values()), default=0.0) + 0.04,
        )  # fmt: skip
        first = axes[0].get_position().x0
        for panel, ax in zip(self.panels, axes, strict=True):
            self._panel(ax, panel, stacks[panel.key], own.get(panel.key, shared), words, inches, layout, hatched)
            layout.write(ax, panel, inches, first=ax.get_position().x0 == first)
            (panel.axis or self.axis).along_x(ax, inches, words, inside=True)
            ax.grid(visible=False)
            if panel.key in legends:
                legends[panel.key].below(ax, (inches, layout.height(each)), down=axis_below)
        legend.along_top(figure)
        return figure

    def _stacks(self, panel: Panel, parts: Sequence[Part]) -> dict[str, Stack]:
        """Return the bars of a panel by row: those of which a part is told."""
        mine = self.frame.filter(pl.col("panel") == panel.key)
        found = {}
        for row in (one.key for one in self.rows if one.key):
            rows = {one["part"]: one for one in mine.filter(pl.col("row") == row).iter_rows(named=True)}
            if any(_known(rows[one.key]) for one in parts if one.key in rows):
                found[row] = Stack(rows, [one.key for one in parts if one.key in rows], self.axis.high)
        return found

    def _entries(
        self, parts: Sequence[Part], stacks: Iterable[Mapping[str, Stack]], words: Words, hatched: Mapping[Part, str]
    ) -> list[Patch]:  # fmt: skip
        """Return the entries of a legend: of parts that occur."""
        bars = [bar for some in stacks for bar in some.values()]
        held = {part for bar in bars for part, _, _ in bar.told}
        entries = [
            Patch(facecolor=one.colour, edgecolor=QUIET, linewidth=0.5, label=one.title, **_hatch(one, hatched))
            for one in parts if one.title and one.key in held
        ]  # fmt: skip
        gap = Patch(facecolor=PAPER, edgecolor=QUIET, linewidth=0.8, linestyle=":", label=words.say("not shown"))
        return [*entries, *([gap] if entries and any(bar.gap for bar in bars) else [])]

    def _panel(
        self, ax: Axes, panel: Panel, stacks: Mapping[str, Stack], parts: Sequence[Part], words: Words,
        inches: float, layout: Rows, hatched: Mapping[Part, str],
    ) -> None:  # fmt: skip
        """Draw the bars of a panel so many inches wide."""
        mine = self.frame.filter(pl.col("panel") == panel.key)
        scale, tall = inches / (self.axis.high - self.axis.low), _TALL / layout.unit(inches)
        edges: list[tuple[float, float, float]] = []
        boxes: dict[str, list[tuple[float, float, float]]] = {}
        for place, bar in zip(layout.places(inches), self.rows, strict=True):
            stack = stacks.get(bar.key)
            if stack is None:
                row = next(mine.filter(pl.col("row") == bar.key).iter_rows(named=True), None)
                write_instead(ax, place, self.instead(row, words) if bar.key else "")
            elif stack.scattered:
                write_instead(ax, place, self._in_words(stack, parts, words, inches))
            else:
                for part, left, wide in stack.told:
                    boxes.setdefault(part, []).append((place, left, wide))
                if stack.gap:
                    _gap(ax, (place, tall), stack.gap, words, scale)
                edges += [(place + shift * tall, low, high) for shift, low, high in self._edges(stack, parts)]
        for one in (one for one in parts if one.key in boxes):
            self._part(ax, one, boxes[one.key], tall, scale, hatched)
        if edges:
            places, lows, highs = zip(*edges, strict=True)
            for colour, width in ((PAPER, 3.0), (INK, 1.2)):  # a pale rim, so that the line shows on every colour
                ax.hlines(places, lows, highs, color=colour, linewidth=width, zorder=4)

    def _part(
        self, ax: Axes, part: Part, boxes: Sequence[tuple[float, float, float]], tall: float, scale: float,
        hatched: Mapping[Part, str],
    ) -> None:  # fmt: skip
        """Draw one part of all bars, with a thin rim: pale parts stand out little from white paper."""
        places, lefts, wides = zip(*boxes, strict=True)
        ax.barh(places, wides, left=lefts, height=tall, color=part.colour, edgecolor=QUIET, linewidth=0.5,
                **_hatch(part, hatched))  # fmt: skip
        ground: dict[str, Any] = {"facecolor": part.colour, "edgecolor": "none", "pad": 1.2}
        for place, left, wide in boxes if self.numbers else ():
            said = self.axis.written(wide).strip("% \u00a0")
            if wide * scale >= breadth(said) + _ROOM:
                ax.text(
                    left + wide / 2,
                    place,
                    said,
                    ha="center",
                    va="center_baseline",
                    color=ink_on(part.colour),
                    zorder=5,
                    bbox=ground if part in hatched else None,
                )

    def _in_words(self, stack: Stack, parts: Sequence[Part], words: Words, inches: float) -> str:
        """Say the parts that are told of a bar that cannot be drawn, as far as there is room."""
        told = {part: wide for part, _, wide in stack.told}
        said = ", ".join(f"{one.title} {self.axis.written(told[one.key])}" for one in parts if one.key in told)
        whole = words.say("{parts}; others not shown", parts=said)
        return whole if breadth(whole) < inches else words.say("not shown")

    def _edges(self, stack: Stack, parts: Sequence[Part]) -> list[tuple[float, float, float]]:
        """Return where the intervals of the first and the last part lie: off the middle of the bar, from, to.

        Of two parts one is enough: they share an edge. Where a part is hidden, the interval of the last one would
        speak of it, too, and is not drawn.
        """
        spans = {
            key: (row["low"], row["high"]) for key, row in stack.rows.items()
            if _known(row) and None not in (row["low"], row["high"])
        }  # fmt: skip
        first, last = parts[0].key, parts[-1].key
        told = [(_OFF, *spans[first])] if first in spans else []
        if last in spans and not stack.gap and not (told and len(parts) == 2):  # noqa: PLR2004
            low, high = spans[last]
            told.append((-_OFF if told else _OFF, self.axis.high - high, self.axis.high - low))
        return told


@dataclass(frozen=True)
class Stack:
    """A bar: the parts that are told, in their places, and the gap where hidden parts stand.

    Attributes:
        rows: Published rows by part.
        order: Parts that it has, from left to right.
        high: Where it ends.
    """

    rows: Mapping[str, Mapping[str, Any]]
    order: Sequence[str]
    high: float

    @cached_property
    def _away(self) -> list[int]:
        return [place for place, key in enumerate(self.order) if not _known(self.rows[key])]

    @cached_property
    def _left(self) -> float:
        told = sum(float(self.rows[key]["value"]) for key in self.order if _known(self.rows[key]))
        return max(0.0, self.high - told)

    @cached_property
    def scattered(self) -> bool:
        """Whether hidden parts stand apart: then nobody knows where the parts between them lie."""
        return len(self._away) > 0 and self._away[-1] - self._away[0] >= len(self._away)

    @cached_property
    def told(self) -> list[tuple[str, float, float]]:
        """The parts that are told: key, where it begins, how wide it is."""
        found, start = [], 0.0
        for place, key in enumerate(self.order):
            if place in self._away:
                start += self._left if place == self._away[0] else 0.0
            else:
                found.append((key, start, float(self.rows[key]["value"])))
                start += found[-1][2]
        return found

    @cached_property
    def gap(self) -> tuple[float, float] | None:
        """Where hidden parts stand together, and how wide they are; None where there are none."""
        if not self._away or self.scattered:
            return None
        start = sum(float(self.rows[key]["value"]) for key in self.order[: self._away[0]])
        return start, self._left


def _hatches(parts: Sequence[Part]) -> dict[Part, str]:
    """Return what tells parts apart that in grey look like one before them."""
    like = [
        one for place, one in enumerate(parts)
        if one.title and any(alike(one.colour, other.colour) for other in parts[:place])
    ]  # fmt: skip
    return dict(zip(like, cycle(_HATCHES)))


def _hatch(part: Part, hatched: Mapping[Part, str]) -> dict[str, Any]:
    """Return the looks of a part that is told apart by more than its colour."""
    if part not in hatched:
        return {}
    return {"hatch": hatched[part], "hatchcolor": ink_on(part.colour), "hatch_linewidth": 0.4}


def _gap(ax: Axes, place: tuple[float, float], gap: tuple[float, float], words: Words, scale: float) -> None:
    """Leave room for what is hidden: a dotted rim, and the word where it fits."""
    (middle, tall), (start, wide) = place, gap
    ax.add_patch(
        Rectangle((start, middle - tall / 2), wide, tall, facecolor=PAPER, edgecolor=QUIET, linewidth=0.8,
                  linestyle=":")
    )  # fmt: skip
    word = words.say("not shown")
    if wide * scale >= breadth(word) + _ROOM:
        ax.text(start + wide / 2, middle, word, ha="center", va="center_baseline", color=QUIET, zorder=5)


def _known(row: Mapping[str, Any]) -> bool:
    return row["suppressed"] == SHOWN and row["value"] is not None
