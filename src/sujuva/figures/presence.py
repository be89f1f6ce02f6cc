"""Who is at which table: organisations of a region by what the meetings were about, the missing ones marked."""

from __future__ import annotations

from typing import Any

import polars as pl
from matplotlib.patches import Patch

from sujuva.figures.framing import framed
from sujuva.figures.heat import Scale, cells
from sujuva.figures.labels import Meta, region_title
from sujuva.figures.language import NO_BREAK, Words
from sujuva.figures.network import actor_list
from sujuva.figures.picture import Picture
from sujuva.figures.theme import QUIET, WIDTH, grid, style
from sujuva.published import SHOWN, require_published

AWAY, NOT_TOLD = "✕", "not_told"
_SCALE = Scale((1, 25, 50, 75), ("#ffffff", "#e3eef5", "#b9d5e9", "#2f74ab", "#0b4673"))
"""The first class is for those who were at no meeting."""
_CELL, _LEFT = 0.24, 3.6
_LETTERS, _NAME = 12, 34
"""Letters of a topic on a line; of an organisation's name."""


def presence_rows(
    presence: pl.DataFrame, nodes: pl.DataFrame, meta: Meta, words: Words, *, region: str
) -> pl.DataFrame:
    """Return who attended what in the latest year, sorted by sector and name.

    Args:
        presence: Published presence: region, wave, phenomenon, organisation, attended, events, suppressed.
        nodes: Published places of organisations, for names and sectors.
        meta: Metadata of the publication.
        words: The reader's language.
        region: The region.

    Returns:
        wave, phenomenon, organisation, name, sector, sector_title, attended, events, suppressed.
    """
    mine = require_published(presence, "presence").filter(pl.col("region") == region)
    mine = mine.filter(pl.col("wave") == pl.col("wave").max())
    actors = actor_list(nodes, meta, words, region=region)
    known = actors.select("organisation", "number", "name", "sector", "sector_title")
    joined = mine.join(known, on="organisation", how="left", maintain_order="left").with_columns(
        pl.col("name").fill_null(pl.col("organisation")), pl.col("sector", "sector_title").fill_null("")
    )
    return joined.sort("number", "name", "phenomenon", nulls_last=True).select(
        "wave", "phenomenon", "organisation", "name", "sector", "sector_title", "attended", "events", "suppressed"
    )


def presence(frame: pl.DataFrame, nodes: pl.DataFrame, meta: Meta, words: Words, *, region: str) -> Picture | None:
    """Draw at how many of the meetings about each phenomenon each organisation was; None where nothing is shown.

    Args:
        frame: Published presence.
        nodes: Published places of organisations.
        meta: Metadata of the publication.
        words: The reader's language.
        region: The region.
    """
    data = presence_rows(frame, nodes, meta, words, region=region)
    shown = data.filter(pl.col("suppressed") == SHOWN, pl.col("events") > 0)
    if shown.is_empty():
        return None
    topics = sorted(data["phenomenon"].unique().to_list())
    held = data.select("organisation", "name", "sector_title").unique(maintain_order=True).rows()
    rows = [_row_title(held, place) for place in range(len(held))]
    places = {organisation: place for place, (organisation, *_) in enumerate(held)}
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for row in data.iter_rows(named=True):
        share = None if row["suppressed"] != SHOWN or not row["events"] else row["attended"] / row["events"]
        found[places[row["organisation"]], topics.index(row["phenomenon"])] = {**row, "estimate": share, "bound": ""}
    events = dict(shown.group_by("phenomenon").agg(pl.col("events").max()).iter_rows())
    columns = [f"{_wrapped(topic_title(one, words))}\n({words.number(events.get(one))})" for one in topics]
    lines = max(one.count("\n") + 1 for one in columns)
    with style():
        width = min(WIDTH - _LEFT - 0.2, 1.15 * len(topics))
        figure, axes = grid(
            1, 1, height=_CELL * len(rows), top=0.45 + 0.16 * lines, bottom=0.15, left=_LEFT,
            right=WIDTH - _LEFT - width,
        )  # fmt: skip
        ax = axes[0]
        cells(ax, rows, columns, found, _SCALE, words, said=_said)
        ax.xaxis.tick_top()
        ax.tick_params(axis="x", labelsize=8, length=0)
        ax.tick_params(axis="y", labelsize=8, length=0)
        for place in range(1, len(held)):
            if held[place][2] != held[place - 1][2]:
                ax.axhline(place - 0.5, color=QUIET, linewidth=0.8)
        figure.legend(
            handles=[
                Patch(facecolor=_SCALE.colours[0], edgecolor=QUIET, label=words.say("{sign} missing", sign=AWAY)),
                Patch(facecolor=_SCALE.colours[2], label=words.say("at fewer than half")),
                Patch(facecolor=_SCALE.colours[3], label=words.say("at half or more")),
            ],
            loc="upper left", bbox_to_anchor=(0.005, 1.0), ncols=3, handlelength=1.2,
        )  # fmt: skip
    nobody = words.say("nobody")
    missing = [
        f"{topic_title(topic, words)}: {words.listed(away) or nobody}"
        for topic in topics
        for away in [shown.filter(pl.col("phenomenon") == topic, pl.col("attended") == 0)["name"].to_list()]
    ]
    year = data["wave"][0]
    name = region_title(meta, region, words)
    return framed(
        figure, data, meta, words,
        key="presence",
        title=words.say("Who was at which table in {year}", year=year),
        caption=[
            words.say(
                "At how many of the meetings about each topic an organisation was (meetings in brackets above). "
                "Darker: at more of them. {sign}: at none.",
                sign=AWAY,
            ),
            words.say(
                "Missing is not neglect: not every organisation is needed at every table. The picture asks whether "
                "somebody is missing who should be there."
            ),
            words.say("Only meetings with a list of those present are here."),
        ],
        alt=words.say("Organisations by topic of meetings in {region} in {year}. Missing – {values}.", region=name,
                      year=year, values="; ".join(missing)),
        place=name,
    )  # fmt: skip


def topic_title(topic: str, words: Words) -> str:
    """Return what meetings were about."""
    return words.say("topic not told") if topic == NOT_TOLD else topic.replace("_", " ")


def _row_title(held: list[tuple[Any, ...]], place: int) -> str:
    """Write the sector once, beside its first organisation."""
    _, name, sector = held[place]
    short = name if len(name) <= _NAME else name[: _NAME - 1] + "…"
    return f"{sector}:{NO_BREAK * 2}{short}" if sector and (place == 0 or held[place - 1][2] != sector) else short


def _wrapped(text: str) -> str:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < _LETTERS:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def _said(row: Any, words: Words) -> str:
    if row is None:
        return ""
    if row["suppressed"] != SHOWN:
        return words.say("hidden")
    if row["attended"] == 0:
        return words.say("{sign} missing", sign=AWAY)
    return f"{words.number(row['attended'])}/{words.number(row['events'])}"
