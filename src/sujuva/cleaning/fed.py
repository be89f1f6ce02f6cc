"""What one source brings to the clean tables, and the codebooks that converting it looks up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from sujuva.cleaning.lookups import Lookups
from sujuva.cleaning.pseudonyms import Register
from sujuva.cleaning.rules import Notes, Study
from sujuva.codebooks import Instrument
from sujuva.codebooks.lexicons import Lexicon
from sujuva.sources import Source

AT = "_at"
"""Column with the place of the raw row that a clean row came from: from 0, in its source or in the whole delivery."""


@dataclass(frozen=True)
class Fed:
    """What one source brings to one table.

    Attributes:
        table: Name of the clean table.
        frame: The columns of its contract, and `AT`. Keys of persons and families are still numbers.
        whole: Every raw row has exactly one row here.
        each: Every clean raw row has at least one row here.
        own_unit: respondents: the person is the unit, since the source names none.
        items: answers: the item columns that the source delivers.
    """

    table: str
    frame: pl.DataFrame
    whole: bool = True
    each: bool = True
    own_unit: bool = False
    items: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Brought:
    """What comes of one source before its rows are compared with those of others.

    Attributes:
        source: What sources.yaml says about it.
        notes: The rules that its rows break by themselves.
        fed: What it brings to each table.
    """

    source: Source
    notes: Notes
    fed: list[Fed]


@dataclass(frozen=True)
class Codebooks:
    """What converting a source looks up: the study, names of areas and sectors, instruments, numbers, lexicons."""

    study: Study
    lookups: Lookups
    instruments: Mapping[str, Instrument]
    register: Register
    lexicons: Mapping[str, Lexicon] = field(default_factory=dict)
