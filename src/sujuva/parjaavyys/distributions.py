"""Distributions of scores in bins that do not depend on the data."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sujuva.codebooks import Instrument, Scale

DISTRIBUTIONS_KEY = ("wave", "region", "group", "informant", "scale", "bin_low")
"""Columns that tell the bins apart."""
MOST_VALUES = 12
"""A scale with at most so many values has a bin for each."""
BINS = 10
_BINS = {"scale": pl.String, **dict.fromkeys(("low", "high", "unit"), pl.Int64)}


def binned(distributions: pl.DataFrame, instruments: Mapping[str, Instrument]) -> pl.DataFrame:
    """Count persons in bins over the theoretical range of each scale.

    A whole-number scale with at most 12 values has one bin a value; else about ten bins of equal width, the last of
    which takes what is left up to the end of the range. Both limits belong to the bin: on a scale of whole numbers
    0–9 is followed by 10–19, on one with two decimals 17–23.99 by 24–30.99.

    Args:
        distributions: The moments `distributions`: wave, region, group, informant, scale, score (fixed-point), n.
        instruments: Codebooks.

    Returns:
        wave, region, group, informant, scale, bin_low, bin_high (in units of the scale), n (unweighted; 0 in empty
        bins of a domain that has anyone), sorted by `DISTRIBUTIONS_KEY`.
    """
    none = pl.DataFrame(schema=_BINS)
    bins = pl.concat([none, *(scale_bins(scale) for one in instruments.values() for scale in one.scales)])
    domain = ["wave", "region", "group", "informant", "scale"]
    # Every domain gets every bin of its scale, then the scores find theirs.
    grid = distributions.select(domain).unique().join(bins, on="scale")
    placed = distributions.join(bins, on="scale").filter(pl.col("score").is_between(pl.col("low"), pl.col("high")))
    counted = placed.group_by([*domain, "low"]).agg(pl.col("n").sum())
    unit = pl.col("unit")
    return (
        grid.join(counted, on=[*domain, "low"], how="left")
        .select(
            *domain,
            bin_low=pl.col("low") / unit,
            bin_high=pl.col("high") / unit,
            n=pl.col("n").fill_null(0).cast(pl.Int64),
        )
        .sort(DISTRIBUTIONS_KEY)
    )


def scale_bins(scale: Scale) -> pl.DataFrame:
    """Return the bins of a scale: scale, low, high (fixed-point, both included), unit (fixed-point units of 1)."""
    unit = 10**scale.decimals
    low, high = (end * unit for end in scale.range)
    if unit == 1 and high - low < MOST_VALUES:
        lows = list(range(low, high + 1))
        highs = lows
    else:
        span = scale.range[1] - scale.range[0]
        # Whole widths where the scale is long enough for them; else tenths of the range.
        width = -(-span // BINS) * unit if span > MOST_VALUES else -(-span * unit // BINS)
        lows = list(range(low, high, width))
        highs = [*(one - 1 for one in lows[1:]), high]
    return pl.DataFrame({"scale": scale.key, "low": lows, "high": highs, "unit": unit}, schema=_BINS)
