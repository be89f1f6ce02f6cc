"""Permutation tests: how often chance alone would go as far as what was found."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sujuva.errors import ParameterError
from sujuva.integration.measures import NO_TIES, Network
from sujuva.integration.sectors import ONE_SECTOR, ei_index, expected_ei

NO_SPREAD = "no_variation"
"""Note: whatever is permuted, the value stays the same."""
_CELLS = 1 << 20  # numbers that are gathered at a time: they stay in the processor's cache


class Tested(NamedTuple):
    """A value, what chance alone would make of it on average, and p, two-sided; or the reason why there is none."""

    value: float | None
    expected: float | None
    p: float | None
    note: str = ""


def check_permutations(permutations: int) -> None:
    """Refuse a number of permutations that cannot show anything.

    Raises:
        ParameterError: It is below 1.
    """
    if permutations < 1:
        msg = f"permutations is {permutations}: a permutation test needs at least 1."
        raise ParameterError(msg, "2000 are plenty for most purposes.")


def p_value(as_far: int, permutations: int) -> float:
    """(1 + b)/(B + 1), b of B permutations as far from what chance makes (Phipson & Smyth 2010).

    Source: Permutation P-values should never be zero, Statistical Applications in Genetics and Molecular Biology 9,
    article 39.
    """
    return (1 + as_far) / (permutations + 1)


def ei_test(network: Network, *, permutations: int, random: np.random.Generator) -> Tested:
    """Tested whether ties cross sectors as often as if the sectors were dealt out among the actors by chance.

    The distance of the E-I index from its mean over all permutations is compared, in whole numbers, with that of
    permutations drawn at random.

    Args:
        network: Ties and sectors.
        permutations: How many are drawn.
        random: Source of chance.

    Raises:
        ParameterError: `permutations` is below 1.
    """
    check_permutations(permutations)
    value, _ = ei_index(network)
    expected, _ = expected_ei(network)
    sizes = np.bincount(network.codes, minlength=1)
    if value is None or expected is None:
        return Tested(None, None, None, NO_TIES)
    if len(sizes) == 1:
        return Tested(value, expected, None, ONE_SECTOR)
    n, m = network.size, len(network.arcs)
    pairs = n * (n - 1)
    centre = m * (pairs - int((sizes * (sizes - 1)).sum()))  # of the number of external ties, times n(n−1)
    upper = network.adjacency if network.directed else np.triu(network.adjacency)
    source, target = np.nonzero(upper)
    if m * (1 if network.directed else 2) == pairs or sizes.max() == 1:
        return Tested(value, expected, None, NO_SPREAD)  # all tied, or each a sector of its own
    found = abs(int((network.codes[source] != network.codes[target]).sum()) * pairs - centre)
    as_far = 0
    codes = network.codes.astype(np.min_scalar_type(len(sizes)))
    step = max(1, _CELLS // max(m, n))
    for begin in range(0, permutations, step):
        draws = np.broadcast_to(codes, (min(step, permutations - begin), n))
        dealt = np.ascontiguousarray(random.permuted(draws, axis=1).T)  # actors down: an arc reads two rows
        external = (dealt[source] != dealt[target]).sum(axis=0)
        as_far += int((np.abs(external * pairs - centre) >= found).sum())
    return Tested(value, expected, p_value(as_far, permutations))
