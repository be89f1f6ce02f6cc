"""Cleaning a whole delivery: from an input folder to clean tables, quarantine and ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl

from sujuva.cleaning import books
from sujuva.cleaning.compare import Compared, compare, numbered
from sujuva.cleaning.fed import AT, Brought, Fed
from sujuva.cleaning.parts import Numbers, Part, Piece, part_of, with_keys
from sujuva.cleaning.pseudonyms import hasher_of
from sujuva.cleaning.taking import Setting, prepare
from sujuva.codebooks import Instrument
from sujuva.engines import Engine, Local
from sujuva.engines.shared import shared_folder
from sujuva.errors import ParameterError
from sujuva.handed import write_choices
from sujuva.io import replacing_folder, write_estimates, write_table
from sujuva.paths import inside
from sujuva.sources import Source, Sources
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
    engine: Engine | None = None,
) -> Cleaned:
    """Clean every raw file of an input folder.

    Each raw row ends in exactly one place: in every table that its source feeds, or in the quarantine with all the
    rules it broke. Keys of persons and families leave as keyed pseudonyms. What is made hangs on no engine.

    Args:
        input: Folder with raw files and their `sources.yaml`; relative paths are relative to the project.
        regions: Keys of the regions that take part; rows of other regions are set aside.
        waves: Years of the waves; rows of other years are set aside.
        duplicates: Which of several rows with the same key stays: first, last or none.
        max_quarantine: The run stops when a larger share (0–1) of a source is set aside.
        timezone: IANA name of the zone of the clocks, such as Europe/Helsinki; None: no check of local times.
        engine: Where single files are read and converted; None: in this process, one after the other.

    Raises:
        ParameterError: A parameter is unknown or out of range.
        SujuvaError: The engine is in trouble, or files cannot be handed on.
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
    setting = setting.with_hasher(hasher_of(delivery))
    engine = engine or Local()
    with shared_folder() if engine.apart else nullcontext() as place:
        pieces = [Piece(folder, source, place and place / source.name) for source in delivery.sources]
        for own in (piece.out for piece in pieces if piece.out):
            own.mkdir()
        parts = list(engine.map(partial(part_of, setting=setting), pieces))
        return _cleaned(delivery, setting, parts, max_quarantine)


def _cleaned(delivery: Sources, setting: Setting, parts: Sequence[Part], max_quarantine: float) -> Cleaned:
    """Compare the rows of all files by their keys, and put together what stays."""
    instruments, register = setting.books.instruments, setting.books.register
    numbers = [part.renumbered(register) for part in parts]
    brought = [part.brought(own, delivery.sources, instruments) for part, own in zip(parts, numbers, strict=True)]
    # Hashing keeps one processor busy with Python, comparing keeps Polars busy: they go on side by side.
    with ThreadPoolExecutor(1) as pool:
        making = pool.submit(register.all_pseudonyms)
        found = compare(brought, setting)
        pseudonyms = making.result()

    ledger, aside, rules = [], [], []
    for position, part in enumerate(parts):
        touched = books.Touched(
            part.source, part.rows(), found.book.of(position), found.book.aside(position), part.left_out
        )
        ledger.append(books.ledger(touched, _places(found, position, part.fed)))
        books.check_share(touched, max_quarantine)
        aside.append(books.quarantine(touched, part.raw(touched.aside), part.mapped, register.hasher))
        rules.append(books.rule_counts(touched))

    forms = _forms(found, brought)
    del brought
    titles = _rows(ItemTitles, [part.titles for part in parts])
    tables = _assemble(found, parts, numbers, pseudonyms, instruments)
    return Cleaned(
        tables=tables,
        quarantine=_rows(Quarantine, aside),
        ledger=_rows(Ledger, ledger),
        rules=_rows(RuleCounts, rules),
        sources=_source_list(delivery.sources, delivery.responsible, synthetic=delivery.synthetic),
        items=books.item_counts(tables, found.parents, instruments, forms),
        titles=titles.unique().sort(titles.columns),
        key="demo" if delivery.key == "demo" else register.hasher.name,
        instruments=instruments,
        keys={name: table_key(name, instruments) for name in tables},
        origins=books.origins(
            {name: frame[AT] for name, frame in found.kept.items()},
            tables,
            [part.rows() for part in parts],
            [part.source.name for part in parts],
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


def _places(found: Compared, position: int, fed: Sequence[Fed]) -> list[tuple[pl.Series, int]]:
    """Return of each table that holds every clean row of a source: the places of its rows, and how often each comes.

    Of a table to which one raw row brings several rows, only that it is there is known.
    """
    own = found.book.own(position, AT)
    feeds = Counter((one.table, one.whole) for one in fed if one.each)
    places = []
    for (table, whole), times in feeds.items():
        at = found.kept[table].select(AT).filter(own)[AT]
        places.append((at, times) if whole else (at.unique().sort(), 1))
    return places


def _forms(found: Compared, brought: Sequence[Brought]) -> dict[str, books.Forms]:
    """Return of each table of answers which items the feed of every clean row delivers."""
    fed: dict[str, list[tuple[pl.Series, frozenset[str]]]] = {}
    for position, source in enumerate(brought):
        for one in source.fed:
            if one.items:
                at = one.frame[AT] + found.book.start(position)
                fed.setdefault(one.table, []).append((at.filter(~found.book.is_broken(at)), one.items))
    return {
        table: books.Forms(
            pl.concat([pl.repeat(kind, at.len(), dtype=pl.UInt32, eager=True) for kind, (at, _) in enumerate(feeds)]),
            [items for _, items in feeds],
        )
        for table, feeds in fed.items()
    }


def _assemble(
    found: Compared,
    parts: Sequence[Part],
    numbers: Sequence[Numbers],
    pseudonyms: Mapping[str, pl.Series],
    instruments: Mapping[str, Instrument],
) -> dict[str, pl.DataFrame]:
    """Read the clean rows of every table and give them their pseudonyms; tables that nothing feeds are empty."""
    frames: dict[str, list[pl.DataFrame]] = {}
    for position, part in enumerate(parts):
        aside = found.book.aside(position)
        values = {kind: pseudonyms[kind].gather(own) for kind, own in numbers[position].items()}
        for number, one in enumerate(part.fed):
            frame = part.table(number)
            frame = with_keys(frame.filter(~aside.gather(frame[AT])), one.table, values)
            if one.own_unit:
                frame = frame.with_columns(unit="respondent")
            frames.setdefault(one.table, []).append(frame)
    tables: dict[str, pl.DataFrame] = {}
    for name in dict.fromkeys([*SCHEMAS, *frames]):
        contract = schema_of(name, instruments)
        frame = pl.concat(frames.pop(name)) if name in frames else empty_table(name, instruments)
        frame = numbered(frame) if name == "case_events" else frame
        tables[name] = frame.select(contract.column_names())
    return tables


def _source_list(sources: Sequence[Source], responsible: str, *, synthetic: bool) -> pl.DataFrame:
    rows = [
        (one.name, one.file, one.reader, one.licence, one.responsible or responsible, one.citation, synthetic)
        for one in sources
    ]
    return pl.DataFrame(rows, schema=types_of(SourceList), orient="row")
