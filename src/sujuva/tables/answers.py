"""Contract of the answers to one instrument, made from its codebook."""

from __future__ import annotations

from functools import lru_cache

import dataframely as dy
import polars as pl

from sujuva.codebooks import Instrument

INFORMANTS = ("self", "parent", "teacher")
PREFIX = "answers_"
"""Answers to the instrument `who5` are the table `answers_who5`."""


def _informant(column: pl.Expr) -> pl.Expr:
    return column.is_in(INFORMANTS)


class AnswerKeys(dy.Schema):
    """What every table of answers starts with: one row is a person's answers through one informant at a wave."""

    respondent = dy.String(primary_key=True, min_length=1)
    wave = dy.Int32(primary_key=True, min=1900, max=2199)
    informant = dy.String(primary_key=True, min_length=1, check={"allowed": _informant})


@lru_cache(maxsize=128)
def _schema(key: str, columns: tuple[str, ...], low: int, high: int) -> type[dy.Schema]:
    items = {name: dy.Int16(nullable=True, min=low, max=high) for name in columns}
    doc = f"Answers to {key}: codes {low} to {high}, null where the person did not answer; seconds it took."
    seconds = dy.Float64(nullable=True, min=0)
    return type(f"Answers_{key}", (AnswerKeys,), {"__doc__": doc, **items, "seconds": seconds})


def answers_schema(instrument: Instrument) -> type[dy.Schema]:
    """Return the contract of the answers to `instrument`.

    Args:
        instrument: The codebook; its response range limits every item, and reversing is left to scoring.

    Returns:
        A schema with the columns respondent, wave, informant, `<key>_1` … `<key>_n` (Int16, nullable) and
        seconds (Float64, nullable: how long the person took, where the source tells it).
    """
    return _schema(instrument.key, tuple(instrument.item_columns), *instrument.response)
