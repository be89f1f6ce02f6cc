"""Contracts of what areas tell of the services that are there: parts in use, methods and their reach, child budgets."""

from __future__ import annotations

import dataframely as dy

from sujuva.tables import columns
from sujuva.tables.columns import code, coded, value

SERVICE_STATES = ("in_use", "planned", "missing", "unknown")
"""What an area can answer of a part: it is there, on its way, not there, or the area does not know."""


class ServiceParts(dy.Schema):
    """One row is what an area told of a part of a structure (`service_structures.yaml`) in a year.

    A blank `state` is "not told", which is no answer: neither "missing" nor "unknown".
    """

    region = columns.region(primary_key=True)
    wave = columns.wave(any_year=True)
    part = dy.String(
        primary_key=True, min_length=1, metadata=code("service_part", "osa palvelunosa perhekeskuksenosa del")
    )
    state = coded("service_state", SERVICE_STATES, "tila tilanne läge status", nullable=True)


class ChildBudgets(dy.Schema):
    """One row is how much of an area's budget of a year was for children, and how much the whole budget was.

    Both are in one unit, such as euros or millions of euros. A blank stays null: it is not told.
    """

    region = columns.region(primary_key=True)
    wave = columns.wave(any_year=True)
    children = dy.Float64(
        nullable=True, min=0, metadata=value("lapsille lapsilleeuroa lapsetjanuoret lapsibudjetti barn förbarn")
    )
    budget = dy.Float64(
        nullable=True, min_exclusive=0, metadata=value("budjetti kokobudjetti menotyhteensä helabudgeten")
    )
