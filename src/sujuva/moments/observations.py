"""The moments of observations, of initiatives that answer them, and of who took part: counts of all that is known."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from sujuva.errors import ContractError
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
INITIATIVES = pl.Schema(
    {
        "region": pl.String(),
        "wave": pl.Int32(),
        "sector": pl.String(),
        "level": pl.String(),
        "status": pl.String(),
        "n": pl.Int64(),
    }
)
"""Columns of the moments of initiatives and their types; what is not known of one is null."""
INITIATIVES_KEY = ("region", "wave", "sector", "level", "status")
"""Columns that tell the moments of initiatives apart."""
PARTICIPATION = pl.Schema(
    {"region": pl.String(), "wave": pl.Int32(), "participant_group": pl.String(), "way": pl.String(), "n": pl.Int64()}
)
"""Columns of the moments of participation and their types; way is "" where it is everybody who took part in any."""
PARTICIPATION_KEY = ("region", "wave", "participant_group", "way")
"""Columns that tell the moments of participation apart."""


def with_initiatives(observations: pl.DataFrame, initiatives: pl.DataFrame) -> pl.DataFrame:
    """Return the observations with the day of the initiative that answers each, wherever that stands.

    An observation may name an initiative that had been made before: it is answered, but nothing was started for it.

    Args:
        observations: The clean table observations.
        initiatives: The clean table initiatives, of all regions: a national one may answer what a region observed.

    Raises:
        ContractError: An observation names an initiative that is not there.
    """
    made = initiatives.select(answered_by="initiative", _made="date")
    rows = observations.join(made, on="answered_by", how="left", maintain_order="left")
    if rows.filter(pl.col("answered_by").is_not_null(), pl.col("_made").is_null()).height:
        msg = "Some observations name initiatives that are not in the clean table initiatives."
        raise ContractError(msg, "Give all initiatives together with the observations that they answer.")
    return rows.with_columns(initiative=pl.coalesce("_made", "initiative")).drop("_made")


def observation_part(observations: pl.DataFrame, *, regions: Collection[str]) -> Part:
    """Count observations by day, and by all that is known of them but their keys.

    What happens is counted in its own year, so observations of every year count.

    Args:
        observations: What `with_initiatives` returned.
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


def initiative_part(initiatives: pl.DataFrame, *, regions: Collection[str]) -> Part:
    """Count initiatives by region, year, and by all else that is known of them but their keys.

    Args:
        initiatives: The clean table initiatives.
        regions: Regions of the study.

    Returns:
        initiatives: the columns of `INITIATIVES`.
    """
    here = in_study(initiatives, regions=regions).with_columns(wave=pl.col("date").dt.year().cast(pl.Int32))
    return {"initiatives": summed(here.select(INITIATIVES_KEY).with_columns(n=pl.lit(1, pl.Int128)))}


def finish_initiatives(merged: Part) -> pl.DataFrame:
    """Return columns `INITIATIVES`, sorted by `INITIATIVES_KEY`."""
    return laid_out(merged["initiatives"], INITIATIVES, INITIATIVES_KEY)


initiative_moments = Family(initiative_part, finish_initiatives)


def in_first_places(participation: pl.DataFrame, *, regions: Collection[str]) -> pl.DataFrame:
    """Return the rows of the study with their year (wave), and each person's region and group of its first day then.

    So groups make up everybody, and regions the network.
    """
    rows = in_study(participation, regions=regions).with_columns(wave=pl.col("date").dt.year().cast(pl.Int32))
    order = ["date", "region", "participant_group", "way"]
    return rows.with_columns(
        pl.col(name).sort_by(order).first().over("participant", "wave") for name in ("region", "participant_group")
    )


def participation_part(participation: pl.DataFrame, *, regions: Collection[str]) -> Part:
    """Count the persons who took part by region, year, group and way, and in any way (way "").

    A person counts once a year, in the region and the group of `in_first_places`.

    Args:
        participation: The clean table participation; rows of one person belong into one part.
        regions: Regions of the study.

    Returns:
        participation: the columns of `PARTICIPATION`.
    """
    each = in_first_places(participation, regions=regions)
    ways = pl.concat([each, each.with_columns(way=pl.lit(""))])
    persons = ways.select("participant", *PARTICIPATION_KEY).unique().select(PARTICIPATION_KEY)
    return {"participation": summed(persons.with_columns(n=pl.lit(1, pl.Int128)))}


def finish_participation(merged: Part) -> pl.DataFrame:
    """Return columns `PARTICIPATION`, sorted by `PARTICIPATION_KEY`."""
    return laid_out(merged["participation"], PARTICIPATION, PARTICIPATION_KEY)


participation_moments = Family(participation_part, finish_participation)
