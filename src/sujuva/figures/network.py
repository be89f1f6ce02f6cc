"""The network of organisations of one region: the same places in every wave, so that only the ties change."""

from __future__ import annotations

import math
import textwrap

import polars as pl
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from sujuva.figures.core import core_of, core_words
from sujuva.figures.depth import depth_title
from sujuva.figures.labels import Meta, region_title, relation_title, sector_title, source_line, stamp
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture
from sujuva.figures.theme import COLOURS, INK, QUIET, WIDTH, grid, style
from sujuva.published import SHOWN, require_published

_ROW = 0.2
_HEIGHTS = {1: 4.6, 2: 3.8}
"""Inches of a panel where there are few years: a single drawing has room to be larger."""
# Shapes whose middle is narrow need more room for the number, and triangles a lower or higher one.
_SHAPES = {
    "o": (200, 0.0),
    "s": (190, 0.0),
    "^": (380, -0.02),
    "D": (190, 0.0),
    "v": (380, 0.02),
    "p": (270, -0.004),
    "h": (240, 0.0),
    "8": (230, 0.0),
}
_TIES = {1: "#c3cad1", 2: "#b3bcc5", 3: "#7d8994", 4: "#3d4853"}
_COLUMNS = 3
_KEYS = 4
"""Entries of a legend that fit on a line."""
_NAME = 42
"""Letters of a name that fit into a column of the key."""
TIE = "tie"
"""Kind of a relation that is drawn as lines."""


def networks(
    nodes: pl.DataFrame,
    edges: pl.DataFrame,
    meta: Meta,
    words: Words,
    *,
    region: str,
    actors: pl.DataFrame | None = None,
    integration: pl.DataFrame | None = None,
) -> list[Picture]:
    """Draw a picture for each relation of the region; none where it has no network to show.

    Args:
        nodes: Published places of organisations.
        edges: Published ties.
        meta: Metadata of the publication.
        words: The reader's language.
        region: The region.
        actors: Published measures of organisations, of which `core` is marked where it is the only one that fits best.
        integration: Published indicators, for how well a core fits at all.
    """
    require_published(nodes, "network")
    require_published(edges, "network")
    mine = edges.filter(pl.col("region") == region, pl.col("suppressed") == SHOWN, pl.col("observed") > 0)
    mine = mine.filter(pl.col("relation").is_in(ties_of(mine, meta)))
    relations = mine["relation"].unique().sort().to_list()
    return [
        _picture(
            nodes,
            mine.filter(pl.col("relation") == one),
            meta,
            words,
            region,
            one,
            core_of(actors, region, one),
            core_words(actors, integration, region, one, words),
        )
        for one in relations
    ]


def ties_of(edges: pl.DataFrame, meta: Meta) -> list[str]:
    """Return the relations that are ties: ratings of value and trust are no lines between organisations."""
    kinds = {key: one.get("kind", TIE) for key, one in meta.get("relations", {}).items() if isinstance(one, dict)}
    return [one for one in edges["relation"].unique().to_list() if kinds.get(one, TIE) == TIE]


def actor_list(nodes: pl.DataFrame, meta: Meta, words: Words, *, region: str) -> pl.DataFrame:
    """Number the organisations of a region, sector by sector: the numbers stand in the picture.

    Returns:
        number, name (without the region's own name in brackets), sector, sector_title, organisation, x, y, suppressed.
    """
    order = {key: place for place, key in enumerate(meta["sectors"])}
    title = region_title(meta, region, Words("fi"))
    return (
        nodes.filter(pl.col("region") == region, pl.col("suppressed") == SHOWN)
        .with_columns(
            name=pl.col("name").str.replace(f" ({title})", "", literal=True),
            place=pl.col("sector").replace_strict(order, default=len(order), return_dtype=pl.Int32),
            sector_title=pl.col("sector").map_elements(
                lambda key: sector_title(meta, key, words), return_dtype=pl.String
            ),
        )
        .sort("place", "name", "organisation")
        .with_row_index("number", offset=1)
        .select("number", "name", "sector", "sector_title", "organisation", "x", "y", "suppressed")
    )


