"""Facts of the other codebooks, of the delivery and of the regions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sujuva.codebooks import load_regions
from sujuva.codebooks.books import BOOKS
from sujuva.codebooks.meaning import meaningful
from sujuva.codebooks.regions import REGIONS, region_hint
from sujuva.errors import CodebookError
from sujuva.measures.facts import Fact
from sujuva.measures.sides import Side
from sujuva.sources.load import FILE as SOURCES
from sujuva.sources.spec import Feed
from sujuva.tables import GROUPS

REGIONS_OF_STUDY = "regions"
DELIVERY = "delivery"


def book_facts(side: Side) -> Iterator[Fact]:
    """Yield the facts of every codebook but instruments and regions."""
    for book in BOOKS:
        for key, entry in book.load(side.study).items():
            root, file = (f"{book.noun} {key}".strip(),), side.file(book.file.format(key))
            yield Fact(root, True, entry.decides, "choice", file, key)
            for said in meaningful(entry):
                place = ".".join(part for part in (key, *said.path) if part)
                yield Fact((*root, *said.path), said.value, said.kind, "choice", file, place, said.value)


def region_facts(side: Side) -> Iterator[Fact]:
    """Yield which municipalities the regions of the study have, and of which type each is.

    Raises:
        CodebookError: A region of the study is in no codebook.
    """
    yield from region_key(side)
    known = load_regions(side.study)
    for key in side.choices.get("study.regions", ()):
        if key not in known:
            msg = f"{side.name}: {side.files['choices']}: study.regions: there is no region '{key}'."
            raise CodebookError(msg, region_hint(key, known, side.study))
        region, file = known[key], side.file(REGIONS)
        root = (REGIONS_OF_STUDY, key)
        types = {code: kind for kind, codes in region.municipality_types.items() for code in codes}
        for code, name in region.municipalities.items():
            path = (*root, f"municipality {code} {name}")
            yield Fact(path, True, "moments", "choice", file, f"{key}.municipalities", [*region.municipalities])
            kind = types.get(code, "no type")
            yield Fact((*path, "type"), kind, "moments", "choice", file, f"{key}.municipality_types", kind)


def region_key(side: Side) -> Iterator[Fact]:
    """Yield the regions of a side whose municipalities nobody tells."""
    for key in side.choices.get("study.regions", ()):
        path, file = (REGIONS_OF_STUDY, key), side.files["choices"]
        yield Fact(path, True, "scope", "data", file, "study.regions", own=True)


def municipalities(side: Side) -> dict[str, dict[str, str]]:
    """Return the municipalities of each region of a study, code to name."""
    known = load_regions(side.study)
    return {key: dict(known[key].municipalities) for key in side.choices.get("study.regions", ())}


def delivery_facts(side: Side) -> Iterator[Fact]:
    """Yield what the description of a delivery says that somebody has collected; nothing where there is none."""
    if side.delivered is None:
        return
    file = f"{side.files['delivery']}/{SOURCES}"
    found: dict[tuple[str, ...], Fact] = {}
    for source in side.delivered.sources:
        for feed in source.feeds:
            for path in _collected(feed):
                for end in range(1, len(path) + 1):
                    whole = (DELIVERY, *path[:end])
                    found[whole] = Fact(whole, True, "scope", "data", file, source.name)
    yield from found.values()


def _collected(feed: Feed) -> Iterator[tuple[str, ...]]:
    if feed.instrument is None:
        yield (f"table {feed.table}",)
        yield from ((f"grouping column {name}",) for name in feed.columns if name in GROUPS)
        return
    informant = feed.columns.get("informant")
    told: list[Any] = [] if informant is None else [informant.value] if informant.value else [*informant.map.values()]
    yield (f"answers to {feed.instrument}",)
    yield from ((f"answers to {feed.instrument}", f"of informant {one}") for one in sorted(set(told)))
