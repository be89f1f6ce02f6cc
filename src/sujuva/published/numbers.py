"""Numbers that know the published cells that they were made of.

A row read by `rows_of` or `row_of` gives such numbers. They are ordinary numbers otherwise: a difference, a ratio or a
sum of them knows how it was made, and a sentence that writes one can say whence it is (`figures.bound`).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import polars as pl

from sujuva.published.contracts import CONTRACTS

Origin = Any
"""How a number was made, as JSON has it: a plain number, a cell, a choice, a constant, or what was reckoned of such.

`["cell", column, tables, key]`; `["choice", name, …]` is a value of the metadata, `["constant", name]` one of the code;
`["rows", table, values]` and `["pairs", …]` count the shown rows that have such values, or the pairs that they join;
else `[operation, origin, …]`, of + - * / abs neg, of `cut` to 0–100, of `len` of a list of the metadata, and of
`count`, how many cells follow.
"""


class Number(float):
    """A number of a published cell, or one that was reckoned of such."""

    origin: Origin

    def __reduce__(self) -> tuple[Any, ...]:
        return made_of, (float(self), self.origin)


class Count(int):
    """The same, of a whole number."""

    origin: Origin

    def __reduce__(self) -> tuple[Any, ...]:
        return made_of, (int(self), self.origin)


def made_of(value: float, origin: Origin) -> float:
    """Return a number that knows how it was made."""
    number: Number | Count = Count(value) if isinstance(value, int) else Number(value)
    number.origin = origin
    return number


def origin_of(value: object) -> Origin | None:
    """Return how a number was made: of a plain one itself, None of what is no number."""
    if isinstance(value, (Number, Count)):
        return value.origin
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _plain(value: float) -> float:
    return int(value) if isinstance(value, int) else float(value)


def _between(sign: str, operation: Callable[[Any, Any], Any]) -> None:
    """Give both kinds of numbers an operation of two."""

    def forward(self: Any, other: Any) -> Any:
        if (origin := origin_of(other)) is None:
            return NotImplemented
        return made_of(operation(_plain(self), _plain(other)), [sign, self.origin, origin])

    def reflected(self: Any, other: Any) -> Any:
        if (origin := origin_of(other)) is None:
            return NotImplemented
        made = self.origin if sign == "+" and origin == 0 else [sign, origin, self.origin]  # as sum() begins
        return made_of(operation(_plain(other), _plain(self)), made)

    for kind in (Number, Count):
        setattr(kind, f"__{operation.__name__}__", forward)
        setattr(kind, f"__r{operation.__name__}__", reflected)


def _alone(sign: str, operation: Callable[[Any], Any]) -> None:
    def only(self: Any) -> Any:
        return made_of(operation(_plain(self)), [sign, self.origin])

    for kind in (Number, Count):
        setattr(kind, f"__{operation.__name__}__", only)


for _sign, _function in (("+", operator.add), ("-", operator.sub), ("*", operator.mul), ("/", operator.truediv)):
    _between(_sign, _function)
for _sign, _one in (("abs", abs), ("neg", operator.neg)):
    _alone(_sign, _one)


def _rounded(self: Any, digits: int | None = None) -> Any:
    """Round as numbers do: what is told is rounded anyway."""
    return made_of(round(_plain(self), digits), self.origin)


Number.__round__ = Count.__round__ = _rounded  # type: ignore[assignment, method-assign]


_TOLD, _TOLD_KEYS = (pl.Int64, pl.Float64), {"day", "item"}
"""Types of columns that hold numbers, and columns of keys that sentences tell as such."""


class PublishedRow(dict[str, Any]):
    """A row of a published table whose numbers know their cell; copies of it (`{**row}`) are plain."""

    tables: tuple[str, ...]

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        if value is None or isinstance(value, (str, bool, Number, Count)) or name not in _numbers(self.tables):
            return value
        return made_of(value, self.cell(name))

    def cell(self, column: str) -> Origin:
        """Return the cell of a column of numbers."""
        return ["cell", column, self.tables, [dict.__getitem__(self, one) for one in CONTRACTS[self.tables[0]].key]]

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value as `row[name]` does."""
        return self[name] if name in self else default  # noqa: SIM401 - this is what get is made of


