"""What a person at a terminal and a program read of a comparison of measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table

from sujuva.decides import KINDS, Kind
from sujuva.measures.advice import SETTLES, advised, changes, in_words
from sujuva.measures.books import NOUNS as BOOKS
from sujuva.measures.bundled import BY_HASH
from sujuva.measures.compare import Comparison, Finding

_HEADS: Mapping[Kind, str] = {
    "moments": "Something else is counted: such numbers neither add up nor compare",
    "scope": "Of whom and of when: what all have compares",
    "estimates": "Estimates are made otherwise: sums add up, and whoever computes for all chooses once",
    "disclosure": "Other rules of what may be shown: the strictest holds for all",
    "nothing": "No number hangs on it",
}
_STYLES: Mapping[Kind, str] = {"moments": "bold red", "scope": "yellow", "estimates": "yellow"}
NOUNS = ("instrument", "choice", *BOOKS)
"""First names of a key each; any other first name stands alone."""
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
        out.print(f"\n{_HEADS[kind]} ({len(some)})", style=_STYLES.get(kind, "bold"), soft_wrap=True)
        table = Table(box=None, pad_edge=False)
        for head in ("", "what", *names):
            table.add_column(head, overflow="fold")
        for number, one in enumerate(some, start=1):
            table.add_row(f"{number}", " · ".join(one.path), *cells(found, one))
        out.print(table)
        for number, one in enumerate(some, start=1):
            for at, line in enumerate(advised(found, one)):
                out.print(f"{f'{number}' if not at else '':>4}  {line}", soft_wrap=True)
    _rest(found, out)


def _rest(found: Comparison, out: Console) -> None:
    if found.own:
        out.print("\nEach its own, as it should be", style="bold")
        for one in found.own:
            out.print(f"    {' · '.join(one.path)}: {' and '.join(found.sides[at].name for at in one.facts)}")
    out.print("\nShared by all" if found.shared else "\nNothing is shared by all", style="bold")
    for line in shared_lines(found):
        out.print(f"    {line}", soft_wrap=True)
    for note in found.notes:
        out.print(f"! {note}", style="yellow", soft_wrap=True)
    out.print(f"\n{summary(found)}", soft_wrap=True)


def cells(found: Comparison, finding: Finding) -> list[str]:
    """Return what each side says, in the order of the sides; of long values what is not the same everywhere."""
    texts = _contrasted(finding.values, by_hash=finding.path[0].startswith(BY_HASH)) if finding.what != "only" else {}
    there = dict.fromkeys(finding.facts, "yes") | dict.fromkeys(finding.lacking, "no")
    if finding.what == "overlap":
        there = dict.fromkeys(range(len(found.sides)), "–")
    return [
        texts.get(at, there.get(at, "not told") if finding.what == "only" else "–") for at in range(len(found.sides))
    ]


def _contrasted(values: Mapping[int, Any], *, by_hash: bool) -> dict[int, str]:
    plain = {at: value[:_HASH] if by_hash else in_words(value) for at, value in values.items()}
    if max(map(len, plain.values())) <= _LONG:
        return plain
    parts = {at: _parts(value) for at, value in values.items()}
    everywhere = set.intersection(*({*one} for one in parts.values()))
    rest = {at: [part for part in one if part not in everywhere] for at, one in parts.items()}
    if not any(rest.values()) or not everywhere:
        return plain
    same = f"({len(everywhere)} more alike)"
    return {at: " ".join([", ".join(one) or "–", same]) for at, one in rest.items()}


def _parts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"{key}: {in_words(one)}" for key, one in value.items()]
    return [in_words(one) for one in value] if isinstance(value, list) else [in_words(value)]


def shared_lines(found: Comparison) -> Iterator[str]:
    """Yield what all share: of instruments and of what is short the names, of the rest how many."""
    groups: dict[str, list[str]] = {}
    for name in found.shared:
        noun, key = _split(name)
        groups.setdefault(noun, []).append(key)
    for noun, keys in groups.items():
        listed = ", ".join(key for key in keys if key)
        yield f"{noun}: {listed if len(listed) < 2 * _LONG else len(keys)}" if listed else noun


def _split(name: str) -> tuple[str, str]:
    """Return the noun and the key of a first name."""
    nouns = [noun for noun in NOUNS if name == noun or name.startswith(f"{noun} ")]
    noun = max(nouns, key=len, default=name)
    return noun, name.removeprefix(noun).strip()


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
            "settled_by": SETTLES[one.ground],
        }

    return {
        "sides": names,
        "same": found.same,
        "not_shared": [told(one) for one in found.findings],
        "own": [told(one) for one in found.own],
        "shared": dict(found.shared),
        "notes": list(found.notes),
    }
