"""Names and keys of a delivery that differ in capitals alone: they count as different, and somebody must know of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

import polars as pl

from sujuva.cleaning.fed import Fed
from sujuva.cleaning.pseudonyms import Register
from sujuva.normal import count_in_case
from sujuva.tables import all_about, contract_of
from sujuva.tables.columns import KeyOf

_PEOPLE = {
    "person": "keys of persons",
    "family": "keys of families",
    "talk": "keys of discussions",
    "item": "keys of items",
}


def differing_in_capitals(fed: Iterable[Fed], register: Register) -> dict[str, int]:
    """Count the names of a delivery that differ from another one in capitals alone, by the column they stand in.

    Columns that refer to another are counted with it: a tie to `koulu` is none to the organisation `Koulu`.

    Returns:
        `table.column`, or a kind of keys in words, to how many names or keys: only those that have any.
    """
    told: dict[str, list[pl.Series]] = {}
    for one in fed:
        for name, known in all_about(contract_of(one.table)).items():
            free = known.kind == "label" or (known.kind == "code" and not known.codes)
            if free and one.frame.schema[name] == pl.String:
                told.setdefault(known.refers or f"{one.table}.{name}", []).append(one.frame[name].unique().rename(""))
    counts = {place: count_in_case(pl.concat(columns)) for place, columns in told.items()}
    counts |= {_PEOPLE[kind]: count_in_case(register.texts(kind)) for kind in get_args(KeyOf)}
    return {place: count for place, count in counts.items() if count}
