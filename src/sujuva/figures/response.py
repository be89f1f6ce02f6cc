"""Who answered: of the respondents, and of those who had answered the time before."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sujuva.figures.heat import ANSWERS, long, panels
from sujuva.figures.labels import Meta, region_title, source_line, stamp
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture
from sujuva.figures.quality_words import form_title
from sujuva.figures.theme import style
from sujuva.published import require_published

ANSWERED, AGAIN = "answered", "again"


def response(
    frame: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str], measure: str = ANSWERED
) -> Picture | None:
    """Draw the share of those who answered, by form, region and wave.

    Args:
        frame: Published `quality_response`.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show, "network" among them.
        measure: "answered" (of the respondents) or "again" (of those who had answered the time before).
    """
    data = require_published(frame, "response").filter(pl.col("measure") == measure, pl.col("region").is_in(regions))
    data = data.sort("instrument", "informant", pl.col("region").cast(pl.Enum(regions)), "wave")
    if data.is_empty():
        return None
    places = [one for one in regions if one in data["region"].unique().to_list()]
    waves = data["wave"].unique().sort().to_list()
    forms = list(data.select("instrument", "informant").unique().sort("instrument", "informant").iter_rows())
    found = [
        {
            (places.index(row["region"]), waves.index(row["wave"])): row
            for row in data.filter(pl.col("instrument") == form, pl.col("informant") == informant).iter_rows(named=True)
        }
        for form, informant in forms
    ]
    titles = [form_title(meta, form, informant, words) for form, informant in forms]
    with style():
        figure = panels(
            titles,
            [region_title(meta, one, words) for one in places],
            [str(one) for one in waves],
            found,
            ANSWERS,
            words,
        )
    said = [
        f"{form_title(meta, row['instrument'], row['informant'], words)}, "
        f"{region_title(meta, row['region'], words)}: {long(row, words)}"
        for row in data.filter(pl.col("wave") == waves[-1]).iter_rows(named=True)
    ]
    if measure == ANSWERED:
        title = words.say("How many answered")
        caption = words.say(
            "Per cent of the study's respondents of that year and region who answered the form, "
            "to the nearest five per cent. Not every respondent is asked to fill in every form "
            "(parents, say, only those of some ages), so read how it changes rather than how high it is."
        )
    else:
        title = words.say("How many answered again")
        caption = words.say(
            "Per cent of those who answered the form the time before who answered it this time too, "
            "in the same region, to the nearest five per cent."
        )
    return Picture(
        key="response" if measure == ANSWERED else "response-again",
        title=title,
        caption=caption,
        alt=words.say(
            "A table in colours. {title} in {year}: {values}.", title=title, year=waves[-1], values="; ".join(said)
        ),
        data=data,
        figure=figure,
        language=words.language,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
    )
