"""Facts of choices: what `params.yaml` decides about numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sujuva.measures.books import DELIVERY, REGIONS_OF_STUDY
from sujuva.measures.bundled import BY_HASH, unsaid
from sujuva.measures.facts import Fact, Path
from sujuva.measures.sides import Side
from sujuva.params import decided_by, names

WAVES, GROUPING = "waves", "grouping columns"
_LISTS = {"study.waves": WAVES, "study.groups": GROUPING}
"""Choices that list what is measured: each is a fact of its own."""
_ELSEWHERE = {"study.regions": REGIONS_OF_STUDY, "coping.norms": ""}
"""Choices that facts of regions and instruments tell."""
_BY_REGION = "coping.started"


def choice_facts(side: Side) -> Iterator[Fact]:
    """Yield the facts of the choices that a side tells, but for those that decide no number."""
    file = side.files["choices"]
    for name, value in side.choices.items():
        kind = decided_by(name)
        if kind == "nothing" or name in _ELSEWHERE:
            continue
        root = _root(name)
        parts = {str(one): True for one in value} if name in _LISTS else _parts(value)
        if parts is None:
            yield Fact(root, value, kind, "choice", file, name, value)
            continue
        ground = "data" if name in _LISTS else "choice"
        yield Fact(root, True, kind, ground, file, name, value)  # type: ignore[arg-type]
        for key, part in parts.items():
            place, raw = (name, value) if name in _LISTS else (f"{name}.{key}", part)
            yield Fact((*root, key), part, kind, ground, file, place, raw)  # type: ignore[arg-type]


def _root(name: str) -> Path:
    return (_LISTS.get(name, f"choice {name}"),)


def _parts(value: Any) -> dict[str, Any] | None:
    """Return the leaves of a section within a choice by dotted keys; None of a choice that is no section."""
    if not isinstance(value, Mapping):
        return None
    leaves: dict[str, Any] = {}
    for key, one in value.items():
        inner = _parts(one)
        leaves |= {key: one} if inner is None else {f"{key}.{name}": leaf for name, leaf in inner.items()}
    return leaves


class Silence:
    """Of which paths a side says nothing: choices that it does not tell, what hangs on them, and what bundles hold."""

    def __init__(self, side: Side, sides: Sequence[Side]) -> None:
        self._side, self._sides = side, sides
        untold = [name for name in names() if name not in side.choices]
        self._roots = {_root(name) for name in untold} | {(_ELSEWHERE[one],) for one in untold if one in _ELSEWHERE}
        self._delivery = side.delivered is None
        self._regions = set(side.choices.get("study.regions", ()))

    def __call__(self, path: Path) -> bool:
        """Tell whether the side says nothing of a path, neither that it has it nor that it lacks it."""
        if path[0].startswith(BY_HASH):
            return unsaid(self._side, path, self._sides)
        if path[0] == DELIVERY:
            return self._delivery
        if self._side.manifest is not None and not self._of_choices(path):
            return True
        if path[:1] == _root(_BY_REGION) and len(path) > 1 and path[1] not in self._regions:
            return True
        return path[:1] in self._roots

    @staticmethod
    def _of_choices(path: Path) -> bool:
        """Tell whether a bundle would say something of a path: of its region it tells the key alone."""
        by_region = path[0] == REGIONS_OF_STUDY
        return (by_region and len(path) <= 2) or path[0] in _LISTS.values() or path[0].startswith("choice ")  # noqa: PLR2004
