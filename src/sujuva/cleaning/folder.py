"""Cleaning a whole delivery: from an input folder to clean tables, quarantine and ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl

from sujuva.cleaning import books
from sujuva.cleaning.compare import Compared, compare, numbered
from sujuva.cleaning.fed import AT
from sujuva.cleaning.pseudonyms import hasher_of
from sujuva.cleaning.taking import Taken, prepare, take
from sujuva.codebooks import Instrument
from sujuva.errors import ParameterError
from sujuva.handed import write_choices
from sujuva.io import replacing_folder, write_estimates, write_table
from sujuva.paths import inside
from sujuva.sources import Source
from sujuva.tables import (
    SCHEMAS,
    FlagCounts,
    ItemCounts,
    ItemTitles,
    Ledger,
    Quarantine,
    ResponseCounts,
    RowFlags,
    RuleCounts,
    SourceList,
    check_tables,
    empty_table,
    key_columns,
    schema_of,
    table_key,
    types_of,
)


@dataclass(frozen=True)
class Cleaned:
    """A cleaned delivery.

    Attributes:
        tables: Clean tables by name: every fixed one, and `answers_<instrument>` of each instrument that is fed; rows
            in the order of the delivery.
        quarantine: Raw rows that were set aside (contract `Quarantine`). Private.
        ledger: Rows in, clean and set aside by source (contract `Ledger`).
        rules: Raw rows that each rule touched (contract `RuleCounts`).
        sources: Where the data come from (contract `SourceList`).
        items: Answers and blanks of every item (contract `ItemCounts`).
        titles: What sources call items and indicators (contract `ItemTitles`).
        key: Eight digits that tell which secret key made the pseudonyms, or demo, or none where there is nobody.
        instruments: Codebooks by key.
        keys: Key columns of each clean table.
        origins: Of each clean table, in the order of its rows: source, and the number of its row that quarantine would
            tell. Private.
    """

    tables: Mapping[str, pl.DataFrame]
    quarantine: pl.DataFrame
    ledger: pl.DataFrame
    rules: pl.DataFrame
    sources: pl.DataFrame
    items: pl.DataFrame
    titles: pl.DataFrame
    key: str
    instruments: Mapping[str, Instrument]
    keys: Mapping[str, list[str]]
    origins: Mapping[str, pl.DataFrame]


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
    rules it broke. Keys of persons and families leave as keyed pseudonyms.

    Args:
        input: Folder with raw files and their `sources.yaml`; relative paths are relative to the project.
        regions: Keys of the regions that take part; rows of other regions are set aside.
        waves: Years of the waves; rows of other years are set aside.
        duplicates: Which of several rows with the same key stays: first, last or none.
        max_quarantine: The run stops when a larger share (0–1) of a source is set aside.
        timezone: IANA name of the zone of the clocks, such as Europe/Helsinki; None: no check of local times.

    Raises:
        ParameterError: A parameter is unknown or out of range.
        SourceError: sources.yaml is wrong; a raw file is missing, unreadable, empty or not as described; a column
            tells who somebody is and nothing is said about that; or there is no key for pseudonyms.
        CodebookError: A codebook is not valid.
        ContractError: Too many rows were set aside, or the ledger does not add up.
    """
    if not 0 <= max_quarantine <= 1:
        msg = f"max_quarantine is {max_quarantine:g}; it must be a share from 0 to 1."
        raise ParameterError(msg)
    folder = inside(input)
    delivery, setting = prepare(folder, regions, waves, duplicates, timezone)
    hasher = hasher_of(delivery)
    setting = setting.with_hasher(hasher)
    taken = [take(folder, source, setting) for source in delivery.sources]
    # Hashing keeps one processor busy with Python, comparing keeps Polars busy: they go on side by side.
    with ThreadPoolExecutor(1) as pool:
        making = pool.submit(setting.books.register.all_pseudonyms)
        found = compare(taken, setting)
        pseudonyms = making.result()

    ledger, aside, rules = [], [], []
    for position, one in enumerate(taken):
        touched = books.Touched(one.source, one.raw, found.book.of(position), found.book.aside(position))
        ledger.append(books.ledger(touched, _places(found, position, one)))
        books.check_share(touched, max_quarantine)
        aside.append(books.quarantine(touched, one.mapped, setting.books.register.hasher))
        rules.append(books.rule_counts(touched))

    instruments = setting.books.instruments
    titles = books.item_titles(delivery.sources, [t.raw for t in taken], [t.fed for t in taken], instruments)
    tables = _assemble(found, taken, pseudonyms, instruments)
    items = books.item_counts(tables, found.parents, instruments, _forms(found, taken))
    return Cleaned(
        tables=tables,
        quarantine=_rows(Quarantine, aside),
        ledger=_rows(Ledger, ledger),
        rules=_rows(RuleCounts, rules),
        sources=_source_list(delivery.sources, delivery.responsible, synthetic=delivery.synthetic),
        items=items,
        titles=titles,
        key="demo" if delivery.key == "demo" else hasher.name,
        instruments=instruments,
        keys={name: table_key(name, instruments) for name in tables},
        origins=books.origins(
            {name: frame[AT] for name, frame in found.kept.items()},
            tables,
            [t.raw.rows for t in taken],
            [t.source.name for t in taken],
        ),
    )


