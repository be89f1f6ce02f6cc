"""Gaps between groups of children and young people: the largest first, on one axis."""

from __future__ import annotations

import math
from typing import Any

import polars as pl

from sujuva.figures import forest
from sujuva.figures.coping import headlined
from sujuva.figures.labels import (
    Meta,
    clusters_note,
    direction,
    group_title,
    hidden_note,
    informant_title,
    manner,
    region_title,
    scale_title,
    source_line,
    stamp,
)
from sujuva.figures.language import NO_BREAK, Words
from sujuva.figures.picture import Picture
from sujuva.figures.theme import INK, QUIET, grid, style
from sujuva.published import LEAST, SHOWN, require_published

MOST = 20
"""Gaps that are drawn; the rest stand in the table."""
_PALE = 7
"""Colour of gaps of which one group is small."""


def gap_rows(comparisons: pl.DataFrame, meta: Meta, *, region: str) -> pl.DataFrame:
    """Return the gaps of the latest year of a region on headline scales, the largest first, hidden ones last.

    `turned` is the effect turned so that more is better for the first-named group, `clear` whether q is under the
    rate of false discoveries.
    """
    frame = require_published(comparisons, "gaps").filter(
        pl.col("comparison") == "gap", pl.col("region") == region, pl.col("category") == ""
    )
    frame = frame.filter(pl.col("wave") == pl.col("wave").max(), pl.col("scale").is_in(headlined(meta)))
    worse = [key for key, one in meta["scales"].items() if not one["higher_is_better"]]
    sign = pl.when(pl.col("scale").is_in(worse)).then(-1.0).otherwise(1.0)
    return frame.with_columns(
        turned=(sign * pl.col("effect")),
        clear=(pl.col("q") < meta["coping"]["fdr"]).fill_null(value=False),
        size=pl.col("effect").abs().fill_null(-1.0),
    ).sort("size", "scale", "informant", "group", "other_group", descending=[True, False, False, False, False])


def gaps(comparisons: pl.DataFrame, meta: Meta, words: Words, *, region: str) -> Picture | None:
    """Draw the largest gaps of a region at the latest year in standard deviations; None where there are none.

    Args:
        comparisons: Published comparisons.
        meta: Metadata of the publication.
        words: The reader's language.
        region: Region, or "network".
    """
    data = gap_rows(comparisons, meta, region=region)
    shown = data.filter(pl.col("suppressed") == SHOWN, pl.col("turned").is_not_null()).head(MOST)
    if shown.is_empty():
        return None
    rows = shown.rows(named=True)
    several = {scale for scale, some in shown.group_by("scale").agg(pl.col("informant").n_unique()).rows() if some > 1}
    labels = [_label(row, meta, words, who=row["scale"] in several) for row in rows]
    with style():
        figure, axes = grid(1, 1, height=forest.height_of(len(rows)), top=0.75, bottom=0.7, left=5.0, right=0.95)
        ax = axes[0]
        forest.draw(ax, [_mark(number, row) for number, row in enumerate(rows)], labels)
        reach = max(0.25, *(abs(row[name] or 0.0) for row in rows for name in ("effect", "effect_low", "effect_high")))
        ax.set_xlim(-1.08 * reach, 1.08 * reach)
        ax.locator_params(axis="x", nbins=5)
        ax.xaxis.set_major_formatter(lambda value, _: words.tick(value, {}))
        small = [_small(row) for row in rows]
        for label, few in zip(ax.get_yticklabels(), small, strict=True):
            label.set_color(QUIET if few else INK)
        for number, row in enumerate(rows):
            sizes = f"n{NO_BREAK}={NO_BREAK}{words.number(row['n'])}, {words.number(row['other_n'])}"
            forest.beside(ax, number, sizes)
        forest.sides(ax, words.say("first group worse"), words.say("first group better"))
        ax.set_title(words.say("Difference in standard deviations"), fontsize=9)
        handles = [
            forest.key(words.say("clear difference")),
            forest.key(words.say("may be chance"), filled=False),
        ]
        if any(small):
            handles.append(forest.key(words.say("fewer than {n} in a group", n=LEAST), colour=_PALE))
        figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.005, 1.0), ncols=3)
    name = region_title(meta, region, words)
    year = rows[0]["wave"]
    return Picture(
        key="gaps",
        title=words.say("Differences between groups in {year}", year=year),
        caption=_caption(data, shown, meta, words),
        alt=words.say(
            "Dots with intervals for the largest differences in {region}: {values}.",
            region=name,
            values="; ".join(f"{spoken(row, meta, words)}" for row in rows[:8]),
        ),
        data=data.drop("size", "turned"),
        figure=figure,
        language=words.language,
        place=name,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
        warning=clusters_note(shown, words),
    )


