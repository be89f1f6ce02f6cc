"""The network of regions' bundles: rows of regions side by side, and those of the network as exact sums over them.

How rows of a table combine is on its record (`sujuva.moments.RECORDS`). Where the network's rows are more than sums
(they hang on the words that any region uses, for one), what the rows were made of is read back from them, and the
family's own `finish` makes them again; see `sujuva.bundles.again`. What cannot be told without persons of several
regions stands in `sujuva.bundles.limits`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import polars as pl

from sujuva.bundles.again import coding_again, counted_again, said_again, services_again, tallies_again
from sujuva.bundles.contents import Contents
from sujuva.bundles.protect import without_withheld
from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ContractError
from sujuva.moments import RECORDS, TableRecord, require_recorded
from sujuva.moments.parts import check_sums, fitted
from sujuva.moments.records import STRATUM

DISTINCT: Mapping[str, tuple[str, ...]] = {"events": ("activities", "variants")}
"""Numbers of different things: no sums, as two regions may have the same. The network has them of one region alone."""
_AGAIN: Mapping[str, Callable[[Sequence[pl.DataFrame]], pl.DataFrame]] = {
    "case_tallies": tallies_again,
    "service_pairs": services_again,
    "said": said_again,
    "coding_units": coding_again,
}
"""Tables whose rows are more than sums, and what makes them of those of each part, its network included."""


def combine(own: Contents | None, bundles: Sequence[Contents]) -> Contents:
    """Combine the moments of a run with those of other regions.

    The network of a run's own regions is known exactly, whatever their persons did; that of bundles is the sum of them.
    A block that one of the regions withheld is not told of the network.

    Args:
        own: Tables of moments of a run, with the rows of its network; None: there is none.
        bundles: What the bundles of other regions hold; their ledgers are combined elsewhere (`ledger`).

    Returns:
        Tables as `RECORDS` has them, of all regions and the network, in no particular order and without a ledger; and
        what was withheld.

    Raises:
        ContractError: A table is not as recorded, two of them have the same region or stratum, or tell different
            statistics or decimals of the same thing.
    """
    parts = [*([own] if own else []), *bundles]
    for part in parts:
        require_recorded(part.moments)
    regions = [*([regions_of(own)] if own else []), *({region_of(bundle)} for bundle in bundles)]
    _require_apart(parts, regions)
    withheld = pl.concat([part.withheld for part in parts])
    made = {}
    for name, record in RECORDS.items():
        tables = [_wide(record, part.moments[name]) for part in parts if name in part.moments]
        if tables:
            made[name] = _told(record, _COMBINED[record.combined](record, tables), withheld)
    return Contents(counted_again(made), {}, withheld)


def regions_of(contents: Contents) -> set[str]:
    """Return the regions that moments have rows of; the network is none."""
    tables = (table for table in contents.moments.values() if "region" in table.columns)
    return {one for table in tables for one in table["region"].unique()} - {NETWORK}


def region_of(bundle: Contents) -> str:
    """Return the one region that a bundle is of.

    Raises:
        ContractError: It has none or several, or rows of a network.
    """
    tables = (table for table in bundle.moments.values() if "region" in table.columns)
    # A table of one region has the same at both ends: far faster than finding all.
    ends = [end for table in tables for end in (table["region"].min(), table["region"].max())]
    regions = {str(end) for end in ends if end is not None}
    if len(regions) != 1 or NETWORK in regions:
        msg = f"A bundle has rows of one region, not of {', '.join(sorted(regions)) or 'none'}."
        raise ContractError(msg, "Make it anew with `sujuva bundle`.")
    return regions.pop()


def _require_apart(parts: Sequence[Contents], regions: Iterable[set[str]]) -> None:
    """Refuse regions, and strata, that two parts have: their persons, or their clusters, could be the same."""
    if twice := _twice(regions):
        msg = f"The region {twice[0]} comes twice, in what is to be combined."
        raise ContractError(msg, "Keep one of them: its own data, or one bundle.")
    for name, record in RECORDS.items():
        tables = [part.moments[name] for part in parts if name in part.moments]
        if STRATUM in record.key and _twice(set(table[STRATUM].unique()) for table in tables):
            msg = f"Two regions share a stratum of the sample ({name}): clusters of both cannot be told apart."
            raise ContractError(msg, "Regions of estimation.shared_strata are computed together, from their own data.")


def _twice(sets: Iterable[set[str]]) -> list[str]:
    """Return what is in two of some sets."""
    counts = Counter(one for some in sets for one in some)
    return sorted(one for one, times in counts.items() if times > 1)


def _wide(record: TableRecord, table: pl.DataFrame) -> pl.DataFrame:
    """Return a table, as made or as stored, with sums of 128 bits."""
    decimals = [name for name, kind in table.schema.items() if kind == pl.Decimal]
    return table.with_columns(pl.col(list({*decimals, *record.sums})).cast(pl.Int128))


def _of_network(record: TableRecord, tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Put regions side by side, and add up their network."""
    # A run has made the network of its own regions; a bundle has one region, which is all of its network.
    whole = [
        one if NETWORK in one["region"] else pl.concat([one, one.with_columns(region=pl.lit(NETWORK))])
        for one in tables
    ]
    if record.name in _AGAIN:
        return _AGAIN[record.name](whole)
    rows = pl.concat(whole)
    if STRATUM in record.key:  # no two parts have the same, so that there is nothing to add
        return rows
    network = _added(record, rows.filter(region=NETWORK))
    return pl.concat([rows.filter(pl.col("region") != NETWORK), network.select(rows.columns)])


