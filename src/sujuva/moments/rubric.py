"""The moments of assessments: how many assessors gave a condition each level; the evidence stays behind."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from sujuva.moments.parts import Family, Part, laid_out, summed
from sujuva.moments.study import in_study

RUBRIC = pl.Schema(
    {"region": pl.String(), "wave": pl.Int32(), "condition": pl.String(), "level": pl.Int16(), "n": pl.Int64()}
)
"""Columns of the moments of assessments and their types."""
RUBRIC_KEY = ("region", "wave", "condition", "level")
"""Columns that tell the moments of assessments apart."""


def rubric_part(rubric: pl.DataFrame, *, regions: Collection[str], waves: Collection[int]) -> Part:
    """Count assessors by region, wave, condition and level.

    Levels are steps of a description, not amounts, and an assessment is about a region: there is no network.

    Args:
        rubric: The clean table rubric.
        regions: Regions of the study.
        waves: Waves of the study.

    Returns:
        rubric: the columns of `RUBRIC`.
    """
    here = in_study(rubric, regions=regions, waves=waves).select(RUBRIC_KEY)
    return {"rubric": summed(here.with_columns(n=pl.lit(1, pl.Int128)))}


def finish_rubric(merged: Part) -> pl.DataFrame:
    """Return columns `RUBRIC`, sorted by `RUBRIC_KEY`."""
    return laid_out(merged["rubric"], RUBRIC, RUBRIC_KEY)


rubric_moments = Family(rubric_part, finish_rubric)
