"""What each side must change to share what it does not share: file, key, from, to; and what is nobody's to tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sujuva.measures.bundled import BY_HASH
from sujuva.measures.choices import GROUPING, WAVES
from sujuva.measures.compare import Comparison, Finding, same_value
from sujuva.measures.facts import NOT_THERE, THERE, Fact
from sujuva.measures.words import Say, by_hash, english, overlapping, plain, settles


@dataclass(frozen=True)
class Change:
    """What a side would write.

    Attributes:
        side: Name of the side.
        file: The file, as whoever edits it knows it.
        key: Keys that lead to the place in it.
        old: What stands there.
        new: What would stand there: one value, or several of which one is to be chosen.
        like: Names of the sides that say each of these.
    """

    side: str
    file: str
    key: str
    old: Any
    new: tuple[Any, ...]
    like: tuple[tuple[str, ...], ...]


def changes(found: Comparison, finding: Finding) -> list[Change]:
    """Return what each side would change, in the order of the sides; none where nothing can be written.

    Where more than half of the sides that say something say the same, the others alone would change: those are the
    fewest changes, and not because the many are right. Else every side has a line, with what the others say.
    """
    if finding.what == "overlap" or (finding.what == "only" and finding.ground == "data"):
        return []
    if finding.path[0].startswith(BY_HASH):
        return []
    if finding.what == "only":
        return list(_only(found, finding))
    return list(_differing(found, finding))


def _differing(found: Comparison, finding: Finding) -> Iterator[Change]:
    names = [side.name for side in found.sides]
    alike: dict[str, list[int]] = {}
    for at, value in finding.values.items():
        alike.setdefault(same_value(value), []).append(at)
    most, count = Counter({value: len(some) for value, some in alike.items()}).most_common(1)[0]
    # Rules of what may be shown are no vote: the strictest may be one region's.
    majority = 2 * count > len(finding.values) and finding.kind != "disclosure"
    for at, value in finding.values.items():
        own = same_value(value)
        if majority and own == most:
            continue
        others = [most] if majority else [one for one in alike if one != own]
        fact = finding.facts[at]
        new = tuple(_written(fact, finding.facts[alike[one][0]]) for one in others)
        like = tuple(tuple(names[place] for place in alike[one]) for one in others)
        yield Change(names[at], fact.file, fact.key, fact.raw, new, like)


def _written(own: Fact, other: Fact) -> Any:
    """Return what would stand at the place of one fact for it to say what another does."""
    return other.raw if (own.key.split(".")[0], own.file) == (other.key.split(".")[0], own.file) else other.value


def _only(found: Comparison, finding: Finding) -> Iterator[Change]:
    names = [side.name for side in found.sides]
    (first, fact), *_ = finding.facts.items()
    have = tuple(names[at] for at in finding.facts)
    raw = THERE if fact.value is True and fact.raw in (None, True) else fact.raw
    if len(finding.lacking) <= len(finding.facts):
        for at in finding.lacking:
            yield Change(names[at], _sisters(found, at, first, fact), fact.key, NOT_THERE, (raw,), (have,))
    if len(finding.lacking) >= len(finding.facts):
        lack = tuple(names[at] for at in finding.lacking)
        for at, own in finding.facts.items():
            yield Change(names[at], own.file, own.key, raw, (NOT_THERE,), (lack,))


def _sisters(found: Comparison, at: int, first: int, fact: Fact) -> str:
    """Return the file of a side in which it would write what another side says in a file of its own."""
    there, here = found.sides[first].files, found.sides[at].files
    folder = next((name for name, place in there.items() if fact.file.startswith(f"{place}/")), None)
    if folder is None:
        return here["choices"]
    return f"{here.get(folder, here['project'])}/{fact.file.removeprefix(f'{there[folder]}/')}"


def advised(found: Comparison, finding: Finding, say: Say = english) -> list[str]:
    """Return what to do about a finding, a line for each side that would change something, then what settles it."""
    if finding.what == "overlap":
        return [overlapping(say)]
    if finding.path[0].startswith(BY_HASH):
        return [by_hash(say)]
    lines = [_line(one, say) for one in changes(found, finding)]
    return [*lines, *_doubts(found, finding, say), settled(found, finding, say)]


def settled(found: Comparison, finding: Finding, say: Say = english) -> str:
    """Return what settles a finding, in a sentence."""
    listed = finding.path[0] in {WAVES, GROUPING}  # what else was collected has nothing to do with it
    return settles(finding.ground, found.common.get(finding.path[0], ()) if listed else (), say)


def _line(change: Change, say: Say) -> str:
    options = " / ".join(
        say("{value} (as {names})", value=in_words(new, say), names=", ".join(names))
        for new, names in zip(change.new, change.like, strict=True)
    )
    place = ", ".join(part for part in (change.file, change.key) if part)
    return f"{change.side}: {place}: {in_words(change.old, say)} → {options}"


def _doubts(found: Comparison, finding: Finding, say: Say) -> Iterator[str]:
    """Yield what the codebooks themselves say has no source that was read."""
    noun, _, key = finding.path[0].partition(" ")
    if noun != "instrument":
        return
    scale = finding.path[1].removeprefix("scale ") if len(finding.path) > 1 else ""
    for side in found.sides:
        instrument = side.instruments.get(key)
        scales: Sequence[Any] = instrument.scales if instrument else ()
        if any(one.unverified for one in scales if one.key == scale) or (instrument and instrument.unverified):
            yield say("{side}: its codebook says that something of it is unverified.", side=side.name)


def in_words(value: Any, say: Say = english) -> str:
    """Return a value as it would stand in YAML, on one line; what this project says of it is in the reader's words."""
    if isinstance(value, str):
        text = plain(value, say)
    elif isinstance(value, list):
        text = "[" + ", ".join(in_words(one) for one in value) + "]"
    elif isinstance(value, dict):
        text = "{" + ", ".join(f"{key}: {in_words(one)}" for key, one in value.items()) + "}"
    elif value is None or isinstance(value, bool):
        text = {None: "null", True: "true", False: "false"}[value]
    else:
        text = f"{value:g}" if isinstance(value, float) else str(value)
    return text
