"""Which codes, years and words the rows of a file have: what a study must know of, counted and never shown as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from sujuva.cleaning.fed import AT, Fed
from sujuva.codebooks.area_statistics import STATISTICS
from sujuva.sources import Column, RawTable, Source, textual
from sujuva.tables import about_place

_YEARS = {"wave", "year"}


@dataclass(frozen=True)
class Seen:
    """What one column of one table holds, of one source.

    Attributes:
        table: Name of the clean table.
        column: Its column.
        kind: Kind of its codes (`About.of`), year, time, or statistic: the keys that producers give to statistics.
        raw: Raw columns that it comes from, as the file calls them; empty: a constant.
        values: value (text), n (rows): as the rows have it, the most frequent first. Private: only what a codebook
            has may be shown.
        unread: Rows whose value no lookup finds.
    """

    table: str
    column: str
    kind: str
    raw: str
    values: pl.DataFrame
    unread: int

    @property
    def rows(self) -> int:
        """Rows that have a value."""
        return int(self.values["n"].sum())


def seen(source: Source, raw: RawTable, fed: Sequence[Fed]) -> list[Seen]:
    """Return what the columns of codes and years of the tables that a source feeds hold.

    A table of events has no wave: the years of its times are told instead, under the kind `time`.
    """
    found = []
    feeds = {feed.target: feed for feed in source.feeds}
    for one in fed:
        columns = feeds[one.table].columns if one.table in feeds else {}
        for name, kind in _kinds(one):
            spec = columns.get(name)
            origin = " + ".join(spec.from_) if spec is not None else ""
            unread = _unread(one.frame, name, spec, raw) if spec is not None and spec.lookup else 0
            values = one.frame[name].dt.year() if kind == "time" else one.frame[name]
            found.append(Seen(one.table, name, kind, origin, _counts(values, one), unread))
    return found


def _kinds(one: Fed) -> Iterator[tuple[str, str]]:
    for name, dtype in one.frame.schema.items():
        if name in _YEARS:
            yield name, "year"
        elif dtype == pl.Datetime and one.table == "case_events":
            yield name, "time"
        elif one.table in STATISTICS and name == "indicator":
            yield name, "statistic"
        elif dtype == pl.String and name != AT and (known := about_place(f"{one.table}.{name}")).kind == "code":
            yield name, known.of


def _counts(column: pl.Series, fed: Fed) -> pl.DataFrame:
    """Count the raw rows of each value; a raw row may have made several."""
    rows = pl.DataFrame([column.cast(pl.String).alias("value"), fed.frame[AT]]).drop_nulls("value")
    counts = (rows if fed.whole else rows.unique()).group_by("value").len("n")
    return counts.sort("n", "value", descending=[True, False])


def _unread(frame: pl.DataFrame, name: str, spec: Column, raw: RawTable) -> int:
    """Count the rows that have a word which no lookup finds."""
    places = frame.filter(pl.col(name).is_null())[AT].unique()
    words = textual(raw.frame.select(spec.from_)[places]).select(pl.all().str.strip_chars())
    said = (pl.col(one).is_not_null() & (pl.col(one) != "") & ~pl.col(one).is_in(spec.missing) for one in words.columns)
    return int(words.select(pl.any_horizontal(said)).to_series().sum())
