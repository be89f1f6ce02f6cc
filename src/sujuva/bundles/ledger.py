"""The ledgers of bundles beside that of a run: what became of the rows that went into the network's numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import polars as pl

from sujuva.bundles.contents import LEDGER, WITHHELD_FILE, nothing_withheld
from sujuva.bundles.protect import without_withheld
from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ContractError
from sujuva.io import read_table
from sujuva.moments import RECORDS
from sujuva.tables import types_of

Tables = Mapping[str, pl.DataFrame]
_BY_SOURCE = ("ledger", "rules", "titles")
"""Tables by source, beside the list of sources itself."""
_SUMS = {"ledger": ("rows_in", "rows_clean", "rows_quarantined"), "rules": ("rows",)}
_BY_REGION = ("items", "response", "flags")


def read_ledgers(folder: Path) -> tuple[dict[str, dict[str, pl.DataFrame]], pl.DataFrame]:
    """Return what `write_taken` left: region → name → table of the ledgers of bundles, and what they withheld.

    Without the folder there are none.

    Raises:
        SujuvaError: A table is missing.
    """
    if not folder.is_dir():
        return {}, nothing_withheld()
    places = sorted(path for path in folder.iterdir() if path.is_dir())
    tables = {place.name: {name: read_table(place / f"{name}.parquet") for name in LEDGER} for place in places}
    return tables, read_table(folder / WITHHELD_FILE)


def with_ledgers(
    own: Tables, bundles: Mapping[str, Tables], withheld: pl.DataFrame, *, names: Collection[str] = tuple(LEDGER)
) -> dict[str, pl.DataFrame]:
    """Put the ledgers of bundles beside that of a run.

    A source that several of them describe alike (name, file, reader, licence, responsible …) is one, and its rows add
    up; one of the same name that is another is told apart by its region. A source of public statistics with the same
    counts everywhere is the same file, and counts once. What one region withheld is told of none: readers are told of
    the network what its regions add up to.

    Args:
        own: Tables of the run's ledger by name; one that is not there has no rows.
        bundles: Region → tables of its ledger.
        withheld: What they withheld.
        names: Tables of `LEDGER` that are wanted.

    Returns:
        These tables of all of them, by name; without bundles those of the run.

    Raises:
        ContractError: Two of them tell of the same region.
    """
    if not bundles:
        return dict(own)
    own = {name: pl.DataFrame(schema=types_of(contract)) for name, contract in LEDGER.items()} | dict(own)
    made: dict[str, pl.DataFrame] = {}
    for name in _BY_REGION:
        rows = pl.concat([own[name], *(one[name] for one in bundles.values())])
        key = list(LEDGER[name].primary_key())
        if rows.filter(pl.col("region") != NETWORK).select(key).is_duplicated().any():
            msg = f"The ledger tells of a region twice ({name})."
            raise ContractError(msg, "Take the region's exports out of the input folder, or leave its bundle out.")
        # Of all regions together only what a run found in its own data is known.
        told = rows.sort(key).unique(key, keep="first", maintain_order=True)
        made[name] = without_withheld(f"ledger/{name}", told, withheld)
    named = [_named(one, region, own, bundles) for region, one in {"": own, **bundles}.items()]
    once = _same_files([one["ledger"] for one in named])
    for name in (*_BY_SOURCE, "sources"):
        told = _together([one[name] for one in named], _SUMS.get(name, ()), once)
        made[name] = without_withheld(f"ledger/{name}", told.sort(list(LEDGER[name].primary_key())), withheld)
    return {name: made[name] for name in names}


def _same_files(ledgers: list[pl.DataFrame]) -> list[str]:
    """Return the sources of public statistics alone that have the same counts wherever they are."""
    public = [record.copied for record in RECORDS.values() if record.copied]
    open_data = pl.col("tables").str.split(";").list.eval(pl.element().is_in(public)).list.all()
    rows = pl.concat(ledgers).filter(open_data).unique()
    return rows.filter(~pl.col("source").is_duplicated())["source"].to_list()


def _described(tables: Tables) -> dict[str, tuple[object, ...]]:
    """Return what is known of each source beside its counts."""
    kinds = dict(tables["ledger"].select("source", "tables").iter_rows())
    return {row[0]: (*row[1:], kinds.get(row[0])) for row in tables["sources"].iter_rows()}


def _named(tables: Tables, region: str, own: Tables, bundles: Mapping[str, Tables]) -> dict[str, pl.DataFrame]:
    """Call a source of a region by a name of its own, where another one of the same name is something else."""
    if not region:
        return dict(tables)
    mine = _described(tables)
    others = [_described(one) for name, one in {"": own, **bundles}.items() if name != region]
    apart = [name for name, one in mine.items() if any(other.get(name, one) != one for other in others)]
    source = pl.col("source")
    told = pl.when(source.is_in(apart)).then(pl.format(f"{{}} ({region})", source)).otherwise(source).alias("source")
    return {name: one.with_columns(told) if "source" in one.columns else one for name, one in tables.items()}


def _together(tables: list[pl.DataFrame], sums: Sequence[str], once: list[str]) -> pl.DataFrame:
    """Add up rows that say the same of a source; those of sources in `once` count once."""
    rows = pl.concat(tables)
    same = pl.col("source").is_in(once)
    rows = pl.concat([rows.filter(~same), rows.filter(same).unique()])
    keys = [one for one in rows.columns if one not in sums]
    added = rows.group_by(keys).agg(pl.col(sums).sum()) if sums else rows.unique()
    return added.select(rows.columns)
