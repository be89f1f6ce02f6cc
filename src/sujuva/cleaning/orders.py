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

    Where each event has an earlier one of its own (an outcome and its action), the first that can be its own counts:
    one of the same item, or one where either has no item. An event whose own is not there is left alone.

    Args:
        events: Case events: `AT`, case, activity, time, item.
        orders: What must come first.
        book: What is broken so far; takes the new notes.
    """
    rows = book.clean(events, AT).select(AT, "case", "activity", "time", "item")
    found = []
    for order in orders:
        earlier, later = rows.filter(activity=order.earlier), rows.filter(activity=order.later)
        later = _with_first(earlier, later, by_item=order.item).filter(pl.col("first").is_not_null())
        no_clock = (pl.col("time").dt.time() == pl.time(0)) | (pl.col("first").dt.time() == pl.time(0))
        day, first_day = pl.col("time").dt.date(), pl.col("first").dt.date()
        before = pl.when(no_clock).then(day < first_day).otherwise(pl.col("time") < pl.col("first"))
        found.append(later.filter(before)[AT])
    for places in found:
        book.note("impossible_order", places)


def _with_first(earlier: pl.DataFrame, later: pl.DataFrame, *, by_item: bool) -> pl.DataFrame:
    """Add to the events of `later` the time of the first of `earlier` that must precede it (`first`, or null)."""
    any_of_case = earlier.group_by("case").agg(first=pl.col("time").min())
    if not by_item:
        return later.join(any_of_case, on="case", how="left")
    nameless = earlier.filter(pl.col("item").is_null()).group_by("case").agg(nameless=pl.col("time").min())
    own = earlier.drop_nulls("item").group_by("case", "item").agg(own=pl.col("time").min())
    joined = later.join(any_of_case, on="case", how="left").join(nameless, on="case", how="left")
    joined = joined.join(own, on=["case", "item"], how="left")
    known = pl.min_horizontal("own", "nameless")
    return joined.with_columns(first=pl.when(pl.col("item").is_null()).then("first").otherwise(known))
