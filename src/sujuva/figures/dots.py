"""Small panels of dots with intervals: rows are measures or regions, marks are years, the latest one full."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import forest
from sujuva.figures.framing import absent
from sujuva.figures.labels import Meta, region_title
from sujuva.figures.language import Words
from sujuva.figures.rows import MOST_LINES
from sujuva.figures.theme import WIDTH, columns_for, grid
from sujuva.published import SHOWN

_MARKERS = ("^", "s", "o")
"""Of the first year, of the one before the latest, and of the latest."""
_SPREAD = 0.27
"""How far the marks of a row stand from its middle, in rows."""
_LETTERS = 15.0
"""Letters of a row's or panel's title that fit on an inch."""
_LINE = 0.16
"""Inches of a line of small text."""


@dataclass(frozen=True)
class Line:
    """A row of every panel.

    Attributes:
        key: Value of the column `row`; "" for a heading between rows.
        title: What it is called.
        bold: Whether the title is bold; headings always are.
    """

    key: str
    title: str
    bold: bool = False


@dataclass(frozen=True)
class Axis:
    """The axis that all panels share.

    Attributes:
        low: Where it starts.
        high: Where it ends.
        ticks: Values that are written.
        written: How a value is written.
        guides: Values with a dashed line.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    written: Callable[[float], str]
    guides: tuple[float, ...] = ()


def shares_axis(words: Words) -> Axis:
    """Return the axis of shares, 0–100 per cent."""
    return Axis(0, 1, (0, 0.5, 1), lambda value: words.percent(value, 0))


def drawn_waves(data: pl.DataFrame) -> list[int]:
    """Return the years that are drawn: the first, the latest, and the one before it."""
    waves = sorted(data["wave"].unique().to_list())
    return waves if len(waves) <= len(_MARKERS) else [waves[0], *waves[-2:]]


def dots(
    data: pl.DataFrame,
    words: Words,
    *,
    panels: Mapping[str, str],
    rows: Sequence[Line],
    axis: Axis,
    left: float = 2.6,
    across: int | None = None,
    bottom: float = 0.4,
    right: float = 0.2,
    beside: Mapping[tuple[str, str], str] | None = None,
    beside_title: str = "",
) -> tuple[Figure, list[Axes]]:
    """Draw a panel for each of `panels`, all with the same rows and years.

    Where a row has no number for the latest year of the panel, a word says so.

    Args:
        data: panel, row, wave, value, low, high, suppressed.
        words: The reader's language.
        panels: Titles of the panels by the values of the column `panel`, in their order.
        rows: Rows, the top one first.
        axis: The axis.
        left: Inches for the titles of the rows.
        across: Panels in a row of panels.
        bottom: Inches below the last panels.
        right: Inches right of the last column.
        beside: Short texts to the right of a row, by (panel, row).
        beside_title: What these are.

    Returns:
        The figure, and the axes of the panels.
    """
    waves = drawn_waves(data)
    shifts = np.linspace(-_SPREAD, _SPREAD, len(waves)).tolist() if len(waves) > 1 else [0.0]
    across = across or columns_for(len(panels))
    gap = 0.25 if beside is None else right
    each = (WIDTH - left - right - gap * (across - 1)) / across
    heads = ["\n".join(textwrap.wrap(one, max(10, int(each * _LETTERS)))) for one in panels.values()]
    lines = max(one.count("\n") + 1 for one in heads)
    labels = ["\n".join(textwrap.wrap(one.title, int(left * _LETTERS))) for one in rows]
    step = max(0.12 + 0.1 * len(waves), *(_LINE * (one.count("\n") + 1) + 0.05 for one in labels))
    figure, axes = grid(
        math.ceil(len(panels) / across), across, height=step * (len(rows) + 0.2), top=0.42 + 0.17 * lines,
        bottom=bottom, left=left, right=right, gap=(gap, 0.42 + 0.17 * lines),
    )  # fmt: skip
    places = {one.key: place for place, one in enumerate(rows) if one.key}
    bold = [place for place, one in enumerate(rows) if one.bold or not one.key]
    for number, (panel, head, ax) in enumerate(zip(panels, heads, axes, strict=False)):
        mine = data.filter(pl.col("panel") == panel, pl.col("row").is_in(list(places)))
        forest.draw(ax, _marks(mine, waves, shifts, places), labels, bold=bold, zero=False)
        if number % across:
            ax.set_yticklabels([""] * len(rows))
        whole = panel == NETWORK and len(panels) > 1
        elsewhere = set(data.filter(pl.col("panel") != NETWORK)["row"]) - set(mine["row"]) if whole else set()
        _words_instead(ax, mine, waves[-1:], shifts[-1], places, words, elsewhere)
        for place, text in (((panel, row), text) for (one, row), text in (beside or {}).items() if one == panel):
            forest.beside(ax, places[place[1]], text)
        if beside_title and any(one == panel for one, _ in beside or {}):
            forest.beside(ax, -0.55, beside_title)
        for guide in axis.guides:
            ax.axvline(guide, color="#9aa5b0", linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        ax.set_xlim(axis.low, axis.high)
        ax.set_xticks(list(axis.ticks), [axis.written(one) for one in axis.ticks])
        if len(panels) > 1:  # the ends of neighbours would run into each other
            ends = ax.get_xticklabels()
            ends[0].set_horizontalalignment("left")
            ends[-1].set_horizontalalignment("right")
        ax.set_title(head, fontsize=9)
    for ax in axes[len(panels) :]:
        ax.set_visible(False)
    handles = [
        forest.key(str(wave or words.say("all years together")), marker=marker, filled=wave == waves[-1])
        for wave, marker in zip(waves, _markers(waves), strict=True)
    ]
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.005, 1.0), ncols=3, handlelength=2.4)
    return figure, axes[: len(panels)]


