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


@dataclass(frozen=True, eq=False)
class Network:
    """Actors and the ties between them; actors without ties count.

    Attributes:
        sectors: Sector of each actor, by actor, in the order of the rows and columns of both matrices.
        adjacency: n×n; 1 where row is tied to column, else 0; symmetric when not directed.
        known: n×n; 1 where it is known whether row is tied to column, else 0, as on the diagonal; likewise symmetric.
        directed: Whether ties have a direction.
    """

    sectors: Mapping[str, str]
    adjacency: Counts
    known: Counts
    directed: bool

    @classmethod
    def of(
        cls,
        sectors: Mapping[str, str],
        ties: Iterable[tuple[str, str]],
        *,
        directed: bool,
        unknown: Iterable[tuple[str, str]] = (),
    ) -> Self:
        """Build a network from sectors by actor and pairs (source, target) in any order; a tie counts once.

        Of `unknown` pairs nobody said whether there is a tie. A `ContractError` for a tie that leads to itself or to an
        actor that is not among `sectors`.
        """
        pairs = [list(ties), list(unknown)]
        strangers = len({pair for some in pairs for pair in some if not sectors.keys() >= set(pair)})
        if strangers:
            msg = f"{strangers} ties lead to an actor that is not in the table of organisations."
            raise ContractError(msg, "Add the organisation, or remove its ties.")
        if any(source == target for some in pairs for source, target in some):
            msg = "An actor has a tie with itself."
            raise ContractError(msg, "Remove the diagonal of the sociomatrix.")
        place = {actor: number for number, actor in enumerate(sorted(sectors))}
        tied, gaps = np.zeros((2, len(place), len(place)), bool)
        for cells, some in zip((tied, gaps), pairs, strict=True):
            for source, target in some:
                cells[place[source], place[target]] = True
                cells[place[target], place[source]] |= not directed
        return cls.from_matrix(dict(sorted(sectors.items())), tied, ~gaps, directed)

    @classmethod
    def from_matrix(cls, sectors: Mapping[str, str], tied: Cells, known: Cells, directed: bool) -> Self:
        """Build a network from matrices in the order of `sectors`; the diagonal is not read, and a tie is known."""
        apart = ~np.eye(len(sectors), dtype=bool)
        return cls(sectors, (tied & apart).astype(np.int64), ((known | tied) & apart).astype(np.int64), directed)

    @property
    def size(self) -> int:
        """Number of actors."""
        return len(self.sectors)

    @property
    def ties(self) -> int:
        """Number of ties: arcs, or pairs without direction."""
        return int(self.adjacency.sum()) // (1 if self.directed else 2)

    @property
    def complete(self) -> bool:
        """Whether it is known of every pair."""
        return int(self.known.sum()) == self.size * (self.size - 1)

    @cached_property
    def arcs(self) -> list[tuple[int, int]]:
        """Row and column of each arc, sorted; an undirected tie once, the lower number first."""
        return [(i, j) for i, j in np.argwhere(self.adjacency).tolist() if self.directed or i < j]

    @cached_property
    def codes(self) -> Counts:
        """Number of each actor's sector, in the order of the sectors' names."""
        number = {sector: code for code, sector in enumerate(sorted(set(self.sectors.values())))}
        return np.array([number[sector] for sector in self.sectors.values()], np.int64)

    @cached_property
    def graph(self) -> ig.Graph:
        """The same as a graph of igraph. What is not known has no tie here."""
        import igraph  # noqa: PLC0415  start-up time

        return igraph.Graph(self.size, self.arcs, directed=self.directed)

    def undirected(self) -> Network:
        """The network in which two actors are tied when an arc joins them in either direction.

        Whether they are is known when an arc does, or both directions are known.
        """
        if not self.directed:
            return self
        tied = self.adjacency | self.adjacency.T
        return Network(self.sectors, tied, (self.known & self.known.T) | tied, directed=False)


def density(network: Network) -> Measure:
    """Ties as a share of the pairs known: m/(n(n−1)) directed, 2m/(n(n−1)) undirected (Wasserman & Faust 1994)."""
    if network.size < 2:  # noqa: PLR2004
        return Measure(None, FEW_ACTORS)
    cells = int(network.known.sum())
    return Measure(int(network.adjacency.sum()) / cells) if cells else Measure(None, NO_RATINGS)


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
    both = network.known & network.known.T
    answered = network.adjacency & both
    arcs, mutual = int(answered.sum()), int((answered & answered.T).sum()) // 2
    if not arcs:
        return Measure(None, NO_TIES if network.complete or both.any() else NO_RATINGS)
    return Measure(2 * mutual / arcs if per_arc else mutual / (arcs - mutual))


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
    return Measure(network.ties)
