"""The permutation tests of all networks, as comparisons: with what chance makes, and of relation with relation."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, groupby
from typing import Any

import polars as pl

from sujuva.integration.matrices import Sociomatrix, Unlisted, sociomatrices
from sujuva.integration.networks import MISSING
from sujuva.integration.permutation import Tested, check_permutations, ei_test
from sujuva.integration.qap import qap_test
from sujuva.integration.ratings import stream
from sujuva.integration.ties import TieRule, confirmed_network
from sujuva.tidy import COMPARISONS, COMPARISONS_KEY

EI_PERMUTATION = "ei_permutation"
QAP = "qap"


def ei_tests(
    actors: pl.DataFrame, ties: pl.DataFrame, rule: TieRule, *, permutations: int = 2000, seed: int = 20221207
) -> pl.DataFrame:
    """Tested in every network whether ties cross sectors as often as chance would have it.

    Args:
        actors: As for `sujuva.integration.network_indicators`.
        ties: As for `sujuva.integration.network_indicators`.
        rule: When a rating is a tie.
        permutations: Ways to deal out the sectors among the actors that are drawn.
        seed: Start of the random numbers; each network has its own from it.

    Returns:
        Columns `COMPARISONS`, comparison "ei_permutation", sorted: `scale` is the relation, estimate the E-I index,
        effect (of the kind expected_ei) its mean over all permutations, p two-sided, n the number of actors.

    Raises:
        ParameterError: `permutations` or `seed` is out of range.
        ContractError: As for `network_indicators`.
    """
    check_permutations(permutations)
    rows = []
    for one in sociomatrices(actors, ties, unlisted=rule.unlisted):
        network = confirmed_network(one, rule)
        random = stream(seed, EI_PERMUTATION, one.region, one.wave, one.relation)
        found = ei_test(network, permutations=permutations, random=random)
        rows.append(_row(EI_PERMUTATION, one, "", found, MISSING if network.unknown else ""))
    return _comparisons(rows)


def qap_tests(
    actors: pl.DataFrame,
    ties: pl.DataFrame,
    *,
    unlisted: Unlisted = "auto",
    permutations: int = 2000,
    seed: int = 20221207,
) -> pl.DataFrame:
    """Correlate every two relations of a region and wave, and test it by QAP.

    The ratings as observed are correlated, whatever the rule says of ties.

    Args:
        actors: As for `sujuva.integration.network_indicators`.
        ties: As for `sujuva.integration.network_indicators`.
        unlisted: What a pair without a row means.
        permutations: Ways to permute the actors of one relation that are drawn.
        seed: Start of the random numbers; each pair of relations has its own from it.

    Returns:
        Columns `COMPARISONS`, comparison "qap", sorted: `scale` is one relation and `category` the other, estimate
        the correlation, p two-sided, n the number of actors, other_n the number of ordered pairs known in both.

    Raises:
        ParameterError: `permutations` or `seed` is out of range.
        ContractError: As for `network_indicators`.
    """
    check_permutations(permutations)
    rows = []
    every = sociomatrices(actors, ties, unlisted=unlisted)
    for (region, wave), networks in groupby(every, key=lambda one: (one.region, one.wave)):
        for one, other in combinations(networks, 2):
            random = stream(seed, QAP, region, wave, one.relation, other.relation)
            found = qap_test(one.observed, other.observed, permutations=permutations, random=random)
            pairs = int(((one.observed + other.observed) >= 0).sum())
            note = MISSING if pairs < one.size * (one.size - 1) else ""
            rows.append(
                {**_row(QAP, one, other.relation, found, note), "effect": None, "effect_kind": None, "other_n": pairs}
            )
    return _comparisons(rows)


def _row(comparison: str, one: Sociomatrix, category: str, found: Tested, note: str) -> dict[str, Any]:
    return {
        "comparison": comparison,
        "scale": one.relation,
        "category": category,
        "informant": "",
        "region": one.region,
        "wave": one.wave,
        "group": "all",
        "other_wave": one.wave,
        "other_group": "all",
        "estimate": found.value,
        "effect": found.expected,
        "effect_kind": None if found.expected is None else "expected_ei",
        "p": found.p,
        "n": one.size,
        "note": found.note or note,
    }


def _comparisons(rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=COMPARISONS, orient="row").sort(COMPARISONS_KEY)
