"""Contracts of persons: who answered at which wave, and what they wrote in their own words."""

from __future__ import annotations

import dataframely as dy
import polars as pl

GENDERS = ("girl", "boy", "other")
LANGUAGES = ("fi", "sv", "other")


def _gender(column: pl.Expr) -> pl.Expr:
    return column.is_in(GENDERS)


def _language(column: pl.Expr) -> pl.Expr:
    return column.is_in(LANGUAGES)


class Respondents(dy.Schema):
    """One row is a person at a wave. Units: `weight` is a survey weight (1 when the source has none)."""

    respondent = dy.String(primary_key=True, min_length=1)
    wave = dy.Int32(primary_key=True, min=1900, max=2199)
    region = dy.String(min_length=1)
    municipality = dy.String(nullable=True, regex=r"^[0-9]{3}$")
    unit = dy.String(min_length=1)
    stratum = dy.String(min_length=1)
    weight = dy.Float64(min_exclusive=0.0)
    age_group = dy.String(nullable=True, min_length=1)
    gender = dy.String(nullable=True, check={"allowed": _gender})
    language = dy.String(nullable=True, check={"allowed": _language})


class OpenAnswers(dy.Schema):
    """One row is what a person wrote in one open field. Private: it never leaves the microdata floor."""

    respondent = dy.String(primary_key=True, min_length=1)
    wave = dy.Int32(primary_key=True, min=1900, max=2199)
    field = dy.String(primary_key=True, min_length=1)
    text = dy.String(min_length=1)
