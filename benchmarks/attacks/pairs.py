"""Pairs of releases: the attack with the earlier release at hand, beside the register and without it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.attacks.report import Line, told
from sujuva.attack import Finding, attack
from sujuva.published import Published
from tests.releases import worlds
from tests.releases.worlds import Pair

THRESHOLD = 5
BESIDE, WITHOUT, DOUBTED = "beside the register", "without it", "beside it, by who doubts it"


def lines(count: int) -> Iterator[Line]:
    """Publish so many pairs, the second beside the register and as if there were none, and attack it with the first.

    Who doubts the register takes every row that changed for one that few changed; that counts where few really did.
    """
    found: dict[str, list[Finding]] = {BESIDE: [], DOUBTED: [], WITHOUT: []}
    spent = dict.fromkeys(found, 0.0)
    moved = 0
    for seed in range(count):
        pair = worlds.pair(seed)
        first = worlds.published(pair.old)
        second = worlds.published(pair.new, worlds.before_of(first, pair.old, pair.new))
        bare = Published(second.tables, {name: value for name, value in second.meta.items() if name != "releases"})
        moved += sum(one.height for one in worlds.moved(pair, "oulu", "all"))
        for way, later in ((BESIDE, second), (DOUBTED, bare), (WITHOUT, worlds.published(pair.new))):
            start = time.process_time()
            learned = attack(later, [first])
            spent[way] += time.process_time() - start
            found[way] += learned if way == BESIDE else [one for one in learned if is_true(one, pair)]
    for way, some in found.items():
        yield Line(f"{count} pairs, {way}", len(some), told(some), moved, {}, spent[way], is_today=way != WITHOUT)


def is_true(one: Finding, pair: Pair) -> bool:
    """Tell whether few joined or left the row of a finding; what else is learned is counted as it stands."""
    some = worlds.moved(pair, one.key["region"], one.key.get("group", "all"))
    return one.kind != "releases" or any(0 < part.height < THRESHOLD for part in some)
