"""Facts of bundles: their choices, and their codebooks part by part by hash, as a bundle tells no more of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sujuva.bundles.books import books_of
from sujuva.measures.facts import Fact, Path
from sujuva.measures.sides import Side

BY_HASH = "by hash: "
"""Beginning of the first name of what a bundle tells by its hash alone."""


def part_facts(side: Side, sides: Sequence[Side]) -> Iterator[Fact]:
    """Yield the hashes of those parts of a side's codebooks that the bundles among the sides tell; none without one."""
    told: dict[str, dict[str, str]] = {}
    if side.manifest is not None:
        told = side.manifest.codebooks
    elif any(one.manifest is not None for one in sides):
        for region in sorted({one.manifest.region for one in sides if one.manifest is not None} & _studied(side)):
            told |= books_of(side.study, instruments=_answered(sides) & side.instruments.keys(), region=region)
    for book, parts in told.items():
        root: Path = (f"{BY_HASH}{book}",)
        yield Fact(root, True, "moments", "source", side.files["choices"], book)
        for part, digest in parts.items():
            yield Fact((*root, part), digest, "moments", "source", side.files["choices"], f"{book}.{part}", digest)


def unsaid(side: Side, path: Path, sides: Sequence[Side]) -> bool:
    """Tell whether a side says nothing of a part of a codebook: a folder of a region that it does not study."""
    if side.manifest is not None:
        return path[0].startswith(f"{BY_HASH}region ") and path[0] != f"{BY_HASH}region {side.manifest.region}"
    regions = {one.manifest.region for one in sides if one.manifest is not None}
    if path[0].startswith(f"{BY_HASH}region "):
        return path[0].removeprefix(f"{BY_HASH}region ") not in _studied(side)
    return not regions & _studied(side)


def _studied(side: Side) -> set[str]:
    return set(side.choices.get("study.regions", ()))


def _answered(sides: Sequence[Side]) -> set[str]:
    """Return the instruments that anybody answered, of all bundles."""
    names = (name for one in sides if one.manifest is not None for name in one.manifest.codebooks)
    return {name.removeprefix("instrument ") for name in names if name.startswith("instrument ")}
