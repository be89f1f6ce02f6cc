"""What the sums of a bundle hang on among the codebooks, part by part, as hashes: they compare without the texts.

Which lines decide moments is on record beside them (`sujuva.decides`): a title in another language or a licence
changes no sum. Hashed are, of an instrument, how its answers are coded and scored, of every other codebook
(`sujuva.codebooks.books`) what decides moments, and of the region its municipalities and their types.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sujuva.codebooks import Instrument, load_instruments, load_regions
from sujuva.codebooks.books import BOOKS
from sujuva.codebooks.meaning import meaningful
from sujuva.codebooks.text import Entry
from sujuva.errors import CodebookError, nearest

Books = Mapping[str, Mapping[str, str]]
"""Codebook → part → SHA-256; a codebook of several things has an entry for each, such as `instrument sdq`."""

_OF_SOME = ("instrument ", "region ")
"""Codebooks of which a bundle has those that it is about, and a study has more."""


def books_of(study: Path, *, instruments: Iterable[str], region: str) -> dict[str, dict[str, str]]:
    """Return what the sums of a region hang on.

    Args:
        study: A folder with codebooks, such as data/study.
        instruments: Keys of those that anybody answered.
        region: Key of the region.

    Raises:
        CodebookError: There is no such instrument or region.
    """
    known, regions = load_instruments(study), load_regions(study)
    if region not in regions:
        msg = f"There is no region '{region}'."
        raise CodebookError(msg, nearest(region, regions))
    if missing := sorted(set(instruments) - set(known)):
        msg = f"There is no instrument '{missing[0]}'."
        raise CodebookError(msg, nearest(missing[0], known))
    place = regions[region]
    books: dict[str, dict[str, Any]] = {
        f"instrument {key}": dict(_instrument(known[key])) for key in sorted(set(instruments))
    }
    books[f"region {region}"] = {
        "municipalities": sorted(place.municipalities),
        **{f"municipalities of type {kind}": sorted(codes) for kind, codes in place.municipality_types.items()},
    }
    for book in BOOKS:
        said = {key: _said(one) for key, one in book.load(study).items() if one.decides == "moments" or _said(one)}
        if said:
            books[book.noun] = said.get("", said)  # of a book that is one entry each thing that it says
    return {name: {part: _hash(value) for part, value in sorted(parts.items())} for name, parts in books.items()}


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
    whole = [name for name in own if not name.startswith(_OF_SOME)]
    return found + [f"{name} is not there in the bundle" for name in whole if name not in theirs]


def _instrument(instrument: Instrument) -> Iterator[tuple[str, Any]]:
    yield "who answers", instrument.answered_by
    for number in range(1, instrument.items + 1):
        points = instrument.points_of(number)
        yield f"item {number}", [instrument.response_of(number), points, instrument.conditions_of(number)]
    for scale in instrument.scales:
        yield f"scale {scale.key}", _said(scale)
    yield "norm set", instrument.norms


def _said(entry: Entry) -> dict[str, Any]:
    """Return what an entry says that moments hang on."""
    return {".".join(one.path): one.value for one in meaningful(entry) if one.kind == "moments"}


def _hash(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
