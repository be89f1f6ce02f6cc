"""The t interval, and the reasons for which there is none."""

from __future__ import annotations

from scipy.special import stdtrit

from sujuva.errors import ParameterError

NO_SCORES = "no_scores"
"""Note: nobody in the domain has a score."""
ONE_PERSON = "one_person"
"""Note: one score shows no spread, so there is neither standard deviation nor interval."""
FEW_CLUSTERS = "few_clusters"
"""Note: no degrees of freedom are left (clusters minus strata), so there is neither standard error nor interval."""


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


def check_confidence(confidence: float) -> None:
    """Refuse a confidence that is no probability strictly between 0 and 1.

    Raises:
        ParameterError: It is not.
    """
    if not 0 < confidence < 1:
        msg = f"confidence is {confidence}; it must lie between 0 and 1."
        raise ParameterError(msg, "Write 0.95 for 95 per cent.")
