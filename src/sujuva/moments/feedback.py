"""The moments of feedback: ratings of events, where the event is the cluster."""

from __future__ import annotations

import polars as pl

from sujuva.moments.scores import SCORES, SCORES_KEY, score_moments

PREFIX = "feedback."
"""What the scale of a rated item begins with."""


def feedback_moments(feedback: pl.LazyFrame) -> pl.DataFrame:
    """Reduce ratings to moments, one scale an item.

    Args:
        feedback: event, wave, region, participant_group, item, rating (whole number).

    Returns:
        Columns `SCORES` as in `score_moments`, scale "feedback.<item>", groups "all" and "participant_group:<group>";
        one stratum "1", weight 1, cluster = event, informant "". An event without a rating of the item counts in
        design_clusters.
    """
    items = feedback.select("item").unique().sort("item").collect(engine="streaming")["item"].to_list()
    if not items:
        return pl.DataFrame(schema=SCORES)
    rated = feedback.with_columns(
        stratum=pl.lit("1"),
        informant=pl.lit(""),
        weight=pl.lit(1, pl.Int64),
        unit=pl.format("{}|{}|{}", "region", "wave", "event"),
    )
    # One row is one rating, so each item is a column that is null in the rows of the others.
    ratings = [
        pl.when(pl.col("item") == item).then(pl.col("rating").cast(pl.Int64)).alias(PREFIX + item) for item in items
    ]
    moments = score_moments(
        rated.with_columns(ratings),
        dict.fromkeys((PREFIX + item for item in items), 0),
        design=rated,
        groups=("participant_group",),
        weight_decimals=0,
    )
    # The rows of the other items are not missing ratings, and a domain that never rated an item has no row.
    return moments.filter(pl.col("n") > 0).with_columns(n_missing=pl.lit(0, pl.Int64)).sort(SCORES_KEY)
