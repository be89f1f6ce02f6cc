"""From a sociomatrix to ties: which pairs are tied under a rule, and of which that is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sujuva.integration.matrices import Sociomatrix
from sujuva.integration.ties import TieRule

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Adjacency:
    """Ties of one network as matrices.

    Attributes:
        tied: n×n; whether row is tied to column. False where it is not known.
        known: n×n; whether that is known. False on the diagonal.
        directed: Whether ties have a direction.
    """

    tied: Flags
    known: Flags
    directed: bool


def reported(network: Sociomatrix, rule: TieRule) -> Adjacency:
    """Return the ties as each end reports them: the word of the other end is not asked."""
    known = ~np.isnan(network.observed)
    return Adjacency(known & (np.nan_to_num(network.observed) >= rule.tie_from), known, network.directed)


def standing(network: Sociomatrix, rule: TieRule) -> Adjacency:
    """Return the ties that stand under the rule.

    With `either` these are the reported ties. With `both` a relation with a direction becomes one without: two are
    tied when each reports the other. That is known when both report, and also when one reports that there is no tie.
    """
    found = reported(network, rule)
    if rule.confirmation == "either" or not network.directed:
        return found
    denied = found.known & ~found.tied
    return Adjacency(found.tied & found.tied.T, (found.known & found.known.T) | denied | denied.T, directed=False)


def pairs(found: Adjacency) -> Adjacency:
    """Return the network without directions: two are tied when either is tied to the other.

    That is known when both directions are, and also when one of them is a tie.
    """
    if not found.directed:
        return found
    tied = found.tied | found.tied.T
    return Adjacency(tied, (found.known & found.known.T) | tied, directed=False)
