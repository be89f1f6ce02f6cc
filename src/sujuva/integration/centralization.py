"""How far a network gathers around one actor.

Sources: Freeman (1979), Centrality in social networks: conceptual clarification, Social Networks 1, 215–239. In and
out centralization follow UCINET's convention, total centralization that of CASOS's ORA. Where reports are missing,
the degree of an actor is the share of its pairs known that are ties, and the sum of differences is divided by the
most it could be with these reports; with none missing this is the formula as published.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from sujuva.integration.measures import FEW_ACTORS, NO_RATINGS, UNDIRECTED, Counts, Measure, Network

DISCONNECTED = "disconnected"
"""Note: some actors do not reach others."""


def centralization_degree(network: Network) -> Measure:
    """Freeman's degree centralization Σ(d_max − d_i)/((n−1)(n−2)): 0 all alike, 1 a star.

    It is undirected: in a directed network two actors are neighbours when an arc joins them either way.
    """
    if network.size < 3:  # noqa: PLR2004
        return Measure(None, FEW_ACTORS)
    flat = network.undirected()
    return _both_ends(flat.adjacency, flat.known)


def centralization_total(network: Network) -> Measure:
    """Total-degree centralization Σ(t_max − t_i)/(2(n−1)(n−2)) of a directed network, t_i = in + out, as in ORA.

    Not the same as `centralization_degree`, for which an arc and its answer are one tie.
    """
    if not network.directed:
        return Measure(None, UNDIRECTED)
    if network.size < 3:  # noqa: PLR2004
        return Measure(None, FEW_ACTORS)
    return _both_ends(network.adjacency + network.adjacency.T, network.known + network.known.T)


def centralization_in(network: Network) -> Measure:
    """In-degree centralization Σ(d_max − d_i)/(n−1)² of a directed network (Freeman 1979, as in UCINET)."""
    return _one_end(network, 0)


def centralization_out(network: Network) -> Measure:
    """Out-degree centralization Σ(d_max − d_i)/(n−1)² of a directed network (Freeman 1979, as in UCINET)."""
    return _one_end(network, 1)


def _both_ends(tied: Counts, known: Counts) -> Measure:
    """The centre of a star is tied to all, and each of its pairs counts for the other end, too."""
    chances = known.sum(axis=1)
    asked = chances > 0
    if asked.sum() < 3:  # noqa: PLR2004
        return Measure(None, NO_RATINGS)
    chances = chances[asked]
    inside = known[np.ix_(asked, asked)]
    if len(set(chances.tolist())) == 1:
        each = int(chances[0])
        most = Fraction((len(chances) - 1) * each - int(inside.sum(axis=1).min()), each)
    else:
        parts = [Fraction(1, int(chance)) for chance in chances]
        rows = (sum((int(k) * part for k, part in zip(row, parts, strict=True)), Fraction(0)) for row in inside)
        most = len(chances) - 1 - min(rows)
    return Measure(float(_spread(tied.sum(axis=1)[asked], chances) / most)) if most else Measure(None, NO_RATINGS)


def _one_end(network: Network, axis: int) -> Measure:
    """The centre has every arc, and no one else has any."""
    if not network.directed:
        return Measure(None, UNDIRECTED)
    if network.size < 2:  # noqa: PLR2004
        return Measure(None, FEW_ACTORS)
    chances = network.known.sum(axis=axis)
    asked = chances > 0
    if asked.sum() < 2:  # noqa: PLR2004
        return Measure(None, NO_RATINGS)
    spread = _spread(network.adjacency.sum(axis=axis)[asked], chances[asked])
    return Measure(float(spread / int(asked.sum() - 1)))


def _spread(counts: Counts, chances: Counts) -> Fraction:
    """Σ(s_max − s_i) of the shares s = counts/chances, exactly."""
    if len(set(chances.tolist())) == 1:
        return Fraction(int(counts.max() * len(counts) - counts.sum()), int(chances[0]))
    shares = [Fraction(int(count), int(chance)) for count, chance in zip(counts, chances, strict=True)]
    return max(shares) * len(shares) - sum(shares)


def centralization_betweenness(network: Network) -> Measure:
    """Freeman's betweenness centralization Σ(b_max − b_i)/(n−1), with b of `betweenness`."""
    if network.size < 3:  # noqa: PLR2004
        return Measure(None, FEW_ACTORS)
    raw = betweenness(network)
    return Measure((max(raw) * len(raw) - sum(raw)) / (len(raw) - 1))


def betweenness(network: Network) -> list[float]:
    """Betweenness of each of at least three actors, divided by the most it can be.

    That is (n−1)(n−2) in a directed network, half of it in an undirected one.
    """
    n = network.size
    most = (n - 1) * (n - 2) / (1 if network.directed else 2)
    return [value / most for value in network.graph.betweenness()]


def centralization_closeness(network: Network) -> Measure:
    """Freeman's closeness centralization Σ(c_max − c_i)·(2n−3)/((n−1)(n−2)), c_i = (n−1)/Σ_j distance(i, j).

    Ties have no direction here. It is defined for connected networks only: the distance between actors that no path
    joins is infinite. (sna counts their closeness as 0, and so the centralization of such a network as 0.)
    """
    n = network.size
    if n < 3:  # noqa: PLR2004
        return Measure(None, FEW_ACTORS)
    flat = network.undirected()
    if not flat.graph.is_connected():
        return Measure(None, DISCONNECTED)
    near = closeness(flat)
    return Measure((max(near) * n - sum(near)) * (2 * n - 3) / ((n - 1) * (n - 2)))


def closeness(network: Network) -> list[float]:
    """Closeness of each actor, without direction: r/(n−1) · r/Σ distance over the r actors that it reaches.

    In a connected network that is Freeman's (n−1)/Σ distance; the first factor, by Wasserman & Faust (1994, p. 201),
    keeps small components from looking central. An actor without ties has 0.
    """
    flat = network.undirected()
    if flat.size < 2:  # noqa: PLR2004
        return [0.0] * flat.size
    distances = np.array(flat.graph.distances(), float)
    reached = np.isfinite(distances).sum(axis=1) - 1
    far = np.where(np.isfinite(distances), distances, 0.0).sum(axis=1)
    return [float(r * r / total / (flat.size - 1)) if r else 0.0 for r, total in zip(reached, far, strict=True)]
