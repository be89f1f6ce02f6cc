"""The moments of feedback: ratings of events, where the event is the cluster."""

from __future__ import annotations

import polars as pl

from sujuva.moments.parts import Family, Part
from sujuva.moments.scores import cluster_part, finish_scores

PREFIX = "feedback."
"""What the scale of a rated item begins with."""


def feedback_part(feedback: pl.LazyFrame) -> Part:
    """Add up ratings by event, one scale an item.

    Args:
        feedback: event, wave, region, participant_group, item, rating (whole number).

    Returns:
        As `cluster_part`: scale "feedback.<item>", groups "all" and "participant_group:<group>"; the region is
        the stratum, the event the cluster; weight 1, informant "". An event without a rating of the item counts in the
        design.
    """
    items = feedback.select("item").unique().sort("item").collect(engine="streaming")["item"].to_list()
    rated = feedback.with_columns(
        stratum=pl.col("region"),
        informant=pl.lit(""),
        weight=pl.lit(1, pl.Int64),
        unit=pl.format("{}|{}", "wave", "event"),
    )
    # One row is one rating, so each item is a column that is null in the rows of the others.
    ratings = [
        pl.when(pl.col("item") == item).then(pl.col("rating").cast(pl.Int64)).alias(PREFIX + item) for item in items
    ]
    columns = dict.fromkeys((PREFIX + item for item in items), 0)
    return cluster_part(rated.with_columns(ratings), columns, design=rated, groups=("participant_group",))


def finish_ratings(merged: Part) -> pl.DataFrame:
    """Return columns `SCORES` as `finish_scores` does, where each row of microdata is about some scales alone.

    The rows about others are not missing scores, and a domain that a scale never was asked of has no row.
    """
    moments = finish_scores(merged)
    return moments.filter(pl.col("n") > 0).with_columns(n_missing=pl.lit(0, pl.Int64))


feedback_moments = Family(feedback_part, finish_ratings)
