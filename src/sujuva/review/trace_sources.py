"""The clean rows behind a cell and the files that they came from, counted: never a row, never a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.codebooks import load_lineage, load_regions
from sujuva.codebooks.regions import NETWORK
from sujuva.errors import SujuvaError
from sujuva.io import read_table
from sujuva.moments import with_municipality_types
from sujuva.published import Cell
from sujuva.review.trace_moments import Origin, filled
from sujuva.tidy import ALL, ALL_YEARS

_PERSON = ("respondent", "wave")
_RESPONDENTS, _INFORMANT = "respondents", "informant"


@dataclass(frozen=True)
class CleanRows:
    """The rows of a clean table that lie where the cell lies.

    Attributes:
        table: Its name.
        rows: How many.
        by: What they were chosen by: those of region, wave, informant, group that the table can tell.
        files: How many of them each source brought, by name of the source.
    """

    table: str
    rows: int
    by: tuple[str, ...]
    files: Mapping[str, int]


@dataclass(frozen=True)
class SourceFile:
    """A file that feeds a clean table of the cell.

    Attributes:
        source: Its name in sources.yaml.
        file: The file.
        reader: What read it.
        rows_in: Its rows.
        rows_clean: Those of them that are clean.
        rows_quarantined: Those that were set aside.
        rules: Rows that each rule touched, of the whole file: rule, kind (quarantine or recode), rows, the most first.
        here: Clean rows of the cell that it brought.
    """

    source: str
    file: str
    reader: str
    rows_in: int
    rows_clean: int
    rows_quarantined: int
    rules: tuple[tuple[str, str, int], ...]
    here: int


def clean_tables(origin: Origin, data: Path) -> list[str]:
    """Return the clean tables that the moments of a cell are made of.

    What is made of the ledger has no moments: then it is what the ledger tells of.
    """
    lineage = load_lineage(data / "study")
    moments = [name.partition("/")[2] for name in origin.tables if name.startswith("moments/")]
    named = [text for name in moments for one in lineage.reduction(name).source for text in filled(one, origin.known)]
    return [name for name in dict.fromkeys(named) if (data / "clean" / f"{name}.parquet").is_file()]


def clean_rows(cell: Cell, origin: Origin, data: Path, choices: Mapping[str, Mapping[str, Any]]) -> list[CleanRows]:
    """Count the clean rows that lie where the cell lies: in its region, years, informant and group.

    Args:
        cell: The published row.
        origin: What it is made of.
        data: The folder data/ of the project.
        choices: Section → name → value of the choices of the stages: of them regions and waves of the study.

    Raises:
        SujuvaError: A table is missing, or data/origins is of another cleaning.
    """
    study = choices["study"]
    known = load_regions(data / "study")
    people = with_municipality_types(pl.scan_parquet(data / "clean" / f"{_RESPONDENTS}.parquet"), known)
    return [_counted(name, cell, people, study, data) for name in clean_tables(origin, data)]


def _counted(name: str, cell: Cell, people: pl.LazyFrame, study: Mapping[str, Any], data: Path) -> CleanRows:
    rows = pl.scan_parquet(data / "clean" / f"{name}.parquet").with_row_index("line")
    columns = rows.collect_schema().names()
    own = [one for one in people.collect_schema().names() if one not in columns]
    if name == _RESPONDENTS:
        rows = rows.join(people.select(*_PERSON, *own), on=_PERSON, how="left")
    elif name.startswith("answers_"):
        rows = rows.join(people, on=_PERSON, how="left")
    there = rows.collect_schema()
    where = {column: values for column, values in places(cell, study).items() if column in there}
    where = {column: values for column, values in where.items() if column != _INFORMANT or _tells(rows, values)}
    texts = [pl.col(column).cast(pl.String).is_in(values) for column, values in where.items()]
    found = rows.filter(pl.lit(value=True), *texts).select("line").collect()["line"]
    return CleanRows(name, found.len(), tuple(where), files_of(name, found, data))


def _tells(rows: pl.LazyFrame, informants: Sequence[str]) -> bool:
    """Whether any row is of one of the informants: a scale made of several has one that no row has."""
    return bool(rows.select(pl.col(_INFORMANT).is_in(informants).any()).collect().item())


def places(cell: Cell, study: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return where a cell lies: the columns that hold it, and the values that they have there.

    The network is the regions of the study, all years are its waves; everybody leaves a column out.
    """
    row = cell.row
    region = row.get("region") or NETWORK
    found = {"region": [*study["regions"]] if region == NETWORK else [str(region)]}
    waves = {row.get("wave"), row.get("other_wave")} - {None, ALL_YEARS}
    earlier = str(row.get("category") or "").rpartition(":")[2]
    waves |= {int(earlier)} if earlier.isdigit() and int(earlier) in study["waves"] else set()
    found["wave"] = sorted(str(one) for one in waves or study["waves"])
    if row.get(_INFORMANT):
        found[_INFORMANT] = [str(row[_INFORMANT])]
    grouped: dict[str, list[str]] = {}
    for name in ("group", "other_group"):
        column, colon, value = str(row.get(name) or ALL).partition(":")
        if colon:
            grouped.setdefault(column, []).append(value)
    return found | grouped


def files_of(table: str, lines: pl.Series, data: Path) -> dict[str, int]:
    """Count by source the lines of a clean table.

    Raises:
        SujuvaError: data/origins does not belong to data/clean.
    """
    origins = read_table(data / "origins" / f"{table}.parquet")
    height = pl.scan_parquet(data / "clean" / f"{table}.parquet").select(pl.len()).collect().item()
    if origins.height != height:
        msg = f"data/origins tells of {origins.height} rows of {table}, data/clean has {height}."
        raise SujuvaError(msg, "Run `dvc repro clean` to make them alike.")
    counted = origins[lines]["source"].value_counts().sort("count", "source", descending=[True, False])
    return dict(counted.iter_rows())


def source_files(tables: Sequence[str], rows: Iterable[CleanRows], data: Path) -> list[SourceFile]:
    """Return the files that feed some clean tables, with what the ledger counts of each."""
    ledger = read_table(data / "ledger/ledger.parquet")
    rules = read_table(data / "ledger/rules.parquet").sort("rows", "rule", descending=[True, False])
    readers = dict(read_table(data / "ledger/sources.parquet").select("source", "reader").iter_rows())
    here: dict[str, int] = {}
    for one in rows:
        for source, count in one.files.items():
            here[source] = here.get(source, 0) + count
    feeding = ledger.filter(pl.col("tables").str.split(";").list.set_intersection(list(tables)).list.len() > 0)
    return [
        SourceFile(
            source=row["source"],
            file=row["file"],
            reader=readers[row["source"]],
            rows_in=row["rows_in"],
            rows_clean=row["rows_clean"],
            rows_quarantined=row["rows_quarantined"],
            rules=tuple(rules.filter(source=row["source"]).select("rule", "kind", "rows").rows()),
            here=here.get(row["source"], 0),
        )
        for row in feeding.sort("source").iter_rows(named=True)
    ]
