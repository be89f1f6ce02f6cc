"""Comparing the rows of all files with each other, until it is known which of them are clean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from sujuva.cleaning import across
from sujuva.cleaning.book import Book
from sujuva.cleaning.feeds import AT
from sujuva.cleaning.orders import impossible_orders
from sujuva.cleaning.taking import Setting, Taken
from sujuva.tables import references as references_of
from sujuva.tables import schema_of, table_key


@dataclass(frozen=True)
class Compared:
    """What comparing has found.

    Attributes:
        book: Every rule that every raw row breaks.
        kept: The clean rows of each table, with the place of their raw rows; keys of persons are still numbers.
        parents: Of each table that refers to another: the clean row there that each clean row refers to.
    """

    book: Book
    kept: Mapping[str, pl.DataFrame]
    parents: Mapping[str, pl.Series]


def compare(taken: Sequence[Taken], setting: Setting, *, references: bool = True) -> Compared:
    """Find duplicates, impossible orders, rows of a talk that disagree, that refer to nothing, or break a contract.

    Args:
        taken: The files of the delivery.
        setting: The study and its codebooks.
        references: Whether rows must refer to clean rows of other tables.
    """
    instruments = setting.books.instruments
    book = Book([one.notes for one in taken])
    tables = _tables(taken, book)
    for name, frame in tables.items():
        across.contract(name, schema_of(name, instruments), frame, book)
    if "case_events" in tables:
        impossible_orders(tables["case_events"], setting.orders, book)
    for name, frame in tables.items():
        across.disagreements(name, frame, book)
    for name, frame in tables.items():
        across.duplicates(
            name,
            frame,
            table_key(name, instruments),
            book,
            study=setting.books.study,
            sources=[one.source for one in taken],
            parents=[tables[parent][AT] for parent, *_ in references_of(name) if parent in tables],
        )
    found = across.orphans(tables, book) if references else {}
    kept = {name: book.clean(frame, AT) for name, frame in tables.items()}
    parents = {name: rows.filter(~book.is_broken(tables[name][AT])) for name, rows in found.items()}
    return Compared(book, kept, parents)


def numbered(events: pl.DataFrame) -> pl.DataFrame:
    """Number the events of each case from 1, in the order of the delivery."""
    return events.with_columns(sequence=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("case"))


def _tables(taken: Sequence[Taken], book: Book) -> dict[str, pl.DataFrame]:
    """Put what all files bring to a table together; rows know their place in the whole delivery."""
    parts: dict[str, list[pl.DataFrame]] = {}
    for position, one in enumerate(taken):
        for fed in one.fed:
            parts.setdefault(fed.table, []).append(fed.frame.with_columns(pl.col(AT) + book.start(position)))
    tables = {name: pl.concat(frames) for name, frames in parts.items()}
    if "case_events" in tables:
        tables["case_events"] = numbered(tables["case_events"])
    return tables
