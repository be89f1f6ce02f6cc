"""How a network hangs together: components, fragmentation, and the ways between actors.

A tie of which nothing is known is no way to anyone: with reports missing, these measures show a network that is
looser than the real one, and `sujuva.integration.networks` says so in the note.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sujuva.integration.centralization import DISCONNECTED
from sujuva.integration.measures import FEW_ACTORS, NO_TIES, UNDIRECTED, Measure, Network


def fragmentation(network: Network) -> Measure:
    """Share of pairs that no path joins: 1 − Σ s(s−1)/(n(n−1)) over the sizes s of weak components (Borgatti 2006).

    Source: Identifying sets of key players in a social network, Computational & Mathematical Organization Theory 12,
    21–34.
    """
    n = network.size
    if n < 2:  # noqa: PLR2004
        return Measure(None, FEW_ACTORS)
    joined = sum(size * (size - 1) for size in _sizes(network, "weak"))
    return Measure((n * (n - 1) - joined) / (n * (n - 1)))


def components(network: Network) -> Measure:
    """Number of components: sets of actors that ties join, whatever their direction."""
    return Measure(len(_sizes(network, "weak")))


def largest_component(network: Network) -> Measure:
    """Number of actors in the largest component."""
    return Measure(max(_sizes(network, "weak"), default=0))


def strong_components(network: Network) -> Measure:
    """Number of strong components: sets of actors each of whom reaches each other along arcs."""
    return Measure(len(_sizes(network, "strong"))) if network.directed else Measure(None, UNDIRECTED)


def largest_strong_component(network: Network) -> Measure:
    """Number of actors in the largest strong component."""
    return Measure(max(_sizes(network, "strong"), default=0)) if network.directed else Measure(None, UNDIRECTED)


def path_length(network: Network) -> Measure:
    """Mean length of the shortest paths, along arcs, over the ordered pairs that a path joins.

    Where there are others, the note says so: the mean is then of a part of the network.
    """
    found = _distances(network)
    if not found.size:
        return Measure(None, FEW_ACTORS if network.size < 2 else NO_TIES)  # noqa: PLR2004
    return Measure(float(found.sum()) / found.size, _parted(network, found))


def diameter(network: Network) -> Measure:
    """Length of the longest of the shortest paths, along arcs, between actors that a path joins."""
    found = _distances(network)
    if not found.size:
        return Measure(None, FEW_ACTORS if network.size < 2 else NO_TIES)  # noqa: PLR2004
    return Measure(float(found.max()), _parted(network, found))


def _parted(network: Network, found: npt.NDArray[np.float64]) -> str:
    return DISCONNECTED if found.size < network.size * (network.size - 1) else ""


def _distances(network: Network) -> npt.NDArray[np.float64]:
    """Distances of the ordered pairs that a path joins."""
    if not network.ties:
        return np.array([], float)
    every = np.array(network.graph.distances(), float)
    found: npt.NDArray[np.float64] = every[np.isfinite(every) & (every > 0)]
    return found


def _sizes(network: Network, mode: str) -> list[int]:
    return list(network.graph.connected_components(mode=mode).sizes()) if network.size else []
