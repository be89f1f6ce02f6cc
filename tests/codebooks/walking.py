"""A walk over published tables: every code in them is asked for its title."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from sujuva.figures import Words
from sujuva.figures.categories import category_title
from sujuva.figures.labels import (
    group_title,
    measure_title,
    note_title,
    relation_title,
    rule_title,
    sector_title,
    subject_title,
)
from sujuva.published import Published

TOPICS = ("network", "relation", "value", "presence")
"""Topics of indicators whose categories have titles: roles, views, links, sectors, relations, phenomena."""


def walked(published: Published, words: Words) -> int:
    """Ask for the title of every code in the tables of a publication, and return how many there were.

    Raises:
        CodebookError: A code has no title.
    """
    meta = published.meta
    columns: dict[str, Callable[[str], str]] = {
        **{
            kind: lambda code, kind=kind: words.title(kind, code)  # type: ignore[misc]
            for kind in ("informant", "suppressed", "flag", "comparison", "effect_kind", "bound")
        },
        "group": lambda code: group_title(code, words),
        "other_group": lambda code: group_title(code, words),
        "note": lambda code: note_title(code, words),
        "rule": lambda code: rule_title(code, words),
        "sector": lambda code: sector_title(meta, code, words),
        "phenomenon": lambda code: words.title("phenomenon", code),
        "relation": lambda code: relation_title(code, words, meta),
        "indicator": lambda code: words.of(meta["indicators"][code]["title"]),
        "measure": lambda code: measure_title(meta, code, words),
        "scale": lambda code: subject_title(meta, code, words),
    }
    seen = 0
    for name, frame in published.tables.items():
        for column in (one for one in frame.columns if frame.schema[one] == pl.String and one in columns):
            title = columns[column]
            if (name, column) == ("decisions", "rule"):
                title = lambda code: words.title("decision", code)  # noqa: E731
            for code in frame[column].drop_nulls().unique().sort():
                assert not code or title(code).strip(), (name, column, code)
                seen += 1
    topics = {key for key, one in meta["indicators"].items() if one["topic"] in TOPICS}
    networks = published["integration"].filter(pl.col("indicator").is_in(topics), pl.col("category") != "")
    for row in networks.unique(["indicator", "category"]).iter_rows(named=True):
        assert category_title(meta, row, words).strip(), row
        seen += 1
    return seen
