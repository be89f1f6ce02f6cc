"""Legends that fit their paper: entries line by line, long ones wrapped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend as Box
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sujuva.figures.letters import breadth, lines_of, wrapped
from sujuva.figures.theme import TEXT, TEXT_LINE

_GAP, _LINE_GAP = 0.2, 0.07
"""Inches between entries of a line, and between lines."""
_EM = TEXT / 72


@dataclass(frozen=True)
class Legend:
    """A legend.

    Attributes:
        handles: Its entries.
        width: Inches that it may take.
        handlelength: How long the sample of a mark is, in letters.
    """

    handles: Sequence[Line2D | Patch]
    width: float
    handlelength: float = 2.4

    @cached_property
    def lines(self) -> list[list[Line2D | Patch]]:
        """The entries, line by line, their titles wrapped."""
        lines: list[list[Line2D | Patch]] = []
        used = 0.0
        sample = (self.handlelength + 0.6) * _EM
        for handle in self.handles:
            title = wrapped(str(handle.get_label()), self.width - sample - 0.05)
            handle.set_label(title)
            wide = sample + breadth(title)
            if not lines or used + _GAP + wide > self.width:
                lines.append([])
                used = -_GAP
            lines[-1].append(handle)
            used += _GAP + wide
        return lines

    @cached_property
    def height(self) -> float:
        """How many inches it takes, with what keeps it from what follows."""
        return sum(self._heights()) + _LINE_GAP if self.handles else 0.0

    def _heights(self) -> Iterator[float]:
        for line in self.lines:
            yield TEXT_LINE * lines_of(str(one.get_label()) for one in line) + _LINE_GAP

    def along_top(self, figure: Figure, *, down: float = 0.06) -> None:
        """Write it along the top of a figure, so many inches from its edge."""
        total = float(figure.get_size_inches()[1])
        for line, height in zip(self.lines, self._heights(), strict=True):
            figure.legend(
                handles=line, bbox_to_anchor=(0.1 / self._wide(figure), 1 - down / total), **self._looks(line)
            )
            down += height

    def below(self, ax: Axes, inches: tuple[float, float], *, down: float) -> None:
        """Write it under axes of so many inches (width, height), so many inches down."""
        for line, height in zip(self.lines, self._heights(), strict=True):
            place = (0.0, -down / inches[1])
            labels = [str(one.get_label()) for one in line]
            box: dict[str, Any] = {"bbox_to_anchor": place, "bbox_transform": ax.transAxes}
            ax.add_artist(Box(ax, line, labels, **box, **self._looks(line)))
            down += height

    def _wide(self, figure: Figure) -> float:
        return float(figure.get_size_inches()[0])

    def _looks(self, line: Sequence[Line2D | Patch]) -> dict[str, Any]:
        return {
            "loc": "upper left", "ncols": len(line), "columnspacing": _GAP / _EM, "handlelength": self.handlelength,
            "handletextpad": 0.6, "borderpad": 0, "borderaxespad": 0,
        }  # fmt: skip