def _picture(
    nodes: pl.DataFrame, edges: pl.DataFrame, meta: Meta, words: Words, region: str, relation: str,
    core: set[tuple[int, str]], of_core: str,
) -> Picture:  # fmt: skip
    actors = actor_list(nodes, meta, words, region=region)
    waves = sorted(edges["wave"].unique().to_list())
    sectors = actors["sector"].unique(maintain_order=True).to_list()
    key_rows = math.ceil(actors.height / _COLUMNS)
    looks = {
        key: (
            COLOURS[list(meta["sectors"]).index(key) % len(COLOURS)] if key in meta["sectors"] else QUIET,
            list(_SHAPES)[number % len(_SHAPES)],
        )
        for number, key in enumerate(sectors)
    }
    strengths = edges["observed"].unique().sort().to_list()
    with style():
        height = min(_HEIGHTS.get(len(waves), 2.9), (WIDTH - 0.3) / max(len(waves), 1))
        legend = 0.3 + 0.22 * math.ceil(len(sectors) / _KEYS)
        lines = math.ceil((len(strengths) + bool(core)) / _KEYS)
        figure, axes = grid(
            1,
            max(len(waves), 1),
            height=height,
            top=legend + 0.23 + 0.22 * max(lines, 1),
            bottom=0.25 + _ROW * key_rows,
            left=0.15,
            gap=(0.15, 0),
        )
        for wave, ax in zip(waves, axes, strict=False):
            _draw(ax, actors, edges.filter(pl.col("wave") == wave), looks, {one for year, one in core if year == wave})
            ties = edges.filter(pl.col("wave") == wave).height
            ax.set_title(f"{wave}: " + words.say("{n} ties", n=words.number(ties)), loc="center")
        handles = [
            Line2D(
                [],
                [],
                color=looks[key][0],
                marker=looks[key][1],
                linestyle="none",
                markersize=8,
                label=sector_title(meta, key, words),
            )
            for key in sectors
        ]
        figure.legend(
            handles=handles,
            loc="upper left",
            bbox_to_anchor=(0.005, 1.0),
            ncols=_KEYS,
            handletextpad=0.2,
            columnspacing=1.2,
        )
        widths = [
            Line2D(
                [], [], color=_TIES.get(one, INK), linewidth=_width(one), label=_strength(one, relation, meta, words)
            )
            for one in strengths
        ]
        if core:
            widths.append(_ring(words.say("in the core")))
        total = figure.get_size_inches()[1]
        figure.legend(
            handles=widths,
            loc="upper left",
            bbox_to_anchor=(0.005, 1.0 - (legend - 0.12) / total),
            ncols=_KEYS,
            handlelength=2.5,
            columnspacing=1.6,
        )
        for number, row in enumerate(actors.iter_rows(named=True)):
            column, line = divmod(number, key_rows)
            figure.text(
                0.015 + column * 0.333,
                (0.12 + _ROW * (key_rows - line - 1)) / total,
                f"{row['number']}  {textwrap.shorten(row['name'], _NAME, placeholder='…')}",
                fontsize=8.5,
                color=INK,
            )
    name = region_title(meta, region, words)
    counts = [edges.filter(pl.col("wave") == wave).height for wave in waves]
    titles = actors.select("organisation", "name")
    data = (
        edges.join(titles.rename({"organisation": "source", "name": "source_name"}), on="source", how="left")
        .join(titles.rename({"organisation": "target", "name": "target_name"}), on="target", how="left")
        .select("wave", "relation", "source_name", "target_name", "observed", "suppressed")
        .sort("wave", "source_name", "target_name")
    )
    return Picture(
        key=f"network-{relation}".replace("_", "-"),
        title=words.say("Who works with whom: {relation}", relation=relation_title(relation, words, meta).lower()),
        caption=words.say(
            "Each mark is an organisation and stays in its place; a line is a tie, and a thicker line "
            "a stronger one. Colour and shape tell the sector, the number leads to the name below. "
            "Only ties strong enough to count are drawn."
        )
        + (
            "\n"
            + words.say(
                "A ring marks the core: organisations that work with each other and with the rest, as far as a network "
                "falls into core and edge at all. The edge is not less worth, and a place says nothing of quality."
            )
            if core
            else ""
        )
        + (f"\n{of_core}" if of_core else ""),
        alt=words.say(
            "Network drawings of {region}: {actors} organisations; ties by year: {ties}.",
            region=name,
            actors=actors.height,
            ties=", ".join(f"{wave}: {count}" for wave, count in zip(waves, counts, strict=True)),
        ),
        data=data,
        figure=figure,
        language=words.language,
        place=name,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
    )


