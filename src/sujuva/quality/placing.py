"""Answers beside the place and the groups of the persons who gave them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from sujuva.codebooks import Instrument
from sujuva.tables import PREFIX

PERSON = ("respondent", "wave")
"""Columns that tell persons at a wave apart."""


def answered_instruments(
    tables: Mapping[str, pl.DataFrame], instruments: Mapping[str, Instrument]
) -> Iterator[tuple[Instrument, pl.DataFrame]]:
    """Give each instrument that has a table of answers, in the order of keys, and that table."""
    for key in sorted(instruments):
        answers = tables.get(PREFIX + key)
        if answers is not None:
            yield instruments[key], answers


def place(
    answers: pl.DataFrame, respondents: pl.DataFrame, groups: Sequence[str] = ()
) -> tuple[pl.DataFrame, list[str]]:
    """Put each person's region and groups beside the answers.

    Args:
        answers: A clean table of answers.
        respondents: The clean table of respondents; every person of `answers` is there.
        groups: Columns of `respondents` or else of `answers`; those in neither are left out.

    Returns:
        The answers in their order with region and the groups (text, null: in no group), and the groups that are there.
    """
    of_persons = [name for name in groups if name in respondents.columns]
    own = [name for name in groups if name in answers.columns and name not in of_persons]
    places = respondents.select(*PERSON, "region", pl.col(of_persons).cast(pl.String))
    # Joined to the keys alone and set beside the answers: the wide table is not copied.
    beside = answers.select(PERSON).join(places, on=PERSON, how="left", maintain_order="left").drop(PERSON)
    placed = answers.drop(of_persons, "region", strict=False).with_columns(pl.col(own).cast(pl.String))
    return placed.hstack(beside).filter(pl.col("region").is_not_null()), [*of_persons, *own]


def in_codebook_direction(instrument: Instrument) -> dict[str, pl.Expr]:
    """Return each item as a whole number (Int64); reverse items are turned to low + high − answer."""
    turned = {f"{instrument.key}_{number}" for number in instrument.reverse}
    both = {name: low + high for name, (low, high) in instrument.item_responses.items()}
    whole = {name: pl.col(name).cast(pl.Int64) for name in instrument.item_columns}
    return {name: (both[name] - code if name in turned else code).alias(name) for name, code in whole.items()}
