"""What a person at a terminal and a program read of a comparison of measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table

from sujuva.decides import KINDS, Kind
from sujuva.measures.advice import advised, changes, in_words, settled
from sujuva.measures.bundled import BY_HASH
from sujuva.measures.compare import Comparison, Finding
from sujuva.measures.words import Say, english, head, named, split

_STYLES: Mapping[Kind, str] = {"moments": "bold red", "scope": "yellow", "estimates": "yellow"}
_HASH = 12
"""Characters of a hash that tell it from others."""
_LONG = 48
"""Characters of a value above which only what is not the same everywhere is shown of it."""


def print_comparison(found: Comparison, *, file: TextIO) -> None:
    """Print what is not shared, what separates numbers most first, then what each side would change, then the rest."""
    out = Console(file=file, highlight=False, emoji=False, markup=False)
    names = [side.name for side in found.sides]
    out.print(" · ".join(names), soft_wrap=True)
    for kind in KINDS:
        some = [one for one in found.findings if one.kind == kind]
        if not some:
            continue
        out.print(f"\n{head(kind, english)} ({len(some)})", style=_STYLES.get(kind, "bold"), soft_wrap=True)
        table = Table(box=None, pad_edge=False)
        for column in ("", "what", *names):
            table.add_column(column, overflow="fold")
        for number, one in enumerate(some, start=1):
            table.add_row(f"{number}", named(one.path, english), *cells(found, one))
        out.print(table)
        for numbers, lines in advice(found, some, english):
            for at, line in enumerate(lines):
                out.print(f"{'' if at else numbers:>4}  {line}", soft_wrap=True)
    _rest(found, out)


def _rest(found: Comparison, out: Console) -> None:
    if found.own:
        out.print("\nEach its own, as it should be", style="bold")
        for one in found.own:
            out.print(f"    {named(one.path, english)}: {' and '.join(found.sides[at].name for at in one.facts)}")
    out.print("\nShared by all" if found.shared else "\nNothing is shared by all", style="bold")
    for line in shared_lines(found):
        out.print(f"    {line}", soft_wrap=True)
    for note in found.notes:
        out.print(f"! {note}", style="yellow", soft_wrap=True)
    out.print(f"\n{summary(found)}", soft_wrap=True)


def advice(found: Comparison, findings: Sequence[Finding], say: Say) -> Iterator[tuple[str, list[str]]]:
    """Yield what to do about findings, with their numbers from 1; what is the same of several is told once."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for number, one in enumerate(findings, start=1):
        alike.setdefault(tuple(advised(found, one, say)), []).append(f"{number}")
    yield from ((", ".join(numbers), [*lines]) for lines, numbers in alike.items())


def cells(found: Comparison, finding: Finding, say: Say = english) -> list[str]:
    """Return what each side says, in the order of the sides; of long values what is not the same everywhere."""
    if finding.what == "only":
        there = dict.fromkeys(finding.facts, say("yes")) | dict.fromkeys(finding.lacking, say("no"))
        return [there.get(at, say("not told")) for at in range(len(found.sides))]
    texts = _contrasted(finding.values, by_hash=finding.path[0].startswith(BY_HASH), say=say)
    return [texts.get(at, "–") for at in range(len(found.sides))]


def _contrasted(values: Mapping[int, Any], *, by_hash: bool, say: Say) -> dict[int, str]:
    plain = {at: value[:_HASH] if by_hash else in_words(value, say) for at, value in values.items()}
    if max(map(len, plain.values())) <= _LONG:
        return plain
    parts = {at: _parts(value) for at, value in values.items()}
    everywhere = set.intersection(*({*one} for one in parts.values()))
    rest = {at: [part for part in one if part not in everywhere] for at, one in parts.items()}
    if not any(rest.values()) or not everywhere:
        return plain
    same = say("({n} more alike)", n=len(everywhere))
    return {at: " ".join([", ".join(one) or "–", same]) for at, one in rest.items()}


def _parts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"{key}: {in_words(one)}" for key, one in value.items()]
    return [in_words(one) for one in value] if isinstance(value, list) else [in_words(value)]


def shared_lines(found: Comparison, say: Say = english) -> Iterator[str]:
    """Yield what all share: of instruments and of what is short the names, of the rest how many."""
    groups: dict[str, list[str]] = {}
    for name in found.shared:
        noun, key = split(name)
        groups.setdefault(noun, []).append(key)
    for noun, keys in groups.items():
        listed = ", ".join(key for key in keys if key)
        told = named((noun,), say).removesuffix(":")
        yield f"{told}: {listed if len(listed) < 2 * _LONG else len(keys)}" if listed else told


def summary(found: Comparison) -> str:
    """Return what it comes to, in a sentence."""
    if found.same:
        return "All shared."
    counts = {kind: sum(one.kind == kind for one in found.findings) for kind in KINDS}
    return f"Not shared: {len(found.findings)} ({', '.join(f'{kind} {n}' for kind, n in counts.items() if n)})."


def as_json(found: Comparison) -> dict[str, Any]:
    """Return all of it for machines."""
    names: Sequence[str] = [side.name for side in found.sides]

    def told(one: Finding) -> dict[str, Any]:
        return {
            "what": one.what,
            "path": one.path,
            "decides": one.kind,
            "values": {names[at]: value for at, value in one.values.items()},
            "lacking": [names[at] for at in one.lacking],
            "changes": [asdict(change) for change in changes(found, one)],
            "settled_by": settled(found, one),
        }

    return {
        "sides": names,
        "same": found.same,
        "not_shared": [told(one) for one in found.findings],
        "own": [told(one) for one in found.own],
        "shared": dict(found.shared),
        "notes": list(found.notes),
    }
