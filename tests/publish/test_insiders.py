"""What a region learns that subtracts its own exact numbers from those of the network."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest

from sujuva.codebooks.regions import NETWORK
from sujuva.publish.cells import CELL, CountTable
from sujuva.publish.insiders import _own, beside_insiders
from sujuva.publish.protect import protect
from sujuva.publish.sums import Relation

THRESHOLD = 5


def table(counts: dict[str, int], more: tuple[Relation, ...] = ()) -> CountTable:
    """Counts of regions and their network, and behind each of two of them those who are not in the next."""
    rows = [
        {"id": number, "kind": "n", "series": "n", "region": region, "wave": 2024, "group": "all", "value": value,
         "primary": 0 < value < THRESHOLD, "low": 1.0 if 0 < value < THRESHOLD else 0.0,
         "high": THRESHOLD - 1.0 if 0 < value < THRESHOLD else float("inf"), "eligible": True}
        for number, (region, value) in enumerate(counts.items())
    ]  # fmt: skip
    schema = {"id": pl.UInt32, "kind": pl.String, "series": pl.String, "region": pl.String, "wave": pl.Int32,
              "group": pl.String, "value": pl.Int64, "primary": pl.Boolean, "low": pl.Float64, "high": pl.Float64,
              "eligible": pl.Boolean, "owner": pl.UInt32}  # fmt: skip
    cells = pl.DataFrame(rows, schema=schema).select(CELL)
    return CountTable(cells, pl.DataFrame(), pl.DataFrame(), more)


def shown(counts: dict[str, int], insiders: list[str]) -> set[str]:
    """Return the regions, and perhaps the network, whose number is shown."""
    whole = {**counts, NETWORK: sum(counts.values())}
    known = table(whole)
    sums = [Relation(len(counts), tuple(range(len(counts))))]
    hidden = protect(known.arrays({"n"}), sums)
    found = beside_insiders(known, sums, hidden, insiders)
    assert (found | ~hidden).all()  # nothing is shown that was hidden
    return {region for region, gone in zip(whole, found.tolist(), strict=True) if not gone}


def told(counts: dict[str, int], left: set[str], insider: str) -> dict[str, tuple[int, int]]:
    """Return from what to what each hidden small count can be, for a region that knows its own."""
    if NETWORK not in left:
        return {}
    open_ones = [one for one in counts if one not in left and one != insider]
    rest = sum(counts[one] for one in open_ones)
    small = {one for one in open_ones if 0 < counts[one] < THRESHOLD}
    low = {one: 1 if one in small else 0 for one in open_ones}
    high = {one: THRESHOLD - 1 if one in small else rest for one in open_ones}
    found = {}
    for one in small:
        others = [other for other in open_ones if other != one]
        least, most = (sum(end[other] for other in others) for end in (low, high))
        found[one] = max(low[one], rest - most), min(high[one], rest - least)
    return found


WORLDS = [
    {"a": 7, "b": 3, "c": 20, "d": 30},
    {"a": 3, "b": 2, "c": 40, "d": 50},
    {"a": 1, "b": 9, "c": 9, "d": 9},
    {"a": 3, "b": 0, "c": 0, "d": 30},
]


@pytest.mark.parametrize("counts", WORLDS)
def test_no_region_learns_a_small_count_of_another(counts: dict[str, int]) -> None:
    left = shown(counts, list(counts))
    for insider in counts:
        for ends in told(counts, left, insider).values():
            assert ends == (1, THRESHOLD - 1), insider


def test_without_insiders_nothing_more_is_hidden() -> None:
    counts = WORLDS[0]
    left = shown(counts, [])
    assert left == {"c", "d", NETWORK}
    assert told(counts, left, "a") == {"b": (3, 3)}  # which a then knows exactly


def test_the_more_know_themselves_the_more_is_hidden() -> None:
    some = [shown(WORLDS[0], list(WORLDS[0])[:size]) for size in range(5)]
    assert all(later <= earlier for earlier, later in pairwise(some))
    assert some[4] < some[0]


def test_what_no_region_can_subtract_stays_shown() -> None:
    assert shown({"a": 9, "b": 8, "c": 20}, ["a", "b", "c"]) == {"a", "b", "c", NETWORK}


def test_a_region_knows_its_own_cells_and_what_they_alone_tie() -> None:
    ties = (Relation(0, (2,)), Relation(1, (3,)), Relation(0, (1, 4)))
    known = table({"a": 7, "b": 9, "": 3, "nobody": 2, "nothing": 4}, ties)
    nameless = pl.col("region").is_in(["", "nobody", "nothing"])
    cells = known.cells.with_columns(region=pl.when(~nameless).then("region")).sort("id", descending=True)
    found = CountTable(cells, known.rows, known.bins, ties)
    assert _own(found, "a").tolist() == [True, False, True, False, False]
    assert _own(found, "b").tolist() == [False, True, False, True, False]
