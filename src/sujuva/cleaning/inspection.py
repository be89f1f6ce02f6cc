"""A dry run of cleaning: what would happen to every file of a folder, without stopping at the first trouble."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from sujuva.cleaning.books import rows_as_described
from sujuva.cleaning.capitals import differing_in_capitals
from sujuva.cleaning.compare import compare
from sujuva.cleaning.contracts import contracts
from sujuva.cleaning.mapping import left_over, mapped_columns
from sujuva.cleaning.people import without_dropped
from sujuva.cleaning.pseudonyms import Hasher, hasher_of
from sujuva.cleaning.rules import RECODES
from sujuva.cleaning.seen import Seen, seen
from sujuva.cleaning.taking import Setting, Taken, prepare_open, take
from sujuva.errors import SourceError, SujuvaError
from sujuva.paths import ILLEGIBLE, inside, legible
from sujuva.sources import Gap, Source, Sources, read_source
from sujuva.tables import references

_OWN = {"sources.yaml", "LUEMINUT.txt"}


@dataclass(frozen=True)
class Inspected:
    """What a dry run found in the file of one source.

    Attributes:
        source: What sources.yaml says.
        error: Why the file cannot be taken in as described; None: it can.
        rows: Raw rows; None where the file cannot be read.
        mapped: Raw column to the clean columns (`table.column`) it feeds.
        ignored: Raw columns that the description leaves out, by name or with "*".
        left: Raw columns about which the description says nothing.
        broken: Rule to the numbers of the raw rows that break it (and would be set aside).
        columns: Rule to the raw columns whose values break it, with the number of rows; empty where it is about rows.
        shapes: Raw column of times to how values are written that cannot be read, without any value.
        grouped: Raw columns of numbers whose mark of fractions may as well stand between thousands.
        changed: Rule to the number of raw rows that it recodes.
        aside: Raw rows that would be set aside.
        described: Those among them that are, because the description says so, and for no other reason.
        gaps: Places of its description that are still to be filled in. Something stands in for them meanwhile: rows are
            tried one by one, and held against no others.
        seen: What its columns of codes and years hold.
        left_out: What of the file makes no row, such as blank cells of a matrix, and how much of it.
    """

    source: Source
    error: SujuvaError | None = None
    rows: int | None = None
    mapped: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    broken: Mapping[str, list[int]] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    shapes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    grouped: tuple[str, ...] = ()
    changed: Mapping[str, int] = field(default_factory=dict)
    aside: int = 0
    described: int = 0
    gaps: tuple[Gap, ...] = ()
    seen: tuple[Seen, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Inspection:
    """What a dry run found in a folder.

    Attributes:
        sources: One entry a source, in the order of the delivery.
        gaps: Every place of sources.yaml that is still to be filled in; those of a source of which is not even said how
            to read it, or what it feeds, stand here alone.
        undescribed: Files of the folder that no source names.
        compared: Whether rows were held against other tables: not where a file that others refer to has an error.
        key: Why there is no key for pseudonyms; empty where there is one.
        capitals: Names that differ from another in capitals alone, counted by column: they count as different.
    """

    sources: tuple[Inspected, ...]
    undescribed: tuple[str, ...]
    compared: bool
    key: str
    gaps: tuple[Gap, ...] = ()
    capitals: Mapping[str, int] = field(default_factory=dict)

    @property
    def open(self) -> tuple[Gap, ...]:
        """The places to be filled in before anything can be taken in."""
        return tuple(one for one in self.gaps if one.stops)

    @property
    def misnamed(self) -> tuple[str, ...]:
        """Files whose names are not UTF-8: no source can name them, and DVC cannot take in a folder that has one."""
        return tuple(name for name in self.undescribed if ILLEGIBLE in name)


def inspect_folder(
    input: Path,  # noqa: A002  the name of the parameter in params.yaml
    *,
    regions: Sequence[str],
    waves: Sequence[int],
    duplicates: str = "first",
    timezone: str | None = None,
) -> Inspection:
    """Try what `clean_folder` would do, write nothing, and go on after errors of single files.

    Args:
        input: Folder with raw files and their `sources.yaml`; relative paths are relative to the project.
        regions: Keys of the regions that take part.
        waves: Years of the waves.
        duplicates: Which of several rows with the same key stays: first, last or none.
        timezone: IANA name of the zone of the clocks; None: no check of local times.

    Raises:
        ParameterError: A parameter is unknown or out of range.
        SourceError: sources.yaml is missing or wrong.
        CodebookError: A codebook is not valid.
    """
    folder = inside(input)
    delivery, gaps, setting = prepare_open(folder, regions, waves, duplicates, timezone)
    if delivery is None:
        return Inspection((), (), compared=False, key="", gaps=tuple(gaps))
    no_key = ""
    try:
        hasher_of(delivery)
    except SourceError as error:
        no_key = str(error)
    # The pseudonyms of a dry run are thrown away, so any key will do.
    setting = setting.with_hasher(Hasher(secrets.token_bytes(32)))
    left = {
        source.name: tuple(gap for gap in gaps if gap.stops and gap.source == source.name)
        for source in delivery.sources
    }
    taken: dict[str, Taken] = {}
    alone: dict[str, Taken] = {}
    errors: dict[str, SujuvaError] = {}
    for source in delivery.sources:
        try:
            (alone if left[source.name] else taken)[source.name] = take(folder, source, setting)
        except SujuvaError as error:
            errors[source.name] = error
    missing = {table for source in delivery.sources if source.name not in taken for table in source.targets}
    parents = {parent for one in taken.values() for table in one.source.targets for parent, *_ in references(table)}
    compared = not parents & missing
    for whole in taken.values():
        contracts(whole, setting.books.instruments)
    book = compare(list(taken.values()), setting, references=compared).book
    found = []
    for source in delivery.sources:
        if source.name in taken:
            position = list(taken).index(source.name)
            one = _inspected(taken[source.name], book.of(position), int(book.aside(position).sum()))
        elif source.name in alone:
            notes = alone[source.name].notes
            one = _inspected(alone[source.name], notes.masks, int(notes.broken().sum()), left[source.name])
        else:
            one = _failed(folder, source, errors[source.name], setting, left[source.name])
        found.append(one)
    files = {gap.file for gap in gaps if gap.file}
    every = [fed for one in (*taken.values(), *alone.values()) for fed in one.fed]
    return Inspection(
        tuple(found),
        _undescribed(folder, delivery, files),
        compared,
        no_key,
        tuple(gaps),
        differing_in_capitals(every, setting.books.register),
    )


def _inspected(one: Taken, masks: Mapping[str, pl.Series], aside: int, gaps: tuple[Gap, ...] = ()) -> Inspected:
    broken = {rule: mask for rule, mask in masks.items() if rule not in RECODES}
    stood_in = {name for gap in gaps for name in gap.place if "columns" in gap.place}
    return Inspected(
        source=one.source,
        rows=one.raw.frame.height,
        mapped=one.mapped,
        ignored=tuple(name for name in one.raw.frame.columns if name not in one.mapped),
        broken={rule: one.raw.rows.filter(mask).to_list() for rule, mask in broken.items()},
        columns=one.notes.columns,
        shapes=one.notes.shapes,
        grouped=tuple(sorted(one.notes.grouped)),
        changed={rule: int(mask.sum()) for rule, mask in masks.items() if rule in RECODES},
        aside=aside,
        described=rows_as_described(masks),
        gaps=gaps,
        seen=tuple(column for column in seen(one.source, one.raw, one.fed) if column.column not in stood_in),
        left_out=one.raw.left_out,
    )


def _failed(
    folder: Path, source: Source, error: SujuvaError, setting: Setting, gaps: tuple[Gap, ...] = ()
) -> Inspected:
    """Say as much as can be said of a file that cannot be taken in."""
    told = Inspected(source, error, gaps=gaps)
    try:
        frame = without_dropped(read_source(folder, source), source).frame
        told = replace(told, rows=frame.height)
        mapped = mapped_columns(source, frame.columns, setting.books.instruments)
    except SujuvaError:
        return told  # the error itself is what is shown
    left = tuple(left_over(source, frame.columns, mapped))
    ignored = tuple(name for name in frame.columns if name not in mapped and name not in left)
    there = {name: places for name, places in mapped.items() if name in frame.columns}
    return replace(told, mapped=there, ignored=ignored, left=left)


def _undescribed(folder: Path, delivery: Sources, held_back: Collection[str]) -> tuple[str, ...]:
    """Return the files that no source names; what codebooks hold is no data."""
    named = {*(source.file for source in delivery.sources), *held_back}
    # A dictionary or the like that a reader opens beside the data is named in its options.
    named |= {str(value) for source in delivery.sources for value in source.options.values()}
    files = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return tuple(
        legible(path.as_posix())
        for path in files
        if path.as_posix() not in named
        and path.name not in _OWN
        and path.parts[0] != "codebooks"
        and not any(part.startswith(".") for part in path.parts)
    )
