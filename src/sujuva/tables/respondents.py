"""Contracts of persons: who answered at which wave, and what they wrote in their own words."""

from __future__ import annotations

from typing import get_args

import dataframely as dy
import polars as pl

from sujuva.codebooks.areas import MunicipalityType
from sujuva.tables import columns
from sujuva.tables.columns import all_about, coded, free, label, value

GENDERS = ("girl", "boy", "other")
LANGUAGES = ("fi", "sv", "other")
_GENDER = "sukupuoli sex kön lapsensukupuoli"
_LANGUAGE = "kieli äidinkieli språk modersmål vastauskieli kyselykieli userlanguage startlanguage"


class Respondents(dy.Schema):
    """One row is a person at a wave. Units: `weight` is a survey weight (1 when the source has none).

    Where a source names no unit, each person is a unit; where it names no stratum, the region is one.
    """

    respondent = columns.respondent()
    wave = columns.wave()
    region = columns.region()
    municipality = columns.municipality()
    unit = columns.unit(default=pl.lit("-"))
    stratum = dy.String(min_length=1, metadata=label("strata ositin ositus osite stratumid", default=pl.col("region")))
    weight = dy.Float64(
        min_exclusive=0.0, metadata=value("paino painokerroin vikt wgt analyysipaino surveyweight", default=pl.lit(1.0))
    )
    age_group = columns.age_group(group=True)
    gender = coded("gender", GENDERS, _GENDER, nullable=True, group=True)
    language = coded("language", LANGUAGES, _LANGUAGE, nullable=True, group=True)


class PlacedRespondents(Respondents):
    """Respondents with what the codebook of regions tells of their municipality."""

    municipality_type = coded("municipality_type", get_args(MunicipalityType), nullable=True, group=True)


GROUPS = tuple(name for name, one in all_about(PlacedRespondents).items() if one.group)
"""Columns of respondents that may be `study.groups`."""


class OpenAnswers(dy.Schema):
    """One row is what a person wrote in one open field. Private: it never leaves the microdata floor."""

    respondent = columns.respondent(refers="respondents.respondent")
    wave = columns.wave()
    field = dy.String(primary_key=True, min_length=1, metadata=label())
    text = dy.String(min_length=1, metadata=free())
