"""Networks that anyone can have, for comparison with other programs, and the files in which R reads them."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import polars as pl

from sujuva.integration import Network

LABELS = ("COUN", "COMM", "EDUC", "INDU", "MAYR", "WRO", "NEWS", "UWAY", "WELF", "WEST")
# Exchange of information between ten organisations of Indianapolis, rows send to columns: Knoke & Wood (1981),
# Organized for Action: Commitment in Voluntary Associations.
INFORMATION = (
    "0100101010",
    "1011101110",
    "0101111001",
    "1100101000",
    "1111001111",
    "0010001010",
    "0101100000",
    "1101101010",
    "0100101000",
    "1110101000",
)


def square(tied: np.ndarray, sectors: list[str], *, directed: bool) -> Network:
    """Number the actors so that their order is that of the matrix."""
    names = {f"a{number:03}": sector for number, sector in enumerate(sectors)}
    return Network.from_matrix(names, tied.astype(bool), np.ones(tied.shape, bool), directed)


def of_networkx(graph: nx.Graph) -> Network:
    """The ties of a graph of networkx; every third actor is of one sector."""
    tied = nx.to_numpy_array(graph, weight=None)
    return square(tied, [str(number % 3) for number in range(len(tied))], directed=graph.is_directed())


def knoke() -> Network:
    tied = np.array([[int(cell) for cell in row] for row in INFORMATION])
    return square(tied, [str(number % 3) for number in range(10)], directed=True)


def scattered() -> Network:
    """A directed network with several components and actors without ties."""
    tied = np.random.default_rng(4).random((24, 24)) < 0.05
    tied[[3, 11]] = False
    tied[:, [3, 11]] = False
    np.fill_diagonal(tied, False)
    return square(tied, [str(number % 4) for number in range(24)], directed=True)


def free() -> dict[str, Network]:
    """Networks whose ties may be copied."""
    graphs = {
        "karate": nx.karate_club_graph(),
        "florentine": nx.florentine_families_graph(),
        "davis": nx.davis_southern_women_graph(),
        "miserables": nx.les_miserables_graph(),
    }
    return {"knoke": knoke(), "scattered": scattered(), **{name: of_networkx(one) for name, one in graphs.items()}}


def of_drop(folder: Path) -> dict[str, Network]:
    """Networks whose ties stay where they are: Luke (2015), A User's Guide to Network Analysis in R."""
    files = {
        "tobacco_collaboration": ("tobacco_collaboration_nodes.csv", "tobacco_collaboration_edges.csv", "agency_lvl"),
        "tobacco_contact": ("tobacco_collaboration_nodes.csv", "tobacco_contact_edges.csv", "agency_lvl"),
        "dhhs_collaboration": ("dhhs_collaboration_nodes.csv", "dhhs_collaboration_edges.csv", "agency"),
    }
    found = {}
    for name, (nodes, edges, sector) in files.items():
        actors = pl.read_csv(folder / "drop" / nodes).select("id", pl.col(sector).cast(pl.String)).sort("id")
        place = {actor: number for number, actor in enumerate(actors["id"])}
        tied = np.zeros((len(place),) * 2, bool)
        for one, other in pl.read_csv(folder / "drop" / edges).select("a", "b").iter_rows():
            tied[place[one], place[other]] = tied[place[other], place[one]] = True
        found[name] = square(tied, actors[sector].to_list(), directed=False)
    return found


def for_r(networks: dict[str, Network], folder: Path) -> Path:
    """Write networks as `r_networks.R` reads them."""
    for name, one in networks.items():
        cells = np.argwhere(one.adjacency if one.directed else np.triu(one.adjacency)) + 1
        pl.DataFrame(cells, schema=["source", "target"], orient="row").write_csv(folder / f"{name}.arcs.csv")
        pl.DataFrame({"sector": one.codes + 1}).write_csv(folder / f"{name}.nodes.csv")
        (folder / f"{name}.kind").write_text("directed" if one.directed else "undirected", encoding="utf-8")
    return folder
