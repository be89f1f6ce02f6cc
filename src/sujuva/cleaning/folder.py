"""Cleaning a whole delivery: from an input folder to clean tables, quarantine and ledger."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args, get_type_hints

import polars as pl

from sujuva.cleaning import across, books
from sujuva.cleaning.feeds import Converter, Fed
from sujuva.cleaning.lookups import Lookups
from sujuva.cleaning.rules import NOTED, RECODES, Notes, Study
from sujuva.codebooks import Instrument, load_instruments
from sujuva.errors import ParameterError, nearest
from sujuva.io import replacing_folder, write_table
from sujuva.paths import inside
from sujuva.sources import RawTable, Source, load_sources, read_source
from sujuva.tables import (
    SCHEMAS,
    ItemCounts,
    Ledger,
    Quarantine,
    RuleCounts,
    SourceList,
    check_tables,
    empty_table,
    schema_of,
    table_key,
)


@dataclass(frozen=True)
class Cleaned:
    """A cleaned delivery.

    Attributes:
        tables: Clean tables by name: every fixed one, and `answers_<instrument>` of each instrument that is fed.
        quarantine: Raw rows that were set aside (contract `Quarantine`). Private.
        ledger: Rows in, clean and set aside by source (contract `Ledger`).
        rules: Raw rows that each rule touched (contract `RuleCounts`).
        sources: Where the data come from (contract `SourceList`).
        items: Answers and blanks of every item (contract `ItemCounts`).
        keys: Key columns of each clean table.
    """

    tables: Mapping[str, pl.DataFrame]
    quarantine: pl.DataFrame
    ledger: pl.DataFrame
    rules: pl.DataFrame
    sources: pl.DataFrame
    items: pl.DataFrame
    keys: Mapping[str, list[str]]


def clean_folder(
    input: Path,  # noqa: A002  the name of the parameter in params.yaml
    *,
    regions: Sequence[str],
    waves: Sequence[int],
    duplicates: str = "first",
    max_quarantine: float = 1.0,
    timezone: str | None = None,
) -> Cleaned:
    """Clean every raw file of an input folder.

    Each raw row ends in exactly one place: in every table that its source feeds, or in the quarantine with all the
    rules it broke.

    Args:
        input: Folder with raw files and their `sources.yaml`; relative paths are relative to the project.
        regions: Keys of the regions that take part; rows of other regions are set aside.
        waves: Years of the waves; rows of other years are set aside.
        duplicates: Which of several rows with the same key stays: first, last or none.
        max_quarantine: The run stops when a larger share (0–1) of a source is set aside.
        timezone: IANA name of the zone of the clocks, such as Europe/Helsinki; None: no check of local times.

    Raises:
        ParameterError: A parameter is unknown or out of range.
        SourceError: sources.yaml is wrong, or a raw file is missing, unreadable, empty or not as described.
        CodebookError: A codebook is not valid.
        ContractError: Too many rows were set aside, or the ledger does not add up.
    """
    study = _study(regions, waves, duplicates, max_quarantine, timezone)
    folder = inside(input)
    instruments = load_instruments(extra=folder)
    delivery = load_sources(folder, instruments=instruments)
    lookups = Lookups.load(folder, study.regions)

    raws: list[RawTable] = []
    fed: list[list[Fed]] = []
    noted = [pl.DataFrame(schema=NOTED)]
    for position, source in enumerate(delivery.sources):
        raw = read_source(folder, source)
        notes = Notes(position, raw.rows)
        convert = Converter(source, raw, notes, study=study, lookups=lookups, instruments=instruments)
        fed.append(convert.run())
        raws.append(raw)
        noted.append(notes.all())

    seen = pl.concat(noted)
    broken = seen.filter(~pl.col("rule").is_in(RECODES))
    broken = _across(fed, broken, delivery.sources, study, instruments)

    kept = [[Fed(one.table, across.clean_rows(one.frame, broken), one.whole) for one in feeds] for feeds in fed]
    rows, aside = [], [pl.DataFrame(schema={name: column.dtype for name, column in Quarantine.columns().items()})]
    for position, (source, raw, feeds) in enumerate(zip(delivery.sources, raws, kept, strict=True)):
        own = broken.filter(pl.col("_source") == position)
        rows.append(books.ledger(source, raw, feeds, own))
        books.check_share(rows[-1], own, max_quarantine)
        aside.append(books.quarantine(source, raw, own))

    tables = _assemble([one for feeds in kept for one in feeds], instruments)
    check_tables(tables, instruments)
    recodes = seen.filter(pl.col("rule").is_in(RECODES))
    return Cleaned(
        tables=tables,
        quarantine=pl.concat(aside),
        ledger=books.ledger_frame(rows),
        rules=books.rule_counts(delivery.sources, pl.concat([broken, recodes])),
        sources=_source_list(delivery.sources, delivery.responsible, synthetic=delivery.synthetic),
        items=books.item_counts(tables, instruments),
        keys={name: table_key(name, instruments) for name in tables},
    )


def write_cleaned(cleaned: Cleaned) -> None:
    """Write data/clean, data/quarantine and data/ledger of the project, each folder whole or not at all.

    Raises:
        SujuvaError: A folder cannot be written.
        ContractError: A table has two rows with the same key.
    """
    with replacing_folder(inside("data/clean")) as out:
        for name, frame in cleaned.tables.items():
            write_table(frame, out / f"{name}.parquet", key=cleaned.keys[name])
    with replacing_folder(inside("data/quarantine")) as out:
        write_table(cleaned.quarantine, out / "quarantine.parquet", key=Quarantine.primary_key())
    with replacing_folder(inside("data/ledger")) as out:
        write_table(cleaned.ledger, out / "ledger.parquet", key=Ledger.primary_key())
        write_table(cleaned.rules, out / "rules.parquet", key=RuleCounts.primary_key())
        write_table(cleaned.sources, out / "sources.parquet", key=SourceList.primary_key())
        write_table(cleaned.items, out / "items.parquet", key=ItemCounts.primary_key())


def _study(
    regions: Sequence[str], waves: Sequence[int], duplicates: str, max_quarantine: float, timezone: str | None
) -> Study:
    choices = get_args(get_type_hints(Study)["duplicates"])
    if duplicates not in choices:
        msg = f"duplicates: '{duplicates}' is not a choice."
        raise ParameterError(msg, nearest(duplicates, choices))
    if not 0 <= max_quarantine <= 1:
        msg = f"max_quarantine is {max_quarantine:g}; it must be a share from 0 to 1."
        raise ParameterError(msg)
    if not regions or not waves:
        msg = "regions and waves must each name at least one."
        raise ParameterError(msg, "Set them under study in params.yaml.")
    if timezone is not None and timezone not in zoneinfo.available_timezones():
        msg = f"timezone: '{timezone}' is not known."
        raise ParameterError(msg, nearest(timezone, zoneinfo.available_timezones()))
    return Study(tuple(regions), tuple(waves), duplicates, timezone)  # type: ignore[arg-type]  # checked above


def _across(
    fed: Sequence[Sequence[Fed]],
    broken: pl.DataFrame,
    sources: Sequence[Source],
    study: Study,
    instruments: Mapping[str, Instrument],
) -> pl.DataFrame:
    """Add what is broken between rows and between tables: duplicates, contracts, then references."""
    parts: dict[str, list[pl.DataFrame]] = {}
    for one in (one for feeds in fed for one in feeds):
        parts.setdefault(one.table, []).append(one.frame)
    tables = {name: pl.concat(frames) for name, frames in parts.items()}
    if "case_events" in tables:
        tables["case_events"] = _numbered(tables["case_events"])
    twice = [
        across.duplicates(name, frame, table_key(name, instruments), broken, study=study, sources=sources)
        for name, frame in tables.items()
    ]
    broken = pl.concat([broken, *twice]).unique(maintain_order=True)
    rejected = [across.contract(name, schema_of(name, instruments), frame, broken) for name, frame in tables.items()]
    broken = pl.concat([broken, *rejected]).unique(maintain_order=True)
    return pl.concat([broken, across.orphans(tables, broken)]).unique(maintain_order=True)


def _assemble(kept: Sequence[Fed], instruments: Mapping[str, Instrument]) -> dict[str, pl.DataFrame]:
    """Put the clean rows of all sources together, one frame a table; tables that nothing feeds are empty."""
    tables: dict[str, pl.DataFrame] = {}
    for name in dict.fromkeys([*SCHEMAS, *(one.table for one in kept)]):
        frames = [one.frame for one in kept if one.table == name]
        frame = pl.concat(frames) if frames else empty_table(name, instruments)
        if name == "case_events":
            frame = _numbered(frame)
        tables[name] = frame.select(schema_of(name, instruments).column_names()).sort(table_key(name, instruments))
    return tables


def _numbered(events: pl.DataFrame) -> pl.DataFrame:
    """Number the events of each case from 1, in the order of the delivery."""
    return events.with_columns(sequence=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("case"))


def _source_list(sources: Sequence[Source], responsible: str, *, synthetic: bool) -> pl.DataFrame:
    rows = [
        {
            "source": one.name,
            "file": one.file,
            "reader": one.reader,
            "licence": one.licence,
            "responsible": one.responsible or responsible,
            "citation": one.citation,
            "synthetic": synthetic,
        }
        for one in sources
    ]
    return pl.DataFrame(rows, schema={name: column.dtype for name, column in SourceList.columns().items()})
