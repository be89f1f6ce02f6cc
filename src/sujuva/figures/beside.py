"""Integration beside coping, by municipality: two numbers with their intervals, and what they cannot tell."""

from __future__ import annotations

from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.casework import way
from sujuva.figures.framing import framed
from sujuva.figures.labels import Meta, region_title, scale_title
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture
from sujuva.figures.theme import COLOURS, INK, MARKERS, grid, style
from sujuva.published import SHOWN, require_published

_NUMBERS = ("coping", "coping_low", "coping_high", "integration", "integration_low", "integration_high")
MOST_LABELS = 24
"""With more points than this, names would hide the points."""


def municipality_title(meta: Meta, region: str, code: str) -> str:
    """Return the name of a municipality of a region; the code where nobody knows it."""
    known = meta["regions"].get(region, {}).get("municipalities", {})
    return str(known.get(code) or meta["areas"].get("names", {}).get(code, code))


def beside_rows(frame: pl.DataFrame, meta: Meta, *, region: str) -> pl.DataFrame:
    """Return the published municipalities of a region (of every region for the network), with their names.

    Args:
        frame: Published beside.
        meta: Metadata of the publication.
        region: Region, or "network".
    """
    mine = require_published(frame, "beside").filter((pl.col("region") == region) | pl.lit(region == NETWORK))
    mine = mine.filter(pl.col("region").is_in(list(meta["regions"])))
    names = [municipality_title(meta, *pair) for pair in mine.select("region", "municipality").iter_rows()]
    return mine.with_columns(name=pl.Series(names, dtype=pl.String)).sort(
        pl.col("region").cast(pl.Enum(list(meta["regions"]))), "name"
    )


def beside(frame: pl.DataFrame, meta: Meta, words: Words, *, region: str) -> Picture | None:
    """Draw a point for each municipality; None where fewer than two can be shown.

    Args:
        frame: Published beside: region, municipality, coping, integration, their ends, persons, families, suppressed.
        meta: Metadata of the publication.
        words: The reader's language.
        region: Region, or "network".
    """
    data = beside_rows(frame, meta, region=region)
    shown = data.filter(pl.col("suppressed") == SHOWN).drop_nulls(["coping", "integration"])
    if shown.height < 2:  # noqa: PLR2004 - one point compares nothing
        return None
    about = meta.get("integration", {})
    scale = str(about.get("beside_scale", ""))
    places = [one for one in meta["regions"] if one in shown["region"].unique().to_list()]
    with style():
        figure, axes = grid(1, 1, height=4.4, top=0.55 if len(places) > 1 else 0.2, bottom=0.6, left=0.8, right=0.4)
        ax = axes[0]
        for number, place in enumerate(places):
            mine = shown.filter(pl.col("region") == place)
            colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
            for row in mine.iter_rows(named=True):
                _lines(ax, row, colour)
            ax.scatter(mine["integration"].to_list(), mine["coping"].to_list(), s=38, color=colour, marker=marker,
                       edgecolor="white", linewidth=0.8, zorder=3)  # fmt: skip
        ax.margins(0.06)
        ax.autoscale_view()
        if shown.height <= MOST_LABELS:
            _names(ax, shown)
        ax.set_xlabel(met_axis(meta, words))
        ax.set_ylabel(coping_axis(meta, words))
        ax.xaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
        known = meta["scales"].get(scale, {}).get("shown", {})
        ax.yaxis.set_major_formatter(lambda value, _: words.tick(value, known))
        ax.locator_params(axis="both", nbins=6)
        ax.grid(visible=True, axis="both")
        if len(places) > 1:
            handles = [
                Line2D([], [], linestyle="none", marker=MARKERS[number % len(MARKERS)], markersize=7,
                       color=COLOURS[number % len(COLOURS)], label=region_title(meta, place, words))
                for number, place in enumerate(places)
            ]  # fmt: skip
            figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.005, 1.0), ncols=4, handletextpad=0.2)
    name = region_title(meta, region, words)
    said = "; ".join(
        f"{row['name']} {words.percent(row['integration'], 0)}, {words.number(row['coping'], 2)}"
        for row in shown.head(12).iter_rows(named=True)
    )
    return framed(
        figure, data, meta, words,
        key="beside",
        title=words.say("Integration beside coping, by municipality"),
        caption=[
            words.say(
                "Each mark is a municipality; the thin lines are the {level} confidence intervals of both numbers.",
                level=words.percent(meta["confidence"], 0),
            ),
            words.say(
                "This picture cannot show that one thing leads to the other. What holds between municipalities need "
                "not hold for any family in them (ecological fallacy); municipalities differ in much else, such as "
                "size, income and distances (confounding); they are few, so a pattern may be chance; and those who "
                "answered are mostly not the families who met services."
            ),
            words.say("No line is drawn through the marks, on purpose."),
            words.say(
                "Where a municipality has answers from few schools or services, the interval of its mean is wide or "
                "missing."
            ),
            words.say("Municipalities are left out where too few families or persons stand behind a number.")
            if data.height > shown.height
            else "",
        ],
        alt=words.say(
            "Scatter of municipalities in {region}. Across: {met}. Up: {coping}. {values}.", region=name,
            met=met_axis(meta, words), coping=coping_axis(meta, words), values=said,
        ),
        place=name,
    )  # fmt: skip


