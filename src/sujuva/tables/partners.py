"""Contracts of what partners say: their answers about the common work, and assessments with evidence."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from sujuva.tables import columns
from sujuva.tables.columns import coded, free, key, label, value

CONDITIONS = (
    "common_agenda", "shared_measurement", "mutually_reinforcing_activities", "continuous_communication",
    "backbone_support",
)  # fmt: skip
"""The five conditions of collective impact (Kania & Kramer 2011)."""
CRITERIA = ("learning_together", "dialogue", "family_centred", "root_causes", "concrete_plans")
"""What to make sure of when phenomena are worked on together: learning together, dialogue, being centred on families,
locating root causes, and concrete plans.

Source: Ilmiölähtöisen yhteiskehittämisen toimintamalli (Innokylä, Pirkanmaa, autumn 2022), the sentence that begins
“Toimintamallin hyödyntämisessä”.
"""
_CONDITION = "ehto edellytys osatekijä villkor kriteeri laatukriteeri kriterium"
LEVELS = (0, 3)
"""Lowest and highest level of the rubric: 0 not started, 1 emerging, 2 in place, 3 sustained (our own levels)."""


def _not_blank(column: pl.Expr) -> pl.Expr:
    return column.str.strip_chars().str.len_chars() > 0


class PartnerRatings(dy.Schema):
    """One row is how a person of a partner organisation answered one item, for the work and not for a child.

    `item` names the item of an instrument as the columns of answers do, such as collective_impact_1.
    """

    respondent = columns.respondent()
    wave = columns.wave()
    region = columns.region()
    organisation = columns.organisation(primary_key=False, nullable=True)
    sector = columns.sector()
    item = dy.String(primary_key=True, min_length=1, metadata=label(named=True, wide=True))
    rating = dy.Int16(metadata=value(wide=True))


class Rubric(dy.Schema):
    """One row is an assessment of a condition, or of a criterion of quality: its level from 0 to 3, and the evidence.

    Without evidence none counts.
    """

    region = columns.region(primary_key=True)
    wave = columns.wave()
    condition = coded("condition", (*CONDITIONS, *CRITERIA), _CONDITION, primary_key=True, named=True)
    assessor = dy.String(primary_key=True, min_length=1, metadata=key("person", "arvioija arvioitsija bedömare"))
    level = dy.Int16(min=LEVELS[0], max=LEVELS[1], metadata=value("taso nivå palvelutaso"))
    evidence = dy.String(check={"not_blank": _not_blank}, metadata=free("näyttö perustelu perustelut evidens belägg"))
