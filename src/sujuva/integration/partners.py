"""What is said about the common work: partners' scores, assessors' levels of conditions, and participants' feedback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

import polars as pl

from sujuva.codebooks import Instrument, of_partners
from sujuva.estimation import Precision, estimate_scores
from sujuva.tables import CONDITIONS, CRITERIA, FEEDBACK_RANGE
from sujuva.tidy import KEY, tidy, within_range

NO_ASSESSMENT = "no_assessment"
"""Note: nobody assessed the condition, or not with evidence."""


def partner_indicators(
    scores: pl.DataFrame, instruments: Mapping[str, Instrument], **settings: Unpack[Precision]
) -> pl.DataFrame:
    """Estimate the mean of every condition and factor, and the share of persons in each band that was asked for.

    Persons of one organisation think alike, so organisations are the clusters. No interval reaches beyond the range of
    the scale.

    Args:
        scores: The moments `partner_scores`; bands are scales "<scale>.<band>".
        instruments: Codebooks; those that partners answer count.
        settings: See `sujuva.estimation.Precision`.

    Returns:
        Tidy indicators, sorted by `KEY`: `partner_mean` (scale: the condition or factor, in its units) and
        `partner_band_share` (category: the band; a proportion 0–1); group all or "sector:<sector>", n persons.
    """
    ranges = {scale.key: scale.range for one in of_partners(instruments).values() for scale in one.scales}
    parts = pl.col("scale").str.splitn(".", 2).struct
    known = scores.filter(parts.field("field_0").is_in(list(ranges)))
    band = pl.col("scale").str.contains(".", literal=True)
    bounded = [scale.key for one in of_partners(instruments).values() for scale in one.scales if scale.is_share]
    made = estimate_scores(known, shares=known.filter(band)["scale"].unique().to_list(), bounded=bounded, **settings)
    means = tidy(made.filter(~band), indicator="partner_mean", estimate=pl.col("mean"))
    shares = tidy(
        made.filter(band),
        indicator="partner_band_share",
        scale=parts.field("field_0"),
        category=parts.field("field_1"),
        estimate=pl.col("mean"),
    )
    return pl.concat([within_range(means, ranges), shares]).sort(KEY)


def feedback_indicators(feedback: pl.DataFrame, **settings: Unpack[Precision]) -> pl.DataFrame:
    """Estimate the mean rating of each item of feedback, with events as clusters.

    Args:
        feedback: The moments `feedback`, in the columns of `sujuva.estimation.estimate_scores`.
        settings: See `sujuva.estimation.Precision`.

    Returns:
        Tidy indicators `feedback_mean`: `scale` is `feedback.<item>`, `group` all or a group of participants, n the
        number of ratings. No interval reaches beyond the range of the ratings.
    """
    estimates = estimate_scores(feedback, **settings)
    within = estimates.with_columns(pl.col("ci_low", "ci_high").clip(*FEEDBACK_RANGE))
    return tidy(within, indicator="feedback_mean", estimate=pl.col("mean"))


def rubric_indicators(rubric: pl.DataFrame) -> pl.DataFrame:
    """Return the level of every condition and criterion: the median of the assessors, with two maybe between levels.

    The levels (0 not started, 1 emerging, 2 in place, 3 sustained) are this project's own: no scoring key of the
    published frameworks is known. Levels are ordered and not counted, so there is a median and no mean, and no network.

    Args:
        rubric: The moments `rubric`: region, wave, condition, level, n.

    Returns:
        Tidy indicators, sorted by `KEY`: `rubric_level` of the conditions of common work, `quality_level` of the
        criteria of quality of work on phenomena; category is the condition or criterion, n the number of assessors.
        Every region and wave that assessed any of a kind has all of it; what was not has n = 0 and `NO_ASSESSMENT`.
    """
    kinds = (("rubric_level", CONDITIONS), ("quality_level", CRITERIA))
    return pl.concat(
        [_levels(rubric.filter(pl.col("condition").is_in(parts)), parts, indicator) for indicator, parts in kinds]
    ).sort(KEY)


def _levels(rubric: pl.DataFrame, parts: tuple[str, ...], indicator: str) -> pl.DataFrame:
    each = rubric.with_columns(pl.col("level").repeat_by("n")).explode("level")
    medians = each.group_by("region", "wave", "condition").agg(estimate=pl.col("level").median(), n=pl.len())
    every = (
        rubric.select("region")
        .unique()
        .join(rubric.select("wave").unique(), how="cross")
        .join(pl.DataFrame({"condition": list(parts)}), how="cross")
    )
    found = every.join(medians, on=["region", "wave", "condition"], how="left").with_columns(pl.col("n").fill_null(0))
    missing = pl.col("estimate").is_null()
    return tidy(
        found,
        indicator=indicator,
        category=pl.col("condition"),
        note=pl.when(missing).then(pl.lit(NO_ASSESSMENT)).otherwise(pl.lit("")),
    )
