"""Beside chance: whether ties cross sectors, and whether two kinds of ties go together, as plain sentences."""

from __future__ import annotations

from typing import Any

import polars as pl

from sujuva.figures import Words
from sujuva.figures.labels import Meta, relation_title
from sujuva.figures.language import NO_BREAK
from sujuva.published import SHOWN, Published

EI, QAP = "ei_permutation", "qap"
_LEAST = 0.001


def sector_sentence(published: Published, words: Words, *, region: str, relation: str) -> str:
    """Say whether the ties of a relation cross sectors more than by lot, in the latest year; nothing where unknown.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: The region.
        relation: The relation.
    """
    row = _latest(published, EI, region, relation)
    if row is None or row["effect"] is None or row["p"] is None:
        return ""
    values = {
        "year": row["wave"], "value": words.number(row["estimate"], 2), "expected": words.number(row["effect"], 2),
        "p": _p(row["p"], words),
    }  # fmt: skip
    if row["p"] > 1 - published.meta["confidence"]:
        return words.say(
            "In {year} ties crossed sectors about as often as if the sectors had been dealt out by lot (E-I index "
            "{value}, by lot {expected} on average; {p}, permutation test).",
            **values,
        )
    if row["estimate"] > row["effect"]:
        return words.say(
            "In {year} ties crossed sectors more often than if the sectors had been dealt out by lot (E-I index "
            "{value}, by lot {expected} on average; {p}, permutation test).",
            **values,
        )
    return words.say(
        "In {year} ties kept within sectors more often than if the sectors had been dealt out by lot (E-I index "
        "{value}, by lot {expected} on average; {p}, permutation test).",
        **values,
    )


def chance_note(published: Published, words: Words, *, region: str, relation: str, wave: int) -> str:
    """Say what E-I index the dealing of sectors by lot would give, beside the index of the same year.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: The region.
        relation: The relation.
        wave: Year of the index.
    """
    row = _latest(published, EI, region, relation)
    if row is None or row["wave"] != wave or row["effect"] is None or row["p"] is None:
        return ""
    return words.say(
        "by lot {expected} on average, {p}", expected=words.number(row["effect"], 2), p=_p(row["p"], words)
    )


def relations_sentence(published: Published, words: Words, *, region: str, relation: str) -> str:
    """Say whether organisations close in one relation are close in another, in the latest year.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: The region.
        relation: The first of the two relations.
    """
    row = _latest(published, QAP, region, relation)
    if row is None or row["p"] is None:
        return ""
    meta: Meta = published.meta
    values = {
        "year": row["wave"], "one": relation_title(row["scale"], words, meta),
        "other": relation_title(row["category"], words, meta).lower(), "value": words.number(row["estimate"], 2),
        "p": _p(row["p"], words),
    }  # fmt: skip
    if row["p"] > 1 - meta["confidence"]:
        return words.say(
            "{one} and {other} went together in {year} no more than chance would have it (correlation {value}; {p}, "
            "QAP).",
            **values,
        )
    if row["estimate"] < 0:
        return words.say(
            "{one} and {other} were found between different organisations in {year} (correlation {value}; {p}, QAP).",
            **values,
        )
    return words.say(
        "{one} and {other} went together in {year}: strong in one was often strong in the other (correlation {value}; "
        "{p}, QAP).",
        **values,
    )


def _latest(published: Published, comparison: str, region: str, relation: str) -> dict[str, Any] | None:
    rows = published["comparisons"].filter(
        pl.col("comparison") == comparison, pl.col("region") == region, pl.col("scale") == relation
    )
    rows = rows.filter(pl.col("wave") == pl.col("wave").max()).filter(
        pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null()
    )
    return next(rows.sort("category").iter_rows(named=True), None)


def _p(value: float, words: Words) -> str:
    if value < _LEAST:
        return f"p{NO_BREAK}<{NO_BREAK}{words.number(_LEAST, 3)}"
    return f"p{NO_BREAK}={NO_BREAK}{words.number(value, 3)}"
