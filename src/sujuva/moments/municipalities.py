"""Scores of one scale by municipality, all waves together, for a picture of coping beside integration."""

from __future__ import annotations

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ContractError
from sujuva.moments.parts import Family, Part
from sujuva.moments.scores import cluster_part, finish_scores
from sujuva.moments.study import with_design
from sujuva.tables import ASKED
from sujuva.tidy import HEADS

EVERY_WAVE = 0
"""The wave that stands for all waves together."""
MUNICIPALITY = "municipality:"
"""What a group begins with."""
PERSONS = ("persons", *HEADS)
"""Numbers of distinct persons: all, those with a score above 0, and those with one of 0."""


def municipality_part(
    scored: pl.LazyFrame, scale: str, decimals: int, *, informant: str, design: pl.LazyFrame, weight_decimals: int
) -> Part:
    """Add up the scores of one informant by cluster and municipality.

    A cluster is the same school or service in every wave, so who answers twice is in one cluster both times.

    Args:
        scored: respondent, wave, informant and the column `scale` (Int64 in fixed point, null: no score).
        scale: The scale.
        decimals: Decimals of its fixed-point numbers.
        informant: Whose answers.
        design: respondent, wave, region, municipality, stratum, unit, weight (whole number) of everybody in the study.
        weight_decimals: Decimals in `weight`.

    Returns:
        As `cluster_part`, wave 0; and persons: region, municipality, persons (one who answers at several waves is one),
        heads (those with a score above 0 at some wave) and other_heads (those with a score of 0).

    Raises:
        ContractError: There is no such scale.
    """
    there = scored.collect_schema().names()
    if scale not in there:
        msg = f"There are no scores of '{scale}'."
        raise ContractError(msg, "Choose a scale that the questionnaires of this delivery have.")
    once = {
        "respondent": pl.concat_str("respondent", pl.col("wave").cast(pl.String), separator="\x1f"),
        "wave": pl.lit(EVERY_WAVE, pl.Int32),
    }
    asked = [scale + ASKED] if scale + ASKED in there else []
    mine = scored.filter(pl.col("informant") == informant).select("respondent", "wave", "informant", scale, *asked)
    together = design.with_columns(**once)
    answered = mine.filter(pl.col(scale).is_not_null()).select("respondent", "wave", some=pl.col(scale) > 0)
    place = design.select("respondent", "wave", "region", "municipality").drop_nulls()
    person = pl.col("respondent")
    persons = (
        answered.join(place, on=["respondent", "wave"])
        .group_by("region", "municipality")
        .agg(
            who.n_unique().cast(pl.Int128).alias(name)
            for name, who in zip(PERSONS, (person, person.filter("some"), person.filter(~pl.col("some"))), strict=True)
        )
        .sort("region", "municipality")
        .collect(engine="streaming")
    )
    clusters = cluster_part(
        with_design(mine.with_columns(**once), together, groups=("municipality",)),
        {scale: decimals},
        design=together,
        groups=("municipality",),
        weight_decimals=weight_decimals,
    )
    return {**clusters, "persons": persons}


def finish_municipality_scores(merged: Part) -> pl.DataFrame:
    """Return columns `SCORES`, wave 0, groups "municipality:<code>" of each region, sorted.

    Persons without a municipality are left out.
    """
    return finish_scores(merged).filter(pl.col("region") != NETWORK, pl.col("group").str.starts_with(MUNICIPALITY))


def finish_municipality_persons(merged: Part) -> pl.DataFrame:
    """Return the persons behind the scores: region, municipality and `PERSONS` (Int64), sorted."""
    return merged["persons"].with_columns(pl.col(PERSONS).cast(pl.Int64))


municipality_scores = Family(municipality_part, finish_municipality_scores)
municipality_persons = Family(municipality_part, finish_municipality_persons)
