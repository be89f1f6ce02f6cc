"""Measures of one network: whole numbers are counted exactly, and divided once at the end.

Sources: Freeman (1979), Centrality in social networks: conceptual clarification, Social Networks 1, 215–239;
Wasserman & Faust (1994), Social Network Analysis; Krackhardt & Stern (1988), Informal networks and organizational
crises, Social Psychology Quarterly 51, 123–140. In and out centralization follow UCINET's convention. Transitivity
counts ordered two-paths, as `gtrans` of the R package sna does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import starmap
from typing import NamedTuple, Self

import igraph as ig

from sujuva.errors import ContractError

FEW_ACTORS = "few_actors"
"""Note: the measure is not defined for so small a network."""
NO_TIES = "no_ties"
"""Note: a share of ties, of which there are none."""
NO_TWO_PATHS = "no_two_paths"
"""Note: no actor links two others, so nothing could be closed."""
UNDIRECTED = "undirected"
"""Note: the measure needs ties with a direction, and the relation has none."""


class Measure(NamedTuple):
    """The value of a measure, or None with the reason why it has none."""

    value: float | None
    note: str = ""


@dataclass(frozen=True)
class Network:
    """Actors and the ties between them; actors without ties count.

    Attributes:
        sectors: Sector of each actor, by actor; sorted by actor.
        arcs: (source, target) of each arc; an undirected tie once, in the order of its actors.
        directed: Whether arcs have a direction.
    """

    sectors: Mapping[str, str]
    arcs: frozenset[tuple[str, str]]
    directed: bool

    @classmethod
    def of(cls, sectors: Mapping[str, str], ties: Iterable[tuple[str, str]], *, directed: bool) -> Self:
        """Build a network from the actors' sectors and pairs (source, target) in any order.

        Raises:
            ContractError: A tie leads to itself or to an actor that is not among `sectors`.
        """
        arcs = list(ties) if directed else [(min(pair), max(pair)) for pair in ties]
        strangers = sum(source not in sectors or target not in sectors for source, target in arcs)
        if strangers:
            msg = f"{strangers} ties lead to an actor that is not in the table of organisations."
            raise ContractError(msg, "Add the organisation, or remove its ties.")
        if any(source == target for source, target in arcs):
            msg = "An actor has a tie with itself."
            raise ContractError(msg, "Remove the diagonal of the sociomatrix.")
        return cls(dict(sorted(sectors.items())), frozenset(arcs), directed)

    @property
    def size(self) -> int:
        """Number of actors."""
        return len(self.sectors)

    def neighbours(self) -> dict[str, set[str]]:
        """Actors that each actor has a tie to: along arcs when directed, on either side when not."""
        found: dict[str, set[str]] = {actor: set() for actor in self.sectors}
        for source, target in self.arcs:
            found[source].add(target)
            if not self.directed:
                found[target].add(source)
        return found

    def undirected(self) -> Network:
        """The network in which two actors are tied when an arc joins them in either direction."""
        return Network.of(self.sectors, self.arcs, directed=False)


def density(network: Network) -> Measure:
    """Ties as a share of those possible: m/(n(n−1)) directed, 2m/(n(n−1)) undirected (Wasserman & Faust 1994)."""
    n = network.size
    if n < 2:  # noqa: PLR2004
        return Measure(None, FEW_ACTORS)
    return Measure(len(network.arcs) * (1 if network.directed else 2) / (n * (n - 1)))


def reciprocity_dyad(network: Network) -> Measure:
    """Share of tied pairs whose tie goes both ways: mutual/(mutual + asymmetric) (Wasserman & Faust 1994)."""
    return _reciprocity(network, per_arc=False)


def reciprocity_arc(network: Network) -> Measure:
    """Share of arcs that are answered: 2·mutual/m. A different number from `reciprocity_dyad`."""
    return _reciprocity(network, per_arc=True)


def _reciprocity(network: Network, *, per_arc: bool) -> Measure:
    if not network.directed:
        return Measure(None, UNDIRECTED)
    if not network.arcs:
        return Measure(None, NO_TIES)
    mutual = sum((target, source) in network.arcs for source, target in network.arcs) // 2
    arcs = len(network.arcs)
    return Measure(2 * mutual / arcs if per_arc else mutual / (arcs - mutual))


def centralization_degree(network: Network) -> Measure:
    """Freeman's degree centralization Σ(d_max − d_i)/((n−1)(n−2)): 0 all alike, 1 a star.

    It is undirected: in a directed network two actors are neighbours when an arc joins them either way.
    """
    n = network.size
    if n < 3:  # noqa: PLR2004
        return Measure(None, FEW_ACTORS)
    degrees = [len(others) for others in network.undirected().neighbours().values()]
    return Measure(_spread(degrees) / ((n - 1) * (n - 2)))


def centralization_in(network: Network) -> Measure:
    """In-degree centralization Σ(d_max − d_i)/(n−1)² of a directed network (Freeman 1979, as in UCINET)."""
    return _centralization_arcs(network, 1)


def centralization_out(network: Network) -> Measure:
    """Out-degree centralization Σ(d_max − d_i)/(n−1)² of a directed network (Freeman 1979, as in UCINET)."""
    return _centralization_arcs(network, 0)


def _centralization_arcs(network: Network, end: int) -> Measure:
    if not network.directed:
        return Measure(None, UNDIRECTED)
    if network.size < 2:  # noqa: PLR2004
        return Measure(None, FEW_ACTORS)
    degrees = dict.fromkeys(network.sectors, 0)
    for arc in network.arcs:
        degrees[arc[end]] += 1
    return Measure(_spread(degrees.values()) / (network.size - 1) ** 2)


def _spread(degrees: Collection[int]) -> int:
    return max(degrees) * len(degrees) - sum(degrees)


def centralization_betweenness(network: Network) -> Measure:
    """Freeman's betweenness centralization Σ(b_max − b_i)/(n−1).

    b_i is the betweenness of actor i divided by the most it can be: (n−1)(n−2) in a directed network, half of
    that in an undirected one.
    """
    n = network.size
    if n < 3:  # noqa: PLR2004
        return Measure(None, FEW_ACTORS)
    place = {actor: number for number, actor in enumerate(network.sectors)}
    edges = sorted((place[source], place[target]) for source, target in network.arcs)
    raw = ig.Graph(n, edges, directed=network.directed).betweenness()
    most = (n - 1) * (n - 2) / (1 if network.directed else 2)
    return Measure((max(raw) * n - sum(raw)) / most / (n - 1))


def transitivity(network: Network) -> Measure:
    """Share of two-paths i→j→k (three actors) that the tie i→k closes; undirected: 3·triangles/connected triples."""
    to = network.neighbours()
    paths = closed = 0
    for source, middles in to.items():
        for middle in middles:
            ends = to[middle] - {source}
            paths += len(ends)
            closed += len(ends & middles)
    return Measure(closed / paths) if paths else Measure(None, NO_TWO_PATHS)


def ei_index(network: Network) -> Measure:
    """E-I index (E − I)/(E + I) (Krackhardt & Stern 1988): −1 all ties inside sectors, +1 all between sectors."""
    if not network.arcs:
        return Measure(None, NO_TIES)
    sector = network.sectors
    external = sum(starmap(lambda source, target: sector[source] != sector[target], network.arcs))
    return Measure((2 * external - len(network.arcs)) / len(network.arcs))
