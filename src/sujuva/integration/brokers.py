"""Brokers: who stands between others that are not tied, and between which sectors.

Sources: Gould & Fernandez (1989), Structures of mediation, Sociological Methodology 19, 89–126, counted as
`brokerage` of the R package sna does; Burt (1992), Structural Holes, for constraint, as igraph computes it.
"""

from __future__ import annotations

import math

import numpy as np

from sujuva.integration.measures import Counts, Measure, Network

ISOLATE = "isolate"
"""Note: the actor has no ties."""
ROLES = ("coordinator", "itinerant", "gatekeeper", "representative", "liaison")
"""Of broker j on an open path i→j→k: all of one sector; i and k of one, j of another; j and k of one; i and j of one;
three sectors. sna calls them w_I, w_O, b_OI, b_IO and b_O."""


def brokerage(network: Network) -> dict[str, Counts]:
    """Count, for each role, the open paths i→j→k on which each actor j is the broker, in the order of the actors.

    A path is open when it is known that i has no tie to k, which is another actor. Without direction, a path counts
    both ways, so that an actor is a gatekeeper as often as a representative.
    """
    n = network.size
    tied, codes = network.adjacency, network.codes
    open_ends = network.known - tied
    same = (codes[:, None] == codes).astype(np.int64)
    alike, unlike = open_ends * same, open_ends * (1 - same)
    found = {role: np.zeros(n, np.int64) for role in ROLES}
    for j in range(n):
        mine = same[j]
        senders, receivers = tied[:, j], tied[j]
        ends = {
            "coordinator": (senders * mine, alike, receivers * mine),
            "itinerant": (senders * (1 - mine), alike, receivers * (1 - mine)),
            "gatekeeper": (senders * (1 - mine), unlike, receivers * mine),
            "representative": (senders * mine, unlike, receivers * (1 - mine)),
            "liaison": (senders * (1 - mine), unlike, receivers * (1 - mine)),
        }
        for role, (before, between, after) in ends.items():
            found[role][j] = before @ between @ after
    return found


def brokerage_totals(network: Network) -> dict[str, Measure]:
    """Number of open paths by the role of their broker."""
    return {role: Measure(int(counts.sum())) for role, counts in brokerage(network).items()}


def constraint(network: Network) -> list[Measure]:
    """Burt's constraint of each actor: how far its contacts are tied to each other; low values find holes to bridge."""
    if not network.size:
        return []
    return [Measure(None, ISOLATE) if math.isnan(value) else Measure(value) for value in network.graph.constraint()]
