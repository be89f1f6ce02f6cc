"""Blank answers: which questions were left unanswered in the network, and how much in each region."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from matplotlib.figure import Figure

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.heat import BLANKS, any_hidden, cells, key, long, panels
from sujuva.figures.labels import Meta, region_title, source_line, stamp
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture
from sujuva.figures.quality_words import instrument_title, item_title
from sujuva.figures.theme import WIDTH, style
from sujuva.published import SHOWN, require_published

_ACROSS = 25
"""Questions in one row of cells; a longer instrument goes on below."""
_LEFT, _CELL, _WIDE, _HEAD, _TOP = 0.62, 0.27, 0.315, 0.62, 0.42
"""Inches: where cells begin, their height and width, what stands around a block, the key."""


def blanks_by_item(frame: pl.DataFrame, meta: Meta, words: Words) -> Picture | None:
    """Draw the share of blank answers to every question in the whole network, wave by wave.

    Args:
        frame: Published `quality_items`.
        meta: Metadata of the publication.
        words: The reader's language.
    """
    data = require_published(frame, "blank answers").filter(pl.col("region") == NETWORK)
    data = data.sort("instrument", "item", "wave")
    if data.is_empty():
        return None
    blocks: list[tuple[str, list[int], list[int]]] = []
    for (instrument,), part in data.group_by("instrument", maintain_order=True):
        numbers, waves = part["item"].unique().sort().to_list(), part["wave"].unique().sort().to_list()
        blocks += [
            (str(instrument), numbers[start : start + _ACROSS + 1], waves)
            for start in range(0, len(numbers), _ACROSS + 1)
        ]
    height = _TOP + sum(_HEAD + _CELL * len(waves) for _, _, waves in blocks)
    with style():
        figure = Figure(figsize=(WIDTH, height))
        top, drawn = height - _TOP, []
        for instrument, numbers, waves in blocks:
            low = top - 0.3 - _CELL * len(waves)
            size = (_WIDE * len(numbers) / WIDTH, _CELL * len(waves) / height)
            ax = figure.add_axes((_LEFT / WIDTH, low / height, *size))
            part = data.filter(pl.col("instrument") == instrument)
            found = {
                (waves.index(row["wave"]), numbers.index(row["item"])): row
                for row in part.iter_rows(named=True)
                if row["item"] in numbers
            }
            columns = [str(number) if number else words.say("all") for number in numbers]
            cells(ax, [str(wave) for wave in waves], columns, found, BLANKS, words)
            ax.set_title(instrument_title(meta, instrument, words), fontsize=9.5, x=-0.0)
            if numbers[0] == 0:
                ax.axvline(0.5, color="white", linewidth=5)
            drawn.append(found)
            top = low - (_HEAD - 0.3)
        key(figure, BLANKS, words, hidden=any_hidden(drawn))
    singles = data.filter(pl.col("item") > 0)
    return Picture(
        key="blanks",
        title=words.say("Questions left unanswered, whole network"),
        caption=words.say(
            "Of those asked the question, per cent who left it blank; “all” is all questions of the form together. "
            "The numbers under the cells are those of the questions on the form."
        ),
        alt=_said(singles, meta, words),
        data=data,
        figure=figure,
        language=words.language,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
    )


def _said(singles: pl.DataFrame, meta: Meta, words: Words) -> str:
    """Say how many cells are low, and which question was left blank most."""
    shown = singles.filter(pl.col("suppressed") == SHOWN)
    low = sum(BLANKS.place(row) == 0 for row in shown.iter_rows(named=True))
    text = words.say(
        "A table in colours. In {low} of {all} cells, each a question in one year, under {limit} of answers are blank.",
        low=words.number(low),
        all=words.number(singles.height),
        limit=words.percent(BLANKS.limits[0] / 100, 0),
    )
    worst = shown.filter(pl.col("bound") != "below").sort(
        "estimate", "instrument", "item", descending=[True, False, False]
    )
    if worst.is_empty():
        return text
    row = worst.row(0, named=True)
    return f"{text} " + words.say(
        "Left blank most: {question} ({instrument}) in {year}, {share}.",
        question=item_title(row["item"], words),
        instrument=instrument_title(meta, row["instrument"], words),
        year=row["wave"],
        share=long(row, words),
    )


def blanks_by_region(frame: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> Picture | None:
    """Draw the share of blank answers of each form by region and wave.

    Args:
        frame: Published `quality_items`.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show, "network" among them.
    """
    data = require_published(frame, "blank answers").filter(pl.col("item") == 0, pl.col("region").is_in(regions))
    data = data.sort("instrument", pl.col("region").cast(pl.Enum(regions)), "wave")
    if data.is_empty():
        return None
    places = [one for one in regions if one in data["region"].unique().to_list()]
    waves = data["wave"].unique().sort().to_list()
    forms = data["instrument"].unique().sort().to_list()
    found = [
        {
            (places.index(row["region"]), waves.index(row["wave"])): row
            for row in data.filter(pl.col("instrument") == form).iter_rows(named=True)
        }
        for form in forms
    ]
    titles = [instrument_title(meta, form, words) for form in forms]
    with style():
        figure = panels(
            titles,
            [region_title(meta, one, words) for one in places],
            [str(one) for one in waves],
            found,
            BLANKS,
            words,
        )
    last = data.filter(pl.col("wave") == waves[-1])
    said = [
        f"{instrument_title(meta, row['instrument'], words)}, {region_title(meta, row['region'], words)}: "
        f"{long(row, words)}"
        for row in last.iter_rows(named=True)
    ]
    return Picture(
        key="blanks-by-region",
        title=words.say("Answers left blank, by region"),
        caption=words.say("Of all questions asked on the returned forms, per cent left blank, by year."),
        alt=words.say("A table in colours. Blank answers in {year}: {values}.", year=waves[-1], values="; ".join(said)),
        data=data,
        figure=figure,
        language=words.language,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
    )
