"""Heat maps of shares: a number in every cell, a fixed scale of five colours, a cross where a share is hidden."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sujuva.figures.language import Words
from sujuva.figures.quality_words import long
from sujuva.figures.theme import FAINT, INK, PAPER, QUIET, WIDTH, grid
from sujuva.published import SHOWN

ABOVE, BELOW = "above", "below"
CROSS = "×"
_DARK = 3
"""From which class on the ground is so dark that numbers are white."""
_KEY = 0.24
"""Inches: side of a square of the key."""
_CELL = 0.27
"""Inches: height of a cell."""
_PANEL_LETTERS = 13
"""Letters of a panel's title that fit on an inch."""


@dataclass(frozen=True)
class Scale:
    """Five classes of a share.

    Attributes:
        limits: Per cent at which the second and further classes begin.
        colours: From the first class to the last, light to dark.
    """

    limits: tuple[int, ...]
    colours: tuple[str, ...]

    def place(self, row: Mapping[str, Any]) -> int:
        """Return the class of a published share; "under 5 %" lies below 5."""
        percent = 100 * row["estimate"] + {BELOW: -0.5, ABOVE: 0.5}.get(row["bound"], 0.0)
        return sum(percent >= limit - 1e-9 for limit in self.limits)

    def titles(self, words: Words) -> list[str]:
        """Return what to call the classes."""
        ends = list(zip(self.limits, self.limits[1:], strict=False))
        return [
            words.say("under {n}", n=words.percent(self.limits[0] / 100, 0)),
            *(words.span(low, high - 1) + words.percent(0, 0)[1:] for low, high in ends),
            words.say("{n} or more", n=words.percent(self.limits[-1] / 100, 0)),
        ]


BLANKS = Scale((5, 10, 20, 40), ("#eef3f7", "#c6dbec", "#7fb0d6", "#2f74ab", "#0b4673"))
ANSWERS = Scale((20, 40, 60, 80), ("#eef5f1", "#c9e3d6", "#86c0a3", "#2f8263", "#00523d"))


def short(row: Mapping[str, Any] | None, words: Words) -> str:
    """Return the number in a cell, in per cent: "12", "<1", ">98", a cross where it is hidden, nothing without data."""
    if row is None:
        return ""
    if row["suppressed"] != SHOWN or row["estimate"] is None:
        return CROSS
    return {BELOW: "<", ABOVE: ">"}.get(row["bound"], "") + words.number(100 * row["estimate"])


def cells(
    ax: Axes,
    rows: Sequence[str],
    columns: Sequence[str],
    found: Mapping[tuple[int, int], Mapping[str, Any]],
    scale: Scale,
    words: Words,
    *,
    said: Callable[[Mapping[str, Any] | None, Words], str] = short,
) -> None:
    """Draw the cells of one panel.

    Args:
        ax: Where.
        rows: Titles of the rows, from the top.
        columns: Titles of the columns.
        found: Published rows by (row, column); where there is none, the cell stays empty.
        scale: Classes and colours.
        words: The reader's language.
        said: Writes what stands in a cell.
    """
    for row in range(len(rows)):
        for column in range(len(columns)):
            one = found.get((row, column))
            shown = one is not None and one["suppressed"] == SHOWN and one["estimate"] is not None
            place = scale.place(one) if one is not None and shown else 0
            ground = scale.colours[place] if shown else PAPER
            ax.add_patch(
                Rectangle(
                    (column - 0.5, row - 0.5),
                    1,
                    1,
                    facecolor=ground,
                    edgecolor=PAPER if shown else FAINT,
                    linewidth=1.2 if shown else 0.5,
                )
            )
            ink = PAPER if shown and place >= _DARK else INK if shown else QUIET
            ax.text(column, row, said(one, words), ha="center", va="center", fontsize=8, color=ink)
    ax.set_xlim(-0.5, len(columns) - 0.5)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), rows)
    ax.grid(visible=False)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(length=0)


def panels(
    titles: Sequence[str],
    rows: Sequence[str],
    columns: Sequence[str],
    found: Sequence[Mapping[tuple[int, int], Mapping[str, Any]]],
    scale: Scale,
    words: Words,
) -> Figure:
    """Draw one panel for each of `titles`, all with the same rows and columns, and the key above.

    Args:
        titles: Titles of the panels.
        rows: Titles of the rows.
        columns: Titles of the columns.
        found: For each panel, published rows by (row, column).
        scale: Classes and colours.
        words: The reader's language.
    """
    longest = max((len(one) for one in rows), default=0)
    left = 0.25 + 0.075 * longest
    across = max(1, min(len(titles), int((WIDTH - left) // (0.4 + 0.42 * max(len(columns), 3)))))
    down = math.ceil(len(titles) / across)
    each = (WIDTH - left - 0.15 - 0.35 * (across - 1)) / across
    wrapped = ["\n".join(textwrap.wrap(one, max(12, int(each * _PANEL_LETTERS)))) for one in titles]
    lines = max(one.count("\n") + 1 for one in wrapped)
    figure, axes = grid(
        down,
        across,
        height=_CELL * len(rows),
        top=0.4 + 0.2 + 0.17 * lines,
        bottom=0.3,
        left=left,
        gap=(0.35, 0.45 + 0.17 * lines),
    )
    for number, (title, mine, ax) in enumerate(zip(wrapped, found, axes, strict=False)):
        cells(ax, rows, columns, mine, scale, words)
        ax.set_title(title, fontsize=9)
        if number % across:
            ax.set_yticks([])
    for ax in axes[len(titles) :]:
        ax.set_visible(False)
    key(figure, scale, words, hidden=any_hidden(found))
    return figure


def any_hidden(found: Sequence[Mapping[tuple[int, int], Mapping[str, Any]]]) -> bool:
    """Tell whether a cell is hidden, so that the key must explain the cross."""
    return any(row["suppressed"] != SHOWN for mine in found for row in mine.values())


def key(figure: Figure, scale: Scale, words: Words, *, hidden: bool) -> None:
    """Write the key of colours along the top of the figure."""
    width, height = (float(one) for one in figure.get_size_inches())
    ax = figure.add_axes((0.015, 1 - 0.34 / height, 0.97, _KEY / height))
    ax.set_xlim(0, 0.97 * width)
    ax.set_ylim(0, _KEY)
    ax.axis("off")
    at = 0.0
    for colour, title in zip(scale.colours, scale.titles(words), strict=True):
        ax.add_patch(Rectangle((at, 0.03), _KEY, _KEY - 0.06, facecolor=colour, edgecolor=FAINT, linewidth=0.6))
        ax.text(at + _KEY + 0.07, _KEY / 2, title, va="center", fontsize=8.5, color=INK)
        at += _KEY + 0.28 + 0.078 * len(title)
    if hidden:
        said = words.say("not shown (privacy)")
        ax.text(at + 0.1, _KEY / 2, f"{CROSS} {said}", va="center", fontsize=8.5, color=INK)


__all__ = ["Scale", "cells", "key", "long", "panels"]
