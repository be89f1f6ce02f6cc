"""How well the measures measure: alpha and omega of each scale, with intervals."""

from __future__ import annotations

from typing import Any

import polars as pl

from sujuva.figures import forest
from sujuva.figures.coping import headlined
from sujuva.figures.labels import (
    Meta,
    hidden_note,
    informant_title,
    region_title,
    scale_title,
    source_line,
    stamp,
)
from sujuva.figures.language import NO_BREAK, Words
from sujuva.figures.picture import Picture
from sujuva.figures.theme import QUIET, grid, style
from sujuva.published import SHOWN, require_published

GUIDES = (0.7, 0.8, 0.9)
"""Guide lines; what is enough depends on what a score is used for."""
_DODGE = 0.17


def scale_rows(reliability: pl.DataFrame, meta: Meta, *, region: str) -> pl.DataFrame:
    """Return the rows of whole scales of a region at its latest year, in the order of figures, subscales last."""
    first = headlined(meta)
    order = [*first, *(key for key in meta["scales"] if key not in first)]
    frame = require_published(reliability, "reliability").filter(
        pl.col("item") == "", pl.col("region") == region, pl.col("scale").is_in(order)
    )
    frame = frame.filter(pl.col("wave") == pl.col("wave").max().over("scale", "informant"))
    return frame.sort(pl.col("scale").cast(pl.Enum(order)), "informant", "measure")


def reliability(frame: pl.DataFrame, meta: Meta, words: Words, *, region: str) -> Picture | None:
    """Draw alpha and omega of every scale of more than one question at the latest year; None where there are none.

    Args:
        frame: Published `reliability`.
        meta: Metadata of the publication.
        words: The reader's language.
        region: Region, or "network".
    """
    data = scale_rows(frame, meta, region=region)
    drawn = data.filter(
        pl.col("measure").is_in(["alpha", "omega_total"]),
        pl.col("suppressed") == SHOWN,
        pl.col("estimate").is_not_null(),
    )
    if drawn.is_empty():
        return None
    keys = drawn.select("scale", "informant").unique(maintain_order=True).rows()
    sizes = {(row["scale"], row["informant"]): row["n"] for row in drawn.iter_rows(named=True)}
    labels = [
        f"{scale_title(meta, scale, words)}, {informant_title(informant, words)} "
        f"(n{NO_BREAK}={NO_BREAK}{words.number(sizes[scale, informant])})"
        for scale, informant in keys
    ]
    low = min(0.5, *(row["ci_low"] or row["estimate"] for row in drawn.iter_rows(named=True)))
    with style():
        figure, axes = grid(1, 1, height=0.3 * len(keys) + 0.3, top=0.55, bottom=0.35, left=4.9)
        ax = axes[0]
        forest.draw(ax, [_mark(row, keys) for row in drawn.iter_rows(named=True)], labels, zero=False)
        for guide in GUIDES:
            ax.axvline(guide, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        ax.set_xlim(low - 0.02, 1.0)
        ax.xaxis.set_major_formatter(lambda value, _: words.tick(value, {}))
        handles = [
            forest.key("α (Cronbach)", marker="s", filled=False),
            forest.key("ω (McDonald)", colour=1),
        ]
        figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.005, 1.0), ncols=2)
    name = region_title(meta, region, words)
    parts = [
        words.say(
            "Reliability as internal consistency: how far the questions of a measure measure the same thing, from 0 to "
            "1 (the axis is cut). The "
            "line through a mark is the {level} confidence interval.",
            level=words.percent(meta["confidence"], 0),
        ),
        words.say(
            "Dashed guide lines at {guides} help the eye; they are no pass marks. What is enough depends on the use: "
            "comparing groups asks less than deciding about one child, and more questions raise the number.",
            guides=words.listed([words.number(one, 1) for one in GUIDES]),
        ),
        words.say("A low value widens intervals and hides differences; it does not make them."),
    ]
    if data.filter(pl.col("suppressed") != SHOWN).height:
        parts.append(hidden_note(meta, words))
    said = [
        f"{scale_title(meta, row['scale'], words)} {words.number(row['estimate'], 2)}"
        for row in drawn.filter(pl.col("measure") == "alpha").iter_rows(named=True)
    ]
    return Picture(
        key="reliability",
        title=words.say("How well do the questions of a measure hold together"),
        caption="\n".join(parts),
        alt=words.say(
            "Dots with intervals for alpha and omega in {region}. Alpha: {values}.", region=name, values="; ".join(said)
        ),
        data=data,
        figure=figure,
        language=words.language,
        place=name,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
    )


def _mark(row: dict[str, Any], keys: list[tuple[Any, ...]]) -> forest.Mark:
    omega = row["measure"] == "omega_total"
    place = keys.index((row["scale"], row["informant"])) + (_DODGE if omega else -_DODGE)
    return forest.Mark(
        place,
        row["estimate"],
        row["ci_low"],
        row["ci_high"],
        colour=int(omega),
        marker="o" if omega else "s",
        filled=omega,
    )
