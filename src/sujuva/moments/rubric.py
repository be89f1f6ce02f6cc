"""The moments of assessments: how many assessors gave a condition each level; the evidence stays behind."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from sujuva.moments.study import in_study

RUBRIC = pl.Schema(
    {"region": pl.String(), "wave": pl.Int32(), "condition": pl.String(), "level": pl.Int16(), "n": pl.Int64()}
)
"""Columns of the moments of assessments and their types."""
RUBRIC_KEY = ("region", "wave", "condition", "level")
"""Columns that tell the moments of assessments apart."""


def rubric_moments(rubric: pl.DataFrame, *, regions: Collection[str], waves: Collection[int]) -> pl.DataFrame:
    """Count assessors by region, wave, condition and level.

    Levels are steps of a description, not amounts, and an assessment is about a region: there is no network.

    Args:
        rubric: The clean table rubric.
        regions: Regions of the study.
        waves: Waves of the study.

    Returns:
        Columns `RUBRIC`, sorted by `RUBRIC_KEY`.
    """
    here = in_study(rubric, regions=regions, waves=waves)
    counted = here.group_by(RUBRIC_KEY).agg(n=pl.len())
    return counted.select(pl.col(name).cast(kind) for name, kind in RUBRIC.items()).sort(RUBRIC_KEY)
