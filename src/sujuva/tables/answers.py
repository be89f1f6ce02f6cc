"""Contract of the answers to one instrument, made from its codebook."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import dataframely as dy
import polars as pl

from sujuva.codebooks import Instrument
from sujuva.codebooks.scales import INFORMANTS
from sujuva.tables import columns
from sujuva.tables.columns import coded, value

PREFIX = "answers_"
"""Answers to the instrument `who5` are the table `answers_who5`."""
_INFORMANT = (
    "informantti vastaajarooli vastaajanrooli rooli vastaajatyyppi vastaajantyyppi vastaajaryhmä respondenttype "
    "uppgiftslämnare"
)


class AnswerKeys(dy.Schema):
    """What every table of answers starts with: one row is a person's answers through one informant at a wave."""

    respondent = columns.respondent(refers="respondents.respondent")
    wave = columns.wave()
    informant = coded("informant", INFORMANTS, _INFORMANT, primary_key=True)


_CODES: dict[type[pl.DataType], Callable[..., dy.Column]] = {
    pl.Int8: dy.Int8,
    pl.Int16: dy.Int16,
    pl.Int32: dy.Int32,
    pl.Int64: dy.Int64,
}


def code_type(low: int, high: int) -> type[pl.DataType]:
    """Return the smallest type that holds the answer codes: tables of answers are large."""
    bits = max((code if code >= 0 else -1 - code).bit_length() for code in (low, high)) + 1
    return next((kind for kind, size in zip(_CODES, (8, 16, 32), strict=False) if bits <= size), pl.Int64)


@lru_cache(maxsize=128)
def _schema(key: str, responses: tuple[tuple[str, tuple[int, int]], ...]) -> type[dy.Schema]:
    items = {name: _CODES[code_type(low, high)](nullable=True, min=low, max=high) for name, (low, high) in responses}
    ranges = ", ".join(dict.fromkeys(f"{low} to {high}" for _, (low, high) in responses))
    doc = f"Answers to {key}: codes {ranges}, null where the person did not answer; seconds it took."
    seconds = dy.Float64(nullable=True, min=0, metadata=value(made=True))
    return type(f"Answers_{key}", (AnswerKeys,), {"__doc__": doc, **items, "seconds": seconds})


def answers_schema(instrument: Instrument) -> type[dy.Schema]:
    """Return the contract of the answers to `instrument`.

    Args:
        instrument: The codebook; its response ranges limit the items, and reversing is left to scoring.

    Returns:
        A schema with the columns respondent, wave, informant, `<key>_1` … `<key>_n` (whole numbers, nullable) and
        seconds (Float64, nullable: how long the person took, where the source tells it).
    """
    return _schema(instrument.key, tuple(instrument.item_responses.items()))
