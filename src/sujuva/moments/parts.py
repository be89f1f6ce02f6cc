"""Part, merge and finish: how microdata become moments, on one machine or on many.

`part` reduces the rows that one process holds to tables whose sums may be added; `merge` adds such tables up; `finish`
squares, counts and joins what needs the whole. In the tables of a part every sum is Int128 and every other column is a
key, so that one function merges them all. A table of keys alone is a set: merging it is their union.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, ParamSpec, TypeVar

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ContractError

Part = Mapping[str, pl.DataFrame]
"""Tables by name, sorted by their keys; sums are Int128, all other columns are keys, and no two rows share them."""
_LARGEST = 1e38  # 128-bit sums travel as decimals of 38 digits
P = ParamSpec("P")
R = TypeVar("R")


class Family(Generic[P, R]):
    """Moments that belong together: a call makes them from rows that one process holds.

    For many processes: `part` of the rows of each, `merge` of what they made, in any order, and `finish` of that. All
    rows of one person (child, family) belong into one part.

    Attributes:
        part: Reduces rows to tables that may be added.
        finish: Makes moments of merged parts.
        schema: Columns of the moments and their types, where they are one table.
        key: The columns that tell its rows apart.
        source: The table of parts without which it is empty.
    """

    def __init__(
        self,
        part: Callable[P, Part],
        finish: Callable[[Part], R],
        *,
        schema: pl.Schema | None = None,
        key: Sequence[str] = (),
        source: str = "",
    ) -> None:
        self.part, self.finish = part, finish
        self.schema, self.key, self.source = schema or pl.Schema(), key, source
        self.__doc__ = part.__doc__

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Return the moments of these rows alone."""
        return self.finish(merge([self.part(*args, **kwargs)]))


def merge(parts: Sequence[Part]) -> Part:
    """Add up parts; associative, and their order does not matter.

    Raises:
        ContractError: A sum would leave 38 digits.
    """
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: _added([part[name] for part in parts if name in part]) for name in names}


def _added(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    return tables[0] if len(tables) == 1 else summed(pl.concat(tables))


def sums_of(table: pl.DataFrame) -> list[str]:
    """Return the columns that are sums."""
    return [name for name, kind in table.schema.items() if kind == pl.Int128]


def summed(table: pl.DataFrame, *dropped: str) -> pl.DataFrame:
    """Add up rows with the same keys, without the columns `dropped`, and sort them.

    Raises:
        ContractError: A sum would leave 38 digits.
    """
    added = added_up(table, *dropped)
    return added.sort([name for name, kind in added.schema.items() if kind != pl.Int128])


def added_up(table: pl.DataFrame, *dropped: str) -> pl.DataFrame:
    """Do what `summed` does, and leave the rows as they come."""
    sums = sums_of(table)
    check_sums(table, (pl.col(name) for name in sums))
    keys = [name for name in table.columns if name not in {*sums, *dropped}]
    return table.group_by(keys).agg(pl.col(sums).sum())


def check_sums(table: pl.DataFrame, terms: Iterable[pl.Expr]) -> None:
    """Refuse terms whose sizes add up to more than 38 digits: no sum of some of them is certain to be exact.

    Args:
        table: The rows.
        terms: Expressions over its columns, each the terms of a sum. They may already have overflowed as whole numbers
            where they are products: give products of floats (`product`).

    Raises:
        ContractError: Some would.
    """
    sizes = table.select(term.cast(pl.Float64).abs().sum().alias(str(place)) for place, term in enumerate(terms))
    if any(size >= _LARGEST for size in (sizes.row(0) if sizes.width else ())):
        msg = "Weights times scores are too large for exact sums of squares and products."
        raise ContractError(msg, "Lower weight_decimals or the decimals of the scale, or scale the weights to mean 1.")


def product(*factors: str) -> pl.Expr:
    """Return a product of columns as a float, for `check_sums`."""
    made = pl.lit(1.0)
    for name in factors:
        made *= pl.col(name).cast(pl.Float64)
    return made


def with_network(table: pl.DataFrame) -> pl.DataFrame:
    """Append the network: the sums over regions, in all tables of parts that have a region."""
    return pl.concat([table, added_up(table, "region").with_columns(region=pl.lit(NETWORK)).select(table.columns)])


def laid_out(table: pl.DataFrame, schema: pl.Schema, key: Sequence[str]) -> pl.DataFrame:
    """Give a finished table its columns, types and order.

    Raises:
        ContractError: A sum does not fit its type.
    """
    return fitted(table, schema).sort(key)


def fitted(table: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """Do what `laid_out` does, and leave the rows as they come."""
    for name, kind in schema.items():
        if kind == pl.Int64 and table.schema[name] == pl.Int128:
            largest = table[name].abs().max()
            if largest is not None and largest >= 2**63:  # type: ignore[operator]
                msg = f"The sum '{name}' is too large for 64 bits."
                raise ContractError(msg, "Lower the decimals of the scale.")
    return table.select(pl.col(name).cast(kind) for name, kind in schema.items())


def empty(schema: pl.Schema, sums: Iterable[str]) -> pl.DataFrame:
    """Return a table of a part without rows: the columns of `schema` that are keys, then the sums."""
    keys = {name: kind for name, kind in schema.items() if name not in set(sums)}
    return pl.DataFrame(schema=keys | dict.fromkeys(sums, pl.Int128()))
