"""Two bundles of a region, one after the other: whoever holds both sees what changed, and of how few.

A block leaves again where it is what it was, or where each of its numbers that changed, changed by the threshold or
more. Who joined and who left are not told apart in sums: where as many left as joined nothing is told anew.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sujuva.bundles.domains import Kind, counted, rest_of
from sujuva.bundles.small import Block, Hidden, blocks_in, whole
from sujuva.codebooks import UNITS_OF_PERSONS
from sujuva.moments import record_of
from sujuva.moments.records import STRATUM

Tables = Mapping[str, pl.DataFrame]


def hide_changes(hidden: Hidden, tables: Tables, earlier: Tables, least: int) -> None:
    """Find blocks that an earlier bundle told, and that few persons changed since.

    Args:
        hidden: What is found is added here.
        tables: What leaves, but for this.
        earlier: What the earlier bundle told, in the same tables.
        least: The threshold.
    """
    for name, table in tables.items():
        record = record_of(name)
        if record.of not in UNITS_OF_PERSONS or name not in earlier:
            continue
        before, key = earlier[name], list(record.key)
        _compare(hidden, name, table, before, key, list(record.counts), least)
        if STRATUM in key and record.counts:
            # Strata that were joined meanwhile, or no longer are, add up to the same region.
            apart = [one for one in key if one != STRATUM]
            sums = list(record.counts)
            new, old = (one.group_by(apart).agg(pl.col(sums).sum()) for one in (table, before))
            _compare(hidden, name, new, old, apart, sums, least)
        if name in ("scores", "partner_scores"):
            new, old = (counted(one, Kind()) for one in (table, before))
            sides = [*key, "n", "yes", "no"]
            _compare(hidden, name, new.select(sides), old.select(sides), key, ["n", "yes", "no"], least)
            new, old = (rest_of(one).select("wave", "informant", "scale", STRATUM, "group", "n", "yes", "no")
                        for one in (new, old))  # fmt: skip
            at = ["wave", "informant", "scale", STRATUM, "group"]
            _compare(hidden, name, new, old, at, ["n", "yes", "no"], least)


def _compare(
    hidden: Hidden, name: str, new: pl.DataFrame, old: pl.DataFrame, key: list[str], counts: list[str], least: int
) -> None:
    """Hide the blocks of rows that few changed: rows of blocks that both bundles tell."""
    both = set(_told(name, new)) & set(_told(name, old))
    if not both:
        return
    numbers = [one for one in new.columns if one not in key]
    one, other = (
        whole(new.select(*key, *numbers)),
        whole(old.select(*key, *numbers)).rename({n: f"_{n}" for n in numbers}),
    )
    there = one.with_columns(_new=pl.lit(value=True)).join(
        other.with_columns(_old=pl.lit(value=True)), on=key, how="full", coalesce=True, nulls_equal=True
    )
    same = pl.all_horizontal(pl.col(n).eq_missing(pl.col(f"_{n}")) for n in numbers if n != "n_missing")
    by = [(pl.col(n).fill_null(0) - pl.col(f"_{n}").fill_null(0)).abs() for n in counts if n != "n_missing"]
    few = pl.any_horizontal((change > 0) & (change < least) for change in by) if by else pl.lit(value=False)
    moved = pl.any_horizontal(change >= least for change in by) if by else pl.lit(value=True)
    changed = there.filter(~same & (few | ~moved))
    hidden.hide(name, [block for block in _told(name, changed) if block in both], "changed_little")


def _told(name: str, rows: pl.DataFrame) -> list[Block]:
    return blocks_in(name, rows) if rows.height else []
