"""What those who took part thought: mean ratings with intervals."""

from __future__ import annotations

from typing import Unpack

import polars as pl

from sujuva.estimation import Precision, estimate_scores
from sujuva.tables import FEEDBACK_RANGE
from sujuva.tidy import tidy


def feedback_indicators(feedback: pl.DataFrame, **settings: Unpack[Precision]) -> pl.DataFrame:
    """Estimate the mean rating of each item, with events as clusters.

    Args:
        feedback: The moments `feedback`, in the columns of `sujuva.estimation.estimate_scores`.
        settings: See `sujuva.estimation.Precision`.

    Returns:
        Tidy indicators `feedback_mean`: `scale` is `feedback.<item>`, `group` all or a group of participants, n the
        number of ratings. No interval reaches beyond the range of the ratings.

    Raises:
        ParameterError: A setting is not allowed.
        ContractError: A column is missing.
    """
    estimates = estimate_scores(feedback, **settings)
    within = estimates.with_columns(pl.col("ci_low", "ci_high").clip(*FEEDBACK_RANGE))
    return tidy(within, indicator="feedback_mean", estimate=pl.col("mean"))
