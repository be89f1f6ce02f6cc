"""How scores are spread: bars for the latest wave, lines for earlier ones, a panel for each scale."""

from __future__ import annotations

import math

import polars as pl
from matplotlib.axes import Axes

from sujuva.figures.coping import headline_means
from sujuva.figures.labels import Meta, informant_title, region_title, scale_title, source_line, stamp
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture
from sujuva.figures.theme import COLOURS, MARKERS, QUIET, columns_for, grid, style
from sujuva.published import SHOWN, require_published

_MOST_TICKS = 12


def distributions(
    bins: pl.DataFrame, parjaavyys: pl.DataFrame, meta: Meta, words: Words, *, region: str
) -> Picture | None:
    """Draw the distribution of scores of one region by wave; None where it has no scores.

    Args:
        bins: Published distributions.
        parjaavyys: Published indicators of coping: the n of each scale and wave.
        meta: Metadata of the publication.
        words: The reader's language.
        region: Region, or "network".
    """
    require_published(bins, "distributions")
    totals = (
        headline_means(parjaavyys, meta)
        .filter(pl.col("region") == region)
        .select("scale", "informant", "wave", total="n", place=pl.int_range(pl.len()))
    )
    data = (
        bins.filter(pl.col("region") == region, pl.col("group") == "all")
        .join(totals, on=["scale", "informant", "wave"])
        .filter(pl.col("total").ne_missing(0))  # asked, but left blank
        .with_columns(share=(pl.col("n") / pl.col("total")).round(3))
        .sort("place", "wave", "bin_low")
        .drop("place")
    )
    if data.is_empty():
        return None
    panels = data.select("scale", "informant").unique(maintain_order=True).rows()
    columns = columns_for(len(panels))
    rows = math.ceil(len(panels) / columns)
    with style():
        figure, axes = grid(rows, columns, height=1.7, top=0.85, bottom=0.35, left=0.55, gap=(0.6, 1.0))
        for (scale, informant), ax in zip(panels, axes, strict=False):
            _panel(ax, data.filter(pl.col("scale") == scale, pl.col("informant") == informant), words)
            ax.set_title(f"{scale_title(meta, scale, words)}\n", fontsize=9.5)
            about = informant_title(informant, words)
            ax.annotate(
                about, (0, 1), (0, 5), xycoords="axes fraction", textcoords="offset points", fontsize=8, color=QUIET
            )
        for ax in axes[len(panels) :]:
            ax.set_visible(False)
        handles = {label: one for ax in axes for one, label in zip(*ax.get_legend_handles_labels(), strict=True)}
        figure.legend(
            [handles[label] for label in sorted(handles)],
            sorted(handles),
            loc="upper left",
            bbox_to_anchor=(0.005, 1.0),
            ncols=len(handles),
            columnspacing=1.6,
        )
    name = region_title(meta, region, words)
    waves = sorted(data["wave"].unique().to_list())
    caption = words.say(
        "Share of respondents by score. Bars: the latest year; lines: earlier years. A whole "
        "group moving shows better here than in a mean."
    )
    if data.filter(pl.col("suppressed") != SHOWN).height:
        caption += " " + words.say(
            "A cross on the axis: the share is hidden to protect privacy (fewer than {n} persons, or "
            "one of the cells that protect them).",
            n=meta["privacy"]["threshold"],
        )
    alt = words.say(
        "Bar charts of how scores are spread in {region}, years {years}, scales: {scales}.",
        region=name,
        years=words.listed([str(one) for one in waves]),
        scales=words.listed([scale_title(meta, one, words) for one, _ in panels]),
    )
    return Picture(
        key="distributions",
        title=words.say("How the scores are spread"),
        caption=caption,
        alt=alt,
        data=data,
        figure=figure,
        language=words.language,
        place=name,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
    )


def _panel(ax: Axes, part: pl.DataFrame, words: Words) -> None:
    waves = sorted(part["wave"].unique().to_list())
    last = waves[-1]
    edges = part.select("bin_low", "bin_high").unique().sort("bin_low")
    step = float((edges["bin_low"].diff().drop_nulls()).min() or 1.0)  # type: ignore[arg-type]
    single = edges.filter(pl.col("bin_low") != pl.col("bin_high")).is_empty()
    middle = 0.0 if single else step / 2  # a bar of one value stands on that value
    for number, wave in enumerate(reversed(waves)):
        mine = part.filter(pl.col("wave") == wave)
        x = (mine["bin_low"] + middle).to_list()
        y = [None if share is None else 100 * share for share in mine["share"].to_list()]
        if wave == last:
            shown = [(place, value) for place, value in zip(x, y, strict=True) if value is not None]
            ax.bar(
                [place for place, _ in shown],
                [value for _, value in shown],
                width=0.9 * step,
                color="#9cc9e3",
                edgecolor=COLOURS[0],
                linewidth=0.8,
                label=str(wave),
            )
            hidden = [place for place, value in zip(x, y, strict=True) if value is None]
            ax.scatter(hidden, [0] * len(hidden), marker="x", s=16, color=QUIET, linewidth=1, clip_on=False, zorder=4)
        else:
            ax.plot(
                x,
                [math.nan if value is None else value for value in y],
                color=COLOURS[number],
                marker=MARKERS[number],
                markersize=3.5,
                linewidth=1.3,
                label=str(wave),
                linestyle=(0, (4, 1.5)) if number % 2 else (0, (1.5, 1.2)),
            )
    ax.set_ylim(0, None)
    lowest, highest = float(edges["bin_low"].min()), float(edges["bin_low"].max())  # type: ignore[arg-type]
    ax.set_xlim(lowest + middle - 0.7 * step, highest + middle + 0.7 * step)
    if single:
        values = edges["bin_low"].to_list()
        ax.set_xticks(values[:: math.ceil(len(values) / _MOST_TICKS)])
    ax.yaxis.set_major_formatter(lambda value, _: words.percent(value / 100, 0))
    ax.xaxis.set_major_formatter(lambda value, _: words.tick(value, {}))
    ax.locator_params(axis="y", nbins=4)
