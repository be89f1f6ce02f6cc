"""From a raw table to the rows of the clean tables that it feeds, column by column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import dataframely as dy
import polars as pl

from sujuva.cleaning import values
from sujuva.cleaning.coded import note_beside, refuse_other_labels, refuse_shifted_answers, refuse_shifted_ratings
from sujuva.cleaning.distinct import Columns, Distinct, Form, Note, constant, encode, stripped
from sujuva.cleaning.fed import AT, Codebooks, Fed
from sujuva.cleaning.items import answer_codes
from sujuva.cleaning.lookups import RULE_OF_LOOKUP
from sujuva.cleaning.mapping import item_columns, lifecycle_column, used_columns
from sujuva.cleaning.pseudonyms import pseudonymised, raw_keys
from sujuva.cleaning.rules import CHECKS, Notes, rule_of_blank
from sujuva.cleaning.spoken import themes_said
from sujuva.cleaning.transitions import COMPLETE, judge
from sujuva.cleaning.values import seconds
from sujuva.codebooks.area_statistics import STATISTICS
from sujuva.codebooks.coding import Counts
from sujuva.codebooks.lexicons import Lexicon
from sujuva.errors import SourceError, nearest
from sujuva.sources import Column, Feed, Source
from sujuva.sources.raw import may_be_grouped, ungrouped
from sujuva.sources.times import has_offset, joined, shapes
from sujuva.tables import About, about, all_about, key_columns, schema_of, types_of


class Converter:
    """Turns the raw table of one source into the rows of its feeds.

    Raises:
        SourceError: A column that the description names is not in the file, or one of the file's is not accounted
            for.
    """

    def __init__(self, source: Source, columns: Columns, notes: Notes, books: Codebooks) -> None:
        self.source, self.raw, self.columns, self.notes, self.books = source, columns.raw, columns, notes, books
        used_columns(source, self.raw.frame.columns, books.instruments)
        self._keys = raw_keys(source)
        self._known: dict[tuple[str, Form], Distinct] = {}

    def run(self) -> list[Fed]:
        """Return what the source brings to each table, in the order of its feeds."""
        found = []
        for feed in self.source.feeds:
            schema = schema_of(feed.target, self.books.instruments)
            known = all_about(schema)
            columns = {
                name: self._column(spec, schema.columns()[name], known[name]) for name, spec in feed.columns.items()
            }
            self._note_blanks(feed, schema, columns)
            self._note_transitions(feed)
            values_of = {name: column.values for name, column in columns.items()}
            values_of |= {known[name].bounded: one.bound for name, one in columns.items() if one.bound is not None}
            frame = self._complete(feed, schema, values_of)
            if feed.items and feed.wide:
                long = self._ratings(feed, frame.drop(feed.wide))
                found.append(Fed(feed.target, self._typed(feed, feed.target, schema, long), whole=False))
            else:
                items: frozenset[str] = frozenset()
                if feed.table == "answers":
                    answers = self._answers(feed)
                    items = frozenset(one.name for one in answers)
                    frame = frame.with_columns(answers)
                    if feed.duration is not None:
                        frame = frame.with_columns(
                            seconds=seconds(self.raw, feed.duration, self.books.study.timezone, self.notes.note)
                        )
                own_unit = feed.table == "respondents" and "unit" not in feed.columns
                found.append(
                    Fed(feed.target, self._typed(feed, feed.target, schema, frame), own_unit=own_unit, items=items)
                )
            if feed.texts.keys() - feed.lexicons:
                found.append(self._open_answers(feed, frame))
            if feed.lexicons:
                found.append(self._open_themes(feed, frame))
        return found

    def _column(self, spec: Column, kind: dy.Column, known: About, missing: Iterable[str] = ()) -> _Parsed:
        """Make one contract column: read, missing, blank, map, lookup, parse; each distinct value once."""
        timed = kind.dtype.is_temporal() or (kind.dtype.is_integer() and bool(spec.format))
        origin = self._origin(spec, known, kind.dtype, timed=timed)
        note = origin.noting(self.notes.about(" + ".join(spec.from_)))
        text = values.without(origin.values, (*spec.missing, *missing, *known.missing), note)
        blank = text.is_null()
        text = values.without_errors(text, note)
        if spec.blank is not None:
            note("blank_filled", blank)
            filled = pl.Series([spec.blank], dtype=pl.String)
            text, blank = filled.zip_with(blank, text), blank & False
        text = values.mapped(text, spec.map, note, otherwise=spec.else_)
        if spec.else_ == "missing" and spec.map:
            blank |= text.is_null()
        if spec.lookup is not None:
            keys = self.books.lookups.keys(spec.lookup, text)
            text = values.looked_up(text, keys, RULE_OF_LOOKUP[spec.lookup], note)
        least = None
        if known.bounded:
            text, least = values.without_bounds(text, note)
        if known.kind == "key":
            note("pseudonym", text.is_not_null())
            found = self.books.register.numbers(known.of, text)
        else:
            found = self._parsed(text, spec, kind.dtype, note)
            narrow = found.cast(kind.dtype, strict=False)
            found = narrow if narrow.null_count() == found.null_count() else found
        # Blank means that the file has nothing: what failed above broke a rule of its own.
        bound = None if least is None else origin.spread(values.bound_of(found, least))
        return _Parsed(origin.spread(found), origin.spread(blank), bound)

    def _origin(self, spec: Column, known: About, kind: pl.DataType, *, timed: bool) -> Distinct:
        rows = self.raw.frame.height
        if spec.value is not None:
            return constant(spec.value, rows)
        if spec.row:
            return Distinct((f"{self.source.name}-" + self.raw.rows.cast(pl.String)).alias(""))
        form: Form = "text" if known.kind == "free" else "number" if kind.is_numeric() and not spec.map else "name"
        parts = [self._distinct(name, known, form) for name in spec.from_]
        if len(parts) == 1:
            return parts[0]
        spread = [part.spread(part.values) for part in parts]
        if timed and spec.join is None:
            return encode(joined(*spread))
        rows_of = pl.DataFrame([one.alias(str(at)) for at, one in enumerate(spread)])
        return encode(
            rows_of.select(pl.concat_str(pl.all(), separator="-" if spec.join is None else spec.join)).to_series()
        )

    def _distinct(self, name: str, known: About, form: Form) -> Distinct:
        """Return a raw column as text in the form of what it holds; where the source asks for it, as pseudonyms."""
        if (name, form) not in self._known:
            declared = self.raw.declared_missing.get(name)
            if declared is not None:
                self.notes.note("declared_missing", declared & self.raw.frame[name].is_not_null())
            self._known[name, form] = stripped(self.columns[name], self.notes.note, form)
        column, hasher = self._known[name, form], self.books.register.hasher
        if known.kind == "key":
            return column
        if name in self._keys:  # a key does not leave through another column either
            found = hasher.series(self._keys[name], column.values)
        elif name in self.source.people.pseudonymise:
            found = pseudonymised(column.values, hasher, within=known.kind == "free")
        else:
            return column
        column.noting(self.notes.note)("identifier_replaced", found != column.values)
        return Distinct(found, column.codes)

    def _parsed(self, text: pl.Series, spec: Column, kind: pl.DataType, note: Note) -> pl.Series:
        decimals = self.raw.decimals
        zone = self.books.study.timezone
        if kind.is_integer() and spec.format:  # a year taken from a date
            offset = zone if any(has_offset(one) for one in spec.format) else None
            return self._times(text, spec, offset, note).dt.year().cast(pl.Int64)
        if (kind.is_integer() or kind.is_float()) and may_be_grouped(text, self.raw):
            self.notes.grouped.update(spec.from_)
        if kind.is_integer():
            return values.integers(ungrouped(text, self.raw), decimals, note)
        if kind.is_float():
            return values.numbers(ungrouped(text, self.raw), decimals, note)
        if kind.is_temporal():
            return self._times(text, spec, zone, note)
        return text

    def _times(self, text: pl.Series, spec: Column, zone: str | None, note: Note) -> pl.Series:
        column = " + ".join(spec.from_)
        try:
            found = values.times(text, spec.format, zone, note, column=column)
        except SourceError as error:
            msg = f"Source '{self.source.name}', file {self.source.file}: {error.message}"
            raise SourceError(msg, error.hint) from None
        unread = text.filter(text.is_not_null() & found.is_null())
        if unread.len():
            self.notes.shapes[column] = tuple(shapes(unread))
        return found

    def _note_blanks(self, feed: Feed, schema: type[dy.Schema], columns: Mapping[str, _Parsed]) -> None:
        for name, column in columns.items():
            if not schema.columns()[name].nullable:
                rule = rule_of_blank(about(schema, name), key=name in schema.primary_key())
                self.notes.note(rule, column.blank, " + ".join(feed.columns[name].from_))

    def _note_transitions(self, feed: Feed) -> None:
        """Note the events of which the row tells another step than one that counts.

        Raises:
            SourceError: No row is left.
        """
        name = lifecycle_column(feed, self.raw.frame.columns)
        if name is None:
            return
        steps = self._distinct(name, About(kind="value"), "name")
        keep = COMPLETE if feed.lifecycle is None else feed.lifecycle.keep
        judged = judge(steps.spread(steps.values), keep)
        if judged.other.all():
            msg = f"Source '{self.source.name}', file {self.source.file}: no row has a transition that counts: "
            msg += f"'{name}' tells {judged.told}, and of these {', '.join(keep)} is none."
            raise SourceError(msg, f"Say which count: lifecycle: {{from: '{name}', keep: [start]}}.")
        self.notes.note("other_transition", judged.other, name)

    def _complete(self, feed: Feed, schema: type[dy.Schema], parsed: Mapping[str, pl.Series]) -> pl.DataFrame:
        """Add the columns that the description may leave out."""
        places = pl.int_range(self.raw.frame.height, dtype=pl.UInt32, eager=True)
        frame = pl.DataFrame({AT: places, **parsed})
        frame = frame.with_columns(
            one.default.alias(name)
            for name, one in all_about(schema).items()
            if one.default is not None and name not in parsed
        )
        if feed.table in STATISTICS:
            codes, _ = self.books.lookups.area_codes(frame["area"], frame["area_name"])
            self.notes.note("lookup", codes != frame["area"])
            frame = frame.with_columns(area=codes)
        if feed.table == "ties":
            frame = frame.with_columns(directed=pl.lit(not self.source.undirected))
        if feed.table == "case_events":  # numbered at the end, when it is known which rows stay
            frame = frame.with_columns(sequence=pl.int_range(1, pl.len() + 1))
        absent = [name for name in schema.column_names() if name not in frame.columns]
        persons = key_columns(schema)  # numbers, until the pseudonyms are put in
        return frame.with_columns(
            pl.lit(None, dtype=pl.UInt32 if name in persons else schema.columns()[name].dtype).alias(name)
            for name in absent
        )

    def _answers(self, feed: Feed, *, response: bool = True) -> list[pl.Series]:
        instruments = self.books.instruments
        outside: dict[str, Counts] = {}
        ranges = instruments[str(feed.instrument)].item_responses if response else None
        columns = item_columns(feed, self.raw.frame.columns, instruments, self.source.name)
        answers = answer_codes(
            self.raw,
            columns,
            response=ranges,
            missing=feed.missing,
            item_map=feed.item_map,
            notes=self.notes,
            outside=outside,
        )
        if ranges is not None:
            refuse_other_labels(self.source, feed, columns.values(), self.raw, instruments[str(feed.instrument)])
            refuse_shifted_answers(self.source, feed, columns, answers, outside, ranges)
        return answers

    def _ratings(self, feed: Feed, frame: pl.DataFrame) -> pl.DataFrame:
        """Turn one column an item into one row an item; an item without a rating makes no row."""
        ratings = self._answers(feed, response=False)
        nothing = pl.DataFrame(ratings).select(pl.all_horizontal(pl.all().is_null())).to_series()
        self.notes.note("nothing_given", nothing & ~self.notes.broken())
        parts = [
            frame.with_columns(item=pl.lit(one.name), rating=one).filter(pl.col("rating").is_not_null())
            for one in ratings
        ]
        return pl.concat(parts)

    def _open_answers(self, feed: Feed, frame: pl.DataFrame) -> Fed:
        keys = frame.select(AT, "respondent", "wave")
        parts = []
        for name in (one for one in feed.texts if one not in feed.lexicons):
            text = self._text(feed, name)
            parts.append(keys.with_columns(field=pl.lit(name), text=text).filter(text.is_not_null()))
        return self._beside(feed, "open_answers", parts)

    def _open_themes(self, feed: Feed, frame: pl.DataFrame) -> Fed:
        """Keep of answers for which a lexicon is declared what they speak of, and not a word of them."""
        keys = frame.select(AT, "respondent", "wave")
        parts = []
        for name, key in feed.lexicons.items():
            text = self._text(feed, name)
            said = keys.with_columns(themes_said(text, self._lexicon(key))).filter(text.is_not_null())
            parts.append(
                said.unpivot(index=keys.columns, variable_name="theme", value_name="said").with_columns(
                    field=pl.lit(name)
                )
            )
        return self._beside(feed, "open_themes", parts)

    def _text(self, feed: Feed, name: str) -> pl.Series:
        schema = schema_of("open_answers")
        return self._column(feed.texts[name], schema.columns()["text"], about(schema, "text"), feed.missing).values

    def _lexicon(self, key: str) -> Lexicon:
        lexicons = self.books.lexicons
        if key not in lexicons:
            msg = f"Source '{self.source.name}', file {self.source.file}: there is no lexicon '{key}'."
            hint = nearest(key, lexicons) if lexicons else f"Write codebooks/lexicon_{key}.yaml in the input folder."
            raise SourceError(msg, hint)
        return lexicons[key]

    def _beside(self, feed: Feed, table: str, parts: list[pl.DataFrame]) -> Fed:
        typed = self._typed(feed, table, schema_of(table), pl.concat(parts))
        return Fed(table, typed, whole=False, each=False)

    def _typed(self, feed: Feed, table: str, schema: type[dy.Schema], frame: pl.DataFrame) -> pl.DataFrame:
        """Judge how ratings are coded, run the checks of single rows, then give every column its type."""
        refuse_shifted_ratings(self.source, feed, table, frame, self.books.study)
        for check in CHECKS:
            if check.concerns(table, schema.column_names()):
                origins = [part for name in check.columns if name in feed.columns for part in feed.columns[name].from_]
                places = frame.filter(check.broken(self.books.study))[AT]
                self.notes.note_at(check.rule, places, " + ".join(dict.fromkeys(origins)))
        if table == "partner_ratings" and not feed.items:
            note_beside(self.notes, frame, AT)
        persons = key_columns(schema)
        wanted = {name: kind for name, kind in types_of(schema).items() if name not in persons}
        changing = {name: kind for name, kind in wanted.items() if frame.schema[name] != kind}
        cast = {name: pl.col(name).cast(kind, strict=False) for name, kind in changing.items()}
        if cast:
            lost = pl.any_horizontal(pl.col(name).is_not_null() & number.is_null() for name, number in cast.items())
            places = frame.filter(lost)[AT]
            # A number too large for its column that no other rule has caught.
            self.notes.note_at("bad_number", places.filter(~self.notes.broken().gather(places)))
        return frame.select(AT, *(cast.get(name, pl.col(name)) for name in schema.columns()))


@dataclass(frozen=True)
class _Parsed:
    """A contract column, where the file has nothing for it, and of counts whether they are lower bounds."""

    values: pl.Series
    blank: pl.Series
    bound: pl.Series | None = None
