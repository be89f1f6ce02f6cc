"""Rules that compare rows and tables: duplicates, orders of events, and references (`parents`).

All work on tables that still hold every row, with the place of the raw row beside the columns of the contract, and
note what they find in the book of the delivery. Of the columns of a table there need be no more than `compared` names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from sujuva.cleaning.book import Book
from sujuva.cleaning.fed import AT, Brought
from sujuva.cleaning.parents import orphans
from sujuva.cleaning.rules import Study
from sujuva.cleaning.taking import Setting
from sujuva.cleaning.totals import totals
from sujuva.codebooks import EventOrder, Instrument
from sujuva.codebooks.area_statistics import STATISTICS
from sujuva.sources import Source
from sujuva.tables import all_about, contract_of, schema_of, table_key
from sujuva.tables import references as references_of


def duplicates(
    table: str,
    frame: pl.DataFrame,
    key: Sequence[str],
    book: Book,
    *,
    study: Study,
    sources: Sequence[Source],
    parents: Sequence[pl.Series] = (),
) -> None:
    """Note `duplicate` of the rows that share a key with the row that stays.

    The row that stays is the first (or last) in the order of the delivery that has broken no other rule, and of these
    one that itself brings the row it refers to: without it the others would refer to nothing. With `none`, no row of a
    shared key stays. Rows with a blank in their key have no key to share; but where a source names what tells its
    events apart, a blank says that the column is not about this kind of event, and two blanks are the same.

    Ties are compared in both directions where their source is undirected; `parents` are the places of the raw rows of
    each table that this one refers to.
    """
    if table == "ties":
        frame = _same_both_ways(frame, sources, book)
        key = [*(name for name in key if name not in {"source", "target"}), "_one", "_other"]
    found = [_shared(frame, key, book, study, parents)]
    for position, source in enumerate(sources):
        if source.unique and set(source.unique) <= set(frame.columns):
            own = frame.filter(book.own(position, AT))
            # One raw row may make several rows here; they are no duplicates of each other.
            own = own.select(AT, *source.unique).unique(maintain_order=True)
            found.append(_shared(own, source.unique, book, study, blanks=_blanks(table, source.unique)))
    for places in found:
        book.note("duplicate", places)


def _blanks(table: str, key: Sequence[str]) -> list[str]:
    """Return the columns of a key in which a blank is a value like any other.

    What only some activities have (a role, an item) is blank in all others: not unknown, but not there. Elsewhere a
    blank is unknown, and two unknown values need not be the same.
    """
    columns = all_about(contract_of(table))
    return [name for name in key if name in columns and columns[name].partial]


def disagreements(table: str, frame: pl.DataFrame, book: Book) -> None:
    """Note `talk_disagrees` of rows that say something else of their discussion than most of its rows.

    The contract says which columns are always the same within a discussion (`About.per`). Where more than half of its
    rows say the same, the others are set aside; where no more than half do, nobody can tell what is right, and all of
    them are. Only rows that have broken no other rule are compared.
    """
    same: dict[str, list[str]] = {}
    for name, one in all_about(contract_of(table)).items():
        if one.per:
            same.setdefault(one.per, []).append(name)
    for whole, columns in same.items():
        rows = book.clean(frame, AT).select(AT, whole, *columns)
        alike, together = pl.len().over(whole, *columns), pl.len().over(whole)
        book.note(f"{whole}_disagrees", rows.filter(2 * alike <= together)[AT])


def _same_both_ways(frame: pl.DataFrame, sources: Sequence[Source], book: Book) -> pl.DataFrame:
    """Add the ends of a tie; where a row speaks for both directions, a–b and b–a are the same tie."""
    spans = [book.own(position, AT) for position, source in enumerate(sources) if source.undirected]
    swap = pl.any_horizontal(*spans, pl.lit(value=False)) & (pl.col("source") > pl.col("target"))
    return frame.with_columns(
        _one=pl.when(swap).then("target").otherwise("source"), _other=pl.when(swap).then("source").otherwise("target")
    )


def _shared(
    frame: pl.DataFrame,
    key: Sequence[str],
    book: Book,
    study: Study,
    parents: Sequence[pl.Series] = (),
    blanks: Sequence[str] = (),
) -> pl.Series:
    """Return the places of the rows that lose against another row with the same key.

    In `blanks` a blank is a value, except in rows that have broken a rule: there it may be what could not be read.
    """
    hashes = frame.select(key).hash_rows()
    ordered = np.sort(hashes.to_numpy())
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(twice):  # no two rows can share a key
        return pl.Series(dtype=pl.UInt32)
    maybe = frame.select(AT, *key).filter(hashes.is_in(pl.Series(np.unique(twice)).implode()))
    needed = [name for name in key if name not in blanks]
    keyed = maybe.filter(pl.all_horizontal(pl.col(needed).is_not_null()))
    if blanks:
        whole = pl.all_horizontal(pl.col(list(blanks)).is_not_null())
        keyed = keyed.filter(whole | ~book.is_broken(keyed[AT]))
    keyed = keyed.filter(pl.len().over(key) > 1)
    if study.duplicates == "none":
        return keyed[AT]
    alone = (
        pl.any_horizontal(~pl.col(AT).is_in(places.implode()) for places in parents) if parents else pl.lit(value=False)
    )
    keyed = keyed.with_columns(_dirty=book.is_broken(keyed[AT]), _alone=alone).with_row_index("_order")
    keyed = keyed.sort("_dirty", "_alone", "_order", descending=[False, False, study.duplicates == "last"])
    return keyed.filter(pl.int_range(pl.len()).over(key) > 0)[AT]


def compared(table: str, sources: Sequence[Source], instruments: Mapping[str, Instrument]) -> list[str]:
    """Return the columns by which the rows of a table are compared with those of other files, in their order.

    They are its keys and what `unique` names, what it refers to, what must agree, and what events are ordered by. Of
    statistics of areas, which nobody's number makes longer, they are all.
    """
    columns = all_about(schema_of(table, instruments))
    wanted = {*table_key(table, instruments), *(name for source in sources for name in source.unique)}
    wanted |= {name for one in references_of(table) for name in one.columns}
    wanted |= {name for whole, one in columns.items() if one.per for name in (whole, one.per)}
    if table == "case_events":
        wanted |= {"case", "activity", "time", "item"}
    return [name for name in columns if name in wanted or table in STATISTICS]


def impossible_orders(events: pl.DataFrame, orders: Sequence[EventOrder], book: Book) -> None:
    """Note `impossible_order` of events that come before what must have come first in their case.

    Only rows that have broken no other rule are compared. Where one of two times has no clock (midnight), days are
    compared: a contact at noon and a meeting of the same day without a time are no contradiction.

    Where each event has an earlier one of its own (an outcome and its action), the first that can be its own counts:
    one of the same item, or one where either has no item. An event whose own is not there is left alone.
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


