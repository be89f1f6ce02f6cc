"""What is published of the Knoke information network (pages of CASOS on its standard network analysis)."""

import numpy as np
import pytest

from sujuva.integration import centralization as central
from sujuva.integration import cohesion, measures
from tests.integration.yardsticks import knoke

NETWORK = knoke()


@pytest.mark.parametrize(
    ("measure", "printed", "exact"),
    [
        (measures.ties, 49, 49),
        (measures.density, 0.544, 49 / 90),
        (measures.reciprocity_dyad, 0.531, 17 / 32),
        (measures.reciprocity_arc, 0.694, 34 / 49),  # another number, not on the pages
        (central.centralization_total, 0.431, 31 / 72),
        (central.centralization_in, 0.506, 41 / 81),
        (central.centralization_out, 0.383, 31 / 81),
        (central.centralization_betweenness, 0.201, None),
        (cohesion.path_length, 1.533, 138 / 90),
        (cohesion.diameter, 3, 3),
        (measures.clustering, 0.607, None),
        (cohesion.fragmentation, 0, 0),
        (cohesion.components, 1, 1),
        (cohesion.largest_component, 10, 10),
    ],
)
def test_published_values(measure, printed, exact):
    value, note = measure(NETWORK)
    assert note == ""
    assert value == pytest.approx(printed, abs=5e-4)
    if exact is not None:
        assert value == pytest.approx(exact, abs=1e-12)


def test_published_degrees_and_dyads():
    tied = NETWORK.adjacency
    received, sent = tied.sum(axis=0), tied.sum(axis=1)
    assert (received.min(), received.max(), sent.min(), sent.max()) == (1, 9, 3, 8)
    assert received.mean() == sent.mean() == pytest.approx(4.9)
    assert received.std() == pytest.approx(2.625, abs=5e-4)
    assert sent.std() == pytest.approx(1.700, abs=5e-4)
    mutual = int(np.triu(tied & tied.T).sum())
    assert (mutual, 49 - 2 * mutual, 45 - 49 + mutual) == (17, 15, 13)
    assert max(central.betweenness(NETWORK)) == pytest.approx(0.248, abs=5e-4)
