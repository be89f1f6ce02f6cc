"""How soon families meet, with those still waiting counted rightly: one minus Kaplan–Meier on the days told."""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.casework import way
from sujuva.figures.framing import framed, no_ranking_note
from sujuva.figures.labels import Meta, region_title
from sujuva.figures.language import NO_BREAK, Words
from sujuva.figures.picture import Picture
from sujuva.figures.theme import COLOURS, INK, QUIET, columns_for, grid, style
from sujuva.published import SHOWN, require_published

_BAND = "#9cc9e3"


def curve_rows(survival: pl.DataFrame, *, regions: Sequence[str]) -> pl.DataFrame:
    """Return the points of the curves of everyone, with the share that has met by the day.

    Args:
        survival: Published survival: region, group, day, survival, ci_low, ci_high, n, suppressed.
        regions: Regions to keep, in their order.

    Returns:
        region, day, met, met_low, met_high (1 − S), n, suppressed.
    """
    frame = require_published(survival, "survival").filter(
        pl.col("group") == "all", pl.col("region").is_in(list(regions))
    )
    return frame.select(
        "region", "day", "n", "suppressed", met=1 - pl.col("survival"), met_low=1 - pl.col("ci_high"),
        met_high=1 - pl.col("ci_low"),
    ).sort(pl.col("region").cast(pl.Enum(list(regions))), "day").select(
        "region", "day", "met", "met_low", "met_high", "n", "suppressed"
    )  # fmt: skip


def survival(frame: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> Picture | None:
    """Draw by region how many families had met by each day; None where the regions have no curve to show.

    Args:
        frame: Published survival.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show; "network" stands for all together.
    """
    data = curve_rows(frame, regions=regions)
    shown = data.filter(pl.col("suppressed") == SHOWN, pl.col("met").is_not_null())
    places = [one for one in regions if one in shown["region"].unique().to_list()]
    if not places or (places == [NETWORK] and list(regions) != [NETWORK]):
        return None
    said_of = way(meta, words)
    last = max(shown["day"].to_list())
    columns = columns_for(len(places))
    with style():
        figure, axes = grid(
            math.ceil(len(places) / columns), columns, height=2.0, top=0.72, bottom=0.55, left=0.65, right=0.35,
            gap=(0.55, 0.95),
        )  # fmt: skip
        for number, (place, ax) in enumerate(zip(places, axes, strict=False)):
            mine = shown.filter(pl.col("region") == place)
            _curve(ax, mine, meta["delay_days"], words)
            if data.filter(pl.col("region") == place, pl.col("suppressed") != SHOWN).height:
                ax.annotate(
                    words.say("some days hidden"), (1, 0), (-3, 4), xycoords="axes fraction",
                    textcoords="offset points", fontsize=7.5, color=QUIET, ha="right",
                )  # fmt: skip
            size = mine["n"].max()
            counted = "" if size is None else f" (n{NO_BREAK}={NO_BREAK}{words.number(int(str(size)))})"
            ax.set_title(region_title(meta, place, words) + counted, fontsize=9.5)
            ax.set_xlim(0, last * 1.06)
            ax.set_ylim(0, 1)
            ax.set_xticks(_ticks(last))
            ax.set_yticks([0, 0.25, 0.5, 0.75, 1])
            ax.yaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
            if number % columns:
                ax.tick_params(labelleft=False)
            ax.set_xlabel(said_of.axis)
        for ax in axes[len(places) :]:
            ax.set_visible(False)
        promised = words.listed([str(one) for one in meta["delay_days"]])
        handles = [
            Line2D([], [], color=COLOURS[0], marker="o", markersize=5, linewidth=0.9, linestyle=(0, (1.5, 1.5)),
                   label=said_of.met),
            Patch(color=_BAND, label=words.say("{level} interval", level=words.percent(meta["confidence"], 0))),
            Line2D([], [], color=COLOURS[1], linestyle=(0, (4, 2)), linewidth=1.4,
                   label=words.say("days of the promise ({days})", days=promised)),
        ]  # fmt: skip
        figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.005, 1.0), ncols=3, columnspacing=1.6)
    return framed(
        figure, data, meta, words,
        key="survival",
        title=said_of.curve,
        caption=[
            said_of.curved,
            words.say(
                "Cases still open at the end of the log, or closed before, count for as long as they are known to have "
                "waited (censored; Kaplan–Meier). They are neither left out nor counted as never."
            ),
            words.say(
                "Only the days with a dot are known; the dotted line between them leads the eye. All years together. A "
                "late day rests on few cases, and where there is no dot, too few to show."
            ),
            words.say(
                "A faster region need not be a better one: cases differ, and the curve says nothing of the help."
            ),
            no_ranking_note(words) if len(places) > 1 else "",
        ],
        alt=words.say(
            "Dots with intervals by day. {values}.",
            values="; ".join(_spoken(shown, place, meta, words) for place in places),
        ),
    )  # fmt: skip


def _curve(ax: Axes, mine: pl.DataFrame, promised: Sequence[int], words: Words) -> None:
    """Draw what is known: a point with its interval on each day, joined only to lead the eye."""
    days, met = mine["day"].to_list(), mine["met"].to_list()
    spans = mine.drop_nulls(["met_low", "met_high"])
    ax.vlines(
        spans["day"].to_list(), spans["met_low"].to_list(), spans["met_high"].to_list(), color=_BAND, linewidth=5,
        zorder=1,
    )  # fmt: skip
    ax.plot(days, met, color=COLOURS[0], linewidth=0.9, linestyle=(0, (1.5, 1.5)), zorder=3)
    ax.scatter(days, met, s=20, color=COLOURS[0], zorder=4, clip_on=False)
    values = dict(mine.select("day", "met").iter_rows())
    for day in promised:
        ax.axvline(day, color=COLOURS[1], linewidth=1.2, linestyle=(0, (4, 2)), zorder=2)
        if day in values:
            ax.annotate(
                words.percent(values[day], 0), (day, values[day]), (7, -3),
                textcoords="offset points", fontsize=8, color=INK, zorder=5,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85},
            )  # fmt: skip
    ax.tick_params(axis="x", labelcolor=INK)
    ax.spines["bottom"].set_color(QUIET)


def _ticks(last: int) -> list[int]:
    step = next((one for one in (7, 14, 28, 56, 112) if last / one <= 7), 365)  # noqa: PLR2004 - ticks that fit
    return list(range(0, last + 1, step))


def _spoken(shown: pl.DataFrame, place: str, meta: Meta, words: Words) -> str:
    mine = shown.filter(pl.col("region") == place)
    wanted = mine.filter(pl.col("day").is_in([*meta["delay_days"], mine["day"].max()]))
    said = [
        words.say("{share} by day {n}", share=words.percent(met, 0), n=day)
        for day, met in wanted.select("day", "met").iter_rows()
    ]
    return f"{region_title(meta, place, words)}: {', '.join(said)}"
