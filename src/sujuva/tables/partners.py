"""Contracts of what partners say: their answers about the common work, and assessments with evidence."""

from __future__ import annotations

import dataframely as dy
import polars as pl

CONDITIONS = (
    "common_agenda",
    "shared_measurement",
    "mutually_reinforcing_activities",
    "continuous_communication",
    "backbone_support",
)
"""The five conditions of collective impact (Kania & Kramer 2011)."""
LEVELS = (0, 3)
"""Lowest and highest level of the rubric: 0 not started, 1 emerging, 2 in place, 3 sustained (our own levels)."""


def _condition(column: pl.Expr) -> pl.Expr:
    return column.is_in(CONDITIONS)


def _not_blank(column: pl.Expr) -> pl.Expr:
    return column.str.strip_chars().str.len_chars() > 0


class PartnerRatings(dy.Schema):
    """One row is how a person of a partner organisation answered one item, for the work and not for a child.

    `item` names the item of an instrument as the columns of answers do, such as collective_impact_1.
    """

    respondent = dy.String(primary_key=True, min_length=1)
    wave = dy.Int32(primary_key=True, min=1900, max=2199)
    region = dy.String(min_length=1)
    organisation = dy.String(nullable=True, min_length=1)
    sector = dy.String(nullable=True, min_length=1)
    item = dy.String(primary_key=True, min_length=1)
    rating = dy.Int16()


class Rubric(dy.Schema):
    """One row is an assessment of a condition: its level from 0 to 3, and the evidence, without which none counts."""

    region = dy.String(primary_key=True, min_length=1)
    wave = dy.Int32(primary_key=True, min=1900, max=2199)
    condition = dy.String(primary_key=True, check={"allowed": _condition})
    assessor = dy.String(primary_key=True, min_length=1)
    level = dy.Int16(min=LEVELS[0], max=LEVELS[1])
    evidence = dy.String(check={"not_blank": _not_blank})
