"""From a raw table to the rows of the clean tables that it feeds, column by column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import dataframely as dy
import polars as pl

from sujuva.cleaning import values
from sujuva.cleaning.lookups import RULE_OF_LOOKUP, Lookups
from sujuva.cleaning.rules import CHECKS, Notes, Study
from sujuva.codebooks import Instrument
from sujuva.errors import SourceError, nearest
from sujuva.sources import Column, Feed, RawTable, Source, textual
from sujuva.tables import schema_of


@dataclass(frozen=True)
class Fed:
    """What one source brings to one table.

    Attributes:
        table: Name of the clean table.
        frame: The columns of its contract, and `_source` and `_row`, which say where a row came from.
        whole: Every raw row has exactly one row here.
    """

    table: str
    frame: pl.DataFrame
    whole: bool = True


class Converter:
    """Turns the raw table of one source into the rows of its feeds.

    Args:
        source: What sources.yaml says.
        raw: What the reader found.
        notes: Takes every rule that a raw row breaks and every named change.
        study: Regions, waves and clock of the study.
        lookups: Names and codes of areas and sectors.
        instruments: Codebooks of the instruments.

    Raises:
        SourceError: A column that the description names is not in the file, or one of the file's is not accounted
            for.
    """

    def __init__(
        self,
        source: Source,
        raw: RawTable,
        notes: Notes,
        *,
        study: Study,
        lookups: Lookups,
        instruments: Mapping[str, Instrument],
    ) -> None:
        self.source, self.raw, self.notes = source, raw, notes
        self.study, self.lookups, self.instruments = study, lookups, instruments
        self.items = [item_columns(feed, raw.frame.columns, instruments, source.name) for feed in source.feeds]
        self.text = _text(raw, self._used(), notes)

    def run(self) -> list[Fed]:
        """Return what the source brings to each table, in the order of its feeds."""
        found = []
        for feed, items in zip(self.source.feeds, self.items, strict=True):
            schema = schema_of(feed.target, self.instruments)
            columns = {name: self._column(spec, schema.columns()[name]) for name, spec in feed.columns.items()}
            self._note_blanks(schema, columns)
            parsed = {name: column.values for name, column in columns.items()}
            frame = self._complete(feed, schema, parsed)
            if feed.table == "feedback" and feed.items:
                long = self._ratings(feed, frame.drop("item", "rating"), items)
                found.append(Fed(feed.target, self._typed(feed.target, schema, long), whole=False))
            else:
                if feed.table == "answers":
                    frame = frame.with_columns(self._answers(feed, items))
                found.append(Fed(feed.target, self._typed(feed.target, schema, frame)))
            if feed.texts:
                found.append(self._open_answers(feed, frame))
        return found

    def _used(self) -> list[str]:
        """Return the raw columns that feeds use, and see that all others are accounted for."""
        named = self.raw.frame.columns
        wanted = [
            name
            for feed, items in zip(self.source.feeds, self.items, strict=True)
            for name in (
                *(part for spec in (*feed.columns.values(), *feed.texts.values()) for part in spec.from_),
                *items.values(),
            )
        ]
        where = f"Source '{self.source.name}', file {self.source.file}"
        if wanted and not set(wanted) & set(named):
            msg = f"{where}: none of the columns that the description names is there."
            raise SourceError(
                msg, "Is the first row its header? See the reader's options (header, header_row, separator)."
            )
        for name in wanted:
            if name not in named:
                msg = f"{where}: there is no column '{name}'."
                raise SourceError(msg, nearest(name, named, listed=False))
        left = [name for name in named if name not in {*wanted, *self.source.ignore}]
        if left and "*" not in self.source.ignore:
            more = f" and {len(left) - 1} more" if len(left) > 1 else ""
            msg = f"{where}: nothing is said about the column '{left[0]}'{more}."
            raise SourceError(msg, f"Map it, or list it under ignore. {nearest(left[0], wanted)}")
        return list(dict.fromkeys(wanted))

    def _column(self, spec: Column, kind: dy.Column, missing: Iterable[str] = ()) -> _Parsed:
        """Make one contract column: read, missing, blank, map, lookup, parse."""
        notes = self.notes
        origin = values.without(self._origin(spec), (*spec.missing, *missing), notes)
        if spec.blank is not None:
            notes.note("blank_filled", origin.is_null())
            origin = origin.fill_null(spec.blank)
        text = values.mapped(origin, spec.map, notes, otherwise=spec.else_)
        # Blank means that the file has nothing: what fails below breaks a rule of its own.
        blank = text.is_null() & (origin.is_null() | (spec.else_ == "missing"))
        if spec.lookup is not None:
            text = values.looked_up(text, self.lookups.tables[spec.lookup], RULE_OF_LOOKUP[spec.lookup], notes)
        return _Parsed(self._parsed(text, spec, kind.dtype), blank)

    def _origin(self, spec: Column) -> pl.Series:
        rows = self.raw.rows
        if spec.value is not None:
            return pl.Series([spec.value]).new_from_index(0, rows.len())
        if spec.row:
            return (f"{self.source.name}-" + rows.cast(pl.String)).alias("")
        return self.text.select(pl.concat_str(spec.from_, separator=spec.join)).to_series()

    def _parsed(self, text: pl.Series, spec: Column, kind: pl.DataType) -> pl.Series:
        if kind.is_integer() and spec.format:  # a year taken from a date
            return values.times(text, spec.format, None, self.notes).dt.year().cast(pl.Int64)
        if kind.is_integer():
            return values.integers(text, self.raw.decimals, self.notes)
        if kind.is_float():
            return values.numbers(text, self.raw.decimals, self.notes)
        if kind.is_temporal():
            return values.times(text, spec.format, self.study.timezone, self.notes)
        return text

    def _note_blanks(self, schema: type[dy.Schema], columns: Mapping[str, _Parsed]) -> None:
        for name, column in columns.items():
            if not schema.columns()[name].nullable:
                key = name in schema.primary_key()
                self.notes.note("missing_key" if key else "missing_value", column.blank)

    def _complete(self, feed: Feed, schema: type[dy.Schema], parsed: Mapping[str, pl.Series]) -> pl.DataFrame:
        """Add the columns that the description may leave out."""
        frame = pl.DataFrame(
            {
                "_source": pl.Series([self.notes.source], dtype=pl.Int32).new_from_index(0, self.raw.rows.len()),
                "_row": self.raw.rows,
                **parsed,
            }
        )
        if feed.table == "respondents":
            known = {"unit": pl.col("respondent"), "stratum": pl.col("region"), "weight": pl.lit(1.0)}
            frame = frame.with_columns(expr.alias(name) for name, expr in known.items() if name not in parsed)
        if feed.table == "ties":
            frame = frame.with_columns(directed=pl.lit(not self.source.undirected))
        if feed.table == "case_events":  # numbered at the end, when it is known which rows stay
            frame = frame.with_columns(sequence=pl.int_range(1, pl.len() + 1))
        absent = [name for name in schema.column_names() if name not in frame.columns]
        return frame.with_columns(pl.lit(None, dtype=schema.columns()[name].dtype).alias(name) for name in absent)

    def _answers(self, feed: Feed, items: Mapping[str, str]) -> list[pl.Series]:
        low, high = self.instruments[str(feed.instrument)].response
        found = []
        for name, raw_name in items.items():
            text = values.without(self.text[raw_name], feed.missing, self.notes)
            text = values.mapped(text, feed.item_map, self.notes, rule="item_map")
            codes = values.integers(text, self.raw.decimals, self.notes)
            outside = ~codes.is_between(low, high)
            self.notes.note("item_out_of_range", outside)
            found.append(codes.zip_with(~outside, pl.Series([None], dtype=codes.dtype)).alias(name))
        return found

    def _ratings(self, feed: Feed, frame: pl.DataFrame, items: Mapping[str, str]) -> pl.DataFrame:
        """Turn one column an item into one row an item; an item without a rating makes no row."""
        parts = []
        for name, raw_name in items.items():
            text = values.without(self.text[raw_name], feed.missing, self.notes)
            text = values.mapped(text, feed.item_map, self.notes, rule="item_map")
            ratings = values.integers(text, self.raw.decimals, self.notes)
            parts.append(frame.with_columns(item=pl.lit(name), rating=ratings).filter(ratings.is_not_null()))
        return pl.concat(parts)

    def _open_answers(self, feed: Feed, frame: pl.DataFrame) -> Fed:
        schema = schema_of("open_answers")
        keys = frame.select("_source", "_row", "respondent", "wave")
        parts = [
            keys.with_columns(field=pl.lit(name), text=column.values).filter(column.values.is_not_null())
            for name, column in (
                (name, self._column(spec, schema.columns()["text"], feed.missing)) for name, spec in feed.texts.items()
            )
        ]
        return Fed("open_answers", self._typed("open_answers", schema, pl.concat(parts)), whole=False)

    def _typed(self, table: str, schema: type[dy.Schema], frame: pl.DataFrame) -> pl.DataFrame:
        """Run the checks of single rows, then give every column its type."""
        for check in CHECKS:
            if check.concerns(table, schema.column_names()):
                rows = frame.filter(check.broken(self.study))["_row"]
                self.notes.note_rows(check.rule, rows)
        wanted = {name: column.dtype for name, column in schema.columns().items()}
        typed = frame.select(
            "_source", "_row", *(pl.col(name).cast(kind, strict=False) for name, kind in wanted.items())
        )
        lost = frame.filter(pl.any_horizontal(frame[name].is_not_null() & typed[name].is_null() for name in wanted))[
            "_row"
        ]
        # A number too large for its column that no other rule has caught.
        self.notes.note_rows("bad_number", lost.filter(~lost.is_in(self.notes.broken().implode())))
        return typed


@dataclass(frozen=True)
class _Parsed:
    """A contract column, and where the file has nothing for it."""

    values: pl.Series
    blank: pl.Series


def item_columns(
    feed: Feed, named: Iterable[str], instruments: Mapping[str, Instrument], source: str
) -> dict[str, str]:
    """Return the raw column of each item: as the feed says, or named like the item or one of its aliases.

    Args:
        feed: A feed of any table.
        named: Raw columns of the file.
        instruments: Codebooks by key.
        source: Name of the source, for the error.

    Returns:
        Item column (or item name, for feedback) to raw column; empty for other tables.

    Raises:
        SourceError: The feed does not say where items are and the file has no column named like one.
    """
    if feed.instrument is None:
        return dict(feed.items)
    instrument = instruments[feed.instrument]
    if feed.items:
        return {f"{instrument.key}_{int(number)}": name for number, name in feed.items.items()}
    columns = list(named)
    found = {}
    for number, item in enumerate(instrument.item_columns, start=1):
        names = (item, *instrument.aliases.get(number, ()))
        present = [name for name in columns if name.lower() in {one.lower() for one in names}]
        if not present:
            msg = f"Source '{source}': there is no column for item {number} of {instrument.key}."
            near = nearest(item, columns, listed=False)
            hint = f"Say where the items are: items: {{{number}: <raw column>, …}}. {near}".rstrip()
            raise SourceError(msg, hint)
        found[item] = present[0]
    return found


def _text(raw: RawTable, used: list[str], notes: Notes) -> pl.DataFrame:
    """Return the used columns as text without blanks around it; an empty text is null."""
    text = textual(raw.frame.select(used))
    columns = []
    for name in used:
        column = text[name]
        if name in raw.declared_missing:
            missing = raw.declared_missing[name] & column.is_not_null()
            notes.note("declared_missing", missing)
            column = column.zip_with(~missing, pl.Series([None], dtype=pl.String))
        trimmed = column.str.strip_chars()
        notes.note("trimmed", (trimmed != column) & (trimmed != ""))
        columns.append(trimmed.zip_with(trimmed != "", pl.Series([None], dtype=pl.String)).alias(name))
    return pl.DataFrame(columns)