def write_cleaned(
    cleaned: Cleaned,
    *,
    clean: Path,
    quarantine: Path,
    ledger: Path,
    origins: Path,
    flags: pl.DataFrame,
    flag_counts: pl.DataFrame,
    response: pl.DataFrame,
    choices: Mapping[str, Any],
) -> None:
    """Write four folders, each whole or not at all.

    Args:
        cleaned: What was cleaned.
        clean: The folder of the clean tables.
        quarantine: The folder of the rows that were set aside and of the flags. Private.
        ledger: The folder of the counts.
        origins: The folder of where clean rows came from: of each table, line by line as it lies in `clean`, source
            and row. Private, and no stage reads it.
        flags: Flags on single rows (contract `RowFlags`). Private: they lie with the quarantine.
        flag_counts: What was flagged, counted (contract `FlagCounts`).
        response: Who answered (contract `ResponseCounts`).
        choices: `globals()` of the notebook: see `sujuva.handed.write_choices`.

    Raises:
        SujuvaError: A folder cannot be written.
        ContractError: A table breaks its contract, which is an error in the program.
    """
    check_tables(cleaned.tables, cleaned.instruments)
    with replacing_folder(clean) as out:
        for name, frame in cleaned.tables.items():
            write_table(frame, out / f"{name}.parquet", key=cleaned.keys[name])
    with replacing_folder(origins) as out:
        for name, frame in cleaned.tables.items():
            lines = frame.select(pl.arg_sort_by(cleaned.keys[name], nulls_last=True)).to_series()
            write_table(cleaned.origins[name][lines].with_row_index("line"), out / f"{name}.parquet", key=["line"])
    with replacing_folder(quarantine) as out:
        write_table(cleaned.quarantine, out / "quarantine.parquet", key=Quarantine.primary_key())
        write_table(flags, out / "flags.parquet", key=RowFlags.primary_key())
    with replacing_folder(ledger) as out:
        write_table(cleaned.ledger, out / "ledger.parquet", key=Ledger.primary_key())
        write_table(cleaned.rules, out / "rules.parquet", key=RuleCounts.primary_key())
        write_table(cleaned.sources, out / "sources.parquet", key=SourceList.primary_key())
        write_table(cleaned.items, out / "items.parquet", key=ItemCounts.primary_key())
        write_estimates(flag_counts, out / "flags.parquet", key=FlagCounts.primary_key())
        write_table(response, out / "response.parquet", key=ResponseCounts.primary_key())
        write_table(cleaned.titles, out / "titles.parquet", key=ItemTitles.primary_key())
        write_choices(choices, out)


def _rows(contract: type[dy.Schema], frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Put the rows of sources under each other; a study that has bundles of other regions alone has no source."""
    return pl.concat([pl.DataFrame(schema=types_of(contract)), *frames])


def _places(found: Compared, position: int, taken: Taken) -> list[tuple[pl.Series, int]]:
    """Return of each table that holds every clean row of a source: the places of its rows, and how often each comes.

    Of a table to which one raw row brings several rows, only that it is there is known.
    """
    own = found.book.own(position, AT)
    feeds = Counter((one.table, one.whole) for one in taken.fed if one.each)
    places = []
    for (table, whole), times in feeds.items():
        at = found.kept[table].select(AT).filter(own)[AT]
        places.append((at, times) if whole else (at.unique().sort(), 1))
    return places


def _forms(found: Compared, taken: Sequence[Taken]) -> dict[str, books.Forms]:
    """Return of each table of answers which items the feed of every clean row delivers."""
    fed: dict[str, list[tuple[pl.Series, frozenset[str]]]] = {}
    for position, one in enumerate(taken):
        for brought in one.fed:
            if brought.items:
                at = brought.frame[AT] + found.book.start(position)
                fed.setdefault(brought.table, []).append((at.filter(~found.book.is_broken(at)), brought.items))
    return {
        table: books.Forms(
            pl.concat([pl.repeat(kind, at.len(), dtype=pl.UInt32, eager=True) for kind, (at, _) in enumerate(feeds)]),
            [items for _, items in feeds],
        )
        for table, feeds in fed.items()
    }


def _assemble(
    found: Compared, taken: Sequence[Taken], pseudonyms: Mapping[str, pl.Series], instruments: Mapping[str, Instrument]
) -> dict[str, pl.DataFrame]:
    """Give the clean rows their pseudonyms; tables that nothing feeds are empty."""
    own_units = [found.book.own(position, AT) for position, one in enumerate(taken) for fed in one.fed if fed.own_unit]
    tables: dict[str, pl.DataFrame] = {}
    for name in dict.fromkeys([*SCHEMAS, *found.kept]):
        frame = found.kept.get(name)
        if frame is None:
            tables[name] = empty_table(name, instruments)
            continue
        contract = schema_of(name, instruments)
        frame = frame.with_columns(
            pseudonyms[kind].gather(frame[column]).alias(column) for column, kind in key_columns(contract).items()
        )
        if name == "case_events":
            frame = numbered(frame)
        if name == "respondents" and own_units:
            frame = frame.with_columns(unit=pl.when(pl.any_horizontal(own_units)).then("respondent").otherwise("unit"))
        tables[name] = frame.select(contract.column_names())
    return tables


def _source_list(sources: Sequence[Source], responsible: str, *, synthetic: bool) -> pl.DataFrame:
    rows = [
        (one.name, one.file, one.reader, one.licence, one.responsible or responsible, one.citation, synthetic)
        for one in sources
    ]
    return pl.DataFrame(rows, schema=types_of(SourceList), orient="row")
