"""Human Service Integration Measure: the worked example, missing ratings, odd networks, laws."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sujuva.errors import ContractError, ParameterError
from sujuva.integration import hsim_actors, hsim_indicators
from sujuva.tidy import KEY, TIDY
from tests.integration.rated import OBSERVED, SERVICES, notes, of_actors, organisations, ties_of, values


def in_order(table: pl.DataFrame, measure: str) -> list[float | None]:
    found = of_actors(table, measure)
    return [found[name] for name in SERVICES]


def test_worked_example_of_the_network() -> None:
    table = hsim_indicators(organisations(), ties_of())
    assert table.schema == TIDY
    assert table.select(KEY).is_unique().all()
    assert table["n"].unique().to_list() == [5]
    assert values(table) == pytest.approx(
        {
            "hsim_extent_services": 5,
            "hsim_extent_sectors": 3,
            "hsim_known": 1,
            "hsim_scope": 0.85,
            "hsim_scope_expected": 1,
            "hsim_depth": 1.90,
            "hsim_depth_percent": 0.475,
            "hsim_depth_expected": 2.95,
            "hsim_depth_expected_percent": 0.7375,
            "hsim_gap": 1.05,
            "hsim_congruence": 0.15,
            "hsim_congruence_graded": 0.7375,
            "hsim_reciprocity": 0.40,
            "hsim_reciprocity_within_one": 1.00,
            "hsim_reciprocity_graded": 0.85,
            "hsim_depth_confirmed": 1.60,
            "hsim_depth_pairs": 1.90,
            "hsim_depth_intra": 3.000,
            "hsim_depth_inter": 1.625,
        },
        abs=1e-12,
    )


def test_worked_example_of_the_services() -> None:
    table = hsim_actors(organisations(), ties_of())
    assert in_order(table, "hsim_scope_out") == [4, 4, 3, 3, 3]
    assert in_order(table, "hsim_scope_in") == [4, 4, 4, 3, 2]
    assert in_order(table, "hsim_depth_out") == [2.50, 1.75, 2.25, 2.00, 1.00]
    assert in_order(table, "hsim_depth_in") == [2.00, 2.50, 2.50, 2.00, 0.50]
    assert in_order(table, "hsim_gap") == [0.75, 1.00, 1.00, 1.00, 1.50]
    assert in_order(table, "hsim_congruence") == [0.25, 0.00, 0.25, 0.25, 0.00]
    assert table["note"].unique().to_list() == [""]
    assert table.select("region", "wave", "relation", "organisation", "measure").is_unique().all()


def test_missing_ratings_are_left_out_of_both_sides() -> None:
    # a→b 4 (4), a→c 0 (2), b→a 2 (none); b→c, c→a and c→b not reported.
    observed = ((0, 4, 0), (2, 0, None), (None, None, 0))
    expected = ((0, 4, 2), (None, 0, None), (None, None, 0))
    table = hsim_indicators(organisations("abc", "xxy"), ties_of(observed, expected, "abc"))
    assert values(table) == pytest.approx(
        {
            "hsim_extent_services": 3,
            "hsim_extent_sectors": 2,
            "hsim_known": 3 / 6,
            "hsim_scope": 2 / 3,
            "hsim_scope_expected": 1,
            "hsim_depth": 2,
            "hsim_depth_percent": 0.5,
            "hsim_depth_expected": 3,
            "hsim_depth_expected_percent": 0.75,
            "hsim_gap": 1,  # of the two pairs that have both: 0 and 2
            "hsim_congruence": 0.5,
            "hsim_congruence_graded": 0.75,
            "hsim_reciprocity": 0,  # one dyad has both: 4 and 2
            "hsim_reciprocity_within_one": 0,
            "hsim_reciprocity_graded": 0.5,
            "hsim_depth_confirmed": 2,
            "hsim_depth_pairs": 3,
            "hsim_depth_intra": 3,
            "hsim_depth_inter": 0,
        }
    )
    actors = hsim_actors(organisations("abc", "xxy"), ties_of(observed, expected, "abc"))
    assert of_actors(actors, "hsim_depth_out") == {"a": 2, "b": 2, "c": None}
    assert of_actors(actors, "hsim_scope_in") == {"a": 1, "b": 1, "c": 0}
    scope = dict(actors.filter(measure="hsim_scope_out").select("organisation", "note").iter_rows())
    assert scope == {"a": "", "b": "missing_ratings", "c": "no_ratings"}


def test_pairs_left_out_of_a_list_of_ties_are_no_ties() -> None:
    ties = ties_of(((0, 4, None), (2, 0, None), (None, None, 0)), None, "abc")  # no rating of 0: a list of ties
    found = values(hsim_indicators(organisations("abc", "xxy"), ties))
    assert found["hsim_depth"] == 1
    assert found["hsim_known"] == 1
    assert found["hsim_depth_expected"] is None
    assert values(hsim_indicators(organisations("abc", "xxy"), ties, unlisted="missing"))["hsim_depth"] == 3


def test_without_sectors_nothing_is_told_within_or_between_them() -> None:
    table = hsim_indicators(organisations().with_columns(sector=pl.lit("")), ties_of())
    resting = ["hsim_extent_sectors", "hsim_depth_intra", "hsim_depth_inter"]
    found = table.filter(pl.col("indicator").is_in(resting))
    assert found["estimate"].to_list() == [None] * 3
    assert found["note"].to_list() == ["no_sectors"] * 3
    assert values(table)["hsim_depth"] == pytest.approx(1.90)


def test_rating_above_the_scale_is_never_clipped() -> None:
    observed = [list(row) for row in OBSERVED]
    observed[0][1] = 5
    table = hsim_indicators(organisations(), ties_of(observed))
    told, found = notes(table), values(table)
    for name in ("hsim_depth", "hsim_depth_percent", "hsim_gap", "hsim_congruence", "hsim_reciprocity_graded"):
        assert (found[name], told[name]) == (None, "ratings_above_range")
    assert found["hsim_scope"] == 0.85  # whether there is any link does not rest on the scale
    assert found["hsim_depth_expected"] == pytest.approx(2.95)
    assert values(hsim_indicators(organisations(), ties_of(observed), depth_max=5))["hsim_depth"] == pytest.approx(2.0)
    depth = of_actors(hsim_actors(organisations(), ties_of(observed)), "hsim_depth_out")
    assert [name for name, value in depth.items() if value is None] == ["varhaiskasvatus"]


def test_relation_without_direction_has_no_reciprocity() -> None:
    table = hsim_indicators(organisations(), ties_of(directed=False))
    assert notes(table)["hsim_reciprocity"] == "undirected"
    assert values(table)["hsim_depth"] == pytest.approx((3 + 2 + 4 + 1 + 3 + 1 + 1 + 3 + 0 + 0) / 10)


@pytest.mark.parametrize(
    ("names", "cells", "depth", "note"),
    [
        ("ab", ((0, 0), (0, 0)), 0.0, ""),
        ("ab", ((0, 4), (4, 0)), 4.0, ""),
        ("a", ((0,),), None, None),  # one actor cannot rate: no rows, no network
    ],
)
def test_odd_networks(names: str, cells: tuple[tuple[int, ...], ...], depth: float | None, note: str | None) -> None:
    table = hsim_indicators(organisations(names, names), ties_of(cells, None, names))
    assert values(table).get("hsim_depth") == depth
    assert notes(table).get("hsim_depth") == note


def test_one_sector_has_no_pairs_between_sectors() -> None:
    table = hsim_indicators(organisations("ab", "xx"), ties_of(((0, 3), (2, 0)), None, "ab"))
    assert values(table)["hsim_depth_intra"] == 2.5
    assert (values(table)["hsim_depth_inter"], notes(table)["hsim_depth_inter"]) == (None, "no_ratings")


def test_nothing_and_nobody() -> None:
    assert hsim_indicators(organisations("", ""), ties_of((), None, "")).schema == TIDY
    assert hsim_actors(organisations("", ""), ties_of((), None, "")).is_empty()


def test_wrong_ties_and_parameters_are_refused() -> None:
    with pytest.raises(ContractError, match="not in the table"):
        hsim_indicators(organisations("ab", "xy"), ties_of(((0, 1, 1), (1, 0, 1), (1, 1, 0)), None, "abc"))
    loop = ties_of().with_columns(target=pl.col("source"))
    with pytest.raises(ContractError, match="itself"):
        hsim_indicators(organisations(), loop)
    with pytest.raises(ParameterError, match="depth_max is 0"):
        hsim_indicators(organisations(), ties_of(), depth_max=0)
    with pytest.raises(ContractError, match="not between 0 and 10"):
        hsim_indicators(organisations(), ties_of().with_columns(observed=pl.lit(11, dtype=pl.Int16)))


cells = st.lists(st.lists(st.integers(0, 4), min_size=4, max_size=4), min_size=4, max_size=4)


@settings(max_examples=40)
@given(cells, cells)
def test_laws(observed: list[list[int]], expected: list[list[int]]) -> None:
    actors = organisations("abcd", "xxyz")
    found = values(hsim_indicators(actors, ties_of(observed, expected, "abcd"), unlisted="missing"))
    known = {name: value for name, value in found.items() if value is not None}
    assert known["hsim_depth"] == pytest.approx(known["hsim_depth_pairs"])
    assert known["hsim_gap"] == pytest.approx(known["hsim_depth_expected"] - known["hsim_depth"])
    assert known["hsim_depth_confirmed"] <= known["hsim_depth"] + 1e-12
    assert known["hsim_reciprocity"] <= known["hsim_reciprocity_within_one"]
    assert known["hsim_reciprocity"] <= known["hsim_reciprocity_graded"] + 1e-12
    assert known["hsim_congruence"] <= known["hsim_congruence_graded"] + 1e-12
    # 2 of the 12 ordered pairs are within a sector.
    whole = (2 * known["hsim_depth_intra"] + 10 * known["hsim_depth_inter"]) / 12
    assert known["hsim_depth"] == pytest.approx(whole)
    people = hsim_actors(actors, ties_of(observed, expected, "abcd"), unlisted="missing")
    for way in ("hsim_depth_out", "hsim_depth_in"):
        assert sum(value or 0 for value in of_actors(people, way).values()) / 4 == pytest.approx(known["hsim_depth"])
    # Turning all arrows round changes no value of the network.
    turned = ties_of(observed, expected, "abcd").rename({"source": "target", "target": "source"})
    assert values(hsim_indicators(actors, turned, unlisted="missing")) == pytest.approx(found)


def test_rows_may_come_in_any_order() -> None:
    ties, actors = ties_of(), organisations()
    for seed in range(3):
        shuffled = ties.sample(fraction=1, shuffle=True, seed=seed)
        people = actors.sample(fraction=1, shuffle=True, seed=seed)
        assert_frame_equal(hsim_indicators(people, shuffled), hsim_indicators(actors, ties))
        assert_frame_equal(hsim_actors(people, shuffled), hsim_actors(actors, ties))
