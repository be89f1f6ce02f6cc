"""Public statistics of the areas: a small panel for each, the region in colour, the others behind it."""

from __future__ import annotations

import math
import textwrap

import polars as pl
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sujuva.codebooks.regions import COUNTRY, NETWORK
from sujuva.figures.labels import Meta, region_title, source_line, stamp
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture
from sujuva.figures.rows import MOST_LINES, dot_rows, row_height
from sujuva.figures.theme import COLOURS, MARKERS, QUIET, columns_for, grid, style
from sujuva.published import SHOWN, require_published

_MOST = 6
_NARROW = 3  # columns beside each other


def areas(situation: pl.DataFrame, meta: Meta, words: Words, *, region: str) -> Picture | None:
    """Draw the public statistics of a region over the years; None where there are none.

    Args:
        situation: Published statistics of areas.
        meta: Metadata of the publication.
        words: The reader's language.
        region: Region; "network" shows every region of the study.
    """
    require_published(situation, "area statistics")
    shown = situation.filter(pl.col("category") == "total", pl.col("region").is_in([*meta["regions"], COUNTRY]))
    mine = shown if region == NETWORK else shown.filter(pl.col("region") == region)
    # Shares and rates only: absolute numbers of areas of different sizes do not share an axis.
    rates = mine.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null()).filter(
        pl.col("estimate").ne_missing(pl.col("n").cast(pl.Float64))
    )
    scales = rates["scale"].unique().sort().to_list()[:_MOST]
    if not scales:
        return None
    data = shown.filter(pl.col("scale").is_in(scales)).sort("scale", "region", "wave")
    columns = columns_for(len(scales))
    rows = math.ceil(len(scales) / columns)
    keys = [key for key in meta["regions"] if key in data["region"].unique().to_list()]
    with style():
        many = region == NETWORK and len(keys) > MOST_LINES
        titles = {key: region_title(meta, key, words) for key in keys} | {COUNTRY: words.say("Whole country")}
        if many:
            height = row_height(list(titles))
            figure, axes = grid(rows, columns, height=height, top=0.95, bottom=0.35, left=1.75, gap=(0.3, 0.95))
        else:
            figure, axes = grid(rows, columns, height=1.6, top=0.95, bottom=0.35, left=0.5, gap=(0.5, 0.95))
        for number, (scale, ax) in enumerate(zip(scales, axes, strict=False)):
            part = data.filter(pl.col("scale") == scale)
            if many:
                _rows(ax, part, titles, words, labelled=number % columns == 0)
            else:
                _panel(ax, part, region, keys, words)
            ax.set_title(
                "\n".join(textwrap.wrap(_statistic(meta, scale), 38 if many or columns == _NARROW else 60)),
                fontsize=8.5,
            )
        for ax in axes[len(scales) :]:
            ax.set_visible(False)
        handles = axes[0].get_legend_handles_labels()[0] if many else _handles(data, meta, region, keys, words)
        figure.legend(
            handles=handles,
            loc="upper left",
            bbox_to_anchor=(0.005, 1.0),
            ncols=min(5, len(handles)),
            handlelength=3,
            columnspacing=1.6,
        )
    last = int(data["wave"].max())  # type: ignore[arg-type]
    said = [
        f"{_statistic(meta, scale)}: {words.number(value, 1)}"
        for scale, value in data.filter(
            pl.col("region") == (COUNTRY if region == NETWORK else region),
            pl.col("wave") == last,
            pl.col("suppressed") == SHOWN,
        )
        .select("scale", "estimate")
        .iter_rows()
    ]
    return Picture(
        key="areas",
        title=words.say("The situation in the area: public statistics"),
        caption=words.say(
            "As published by their producers. The axis does not start from zero, so small changes "
            "look large: read the numbers. Statistics describe everyone who lives in the area, not "
            "those whom the work has reached."
        ),
        alt=words.say(
            "Line charts of public statistics. {year}, {region}: {values}.",
            year=last,
            region=words.say("Whole country") if region == NETWORK else region_title(meta, region, words),
            values="; ".join(said),
        ),
        data=data,
        figure=figure,
        language=words.language,
        place=region_title(meta, region, words),
        source=source_line(meta, words),
        stamp=stamp(meta, words),
    )


def _statistic(meta: Meta, scale: str) -> str:
    return str(meta["areas"].get("titles", {}).get(scale, scale))


def _handles(data: pl.DataFrame, meta: Meta, region: str, keys: list[str], words: Words) -> list[Line2D]:
    mine = keys if region == NETWORK else [region]
    handles = [_handle(key, region, keys, region_title(meta, key, words)) for key in mine]
    if region != NETWORK and len(keys) > 1:
        others = words.say("other regions of the study")
        handles.append(Line2D([], [], color="#b5bec7", linewidth=1.2, label=others))
    if COUNTRY in data["region"].unique().to_list():
        country = words.say("Whole country")
        handles.append(Line2D([], [], color=QUIET, linewidth=1.6, linestyle=(0, (4, 2)), label=country))
    return handles


def _rows(ax: Axes, part: pl.DataFrame, titles: dict[str, str], words: Words, *, labelled: bool) -> None:
    shown = part.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    dot_rows(ax, shown, titles, part["wave"].unique().sort().to_list(), labelled=labelled)
    ax.locator_params(axis="x", nbins=5)
    ax.xaxis.set_major_formatter(lambda value, _: words.tick(value, {}))


def _handle(key: str, region: str, keys: list[str], label: str) -> Line2D:
    number = keys.index(key) if region == NETWORK and key in keys else 0
    return Line2D(
        [], [], color=COLOURS[number % len(COLOURS)], marker=MARKERS[number % len(MARKERS)], linewidth=1.8, label=label
    )


def _panel(ax: Axes, part: pl.DataFrame, region: str, keys: list[str], words: Words) -> None:
    years = part["wave"].unique().sort().to_list()
    shown = part.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    for key in [COUNTRY, *(one for one in keys if one != region), *([region] if region != NETWORK else [])]:
        mine = shown.filter(pl.col("region") == key).sort("wave")
        x, y = mine["wave"].to_list(), mine["estimate"].to_list()
        if key == COUNTRY:
            lone = "d" if len(x) == 1 else None  # one year alone makes no line
            ax.plot(x, y, color=QUIET, linewidth=1.6, linestyle=(0, (4, 2)), marker=lone, markersize=5, zorder=2)
        elif region in (NETWORK, key):
            number = keys.index(key) if region == NETWORK else 0
            ax.plot(
                x,
                y,
                color=COLOURS[number % len(COLOURS)],
                marker=MARKERS[number % len(MARKERS)],
                markersize=5,
                markeredgecolor="white",
                zorder=4,
            )
        else:
            ax.plot(x, y, color="#b5bec7", linewidth=1.1, zorder=1)
    ax.set_xticks(years if len(years) <= _MOST else years[:: math.ceil(len(years) / _MOST)])
    ax.set_xlim(years[0] - 0.3, years[-1] + 0.3)
    ax.locator_params(axis="y", nbins=4)
    ax.yaxis.set_major_formatter(lambda value, _: words.tick(value, {}))
