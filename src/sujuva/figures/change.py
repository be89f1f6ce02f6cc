"""Change between years by region: of everyone who answered, and of the same children; and with control regions."""

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
from sujuva.figures.theme import QUIET, grid, style
from sujuva.publish import SHOWN, require_published

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
            forest.draw(ax, [_mark(row, places) for row in part.iter_rows(named=True)], labels, bold=_bold(places))
            _frame(ax, part, meta, words, scale, informant)
            _sizes(ax, part, places, words)
        for ax in axes[len(panels) :]:
            ax.set_visible(False)
        handles = [
            forest.key(words.say("everyone who answered"), colour=0, filled=False, marker="s"),
            forest.key(words.say("the same children at both times"), colour=1),
        ]
        figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.005, 1.0), ncols=2)
    before, year = int(shown["other_wave"].min()), int(shown["wave"].max())  # type: ignore[arg-type]
    return Picture(
        key="change",
        title=words.say("Change from {before} to {year}", before=before, year=year),
        caption=_caption(data, shown, meta, words),
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
    )


def _bold(places: Sequence[str]) -> list[int]:
    return [number for number, one in enumerate(places) if one == NETWORK and len(places) > 1]


def _mark(row: dict[str, Any], places: Sequence[str]) -> forest.Mark:
    same = row["comparison"] == SAME
    place = places.index(row["region"]) + (_DODGE if same else -_DODGE)
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


def _sizes(ax: Any, part: pl.DataFrame, places: Sequence[str], words: Words) -> None:
    """Write n at the right: those who answered in the later year, and the same children."""
    sizes = {(row["region"], row["comparison"]): row["n"] for row in part.iter_rows(named=True)}
    for number, place in enumerate(places):
        both = [words.number(sizes.get((place, one))) for one in (CROSS, SAME)]
        forest.beside(ax, number, " / ".join(both))


def _said(row: dict[str, Any], meta: Meta, words: Words) -> str:
    shown = manner(meta, {"indicator": "score_mean", "scale": row["scale"]})
    who = words.say("the same children at both times") if row["comparison"] == SAME else ""
    name = scale_title(meta, row["scale"], words) + (f" ({who})" if who else "")
    return f"{name} {words.signed(row['estimate'], shown)}"


def _caption(data: pl.DataFrame, shown: pl.DataFrame, meta: Meta, words: Words) -> str:
    parts = [
        words.say(
            "Dots right of the line: more points than before. Squares compare all who answered in either year, among "
            "them many new children; circles follow the same children. The line through a mark is the {level} "
            "confidence interval: where it crosses zero, chance may explain the change. n: all who answered in the "
            "later year / the same children.",
            level=words.percent(meta["confidence"], 0),
        ),
        words.say("Regions stand in the order of the study. Where intervals overlap, regions cannot be told apart."),
        words.say(
            "The same children are also older, and those who had it worst at first tend to come nearer the mean by "
            "themselves (regression to the mean)."
        ),
        clusters_note(shown, words),
    ]
    if data.filter(pl.col("suppressed") != SHOWN).height:
        parts.append(hidden_note(meta, words))
    return " ".join(part for part in parts if part)


