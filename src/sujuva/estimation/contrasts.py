"""Linear combinations of domain means, such as differences, with the covariance that shared clusters give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from scipy.special import stdtr

from sujuva.errors import ContractError, ParameterError
from sujuva.estimation.design import LonelyCluster, check_lonely
from sujuva.estimation.domains import Domain, MomentIndex, Part, Products
from sujuva.estimation.interval import FEW_CLUSTERS, NO_SCORES, NO_VARIATION, ONE_PERSON, check_confidence, t_interval
from sujuva.estimation.interval import warning as warning_of


@dataclass(frozen=True)
class Term:
    """One mean of a linear combination, times `factor` (a whole number or a fraction, so that nothing is rounded)."""

    factor: Fraction | int
    domain: Domain


@dataclass(frozen=True)
class Contrast:
    """A linear combination of means, or what is known of it.

    Attributes:
        estimate: Σ factor · mean, in units of the scale; nothing where a domain has no scores.
        se: Its standard error by Taylor linearisation.
        df: Clusters minus strata, of those with a scored member of any of the domains.
        ci_low: Lower end of the t interval.
        ci_high: Upper end.
        p: Two-sided p-value of the t test of no difference.
        n: Persons with a score, one number a term.
        clusters: Clusters with a scored member of any of the domains.
        note: Why something is missing, or `UNDER_30_CLUSTERS`, or nothing.
    """

    estimate: float | None
    se: float | None
    df: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    n: tuple[int, ...]
    clusters: int
    note: str


@dataclass(frozen=True)
class _Spread:
    """What a set of terms has in common whatever their factors: its degrees of freedom and what hinders an error."""

    clusters: int
    strata: int
    note: str

    @property
    def df(self) -> int:
        return self.clusters - self.strata


def contrast(
    terms: Sequence[Term],
    moments: MomentIndex,
    *,
    confidence: float = 0.95,
    lonely_cluster: LonelyCluster = "adjust",
) -> Contrast:
    """Estimate Σ k·m over the means m of several domains of one scale and informant.

    The linearised value of a cluster is z = Σ k·(T_wy − m·T_w) / W, summed over the domains with their own m and W; its
    variance is that of `sujuva.estimation.variance_of_mean`, in whole numbers up to one division a stratum. It is R's
    `svycontrast(svyby(~y, ~group, design, svymean, covmat = TRUE), ...)`. Clusters that two domains share (girls and
    boys of one school, one school at two waves) enter through the moments `pairs`. Regions pooled in one domain are
    taken to share no cluster.

    Where units are linked over waves, both waves stand in the same strata, and a stratum has the units of either wave;
    so a contrast spans at most two waves. Otherwise every wave is drawn anew and has strata of its own. Of more than
    two domains in one stratum only pairs are known, so df counts at least as many clusters as the largest pair has:
    never too many.

    A domain without spread (one person, or all with the same score) adds nothing to the error although it is not
    known without error; then there is an estimate and no interval.

    Args:
        terms: At least one; domains of one scale and informant.
        moments: The moments `scores` and `pairs`, see `sujuva.estimation.index_moments`.
        confidence: Coverage of the interval.
        lonely_cluster: adjust or certainty, for strata with one cluster.

    Raises:
        ParameterError: The terms cannot be combined, or a setting is not allowed.
        ContractError: `pairs` lacks a row that the terms need.
    """
    check_confidence(confidence)
    check_lonely(lonely_cluster)
    _check(terms, moments)
    found = [moments.domain(term.domain) for term in terms]
    n = tuple(sum(part.n for part in parts) for parts in found)
    if not all(n):
        return Contrast(None, None, None, None, None, None, n, 0, NO_SCORES)
    units = [Fraction(1, 10 ** parts[0].decimals) for parts in found]
    estimate = float(
        sum(
            term.factor * unit * Fraction(_sum(parts, "wy"), _sum(parts, "w"))
            for term, parts, unit in zip(terms, found, units, strict=True)
        )
    )
    spread = _spread(terms, found, moments)
    if spread.note == ONE_PERSON:
        return Contrast(estimate, None, None, None, None, None, n, spread.clusters, ONE_PERSON)
    df = float(spread.df)
    if spread.note:
        return Contrast(estimate, None, df, None, None, None, n, spread.clusters, spread.note)
    factors = [Fraction(term.factor) * unit for term, unit in zip(terms, units, strict=True)]
    se = math.sqrt(_variance(terms, factors, found, moments, lonely_cluster))
    if se == 0:
        return Contrast(estimate, None, df, None, None, None, n, spread.clusters, NO_VARIATION)
    low, high = t_interval(estimate, se, spread.df, confidence)
    p = 2 * float(stdtr(spread.df, -abs(estimate / se)))
    return Contrast(estimate, se, df, low, high, p, n, spread.clusters, warning_of(spread.clusters))


def ratio(
    over: Domain,
    under: Domain,
    moments: MomentIndex,
    *,
    confidence: float = 0.95,
    lonely_cluster: LonelyCluster = "adjust",
) -> tuple[float, float | None, float | None] | None:
    """Return the relative difference m_over / m_under − 1 with its interval, or nothing where a mean is not above 0.

    The interval is made on the logarithm, log m_over − log m_under ± t(df) · se, and turned back; se is that of the
    contrast with the factors 1/m (delta method; R's `svycontrast(..., quote(log(a / b)))`).

    Args:
        over: The domain whose mean is divided.
        under: The domain that it is compared with.
        moments: The moments `scores` and `pairs`.
        confidence: Coverage of the interval.
        lonely_cluster: adjust or certainty, for strata with one cluster.

    Raises:
        ParameterError: The domains cannot be compared, or a setting is not allowed.
        ContractError: `pairs` lacks a row that is needed.
    """
    check_confidence(confidence)
    check_lonely(lonely_cluster)
    terms = [Term(1, over), Term(-1, under)]
    _check(terms, moments)
    found = [moments.domain(domain) for domain in (over, under)]
    if not all(sum(part.n for part in parts) and _sum(parts, "wy") > 0 for parts in found):
        return None
    # Scores are fixed-point numbers of one scale, so their unit cancels.
    means = [Fraction(_sum(parts, "wy"), _sum(parts, "w")) for parts in found]
    times = means[0] / means[1]
    spread = _spread(terms, found, moments)
    if spread.note:
        return float(times - 1), None, None
    se = math.sqrt(_variance(terms, [1 / means[0], -1 / means[1]], found, moments, lonely_cluster))
    if se == 0:
        return float(times - 1), None, None
    low, high = t_interval(math.log(times), se, spread.df, confidence)
    return float(times - 1), math.expm1(low), math.expm1(high)


def _check(terms: Sequence[Term], moments: MomentIndex) -> None:
    if not terms:
        msg = "A contrast needs at least one mean."
        raise ParameterError(msg)
    domains = [term.domain for term in terms]
    if len(set(domains)) < len(domains):
        msg = "A contrast names one domain twice."
        raise ParameterError(msg, "Add up the factors of equal domains.")
    if len({(one.informant, one.scale) for one in domains}) > 1:
        msg = "A contrast combines means of one scale and informant; these are of several."
        raise ParameterError(msg)
    overlapping = [set(one.regions) for one in domains if moments.network in one.regions]
    if overlapping and any(set(one.regions) != {moments.network} for one in domains):
        msg = "The network holds the regions, so their means cannot be combined as if they were apart."
        raise ParameterError(msg, "Compare regions with each other.")
    waves = {one.wave for one in domains}
    if moments.linked_units and len(waves) > 2:  # noqa: PLR2004 (pairs know two waves)
        msg = f"A contrast spans at most two waves where units are linked over waves; this one spans {len(waves)}."
        raise ParameterError(msg, "Make one contrast a pair of waves.")


def _sum(parts: Sequence[Part], name: str) -> int:
    return sum(getattr(part, name) for part in parts)


def _by_stratum(found: Sequence[Sequence[Part]], *, linked: bool) -> dict[tuple[str, int], list[tuple[int, Part]]]:
    """Gather the scored parts of all terms by stratum, in a fixed order; a wave of its own is part of the stratum."""
    strata: dict[tuple[str, int], list[tuple[int, Part]]] = {}
    for number, parts in enumerate(found):
        for part in parts:
            if part.n:
                strata.setdefault((part.stratum, 0 if linked else part.wave), []).append((number, part))
    return dict(sorted(strata.items()))


def _spread(terms: Sequence[Term], found: Sequence[Sequence[Part]], moments: MomentIndex) -> _Spread:
    strata = _by_stratum(found, linked=moments.linked_units)
    clusters = sum(_clusters(members, terms, moments) for members in strata.values())
    note = ""
    if any(_sum(parts, "n") == 1 for parts in found):
        note = ONE_PERSON
    elif clusters - len(strata) < 1:
        note = FEW_CLUSTERS
    elif any(_sum(parts, "w") * _sum(parts, "wyy") == _sum(parts, "wy") ** 2 for parts in found):
        note = NO_VARIATION
    return _Spread(clusters, len(strata), note)


def _clusters(members: Sequence[tuple[int, Part]], terms: Sequence[Term], moments: MomentIndex) -> int:
    """Count the clusters of a stratum with a member of any domain: exact for two domains, never too many for more."""
    regions: dict[str, int] = {}
    for _, part in members:
        regions[part.region] = max(regions.get(part.region, 0), part.clusters)
    for (one, a), (other, b) in combinations(members, 2):
        if a.region == b.region:
            both = _products(terms[one].domain, a, terms[other].domain, b, moments)
            regions[a.region] = max(regions[a.region], both.clusters)
    return sum(regions.values())


def _products(one: Domain, a: Part, other: Domain, b: Part, moments: MomentIndex) -> Products:
    found = moments.products(one, other, region=a.region, stratum=a.stratum)
    if found is None and one.wave == other.wave and one.column == other.column:
        return Products(a.clusters + b.clusters, a.design_clusters, 0, 0, 0, 0)  # levels without a shared cluster
    if found is None:
        msg = f"The moments pairs have no row for {one.words()} with {other.words()} of the scale '{one.scale}'."
        raise ContractError(msg, "Pairs are levels of one grouping column at a wave, or one group at two waves.")
    return found


def _variance(
    terms: Sequence[Term],
    factors: Sequence[Fraction],
    found: Sequence[Sequence[Part]],
    moments: MomentIndex,
    lonely_cluster: LonelyCluster,
) -> float:
    """Return the variance of Σ factor · mean, in squared fixed-point units times squared factors."""
    w, wy = [_sum(parts, "w") for parts in found], [_sum(parts, "wy") for parts in found]
    exact = [factor / (total * total) for factor, total in zip(factors, w, strict=True)]
    common = math.lcm(*(one.denominator for one in exact))
    times = [one.numerator * (common // one.denominator) for one in exact]
    # With u = W·T_wy − Y·T_w, a whole number, common·z = Σ times·u.
    shares = []
    for members in _by_stratum(found, linked=moments.linked_units).values():
        total = sum(times[d] * (w[d] * part.wy - wy[d] * part.w) for d, part in members)
        squares = sum(times[d] ** 2 * _square(w[d], wy[d], part) for d, part in members)
        for (d, a), (e, b) in combinations(members, 2):
            if a.region == b.region:
                both = _products(terms[d].domain, a, terms[e].domain, b, moments)
                squares += 2 * times[d] * times[e] * _product(w[d], wy[d], w[e], wy[e], both)
        clusters = moments.design_clusters([part for _, part in members], {term.domain.wave for term in terms})
        if clusters > 1:
            shares.append((clusters * squares - total * total) / ((clusters - 1) * common**2))
        elif lonely_cluster == "adjust":
            shares.append(squares / common**2)
    return math.fsum(shares)


def _square(w: int, wy: int, part: Part) -> int:
    """Return Σu² of one domain over the clusters of a stratum."""
    return part.cyy * w * w - 2 * part.cwy * w * wy + part.cww * wy * wy


def _product(w: int, wy: int, other_w: int, other_wy: int, both: Products) -> int:
    """Return Σu·u' of two domains over the clusters of a stratum."""
    return both.cyy * w * other_w - both.cyw * w * other_wy - both.cwy * wy * other_w + both.cww * wy * other_wy