def met_axis(meta: Meta, words: Words) -> str:
    """Return what the number of integration is: the share within so many days."""
    days = meta.get("integration", {}).get("beside_days") or max(meta["delay_days"], default=14)
    return way(meta, words).within.format(n=days)


def coping_axis(meta: Meta, words: Words) -> str:
    """Return what the number of coping is: the mean of a scale, between its ends."""
    scale = str(meta.get("integration", {}).get("beside_scale") or "")
    if not scale:
        return words.say("Coping")
    ends = meta["scales"].get(scale, {}).get("range")
    if not ends:
        return words.say("{scale} (mean)", scale=scale_title(meta, scale, words))
    return words.say("{scale} (mean, {span})", scale=scale_title(meta, scale, words), span=words.span(*ends))


def _lines(ax: Axes, row: dict[str, Any], colour: str) -> None:
    if None not in (row["integration_low"], row["integration_high"]):
        ax.hlines(row["coping"], row["integration_low"], row["integration_high"], color=colour, linewidth=0.7,
                  alpha=0.6, zorder=1)  # fmt: skip
    if None not in (row["coping_low"], row["coping_high"]):
        ax.vlines(row["integration"], row["coping_low"], row["coping_high"], color=colour, linewidth=0.7, alpha=0.6,
                  zorder=1)  # fmt: skip


def _names(ax: Axes, shown: pl.DataFrame) -> None:
    """Write the names, each at the first of its corners where it hides no mark and no other name."""
    places = [(row["name"], row["integration"], row["coping"]) for row in shown.iter_rows(named=True)]
    at = {name: tuple(ax.transLimits.transform((x, y))) for name, x, y in places}
    taken = [(x - 0.008, y - 0.013, x + 0.008, y + 0.013) for x, y in at.values()]
    for name, x, y in places:
        left, low = at[name]
        boxes = [(_box(left, low, len(name), side, edge), side, edge) for side, edge in _CORNERS]
        box, side, edge = next((one for one in boxes if not any(_meet(one[0], other) for other in taken)), boxes[0])
        taken.append(box)
        ax.annotate(
            name, (x, y), (5 * side, 4 * edge), textcoords="offset points", fontsize=7.5, color=INK,
            ha="left" if side > 0 else "right", va="bottom" if edge > 0 else "top", zorder=4,
        )  # fmt: skip


_CORNERS = ((1, 1), (1, -1), (-1, 1), (-1, -1), (1, 4), (1, -4), (-1, 4), (-1, -4))
"""Sides on which a name may stand, and how far: right or left, above or below."""


def _box(x: float, y: float, letters: int, side: int, edge: int) -> tuple[float, float, float, float]:
    """Return where a name would stand, in parts of the axes."""
    wide, tall, step = 0.0078 * letters, 0.03, 0.013
    left = x + 0.009 if side > 0 else x - 0.009 - wide
    low = y + step * edge if edge > 0 else y + step * edge - tall
    return left, low, left + wide, low + tall


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