def did(comparisons: pl.DataFrame, meta: Meta, words: Words) -> Picture | None:
    """Draw how much more the regions that started changed than the others, beside the same before the start.

    In per cent of the range of each scale, turned so that right is better for the regions that started.

    Args:
        comparisons: Published comparisons.
        meta: Metadata of the publication.
        words: The reader's language.
    """
    data = did_rows(comparisons, meta)
    shown = data.filter(pl.col("suppressed") == SHOWN, pl.col("turned").is_not_null())
    if shown.filter(pl.col("comparison") == "did").is_empty():
        return None
    keys = shown.select("scale", "informant").unique(maintain_order=True).rows()
    turns = shown.select("comparison", "other_wave", "wave").unique().sort("comparison", "other_wave", "wave").rows()
    looks = {turn: (0.4 * (place - (len(turns) - 1) / 2) / len(turns), place) for place, turn in enumerate(turns)}
    marks = [_did_mark(row, keys, looks, meta) for row in shown.iter_rows(named=True)]
    labels = [f"{scale_title(meta, scale, words)}, {informant_title(informant, words)}" for scale, informant in keys]
    with style():
        height = (0.16 * len(turns) + 0.06) * len(keys) + 0.3
        figure, axes = grid(1, 1, height=height, top=0.45 + 0.25 * len(turns), bottom=0.7, left=4.2)
        ax = axes[0]
        forest.draw(ax, marks, labels)
        reach = 1.1 * max(1.0, *(abs(end) for mark in marks for end in (mark.low, mark.high) if end is not None))
        ax.set_xlim(-reach, reach)
        ax.locator_params(axis="x", nbins=6)
        ax.xaxis.set_major_formatter(lambda value, _: words.tick(value / 100, {"percent": True}))
        forest.sides(ax, words.say("started regions fell behind"), words.say("started regions gained more"))
        ax.set_title(words.say("Per cent of the range of each scale"), fontsize=9)
        handles = [
            forest.key(
                f"{before}–{after}: {turn_title(comparison, words)}", colour=looks[comparison, before, after][1],
                filled=comparison == "did", marker="o" if comparison == "did" else "s",
            )
            for comparison, before, after in turns
        ]  # fmt: skip
        figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.005, 1.0), ncols=1)
    started = [f"{region_title(meta, one, words)}{NO_BREAK}({wave})" for one, wave in meta["coping"]["started"].items()]
    main = shown.filter(pl.col("comparison") == "did")
    return Picture(
        key="did",
        title=words.say("Did regions that started change more than the others?"),
        caption=_did_caption(data, shown, meta, words, started),
        alt=words.say(
            "Dots with intervals: how much more the regions that started changed. {values}.",
            values="; ".join(
                f"{scale_title(meta, row['scale'], words)} {words.signed(row['estimate'], _own(row, meta))}"
                for row in main.iter_rows(named=True)
            ),
        ),
        data=data.drop("turned"),
        figure=figure,
        language=words.language,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
    )


def did_rows(comparisons: pl.DataFrame, meta: Meta) -> pl.DataFrame:
    """Return the differences in differences of headline scales at the latest year, and the placebos before."""
    order = headlined(meta)
    frame = require_published(comparisons, "difference in differences").filter(
        pl.col("comparison").is_in(["did", "placebo"]), pl.col("category") == "", pl.col("scale").is_in(order)
    )
    frame = frame.filter(pl.col("wave") == pl.col("wave").max().over("comparison"))
    factor = {
        key: (1 if one["higher_is_better"] else -1) * 100 / (one["range"][1] - one["range"][0])
        for key, one in meta["scales"].items()
    }
    turned = pl.col("estimate") * pl.col("scale").replace_strict(factor, default=None, return_dtype=pl.Float64)
    return frame.with_columns(turned=turned).sort(pl.col("scale").cast(pl.Enum(order)), "informant", "comparison")


def _own(row: dict[str, Any], meta: Meta) -> Any:
    return manner(meta, {"indicator": "score_mean", "scale": row["scale"]})


def turn_title(comparison: str, words: Words) -> str:
    """Return what a difference in differences compares in time."""
    if comparison == "did":
        return words.say("from before the start to after")
    return words.say("the years before, when there should be nothing to see")


def _did_mark(
    row: dict[str, Any], keys: list[tuple[Any, ...]], looks: dict[tuple[Any, ...], tuple[float, int]], meta: Meta
) -> forest.Mark:
    about = meta["scales"][row["scale"]]
    factor = (1 if about["higher_is_better"] else -1) * 100 / (about["range"][1] - about["range"][0])
    ends = sorted(factor * one for one in (row["ci_low"], row["ci_high"]) if one is not None)
    low, high = ends if len(ends) == 2 else (None, None)  # noqa: PLR2004
    real = row["comparison"] == "did"
    shift, colour = looks[row["comparison"], row["other_wave"], row["wave"]]
    place = keys.index((row["scale"], row["informant"])) + shift
    return forest.Mark(place, row["turned"], low, high, colour=colour, marker="o" if real else "s", filled=real)


def _did_caption(data: pl.DataFrame, shown: pl.DataFrame, meta: Meta, words: Words, started: list[str]) -> str:
    parts = [
        words.say(
            "How much more the regions that started ({regions}) changed than those that had not, with {level} "
            "confidence intervals. Right of the line: they gained more.",
            regions=words.listed(started),
            level=words.percent(meta["confidence"], 0),
        ),
        words.say(
            "It would show an effect only if all regions had otherwise moved side by side. The squares look at that: "
            "they compare the years before the start and should lie near zero."
        ),
        words.say(
            "Regions are few, and what happened in one of them alone (a reform, a closed service) is not in the "
            "intervals: take this as a question, not as proof."
        ),
        clusters_note(shown, words),
    ]
    if data.filter(pl.col("suppressed") != SHOWN).height:
        parts.append(hidden_note(meta, words))
    return " ".join(part for part in parts if part)


__all__ = ["change", "change_rows", "did", "did_rows", "turn_title"]
