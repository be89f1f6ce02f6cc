"""Lapset puheeksi discussions: strengths and vulnerabilities by environment, and what changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from matplotlib.patches import Patch

from sujuva.figures.labels import (
    Meta,
    clusters_note,
    environment_title,
    hidden_note,
    region_title,
    source_line,
    stamp,
    transition_title,
)
from sujuva.figures.language import NO_BREAK, Words
from sujuva.figures.picture import Picture
from sujuva.figures.stacks import Part, edges_note, stacked
from sujuva.figures.theme import COLOURS, INK, grid, style
from sujuva.published import SHOWN, require_published

ENVIRONMENTS = ("home", "daycare", "school", "leisure")
TRANSITIONS = ("vulnerability_to_strength", "unchanged", "strength_to_vulnerability")
_ROW = 0.34


def talks(parjaavyys: pl.DataFrame, *, regions: Sequence[str]) -> pl.DataFrame:
    """Return the published rows of LP discussions of some regions at the latest year."""
    frame = require_published(parjaavyys, "LP discussions")
    mine = frame.filter(pl.col("indicator").str.starts_with("lp_"), pl.col("region").is_in(regions))
    return mine.filter(pl.col("wave") == pl.col("wave").max())


def in_order(frame: pl.DataFrame) -> pl.DataFrame:
    """Sort rows of environments as a day goes, all together last, and within them as topics changed."""
    kind, place = pl.col("category").str.split(":").list.first(), pl.col("category").str.split(":").list.last()
    turned = kind.is_in(TRANSITIONS)
    whole = turned & ~pl.col("category").str.contains(":", literal=True)
    where = pl.when(whole).then(pl.lit("")).otherwise(place)
    ranks = {one: rank for rank, one in enumerate((*ENVIRONMENTS, ""))}
    rank = where.replace_strict(ranks, default=len(ranks), return_dtype=pl.Int32)
    turn = kind.replace_strict({one: rank for rank, one in enumerate(TRANSITIONS)}, default=0, return_dtype=pl.Int32)
    return frame.sort(rank, turn, "category")


def strengths(parjaavyys: pl.DataFrame, meta: Meta, words: Words, *, region: str) -> Picture | None:
    """Draw strengths to the right and vulnerabilities to the left of the middle, an environment a row.

    Args:
        parjaavyys: Published indicators of coping.
        meta: Metadata of the publication.
        words: The reader's language.
        region: Region, or "network".
    """
    data = in_order(talks(parjaavyys, regions=[region]).filter(pl.col("indicator") == "lp_strength_share"))
    shown = {
        row["category"]: row
        for row in data.iter_rows(named=True)
        if row["suppressed"] == SHOWN and row["estimate"] is not None
    }
    places = [one for one in (*ENVIRONMENTS, "") if one in shown]
    if not places:
        return None
    name, year = region_title(meta, region, words), data["wave"][0]
    with style():
        figure, axes = grid(1, 1, height=_ROW * len(places) + 0.1, top=0.5, bottom=0.35, left=2.4, right=0.3)
        ax = axes[0]
        for place, key in enumerate(places):
            share = 100 * shown[key]["estimate"]
            ax.barh(place, share, height=0.62, color=COLOURS[0])
            ax.barh(place, share - 100, height=0.62, color=COLOURS[1])
            low, high, x = shown[key]["ci_low"], shown[key]["ci_high"], share
            if low is not None:
                ax.hlines(place, 100 * low, 100 * high, color=INK, linewidth=1.4)
            ax.text(-2, place, words.number(100 - x), ha="right", va="center_baseline", fontsize=8, color="white")
            ax.text(2, place, words.number(x), ha="left", va="center_baseline", fontsize=8, color="white")
        labels = [
            f"{environment_title(key, words)} (n{NO_BREAK}={NO_BREAK}{words.number(shown[key]['n'])})" for key in places
        ]
        ax.set_ylim(len(places) - 0.4, -0.6)
        ax.set_yticks(range(len(places)), labels)
        ax.axvline(0, color=INK, linewidth=0.9)
        ax.set_xlim(-100, 100)
        ax.set_xticks(range(-100, 101, 50))
        ax.xaxis.set_major_formatter(lambda value, _: words.percent(abs(value) / 100, 0))
        ax.grid(visible=False)
        forest_keys = [
            Part("v", words.say("vulnerabilities"), COLOURS[1]),
            Part("s", words.say("strengths"), COLOURS[0]),
        ]
        _legend(figure, forest_keys)
    return Picture(
        key="strengths",
        title=words.say("Strengths and vulnerabilities by environment in {year}", year=year),
        caption=_said(
            [
                words.say(
                    "Topics that families and professionals together called a strength (right) or a vulnerability "
                    "(left), per cent of both; n children. The black line is the {level} confidence interval.",
                    level=words.percent(meta["confidence"], 0),
                ),
                words.say("It tells how the discussions went, and compares no families with each other."),
                words.say(
                    "Discussions often begin when things are hard: vulnerabilities found at that time do not describe "
                    "how everyday life goes on average."
                ),
                hidden_note(meta, words) if data.filter(pl.col("suppressed") != SHOWN).height else "",
            ]
        ),
        alt=words.say(
            "Bars of strengths and vulnerabilities in {region}. Strengths: {values}.",
            region=name,
            values="; ".join(
                f"{environment_title(key, words)} {words.percent(shown[key]['estimate'], 0)}" for key in places
            ),
        ),
        data=data,
        figure=figure,
        language=words.language,
        place=name,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
        warning=clusters_note(data.filter(pl.col("suppressed") == SHOWN), words),
    )


def transitions(parjaavyys: pl.DataFrame, meta: Meta, words: Words, *, region: str) -> Picture | None:
    """Draw what became of topics from the first discussion to the follow-up, an environment a bar.

    Args:
        parjaavyys: Published indicators of coping.
        meta: Metadata of the publication.
        words: The reader's language.
        region: Region, or "network".
    """
    data = in_order(talks(parjaavyys, regions=[region]).filter(pl.col("indicator") == "lp_transition_share"))
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in data.iter_rows(named=True):
        kind, _, place = row["category"].partition(":")
        found.setdefault(place, {})[kind] = row
    places = [
        one
        for one in (*ENVIRONMENTS, "")
        if one in found and any(row["estimate"] is not None for row in found[one].values())
    ]
    if not places:
        return None
    name, year = region_title(meta, region, words), data["wave"][0]
    colours = (COLOURS[0], "#e3e8ec", COLOURS[1])
    parts = [Part(key, transition_title(key, words), colour) for key, colour in zip(TRANSITIONS, colours, strict=True)]
    with style():
        figure, axes = grid(1, 1, height=_ROW * len(places) + 0.1, top=0.5, bottom=0.35, left=2.4, right=0.3)
        stacked(axes[0], [found[one] for one in places], parts, words)
        sizes = {one: next((row["n"] for row in found[one].values() if row["n"] is not None), None) for one in places}
        labels = [
            f"{environment_title(one, words)} (n{NO_BREAK}={NO_BREAK}{words.number(sizes[one])})" for one in places
        ]
        axes[0].set_yticks(range(len(places)), labels)
        _legend(figure, parts)
    told = [
        f"{environment_title(one, words)} "
        + ", ".join(
            f"{transition_title(key, words)} {words.percent(found[one][key]['estimate'], 0)}"
            for key in TRANSITIONS
            if key in found[one] and found[one][key]["estimate"] is not None
        )
        for one in places
    ]
    return Picture(
        key="transitions",
        title=words.say("From the first discussion to the follow-up in {year}", year=year),
        caption=_said(
            [
                words.say(
                    "Topics that were called a strength or a vulnerability both times, per cent; n children. These "
                    "indicators are this project's own."
                ),
                edges_note(meta, words),
                words.say(
                    "Discussions often begin when things are hard, so some vulnerabilities would have eased by "
                    "themselves (regression to the mean), and a follow-up is held with only some of the children."
                ),
                words.say("A hatched part holds shares that are hidden to protect privacy.")
                if data.filter(pl.col("suppressed") != SHOWN).height
                else "",
            ]
        ),
        alt=words.say("Stacked bars of topics in {region}. {values}.", region=name, values="; ".join(told)),
        data=data,
        figure=figure,
        language=words.language,
        place=name,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
        warning=clusters_note(data.filter(pl.col("suppressed") == SHOWN), words),
    )


def _legend(figure: Any, parts: Sequence[Part]) -> None:
    figure.legend(
        handles=[Patch(color=part.colour, label=part.title) for part in parts], loc="upper left",
        bbox_to_anchor=(0.005, 1.0), ncols=len(parts),
    )  # fmt: skip


def _said(parts: Sequence[str]) -> str:
    return "\n".join(part for part in parts if part)
