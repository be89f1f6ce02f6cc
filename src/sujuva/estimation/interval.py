"""The t interval, and the reasons for which there is none."""

from __future__ import annotations

import math

from scipy.special import expit, stdtrit

from sujuva.errors import ParameterError

NO_SCORES = "no_scores"
"""Note: nobody in the domain has a score."""
ONE_PERSON = "one_person"
"""Note: one score shows no spread, so there is neither standard deviation nor interval."""
FEW_CLUSTERS = "few_clusters"
"""Note: no degrees of freedom are left (clusters minus strata), so there is neither standard error nor interval."""
NO_VARIATION = "no_variation"
"""Note: nobody or everybody is in the band, so the sample shows no spread to make an interval of."""
UNDER_30_CLUSTERS = "under_30_clusters"
"""Note beside an interval: from fewer than `ENOUGH_CLUSTERS` clusters it may be too narrow."""
NOT_MISSING = ("", UNDER_30_CLUSTERS)
"""Notes of rows that have all their numbers."""
ENOUGH_CLUSTERS = 30
"""With fewer clusters, Taylor linearisation tends to give too small errors. A rule of thumb, this project's own."""


def warning(clusters: int) -> str:
    """Return the note beside an interval that so many clusters with a scored member give: a warning or nothing."""
    return UNDER_30_CLUSTERS if clusters < ENOUGH_CLUSTERS else ""


def t_interval(estimate: float, se: float, df: int, confidence: float) -> tuple[float, float]:
    """Return estimate ± t(df) · se, as R's `confint(svymean(...), df = degf(design))`.

    Args:
        estimate: The point estimate.
        se: Its standard error.
        df: Degrees of freedom, at least 1.
        confidence: Coverage, between 0 and 1.
    """
    reach = float(stdtrit(df, 0.5 + confidence / 2)) * se
    return estimate - reach, estimate + reach


def share_interval(share: float, se: float, df: int, confidence: float) -> tuple[float, float] | None:
    """Return the t interval of a share on the logit scale, which stays within 0–1.

    logit(p) ± t(df) · se / (p(1 − p)), turned back: R's `svyciprop(..., method = "logit")`, its default.

    Args:
        share: The estimate, a proportion.
        se: Its standard error.
        df: Degrees of freedom, at least 1.
        confidence: Coverage, between 0 and 1.

    Returns:
        The limits, or nothing where the share is 0 or 1.
    """
    if not 0 < share < 1:
        return None
    low, high = t_interval(math.log(share / (1 - share)), se / (share * (1 - share)), df, confidence)
    return float(expit(low)), float(expit(high))


def check_confidence(confidence: float) -> None:
    """Refuse a confidence that is no probability strictly between 0 and 1.

    Raises:
        ParameterError: It is not.
    """
    if not 0 < confidence < 1:
        msg = f"confidence is {confidence}; it must lie between 0 and 1."
        raise ParameterError(msg, "Write 0.95 for 95 per cent.")