def by_region(
    data: pl.DataFrame,
    meta: Meta,
    words: Words,
    *,
    regions: Sequence[str],
    rows: Sequence[Line],
    axis: Axis,
    left: float = 2.7,
    beside: Mapping[tuple[str, str], str] | None = None,
    beside_title: str = "",
) -> Figure:
    """Draw a panel for each region with the measures as rows; with many regions, the other way round.

    Args:
        data: As `dots` wants it, the regions as panels.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show, in their order.
        rows: Measures.
        axis: The axis.
        left: Inches for the titles of measures.
        beside: Short texts to the right of a measure, by (region, measure).
        beside_title: What these are.
    """
    names = {one: region_title(meta, one, words) for one in regions}
    if len(regions) > MOST_LINES:
        turned = data.rename({"panel": "row", "row": "panel"})
        places = [Line(key, title, key == NETWORK) for key, title in names.items()]
        panels = {one.key: one.title for one in rows if one.key}
        return dots(turned, words, panels=panels, rows=places, axis=axis, left=1.9)[0]
    right = 0.2 if beside is None else 1.0
    return dots(
        data, words, panels=names, rows=rows, axis=axis, left=left, beside=beside, right=right,
        beside_title=beside_title,
    )[0]  # fmt: skip


def _markers(waves: Sequence[int]) -> tuple[str, ...]:
    return _MARKERS[len(_MARKERS) - len(waves) :]


def _marks(
    mine: pl.DataFrame, waves: Sequence[int], shifts: Sequence[float], places: Mapping[str, int]
) -> list[forest.Mark]:
    found = []
    for wave, shift, marker in zip(waves, shifts, _markers(waves), strict=True):
        shown = mine.filter(pl.col("wave") == wave, pl.col("suppressed") == SHOWN, pl.col("value").is_not_null())
        found += [
            forest.Mark(places[row] + shift, value, low, high, marker=marker, filled=wave == waves[-1])
            for row, value, low, high in shown.select("row", "value", "low", "high").iter_rows()
        ]
    return found


def _words_instead(
    ax: Axes, mine: pl.DataFrame, last: Sequence[int], shift: float, places: Mapping[str, int], words: Words,
    elsewhere: Collection[str],
) -> None:  # fmt: skip
    """Write on a row why the latest year has no dot, so that empty is not read as zero."""
    rows = {row["row"]: row for row in mine.filter(pl.col("wave").is_in(list(last))).iter_rows(named=True)}
    for key, place in places.items():
        row = rows.get(key)
        if row is None or row["value"] is None:
            said = words.say("by region only") if key in elsewhere else absent(row, words)
            forest.told(ax, place + shift, said)


def rows_of(data: pl.DataFrame, *, panel: str | pl.Expr, row: str | pl.Expr) -> pl.DataFrame:
    """Return published tidy rows as `dots` wants them.

    Args:
        data: Published tidy rows: wave, estimate, ci_low, ci_high, suppressed.
        panel: What tells the panels apart.
        row: What tells the rows apart.
    """
    return data.select(
        (pl.col(panel) if isinstance(panel, str) else panel).alias("panel"),
        (pl.col(row) if isinstance(row, str) else row).alias("row"),
        "wave", "suppressed", value="estimate", low="ci_low", high="ci_high",
    )  # fmt: skip
