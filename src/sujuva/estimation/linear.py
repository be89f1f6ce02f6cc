"""Linear combinations of domain means: their variance by Taylor linearisation, and how well that is known.

Variances are made in whole numbers; degrees of freedom are never more than the scarcest side can bear.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product
from typing import TypeVar

from sujuva.errors import ContractError
from sujuva.estimation.design import LonelyCluster
from sujuva.estimation.domains import Domain, MomentIndex, Part, Products
from sujuva.estimation.interval import FEW_CLUSTERS, NO_SCORES, NO_VARIATION, ONE_PERSON

_T = TypeVar("_T")
Stratum = tuple[str, int]
"""Name of a stratum, and the wave where that wave has units of its own (else 0)."""


def total(parts: Sequence[Part], name: str) -> int:
    """Return the sum of one number over the parts of a domain."""
    return sum(getattr(part, name) for part in parts)


def by_stratum(found: Sequence[Sequence[Part]], moments: MomentIndex) -> dict[Stratum, list[tuple[int, Part]]]:
    """Gather the scored parts of all domains, with the place of their domain, by stratum, in a fixed order.

    Waves of a stratum that have no unit in common (`MomentIndex.overlap`) are strata of their own.
    """
    strata: dict[str, list[tuple[int, Part]]] = {}
    for number, parts in enumerate(found):
        for part in parts:
            if part.n:
                strata.setdefault(part.stratum, []).append((number, part))
    made: dict[Stratum, list[tuple[int, Part]]] = {}
    for stratum, members in sorted(strata.items()):
        waves = sorted({part.wave for _, part in members})
        if any(moments.overlap(stratum, *pair) != 0 for pair in combinations(waves, 2)):
            made[stratum, 0] = members
        else:
            made |= {(stratum, wave): [one for one in members if one[1].wave == wave] for wave in waves}
    return made


def clusters_of(members: Sequence[tuple[int, Part]], domains: Sequence[Domain], moments: MomentIndex) -> int:
    """Count the clusters of a stratum with a member of any domain.

    Exact for one or two domains whose regions share no cluster. Of more domains only pairs are known, so that it is at
    least what the largest pair has; a cluster of two regions counts in each.
    """
    regions: dict[str, int] = {}
    for _, part in members:
        regions[part.region] = max(regions.get(part.region, 0), part.clusters)
    for (one, a), (other, b) in combinations(members, 2):
        if a.region == b.region:
            both = _products(domains[one], a, domains[other], b, moments)
            regions[a.region] = max(regions[a.region], both.clusters)
    return sum(regions.values())


def linear_variance(
    domains: Sequence[Domain],
    factors: Sequence[Fraction],
    found: Sequence[Sequence[Part]],
    moments: MomentIndex,
    lonely_cluster: LonelyCluster,
) -> float:
    """Return the variance of Σ factor · mean, in squared fixed-point units times squared factors.

    The domains are different ones of one scale and informant; `found` are their parts, with at least one score each.

    Within a stratum each wave t is a sample of H_t units of its own, with the linearised values z_t of `contrast`, and
    adds g_t·Σ r_t², r_t = z_t − z̄_t the residual and g_t = H_t / (H_t − 1), whatever other waves there are
    (`sujuva.estimation.variance_of_mean`). Units in the design of two waves add the covariance of their residuals,

        2·√(g_t·g_s)·Σ r_t·r_s over the O units of both.

    So the variance is the sum of squares of √g_t·r_t added up within units, and never below 0; where all units are the
    same it is R's `svycontrast` of both waves in one design, and where none is, the sum of two samples' variances. In
    between it is not R's: that design counts the units of either wave, U of them, and takes those of the other wave for
    zeros of this one: U / (U − 1) stands for each g_t, which makes the variance too small by up to one half, and where
    strata differ in level, the zeros are taken for spread, which makes it too large (`benchmarks.overlap`). This is a
    correlation of residuals times both standard errors, as in V₁ + V₂ − 2·R·√(V₁·V₂) for overlapping samples (Kish,
    1965, Survey Sampling, § 12.4; like Berger & Priam, 2016, JRSS A 179, 251–272; both from memory). Units drawn with
    replacement have the covariance O·S₁₂; the expectation of this estimate is that times
    √(g_t·g_s)·(1 − 1/H_t − 1/H_s + O/(H_t·H_s)), which is 1 where all units are the same, else less by at most about
    1/H: then change seems a little less sure than it is.
    """
    w, wy = [total(parts, "w") for parts in found], [total(parts, "wy") for parts in found]
    exact = [factor / (whole * whole) for factor, whole in zip(factors, w, strict=True)]
    common = math.lcm(*(one.denominator for one in exact))
    # With u = W·T_wy − Y·T_w, a whole number, common·z = Σ times·u.
    sums = _Sums(domains, moments, w, wy, [one.numerator * (common // one.denominator) for one in exact])
    shares: list[float] = []
    for members in by_stratum(found, moments).values():
        waves = [[one for one in members if one[1].wave == wave] for wave in sorted({part.wave for _, part in members})]
        samples = [_Sample(here, *sums.within(here), lonely_cluster == "adjust") for here in waves]
        rational = sum((one.factor * one.squares for one in samples), Fraction(0))
        for one, other in combinations(samples, 2):
            both = sums.across(one, other)
            if one.factor == other.factor:
                rational += 2 * one.factor * both
            else:
                shares.append(2 * math.sqrt(one.factor * other.factor) * float(both / common**2))
        shares.append(float(rational / common**2))
    return max(math.fsum(shares), 0.0)


class _Sample:
    """One wave of a stratum: what H/(H − 1) is, the mean of the linearised values, and their residuals' squares."""

    def __init__(self, members: list[tuple[int, Part]], whole: int, squares: int, adjust: bool) -> None:
        units = max(part.design_clusters for _, part in members)
        self.members = members
        # One unit has no residual from its own mean: it is measured from 0, or not at all.
        self.factor = Fraction(units, units - 1) if units > 1 else Fraction(int(adjust))
        self.mean = Fraction(whole, units) if units > 1 else Fraction(0)
        self.squares = squares - self.mean * whole


