"""Whether ties stay inside sectors: the E-I index of a network, of each sector and of each actor.

Source: Krackhardt & Stern (1988), Informal networks and organizational crises, Social Psychology Quarterly 51,
123–140. A tie of which nothing is known counts nowhere.
"""

from __future__ import annotations

import numpy as np

from sujuva.integration.measures import NO_TIES, Cells, Measure, Network

ONE_SECTOR = "one_sector"
"""Note: all actors are of one sector, so no tie could have been between sectors."""


def ei_index(network: Network) -> Measure:
    """E-I index (E − I)/(E + I): −1 all ties inside sectors, +1 all between sectors."""
    if not network.ties:
        return Measure(None, NO_TIES)
    total, external = int(network.adjacency.sum()), int((network.adjacency * _apart(network)).sum())
    return _index(external, total - external, ONE_SECTOR if len(set(network.sectors.values())) == 1 else "")


def ei_sectors(network: Network) -> dict[str, Measure]:
    """E-I index of each sector: E are its ties with other sectors, either way, and I those inside it."""
    tied = network.adjacency + network.adjacency.T  # an arc is in two cells, an undirected tie in two of 2
    found: dict[str, Measure] = {}
    for code, sector in enumerate(sorted(set(network.sectors.values()))):
        of_sector = tied[network.codes == code]
        inside = int(of_sector[:, network.codes == code].sum())
        found[sector] = _index(2 * (int(of_sector.sum()) - inside), inside)
    return found


def _apart(network: Network) -> Cells:
    """n×n; whether two actors are of different sectors."""
    return np.asarray(network.codes[:, None] != network.codes)


def ei_actors(network: Network) -> dict[str, Measure]:
    """E-I index of each actor, over the arcs that it sends and receives."""
    both = network.adjacency + network.adjacency.T if network.directed else network.adjacency
    external, every = (both * _apart(network)).sum(axis=1), both.sum(axis=1)
    return {
        actor: _index(int(outside), int(whole - outside))
        for actor, outside, whole in zip(network.sectors, external, every, strict=True)
    }


def expected_ei(network: Network) -> Measure:
    """Mean E-I index over all ways to deal the actors' sectors out among them.

    A pair of actors is then of two sectors with probability 1 − Σ s(s−1)/(n(n−1)), s actors a sector.
    """
    if not network.ties:
        return Measure(None, NO_TIES)
    n, sizes = network.size, np.bincount(network.codes)
    inside = int((sizes * (sizes - 1)).sum())
    return Measure((n * (n - 1) - 2 * inside) / (n * (n - 1)))


def _index(external: int, internal: int, note: str = "") -> Measure:
    total = external + internal
    return Measure((external - internal) / total, note) if total else Measure(None, NO_TIES)
