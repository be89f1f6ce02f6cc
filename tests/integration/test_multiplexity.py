"""Multiplexity: on how many relations links rest."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.integration import TieRule, multiplexity_indicators
from sujuva.tidy import KEY, TIDY
from tests.integration.rated import notes, organisations, ties_of, values

NAMES = "abcd"
ACTORS = organisations(NAMES, "xyzw")
ONE = ((0, 3, 0, 0), (3, 0, 2, 0), (0, 0, 0, 1), (0, 0, 0, 0))  # a–b, b–c (c says no), c–d below the rule
TWO = ((0, 0, 4, 0), (4, 0, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0))  # a–b (a says no), a–c (c says no)


def both(one: object = ONE, two: object = TWO, *, directed: bool = True) -> pl.DataFrame:
    return pl.concat(
        [ties_of(one, None, NAMES, relation="one", directed=directed),  # type: ignore[arg-type]
         ties_of(two, None, NAMES, relation="two", directed=directed)]  # type: ignore[arg-type]
    )  # fmt: skip


def test_by_hand() -> None:
    table = multiplexity_indicators(ACTORS, both(), TieRule())
    assert table.schema == TIDY
    assert table.select(KEY).is_unique().all()
    # Links: a–b in two relations, b–c and a–c in one.
    assert values(table) == pytest.approx({"multiplexity_share": 1 / 3, "multiplexity_relations": 4 / 3})
    assert table["n"].to_list() == [4, 4]
    confirmed = multiplexity_indicators(ACTORS, both(), TieRule(confirmation="both"))
    assert values(confirmed) == {"multiplexity_share": 0.0, "multiplexity_relations": 1.0}
    lower = multiplexity_indicators(ACTORS, both(), TieRule(tie_from=1))
    assert values(lower)["multiplexity_share"] == pytest.approx(1 / 4)


def test_pair_that_one_relation_does_not_know_is_left_out() -> None:
    gap = tuple(tuple(None if {i, j} == {0, 1} else cell for j, cell in enumerate(row)) for i, row in enumerate(TWO))
    table = multiplexity_indicators(ACTORS, both(two=gap), TieRule())
    assert values(table) == {"multiplexity_share": 0.0, "multiplexity_relations": 1.0}
    assert set(notes(table).values()) == {"missing_ratings"}
    # One word is enough to know of a tie, and two are needed to know that there is none.
    one_word = tuple(
        tuple(None if (i, j) == (0, 1) else cell for j, cell in enumerate(row)) for i, row in enumerate(TWO)
    )
    assert values(multiplexity_indicators(ACTORS, both(two=one_word), TieRule()))[
        "multiplexity_share"
    ] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("actors", "ties", "note"),
    [
        (ACTORS, ties_of(ONE, None, NAMES), "one_relation"),
        (ACTORS, both([[0] * 4] * 4, [[0] * 4] * 4), "no_ties"),
        # a rates in the one relation and d in the other: no pair is known in both.
        (ACTORS, both([[0, 1, 0, None], *[[None] * 4] * 3], [*[[None] * 4] * 3, [0, None, None, None]]), "no_ratings"),
    ],
)
def test_no_value_says_why(actors: pl.DataFrame, ties: pl.DataFrame, note: str) -> None:
    table = multiplexity_indicators(actors, ties, TieRule())
    assert table["estimate"].null_count() == 2
    assert set(notes(table).values()) == {note}


def test_the_same_relation_twice_doubles_every_link() -> None:
    assert values(multiplexity_indicators(ACTORS, both(ONE, ONE, directed=False), TieRule())) == {
        "multiplexity_share": 1.0,
        "multiplexity_relations": 2.0,
    }


def test_nothing() -> None:
    assert multiplexity_indicators(ACTORS, both().clear(), TieRule()).is_empty()


matrices = st.lists(st.lists(st.integers(0, 4), min_size=4, max_size=4), min_size=4, max_size=4)


@settings(max_examples=30)
@given(matrices, matrices)
def test_of_two_relations_the_mean_is_one_more_than_the_share(one: list[list[int]], two: list[list[int]]) -> None:
    found = values(multiplexity_indicators(ACTORS, both(one, two), TieRule(unlisted="none")))
    if found["multiplexity_share"] is not None:
        assert found["multiplexity_relations"] == pytest.approx(1 + found["multiplexity_share"])