@dataclass(frozen=True)
class _Sums:
    """Sums of the linearised values times their common denominator, z, over clusters: whole numbers."""

    domains: Sequence[Domain]
    moments: MomentIndex
    w: Sequence[int]
    wy: Sequence[int]
    times: Sequence[int]

    def within(self, members: Sequence[tuple[int, Part]]) -> tuple[int, int]:
        """Return Σz and Σz² of one wave of a stratum."""
        whole = sum(self.times[d] * (self.w[d] * part.wy - self.wy[d] * part.w) for d, part in members)
        squares = sum(self.times[d] ** 2 * _square(self.w[d], self.wy[d], part) for d, part in members)
        return whole, squares + 2 * self._products(combinations(members, 2))

    def across(self, one: _Sample, other: _Sample) -> Fraction:
        """Return Σ r·r' over the units that are in the design of both waves.

        Raises:
            ContractError: Their number is not known.
        """
        (_, part), (_, later) = one.members[0], other.members[0]
        overlap = self.moments.overlap(part.stratum, part.wave, later.wave)
        products = self._products(product(one.members, other.members))
        if overlap is None:
            waves = " and ".join(map(str, sorted((part.wave, later.wave))))
            msg = f"The moments pairs lack a row for the waves {waves} of a stratum."
            raise ContractError(msg, "Run the stage moments again.")
        means = one.mean * self._shared(other.members, part.wave) + other.mean * self._shared(one.members, later.wave)
        return products - means + overlap * one.mean * other.mean

    def _products(self, pairs: Iterable[tuple[tuple[int, Part], tuple[int, Part]]]) -> int:
        """Return Σ z·z' of pairs of domains over the clusters of each region."""
        made = 0
        for (d, a), (e, b) in pairs:
            if a.region == b.region:
                both = _products(self.domains[d], a, self.domains[e], b, self.moments)
                made += self.times[d] * self.times[e] * _product(self.w[d], self.wy[d], self.w[e], self.wy[e], both)
        return made

    def _shared(self, members: Sequence[tuple[int, Part]], wave: int) -> int:
        """Return Σz over the units that are in the design at another wave, too."""
        made = 0
        for d, part in members:
            then = replace(self.domains[d], wave=wave)
            both = self.moments.products(self.domains[d], then, region=part.region, stratum=part.stratum)
            if both:  # else the region was not asked at the other wave
                made += self.times[d] * (self.w[d] * both.wy - self.wy[d] * both.w)
        return made


def _products(one: Domain, a: Part, other: Domain, b: Part, moments: MomentIndex) -> Products:
    found = moments.products(one, other, region=a.region, stratum=a.stratum)
    if found is None and one.wave == other.wave and one.column == other.column:
        return Products(a.clusters + b.clusters, 0, 0, 0, 0, a.w, a.wy, b.w, b.wy)  # levels without a shared cluster
    if found is None:
        msg = f"The moments pairs have no row for {one.words()} with {other.words()} of the scale '{one.scale}'."
        raise ContractError(msg, "Pairs are levels of one grouping column at a wave, or one group at two waves.")
    return found


def _square(w: int, wy: int, part: Part) -> int:
    """Return Σu² of one domain over the clusters of a stratum."""
    return part.cyy * w * w - 2 * part.cwy * w * wy + part.cww * wy * wy


def _product(w: int, wy: int, other_w: int, other_wy: int, both: Products) -> int:
    """Return Σu·u' of two domains over the clusters of a stratum."""
    return both.cyy * w * other_w - both.cyw * w * other_wy - both.cwy * wy * other_w + both.cww * wy * other_wy


@dataclass(frozen=True)
class Sides:
    """What some domains have to make an error of, whatever their factors.

    `clusters` are those with a scored member of any domain, `own` those of each alone, `degrees` the same minus the
    strata that they lie in; `note` says what hinders an error.
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
    for places in _connected(found, moments):
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
    strata = by_stratum(found, moments)
    return sum(clusters_of(members, domains, moments) for members in strata.values()), len(strata)


def _connected(found: Sequence[Sequence[Part]], moments: MomentIndex) -> list[list[int]]:
    """Return the places of the domains in sets that share no stratum, in order."""
    sets: list[set[int]] = [{place} for place in range(len(found))]
    for members in by_stratum(found, moments).values():
        here = {place for place, _ in members}
        touched = [one for one in sets if one & here]
        sets = [one for one in sets if not one & here] + [set[int]().union(*touched)]
    return sorted(sorted(one) for one in sets)
