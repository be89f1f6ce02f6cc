"""Lapset puheeksi discussions: strengths and vulnerabilities by environment, what changed, how the work was done."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import polars as pl
from matplotlib.patches import Patch

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import forest
from sujuva.figures.bars import Part, stacked
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
from sujuva.figures.theme import COLOURS, INK, grid, style
from sujuva.publish import SHOWN, require_published

ENVIRONMENTS = ("home", "daycare", "school", "leisure")
TRANSITIONS = ("vulnerability_to_strength", "unchanged", "strength_to_vulnerability")
FIDELITY = ("lp_fidelity", "lp_fidelity_80", "lp_plan_share", "lp_done_share", "lp_need_share", "lp_coverage")
_ROW = 0.34


def talks(parjaavyys: pl.DataFrame, *, regions: Sequence[str]) -> pl.DataFrame:
    """Return the published rows of LP discussions of some regions at the latest year."""
    frame = require_published(parjaavyys, "LP discussions")
    mine = frame.filter(pl.col("indicator").str.starts_with("lp_"), pl.col("region").is_in(regions))
    return mine.filter(pl.col("wave") == pl.col("wave").max())


def strengths(parjaavyys: pl.DataFrame, meta: Meta, words: Words, *, region: str) -> Picture | None:
    """Draw strengths to the right and vulnerabilities to the left of the middle, an environment a row.

    Args:
        parjaavyys: Published indicators of coping.
        meta: Metadata of the publication.
        words: The reader's language.
        region: Region, or "network".
    """
    data = talks(parjaavyys, regions=[region]).filter(pl.col("indicator") == "lp_strength_share").sort("category")
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
                clusters_note(data.filter(pl.col("suppressed") == SHOWN), words),
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
    )


def transitions(parjaavyys: pl.DataFrame, meta: Meta, words: Words, *, region: str) -> Picture | None:
    """Draw what became of topics from the first discussion to the follow-up, an environment a bar.

    Args:
        parjaavyys: Published indicators of coping.
        meta: Metadata of the publication.
        words: The reader's language.
        region: Region, or "network".
    """
    data = talks(parjaavyys, regions=[region]).filter(pl.col("indicator") == "lp_transition_share").sort("category")
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
                    "Topics that were called a strength or a vulnerability both times, per cent; n children. "
                    "Intervals stand in the table."
                ),
                words.say(
                    "Discussions often begin when things are hard, so some vulnerabilities would have eased by "
                    "themselves (regression to the mean), and a follow-up is held with only some of the children."
                ),
                hidden_note(meta, words) if data.filter(pl.col("suppressed") != SHOWN).height else "",
            ]
        ),
        alt=words.say("Stacked bars of topics in {region}. {values}.", region=name, values="; ".join(told)),
        data=data,
        figure=figure,
        language=words.language,
        place=name,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
    )


def practice_title(indicator: str, words: Words) -> str:
    """Return the short name of how the work was done."""
    known = {
        "lp_fidelity": words.say("Core parts carried out"),
        "lp_fidelity_80": words.say("Discussions with at least 80 % of the core parts"),
        "lp_plan_share": words.say("Vulnerabilities with a plan"),
        "lp_done_share": words.say("Plans carried out"),
        "lp_need_share": words.say("Discussions followed by a network meeting"),
        "lp_coverage": words.say("Children reached"),
    }
    return known.get(indicator, indicator)


def practice(parjaavyys: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> Picture | None:
    """Draw how the work was done (core parts, plans, meetings, coverage) by region, a panel each, with intervals.

    Args:
        parjaavyys: Published indicators of coping.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show, in the order of the study.
    """
    data = talks(parjaavyys, regions=regions).filter(
        pl.col("indicator").is_in(FIDELITY), pl.col("category") == "", pl.col("group") == "all"
    )
    data = data.sort(pl.col("indicator").cast(pl.Enum(FIDELITY)), pl.col("region").cast(pl.Enum(list(regions))))
    shown = data.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    keys = shown["indicator"].unique(maintain_order=True).to_list()
    if not keys:
        return None
    places = [one for one in regions if one in shown["region"].unique().to_list()]
    columns = min(3, len(keys))
    rows = -(-len(keys) // columns)
    with style():
        figure, axes = grid(
            rows, columns, height=forest.height_of(len(places)), top=0.55, bottom=0.35, left=1.95, gap=(0.45, 0.85)
        )
        for number, (key, ax) in enumerate(zip(keys, axes, strict=False)):
            mine = shown.filter(pl.col("indicator") == key)
            marks = [
                forest.Mark(
                    places.index(row["region"]), *(_hundred(row[one]) for one in ("estimate", "ci_low", "ci_high"))
                )
                for row in mine.iter_rows(named=True)
            ]
            labels = [_sized(one, shown, meta, words) if number % columns == 0 else "" for one in places]
            bold = [place for place, one in enumerate(places) if one == NETWORK and len(places) > 1]
            forest.draw(ax, marks, labels, bold=bold, zero=False)
            ax.set_xlim(0, 100)
            ax.set_xticks(range(0, 101, 50))
            ax.xaxis.set_major_formatter(lambda value, _: words.percent(value / 100, 0))
            ax.set_title(_wrapped(practice_title(key, words)), fontsize=9)
        for ax in axes[len(keys) :]:
            ax.set_visible(False)
    year = data["wave"][0]
    said = [
        f"{practice_title(row['indicator'], words)} {words.percent(row['estimate'], 0)}"
        for row in shown.filter(pl.col("region") == places[-1]).iter_rows(named=True)
    ]
    return Picture(
        key="practice",
        title=words.say("How the LP work was done in {year}", year=year),
        caption=_said(
            [
                words.say(
                    "Shares with {level} confidence intervals; children in brackets. The core parts and "
                    "the limit of 80 % are this project's own, not a published measure.",
                    level=words.percent(meta["confidence"], 0),
                ),
                words.say(
                    "Regions stand in the order of the study. Where intervals overlap, regions cannot be told apart."
                ),
                clusters_note(shown, words),
                hidden_note(meta, words) if data.height > shown.height else "",
            ]
        ),
        alt=words.say(
            "Dots with intervals by region. {region}: {values}.",
            region=region_title(meta, places[-1], words),
            values="; ".join(said),
        ),
        data=data,
        figure=figure,
        language=words.language,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
    )


def _sized(region: str, shown: pl.DataFrame, meta: Meta, words: Words) -> str:
    sizes = shown.filter(pl.col("region") == region)["n"].drop_nulls()
    return region_title(meta, region, words) + (f" ({words.number(sizes[0])})" if len(sizes) else "")


def _hundred(value: float | None) -> Any:
    return None if value is None else 100 * value


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, 34))


def _legend(figure: Any, parts: Sequence[Part]) -> None:
    figure.legend(
        handles=[Patch(color=part.colour, label=part.title) for part in parts], loc="upper left",
        bbox_to_anchor=(0.005, 1.0), ncols=len(parts),
    )  # fmt: skip


def _said(parts: Sequence[str]) -> str:
    return " ".join(part for part in parts if part)


__all__ = ["practice", "practice_title", "strengths", "talks", "transitions"]
