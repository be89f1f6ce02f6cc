"""Change between years by region: of everyone who answered, and of the same children."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import forest
from sujuva.figures.coping import headlined
from sujuva.figures.labels import (
    Meta,
    clusters_note,
    direction,
    hidden_word_note,
    informant_title,
    manner,
    missing_word,
    region_title,
    scale_title,
    source_line,
    stamp,
)
from sujuva.figures.language import Words
from sujuva.figures.nobody import somebody
from sujuva.figures.picture import Picture
from sujuva.figures.theme import QUIET, grid, style
from sujuva.published import SHOWN, require_published

CROSS, SAME = "change", "change_paired"
_DODGE = 0.17


def change_rows(comparisons: pl.DataFrame, meta: Meta, *, regions: Sequence[str]) -> pl.DataFrame:
    """Return the longest change that ends at the latest year, of everyone and of the same children, on headline scales.

    Rows stand in the order of figures: scales, informants, `regions`, everyone before the same children.
    """
    order = headlined(meta)
    frame = require_published(comparisons, "change").filter(
        pl.col("comparison").is_in([CROSS, SAME]), pl.col("group") == "all", pl.col("category") == "",
        pl.col("region").is_in(regions), pl.col("scale").is_in(order),
    )  # fmt: skip
    within = ["comparison", "scale", "informant"]
    frame = frame.filter(pl.col("wave") == pl.col("wave").max())
    frame = frame.filter(pl.col("other_wave") == pl.col("other_wave").min().over(within))
    return frame.sort(
        pl.col("scale").cast(pl.Enum(order)), "informant", pl.col("region").cast(pl.Enum(list(regions))), "comparison"
    )


def change(comparisons: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> Picture | None:
    """Draw the change from the first to the latest year, a panel for each scale and informant; None without any.

    Args:
        comparisons: Published comparisons.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show, in the order of the study; they are not ranked.
    """
    data = change_rows(comparisons, meta, regions=regions)
    shown = data.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    if shown.is_empty():
        return None
    places = [one for one in regions if one in shown["region"].unique().to_list()]
    panels = shown.select("scale", "informant").unique(maintain_order=True).rows()
    columns = min(2, len(panels))
    rows = math.ceil(len(panels) / columns)
    pairs = _followed(data)
    with style():
        figure, axes = grid(
            rows,
            columns,
            height=forest.height_of(len(places)) + 0.1,
            top=1.0,
            bottom=0.55,
            left=1.75,
            right=0.75,
            gap=(0.85, 1.25),
        )
        for number, ((scale, informant), ax) in enumerate(zip(panels, axes, strict=False)):
            part = shown.filter(pl.col("scale") == scale, pl.col("informant") == informant)
            first = number % columns == 0
            labels = [region_title(meta, one, words) if first else "" for one in places]
            marks = [_mark(row, places, pairs=pairs) for row in part.iter_rows(named=True)]
            forest.draw(ax, marks, labels, bold=_bold(places))
            _frame(ax, part, meta, words, scale, informant)
            _sizes(ax, part, places, words, pairs=pairs)
            every = data.filter(pl.col("scale") == scale, pl.col("informant") == informant)
            _missing(ax, every, places, words, pairs=pairs)
        for ax in axes[len(panels) :]:
            ax.set_visible(False)
        handles = [
            forest.key(words.say("everyone who answered"), colour=0, filled=False, marker="s"),
            *([forest.key(words.say("the same children at both times"), colour=1)] if pairs else []),
        ]
        figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.005, 1.0), ncols=2)
    before, year = int(shown["other_wave"].min()), int(shown["wave"].max())  # type: ignore[arg-type]
    return Picture(
        key="change",
        title=words.say("Change from {before} to {year}", before=before, year=year),
        caption=_caption(data, meta, words, pairs=pairs),
        alt=words.say(
            "Dots with intervals by region for the change from {before} to {year}. {values}.",
            before=before,
            year=year,
            values="; ".join(_said(row, meta, words) for row in shown.filter(region=places[0]).iter_rows(named=True)),
        ),
        data=data,
        figure=figure,
        language=words.language,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
        warning=clusters_note(shown, words),
    )


def _followed(data: pl.DataFrame) -> bool:
    """Tell whether anybody is in both years."""
    return not data.filter(pl.col("comparison") == SAME, somebody()).is_empty()


def _bold(places: Sequence[str]) -> list[int]:
    return [number for number, one in enumerate(places) if one == NETWORK and len(places) > 1]


def _mark(row: dict[str, Any], places: Sequence[str], *, pairs: bool) -> forest.Mark:
    same = row["comparison"] == SAME
    place = places.index(row["region"]) + pairs * (_DODGE if same else -_DODGE)
    ends = (row["ci_low"], row["ci_high"])
    return forest.Mark(place, row["estimate"], *ends, colour=int(same), marker="o" if same else "s", filled=same)


def _frame(ax: Any, part: pl.DataFrame, meta: Meta, words: Words, scale: str, informant: str) -> None:
    shown = manner(meta, {"indicator": "score_mean", "scale": scale})
    ends = [value for name in ("estimate", "ci_low", "ci_high") for value in part[name].drop_nulls().to_list()]
    low, high = meta["scales"][scale]["range"]
    reach = max(1.1 * max(abs(one) for one in ends), 0.02 * (high - low))
    ax.set_xlim(-reach, reach)
    ax.locator_params(axis="x", nbins=5)
    ax.xaxis.set_major_formatter(lambda value, _: words.tick(value, shown))
    ax.set_title(f"{scale_title(meta, scale, words)}\n\n", fontsize=9.5)
    span = words.say("scale {span}", span=words.span(low, high, percent=shown.get("percent", False)))
    about = f"{informant_title(informant, words)}\n{direction(meta, scale, words)}, {span}"
    ax.annotate(about, (0, 1), (0, 5), xycoords="axes fraction", textcoords="offset points", fontsize=8, color=QUIET)


def _sizes(ax: Any, part: pl.DataFrame, places: Sequence[str], words: Words, *, pairs: bool) -> None:
    """Write n at the right: those who answered in the later year, and the same children where there are any."""
    sizes = {(row["region"], row["comparison"]): row["n"] for row in part.iter_rows(named=True)}
    for number, place in enumerate(places):
        both = [words.number(sizes.get((place, one))) for one in ((CROSS, SAME) if pairs else (CROSS,))]
        forest.beside(ax, number, " / ".join(both))


def _missing(ax: Any, part: pl.DataFrame, places: Sequence[str], words: Words, *, pairs: bool) -> None:
    """Write where a change is hidden or there is none."""
    rows = {(row["region"], row["comparison"]): row for row in part.iter_rows(named=True)}
    for number, place in enumerate(places):
        for kind, shift in ((CROSS, -_DODGE), (SAME, _DODGE)) if pairs else ((CROSS, 0.0),):
            row = rows.get((place, kind))
            if row is None or row["estimate"] is None:
                forest.told(ax, number + shift, missing_word(row, words))


def _said(row: dict[str, Any], meta: Meta, words: Words) -> str:
    shown = manner(meta, {"indicator": "score_mean", "scale": row["scale"]})
    who = words.say("the same children at both times") if row["comparison"] == SAME else ""
    name = scale_title(meta, row["scale"], words) + (f" ({who})" if who else "")
    return f"{name} {words.signed(row['estimate'], shown)}"


def _caption(data: pl.DataFrame, meta: Meta, words: Words, *, pairs: bool) -> str:
    level = words.percent(meta["confidence"], 0)
    parts = [
        words.say(
            "Dots right of the line: more points than before. Squares compare all who answered in either year, among "
            "them many new children; circles follow the same children. The line through a mark is the {level} "
            "confidence interval: where it crosses zero, chance may explain the change. n: all who answered in the "
            "later year / the same children.",
            level=level,
        )
        if pairs
        else words.say(
            "Dots right of the line: more points than before. They compare all who answered in either year, among "
            "them many new children. The line through a mark is the {level} confidence interval: where it crosses "
            "zero, chance may explain the change. n: all who answered in the later year.",
            level=level,
        ),
        "" if pairs else words.say("Nobody has a score in both years, so the same children could not be followed."),
        words.say("Regions stand in the order of the study. Where intervals overlap, regions cannot be told apart."),
        words.say(
            "The same children are also older, and those who had it worst at first tend to come nearer the mean by "
            "themselves (regression to the mean)."
        )
        if pairs
        else "",
    ]
    if data.filter(pl.col("suppressed") != SHOWN).height:
        parts.append(hidden_word_note(meta, words))
    return "\n".join(part for part in parts if part)
