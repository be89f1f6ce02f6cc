"""Intervals of means, shares and rates, and the reasons for which there is none."""

from __future__ import annotations

import math

from scipy.special import expit, gammainccinv, gammaincinv, stdtrit

from sujuva.errors import ParameterError

NO_SCORES = "no_scores"
"""Note: nobody in the domain has a score."""
ONE_PERSON = "one_person"
"""Note: one score shows no spread, so there is neither standard deviation nor interval."""
FEW_CLUSTERS = "few_clusters"
"""Note: no degrees of freedom are left (clusters minus strata), so there is neither standard error nor interval."""
NO_VARIATION = "no_variation"
"""Note: all clusters, or all persons, are alike, so the sample shows no spread to make an interval of."""
UNDER_30_CLUSTERS = "under_30_clusters"
"""Note beside an interval: from fewer than `ENOUGH_CLUSTERS` clusters it may be too narrow."""
FEW_DEGREES = "few_degrees"
"""Note beside an interval, stronger than `UNDER_30_CLUSTERS`: it has fewer than `ENOUGH_DEGREES` degrees of freedom."""
NOT_MISSING = ("", UNDER_30_CLUSTERS, FEW_DEGREES)
"""Notes of rows that have all their numbers."""
ENOUGH_CLUSTERS = 30
"""With fewer clusters, Taylor linearisation tends to give too small errors. A rule of thumb, this project's own."""
ENOUGH_DEGREES = 8
"""With fewer degrees of freedom the error itself is hardly known. A line of this project's own; the US National Center
for Health Statistics (2017) is said to review shares below it (from memory, not verified)."""
DEFF_DEGREES = 3
"""With fewer degrees of freedom no design effect is told: it divides by a spread of two or three clusters. Our own."""
MOST_RELATIVE = 10.0
"""A relative difference with an upper limit above this (1,000 per cent) has no interval: it tells nothing. Our own."""


def warning(clusters: int, df: float) -> str:
    """Return the note beside an interval: the stronger of two warnings, or nothing.

    Clusters are those with a scored member; of a comparison, those of the side that has the fewest.
    """
    if df < ENOUGH_DEGREES:
        return FEW_DEGREES
    return UNDER_30_CLUSTERS if clusters < ENOUGH_CLUSTERS else ""


def relative_interval(times: float, se: float, df: float, confidence: float) -> tuple[float, float] | tuple[None, None]:
    """Return the t interval of `times` − 1, made on the logarithm of the ratio and turned back.

    `se` is the standard error of the logarithm. Nothing twice where the upper limit lies above `MOST_RELATIVE`, or
    without an error.
    """
    low, high = t_interval(math.log(times), se, df, confidence)
    if not se or high > math.log1p(MOST_RELATIVE):
        return None, None
    return math.expm1(low), math.expm1(high)


def t_interval(estimate: float, se: float, df: float, confidence: float) -> tuple[float, float]:
    """Return estimate ± t(df) · se, as R's `confint(svymean(...), df = degf(design))`."""
    reach = float(stdtrit(df, 0.5 + confidence / 2)) * se
    return estimate - reach, estimate + reach


def share_interval(
    share: float, se: float, df: float, confidence: float, *, n: int | None = None
) -> tuple[float, float] | None:
    """Return the interval of a share, which stays within 0–1; nothing where there is no spread to make one of.

    Between 0 and 1 it is the t interval on the logit scale, logit(p) ± t(df) · se / (p(1 − p)), turned back: R's
    `svyciprop(..., method = "logit")`, its default. At exactly 0 and 1, where `n` is given, it is that of Korn &
    Graubard (1998, Survey Methodology 24, 193–201; R's `method = "beta"`): Clopper & Pearson's on the effective sample
    size of `effective_at_edge`.
    """
    if 0 < share < 1:
        if not se:
            return None
        low, high = t_interval(math.log(share / (1 - share)), se / (share * (1 - share)), df, confidence)
        return float(expit(low)), float(expit(high))
    if n is None or n < 2 or df < 1:  # noqa: PLR2004
        return None
    reach = -math.expm1(math.log((1 - confidence) / 2) / effective_at_edge(n, df, confidence))
    return (0.0, reach) if share == 0 else (1 - reach, 1.0)


def effective_at_edge(n: int, df: float, confidence: float) -> float:
    """Return how many independent persons `n` of them stand for where all are alike: n·(t(n − 1) / t(df))².

    The effective sample size of Korn & Graubard, p(1 − p) / se²·(t(n − 1) / t(df))², is 0 / 0 where nobody or everybody
    is counted (R's `svyciprop` gives NaN there). Then n stands for the first factor, its upper bound, as in the US
    National Center for Health Statistics' standards for proportions (2017, from memory); few degrees of freedom make
    it smaller. Where units of one person or family would be counted as if they were independent, n are those persons
    or families.
    """
    times = float(stdtrit(n - 1, 0.5 + confidence / 2)) / float(stdtrit(df, 0.5 + confidence / 2))
    return n * min(times, 1.0) ** 2


def rate_interval(events: float, exposure: float, confidence: float) -> tuple[float, float]:
    """Return the exact interval of the rate of a Poisson count: χ² quantiles (Garwood, 1936, Biometrika 28, 437–442).

    R's `poisson.test(events, exposure)$conf.int`; with no event from 0 to −log(α/2) / exposure.
    """
    tail = (1 - confidence) / 2
    low = float(gammaincinv(events, tail)) if events else 0.0
    return low / exposure, float(gammainccinv(events + 1, tail)) / exposure


def check_confidence(confidence: float) -> None:
    """Raise a `ParameterError` for a confidence that is no probability strictly between 0 and 1."""
    if not 0 < confidence < 1:
        msg = f"confidence is {confidence}; it must lie between 0 and 1."
        raise ParameterError(msg, "Write 0.95 for 95 per cent.")
