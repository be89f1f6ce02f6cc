"""Networks of all regions: which ties stand, the table of measures, and the places of actors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sujuva.errors import ContractError, ParameterError
from sujuva.integration import TieRule, confirmed_ties, network_indicators, node_positions, reported_ties
from sujuva.tidy import KEY, TIDY
from tests.integration.yardsticks import INFORMATION, LABELS

RULE = TieRule()
BOTH = TieRule(confirmation="both")


@pytest.fixture(scope="module")
def knoke_actors() -> pl.DataFrame:
    return pl.DataFrame({"region": "oulu", "organisation": LABELS, "name": LABELS, "sector": "social"})


@pytest.fixture(scope="module")
def knoke_ties() -> pl.DataFrame:
    """Every cell of the sociomatrix as a rating: 4 where there is an arc, 0 where there is none."""
    rows = [
        ("oulu", 2022, "information", LABELS[i], LABELS[j], 4 * int(cell), True)
        for i, row in enumerate(INFORMATION)
        for j, cell in enumerate(row)
        if i != j
    ]
    return pl.DataFrame(
        rows,
        schema={
            "region": pl.String,
            "wave": pl.Int32,
            "relation": pl.String,
            "source": pl.String,
            "target": pl.String,
            "observed": pl.Int16,
            "directed": pl.Boolean,
        },
        orient="row",
    )


def values(table: pl.DataFrame) -> dict[str, float | None]:
    return dict(table.filter(category="").select("indicator", "estimate").iter_rows())


def rated(rows: list[tuple[str, str, int]], *, directed: bool) -> pl.DataFrame:
    return pl.DataFrame(
        rows, schema={"source": pl.String, "target": pl.String, "observed": pl.Int16}, orient="row"
    ).select(
        pl.lit("oulu").alias("region"),
        pl.lit(2022, dtype=pl.Int32).alias("wave"),
        pl.lit("work").alias("relation"),
        pl.all(),
        pl.lit(directed).alias("directed"),
    )


def organisations(names: str) -> pl.DataFrame:
    letters = list(names)
    return pl.DataFrame({"region": "oulu", "organisation": letters, "name": letters, "sector": letters})


def test_knoke_information_network(knoke_actors: pl.DataFrame, knoke_ties: pl.DataFrame) -> None:
    # The CASOS pages on this network print density .544, dyad reciprocity .531 and betweenness .201. What is exact
    # here is held exactly in test_knoke.py.
    table = network_indicators(knoke_actors, knoke_ties, RULE)
    found = values(table)
    assert found.pop("network_centralization_betweenness") == pytest.approx(0.201, abs=5e-4)
    matrix = np.array([[int(cell) for cell in row] for row in INFORMATION])
    paths = matrix @ matrix
    np.fill_diagonal(paths, 0)
    assert found == pytest.approx(
        {
            "network_density": 49 / 90,
            "network_reciprocity_dyad": 17 / 32,
            "network_reciprocity_arc": 34 / 49,
            "network_centralization_in": 41 / 81,
            "network_centralization_out": 31 / 81,
            # 32 tied pairs, and one actor tied to all nine others: (9·10 − 2·32)/72.
            "network_centralization_degree": 26 / 72,
            "network_transitivity": (paths * matrix).sum() / paths.sum(),
            "network_ei_sector": -1.0,
            "network_actors": 10.0,
            "network_ties": 49.0,
            "network_centralization_total": 31 / 72,  # 0.431; the following are printed on the pages, too
            "network_path_length": 1.533,
            "network_diameter": 3.0,
            "network_clustering": 0.607,
            "network_fragmentation": 0.0,
            "network_components": 1.0,
            "network_component_largest": 10.0,
            "network_components_strong": 1.0,
            "network_component_largest_strong": 10.0,
            "network_centralization_closeness": found["network_centralization_closeness"],  # see test_r_sna.py
            "network_core_fit": found["network_core_fit"],  # see test_core.py
            "network_core_size": 3.0,
        },
        rel=1e-3,
    )
    assert table["n"].to_list() == [10] * table.height
    assert table.schema == TIDY
    assert table.select(KEY).is_unique().all()


def test_confirmation_by_both_ends_leaves_mutual_ties(knoke_actors: pl.DataFrame, knoke_ties: pl.DataFrame) -> None:
    found = values(network_indicators(knoke_actors, knoke_ties, BOTH))
    assert found["network_ties"] == 17
    assert found["network_density"] == pytest.approx(17 / 45)
    # Who reports whom stays a matter of the reports.
    assert found["network_reciprocity_dyad"] == pytest.approx(17 / 32)
    assert found["network_centralization_in"] == pytest.approx(41 / 81)


def test_tie_needs_a_high_enough_rating() -> None:
    ties = rated([("a", "b", 1), ("b", "a", 2), ("a", "c", 3)], directed=True)
    assert reported_ties(ties, TieRule(tie_from=2)).select("source", "target").rows() == [("a", "c"), ("b", "a")]
    assert reported_ties(ties, TieRule(tie_from=1)).height == 3


def test_mutual_tie_has_the_lower_rating() -> None:
    ties = rated([("b", "a", 4), ("a", "b", 2), ("a", "c", 3)], directed=True)
    assert confirmed_ties(ties, BOTH).select("source", "target", "observed", "directed").rows() == [
        ("a", "b", 2, False)
    ]
    assert_frame_equal(confirmed_ties(ties, RULE), reported_ties(ties, RULE))


@pytest.mark.parametrize("rule", [RULE, BOTH])
def test_undirected_tie_counts_once_and_needs_no_second_word(rule: TieRule) -> None:
    rule = replace(rule, unlisted="none")
    ties = rated([("b", "a", 2), ("a", "b", 3), ("c", "a", 2), ("b", "c", 0)], directed=False)
    assert confirmed_ties(ties, rule).select("source", "target", "observed").rows() == [("a", "b", 3), ("a", "c", 2)]
    found = values(network_indicators(organisations("abcd"), ties, rule))
    assert found["network_ties"] == 2
    assert found["network_density"] == pytest.approx(2 / 6)


def test_measure_without_value_is_null_and_says_why() -> None:
    ties = rated([("a", "b", 0)], directed=False)
    found = network_indicators(organisations("ab"), ties, RULE)
    notes = dict(found.filter(pl.col("estimate").is_null(), category="").select("indicator", "note").iter_rows())
    assert notes == {
        "network_centralization_degree": "few_actors",
        "network_centralization_betweenness": "few_actors",
        "network_transitivity": "no_two_paths",
        "network_ei_sector": "no_ties",
        "network_reciprocity_dyad": "undirected",
        "network_reciprocity_arc": "undirected",
        "network_centralization_in": "undirected",
        "network_centralization_out": "undirected",
        "network_centralization_total": "undirected",
        "network_components_strong": "undirected",
        "network_component_largest_strong": "undirected",
        "network_centralization_closeness": "few_actors",
        "network_clustering": "no_two_paths",
        "network_core_fit": "few_actors",
        "network_core_size": "few_actors",
        "network_path_length": "no_ties",
        "network_diameter": "no_ties",
    }
    assert values(found)["network_density"] == 0.0
    assert not found["estimate"].is_nan().any()


def test_tables_without_networks_stay_empty() -> None:
    actors, ties = organisations("ab").clear(), rated([], directed=True)
    assert network_indicators(actors, ties, RULE).schema == TIDY
    assert node_positions(actors, ties, RULE).height == 0
    assert confirmed_ties(ties, BOTH).height == 0


def test_relation_cannot_be_both_directed_and_undirected() -> None:
    mixed = pl.concat([rated([("a", "b", 2)], directed=True), rated([("b", "c", 2)], directed=False)])
    with pytest.raises(ContractError, match="'work' of oulu 2022 has both"):
        reported_ties(mixed, RULE)


def test_tie_to_an_unknown_organisation_is_refused() -> None:
    ties = rated([("a", "z", 2)], directed=True)
    for compute in (network_indicators, node_positions):
        with pytest.raises(ContractError, match="not in the table of organisations"):
            compute(organisations("ab"), ties, RULE)


def test_rule_is_checked() -> None:
    with pytest.raises(ParameterError, match="tie_from is 0"):
        TieRule(tie_from=0)
    with pytest.raises(ParameterError, match="Did you mean 'either'"):
        TieRule(confirmation="eiter")  # type: ignore[arg-type]


def test_actor_stands_in_one_place_and_rows_may_come_in_any_order(
    knoke_actors: pl.DataFrame, knoke_ties: pl.DataFrame
) -> None:
    later = knoke_ties.with_columns(wave=pl.lit(2024, dtype=pl.Int32))
    ties = pl.concat([knoke_ties, later])
    nodes = node_positions(knoke_actors, ties, RULE)
    assert nodes.columns == ["region", "organisation", "name", "sector", "x", "y"]
    assert nodes.select("region", "organisation").is_unique().all()
    for seed in range(3):
        shuffled = ties.sample(fraction=1, shuffle=True, seed=seed)
        actors = knoke_actors.sample(fraction=1, shuffle=True, seed=seed)
        assert_frame_equal(node_positions(actors, shuffled, RULE), nodes)


@settings(max_examples=25)
@given(st.sets(st.tuples(st.integers(0, 19), st.integers(0, 19)).filter(lambda pair: pair[0] < pair[1])))
def test_labels_have_room(pairs: set[tuple[int, int]]) -> None:
    names = [f"Organisaatio {number}" for number in range(20)]
    actors = pl.DataFrame({"region": "oulu", "organisation": names, "name": names, "sector": "social"})
    ties = rated([(names[low], names[high], 3) for low, high in pairs], directed=False)
    nodes = node_positions(actors, ties, RULE)
    points = nodes.select("x", "y").rows()
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in points)
    for number, (x, y) in enumerate(points):
        for other_x, other_y in points[:number]:
            assert abs(x - other_x) >= 0.15 or abs(y - other_y) >= 0.05
