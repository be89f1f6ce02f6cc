"""Measures of one network, against published figures and against the laws they obey."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sujuva.errors import ContractError
from sujuva.integration import Measure, Network, centralization, sectors
from sujuva.integration import measures as m

MEASURES = (
    m.density,
    m.reciprocity_dyad,
    m.reciprocity_arc,
    centralization.centralization_degree,
    centralization.centralization_in,
    centralization.centralization_out,
    centralization.centralization_betweenness,
    m.transitivity,
    sectors.ei_index,
)


def network(count: int, arcs: set[tuple[int, int]], *, directed: bool, sectors: int = 2) -> Network:
    names = {f"a{number:02}": str(number % sectors) for number in range(count)}
    return Network.of(names, [(f"a{i:02}", f"a{j:02}") for i, j in arcs], directed=directed)


@st.composite
def networks(draw: st.DrawFn) -> tuple[int, set[tuple[int, int]], bool]:
    count = draw(st.integers(0, 7))
    pairs = list(itertools.permutations(range(count), 2))
    return count, draw(st.sets(st.sampled_from(pairs)) if pairs else st.just(set())), draw(st.booleans())


def drop(folder: Path, nodes: str, edges: str, sector: str) -> Network:
    actors = pl.read_csv(folder / "drop" / nodes).select("id", pl.col(sector).cast(pl.String))
    ties = pl.read_csv(folder / "drop" / edges).select("a", "b")
    return Network.of(dict(actors.iter_rows()), ties.iter_rows(), directed=False)


# R's sna 2.7, and its E-I index, as quoted with the data of Luke (2015), A User's Guide to Network Analysis in R.
@pytest.mark.parametrize(
    ("nodes", "edges", "sector", "ties", "published"),
    [
        (
            "tobacco_collaboration_nodes.csv",
            "tobacco_collaboration_edges.csv",
            "agency_lvl",
            161,
            {
                m.density: 0.53667,
                centralization.centralization_degree: 0.50362,
                centralization.centralization_betweenness: 0.11285,
                m.transitivity: 0.66083,
            },
        ),
        (
            "tobacco_collaboration_nodes.csv",
            "tobacco_contact_edges.csv",
            "agency_lvl",
            175,
            {m.density: 0.58333, centralization.centralization_degree: 0.45290},
        ),
        (
            "dhhs_collaboration_nodes.csv",
            "dhhs_collaboration_edges.csv",
            "agency",
            447,
            {
                m.density: 0.31237,
                centralization.centralization_degree: 0.55733,
                centralization.centralization_betweenness: 0.15921,
            },
        ),
    ],
)
def test_real_networks_agree_with_published_figures(
    shared_data: Path, nodes: str, edges: str, sector: str, ties: int, published: dict
) -> None:
    found = drop(shared_data, nodes, edges, sector)
    assert len(found.arcs) == ties
    assert {f.__name__: f(found).value for f in published} == pytest.approx(
        {f.__name__: value for f, value in published.items()}, abs=1e-5
    )


@pytest.mark.parametrize(
    ("nodes", "edges", "sector", "published"),
    [
        ("tobacco_collaboration_nodes.csv", "tobacco_collaboration_edges.csv", "agency_lvl", 0.267),
        ("tobacco_collaboration_nodes.csv", "tobacco_contact_edges.csv", "agency_lvl", 0.291),
        ("dhhs_collaboration_nodes.csv", "dhhs_collaboration_edges.csv", "agency", 0.230),
    ],
)
def test_real_networks_have_the_published_ei_index(
    shared_data: Path, nodes: str, edges: str, sector: str, published: float
) -> None:
    assert sectors.ei_index(drop(shared_data, nodes, edges, sector)).value == pytest.approx(published, abs=5e-4)


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("count", [3, 4, 6])
def test_complete_network(count: int, directed: bool) -> None:
    pairs = set(itertools.permutations(range(count), 2))
    full = network(count, pairs, directed=directed)
    assert m.density(full) == Measure(1.0)
    assert m.transitivity(full) == Measure(1.0)
    assert centralization.centralization_degree(full) == Measure(0.0)
    assert centralization.centralization_betweenness(full) == Measure(0.0)
    if directed:
        assert m.reciprocity_dyad(full) == m.reciprocity_arc(full) == Measure(1.0)
        assert centralization.centralization_in(full) == centralization.centralization_out(full) == Measure(0.0)


@pytest.mark.parametrize("directed", [False, True])
def test_empty_network(directed: bool) -> None:
    empty = network(4, set(), directed=directed)
    assert m.density(empty) == Measure(0.0)
    assert centralization.centralization_degree(empty) == Measure(0.0)
    assert centralization.centralization_betweenness(empty) == Measure(0.0)
    assert m.transitivity(empty) == Measure(None, m.NO_TWO_PATHS)
    assert sectors.ei_index(empty) == Measure(None, m.NO_TIES)
    assert m.reciprocity_dyad(empty) == Measure(None, m.NO_TIES if directed else m.UNDIRECTED)


def test_star_is_as_central_as_a_network_can_be() -> None:
    star = network(6, {(0, number) for number in range(1, 6)}, directed=False)
    assert centralization.centralization_degree(star) == Measure(1.0)
    assert centralization.centralization_betweenness(star) == Measure(1.0)
    assert m.transitivity(star) == Measure(0.0)


def test_directed_star_is_as_central_as_arcs_can_be() -> None:
    star = network(6, {(0, number) for number in range(1, 6)}, directed=True)
    assert centralization.centralization_out(star) == Measure(1.0)
    assert centralization.centralization_in(star) == Measure(1 / 25)  # all but the sender receive one


def test_transitivity_follows_the_direction_of_arcs() -> None:
    cycle = {(0, 1), (1, 2), (2, 0)}
    assert m.transitivity(network(3, cycle, directed=True)) == Measure(0.0)
    assert m.transitivity(network(3, cycle, directed=False)) == Measure(1.0)
    assert m.transitivity(network(3, {(0, 1), (1, 2), (0, 2)}, directed=True)) == Measure(1.0)


def test_ei_index_counts_ties_inside_and_between_sectors() -> None:
    # Actors 0 and 2 share a sector; so do 1 and 3.
    assert sectors.ei_index(network(4, {(0, 2), (1, 3)}, directed=False)) == Measure(-1.0)
    assert sectors.ei_index(network(4, {(0, 1), (2, 3)}, directed=False)) == Measure(1.0)
    assert sectors.ei_index(network(4, {(0, 1), (0, 2), (0, 3)}, directed=False)) == Measure(1 / 3)


def test_tie_to_a_stranger_is_refused_without_naming_it() -> None:
    with pytest.raises(ContractError, match=r"1 ties lead to an actor that is not in the table") as caught:
        Network.of({"a": "x"}, [("a", "secret")], directed=True)
    assert "secret" not in str(caught.value)


def test_tie_to_oneself_is_refused() -> None:
    with pytest.raises(ContractError, match="tie with itself"):
        Network.of({"a": "x"}, [("a", "a")], directed=False)


@given(networks())
def test_every_measure_is_a_number_in_its_range_or_says_why_not(drawn: tuple) -> None:
    count, arcs, directed = drawn
    found = network(count, arcs, directed=directed)
    for measure in MEASURES:
        value, note = measure(found)
        assert (value is None) == (note != "")
        if value is not None:
            assert math.isfinite(value)
            assert (-1 if measure is sectors.ei_index else 0) <= round(value, 12) <= 1


@given(networks(), st.randoms(use_true_random=False))
def test_relabelling_actors_leaves_every_measure(drawn: tuple, random) -> None:
    count, arcs, directed = drawn
    found = network(count, arcs, directed=directed)
    actors = list(found.sectors)
    order = list(actors)
    random.shuffle(order)
    new = {old: f"b{number:02}" for number, old in enumerate(order)}
    again = Network.of(
        {new[actor]: sector for actor, sector in found.sectors.items()},
        [(new[actors[source]], new[actors[target]]) for source, target in found.arcs],
        directed=directed,
    )
    for measure in MEASURES:
        (before, why), (after, note) = measure(found), measure(again)
        assert why == note
        assert after == (before if before is None else pytest.approx(before, abs=1e-12))
