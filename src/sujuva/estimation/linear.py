"""The variance of a linear combination of domain means by Taylor linearisation, in whole numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from sujuva.errors import ContractError
from sujuva.estimation.design import LonelyCluster
from sujuva.estimation.domains import Domain, MomentIndex, Part, Products

Stratum = tuple[str, int]
"""Name of a stratum, and the wave where every wave is drawn anew (else 0)."""


def total(parts: Sequence[Part], name: str) -> int:
    """Return the sum of one number over the parts of a domain."""
    return sum(getattr(part, name) for part in parts)


def by_stratum(found: Sequence[Sequence[Part]], *, linked: bool) -> dict[Stratum, list[tuple[int, Part]]]:
    """Gather the scored parts of all domains, with the place of their domain, by stratum, in a fixed order.

    Where units are not `linked` (the same unit at two waves is one cluster), a wave of its own is part of the stratum.
    """
    strata: dict[Stratum, list[tuple[int, Part]]] = {}
    for number, parts in enumerate(found):
        for part in parts:
            if part.n:
                strata.setdefault((part.stratum, 0 if linked else part.wave), []).append((number, part))
    return dict(sorted(strata.items()))


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
    """
    w, wy = [total(parts, "w") for parts in found], [total(parts, "wy") for parts in found]
    exact = [factor / (whole * whole) for factor, whole in zip(factors, w, strict=True)]
    common = math.lcm(*(one.denominator for one in exact))
    times = [one.numerator * (common // one.denominator) for one in exact]
    waves = {domain.wave for domain in domains}
    # With u = W·T_wy − Y·T_w, a whole number, common·z = Σ times·u.
    shares = []
    for members in by_stratum(found, linked=moments.linked_units).values():
        summed = sum(times[d] * (w[d] * part.wy - wy[d] * part.w) for d, part in members)
        squares = sum(times[d] ** 2 * _square(w[d], wy[d], part) for d, part in members)
        for (d, a), (e, b) in combinations(members, 2):
            if a.region == b.region:
                both = _products(domains[d], a, domains[e], b, moments)
                squares += 2 * times[d] * times[e] * _product(w[d], wy[d], w[e], wy[e], both)
        clusters = moments.design_clusters([part for _, part in members], waves)
        if clusters > 1:
            shares.append((clusters * squares - summed * summed) / ((clusters - 1) * common**2))
        elif lonely_cluster == "adjust":
            shares.append(squares / common**2)
    return math.fsum(shares)


def _products(one: Domain, a: Part, other: Domain, b: Part, moments: MomentIndex) -> Products:
    found = moments.products(one, other, region=a.region, stratum=a.stratum)
    if found is None and one.wave == other.wave and one.column == other.column:
        return Products(a.clusters + b.clusters, a.design_clusters, 0, 0, 0, 0)  # levels without a shared cluster
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
