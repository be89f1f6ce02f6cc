"""Contracts of what areas tell of the services that are there: parts in use, methods and their reach, child budgets."""

from __future__ import annotations

import dataframely as dy

from sujuva.tables import columns
from sujuva.tables.columns import code, coded, value

SERVICE_STATES = ("in_use", "planned", "missing", "unknown")
"""What an area can answer of a part: it is there, on its way, not there, or the area does not know."""
BOUNDS = ("exact", "at_least")
"""What a count is: as it stands, or a lower bound."""


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


class MethodReach(dy.Schema):
    """One row is how far a method (`methods.yaml`) had come in an area in a year: who was trained, whom it reached.

    Both are counts of people. A source that says "over 1000" gives 1000 with the bound `at_least`, which stays a lower
    bound in sums. A blank stays null: it is not told.
    """

    region = columns.region(primary_key=True)
    wave = columns.wave(any_year=True)
    method = dy.String(primary_key=True, min_length=1, metadata=code("method", "menetelmä metod"))
    professionals = dy.Int64(
        nullable=True,
        min=0,
        metadata=value("koulutettuja koulutetut koulutetutammattilaiset utbildade", bounded="professionals_bound"),
    )
    professionals_bound = coded("count_bound", BOUNDS, nullable=True, made=True)
    families = dy.Int64(
        nullable=True,
        min=0,
        metadata=value("perheitä perheet tavoitetutperheet familjer", bounded="families_bound"),
    )
    families_bound = coded("count_bound", BOUNDS, nullable=True, made=True)


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
