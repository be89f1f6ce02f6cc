"""Degrees of freedom of a linear combination of means: never more than its scarcest side can bear."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from sujuva.estimation.design import LonelyCluster
from sujuva.estimation.domains import Domain, MomentIndex, Part
from sujuva.estimation.interval import FEW_CLUSTERS, NO_SCORES, NO_VARIATION, ONE_PERSON
from sujuva.estimation.linear import by_stratum, clusters_of, linear_variance, total

_T = TypeVar("_T")


@dataclass(frozen=True)
class Sides:
    """What some domains have to make an error of, whatever their factors.

    Attributes:
        clusters: Clusters with a scored member of any of the domains.
        own: Clusters with a scored member of each domain alone.
        degrees: These clusters minus the strata that they lie in.
        note: What hinders an error, or nothing.
    """

    clusters: int
    own: tuple[int, ...]
    degrees: tuple[int, ...]
    note: str


def sides_of(domains: Sequence[Domain], found: Sequence[Sequence[Part]], moments: MomentIndex) -> Sides:
    """Count the clusters of the domains together and each alone; `found` are the parts of each."""
    alone = [_clusters([domain], [parts], moments) for domain, parts in zip(domains, found, strict=True)]
    own = tuple(clusters for clusters, _ in alone)
    degrees = tuple(clusters - strata for clusters, strata in alone)
    note = ""
    if not all(total(parts, "n") for parts in found):
        note = NO_SCORES
    elif any(total(parts, "n") == 1 for parts in found):
        note = ONE_PERSON
    elif min(degrees) < 1:
        note = FEW_CLUSTERS
    elif any(total(parts, "w") * total(parts, "wyy") == total(parts, "wy") ** 2 for parts in found):
        note = NO_VARIATION
    return Sides(_clusters(domains, found, moments)[0], own, degrees, note)


def degrees_of_freedom(
    domains: Sequence[Domain],
    factors: Sequence[Fraction],
    found: Sequence[Sequence[Part]],
    sides: Sides,
    moments: MomentIndex,
    lonely_cluster: LonelyCluster,
) -> float:
    """Return the degrees of freedom of Σ factor · mean.

    Clusters minus strata of all domains together (R's `degf`) are too many where one of them lies in few clusters:
    its linearised variance is hardly known, whatever the others add. So (ΣV)² / Σ(V² / df) is an upper bound
    (Welch, 1947, Biometrika 34, 28–35; Satterthwaite, 1946, Biometrics Bulletin 2, 110–114), twice: over the domains
    that share strata, V the variance of factor · mean of the domain alone and df its own; and over the sets of domains
    that share none (the started and the other regions of a difference in differences), V the variance of their part of
    the combination and df what the first step gave. Two groups side by side in the same clusters keep those of `degf`.

    The variance of two or three clusters comes out small by chance often enough, and then it would count for little.
    Therefore both steps are taken with V = factor² / clusters too, as if clusters differed alike in every domain, and
    the smaller result counts. That second bound is this project's own; without it, 16 per cent of tests of a group in
    two clusters were positive under no difference at the level of 5 per cent, with it 1 per cent (docs/change.md).
    """

    def variance(places: Sequence[int]) -> float:
        some, times, parts = _at(domains, places), _at(factors, places), _at(found, places)
        return linear_variance(some, times, parts, moments, lonely_cluster)

    alike = [float(factor * factor / clusters) for factor, clusters in zip(factors, sides.own, strict=True)]
    seen: list[tuple[float, float]] = []
    expected: list[tuple[float, float]] = []
    for places in _connected(found, linked=moments.linked_units):
        clusters, strata = _clusters(_at(domains, places), _at(found, places), moments)
        own, degf = _at(sides.degrees, places), float(clusters - strata)
        for steps, whole, alone in (
            (seen, variance(places), [variance([place]) for place in places]),
            (expected, math.fsum(_at(alike, places)), _at(alike, places)),
        ):
            steps.append((whole, min(degf, _satterthwaite(list(zip(alone, own, strict=True))))))
    return min(_satterthwaite(seen), _satterthwaite(expected))


def _satterthwaite(parts: Sequence[tuple[float, float]]) -> float:
    """Return (ΣV)² / Σ(V² / df) of parts (V, df); without any variance the sum of the degrees, its upper bound."""
    whole = math.fsum(variance for variance, _ in parts)
    if len(parts) == 1 or not whole:
        return math.fsum(df for _, df in parts)
    return 1 / math.fsum((variance / whole) ** 2 / df for variance, df in parts)


def _at(values: Sequence[_T], places: Sequence[int]) -> list[_T]:
    return [values[place] for place in places]


def _clusters(domains: Sequence[Domain], found: Sequence[Sequence[Part]], moments: MomentIndex) -> tuple[int, int]:
    """Return the clusters and the strata with a scored member of any of the domains."""
    strata = by_stratum(found, linked=moments.linked_units)
    return sum(clusters_of(members, domains, moments) for members in strata.values()), len(strata)


def _connected(found: Sequence[Sequence[Part]], *, linked: bool) -> list[list[int]]:
    """Return the places of the domains in sets that share no stratum, in order."""
    sets: list[set[int]] = [{place} for place in range(len(found))]
    for members in by_stratum(found, linked=linked).values():
        here = {place for place, _ in members}
        touched = [one for one in sets if one & here]
        sets = [one for one in sets if not one & here] + [set[int]().union(*touched)]
    return sorted(sorted(one) for one in sets)
