"""Rows of one LP discussion that do not agree on whose discussion it is, when and where."""

from __future__ import annotations

import polars as pl

from sujuva.cleaning.book import Book
from sujuva.cleaning.feeds import AT
from sujuva.tables import LP_TALK


def disagreeing_talks(topics: pl.DataFrame, book: Book) -> None:
    """Note `talk_disagrees` of rows that say something else of their discussion than most of its rows.

    Every row of a discussion repeats its child, date and place. Where more than half of the rows say the same, the
    others are set aside; where no more than half do, nobody can tell what is right, and all of them are. Only rows
    that have broken no other rule are compared.

    Args:
        topics: All rows: `AT` and the columns of the contract.
        book: What is broken so far; takes the new notes.
    """
    rows = book.clean(topics, AT).select(AT, "talk", *LP_TALK)
    alike, together = pl.len().over("talk", *LP_TALK), pl.len().over("talk")
    book.note("talk_disagrees", rows.filter(2 * alike <= together)[AT])
