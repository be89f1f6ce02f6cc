"""Contract of the events in families' processes."""

from __future__ import annotations

import dataframely as dy
import polars as pl

ACTIVITIES = (
    "contact",
    "consent",
    "invitation",
    "meeting",
    "attendance",
    "action_agreed",
    "action_outcome",
    "follow_up",
    "referral",
    "referral_accepted",
    "service_start",
    "service_end",
    "closure",
)
"""Activities that indicators know, in the order of a process; a log may have others."""
ROLES = ("parent", "child", "professional", "other")
ACTION_OUTCOMES = ("done", "partly", "not_done", "unknown")
SUPPORTS = ("early", "corrective")


def _role(column: pl.Expr) -> pl.Expr:
    return column.is_in(ROLES)


def _outcome(column: pl.Expr) -> pl.Expr:
    return column.is_in(ACTION_OUTCOMES)


def _support(column: pl.Expr) -> pl.Expr:
    return column.is_in(SUPPORTS)


class CaseEvents(dy.Schema):
    """One row is an event of a case: the convention of event logs (case, activity, time, resource).

    `sequence` is the order of the rows within the case in the file, from 1: it decides between events of the
    same time. `time` is local time without a zone. What only some activities have is null in the others:

    - `item` (a keyed pseudonym, like `case`) ties events of one case together: the meeting of an attendance or
      follow-up, the action of an outcome, the referral of an acceptance, the start of a service and its end;
    - `trigger` (contact) is why the family came, `municipality` (contact) where it lives;
    - `service` is the service that was contacted (contact), started or ended; `need` is what a service answers to;
    - `target` (referral) is the sector referred to, `sector` the one that refers;
    - `role` (attendance) tells who was there, `outcome` (action_outcome) what came of an action;
    - `support` (service_start) tells early from corrective support.
    """

    case = dy.String(primary_key=True, min_length=1)
    sequence = dy.Int32(primary_key=True, min=1)
    activity = dy.String(min_length=1)
    time = dy.Datetime(time_unit="us")
    sector = dy.String(nullable=True, min_length=1)
    region = dy.String(min_length=1)
    municipality = dy.String(nullable=True, min_length=1)
    item = dy.String(nullable=True, min_length=1)
    trigger = dy.String(nullable=True, min_length=1)
    service = dy.String(nullable=True, min_length=1)
    need = dy.String(nullable=True, min_length=1)
    target = dy.String(nullable=True, min_length=1)
    role = dy.String(nullable=True, check={"allowed": _role})
    outcome = dy.String(nullable=True, check={"allowed": _outcome})
    support = dy.String(nullable=True, check={"allowed": _support})