def rows_of(frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the rows of a published table, or of a part of one; of other frames plain rows.

    Args:
        frame: It has all columns of a published table, and perhaps others.
    """
    tables = _tables(tuple(frame.columns))
    for row in frame.iter_rows(named=True):
        if not tables:
            yield row
            continue
        told = PublishedRow(row)
        told.tables = tables
        yield told


def row_of(frame: pl.DataFrame, place: int = 0) -> dict[str, Any]:
    """Return a row, from the end where `place` is negative: as `rows_of` gives it.

    Raises:
        IndexError: The frame has no such row.
    """
    return next(rows_of(frame[range(frame.height)[place]]))


def count_of(rows: pl.DataFrame | Sequence[Mapping[str, Any]]) -> int:
    """Return how many rows there are, as a number that knows them.

    Args:
        rows: Rows of a published table.
    """
    told = list(rows_of(rows)) if isinstance(rows, pl.DataFrame) else list(rows)
    origins = [one.cell(CONTRACTS[one.tables[0]].numbers[0]) for one in told if isinstance(one, PublishedRow)]
    if not told or len(origins) < len(told):
        return len(told)
    number = Count(len(told))
    number.origin = ["count", *origins]
    return number


def chosen(meta: Mapping[str, Any], *path: str | int) -> Any:
    """Return a number of the metadata that knows its place there.

    Args:
        meta: Metadata of the publication.
        path: Names and places that lead to it, such as `"privacy", "threshold"`.
    """
    value: Any = meta
    for one in path:
        value = value[one]
    return made_of(value, ["choice", *path])


def length_of(meta: Mapping[str, Any], *path: str | int) -> int:
    """Return how long a list of the metadata is, as a number that knows its place there."""
    value: Any = meta
    for one in path:
        value = value[one]
    number: int = made_of(len(value), ["len", ["choice", *path]])  # type: ignore[assignment]
    return number


def whole_of(count: int, table: str, *, pairs: bool = False, **values: object) -> int:
    """Return how many rows of a table are so, as a number that knows which.

    Args:
        count: How many there are.
        table: The published table.
        pairs: They are pairs of a source and a target with a tie (`observed` above 0), whichever way it goes.
        values: Columns and what they hold in these rows.
    """
    number: int = made_of(count, ["pairs" if pairs else "rows", table, values])  # type: ignore[assignment]
    return number


def placed_of(value: float, low: float, high: float, *, higher: bool) -> float:
    """Return where a number lies between two ends, on 0–100, turned around where lower is better."""
    share = 100 * (value - low) / (high - low)
    turned = share if higher else 100 - share
    return made_of(min(100.0, max(0.0, turned)), ["cut", origin_of(turned)])


def stated(name: str, value: float) -> float:
    """Return a constant of the code that knows its name; `reports.prose` lists those that a sentence may say."""
    return made_of(value, ["constant", name])


def ends_of(rows: Iterable[Mapping[str, Any]], column: str = "estimate") -> tuple[float, float]:
    """Return the lowest and the highest number of a column, each of which knows its cell.

    Raises:
        ValueError: There are no rows.
    """
    told = [row[column] for row in rows]
    return min(told), max(told)


@lru_cache(maxsize=512)
def _tables(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the published tables that such columns can be of: those with the most columns of their own."""
    fitting = [name for name, one in CONTRACTS.items() if one.numbers and set(one.schema) <= set(columns)]
    most = max((len(CONTRACTS[name].schema) for name in fitting), default=0)
    return tuple(name for name in fitting if len(CONTRACTS[name].schema) == most)


@lru_cache(maxsize=64)
def _numbers(tables: tuple[str, ...]) -> frozenset[str]:
    """Return the columns whose values are numbers that sentences tell; years are none."""
    contract = CONTRACTS[tables[0]]
    return frozenset(contract.numbers) | {name for name, kind in contract.schema.items() if kind in _TOLD} | _TOLD_KEYS
