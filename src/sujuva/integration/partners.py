"""What partners say about the common work: means of conditions and factors, with the organisation as the cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

import polars as pl

from sujuva.codebooks import Instrument, of_partners
from sujuva.estimation import Precision, estimate_scores
from sujuva.tidy import KEY, tidy


def partner_indicators(
    scores: pl.DataFrame,
    instruments: Mapping[str, Instrument],
    **settings: Unpack[Precision],
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

    Raises:
        ParameterError: A setting is not allowed.
        ContractError: A column is missing.
    """
    scales = {scale.key: scale for one in of_partners(instruments).values() for scale in one.scales}
    parts = pl.col("scale").str.splitn(".", 2).struct
    known = scores.filter(parts.field("field_0").is_in(list(scales)))
    band = pl.col("scale").str.contains(".", literal=True)
    bands = known.filter(band)["scale"].unique().to_list()
    made = estimate_scores(known, shares=bands, **settings)
    low, high = (
        pl.col("scale").replace_strict(
            {key: float(scale.range[end]) for key, scale in scales.items()}, default=None, return_dtype=pl.Float64
        )
        for end in (0, 1)
    )
    means = tidy(made.filter(~band), indicator="partner_mean", estimate=pl.col("mean"))
    shares = tidy(
        made.filter(band),
        indicator="partner_band_share",
        scale=parts.field("field_0"),
        category=parts.field("field_1"),
        estimate=pl.col("mean"),
    )
    # With few organisations t reaches beyond the ends, where a mean cannot be.
    within = means.with_columns(pl.col("ci_low").clip(low, high), pl.col("ci_high").clip(low, high))
    return pl.concat([within, shares]).sort(KEY)
