"""Contract of Lapset puheeksi (LP) discussions: what was found out and agreed about each topic, never in words."""

from __future__ import annotations

import dataframely as dy
import polars as pl

LP_ENVIRONMENTS = ("home", "daycare", "school", "leisure")
LP_RATINGS = ("strength", "vulnerability", "neither", "not_discussed")
LP_OUTCOMES = ("done", "partly", "not_done", "unknown")
LP_FORMS = (
    "daycare",
    "preschool",
    "primary_adults",
    "primary_child",
    "lower_secondary_adults",
    "lower_secondary_youth",
    "reception",
)
"""Versions of the form that guides a discussion; `_child` and `_youth`: the child takes part."""
LP_TALK = (
    "child",
    "date",
    "wave",
    "region",
    "municipality",
    "unit",
    "age_group",
    "form",
    "follow_up",
    "parents_present",
    "child_present",
    "network_needed",
    "network_held",
)
"""Columns that tell of the discussion and not of a topic: all rows of a discussion have the same."""
TOPIC = r"^[A-Za-zÅÄÖåäö]{0,12}[ ._-]?[0-9]{1,4}$"
"""A topic is a code: up to twelve letters and a number. A sentence, or a name, is none."""


def _environment(column: pl.Expr) -> pl.Expr:
    return column.is_in(LP_ENVIRONMENTS)


def _rating(column: pl.Expr) -> pl.Expr:
    return column.is_in(LP_RATINGS)


def _outcome(column: pl.Expr) -> pl.Expr:
    return column.is_in(LP_OUTCOMES)


def _form(column: pl.Expr) -> pl.Expr:
    return column.is_in(LP_FORMS)


class LpTopics(dy.Schema):
    """One row is a topic of a discussion about a child. Private: it never leaves the microdata floor.

    `talk` and `child` are pseudonyms, the child's that of the same person among the respondents. `topic` is a code
    within its environment, never a text. Yes and no are 1 and 0, null where nobody knows: `plan` that something is
    done about the topic, `responsible` that somebody is named for it (who is not told). `due` and `follow_up` are
    days: until when, and when the discussion goes on. `network_needed` and `network_held`: a network meeting
    (LP-neuvonpito) was found necessary, and took place. The columns of `LP_TALK` are the same in all rows of a talk.
    """

    talk = dy.String(primary_key=True, min_length=1)
    environment = dy.String(primary_key=True, check={"allowed": _environment})
    topic = dy.String(primary_key=True, regex=TOPIC)
    child = dy.String(min_length=1)
    date = dy.Date()
    wave = dy.Int32(min=1900, max=2199)
    region = dy.String(min_length=1)
    municipality = dy.String(nullable=True, regex=r"^[0-9]{3}$")
    unit = dy.String(nullable=True, min_length=1)
    age_group = dy.String(nullable=True, min_length=1)
    form = dy.String(nullable=True, check={"allowed": _form})
    rating = dy.String(check={"allowed": _rating})
    plan = dy.Int8(nullable=True, min=0, max=1)
    responsible = dy.Int8(nullable=True, min=0, max=1)
    due = dy.Date(nullable=True)
    outcome = dy.String(nullable=True, check={"allowed": _outcome})
    follow_up = dy.Date(nullable=True)
    parents_present = dy.Int8(nullable=True, min=0, max=1)
    child_present = dy.Int8(nullable=True, min=0, max=1)
    network_needed = dy.Int8(nullable=True, min=0, max=1)
    network_held = dy.Int8(nullable=True, min=0, max=1)
