"""Contract of the feedback that participants give on workshops and meetings."""

from __future__ import annotations

import dataframely as dy
import polars as pl

PARTICIPANT_GROUPS = ("children", "young_people", "parents", "professionals")
FEEDBACK_RANGE = (1, 5)


def _group(column: pl.Expr) -> pl.Expr:
    return column.is_in(PARTICIPANT_GROUPS)


class Feedback(dy.Schema):
    """One row is a participant's rating (1–5) of one item of an event."""

    event = dy.String(primary_key=True, min_length=1)
    wave = dy.Int32(primary_key=True, min=1900, max=2199)
    region = dy.String(primary_key=True, min_length=1)
    participant = dy.String(primary_key=True, min_length=1)
    participant_group = dy.String(check={"allowed": _group})
    item = dy.String(primary_key=True, min_length=1)
    rating = dy.Int16(min=FEEDBACK_RANGE[0], max=FEEDBACK_RANGE[1])
