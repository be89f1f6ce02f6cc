"""The permutation test of the E-I index: against all permutations, and how often it errs."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import polars as pl
import pytest

from benchmarks.network_tests import ei_rejections
from sujuva.errors import ParameterError
from sujuva.estimation.interval import NO_VARIATION
from sujuva.integration import Network, TieRule, ei_tests
from sujuva.integration.measures import NO_TIES
from sujuva.integration.permutation import ei_test
from sujuva.integration.sectors import ONE_SECTOR, ei_actors, ei_index, ei_sectors, expected_ei
from sujuva.tidy import COMPARISONS, COMPARISONS_KEY
from tests.integration.yardsticks import knoke, square


def by_hand(network: Network) -> tuple[float, float]:
    """Expected E-I and two-sided p over all orders of the sectors."""
    labels = list(network.sectors.values())
    dealt = (dict(zip(network.sectors, order, strict=True)) for order in permutations(labels))
    every = np.array([ei_index(replace(network, sectors=one)).value for one in dealt])
    found = ei_index(network).value
    return every.mean(), float((np.abs(every - every.mean()) >= abs(found - every.mean()) - 1e-12).mean())


@pytest.mark.parametrize("directed", [True, False])
def test_expected_value_and_p_are_those_of_all_permutations(directed):
    random = np.random.default_rng(3)
    tied = random.random((6, 6)) < 0.4
    network = square(tied | (tied.T & (not directed)), ["x", "x", "y", "y", "y", "z"], directed=directed)
    expected, p = by_hand(network)
    found = ei_test(network, permutations=20_000, random=random)
    assert found.expected == pytest.approx(expected, abs=1e-12)
    assert found.p == pytest.approx(p, abs=0.015)  # four Monte Carlo errors


def test_no_p_is_zero():
    tied = np.zeros((20, 20), bool)
    tied[:10, :10] = tied[10:, 10:] = True
    network = square(tied, ["x"] * 10 + ["y"] * 10, directed=False)
    found = ei_test(network, permutations=99, random=np.random.default_rng(1))
    assert found.value == -1
    assert found.p == pytest.approx(0.01)


def test_what_cannot_be_tested_says_why():
    random = np.random.default_rng(1)
    none = square(np.zeros((4, 4)), ["x", "y", "x", "y"], directed=True)
    full = square(np.ones((4, 4)), ["x", "y", "x", "y"], directed=True)
    one = square(np.eye(4, k=1), ["x"] * 4, directed=True)
    own = square(np.eye(4, k=1), list("wxyz"), directed=True)
    nobody = square(np.zeros((0, 0)), [], directed=True)
    found = [ei_test(each, permutations=9, random=random) for each in (none, full, one, own, nobody)]
    assert [each.note for each in found] == [NO_TIES, NO_VARIATION, ONE_SECTOR, NO_VARIATION, NO_TIES]
    assert [each.p for each in found] == [None] * 5
    assert [each.value for each in found] == [None, 1 / 3, -1, 1, None]
    with pytest.raises(ParameterError, match="permutations is 0"):
        ei_test(full, permutations=0, random=random)


def test_index_of_sectors_and_actors_by_hand():
    # Two of x tied to each other, one of them to y; z has no tie.
    network = Network.of({"a": "x", "b": "x", "c": "y", "d": "z"}, [("a", "b"), ("b", "a"), ("b", "c")], directed=True)
    assert ei_index(network).value == pytest.approx(-1 / 3)
    assert ei_sectors(network) == {"x": (-1 / 3, ""), "y": (1, ""), "z": (None, NO_TIES)}
    assert ei_actors(network) == {"a": (-1, ""), "b": (-1 / 3, ""), "c": (1, ""), "d": (None, NO_TIES)}
    assert expected_ei(network).value == pytest.approx(2 * 10 / 12 - 1)


def test_table_is_the_same_whatever_else_is_in_it_and_in_whatever_order():
    network = knoke()
    names = list(network.sectors)
    rows = [("oulu", 2022, relation, names[i], names[j], 2, True) for relation in ("x", "y") for i, j in network.arcs]
    columns = ["region", "wave", "relation", "source", "target", "observed", "directed"]
    ties = pl.DataFrame(rows, schema=columns, orient="row")
    actors = pl.DataFrame({
        "region": "oulu", "organisation": list(network.sectors), "sector": list(network.sectors.values())
    })  # fmt: skip
    table = ei_tests(actors, ties, TieRule(), permutations=199)
    assert table.schema == COMPARISONS
    assert table.select(COMPARISONS_KEY).null_count().sum_horizontal().item() == 0
    assert table["effect_kind"].to_list() == ["expected_ei"] * 2
    alone = ei_tests(
        actors, ties.filter(relation="y").sample(fraction=1, shuffle=True, seed=1), TieRule(), permutations=199
    )
    assert alone.equals(table.filter(scale="y"))
    assert ei_tests(actors, ties.clear(), TieRule()).schema == COMPARISONS


def test_test_errs_as_often_as_it_says():
    share = ei_rejections(1000, seed=20221207)
    print(f"E-I permutation test rejects {share:.1%} of 1,000 networks without an effect")  # noqa: T201  the figure
    assert 0.04 <= share <= 0.06
