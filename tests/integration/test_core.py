"""Core and periphery: against every core there is, and networks that are just that."""

import itertools

import numpy as np
import pytest

from sujuva.integration import Network, core
from tests.integration.yardsticks import free, knoke, square


def by_hand(network: Network, pattern: str) -> float:
    """Largest correlation over all cores, by numpy."""
    n = network.size
    apart = ~np.eye(n, dtype=bool)
    tied = network.adjacency[apart]
    best = -1.0
    for members in itertools.product((0, 1), repeat=n):
        marked = np.array(members)
        ideal = (np.maximum.outer if pattern == "or" else np.minimum.outer)(marked, marked)[apart]
        if 0 < ideal.sum() < len(ideal):
            best = max(best, float(np.corrcoef(tied, ideal)[0, 1]))
    return best


@pytest.mark.parametrize("pattern", ["or", "and"])
def test_best_core_is_the_best_of_all(pattern):
    random = np.random.default_rng(1)
    for _ in range(3):
        network = square(random.random((7, 7)) < 0.4, ["x"] * 7, directed=True)
        assert core.core_periphery(network, pattern).fit == pytest.approx(by_hand(network, pattern), abs=1e-10)


def test_star_has_its_centre_as_core():
    tied = np.zeros((6, 6), bool)
    tied[2] = tied[:, 2] = True
    fit, members, note = core.core_periphery(square(tied, ["x"] * 6, directed=False))
    assert fit == pytest.approx(1.0)
    assert (members, note) == ({"a002"}, "")


def test_clique_beside_strangers_is_the_core_that_is_tied_within():
    tied = np.zeros((8, 8), bool)
    tied[:4, :4] = True
    fit, members, _ = core.core_periphery(square(tied, ["x"] * 8, directed=False), "and")
    assert fit == pytest.approx(1.0)
    assert members == {"a000", "a001", "a002", "a003"}


@pytest.mark.parametrize("pattern", ["or", "and"])
def test_local_search_finds_what_trying_all_finds(pattern, monkeypatch):
    random = np.random.default_rng(20221207)
    networks = [knoke(), free()["florentine"]]
    for _ in range(40):
        n = int(random.integers(4, 14))
        networks.append(square(random.random((n, n)) < random.random(), ["x"] * n, directed=True))
    sure = [core.core_periphery(one, pattern) for one in networks]
    monkeypatch.setattr(core, "EXACT", 0)
    assert [core.core_periphery(one, pattern) for one in networks] == sure


def test_large_network_has_a_core_that_no_single_change_betters():
    network = free()["miserables"]
    fit, members, _ = core.core_periphery(network)
    assert fit is not None
    chosen = np.array([[actor in members for actor in network.sectors]], np.int64)
    for place in range(network.size):
        other = chosen.copy()
        other[0, place] ^= 1
        assert core._fits(other, network.adjacency, network.known, "or")[0] <= fit + 1e-12


def test_equal_cores_are_said_to_be_equal():
    tied = np.zeros((6, 6), bool)
    tied[0, 1:3] = tied[3, 4:6] = True
    tied |= tied.T
    fit, members, note = core.core_periphery(square(tied, ["x"] * 6, directed=False))
    assert fit is not None
    assert members
    flipped = square(tied[::-1, ::-1], ["x"] * 6, directed=False)
    again = core.core_periphery(flipped)
    assert again.fit == pytest.approx(fit)
    assert again.note == note
