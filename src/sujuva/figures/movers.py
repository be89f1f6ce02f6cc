"""The same children at two times: how many reliably improved, stayed or got worse, and how many were lost."""

from __future__ import annotations

import math
from collections.abc import Sequence
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
    outcome_title,
    region_title,
    scale_title,
    source_line,
    stamp,
)
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture
from sujuva.figures.stacks import Part, bars_of, edges_note, grid_of
from sujuva.figures.theme import QUIET, style
from sujuva.published import SHOWN, require_published

_EXAMPLE = 9.4
"""A limit in points, to explain what it asks of whole numbers."""


def movers(parjaavyys: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> Picture | None:
    """Draw how many of the same children reliably improved, stayed or got worse, with those who were lost beside.

    Args:
        parjaavyys: Published indicators of coping.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show, in the order of the study.
    """
    order = headlined(meta)
    every = require_published(parjaavyys, "reliable change").filter(
        pl.col("group") == "all", pl.col("region").is_in([*regions, NETWORK]), pl.col("scale").is_in(order)
    )
    every = every.with_columns(since=pl.col("category").str.split(":").list.last().cast(pl.Int32, strict=False))
    data = every.filter(pl.col("indicator") == "change_share", pl.col("region").is_in(regions))
    data = data.filter(pl.col("wave") == pl.col("wave").max())
    data = data.filter(pl.col("since") == pl.col("since").min().over("scale", "informant")).sort(
        pl.col("scale").cast(pl.Enum(order)), "informant", pl.col("region").cast(pl.Enum(list(regions))), "category"
    )
    if data.filter(pl.col("suppressed") == SHOWN).is_empty():
        return None
    places = [one for one in regions if one in data["region"].unique().to_list()]
    panels = data.select("scale", "informant", "since", "wave").unique(maintain_order=True).rows()
    with style():
        figure, axes, columns = grid_of(panels, places, 1, between=0.85, right=0.5, top=0.8)
        for number, ((scale, informant, since, wave), ax) in enumerate(zip(panels, axes, strict=False)):
            parts = mover_parts(since, words)
            mine = data.filter(pl.col("scale") == scale, pl.col("informant") == informant)
            bars_of(ax, mine, places, parts, meta, words, named=number % columns == 0)
            same = (
                pl.col("scale") == scale,
                pl.col("informant") == informant,
                pl.col("since") == since,
                pl.col("wave") == wave,
            )
            ax.set_title(f"{scale_title(meta, scale, words)}\n", fontsize=9.5)
            about = [informant_title(informant, words), _threshold(every.filter(*same), meta, words)]
            ax.annotate(
                ", ".join(one for one in about if one), (0, 1), (0, 4), xycoords="axes fraction",
                textcoords="offset points", fontsize=8, color=QUIET,
            )  # fmt: skip
            _lost(ax, every.filter(*same, pl.col("indicator") == "attrition_share"), places, words)
        handles = [Patch(color=part.colour, label=part.title) for part in mover_parts(0, words)]
        figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.005, 1.0), ncols=3, fontsize=8.5)
    return _movers_picture(figure, data, every, meta, words, places)


def mover_parts(since: int, words: Words) -> list[Part]:
    """Return the parts of a bar of change since a year."""
    return [
        Part(f"improved:{since}", outcome_title("improved", words), "#0072b2"),
        Part(f"unchanged:{since}", outcome_title("unchanged", words), "#e3e8ec"),
        Part(f"worse:{since}", outcome_title("worse", words), "#d55e00"),
    ]


def _threshold(rows: pl.DataFrame, meta: Meta, words: Words) -> str:
    found = rows.filter(pl.col("indicator") == "reliable_threshold", pl.col("estimate").is_not_null())
    if found.is_empty():
        return ""
    row = found.row(0, named=True)
    points = words.value(row["estimate"], manner(meta, row))
    return words.say("more than {points} points", points=points)


def _lost(ax: Axes, rows: pl.DataFrame, places: Sequence[str], words: Words) -> None:
    shares = {row["region"]: row["estimate"] for row in rows.iter_rows(named=True)}
    ax.text(102, -0.75, words.say("lost"), fontsize=7, color=QUIET, va="bottom")
    for place, region in enumerate(places):
        ax.text(102, place, words.percent(shares.get(region), 0), fontsize=7, color=QUIET, va="center_baseline")


def _movers_picture(
    figure: Any, data: pl.DataFrame, every: pl.DataFrame, meta: Meta, words: Words, places: Sequence[str]
) -> Picture:
    year, before = int(data["wave"].max()), int(data["since"].min())  # type: ignore[arg-type]
    parts = [
        words.say(
            "Of the children with a score in both years (n in brackets), the share whose score changed by more than "
            "the measure's own error would explain ({level}; Jacobson & Truax 1991). The limit in points stands above "
            "each panel; where scores are whole numbers, it takes the next whole number above it (over {limit}: at "
            "least {next}).",
            level=words.percent(meta["coping"]["reliable_confidence"], 0),
            limit=words.number(_EXAMPLE, 1),
            next=words.number(math.ceil(_EXAMPLE)),
        ),
        words.say(
            "“Lost”: those with a score in the earlier year and none in the later. If they differ from those who "
            "came back, the bars mislead."
        ),
        words.say(
            "Where families enter in a crisis, many improve without any help at all (regression to the mean): these "
            "shares do not tell what helped."
        ),
        edges_note(meta, words),
        words.say("Regions stand in the order of the study. Where intervals overlap, regions cannot be told apart."),
        _without(data, every, meta, words),
    ]
    if data.filter(pl.col("suppressed") != SHOWN).height:
        parts.append(words.say("A hatched part holds shares that are hidden to protect privacy."))
    better = data.filter(
        pl.col("category").str.starts_with("improved"), pl.col("region") == places[-1], pl.col("estimate").is_not_null()
    )
    wanted = pl.col("indicator").is_in(
        ["change_share", "attrition_share", "attrition_difference", "reliable_threshold"]
    )
    rows = every.filter(wanted, pl.col("wave") == year).join(
        data.select("scale", "informant", "since").unique(), on=["scale", "informant", "since"], how="semi"
    )
    return Picture(
        key="movers",
        title=words.say("The same children: how many improved from {before} to {year}", before=before, year=year),
        caption="\n".join(part for part in parts if part),
        alt=words.say(
            "Stacked bars of children who improved, did not change or got worse. Improved in {region}: {values}.",
            region=region_title(meta, places[-1], words),
            values="; ".join(
                f"{scale_title(meta, row['scale'], words)}, {words.percent(row['estimate'], 0)}"
                for row in better.iter_rows(named=True)
            )
            or words.say("hidden"),
        ),
        data=rows.drop("since").sort("scale", "informant", "region", "indicator", "category"),
        figure=figure,
        language=words.language,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
        warning=clusters_note(data.filter(pl.col("suppressed") == SHOWN), words),
    )


def _without(data: pl.DataFrame, every: pl.DataFrame, meta: Meta, words: Words) -> str:
    """Name the headline measures of the same children for which no bar can be drawn."""
    followed = every.filter(pl.col("wave") == data["wave"].max(), pl.col("since") == data["since"].min())
    drawn = data["scale"].unique().to_list()
    left = [one for one in headlined(meta) if one in followed["scale"].to_list() and one not in drawn]
    if not left:
        return ""
    return words.say(
        "Not here: {scales}. A single question, or an index put together from single questions, does not show how "
        "large its own error is, so nobody's change can be called reliable.",
        scales=words.listed([scale_title(meta, one, words) for one in left]),
    )
