"""Which services have families in common, and who refers families to whom."""

from __future__ import annotations

import polars as pl

from sujuva.integration.waves import with_all_waves
from sujuva.tidy import KEY, tidy

NO_FAMILIES = "no_families"
"""Note: neither service has a family."""


def overlap_indicators(service_pairs: pl.DataFrame) -> pl.DataFrame:
    """Measure how far two services have the same families: Jaccard's index |A∩B| / |A∪B| (1912).

    Args:
        service_pairs: The moments `service_pairs`: region, wave, one, other (services), both, either (families).

    Returns:
        Tidy indicators `service_overlap` (scale: one service, category: the other); n is the number of families of
        either. Each pair stands once. Without families the estimate is null, with a note.
    """
    either = pl.col("either")
    return tidy(
        service_pairs.sort("region", "wave", "one", "other"),
        indicator="service_overlap",
        scale=pl.col("one"),
        category=pl.col("other"),
        estimate=pl.when(either > 0).then(pl.col("both") / either),
        n=either,
        note=pl.when(either > 0).then(pl.lit("")).otherwise(pl.lit(NO_FAMILIES)),
    ).sort(KEY)


def referral_indicators(referrals: pl.DataFrame) -> pl.DataFrame:
    """Count the referrals from sector to sector.

    Args:
        referrals: The moments `referrals`: region, wave, source, target (sectors; null: not known), n.

    Returns:
        Tidy indicators `referrals` by region and wave (0: all years), from each sector (scale) to each sector
        (category), where both are known; n is the count itself.
    """
    known = with_all_waves(referrals).drop_nulls(["source", "target"])
    return tidy(
        known, indicator="referrals", scale=pl.col("source"), category=pl.col("target"), estimate=pl.col("n")
    ).sort(KEY)