def _label(row: dict[str, Any], meta: Meta, words: Words, *, who: bool) -> str:
    pair = f"{group_title(row['group'], words)}{NO_BREAK}– {group_title(row['other_group'], words).lower()}"
    answered = f", {informant_title(row['informant'], words)}" if who else ""
    return f"{scale_title(meta, row['scale'], words)}{answered}: {pair}"


def _mark(number: int, row: dict[str, Any]) -> forest.Mark:
    ends = [row["effect_low"], row["effect_high"]]
    if None in ends:
        ends = [None, None]
    elif not math.isclose(row["turned"], row["effect"]):
        ends = [-ends[1], -ends[0]]
    colour = _PALE if _small(row) else 0
    return forest.Mark(number, row["turned"], ends[0], ends[1], colour=colour, filled=row["clear"])


def _small(row: dict[str, Any]) -> bool:
    return bool(min(row["n"] or 0, row["other_n"] or 0) < LEAST)


def spoken(row: dict[str, Any], meta: Meta, words: Words) -> str:
    """Say a gap in units of its scale: who, compared with whom, how much."""
    shown = manner(meta, {"indicator": "score_mean", "scale": row["scale"]})
    return words.say(
        "{scale}: {group} {difference} compared with {other} ({interval}; {direction})",
        scale=scale_title(meta, row["scale"], words),
        group=group_title(row["group"], words).lower(),
        other=group_title(row["other_group"], words).lower(),
        difference=words.signed(row["estimate"], shown),
        interval=words.between(row["ci_low"], row["ci_high"], shown),
        direction=direction(meta, row["scale"], words),
    )


def _caption(data: pl.DataFrame, shown: pl.DataFrame, meta: Meta, words: Words) -> str:
    parts = [
        words.say(
            "Each row compares two groups on one measure, the largest difference first. Dots right of the line: the "
            "first-named group copes better; left: worse. The line through the dot is the {level} confidence "
            "interval. Differences are in standard deviations so that measures share an axis; points stand in the "
            "table.",
            level=words.percent(meta["confidence"], 0),
        ),
        words.say(
            "A full dot: so clear that among all differences called clear on this page, at most {share} are expected "
            "to be false alarms (Benjamini–Hochberg). A hollow dot may be chance.",
            share=words.percent(meta["coping"]["fdr"], 0),
        ),
        words.say("Neighbours whose intervals overlap cannot be told apart: their order says nothing."),
        words.say("A difference between groups tells of circumstances, not of what anyone is like."),
    ]
    left = data.filter(pl.col("suppressed") == SHOWN, pl.col("turned").is_not_null()).height - shown.height
    if left > 0:
        parts.append(words.say("{n} smaller differences stand only in the table.", n=left))
    if any(_small(row) for row in shown.iter_rows(named=True)):
        parts.append(
            words.say(
                "Grey: fewer than {n} in one of the groups. A few persons can make such a difference, even one that is "
                "called clear.",
                n=LEAST,
            )
        )
    if data.filter(pl.col("suppressed") != SHOWN).height:
        parts.append(hidden_note(meta, words))
    return "\n".join(part for part in parts if part)
