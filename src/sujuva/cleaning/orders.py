"""Events in an order that cannot be."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sujuva.cleaning.book import Book
from sujuva.cleaning.feeds import AT
from sujuva.codebooks import EventOrder


def impossible_orders(events: pl.DataFrame, orders: Sequence[EventOrder], book: Book) -> None:
    """Note `impossible_order` of events that come before what must have come first in their case.

    Only rows that have broken no other rule are compared. Where one of two times has no clock (midnight), days are
    compared: a contact at noon and a meeting of the same day without a time are no contradiction.

    Args:
        events: Case events: `AT`, case, activity, time.
        orders: What must come first.
        book: What is broken so far; takes the new notes.
    """
    rows = book.clean(events, AT).select(AT, "case", "activity", "time")
    found = []
    for order in orders:
        first = rows.filter(activity=order.earlier).group_by("case").agg(first=pl.col("time").min())
        later = rows.filter(activity=order.later).join(first, on="case", how="inner")
        no_clock = (pl.col("time").dt.time() == pl.time(0)) | (pl.col("first").dt.time() == pl.time(0))
        day, first_day = pl.col("time").dt.date(), pl.col("first").dt.date()
        before = pl.when(no_clock).then(day < first_day).otherwise(pl.col("time") < pl.col("first"))
        found.append(later.filter(before)[AT])
    for places in found:
        book.note("impossible_order", places)
