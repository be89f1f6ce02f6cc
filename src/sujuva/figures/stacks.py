"""Stacked bars of shares that make up everyone, with intervals at their edges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.labels import Meta, region_title
from sujuva.figures.language import Words
from sujuva.figures.theme import INK, PAPER, QUIET, columns_for, grid

_ROW = 0.28
_LEGIBLE = 0.07
_OFF = 0.27
"""The interval of the first part lies under the numbers of a bar, that of the last part above: they may overlap."""


@dataclass(frozen=True)
class Part:
    """One part of a bar.

    Attributes:
        key: Category of the row.
        title: What it is called.
        colour: Its colour.
    """

    key: str
    title: str
    colour: str


def stacked(ax: Axes, rows: Sequence[dict[str, dict[str, Any]]], parts: Sequence[Part], words: Words) -> None:
    """Draw a bar a row, with the intervals of its first and last part at their edges; what is hidden is a hatched gap.

    Args:
        ax: Where.
        rows: For each bar the published row of each category.
        parts: Categories from left to right.
        words: The reader's language.
    """
    for place, row in enumerate(rows):
        start = 0.0
        known = {key: one["estimate"] for key, one in row.items() if one["estimate"] is not None}
        unknown = [part for part in parts if part.key in row and part.key not in known]
        rest = max(0.0, 1 - sum(known.values()))
        for part in parts:
            if part.key in known:
                share = known[part.key]
                ax.barh(place, 100 * share, left=100 * start, height=0.72, color=part.colour, edgecolor=PAPER)
                if share >= _LEGIBLE:
                    ink = PAPER if part.colour in ("#b34700", "#d55e00", "#0072b2") else INK
                    ax.text(
                        100 * (start + share / 2), place, words.number(100 * share), ha="center",
                        va="center_baseline", fontsize=7.5, color=ink,
                    )  # fmt: skip
                start += share
        if unknown and rest > 0:
            ax.barh(
                place, 100 * (1 - start), left=100 * start, height=0.72, color=PAPER, edgecolor=QUIET, hatch="////",
                linewidth=0.5,
            )  # fmt: skip
        for shift, low, high in _edges(row, parts, whole=not unknown):
            for colour, width in ((PAPER, 3.0), (INK, 1.2)):  # a pale rim, so that the line shows on every colour
                ax.hlines(place + shift, 100 * low, 100 * high, color=colour, linewidth=width, zorder=4)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(0, 100)
    ax.grid(visible=False)
    ax.set_xticks(range(0, 101, 50))
    ax.xaxis.set_major_formatter(lambda value, _: words.percent(value / 100, 0))


def _edges(row: dict[str, dict[str, Any]], parts: Sequence[Part], *, whole: bool) -> list[tuple[float, float, float]]:
    """Return where the intervals of the first and the last part lie: off the middle of the bar, from, to.

    Of two parts one is enough: they share an edge. Where a part is hidden, the last one does not stand in its place,
    so its interval is not drawn.
    """
    spans = {
        key: (one["ci_low"], one["ci_high"]) for key, one in row.items()
        if one["estimate"] is not None and None not in (one.get("ci_low"), one.get("ci_high"))
    }  # fmt: skip
    first, last = parts[0].key, parts[-1].key
    found = [(_OFF, *spans[first])] if first in spans else []
    if last in spans and whole and not (found and len(parts) == 2):  # noqa: PLR2004
        low, high = spans[last]
        found.append((-_OFF if found else _OFF, 1 - high, 1 - low))
    return found


def edges_note(meta: Meta, words: Words) -> str:
    """Say what the lines at the edges of bars are."""
    return words.say(
        "The thin lines at the edges of the first and the last part are their {level} confidence intervals; those of "
        "the parts between stand in the table.",
        level=words.percent(meta["confidence"], 0),
    )


def legend(ax: Axes, parts: Sequence[Part], rows: int) -> None:
    """Write what the parts are under axes of so many bars."""
    ax.legend(
        handles=[Patch(color=part.colour, label=part.title) for part in parts], loc="upper left",
        bbox_to_anchor=(-0.01, -0.26 / (_ROW * rows)), ncols=2, fontsize=7.5, handlelength=1.0, columnspacing=1.0,
        borderpad=0, labelspacing=0.3,
    )  # fmt: skip


def grid_of(
    panels: Sequence[Any],
    places: Sequence[Any],
    legend_rows: int,
    *,
    between: float = 0.7,
    right: float = 0.2,
    top: float = 0.65,
) -> tuple[Any, list[Axes], int]:
    """Return a figure with axes for panels of one bar a place, and its number of columns."""
    columns = columns_for(len(panels))
    rows = math.ceil(len(panels) / columns)
    below = 0.4 + 0.17 * legend_rows
    figure, axes = grid(
        rows,
        columns,
        height=_ROW * len(places),
        top=top,
        bottom=below,
        left=1.85,
        right=right,
        gap=(between, below + 0.65),
    )
    for ax in axes[len(panels) :]:
        ax.set_visible(False)
    return figure, axes, columns


def bars_of(
    ax: Axes, mine: pl.DataFrame, places: Sequence[str], parts: Sequence[Part], meta: Meta, words: Words, *, named: bool
) -> None:
    """Draw the bars of one scale: a place a bar, its n in brackets.

    Args:
        ax: Where.
        mine: Published shares of the scale.
        places: Regions, top row first.
        parts: Categories from left to right; the one without a key is what is left over.
        meta: Metadata of the publication.
        words: The reader's language.
        named: Write the titles of the regions.
    """
    rows: list[dict[str, dict[str, Any]]] = []
    labels = []
    for place in places:
        found = {row["category"]: row for row in mine.filter(pl.col("region") == place).iter_rows(named=True)}
        told = [one["estimate"] for one in found.values()]
        if any(part.key == "" for part in parts) and found and None not in told:
            found[""] = {"estimate": max(0.0, 1 - sum(told))}
        elif any(part.key == "" for part in parts) and found:
            found[""] = {"estimate": None}
        rows.append(found)
        size = next((row["n"] for row in found.values() if row.get("n") is not None), None)
        name = region_title(meta, place, words) if named else ""
        labels.append((f"{name} " if name else "") + f"({words.number(size)})")
    stacked(ax, rows, parts, words)
    ax.set_yticks(range(len(labels)), labels, fontsize=8 if named else 7.5)
    for label, place in zip(ax.get_yticklabels(), places, strict=True):
        label.set_fontweight("bold" if place == NETWORK and len(places) > 1 else "normal")
