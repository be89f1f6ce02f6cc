"""Whether ties stay inside sectors: the E-I index of a network, of each sector and of each actor.

Source: Krackhardt & Stern (1988), Informal networks and organizational crises, Social Psychology Quarterly 51,
123–140. A tie of which nothing is known counts nowhere.
"""

from __future__ import annotations

import numpy as np

from sujuva.integration.measures import NO_TIES, Measure, Network

ONE_SECTOR = "one_sector"
"""Note: all actors are of one sector, so no tie could have been between sectors."""


def ei_index(network: Network) -> Measure:
    """E-I index (E − I)/(E + I): −1 all ties inside sectors, +1 all between sectors."""
    total = len(network.arcs)
    if not total:
        return Measure(None, NO_TIES)
    external = sum(network.sectors[source] != network.sectors[target] for source, target in network.arcs)
    return _index(external, total - external, ONE_SECTOR if len(set(network.sectors.values())) == 1 else "")


def ei_sectors(network: Network) -> dict[str, Measure]:
    """E-I index of each sector: E are its ties with other sectors, either way, and I those inside it."""
    found: dict[str, Measure] = {}
    for sector in sorted(set(network.sectors.values())):
        ends = [
            (network.sectors[source] == sector) + (network.sectors[target] == sector) for source, target in network.arcs
        ]
        found[sector] = _index(ends.count(1), ends.count(2))
    return found


def ei_actors(network: Network) -> dict[str, Measure]:
    """E-I index of each actor, over the arcs that it sends and receives."""
    both = network.adjacency + network.adjacency.T if network.directed else network.adjacency
    other = network.codes[:, None] != network.codes
    external, every = (both * other).sum(axis=1), both.sum(axis=1)
    return {
        actor: _index(int(outside), int(whole - outside))
        for actor, outside, whole in zip(network.sectors, external, every, strict=True)
    }


def expected_ei(network: Network) -> Measure:
    """Mean E-I index over all ways to deal the actors' sectors out among them.

    A pair of actors is then of two sectors with probability 1 − Σ s(s−1)/(n(n−1)), s actors a sector.
    """
    if not network.arcs:
        return Measure(None, NO_TIES)
    n, sizes = network.size, np.bincount(network.codes)
    inside = int((sizes * (sizes - 1)).sum())
    return Measure((n * (n - 1) - 2 * inside) / (n * (n - 1)))


def _index(external: int, internal: int, note: str = "") -> Measure:
    total = external + internal
    return Measure((external - internal) / total, note) if total else Measure(None, NO_TIES)