@dataclass(frozen=True)
class Compared:
    """What comparing has found.

    Attributes:
        book: Every rule that every raw row breaks.
        kept: The clean rows of each table with the columns that were compared and the place of their raw rows; keys of
            persons are still numbers.
        parents: Of each table that refers to another: the clean row there that each clean row refers to.
    """

    book: Book
    kept: Mapping[str, pl.DataFrame]
    parents: Mapping[str, pl.Series]


def compare(taken: Sequence[Brought], setting: Setting, *, references: bool = True) -> Compared:
    """Find duplicates, impossible orders and totals, and rows that disagree or refer to nothing.

    Of each table no other columns are looked at than those of `compared`. Rows must refer to clean rows of other tables
    unless `references` is false.
    """
    instruments = setting.books.instruments
    book = Book([one.notes for one in taken])
    tables = _tables(taken, book)
    if "case_events" in tables:
        impossible_orders(tables["case_events"], setting.orders, book)
    for name, frame in tables.items():
        disagreements(name, frame, book)
    for name in STATISTICS:
        if name in tables:
            totals(tables[name], book, setting)
    for name, frame in tables.items():
        duplicates(
            name,
            frame,
            table_key(name, instruments),
            book,
            study=setting.books.study,
            sources=[one.source for one in taken],
            parents=[tables[parent][AT] for parent, *_ in references_of(name) if parent in tables],
        )
    found = orphans(tables, book) if references else {}
    kept = {name: book.clean(frame, AT) for name, frame in tables.items()}
    parents = {name: rows.filter(~book.is_broken(tables[name][AT])) for name, rows in found.items()}
    return Compared(book, kept, parents)


def numbered(events: pl.DataFrame) -> pl.DataFrame:
    """Number the events of each case from 1, in the order of the delivery."""
    return events.with_columns(sequence=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("case"))


def _tables(taken: Sequence[Brought], book: Book) -> dict[str, pl.DataFrame]:
    """Put what all files bring to a table together; rows know their place in the whole delivery."""
    parts: dict[str, list[pl.DataFrame]] = {}
    for position, one in enumerate(taken):
        for fed in one.fed:
            parts.setdefault(fed.table, []).append(fed.frame.with_columns(pl.col(AT) + book.start(position)))
    tables = {name: pl.concat(frames) for name, frames in parts.items()}
    if "case_events" in tables:
        tables["case_events"] = numbered(tables["case_events"])
    return tables
