"""The intruder that holds bundles: each way on a few rows with a known answer, and on what leaves a region."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.attack.bundles import attack_bundle, attack_successive
from sujuva.attack.finding import Finding
from sujuva.bundles import LEDGER, Contents
from sujuva.codebooks import load_instruments
from sujuva.moments import RECORDS
from tests.bundles.test_protect import Row, band, followed, leaves, score, table


def exact(**some: list[Row]) -> Contents:
    return Contents({name: table(name, *some.get(name, ())) for name in RECORDS},
                    {name: table(f"ledger/{name}") for name in LEDGER})  # fmt: skip


def told(contents: Contents) -> set[tuple[str, str, int]]:
    found = attack_bundle(contents.moments, contents.ledger, load_instruments(), 5)
    return {(one.table, one.what, one.low) for one in found}


WAYS: list[tuple[dict[str, list[Row]], tuple[str, str, int]]] = [
    ({"scores": [score(n=4, clusters=1)]}, ("scores", "n", 4)),
    ({"scores": [score(), score("gender:girl", n=37, clusters=4)]}, ("scores", "n of no group", 3)),
    ({"scores": [score(), band(40, 38)]}, ("scores", "no", 2)),
    ({"scores": [score(), band(40, 20), band(30, 18, "gender:girl")]}, ("scores", "yes of no group", 2)),
    ({"scores": [score(n=40, clusters=30)]}, ("scores", "members of a unit", 1)),
    ({"scores": [score(scale="sdq_peer", n=6, y=6, yy=6)]}, ("scores", "n", 6)),
    ({"paired": [followed(40, 20, 20, 18)]}, ("paired", "yes then no", 2)),
    ({"scores": [score(scale="single_hobby", n=43, y=20, yy=20)], "paired": [followed(40, 20, 20, 14)]},
     ("paired", "new", 3)),
    ({"scores": [score(n_missing=8), score(scale="swemwbs", n=46, n_missing=2)]}, ("scores", "missing", 2)),
    ({"case_tallies": [{"measure": "consent", "group": "all", "size": 1, "total": 1, "families": 20}],
      "events": [{"cases": 22}]}, ("case_tallies", "not measured", 2)),
    ({"items": [{"instrument": "sdq", "informant": "parent", "item": "sdq_1", "n": 43, "sum": 26, "sumsq": 32}]},
     ("items", "highest", 3)),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "way"), WAYS, ids=[f"{way[0]} {way[1]}" for _, way in WAYS])
def test_what_exact_moments_tell_is_found_and_does_not_leave(
    rows: dict[str, list[Row]], way: tuple[str, str, int]
) -> None:
    if way[2] < 5:
        assert way in told(exact(**rows))
    sent = leaves(**rows)
    assert not told(sent)


def test_scores_that_few_must_have_are_found() -> None:
    pinned = exact(scores=[score(scale="sdq_peer", n=40, y=4, yy=10)])
    assert {("scores", "persons at 1", 1), ("scores", "persons at 3", 1)} <= told(pinned)


def test_of_two_bundles_it_finds_what_few_changed() -> None:
    before, after = (exact(scores=[score(n=n)]).moments for n in (40, 43))
    found: list[Finding] = attack_successive(before, after, 5)
    assert {(one.what, one.low) for one in found} == {("n since", 3)}
    assert not attack_successive(before, exact(scores=[score(n=45)]).moments, 5)
    strata = [score(n=43), score(n=37, stratum="oulu|b")]
    moved = exact(scores=[score(n=40), score(n=38, stratum="oulu|b")]).moments
    assert {one.low for one in attack_successive(moved, exact(scores=strata).moments, 5)} == {1, 2, 3}


def test_a_table_of_nobodys_numbers_tells_nothing() -> None:
    rows = {"initiatives": [{"n": 1, "sector": "social"}], "rubric": [{"n": 1, "level": 2}]}
    assert not told(exact(**rows))
    assert isinstance(exact().moments["scores"], pl.DataFrame)
