"""Stacked bars of shares that make up everyone: bands of scales, and children who got better, stayed or got worse."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.coping import headlined
from sujuva.figures.labels import (
    Meta,
    clusters_note,
    informant_title,
    manner,
    region_title,
    scale_title,
    source_line,
    stamp,
)
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture
from sujuva.figures.theme import INK, PAPER, QUIET, columns_for, grid, style
from sujuva.publish import SHOWN, require_published

GOOD_TO_BAD = {
    1: ("#0072b2",),
    2: ("#cfe3f0", "#d55e00"),
    3: ("#cfe3f0", "#f0c9a8", "#d55e00"),
    4: ("#cfe3f0", "#f6e3d3", "#ea9a5e", "#b34700"),
    5: ("#9cc9e3", "#d9e8f2", "#f6e3d3", "#ea9a5e", "#b34700"),
}
"""Colours from the best part to the worst, lightness falling towards what calls for attention."""
_ROW = 0.28
_LEGIBLE = 0.07


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
    """Draw a bar a row; what is hidden is a hatched gap.

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
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(0, 100)
    ax.grid(visible=False)
    ax.set_xticks(range(0, 101, 50))
    ax.xaxis.set_major_formatter(lambda value, _: words.percent(value / 100, 0))


def _legend(ax: Axes, parts: Sequence[Part], rows: int) -> None:
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


def bands(parjaavyys: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> Picture | None:
    """Draw how respondents share out into the bands of each headline scale at the latest year; None without bands.

    Args:
        parjaavyys: Published indicators of coping.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show, in the order of the study.
    """
    order = [key for key in headlined(meta) if meta["scales"][key]["bands"]]
    data = require_published(parjaavyys, "bands").filter(
        pl.col("indicator") == "band_share", pl.col("group") == "all", pl.col("region").is_in(regions),
        pl.col("scale").is_in(order),
    )  # fmt: skip
    if data.is_empty() or data.filter(pl.col("suppressed") == SHOWN).is_empty():
        return None
    data = data.filter(pl.col("wave") == pl.col("wave").max()).sort(
        pl.col("scale").cast(pl.Enum(order)), "informant", pl.col("region").cast(pl.Enum(list(regions)))
    )
    places = [one for one in regions if one in data["region"].unique().to_list()]
    panels = data.select("scale", "informant").unique(maintain_order=True).rows()
    parts = {panel: band_parts(meta, panel[0], panel[1], words) for panel in panels}
    longest = max(len(one) for one in parts.values())
    with style():
        figure, axes, columns = grid_of(panels, places, math.ceil(longest / 2))
        for number, (panel, ax) in enumerate(zip(panels, axes, strict=False)):
            mine = data.filter(pl.col("scale") == panel[0], pl.col("informant") == panel[1])
            bars_of(ax, mine, places, parts[panel], meta, words, named=number % columns == 0)
            ax.set_title(f"{scale_title(meta, panel[0], words)}\n", fontsize=9.5)
            about = informant_title(panel[1], words)
            ax.annotate(
                about, (0, 1), (0, 4), xycoords="axes fraction", textcoords="offset points", fontsize=8, color=QUIET
            )
            _legend(ax, parts[panel], len(places))
    year = data["wave"][0]
    return Picture(
        key="bands",
        title=words.say("Respondents by band in {year}", year=year),
        caption=_bands_caption(data, order, meta, words),
        alt=words.say(
            "Stacked bars of shares by band in {year}. {values}.",
            year=year,
            values=_spoken(data, places[0], meta, words),
        ),
        data=data,
        figure=figure,
        language=words.language,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
    )


def band_parts(meta: Meta, scale: str, informant: str, words: Words) -> list[Part]:
    """Return the bands of a scale from the best to the worst; what no band covers is told as the rest."""
    about = meta["scales"][scale]
    mine = [one for one in about["bands"] if one["informant"] in ("", informant)]
    lows = {one["key"]: min(other["low"] for other in mine if other["key"] == one["key"]) for one in mine}
    ordered = sorted(lows, key=lambda key: lows[key], reverse=about["higher_is_better"])
    titles = {one["key"]: words.of(one["title"], one["key"]) + (" *" if one["unverified"] else "") for one in mine}
    low, high = about["range"]
    covered = sum(one["high"] - one["low"] + 10 ** -about["decimals"] for one in mine)
    if covered >= high - low:
        keys = ordered
    else:  # what no band covers stands where the bands are not
        best = high if about["higher_is_better"] else low
        covers = any(one["low"] <= best <= one["high"] for one in mine)
        keys = [*ordered, ""] if covers else ["", *ordered]
    colours = GOOD_TO_BAD[min(len(keys), max(GOOD_TO_BAD))]
    return [
        Part(key, titles.get(key, words.say("others")), colours[min(place, len(colours) - 1)])
        for place, key in enumerate(keys)
    ]


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


def _bands_caption(data: pl.DataFrame, order: Sequence[str], meta: Meta, words: Words) -> str:
    used = data["scale"].unique().to_list()
    sets = {
        words.of(meta["scales"][key]["instrument_title"]): meta["scales"][key]["norms"] for key in order if key in used
    }
    doubtful = any(band["unverified"] for key in used for band in meta["scales"][key]["bands"])
    parts = [
        words.say(
            "Share of respondents in each band, per cent; n in brackets. Darker: more reason for concern. Bands "
            "describe groups. They are nobody's diagnosis."
        ),
        words.say(
            "Limits of the bands: {sets}.",
            sets=", ".join(f"{title}: {norms}" for title, norms in sets.items() if norms),
        ),
        words.say("* Not verified: the source of these limits has not been read.") if doubtful else "",
        words.say("Intervals stand in the table; regions stand in the order of the study."),
        clusters_note(data.filter(pl.col("suppressed") == SHOWN), words),
    ]
    if data.filter(pl.col("suppressed") != SHOWN).height:
        parts.append(words.say("A hatched part holds bands that are hidden to protect privacy."))
    return " ".join(part for part in parts if part)


def _spoken(data: pl.DataFrame, region: str, meta: Meta, words: Words) -> str:
    said = []
    for row in data.filter(pl.col("region") == region, pl.col("estimate").is_not_null()).iter_rows(named=True):
        titles = {one["key"]: words.of(one["title"], one["key"]) for one in meta["scales"][row["scale"]]["bands"]}
        share = words.value(row["estimate"], manner(meta, row))
        said.append(f"{scale_title(meta, row['scale'], words)}, {titles.get(row['category'], '')} {share}")
    return f"{region_title(meta, region, words)}: {'; '.join(said)}"


__all__ = ["Part", "band_parts", "bands", "bars_of", "grid_of", "stacked"]