def _added(record: TableRecord, rows: pl.DataFrame) -> pl.DataFrame:
    """Add up rows with the same key.

    Raises:
        ContractError: They have other decimals, or a sum would leave 38 digits.
    """
    distinct = DISTINCT.get(record.name, ())
    sums = [name for name in record.sums if name not in distinct]
    check_sums(rows, (pl.col(name) for name in sums))
    alike = [name for name in record.schema if name not in record.sums]
    added = rows.group_by(alike).agg(
        # What one of them does not tell is not known of all together.
        *(pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(name) for name in sums),
        *(pl.when(pl.len() == 1).then(pl.col(name).first()).alias(name) for name in distinct),
    )
    if len(alike) > len(record.key) and added.select(record.key).is_duplicated().any():
        msg = f"Regions tell of the same in other decimals ({record.name})."
        raise ContractError(msg, "Compute them with the same instruments and the same weight_decimals.")
    return added


def _of_keys(record: TableRecord, tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    return _AGAIN[record.name](tables) if record.name in _AGAIN else _added(record, pl.concat(tables))


def _of_regions(_: TableRecord, tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(tables)


def _public(record: TableRecord, tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Keep what any of them tells.

    Raises:
        ContractError: They tell different things of the same.
    """
    rows = pl.concat(tables).unique()
    twice = rows.filter(pl.struct(record.key).is_duplicated())
    if twice.height:
        first = twice.sort(record.key).row(0, named=True)
        where = ", ".join(str(first[name]) for name in record.key)
        msg = f"Public statistics differ between regions: {record.name}, {where}."
        raise ContractError(msg, "Give them all the same delivery of that statistic, or one of them alone.")
    return rows


_COMBINED: Mapping[str, Callable[[TableRecord, Sequence[pl.DataFrame]], pl.DataFrame]] = {
    "network": _of_network,
    "regions": _of_regions,
    "keys": _of_keys,
    "public": _public,
}


def _told(record: TableRecord, rows: pl.DataFrame, withheld: pl.DataFrame) -> pl.DataFrame:
    """Lay a table out, without what some region withheld: of the network all of it, of a region its own.

    What was made again of its rows would have zeros where a region tells nothing.
    """
    mine = withheld.filter(pl.col("table") == record.name)
    if not mine.height or record.combined in {"regions", "public"}:
        return fitted(rows, record.schema)
    if record.combined == "keys":
        return fitted(without_withheld(record.name, rows, mine), record.schema)
    region = pl.col("region")
    silent = mine["region"].unique().sort().to_list()
    told = [rows.filter(region != NETWORK, ~region.is_in(silent))]
    told += [without_withheld(record.name, rows.filter(region == one), mine.filter(region == one)) for one in silent]
    told.append(without_withheld(record.name, rows.filter(region == NETWORK), mine))
    return fitted(pl.concat(told), record.schema)
