"""Contracts as judges of what no named rule has caught in the rows of one source."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import dataframely as dy
import polars as pl

from sujuva.cleaning.fed import AT, Brought
from sujuva.cleaning.rules import CONTRACT
from sujuva.codebooks import Instrument
from sujuva.tables import key_columns, schema_of


@lru_cache(maxsize=256)
def _judge(schema: type[dy.Schema]) -> type[dy.Schema]:
    """Return a contract for rows that know their place and whose keys of persons are still numbers.

    Such keys are left out: they are there because the notes of blanks see to that. That a key comes once is the work
    of `duplicates`, which runs later: a row that the contract rejects must not push out a sound one.
    """
    persons = key_columns(schema)
    columns = {name: column.with_primary_key(False) for name, column in schema.columns().items() if name not in persons}
    # Rules of its own come along with the contract itself, which is possible where no column is left out.
    return type(schema.__name__, (dy.Schema,) if persons else (schema,), {**columns, AT: dy.UInt32()})


def contracts(one: Brought, instruments: Mapping[str, Instrument]) -> None:
    """Let the contracts themselves judge the rows that no named rule has caught, so that nothing is lost silently.

    The rules are called contract_<table>_<column>_<check>. Each is about a row by itself, so this needs no other file.
    """
    broken: pl.Series | None = None  # of named rules: what one contract finds keeps no row from another
    for fed in one.fed:
        judge = _judge(schema_of(fed.table, instruments))
        frame = fed.frame.select(judge.column_names())
        # Mostly even the rows that are set aside keep the contract; to leave them out costs more than to judge them.
        if judge.is_valid(frame):
            continue
        broken = one.notes.broken() if broken is None else broken
        rows = frame.filter(~broken.gather(frame[AT]))
        if judge.is_valid(rows):
            continue
        details = judge.filter(rows).failure.details()
        for rule in (name for name in details.columns if name not in judge.column_names()):
            name = rule.replace("check__", "").replace("|", "_")
            one.notes.note_at(f"{CONTRACT}{fed.table}_{name}", details.filter(pl.col(rule) == "invalid")[AT])
