"""Difference in differences: how much more the regions that started changed than those that had not."""

from __future__ import annotations

from typing import Any

import polars as pl

from sujuva.figures import forest
from sujuva.figures.coping import headlined
from sujuva.figures.labels import (
    Meta,
    clusters_note,
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
from sujuva.figures.theme import grid, style
from sujuva.published import SHOWN, require_published


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
        caption=_did_caption(data, meta, words, started),
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
        warning=clusters_note(shown, words),
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


def _did_caption(data: pl.DataFrame, meta: Meta, words: Words, started: list[str]) -> str:
    parts = [
        words.say(
            "How much more the regions that started ({regions}) changed than those that had not, with {level} "
            "confidence intervals. Right of the line: they gained more.",
            regions=words.listed(started),
            level=words.percent(meta["confidence"], 0),
        ),
        words.say(
            "It would show an effect only if all regions had otherwise moved side by side (parallel trends). The "
            "squares look at that: they compare the years before the start and should lie near zero."
        ),
        words.say(
            "Regions are few, and what happened in one of them alone (a reform, a closed service) is not in the "
            "intervals: take this as a question, not as proof."
        ),
    ]
    if data.filter(pl.col("suppressed") != SHOWN).height:
        parts.append(hidden_note(meta, words))
    return "\n".join(part for part in parts if part)
