"""Permutation tests: how often chance alone would go as far as what was found, as the E-I index."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import polars as pl

from sujuva.errors import ParameterError
from sujuva.estimation.interval import NO_VARIATION
from sujuva.integration.matrices import Sociomatrix, sociomatrices
from sujuva.integration.measures import NO_TIES, SOME_MISSING, Network
from sujuva.integration.ratings import stream
from sujuva.integration.sectors import ONE_SECTOR, ei_index, expected_ei
from sujuva.integration.ties import TieRule, standing
from sujuva.tidy import COMPARISONS, COMPARISONS_KEY, NO_COMPARISON

EI_PERMUTATION = "ei_permutation"
_CELLS = 1 << 20  # numbers that are gathered at a time: they stay in the processor's cache


class Tested(NamedTuple):
    """A value, what chance alone would make of it on average, and p, two-sided; or the reason why there is none."""

    value: float | None
    expected: float | None
    p: float | None
    note: str = ""


def check_permutations(permutations: int) -> None:
    """Raise a `ParameterError` where there is no permutation: nothing would be shown."""
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
    """Test whether ties cross sectors as often as if the sectors were dealt out among the actors by chance.

    The distance of the E-I index from its mean over all permutations is compared, in whole numbers, with that of
    `permutations` drawn at `random`.
    """
    check_permutations(permutations)
    value, _ = ei_index(network)
    expected, _ = expected_ei(network)
    sizes = np.bincount(network.codes, minlength=1)
    if value is None or expected is None:
        return Tested(None, None, None, NO_TIES)
    if len(sizes) == 1:
        return Tested(value, expected, None, ONE_SECTOR)
    n, m = network.size, network.ties
    pairs = n * (n - 1)
    centre = m * (pairs - int((sizes * (sizes - 1)).sum()))  # of the number of external ties, times n(n−1)
    upper = network.adjacency if network.directed else np.triu(network.adjacency)
    source, target = np.nonzero(upper)
    if m * (1 if network.directed else 2) == pairs or sizes.max() == 1:
        return Tested(value, expected, None, NO_VARIATION)  # all tied, or each a sector of its own
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


def ei_tests(
    actors: pl.DataFrame, ties: pl.DataFrame, rule: TieRule, *, permutations: int = 2000, seed: int = 20221207
) -> pl.DataFrame:
    """Test in every network whether ties cross sectors as often as chance would have it.

    Args:
        actors: As for `sujuva.integration.sociomatrices`, which also says what is refused.
        ties: Likewise.
        rule: When a rating is a tie.
        permutations: Ways to deal out the sectors among the actors that are drawn.
        seed: Start of the random numbers; each network has its own from it.

    Returns:
        Columns `COMPARISONS`, comparison "ei_permutation", sorted: `scale` is the relation, estimate the E-I index,
        effect (of the kind expected_ei) its mean over all permutations, p two-sided, n the number of actors.

    Raises:
        ParameterError: `permutations` or `seed` is out of range.
    """
    check_permutations(permutations)
    rows = []
    for one in sociomatrices(actors, ties, unlisted=rule.unlisted):
        network = standing(one, rule)
        random = stream(seed, EI_PERMUTATION, one.region, one.wave, one.relation)
        found = ei_test(network, permutations=permutations, random=random)
        rows.append(tested_row(EI_PERMUTATION, one, "", found, "" if network.complete else SOME_MISSING))
    return pl.DataFrame(rows, schema=COMPARISONS).sort(COMPARISONS_KEY)


def tested_row(comparison: str, one: Sociomatrix, category: str, found: Tested, note: str) -> dict[str, Any]:
    """Return a row of `COMPARISONS` about one network."""
    where = {
        "scale": one.relation,
        "category": category,
        "region": one.region,
        "wave": one.wave,
        "other_wave": one.wave,
    }
    numbers = {"estimate": found.value, "effect": found.expected, "p": found.p, "n": one.size}
    kind = None if found.expected is None else "expected_ei"
    return NO_COMPARISON | where | numbers | {"comparison": comparison, "effect_kind": kind, "note": found.note or note}
