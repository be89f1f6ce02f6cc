"""What the figures of integration have in common: tables that may not be there, and what stands around a drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from matplotlib.figure import Figure

from sujuva.figures.labels import Meta, hidden_word_note, manner, source_line, stamp
from sujuva.figures.language import NO_BREAK, Words
from sujuva.figures.picture import Picture
from sujuva.published import SHOWN, Published

_TEXT, _REAL, _WHOLE = pl.String(), pl.Float64(), pl.Int64()
_ENDS = {"ci_low": _REAL, "ci_high": _REAL}
TABLES: dict[str, dict[str, Any]] = {
    "survival": {"region": _TEXT, "group": _TEXT, "day": _WHOLE, "survival": _REAL, **_ENDS, "n": _WHOLE},
    "actors": {
        "region": _TEXT, "wave": pl.Int32(), "relation": _TEXT, "organisation": _TEXT, "measure": _TEXT, "value": _REAL,
    },
    "presence": {
        "region": _TEXT, "wave": pl.Int32(), "phenomenon": _TEXT, "organisation": _TEXT, "attended": _WHOLE,
        "events": _WHOLE,
    },
    "beside": {
        "region": _TEXT, "municipality": _TEXT, "coping": _REAL, "coping_low": _REAL, "coping_high": _REAL,
        "persons": _WHOLE, "integration": _REAL, "integration_low": _REAL, "integration_high": _REAL,
        "families": _WHOLE,
    },
}  # fmt: skip
"""Published tables that an older publication does not have, and the columns that figures read."""


def table(published: Published, name: str) -> pl.DataFrame:
    """Return a published table of `TABLES`; without rows where the publication does not have it."""
    found = published.tables.get(name)
    return pl.DataFrame(schema={**TABLES[name], "suppressed": pl.String()}) if found is None else found


def framed(
    figure: Figure,
    data: pl.DataFrame,
    meta: Meta,
    words: Words,
    *,
    key: str,
    title: str,
    caption: Sequence[str],
    alt: str,
    place: str = "",
) -> Picture:
    """Put title, caption, text alternative and source around a drawing.

    What is hidden is explained by itself, at the end of the caption.

    Args:
        figure: The drawing, in which hidden numbers are words.
        data: The published rows behind it.
        meta: Metadata of the publication.
        words: The reader's language.
        key: Name of the file.
        title: What it shows.
        caption: Lines of the caption; empty ones are left out.
        alt: The figure in words.
        place: Region it is about, where it is about one.
    """
    lines = [*caption]
    if data.filter(pl.col("suppressed") != SHOWN).height:
        lines.append(hidden_word_note(meta, words))
    return Picture(
        key=key,
        title=title,
        caption="\n".join(one for one in lines if one),
        alt=alt,
        data=data,
        figure=figure,
        language=words.language,
        place=place,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
    )


def absent(row: Mapping[str, Any] | None, words: Words) -> str:
    """Return what stands in place of a mark: "hidden", or that there is no number."""
    return words.say("hidden") if row is not None and row["suppressed"] != SHOWN else words.say("no data")


def in_words(row: Mapping[str, Any], meta: Meta, words: Words) -> str:
    """Write an estimate with its interval and n; in place of one that is hidden or missing, a word."""
    if row["suppressed"] != SHOWN or row["estimate"] is None:
        return absent(row, words)
    shown = manner(meta, row)
    around = [words.interval(row["ci_low"], row["ci_high"], shown)] if row["ci_low"] is not None else []
    if row["n"] is not None:
        around.append(f"n{NO_BREAK}={NO_BREAK}{words.number(row['n'])}")
    return words.value(row["estimate"], shown) + (f" ({', '.join(around)})" if around else "")


def interval_note(meta: Meta, words: Words) -> str:
    """Say what the line through a dot is."""
    return words.say(
        "The line through a dot is the {level} confidence interval: how far the number could move by chance alone.",
        level=words.percent(meta["confidence"], 0),
    )


def no_ranking_note(words: Words) -> str:
    """Say that regions are no league table."""
    return words.say("Regions stand in the order of the study. Where intervals overlap, regions cannot be told apart.")


def no_effect_note(words: Words) -> str:
    """Say that a change between years is no effect of the work."""
    return words.say(
        "A difference between years shows what happened, not why: there is no control group, and other families or "
        "partners may have answered or come."
    )
