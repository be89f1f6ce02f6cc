"""Rows of panels and their titles: left of the rows, or above them where the paper is narrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from matplotlib.axes import Axes

from sujuva.figures.layouts.panels import Panel, Row
from sujuva.figures.letters import breadth, lines_of, widest, wrapped
from sujuva.figures.theme import INK, PAPER, QUIET, TEXT, TEXT_LINE, Paper

_MOST = 0.45
"""Part of the paper that titles of rows may take."""
_EDGE, _AROUND = 0.17, 0.02
"""Inches between a text and the edge of the paper, and above and below all rows."""
_MANY, _SHORT = 8, 1.4
"""With more rows than this, titles of at most so many inches stand beside them on narrow paper, too: half as tall."""


_GROUND = {"facecolor": PAPER, "edgecolor": "none", "pad": 1}
"""Paper behind a text, so that no line runs through it."""


class _Slot(NamedTuple):
    """A row: its title, and in inches where it begins and how tall it is.

    `down` is how far down the text beside it stands, `under` how far from its lower end its marks stand.
    """

    label: str
    top: float
    height: float
    down: float
    under: float


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows, and the short texts beside them.

    Attributes:
        paper: What they are drawn on.
        rows: The rows, the top one first.
        panels: The panels.
        beside: Short texts by (panel, row).
        beside_title: What these are.
        thick: Inches that the marks of a row need.
        across: Panels beside each other.
    """

    paper: Paper
    rows: Sequence[Row]
    panels: Sequence[Panel]
    beside: Mapping[tuple[str, str], str]
    beside_title: str
    thick: float
    across: int

    @cached_property
    def above(self) -> bool:
        """Whether titles stand above their rows: on narrow paper, but where there are many short ones."""
        return self.paper.narrow and not (len(self.rows) > _MANY and self._widest <= _SHORT)

    @cached_property
    def left(self) -> float:
        """Inches left of the first panel."""
        if self.above:
            return _EDGE
        most = _MOST * self.paper.width if self.across == 1 else 2.6
        return min(most, self._widest + 0.12) + 0.05

    @property
    def _widest(self) -> float:
        return max((breadth(one.title, bold=self._bold(one)) for one in self.rows), default=0.0)

    @cached_property
    def right(self) -> float:
        """Inches right of a panel."""
        if self.above:
            return _EDGE
        texts = [*self.beside.values(), *([self.beside_title] if self._titled else [])]
        return max(0.25, widest(texts) + 0.18 if texts else 0.0)

    @property
    def _titled(self) -> bool:
        return bool(self.beside_title) and any(self.beside.values())

    @property
    def head(self) -> float:
        """Inches above each panel for what the texts beside its rows are."""
        return TEXT_LINE if self._titled else 0.0

    @lru_cache(8)  # noqa: B019  # as short-lived as the drawing
    def _slots(self, inches: float) -> list[_Slot]:
        """Return the rows from the top down, with their titles wrapped for panels of so many inches."""
        slots: list[_Slot] = []
        top = 0.0
        for row in self.rows:
            bold, beside = self._bold(row), [self.beside.get((one.key, row.key), "") for one in self.panels]
            label = wrapped(row.title, inches if self.above else self.left - 0.15, bold=bold)
            side = TEXT_LINE * lines_of(beside)
            tall = TEXT_LINE * lines_of([label])
            if self.above:
                together = breadth(label, bold=bold) + widest(beside) + 0.12 <= inches
                down = 0.0 if together else tall
                marks = self.thick if row.key else 0.0
                slot = _Slot(label, top, max(tall, down + side) + marks + 0.03, down, marks / 2 + 0.02)
            else:
                height = max(self.thick, 0.07 + max(tall, side))
                slot = _Slot(label, top, height, 0.0, height / 2)
            slots.append(slot)
            top += slot.height
        return slots

    def unit(self, inches: float) -> float:
        """Return how many inches one is on the vertical axis: a row, where they are alike."""
        return min(one.height for one in self._slots(inches))

    def places(self, inches: float) -> list[float]:
        """Return where the marks of rows stand on the vertical axis: 0, 1, 2 … where rows are alike."""
        unit = self.unit(inches)
        return [round((one.top + one.height - one.under) / unit - 0.5, 6) for one in self._slots(inches)]

    def height(self, inches: float) -> float:
        """Return how many inches all rows take."""
        last = self._slots(inches)[-1]
        return last.top + last.height + 2 * _AROUND

    def write(self, ax: Axes, panel: Panel, inches: float, *, first: bool) -> None:
        """Write the titles of rows and the texts beside them, and set the vertical axis.

        Args:
            ax: Axes of the panel.
            panel: The panel.
            inches: How wide it is.
            first: Whether it is the first of its line: others beside it share its titles.
        """
        slots, unit, above = self._slots(inches), self.unit(inches), self.above
        ax.set_ylim((self.height(inches) - _AROUND) / unit - 0.5, -_AROUND / unit - 0.5)
        ax.set_yticks(self.places(inches), [one.label if first and not above else "" for one in slots])
        for row, slot, middle, tick in zip(self.rows, slots, self.places(inches), ax.get_yticklabels(), strict=True):
            weight, colour = "bold" if self._bold(row) else "normal", QUIET if row.quiet else INK
            tick.set(fontweight=weight, color=colour)
            top = slot.top / unit - 0.5
            if above:
                ax.annotate(
                    slot.label, (0, top), (0, -1), xycoords=("axes fraction", "data"), textcoords="offset points",
                    fontsize=TEXT, color=colour, weight=weight, va="top", annotation_clip=False, zorder=5, bbox=_GROUND,
                )  # fmt: skip
            text = self.beside.get((panel.key, row.key), "")
            self._beside(ax, top + slot.down / unit if above else middle, text)
        if self._titled and any(key == panel.key and text for (key, _), text in self.beside.items()):
            ax.annotate(
                self.beside_title, (1, 1), (0 if above else 6, 2), xycoords="axes fraction", fontsize=TEXT, color=QUIET,
                textcoords="offset points", va="bottom", ha="right" if above else "left", annotation_clip=False,
            )  # fmt: skip
        if above:
            ax.spines["left"].set_visible(False)

    def _beside(self, ax: Axes, place: float, text: str) -> None:
        above = self.above
        if text:
            ax.annotate(
                text, (1, place), (0, -1) if above else (6, 0), xycoords=("axes fraction", "data"), fontsize=TEXT,
                textcoords="offset points", color=QUIET, va="top" if above else "center",
                ha="right" if above else "left", annotation_clip=False, zorder=5, bbox=_GROUND if above else None,
            )  # fmt: skip

    @staticmethod
    def _bold(row: Row) -> bool:
        return row.bold or not row.key


def write_instead(ax: Axes, row: float, text: str) -> None:
    """Write on a row why it has no mark, so that empty is not read as zero."""
    if text:
        ax.annotate(
            text, (0, row), (4, 0), xycoords=("axes fraction", "data"), textcoords="offset points", fontsize=TEXT,
            color=QUIET, va="center", annotation_clip=False, bbox=_GROUND,
        )  # fmt: skip
