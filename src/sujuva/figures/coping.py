"""How children and families cope: means by region and wave with intervals, one small figure a scale."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import polars as pl
import seaborn as sns
from matplotlib.axes import Axes

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.labels import (
    Meta,
    clusters_note,
    direction,
    environment_title,
    hidden_note,
    informant_title,
    level_note,
    manner,
    region_title,
    scale_title,
    source_line,
    stamp,
)
from sujuva.figures.language import Words
from sujuva.figures.nobody import somebody
from sujuva.figures.picture import Picture
from sujuva.figures.rows import MOST_LINES, dot_rows, row_height
from sujuva.figures.theme import COLOURS, DASHES, MARKERS, QUIET, columns_for, grid, style
from sujuva.published import SHOWN, require_published

_LEAST_PART = 3
INDEX = "parjaavyys_index"
"""The index of coping among the scales."""
HOBBIES = ("single_hobby", "single_wants_hobby")
"""Scales that the figure of hobbies shows."""


def headline_means(parjaavyys: pl.DataFrame, meta: Meta) -> pl.DataFrame:
    """Return the mean scores of everyone on scales that are no part of a larger one, in the order of figures."""
    frame = require_published(parjaavyys, "mean scores")
    wanted = headlined(meta) or frame["scale"].unique().to_list()
    means = frame.filter(pl.col("indicator") == "score_mean", pl.col("group") == "all", pl.col("scale").is_in(wanted))
    ranks = {key: rank for rank, key in enumerate(wanted)}
    return (
        means.with_columns(rank=pl.col("scale").replace_strict(ranks, return_dtype=pl.Int32))
        .sort("rank", "informant", "region", "wave")
        .drop("rank")
    )


def headlined(meta: Meta) -> list[str]:
    """Return the scales that figures show, in their order: the index first, its parts and the hobbies left out.

    Scales of 0 and 1 about hobbies have a figure of their own; the parts of the index stand in the tables.
    """
    scales = meta["scales"]
    parts = {name.split("@")[0] for some in scales.get(INDEX, {}).get("parts", {}).values() for name in some}
    wanted = [key for key, one in scales.items() if one["headline"] and key not in parts | set(HOBBIES)]
    return sorted(wanted, key=lambda key: (key != INDEX, scales[key]["instrument"], scales[key]["order"]))


def coping(parjaavyys: pl.DataFrame, meta: Meta, words: Words, *, regions: list[str]) -> Picture | None:
    """Draw mean scores by region and wave with their intervals, a panel for each scale and informant.

    Only scales that somebody in the regions (other than the network) has are drawn, and only regions that have some;
    None where nothing is left.

    Args:
        parjaavyys: Published indicators of coping.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show, the most important first; "network" stands for all together.
    """
    means = headline_means(parjaavyys, meta).filter(pl.col("region").is_in(regions))
    own = means.filter(somebody(), (pl.col("region") != NETWORK) | (pl.lit(regions == [NETWORK])))
    own = own.select("scale", "informant")
    data = means.join(own.unique(), on=["scale", "informant"], how="semi", maintain_order="left")
    regions = [one for one in regions if one in data["region"].unique()]
    if not regions:
        return None
    panels = data.select("scale", "informant").unique(maintain_order=True).rows()
    many = len(regions) > MOST_LINES
    columns = columns_for(len(panels))
    rows = math.ceil(len(panels) / columns)
    with style():
        if many:
            figure, axes = grid(
                rows, columns, height=row_height(regions), top=0.95, bottom=0.4, left=1.75, gap=(0.3, 1.0)
            )
        else:
            figure, axes = grid(rows, columns, height=1.85, top=1.0, bottom=0.5, left=0.45, gap=(0.5, 1.2))
        for number, ((scale, informant), ax) in enumerate(zip(panels, axes, strict=False)):
            part = data.filter(pl.col("scale") == scale, pl.col("informant") == informant)
            if many:
                _rows(ax, part, meta, words, regions, labelled=number % columns == 0)
            else:
                _lines(ax, part, meta, words, regions)
            ax.set_title(f"{scale_title(meta, scale, words)}\n\n", fontsize=9.5)
            whole = _whole(meta, scale, words)
            reading = ", ".join(one for one in (direction(meta, scale, words), whole) if one)
            about = "\n".join(one for one in (informant_title(informant, words), reading) if one)
            ax.annotate(
                about, (0, 1), (0, 5), xycoords="axes fraction", textcoords="offset points", fontsize=8, color=QUIET
            )
        for ax in axes[len(panels) :]:
            ax.set_visible(False)
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(
            handles,
            labels,
            loc="upper left",
            bbox_to_anchor=(0.005, 1.0),
            ncols=min(len(labels), 5),
            handlelength=3.2,
            columnspacing=1.6,
        )
    return Picture(
        key="coping",
        title=words.say("How children and young people cope"),
        caption=_caption(meta, words, regions, data),
        alt=_alt(data, meta, words, regions),
        data=data,
        figure=figure,
        language=words.language,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
        warning=clusters_note(data.filter(pl.col("suppressed") == SHOWN), words),
    )


def _whole(meta: Meta, scale: str, words: Words) -> str:
    """Say how far the scale of a panel reaches: only a part of it is drawn."""
    known = meta["scales"].get(scale)
    if not known:
        return ""
    span = words.span(*known["range"], percent=known["shown"]["percent"])
    return words.say("scale {span}", span=span)


def _manner(meta: Meta, part: pl.DataFrame) -> Mapping[str, Any]:
    return manner(meta, part.row(0, named=True))


def _lines(ax: Axes, part: pl.DataFrame, meta: Meta, words: Words, regions: list[str]) -> None:
    waves = sorted(part["wave"].unique().to_list())
    places = {wave: place for place, wave in enumerate(waves)}
    shift = 0.09
    for number, region in enumerate(regions):
        mine = part.filter(pl.col("region") == region, pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
        network = region == NETWORK and len(regions) > 1
        colour = QUIET if network else COLOURS[number % len(COLOURS)]
        x = [places[wave] + shift * (number - (len(regions) - 1) / 2) for wave in mine["wave"].to_list()]
        y = mine["estimate"].to_list()
        label = region_title(meta, region, words)
        marker = "d" if network else MARKERS[number % len(MARKERS)]
        # seaborn draws nothing for no points, and the legend would lose the region
        sns.lineplot(
            x=x or [math.nan],
            y=y or [math.nan],
            ax=ax,
            color=colour,
            marker=marker,
            markersize=6,
            estimator=None,
            errorbar=None,
            linestyle=(0, (1.5, 1.2)) if network else DASHES[number % len(DASHES)],
            label=label,
            legend=False,
            markeredgecolor="white",
            linewidth=1.7,
        )
        ax.vlines(x, mine["ci_low"].to_list(), mine["ci_high"].to_list(), color=colour, linewidth=1.3)
    low, high = window(meta, part)
    ax.set_ylim(low, high)
    ax.set_xlim(-0.35, len(waves) - 0.65)
    counts = dict(part.filter(pl.col("region") == regions[0]).select("wave", "n").iter_rows())
    single = len([one for one in regions if one != NETWORK]) <= 1
    ax.set_xticks(
        range(len(waves)), [f"{wave}\nn = {words.number(counts.get(wave))}" if single else str(wave) for wave in waves]
    )
    ax.set_xlabel("")
    ax.set_ylabel("")
    ax.locator_params(axis="y", nbins=5)
    shown = _manner(meta, part)
    ax.yaxis.set_major_formatter(lambda value, _: words.tick(value, shown))


def _rows(ax: Axes, part: pl.DataFrame, meta: Meta, words: Words, regions: list[str], *, labelled: bool) -> None:
    shown = part.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    titles = {one: region_title(meta, one, words) for one in regions}
    dot_rows(ax, shown, titles, sorted(part["wave"].unique().to_list()), labelled=labelled)
    ax.set_xlim(*window(meta, part))
    ax.locator_params(axis="x", nbins=5)
    about = _manner(meta, part)
    ax.xaxis.set_major_formatter(lambda value, _: words.tick(value, about))


def window(meta: Meta, part: pl.DataFrame) -> tuple[float, float]:
    """Return the part of a scale that a panel shows: the intervals with room, at least a third of the scale.

    The whole range would flatten every difference, the intervals alone would blow each of them up.
    """
    ends = part.select(
        low=pl.min_horizontal("estimate", "ci_low").min(), high=pl.max_horizontal("estimate", "ci_high").max()
    ).row(0)
    known = meta["scales"].get(part["scale"][0], {}).get("range") if part.height else None
    if ends[0] is None:
        return (float(known[0]), float(known[1])) if known else (0.0, 1.0)
    low, high = float(ends[0]), float(ends[1])
    bottom, top = (float(known[0]), float(known[1])) if known else (low - 1.0, high + 1.0)
    width = min(max((top - bottom) / _LEAST_PART, 1.3 * (high - low)), top - bottom)
    start = min(max((low + high - width) / 2, bottom), top - width)
    return start, start + width


def _caption(meta: Meta, words: Words, regions: list[str], data: pl.DataFrame) -> str:
    level = words.percent(meta["confidence"], 0)
    parts = [
        words.say("Mean scores by year. Only a part of each scale is drawn; its whole range stands above the panel."),
        words.say(
            "The vertical line is the {level} confidence interval: how far the mean could move by chance alone.",
            level=level,
        )
        if len(regions) <= MOST_LINES
        else words.say(
            "The horizontal line is the {level} confidence interval: how far the mean could move by chance alone.",
            level=level,
        ),
        words.say(
            "A change between years is not by itself an effect of the work: those who answer differ, "
            "there is no control group, and extreme results tend to even out by themselves "
            "(regression to the mean)."
        ),
    ]
    if len(regions) > 2:  # noqa: PLR2004
        parts.append(level_note(meta, words))
    if data.filter(pl.col("suppressed") != SHOWN).height:
        parts.append(hidden_note(meta, words))
    if INDEX in data["scale"].unique().to_list():
        parts.append(index_note(meta, words))
    return "\n".join(part for part in parts if part)


def index_note(meta: Meta, words: Words) -> str:
    """Say what the index of coping is made of; nothing where there is none."""
    about = meta["scales"].get(INDEX)
    if not about:
        return ""
    said = []
    for place, some in about["parts"].items():
        named = [
            f"{scale_title(meta, name.split('@')[0], words)} × {words.tick(weight, {})}"
            for name, weight in some.items()
        ]
        said.append(f"{environment_title(place, words).lower()} ({' + '.join(named)})")
    return words.say(
        "The index (0–100) is this project's own and has no norms: each part is put on 0–100 of its scale, turned so "
        "that more is better, and averaged by weight over {parts}; a person needs at least {least} of these.",
        parts=words.listed(said),
        least=about["min_parts"],
    )


def _alt(data: pl.DataFrame, meta: Meta, words: Words, regions: list[str]) -> str:
    region = regions[0]
    said = []
    mine = data.filter(pl.col("region") == region, pl.col("estimate").is_not_null())
    for (scale, _), part in mine.group_by("scale", "informant", maintain_order=True):
        first, last = part.row(0, named=True), part.row(-1, named=True)
        shown = manner(meta, last)
        name = scale_title(meta, str(scale), words)
        if first["wave"] == last["wave"]:
            said.append(f"{name} {words.value(last['estimate'], shown)} ({last['wave']})")
        else:
            said.append(
                f"{name} {words.value(first['estimate'], shown)} ({first['wave']}) → "
                f"{words.value(last['estimate'], shown)} ({last['wave']})"
            )
    start = (
        words.say("Line charts of mean scores.")
        if len(regions) <= MOST_LINES
        else words.say("Dot charts of mean scores by region.")
    )
    nothing = words.say("No figures to show.")
    return f"{start} {region_title(meta, region, words)}: {'; '.join(said)}." if said else f"{start} {nothing}"
