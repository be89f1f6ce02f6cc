"""Measures against networkx, where it has them."""

import networkx as nx
import numpy as np
import pytest

from sujuva.integration import measures
from sujuva.integration.brokers import constraint
from sujuva.integration.centralization import betweenness, closeness
from sujuva.integration.cohesion import components, diameter, path_length, strong_components
from tests.integration.yardsticks import free

NETWORKS = free()


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_measures_are_those_of_networkx(name):
    network = NETWORKS[name]
    kind = nx.DiGraph if network.directed else nx.Graph
    graph = nx.from_numpy_array(network.adjacency, create_using=kind)
    flat = graph.to_undirected()
    assert measures.density(network).value == pytest.approx(nx.density(graph), abs=1e-12)
    assert betweenness(network) == pytest.approx(list(nx.betweenness_centrality(graph).values()), abs=1e-8)
    improved = nx.closeness_centrality(flat, wf_improved=True)
    assert closeness(network) == pytest.approx(list(improved.values()), abs=1e-8)
    assert components(network).value == nx.number_connected_components(flat)
    lengths = [far for _, ways in nx.all_pairs_shortest_path_length(graph) for far in ways.values() if far]
    assert path_length(network).value == pytest.approx(np.mean(lengths), abs=1e-12)
    assert diameter(network).value == max(lengths)
    theirs = {actor: value for actor, value in nx.constraint(graph).items() if not np.isnan(value)}
    ours = {place: one.value for place, one in enumerate(constraint(network)) if one.value is not None}
    assert ours == pytest.approx(theirs, abs=1e-8)
    if network.directed:
        assert measures.reciprocity_arc(network).value == pytest.approx(nx.overall_reciprocity(graph), abs=1e-12)
        assert strong_components(network).value == nx.number_strongly_connected_components(graph)
    else:
        assert measures.clustering(network).value == pytest.approx(nx.average_clustering(graph), abs=1e-12)
        assert measures.transitivity(network).value == pytest.approx(nx.transitivity(graph), abs=1e-12)


def test_clustering_with_direction_is_another_than_that_of_networkx():
    # networkx counts directed triangles of any turn, and gives an answered tie a part of its own.
    network = NETWORKS["knoke"]
    theirs = nx.average_clustering(nx.from_numpy_array(network.adjacency, create_using=nx.DiGraph))
    assert measures.clustering(network).value == pytest.approx(0.606746, abs=1e-6)
    assert theirs == pytest.approx(0.649764, abs=1e-6)