def _width(observed: float) -> float:
    return 0.35 + 0.45 * max(float(observed) - 1, 0)


def _strength(observed: int, relation: str, meta: Meta, words: Words) -> str:
    """Return what a rating means, where the relation is rated on the steps of HSIM, 0–4; else the number."""
    told = meta.get("relations", {}).get(relation)
    if isinstance(told, dict) and list(told.get("range") or []) == [0, 4] and 0 <= observed <= 4:  # noqa: PLR2004
        return f"{observed} {depth_title(observed, words)}"
    return words.say("strength {n}", n=observed)


def _ring(label: str) -> Line2D:
    return Line2D(
        [], [], linestyle="none", marker="o", markersize=11, markerfacecolor="none", markeredgecolor=INK,
        markeredgewidth=1.3, label=label,
    )  # fmt: skip


def _draw(
    ax: Axes, actors: pl.DataFrame, edges: pl.DataFrame, looks: dict[str, tuple[str, str]], core: set[str]
) -> None:
    places = {row["organisation"]: (row["x"], row["y"]) for row in actors.iter_rows(named=True)}
    pairs: dict[tuple[str, str], int] = {}
    for source, target, observed in edges.select("source", "target", "observed").iter_rows():
        pair = (min(source, target), max(source, target))
        pairs[pair] = max(pairs.get(pair, 0), observed)
    known = [
        (pair, observed)
        for pair, observed in sorted(pairs.items(), key=lambda item: (item[1], item[0]))
        if pair[0] in places and pair[1] in places
    ]
    ax.add_collection(
        LineCollection(
            [[places[a], places[b]] for (a, b), _ in known],
            linewidths=[_width(one) for _, one in known],
            colors=[_TIES.get(one, INK) for _, one in known],
            zorder=1,
        )
    )
    ringed = [places[one] for one in sorted(core) if one in places]
    if ringed:
        ax.scatter(
            [x for x, _ in ringed],
            [y for _, y in ringed],
            s=520,
            facecolor="white",
            edgecolor=INK,
            linewidth=1.3,
            zorder=1.5,
            clip_on=False,
        )
    for sector, (colour, marker) in looks.items():
        mine = actors.filter(pl.col("sector") == sector)
        ax.scatter(
            mine["x"].to_list(),
            mine["y"].to_list(),
            s=_SHAPES[marker][0],
            color=colour,
            marker=marker,
            edgecolor="white",
            linewidth=1,
            zorder=2,
            clip_on=False,
        )
    for row in actors.iter_rows(named=True):
        ax.text(
            row["x"],
            row["y"] + _SHAPES[looks[row["sector"]][1]][1],
            str(row["number"]),
            color="white",
            ha="center",
            va="center_baseline",
            fontsize=7.5,
            fontweight="bold",
            zorder=3,
        )
    ax.set_axis_off()
    ax.margins(0.13)
    ax.set_aspect("equal", adjustable="datalim")
