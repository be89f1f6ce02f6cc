"""How Lapset puheeksi discussions were held: core parts, plans, network meetings, and children reached."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import forest
from sujuva.figures.labels import Meta, clusters_note, hidden_word_note, missing_word, region_title, source_line, stamp
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture
from sujuva.figures.talks import talks
from sujuva.figures.theme import grid, style
from sujuva.published import SHOWN

COVERAGE = "lp_coverage"
FIDELITY = ("lp_fidelity", "lp_fidelity_80", "lp_plan_share", "lp_done_share", "lp_need_share", COVERAGE)


def practice_title(indicator: str, words: Words) -> str:
    """Return the short name of how the work was done."""
    known = {
        "lp_fidelity": words.say("Core parts carried out"),
        "lp_fidelity_80": words.say("Discussions with at least 80 % of the core parts"),
        "lp_plan_share": words.say("Vulnerabilities with a plan"),
        "lp_done_share": words.say("Plans carried out"),
        "lp_need_share": words.say("Discussions followed by a network meeting"),
        COVERAGE: words.say("Children reached"),
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
            rows,
            columns,
            height=forest.height_of(len(places)),
            top=0.55,
            bottom=0.35,
            left=1.95,
            gap=(0.45, 0.85),
            right=0.35,
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
            rows_of = {row["region"]: row for row in data.filter(pl.col("indicator") == key).iter_rows(named=True)}
            for place, region in enumerate(places):
                row = rows_of.get(region)
                if row is None or row["estimate"] is None:
                    forest.told(ax, place, missing_word(row, words))
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
        caption=_caption(data, meta, words, reached=COVERAGE in keys),
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
        warning=clusters_note(shown, words),
    )


def _caption(data: pl.DataFrame, meta: Meta, words: Words, *, reached: bool) -> str:
    parts = [
        words.say(
            "Shares with {level} confidence intervals; children in brackets. All of these indicators are this "
            "project's own, among them the core parts and the limit of 80 %: no published measure stands behind them.",
            level=words.percent(meta["confidence"], 0),
        ),
        words.say(
            "Children reached: of those in the area whom the work is meant for, as a public statistic counts them. "
            "This is a count of all and no sample, so it has no interval."
        )
        if reached
        else "",
        words.say("Regions stand in the order of the study. Where intervals overlap, regions cannot be told apart."),
        hidden_word_note(meta, words) if data.filter(pl.col("suppressed") != SHOWN).height else "",
    ]
    return "\n".join(part for part in parts if part)


def _sized(region: str, shown: pl.DataFrame, meta: Meta, words: Words) -> str:
    sizes = shown.filter(pl.col("region") == region)["n"].drop_nulls()
    return region_title(meta, region, words) + (f" ({words.number(sizes[0])})" if len(sizes) else "")


def _hundred(value: float | None) -> Any:
    return None if value is None else 100 * value


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, 34))
