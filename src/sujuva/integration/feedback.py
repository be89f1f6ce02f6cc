"""What those who took part thought: mean ratings with intervals."""

from __future__ import annotations

import polars as pl

from sujuva.estimation import LonelyCluster, estimate_scores
from sujuva.tables import FEEDBACK_RANGE
from sujuva.tidy import tidy


def feedback_indicators(
    feedback: pl.DataFrame, *, confidence: float = 0.95, lonely_cluster: LonelyCluster = "adjust"
) -> pl.DataFrame:
    """Estimate the mean rating of each item, with events as clusters.

    Args:
        feedback: The moments `feedback`, in the columns of `sujuva.estimation.estimate_scores`.
        confidence: Coverage of the intervals.
        lonely_cluster: adjust or certainty, for strata with one event.

    Returns:
        Tidy indicators `feedback_mean`: `scale` is `feedback.<item>`, `group` all or a group of participants, n the
        number of ratings. No interval reaches beyond the range of the ratings.

    Raises:
        ParameterError: `confidence` or `lonely_cluster` is not allowed.
        ContractError: A column is missing.
    """
    estimates = estimate_scores(feedback, confidence=confidence, lonely_cluster=lonely_cluster)
    within = estimates.with_columns(pl.col("ci_low", "ci_high").clip(*FEEDBACK_RANGE))
    return tidy(within, indicator="feedback_mean", estimate=pl.col("mean"))
