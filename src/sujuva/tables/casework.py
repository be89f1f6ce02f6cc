"""Contract of the events in families' processes."""

from __future__ import annotations

import dataframely as dy


class CaseEvents(dy.Schema):
    """One row is an event of a case: the convention of event logs (case, activity, time, resource).

    `sequence` is the order of the rows within the case in the file, from 1: it decides between events of the
    same time. `time` is local time without a zone.
    """

    case = dy.String(primary_key=True, min_length=1)
    sequence = dy.Int32(primary_key=True, min=1)
    activity = dy.String(min_length=1)
    time = dy.Datetime(time_unit="us")
    sector = dy.String(nullable=True, min_length=1)
    region = dy.String(min_length=1)
