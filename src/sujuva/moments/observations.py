"""The moments of observations: how many were made on each day, by what they are and what became of them."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from sujuva.moments.parts import Family, Part, laid_out, summed
from sujuva.moments.study import in_study

OBSERVATIONS = pl.Schema(
    {
        "region": pl.String(),
        "date": pl.Date(),
        "observation_class": pl.String(),
        "sector": pl.String(),
        "phenomenon": pl.String(),
        "initiative": pl.Date(),
        "level": pl.String(),
        "n": pl.Int64(),
    }
)
"""Columns of the moments of observations and their types; what is not known of one is null."""
OBSERVATIONS_KEY = ("region", "date", "observation_class", "sector", "phenomenon", "initiative", "level")
"""Columns that tell the moments of observations apart."""


def observation_part(observations: pl.DataFrame, *, regions: Collection[str]) -> Part:
    """Count observations by day, and by all that is known of them but their keys.

    What happens is counted in its own year, so observations of every year count.

    Args:
        observations: The clean table observations.
        regions: Regions of the study.

    Returns:
        observations: the columns of `OBSERVATIONS`.
    """
    here = in_study(observations, regions=regions).select(OBSERVATIONS_KEY)
    return {"observations": summed(here.with_columns(n=pl.lit(1, pl.Int128)))}


def finish_observations(merged: Part) -> pl.DataFrame:
    """Return columns `OBSERVATIONS`, sorted by `OBSERVATIONS_KEY`."""
    return laid_out(merged["observations"], OBSERVATIONS, OBSERVATIONS_KEY)


observation_moments = Family(observation_part, finish_observations)
