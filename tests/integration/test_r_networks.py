"""Measures against R's sna and igraph: `r_networks.R` beside this file made `r_networks.csv`.

Where R with both packages is installed the reference is made afresh. The results for tobacco and dhhs are of the
networks in Luke (2015), A User's Guide to Network Analysis in R, whose ties are not copied.

Where a definition differs, both values are held here:

| measure | here | there |
|---|---|---|
| centralization_closeness, not connected | null, "disconnected" | sna: 0, as every closeness is 0 |
| closeness of an actor, not connected | within its component, by its size (Wasserman & Faust) | sna: 0 |
| constraint of an actor without ties | null, "isolate" | igraph: NaN |
| clustering, directed | arcs among neighbours (ORA) | igraph: of the network without direction |
| gatekeeper and representative | as Gould & Fernandez name them | sna: b_OI and b_IO |
"""

import math
import shutil
import subprocess
from pathlib import Path

import polars as pl
import pytest

from sujuva.integration import Network, measures
from sujuva.integration import centralization as central
from sujuva.integration.brokers import ISOLATE, brokerage, constraint
from sujuva.integration.centralization import DISCONNECTED, betweenness, closeness
from sujuva.integration.cohesion import fragmentation
from sujuva.integration.networks import OF_REPORTS, OF_TIES
from tests.estimation.rscript import read
from tests.integration.yardsticks import for_r, free, of_drop

HERE = Path(__file__).parent
FREE = ("knoke", "scattered", "karate", "florentine", "davis", "miserables")
DROP = ("tobacco_collaboration", "tobacco_contact", "dhhs_collaboration")
ROLES = {"w_I": "coordinator", "w_O": "itinerant", "b_OI": "gatekeeper", "b_IO": "representative", "b_O": "liaison"}
SAME = {f"network_{name}": name for name in (
    *("density", "transitivity", "centralization_degree", "centralization_betweenness", "components"),
    *("component_largest", "path_length", "diameter", "fragmentation", "centralization_in", "centralization_out"),
    *("reciprocity_dyad", "reciprocity_arc", "components_strong", "component_largest_strong", "ei_sector"),
)} | {"network_centralization_total": "centralization_total_freeman"}  # fmt: skip


@pytest.fixture(scope="module")
def reference() -> pl.DataFrame:
    return read(HERE / "r_networks.csv")


@pytest.fixture(scope="module")
def networks() -> dict[str, Network]:
    return free()


def whole(reference: pl.DataFrame, name: str) -> dict[str, float]:
    return dict(reference.filter(network=name, actor=0).select("measure", "value").iter_rows())


def single(reference: pl.DataFrame, name: str, measure: str) -> list[float | None]:
    return reference.filter(network=name, measure=measure).sort("actor")["value"].to_list()


def check(reference: pl.DataFrame, name: str, network: Network) -> None:
    theirs = whole(reference, name)
    compared = 0
    for indicator, measure in {**OF_TIES, **OF_REPORTS}.items():
        there = SAME.get(indicator)
        if there in theirs:
            assert measure(network).value == pytest.approx(theirs[there], abs=1e-8), indicator
            compared += 1
    assert compared == (len(SAME) if network.directed else 10)
    total = (network.adjacency + network.adjacency.T * network.directed).sum(axis=1)
    assert total.tolist() == single(reference, name, "degree_total")
    assert betweenness(network) == pytest.approx(single(reference, name, "betweenness"), abs=1e-8)
    ours, there = constraint(network), single(reference, name, "constraint")
    assert [one.note == ISOLATE for one in ours] == [value is None for value in there]
    assert [one.value for one in ours if one.value is not None] == pytest.approx(
        [value for value in there if value is not None], abs=1e-8
    )
    roles = brokerage(network)
    for role, own in ROLES.items():
        assert roles[own].tolist() == single(reference, name, f"broker_{role}"), role
    if not network.directed:
        assert measures.clustering(network).value == pytest.approx(theirs["clustering_flat"], abs=1e-8)
    found = central.centralization_closeness(network)
    if found.note == DISCONNECTED:
        assert fragmentation(network).value > 0
        assert theirs["centralization_closeness"] == 0
    else:
        assert found.value == pytest.approx(theirs["centralization_closeness"], abs=1e-8)
        assert closeness(network) == pytest.approx(single(reference, name, "closeness_freeman"), abs=1e-8)


@pytest.mark.parametrize("name", FREE)
def test_measures_are_those_of_sna_and_igraph(name, networks, reference):
    check(reference, name, networks[name])


@pytest.mark.parametrize("name", DROP)
def test_measures_of_real_networks_are_those_of_sna_and_igraph(name, shared_data, reference):
    check(reference, name, of_drop(shared_data)[name])


def test_where_not_all_are_connected_closeness_is_another(networks, reference):
    scattered = networks["scattered"]
    assert central.centralization_closeness(scattered) == (None, DISCONNECTED)
    assert set(single(reference, "scattered", "closeness_freeman")) == {0.0}
    assert sum(value == 0 for value in closeness(scattered)) == 6  # those without ties only
    assert whole(reference, "knoke")["clustering_flat"] == pytest.approx(0.7715, abs=5e-5)
    assert measures.clustering(networks["knoke"]).value == pytest.approx(0.607, abs=5e-4)


def test_committed_reference_is_what_r_says(networks, reference, tmp_path):
    if not shutil.which("Rscript"):
        pytest.skip("R is not on this machine")
    command = ["Rscript", str(HERE / "r_networks.R"), str(for_r(networks, tmp_path))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and "no package called" in done.stderr:
        pytest.skip("sna or igraph is not installed in R")
    assert done.returncode == 0, done.stderr[-500:]
    fresh = read(done.stdout.encode())
    committed = reference.filter(pl.col("network").is_in(FREE)).sort("network", "measure", "actor")
    fresh = fresh.sort("network", "measure", "actor")
    assert fresh.select("network", "measure", "actor").equals(committed.select("network", "measure", "actor"))
    for now, then in zip(fresh["value"], committed["value"], strict=True):
        assert (now is None) == (then is None)
        assert now is None or math.isclose(now, then, rel_tol=1e-10, abs_tol=1e-12)
