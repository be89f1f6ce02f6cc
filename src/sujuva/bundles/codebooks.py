"""What the sums of a bundle hang on among the codebooks, part by part, as hashes: they compare without the texts.

Which lines of a codebook decide moments is on record beside them (`sujuva.decides`); `sujuva.measures` reads it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from sujuva.codebooks import load_instruments
from sujuva.codebooks.files import COPIED
from sujuva.errors import CodebookError, nearest
from sujuva.measures.books import REGIONS_OF_STUDY, book_facts, region_facts
from sujuva.measures.instruments import instrument_facts
from sujuva.measures.sides import Side

Books = Mapping[str, Mapping[str, str]]
"""Codebook, such as `instrument sdq` → part, such as `item 7` → SHA-256 of what it says that moments hang on."""
_OWN = ("instrument ", "region ")
"""Of these a bundle has what its region used; all other codebooks are the same in every region."""


def books_of(study: Path, *, instruments: Iterable[str], regions: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return what sums hang on among the codebooks.

    Args:
        study: A folder of codebooks as `clean` leaves it: data/study.
        instruments: Keys of those that anybody answered.
        regions: Keys of the regions.

    Raises:
        CodebookError: There is no such instrument or region.
    """
    known, wanted = load_instruments(study), sorted(set(instruments))
    if missing := [key for key in wanted if key not in known]:
        msg = f"There is no instrument '{missing[0]}'."
        raise CodebookError(msg, nearest(missing[0], known))
    files = {name: f"{study.name}/codebooks/{name}" for name in COPIED} | {"choices": study.name}
    side = Side(
        study.name, study, {"study.regions": list(regions)}, files, instruments={key: known[key] for key in wanted}
    )
    said: dict[str, dict[str, list[Any]]] = {}
    for fact in chain(instrument_facts(side), book_facts(side), region_facts(side)):
        if fact.kind == "moments" and not fact.optional:
            of_region = fact.path[0] == REGIONS_OF_STUDY
            book, rest = (f"region {fact.path[1]}", fact.path[2:]) if of_region else (fact.path[0], fact.path[1:])
            part = said.setdefault(book, {}).setdefault(rest[0] if rest else "itself", [])
            part.append([list(rest[1:]), fact.value])
    return {book: {part: _hash(value) for part, value in parts.items()} for book, parts in sorted(said.items())}


def differences(theirs: Books, own: Books) -> list[str]:
    """Return in what codebooks differ, a clause each that names the codebook and its part."""
    found = []
    for name, parts in theirs.items():
        here = own.get(name)
        if here is None:
            found.append(f"{name} is not known here")
            continue
        found += [f"{name}: {part} differs" for part, one in parts.items() if part in here and here[part] != one]
        found += [f"{name}: {part} is not there here" for part in parts if part not in here]
        found += [f"{name}: {part} is not there in the bundle" for part in here if part not in parts]
    lacking = (name for name in own if name not in theirs and not name.startswith(_OWN))
    return found + [f"{name} is not known there" for name in lacking]


def _hash(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
