"""One network and the measures of its ties: whole numbers are counted exactly, and divided once at the end.

Sources: Wasserman & Faust (1994), Social Network Analysis; Krackhardt & Stern (1988), Informal networks and
organizational crises, Social Psychology Quarterly 51, 123–140. Transitivity counts ordered two-paths, as `gtrans` of
the R package sna does. A tie of which nothing is known (its report is missing) is left out of both sides of every
fraction: it is neither a tie nor a pair that could have had one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from sujuva.errors import ContractError

if TYPE_CHECKING:
    import igraph as ig

FEW_ACTORS = "few_actors"
"""Note: the measure is not defined for so small a network."""
NO_TIES = "no_ties"
"""Note: a share of ties, of which there are none."""
NO_TWO_PATHS = "no_two_paths"
"""Note: no actor links two others, so nothing could be closed."""
UNDIRECTED = "undirected"
"""Note: the measure needs ties with a direction, and the relation has none."""
NO_RATINGS = "no_ratings"
"""Note: nobody reported what the measure needs."""
SOME_MISSING = "missing_ratings"
"""Note beside a value: some reports are missing, and are left out of both sides of every fraction."""
MISSING_NO_TIE = "missing_as_no_tie"
"""Note beside a value: some reports are missing; no path leads over those pairs, though some may be tied."""

Counts = npt.NDArray[np.int64]
Cells = npt.NDArray[np.bool_]


class Measure(NamedTuple):
    """The value of a measure, or None with the reason why it has none. A value may have a caution as its note."""

    value: float | None
    note: str = ""


@dataclass(frozen=True)
class Network:
    """Actors and the ties between them; actors without ties count.

    Attributes:
        sectors: Sector of each actor, by actor; sorted by actor.
        arcs: (source, target) of each arc; an undirected tie once, in the order of its actors.
        directed: Whether arcs have a direction.
        unknown: Pairs like those of `arcs` of which nobody said whether there is a tie.
    """

    sectors: Mapping[str, str]
    arcs: frozenset[tuple[str, str]]
    directed: bool
    unknown: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(
        cls,
        sectors: Mapping[str, str],
        ties: Iterable[tuple[str, str]],
        *,
        directed: bool,
        unknown: Iterable[tuple[str, str]] = (),
    ) -> Self:
        """Build a network from the actors' sectors and pairs (source, target) in any order; a tie counts once.

        Raises:
            ContractError: A tie leads to itself or to an actor that is not among `sectors`.
        """
        arcs, gaps = (
            frozenset(pairs if directed else ((min(pair), max(pair)) for pair in pairs)) for pairs in (ties, unknown)
        )
        strangers = sum(source not in sectors or target not in sectors for source, target in arcs | gaps)
        if strangers:
            msg = f"{strangers} ties lead to an actor that is not in the table of organisations."
            raise ContractError(msg, "Add the organisation, or remove its ties.")
        if any(source == target for source, target in arcs | gaps):
            msg = "An actor has a tie with itself."
            raise ContractError(msg, "Remove the diagonal of the sociomatrix.")
        return cls(dict(sorted(sectors.items())), arcs, directed, gaps - arcs)

    @classmethod
    def from_matrix(cls, sectors: Mapping[str, str], tied: Cells, known: Cells, directed: bool) -> Self:
        """Build a network from matrices over the sorted actors; the diagonal is not read.

        Args:
            sectors: Sector of each actor, in sorted order of the actors.
            tied: Where there is a tie; symmetric when not `directed`.
            known: Where it is known whether there is one, likewise.
            directed: Whether ties have a direction.
        """
        names = list(sectors)
        wanted = ~np.eye(len(names), dtype=bool) if directed else np.triu(np.ones((len(names),) * 2, bool), 1)
        arcs, gaps = (
            frozenset((names[i], names[j]) for i, j in np.argwhere(cells & wanted)) for cells in (tied, ~(known | tied))
        )
        return cls(dict(sectors), arcs, directed, gaps)

    @property
    def size(self) -> int:
        """Number of actors."""
        return len(self.sectors)

    @cached_property
    def adjacency(self) -> Counts:
        """n×n matrix with a 1 for each tie, in the order of the actors; symmetric when not directed."""
        return self._matrix(self.arcs)

    @cached_property
    def known(self) -> Counts:
        """n×n matrix with a 1 for each pair of which it is known whether it has a tie; 0 on the diagonal."""
        return 1 - np.eye(self.size, dtype=np.int64) - self._matrix(self.unknown)

    def _matrix(self, pairs: Iterable[tuple[str, str]]) -> Counts:
        place = {actor: number for number, actor in enumerate(self.sectors)}
        made = np.zeros((self.size, self.size), np.int64)
        for source, target in pairs:
            made[place[source], place[target]] = 1
        return made if self.directed else made | made.T

    @cached_property
    def codes(self) -> Counts:
        """Number of each actor's sector, in the order of the sectors' names."""
        number = {sector: code for code, sector in enumerate(sorted(set(self.sectors.values())))}
        return np.array([number[sector] for sector in self.sectors.values()], np.int64)

    @cached_property
    def graph(self) -> ig.Graph:
        """The same as a graph of igraph. What is not known has no tie here."""
        import igraph  # noqa: PLC0415  start-up time

        place = {actor: number for number, actor in enumerate(self.sectors)}
        edges = sorted((place[source], place[target]) for source, target in self.arcs)
        return igraph.Graph(self.size, edges, directed=self.directed)

    def undirected(self) -> Network:
        """The network in which two actors are tied when an arc joins them in either direction.

        Whether they are is known when an arc does, or both ends reported that none does.
        """
        if not self.directed:
            return self
        return Network.of(self.sectors, self.arcs, directed=False, unknown=self.unknown)


def density(network: Network) -> Measure:
    """Ties as a share of the pairs known: m/(n(n−1)) directed, 2m/(n(n−1)) undirected (Wasserman & Faust 1994)."""
    n = network.size
    if n < 2:  # noqa: PLR2004
        return Measure(None, FEW_ACTORS)
    pairs = n * (n - 1) // (1 if network.directed else 2) - len(network.unknown)
    return Measure(len(network.arcs) / pairs) if pairs else Measure(None, NO_RATINGS)


def reciprocity_dyad(network: Network) -> Measure:
    """Share of tied pairs whose tie goes both ways: mutual/(mutual + asymmetric) (Wasserman & Faust 1994).

    Pairs of which one end did not report are left out.
    """
    return _reciprocity(network, per_arc=False)


def reciprocity_arc(network: Network) -> Measure:
    """Share of arcs that are answered: 2·mutual/m. A different number from `reciprocity_dyad`."""
    return _reciprocity(network, per_arc=True)


def _reciprocity(network: Network, *, per_arc: bool) -> Measure:
    if not network.directed:
        return Measure(None, UNDIRECTED)
    arcs = [pair for pair in network.arcs if pair[::-1] not in network.unknown]
    if not arcs:
        both = network.known & network.known.T
        return Measure(None, NO_TIES if not network.unknown or both.any() else NO_RATINGS)
    mutual = sum((target, source) in network.arcs for source, target in arcs) // 2
    return Measure(2 * mutual / len(arcs) if per_arc else mutual / (len(arcs) - mutual))


def transitivity(network: Network) -> Measure:
    """Share of two-paths i→j→k (three actors) that the tie i→k closes; undirected: 3·triangles/connected triples.

    Two-paths between actors of whom it is not known whether they are tied are left out.
    """
    tied = network.adjacency
    two = tied @ tied
    paths = int((two * network.known).sum())
    return Measure(int((two * tied).sum()) / paths) if paths else Measure(None, NO_TWO_PATHS)


def clustering(network: Network) -> Measure:
    """Mean over actors of the share of possible arcs among their neighbours that exist, as the program ORA counts.

    Neighbours are those with an arc either way, and k of them have k(k−1) possible arcs (without direction as many,
    with each tie counted twice). An actor with fewer than two neighbours counts 0, as in `average_clustering` of
    networkx. Pairs of neighbours of which nothing is known are left out, and so is an actor with no others.
    """
    tied, known = network.adjacency, network.known
    near = tied | tied.T
    if not network.size or near.sum(axis=1).max() < 2:  # noqa: PLR2004
        return Measure(None, NO_TWO_PATHS)
    found = ((near @ tied) * near).sum(axis=1)
    possible = ((near @ known) * near).sum(axis=1)
    counted = (possible > 0) | (near.sum(axis=1) < 2)  # noqa: PLR2004
    shares = found[counted] / np.maximum(possible[counted], 1)
    return Measure(float(shares.mean())) if counted.any() else Measure(None, NO_RATINGS)


def actors(network: Network) -> Measure:
    """Number of actors."""
    return Measure(network.size)


def ties(network: Network) -> Measure:
    """Number of ties: arcs, or pairs without direction."""
    return Measure(len(network.arcs))
