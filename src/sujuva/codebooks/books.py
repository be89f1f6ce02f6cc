"""The codebooks that a study may bring along, but for instruments and regions, which have parts of their own.

Whoever compares codebooks (`sujuva.measures`, `sujuva.bundles`) reads this list, so that none is left out anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sujuva.codebooks.area_statistics import FILE as STATISTICS
from sujuva.codebooks.area_statistics import load_area_statistics
from sujuva.codebooks.breaks import BREAKS, load_breaks
from sujuva.codebooks.lexicons import load_lexicons
from sujuva.codebooks.lp import FILE as LP
from sujuva.codebooks.lp import load_lp
from sujuva.codebooks.offers import METHODS, STRUCTURES, load_methods, load_structures
from sujuva.codebooks.orders import FILE as ORDERS
from sujuva.codebooks.orders import load_orders
from sujuva.codebooks.profile import FILE as PROFILE
from sujuva.codebooks.profile import load_profile
from sujuva.codebooks.regions import ENDED, load_ended
from sujuva.codebooks.relations import FILE as RELATIONS
from sujuva.codebooks.relations import load_relations
from sujuva.codebooks.sectors import FILE as SECTORS
from sujuva.codebooks.sectors import load_sectors
from sujuva.codebooks.terms import FILE as TERMS
from sujuva.codebooks.terms import load_codes
from sujuva.codebooks.text import Entry


@dataclass(frozen=True)
class Book:
    """A codebook.

    Attributes:
        noun: What an entry of it is called.
        file: Its file; `{}` is the key of an entry that has a file of its own.
        load: Returns its entries by key, of a folder such as data/study; a book that is one entry has the key "".
    """

    noun: str
    file: str
    load: Callable[[Path], Mapping[str, Entry]]


def _lp(study: Path) -> dict[str, Entry]:
    there = any((folder / LP).is_file() for folder in (study / "codebooks").iterdir())
    return {"": load_lp(study)} if there else {}


def _orders(study: Path) -> dict[str, Entry]:
    return {f"{one.later} after {one.earlier}": one for one in load_orders(study)}


def _breaks(study: Path) -> dict[str, Entry]:
    return {f"{one.year} {one.kind}": one for one in load_breaks(study)}


BOOKS = (
    Book("lexicon", "lexicon_{}.yaml", load_lexicons),
    Book("LP discussions", LP, _lp),
    Book("order of events", ORDERS, _orders),
    Book("relation", RELATIONS, load_relations),
    Book("sector", SECTORS, load_sectors),
    Book("structure", STRUCTURES, load_structures),
    Book("method", METHODS, load_methods),
    Book("dimension of the profile", PROFILE, lambda study: load_profile(study, (0,))),
    Book("statistic of areas", STATISTICS, load_area_statistics),
    Book("break", BREAKS, _breaks),
    Book("municipality that ended", ENDED, load_ended),
    Book("list of codes", TERMS, load_codes),
)
"""Every one of them."""
