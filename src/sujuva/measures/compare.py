"""What sides share, in what they differ, and what only some of them have."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Any, Literal

from sujuva.decides import KINDS, Kind
from sujuva.measures.books import book_facts, delivery_facts, municipalities, region_facts, region_key
from sujuva.measures.bundled import part_facts
from sujuva.measures.choices import Silence, choice_facts
from sujuva.measures.facts import Fact, Facts, Ground, Path
from sujuva.measures.instruments import instrument_facts
from sujuva.measures.sides import Side

What = Literal["overlap", "differs", "only"]
OVERLAP: Path = ("municipalities of two regions",)


@dataclass(frozen=True)
class Finding:
    """One thing that sides do not share.

    Attributes:
        what: `overlap`: two regions have the same municipalities; `differs`: sides say different things; `only`: some
            sides have it.
        path: Names that lead to it.
        kind: What hangs on it.
        ground: What settles it.
        values: What each side says, by its place in order; of `only`, those that have it; of `overlap`, the names of
            the municipalities. Sides that say nothing are not there.
        facts: Where each of these says it.
        lacking: Places in order of the sides that lack it.
    """

    what: What
    path: Path
    kind: Kind
    ground: Ground
    values: Mapping[int, Any]
    facts: Mapping[int, Fact]
    lacking: tuple[int, ...] = ()

    @property
    def order(self) -> tuple[int, int]:
        """What separates numbers most comes first: whoever counts a child twice, then what is counted, and so on."""
        return KINDS.index(self.kind), ("overlap", "differs", "only").index(self.what)


@dataclass(frozen=True)
class Comparison:
    """What some sides share and do not share.

    Attributes:
        sides: The sides.
        findings: What they do not share, what separates numbers most first.
        own: What is each side's own, as it should be (its regions).
        shared: First name of what all sides have, and say the same of → number of things that are said of it.
        common: First name of what has been collected, where not all have the same → what all have of it.
        notes: What could not be compared, a sentence each.
    """

    sides: Sequence[Side]
    findings: Sequence[Finding]
    own: Sequence[Finding]
    shared: Mapping[str, int]
    common: Mapping[str, Sequence[str]]
    notes: Sequence[str]

    @property
    def same(self) -> bool:
        """Whether everything is shared."""
        return not self.findings


def compare(sides: Sequence[Side]) -> Comparison:
    """Hold sides side by side.

    Raises:
        SujuvaError: A codebook is not valid, or a region or choice is not known.
    """
    known = [_facts(side, sides) for side in sides]
    found = [*_overlaps(sides), *_findings(known)]
    own = [one for one in found if one.what == "only" and all(fact.own for fact in one.facts.values())]
    findings = sorted((one for one in found if one not in own), key=lambda one: one.order)
    notes = [*(note for side in sides for note in side.notes), *_twice(sides)]
    return Comparison(sides, findings, own, _shared(known, findings), _common(known, findings), notes)


def _facts(side: Side, sides: Sequence[Side]) -> Facts:
    sources = [choice_facts, region_key]
    if side.manifest is None:
        sources = [instrument_facts, choice_facts, region_facts, delivery_facts, book_facts]
    told = chain.from_iterable(source(side) for source in sources)
    return Facts({one.path: one for one in chain(told, part_facts(side, sides))}, Silence(side, sides))


def same_value(value: Any) -> str:
    """Return a value in the one form in which values are the same or not."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def _paths(known: Sequence[Facts]) -> Iterable[Path]:
    """Return all paths, in the order of the first side that has each, a prefix before what it leads to."""
    return dict.fromkeys(path for facts in known for path in facts.by_path)


def _findings(known: Sequence[Facts]) -> Iterator[Finding]:
    prefixes = [{path[:end] for path in facts.by_path for end in range(1, len(path) + 1)} for facts in known]
    told: set[tuple[int, Path]] = set()
    only: dict[Path, list[int]] = {}
    for path in _paths(known):
        speaking = [at for at, facts in enumerate(known) if not facts.silent(path)]
        held = {at: known[at].by_path[path] for at in speaking if path in known[at].by_path}
        if not held:
            continue
        first = next(iter(held.values()))
        if len({same_value(fact.value) for fact in held.values()}) > 1:
            kind = min((fact.kind for fact in held.values()), key=KINDS.index)
            yield Finding("differs", path, kind, first.ground, {at: one.value for at, one in held.items()}, held)
        for at in speaking if not first.optional else ():
            if at not in held:
                whole = next(path[:end] for end in range(1, len(path) + 1) if path[:end] not in prefixes[at])
                if (at, whole) not in told:
                    told.add((at, whole))
                    only.setdefault(whole, []).append(at)
    for path, lacking in only.items():
        yield _only(known, path, tuple(lacking))


def _only(known: Sequence[Facts], path: Path, lacking: tuple[int, ...]) -> Finding:
    held = {
        at: next(facts.under(path))
        for at, facts in enumerate(known)
        if at not in lacking and not facts.silent(path) and any(facts.under(path))
    }
    kind = min((one.kind for at in held for one in known[at].under(path)), key=KINDS.index)
    ground = next(iter(held.values())).ground
    return Finding("only", path, kind, ground, {at: one.value for at, one in held.items()}, held, lacking)


def _overlaps(sides: Sequence[Side]) -> Iterator[Finding]:
    """Yield regions of two sides that are not the same one and have municipalities in common."""
    towns = [municipalities(side) if side.manifest is None else {} for side in sides]
    for one, other in combinations(range(len(sides)), 2):
        for key, held in towns[one].items():
            for name, theirs in towns[other].items():
                both = sorted(f"{code} {held[code]}" for code in held.keys() & theirs.keys())
                if key == name or not both:
                    continue
                facts = {
                    at: Fact(
                        ("regions", region), True, "moments", "choice", sides[at].files["choices"], "study.regions"
                    )
                    for at, region in ((one, key), (other, name))
                }
                path = (*OVERLAP, f"{key}, {name}")
                yield Finding("overlap", path, "moments", "choice", {one: both, other: both}, facts)


def _twice(sides: Sequence[Side]) -> Iterator[str]:
    counts = Counter(key for side in sides for key in side.choices.get("study.regions", ()))
    for key in sorted(key for key, count in counts.items() if count > 1):
        where = " and ".join(side.name for side in sides if key in side.choices.get("study.regions", ()))
        yield f"The region {key} is in {where}: its numbers can be compared, and must not be added up."


def _shared(known: Sequence[Facts], findings: Iterable[Finding]) -> dict[str, int]:
    differing = {one.path[0] for one in findings}
    said = Counter(path[0] for path in known[0].by_path)
    told = {name: [facts.by_path.get((name,)) for facts in known if not facts.silent((name,))] for name in said}
    everywhere = [name for name, facts in told.items() if all(facts) and len(facts) == len(known)]
    return {name: max(1, said[name] - 1) for name in everywhere if name not in differing}


def _common(known: Sequence[Facts], findings: Iterable[Finding]) -> dict[str, tuple[str, ...]]:
    heads = dict.fromkeys(one.path[0] for one in findings if one.ground == "data")
    return {
        head: tuple(
            path[1]
            for path in _paths(known)
            if len(path) == 2  # noqa: PLR2004
            and path[0] == head
            and all(path in facts.by_path for facts in known if not facts.silent(path))
        )
        for head in heads
    }
