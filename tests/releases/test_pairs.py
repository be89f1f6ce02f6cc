"""Two releases side by side: what too few joined or left stays what it was, and cannot be found by subtraction."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import polars as pl
import pytest

from sujuva.errors import DisclosureError
from sujuva.published import Published
from tests.releases import worlds
from tests.releases.worlds import Pair

THRESHOLD = 5
GROUPS = ("all", "gender:girl", "gender:boy", "gender:other")
PLACES = (*worlds.REGIONS, "network")
SEEDS = (0, 1, 3)


@cache
def both(seed: int) -> tuple[Pair, Published, Published]:
    pair = worlds.pair(seed)
    first = worlds.published(pair.old)
    return pair, first, worlds.published(pair.new, worlds.before_of(first, pair.old, pair.new))


def few(count: int) -> bool:
    return 0 < count < THRESHOLD


@pytest.mark.parametrize("seed", SEEDS)
def test_no_number_changes_where_too_few_joined_or_left(seed: int):
    pair, first, second = both(seed)
    small = 0
    for place in PLACES:
        for group in GROUPS:
            joined, left = worlds.moved(pair, place, group)
            if few(joined.height) or few(left.height):
                small += 1
                at = {"region": place, "group": group}
                for name in ("parjaavyys", "distributions"):
                    one, two = (release[name].filter(**at) for release in (first, second))
                    assert one.equals(two), (name, place, group)
    assert small


@pytest.mark.parametrize("seed", SEEDS)
def test_no_share_changes_where_too_few_of_the_joined_or_left_are_in_the_band_or_out_of_it(seed: int):
    pair, first, second = both(seed)
    for place in PLACES:
        for group in GROUPS:
            before, after = (worlds.told(release, place, group) for release in (first, second))
            if before is None or after is None or before == after:
                continue
            for some in worlds.moved(pair, place, group):
                inside = some.filter(worlds.in_band()).height
                assert some.height == 0 or min(inside, some.height - inside) >= THRESHOLD


@pytest.mark.parametrize("seed", SEEDS)
def test_one_held_cell_never_stands_alone_in_a_sum_that_is_told_anew(seed: int):
    pair, _, second = both(seed)
    for group in GROUPS:
        changed = {place: worlds.moved(pair, place, group) for place in PLACES}
        held = [place for place, some in changed.items() if any(few(one.height) for one in some)]
        assert len(held) != 1 or worlds.told(second, held[0], group, "score_mean") is None


def test_where_enough_joined_numbers_are_told_anew():
    pair, first, second = both(1)
    joined, left = worlds.moved(pair, "pohjois-karjala", "all")

    assert joined.height >= THRESHOLD
    assert not left.height
    before, after = (worlds.told(one, "pohjois-karjala", "all", "score_mean") for one in (first, second))
    assert after == pytest.approx(worlds.cell(pair.new, "pohjois-karjala", "all")["score"].mean(), abs=0.06)
    assert after != before


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_is_guessed(seed: int):
    assert worlds.guessed(*both(seed)) == (0, 0)


def test_without_the_register_they_would_be():
    pair, first, _ = both(0)
    guesses, right = worlds.guessed(pair, first, worlds.published(pair.new))

    assert right > guesses / 2 > 0


def test_what_was_kept_is_counted_among_the_decisions_and_the_releases_are_named():
    _, first, second = both(0)

    assert second["decisions"].filter(rule="kept")["rows"].sum() > 0
    sums = [release["decisions"].filter(table="parjaavyys")["rows"].sum() for release in (first, second)]
    assert sums[0] == sums[1]
    assert second.meta["releases"] == [{"number": 1, "date": "2026-01-31"}]
    assert "releases" not in first.meta


def test_the_same_persons_are_published_alike():
    pair, first, _ = both(0)
    again = worlds.published(pair.old, worlds.before_of(first, pair.old, pair.old))

    assert all(first[name].equals(again[name]) for name in first.tables if name != "decisions")


def test_releases_of_another_study_are_refused():
    pair, first, _ = both(0)
    before = worlds.before_of(first, pair.old, pair.new)
    with pytest.raises(DisclosureError, match="of another study"):
        worlds.published(pair.new, replace(before, study="x"))


def test_who_answered_otherwise_has_left_and_joined():
    """A corrected answer of one person is held like a leaver."""
    pair, first, _ = both(0)
    who = pair.old.filter(region="tampere")["person"][0]
    score = pl.when(pl.col("person") == who).then(100.0 - pl.col("score")).otherwise("score")
    changed = pair.old.with_columns(score=score)
    second = worlds.published(changed, worlds.before_of(first, pair.old, changed))

    assert first["parjaavyys"].equals(second["parjaavyys"])
    assert first["distributions"].equals(second["distributions"])
