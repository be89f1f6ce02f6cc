"""Feedback of those who took part: children, young people, parents and professionals apart."""

from __future__ import annotations

import polars as pl

from sujuva.figures.dots import Axis, Line, dots, rows_of
from sujuva.figures.framing import framed, in_words, interval_note, no_effect_note
from sujuva.figures.labels import Meta, group_title, region_title, scale_title
from sujuva.figures.language import Words
from sujuva.figures.nobody import somebody
from sujuva.figures.picture import Picture
from sujuva.figures.theme import style
from sujuva.published import SHOWN, require_published

GROUP = "participant_group:"
_ORDER = ("children", "young_people", "parents", "professionals")


def feedback_rows(integration: pl.DataFrame, *, region: str) -> pl.DataFrame:
    """Return the published means of feedback of a region, of everyone and of each group of participants.

    Args:
        integration: Published indicators of integration.
        region: Region, or "network".
    """
    frame = require_published(integration, "feedback").filter(
        pl.col("indicator") == "feedback_mean", pl.col("region") == region, pl.col("wave") > 0,
        (pl.col("group") == "all") | pl.col("group").str.starts_with(GROUP),
    ).filter(somebody())  # fmt: skip
    return frame.sort("scale", pl.col("group").cast(pl.Enum(_groups(frame))), "wave")


def _groups(frame: pl.DataFrame) -> list[str]:
    first = ["all", *(f"{GROUP}{one}" for one in _ORDER)]
    return [*first, *sorted(set(frame["group"]) - set(first))]


def feedback(integration: pl.DataFrame, meta: Meta, words: Words, *, region: str) -> Picture | None:
    """Draw the means of feedback, a panel for each statement and a row for each group; None where nothing is shown.

    Args:
        integration: Published indicators of integration.
        meta: Metadata of the publication.
        words: The reader's language.
        region: Region, or "network".
    """
    data = feedback_rows(integration, region=region)
    shown = data.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    if shown.is_empty():
        return None
    held = [one for one in _groups(data) if one in data["group"].unique().to_list()]
    panels = {one: scale_title(meta, one, words) for one in data["scale"].unique(maintain_order=True).to_list()}
    with style():
        figure, _ = dots(
            rows_of(data, panel="scale", row="group"), words, panels=panels,
            rows=[Line(one, group_title(one, words), one == "all") for one in held],
            axis=Axis(1, 5, (1, 2, 3, 4, 5), words.number), left=1.6,
        )  # fmt: skip
    last = shown["wave"].max()
    said = [
        f"{scale_title(meta, row['scale'], words)}, {group_title(row['group'], words)} {in_words(row, meta, words)}"
        for row in shown.filter(pl.col("wave") == last).iter_rows(named=True)
    ]
    name = region_title(meta, region, words)
    return framed(
        figure, data, meta, words,
        key="feedback",
        title=words.say("Feedback of those who took part"),
        caption=[
            words.say("Means of ratings from 1 to 5, by who took part; higher is better."),
            interval_note(meta, words) + " " + words.say("Ratings of one event are taken to be alike."),
            words.say(
                "Feedback comes from those who came and answered. Children's and parents' experiences may differ from "
                "those of professionals: that is why they stand apart."
            ),
            no_effect_note(words),
        ],
        alt=words.say("Dots with intervals for feedback in {region} in {year}. {values}.", region=name, year=last,
                      values="; ".join(said)),
        place=name,
    )  # fmt: skip
