"""Hobbies: how many have one, and how many of those without would like one, by region and year."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from matplotlib.axes import Axes

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import forest
from sujuva.figures.coping import HOBBIES
from sujuva.figures.labels import Meta, clusters_note, hidden_word_note, missing_word, region_title, source_line, stamp
from sujuva.figures.language import NO_BREAK, Words
from sujuva.figures.picture import Picture
from sujuva.figures.theme import grid, style
from sujuva.published import SHOWN, require_published

_DODGE = 0.17


def hobbies(parjaavyys: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> Picture | None:
    """Draw the shares of the first and the latest year by region with intervals; None where nobody was asked.

    Args:
        parjaavyys: Published indicators of coping.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show, in the order of the study.
    """
    data = require_published(parjaavyys, "hobbies").filter(
        pl.col("indicator") == "score_mean", pl.col("group") == "all", pl.col("scale").is_in(HOBBIES),
        pl.col("region").is_in(regions),
    )  # fmt: skip
    data = data.sort(pl.col("scale").cast(pl.Enum(HOBBIES)), pl.col("region").cast(pl.Enum(list(regions))), "wave")
    shown = data.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    if shown.is_empty():
        return None
    keys = shown["scale"].unique(maintain_order=True).to_list()
    places = [one for one in regions if one in shown["region"].unique().to_list()]
    waves = sorted(shown["wave"].unique().to_list())
    ends = list(dict.fromkeys((waves[0], waves[-1])))
    titles = {HOBBIES[0]: words.say("Has a hobby"), HOBBIES[1]: words.say("Of those without: would like one")}
    with style():
        figure, axes = grid(
            1, len(keys), height=0.32 * len(places) + 0.3, top=0.8, bottom=0.35, left=2.3, gap=(1.3, 0), right=0.35
        )
        for number, (key, ax) in enumerate(zip(keys, axes, strict=True)):
            mine = shown.filter(pl.col("scale") == key, pl.col("wave").is_in(ends))
            sizes = dict(mine.filter(pl.col("wave") == ends[-1]).select("region", "n").iter_rows())
            marks = [
                forest.Mark(
                    places.index(row["region"]) + (_DODGE if row["wave"] == ends[-1] else -_DODGE) * (len(ends) > 1),
                    100 * row["estimate"],
                    None if row["ci_low"] is None else 100 * row["ci_low"],
                    None if row["ci_high"] is None else 100 * row["ci_high"],
                    colour=int(row["wave"] != ends[-1]),
                    filled=row["wave"] == ends[-1],
                    marker="o" if row["wave"] == ends[-1] else "s",
                )
                for row in mine.iter_rows(named=True)
            ]
            labels = [
                (f"{region_title(meta, one, words)} " if number == 0 else "")
                + f"(n{NO_BREAK}={NO_BREAK}{words.number(sizes.get(one))})"
                for one in places
            ]
            bold = [place for place, one in enumerate(places) if one == NETWORK and len(places) > 1]
            forest.draw(ax, marks, labels, bold=bold, zero=False)
            _missing(ax, data.filter(pl.col("scale") == key), places, ends, words)
            ax.set_xlim(0, 100)
            ax.set_xticks(range(0, 101, 25))
            ax.xaxis.set_major_formatter(lambda value, _: words.percent(value / 100, 0))
            ax.set_title(titles[key], fontsize=9)
        handles = [
            forest.key(
                str(wave),
                colour=int(wave != ends[-1]),
                filled=wave == ends[-1],
                marker="o" if wave == ends[-1] else "s",
            )
            for wave in ends
        ]
        figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.005, 1.0), ncols=2)
    parts = [
        words.say(
            "Share of those asked, with {level} confidence intervals; n of the latest year. The second question was "
            "put only to those without a hobby.",
            level=words.percent(meta["confidence"], 0),
        ),
        words.say("Regions stand in the order of the study. Where intervals overlap, regions cannot be told apart."),
        hidden_word_note(meta, words) if data.filter(pl.col("suppressed") != SHOWN).height else "",
    ]
    last = shown.filter(pl.col("wave") == waves[-1], pl.col("region") == places[-1])
    return Picture(
        key="hobbies",
        title=words.say("Hobbies of children and young people"),
        caption="\n".join(part for part in parts if part),
        alt=words.say(
            "Dots with intervals by region. {region}: {values}.",
            region=region_title(meta, places[-1], words),
            values="; ".join(
                f"{titles[row['scale']]} {words.percent(row['estimate'], 0)}" for row in last.iter_rows(named=True)
            ),
        ),
        data=data,
        figure=figure,
        language=words.language,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
        warning=clusters_note(shown, words),
    )


def _missing(ax: Axes, data: pl.DataFrame, places: Sequence[str], ends: Sequence[int], words: Words) -> None:
    """Write which of the years a row lacks."""
    rows = {(row["region"], row["wave"]): row for row in data.iter_rows(named=True)}
    for place, region in enumerate(places):
        for wave in ends:
            row = rows.get((region, wave))
            if row is None or row["estimate"] is None:
                shift = (_DODGE if wave == ends[-1] else -_DODGE) * (len(ends) > 1)
                forest.told(ax, place + shift, f"{wave}: {missing_word(row, words)}")
