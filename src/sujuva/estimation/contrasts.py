"""Linear combinations of domain means, such as differences, with the covariance that shared clusters give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Unpack

from scipy.special import stdtr

from sujuva.errors import ParameterError
from sujuva.estimation.design import LonelyCluster, Precision, precision_of
from sujuva.estimation.domains import Domain, MomentIndex, Part
from sujuva.estimation.interval import NO_SCORES, NO_VARIATION, relative_interval, t_interval, warning
from sujuva.estimation.linear import Sides, degrees_of_freedom, linear_variance, sides_of, total


@dataclass(frozen=True)
class Term:
    """One mean of a linear combination, times `factor` (a whole number or a fraction, so that nothing is rounded)."""

    factor: Fraction | int
    domain: Domain


@dataclass(frozen=True)
class Contrast:
    """A linear combination of means, or what is known of it.

    Attributes:
        n: Persons with a score, one number a term.
        clusters: Clusters with a scored member of any of the domains.
        note: Why something is missing; or a warning by the domain with the fewest clusters (`UNDER_30_CLUSTERS`) or by
            df (`FEW_DEGREES`); or nothing.
        estimate: Σ factor · mean, in units of the scale; nothing where a domain has no scores.
        se: Its standard error by Taylor linearisation.
        df: Degrees of freedom of the interval, see `sujuva.estimation.linear`: clusters minus strata, of those with a
            scored member of any of the domains, or fewer where a domain lies in few of them.
        ci_low: Lower end of the t interval.
        ci_high: Upper end.
        p: Two-sided p-value of the t test of no difference.
    """

    n: tuple[int, ...] = ()
    clusters: int = 0
    note: str = ""
    estimate: float | None = None
    se: float | None = None
    df: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p: float | None = None


def contrast(terms: Sequence[Term], moments: MomentIndex, **settings: Unpack[Precision]) -> Contrast:
    """Estimate Σ k·m over the means m of several domains of one scale and informant.

    The linearised value of a cluster is z = Σ k·(T_wy − m·T_w) / W, summed over the domains with their own m and W; its
    variance is that of `sujuva.estimation.variance_of_mean`, in whole numbers up to one division a stratum. Within a
    wave it is R's `svycontrast(svyby(~y, ~group, design, svymean, covmat = TRUE), ...)`. Clusters that two domains
    share (girls and boys of one school, one school at two waves) enter through the moments `pairs`. Regions pooled in
    one domain are taken to share no cluster: one that has members in two of them, in a stratum that they share, counts
    in each, without their covariance, and the error may be too small or too large.

    df are R's `degf`, or fewer: a domain in few clusters has hardly a variance of its own, and its error is not better
    known for the many clusters of the other (`sujuva.estimation.linear`). There is none, and no error, where a domain
    alone has no more clusters than strata (`FEW_CLUSTERS`).

    Every wave is a sample of its own; where units are linked over waves, those of two waves add their covariance (see
    `sujuva.estimation.linear.linear_variance`, also for what differs from R), and a contrast spans at most two waves.
    Of more than two domains of one region in one stratum only pairs are known, so the clusters of the largest pair are
    counted.

    A domain without spread (one person, or all with the same score) adds nothing to the error although it is not
    known without error; then there is an estimate and no interval.

    Args:
        terms: At least one; domains of one scale and informant.
        moments: The moments `scores` and `pairs`, see `sujuva.estimation.index_moments`.
        settings: See `Precision`.

    Raises:
        ParameterError: The terms cannot be combined, or a setting is not allowed.
        ContractError: `pairs` lacks a row that the terms need.
    """
    confidence, lonely_cluster = precision_of(settings)
    linear = _linear(terms, moments)
    counted = Contrast(linear.n, linear.sides.clusters, linear.sides.note)
    if linear.sides.note == NO_SCORES:
        return counted
    units = [Fraction(1, 10 ** parts[0].decimals) for parts in linear.found]
    factors = [Fraction(term.factor) * unit for term, unit in zip(terms, units, strict=True)]
    estimate = float(sum(factor * mean for factor, mean in zip(factors, linear.means, strict=True)))
    error = linear.error(factors, lonely_cluster)
    if error is None:
        return replace(counted, estimate=estimate, note=linear.sides.note or NO_VARIATION)
    se, df = error
    low, high = t_interval(estimate, se, df, confidence)
    p = 2 * float(stdtr(df, -abs(estimate / se)))
    note = warning(min(linear.sides.own), df)
    return replace(counted, note=note, estimate=estimate, se=se, df=df, ci_low=low, ci_high=high, p=p)


def ratio(
    over: Domain, under: Domain, moments: MomentIndex, **settings: Unpack[Precision]
) -> tuple[float, float | None, float | None] | None:
    """Return the relative difference m_over / m_under − 1 with its interval, or nothing where a mean is not above 0.

    The interval is made on the logarithm, log m_over − log m_under ± t(df) · se, and turned back; se is that of the
    contrast with the factors 1/m (delta method; R's `svycontrast(..., quote(log(a / b)))`), and so are df. An interval
    that reaches above 1,000 per cent is none (`MOST_RELATIVE`).

    Raises:
        ParameterError: The domains cannot be compared, or a setting is not allowed.
        ContractError: `pairs` lacks a row that is needed.
    """
    confidence, lonely_cluster = precision_of(settings)
    linear = _linear([Term(1, over), Term(-1, under)], moments)
    if not all(total(parts, "n") and total(parts, "wy") > 0 for parts in linear.found):
        return None
    # Scores are fixed-point numbers of one scale, so their unit cancels.
    above, below = linear.means
    error = linear.error([1 / above, -1 / below], lonely_cluster)
    limits = (None, None) if error is None else relative_interval(float(above / below), *error, confidence)
    return float(above / below - 1), *limits


@dataclass(frozen=True)
class _Linear:
    """Domains whose means are combined, whatever their factors."""

    domains: list[Domain]
    found: list[list[Part]]
    sides: Sides
    moments: MomentIndex

    @property
    def n(self) -> tuple[int, ...]:
        return tuple(total(parts, "n") for parts in self.found)

    @property
    def means(self) -> list[Fraction]:
        """The means in fixed-point units; every domain has a score."""
        return [Fraction(total(parts, "wy"), total(parts, "w")) for parts in self.found]

    def error(self, factors: Sequence[Fraction], lonely_cluster: LonelyCluster) -> tuple[float, float] | None:
        """Return the standard error of Σ factor · mean and its degrees of freedom, or nothing where there is none."""
        if self.sides.note:
            return None
        se = math.sqrt(linear_variance(self.domains, factors, self.found, self.moments, lonely_cluster))
        if not se:
            return None
        return se, degrees_of_freedom(self.domains, factors, self.found, self.sides, self.moments, lonely_cluster)


def _linear(terms: Sequence[Term], moments: MomentIndex) -> _Linear:
    _check(terms, moments)
    domains = [term.domain for term in terms]
    found = [moments.domain(domain) for domain in domains]
    return _Linear(domains, found, sides_of(domains, found, moments), moments)


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
