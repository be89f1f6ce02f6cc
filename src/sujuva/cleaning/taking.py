"""Taking in the files of a delivery, one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args, get_type_hints

from sujuva.cleaning.distinct import Columns
from sujuva.cleaning.fed import Brought, Codebooks
from sujuva.cleaning.feeds import Converter
from sujuva.cleaning.lookups import Lookups
from sujuva.cleaning.mapping import mapped_columns, see_header
from sujuva.cleaning.people import refuse_identifiers, without_dropped
from sujuva.cleaning.pseudonyms import DEMO_KEY, Hasher, Register
from sujuva.cleaning.rules import Notes, Study
from sujuva.cleaning.withdrawn import read_withdrawn, without_withdrawn
from sujuva.codebooks import (
    EventOrder,
    load_area_statistics,
    load_ended,
    load_instruments,
    load_orders,
    load_relations,
    load_sectors,
    load_terms,
    of_partners,
)
from sujuva.codebooks.lexicons import load_lexicons
from sujuva.codebooks.offers import load_methods, load_structures, parts_of
from sujuva.codebooks.terms import CLOSED
from sujuva.errors import ParameterError, SujuvaError, nearest
from sujuva.sources import Gap, RawTable, Source, Sources, load_open, load_sources, read_source
from sujuva.sources.times import time_zones
from sujuva.tables import about, schema_of


@dataclass(frozen=True)
class Setting:
    """What cleaning a delivery needs besides the delivery itself.

    Attributes:
        books: The study, its codebooks, and the register of persons and families.
        orders: Orders of events that cannot be.
    """

    books: Codebooks
    orders: tuple[EventOrder, ...]

    def with_hasher(self, hasher: Hasher) -> Setting:
        """Return the setting with an empty register whose pseudonyms `hasher` makes."""
        return replace(self, books=replace(self.books, register=Register(hasher)))


@dataclass(frozen=True)
class Taken(Brought):
    """A file that was read and converted, and held against no other.

    Attributes:
        raw: Its raw table, dropped columns taken out.
        mapped: Raw column to the clean columns it feeds.
    """

    raw: RawTable
    mapped: Mapping[str, tuple[str, ...]]


def prepare(
    folder: Path, regions: Sequence[str], waves: Sequence[int], duplicates: str, timezone: str | None
) -> tuple[Sources, Setting]:
    """Load the description of a delivery and the codebooks it needs.

    Raises:
        ParameterError: A parameter is unknown or out of range.
        SourceError: sources.yaml is missing or wrong.
        CodebookError: A codebook is not valid.
    """
    setting = _setting(folder, regions, waves, duplicates, timezone)
    return load_sources(folder, instruments=setting.books.instruments), setting


def prepare_open(
    folder: Path, regions: Sequence[str], waves: Sequence[int], duplicates: str, timezone: str | None
) -> tuple[Sources | None, list[Gap], Setting]:
    """Load a description that may have open places, for a dry run: something stands in for each.

    Returns:
        The sources, without those of which is not said what they are (None: that is all); the open places; the rest.

    Raises:
        ParameterError: A parameter is unknown or out of range.
        SourceError: sources.yaml is missing or wrong.
        CodebookError: A codebook is not valid.
    """
    setting = _setting(folder, regions, waves, duplicates, timezone)
    instruments = setting.books.instruments
    sectors = load_sectors(extra=folder)

    def stand_in(table: str, name: str) -> str | None:
        """Return what a column that nothing is said of holds meanwhile; None: it can be left out."""
        try:
            schema = schema_of(table, instruments)
            column, known = schema.columns()[name], about(schema, name)
        except (SujuvaError, KeyError):  # said where the description is checked
            return "?"
        if column.nullable or known.default is not None:
            return None
        of_study = {"region": regions[0], "wave": str(waves[0]), "sector": next(iter(sectors), "?")}
        number = f"{waves[0]}-01-01" if column.dtype.is_temporal() else "1" if column.dtype.is_numeric() else "?"
        return of_study.get(name) or next(iter(known.codes), number)

    return (*load_open(folder, stand_in, instruments=instruments), setting)


def _setting(
    folder: Path, regions: Sequence[str], waves: Sequence[int], duplicates: str, timezone: str | None
) -> Setting:
    study = _study(regions, waves, duplicates, timezone, {code: one.until for code, one in load_ended(folder).items()})
    instruments = load_instruments(extra=folder)
    rated = {name: ends for one in of_partners(instruments).values() for name, ends in one.item_responses.items()}
    ranges = {key: one.range for key, one in load_relations(folder).items() if one.range is not None}
    catalogue = load_area_statistics(folder)
    counted = tuple(key for key, one in catalogue.items() if one.never_negative)
    adding = tuple(key for key, one in catalogue.items() if one.adds_up)
    offered = {"part": tuple(parts_of(load_structures(folder))), "method": tuple(load_methods(folder))}
    titled = load_terms(folder).kinds
    named = {kind: tuple(titled.get(kind, ())) for kind in CLOSED}
    study = replace(study, rated=rated, relations=ranges, counted=counted, adding=adding, offered=offered, named=named)
    lookups = Lookups.load(folder, study.regions)
    books = Codebooks(study, lookups, instruments, Register(Hasher(DEMO_KEY)), load_lexicons(folder))
    return Setting(books, load_orders(folder))


def take(folder: Path, source: Source, setting: Setting) -> Taken:
    """Read a file, see that it tells of nobody by name, and convert its rows.

    Raises:
        SourceError: The file cannot be read, is not as described, or tells who somebody is.
    """
    raw = without_dropped(read_source(folder, source), source)
    raw = without_withdrawn(raw, source, read_withdrawn(folder), setting.books.register.hasher)
    mapped = mapped_columns(source, raw.frame.columns, setting.books.instruments)
    see_header(source, raw.frame.columns, mapped)
    columns = Columns(raw)
    refuse_identifiers(columns, source, mapped)
    notes = Notes(raw.frame.height)
    fed = Converter(source, columns, notes, setting.books).run()
    return Taken(source, notes, fed, raw, mapped)


def _study(
    regions: Sequence[str], waves: Sequence[int], duplicates: str, timezone: str | None, ended: Mapping[str, int]
) -> Study:
    choices = get_args(get_type_hints(Study)["duplicates"])
    if duplicates not in choices:
        msg = f"duplicates: '{duplicates}' is not a choice."
        raise ParameterError(msg, nearest(duplicates, choices))
    if not regions or not waves:
        msg = "regions and waves must each name at least one."
        raise ParameterError(msg, "Set them under study in params.yaml.")
    if timezone is not None and timezone not in time_zones():
        msg = f"timezone: '{timezone}' is not known."
        raise ParameterError(msg, nearest(timezone, time_zones()))
    return Study(tuple(regions), tuple(waves), duplicates, timezone, ended)  # type: ignore[arg-type]  # checked above
