"""Which row of a published table is meant: by the words of a command, or by the address of a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from sujuva.errors import ParameterError, nearest
from sujuva.published.contracts import CONTRACTS, KEYS, SHOWN
from sujuva.published.folder import Published
from sujuva.tidy import ALL, ALL_YEARS

_USUAL = {"group": ALL, "other_group": ALL, "category": "", "item": ""}
"""What a column holds where nobody says otherwise, and a row is there that does."""
_USUALLY = {**_USUAL, "wave": str(ALL_YEARS)}
_MOST = 8


@dataclass(frozen=True)
class Cell:
    """One row of a published table.

    Attributes:
        table: Name of the table.
        row: All its columns, as they were published.
    """

    table: str
    row: Mapping[str, Any]

    @property
    def key(self) -> dict[str, Any]:
        """Its key columns."""
        return {name: self.row[name] for name in KEYS[self.table]}

    @property
    def numbers(self) -> dict[str, Any]:
        """Its numbers; null where they are hidden or may not leave."""
        return {name: self.row[name] for name in CONTRACTS[self.table].numbers}

    @property
    def record(self) -> str:
        """The key of its record among the indicators; "" where the table has none."""
        return str(next((self.row[name] for name in ("indicator", "comparison", "measure") if name in self.row), ""))

    @property
    def shown(self) -> bool:
        """Whether it passed the door with its number."""
        return bool(self.row["suppressed"] == SHOWN)


def address(cell: Cell, published: Published) -> list[str]:
    """Return the words that mean a row: as few as do, with columns only where values alone could be of several."""
    told = {name: str(value) for name, value in cell.key.items() if str(value) not in (_USUALLY.get(name), "")}
    for words in (list(told.values()), [f"{name}={value}" for name, value in cell.key.items()]):
        try:
            if cell_of(published, [cell.table, *words]).key == cell.key:
                return [cell.table, *words]
        except ParameterError:
            continue
    msg = f"A row of {cell.table} has no address."  # its key columns tell rows apart
    raise ParameterError(msg)


def cell_of(published: Published, words: Sequence[str]) -> Cell:
    """Return the row that words mean: a table, then values of its key columns in any order.

    Args:
        published: The published tables.
        words: Such as parjaavyys score_mean sdq_total oulu 2024; `column=value` where a value could be of several.

    Returns:
        The row. Where columns are left over, it is that of everybody (`all`), all categories and all items, if there
        is one.

    Raises:
        ParameterError: There is no such table or value, or several rows are meant: says which columns tell them apart.
    """
    table, *values = words
    tables = [name for name in KEYS if name != "decisions"]
    if table not in tables:
        msg = f"There is no published table '{table}' with cells of its own."
        raise ParameterError(msg, nearest(table, tables))
    rows, key, asked = published[table], KEYS[table], set[str]()
    for word in values:
        column, value = _meant(rows, key, word, table)
        rows = rows.filter(pl.col(column).cast(pl.String) == value)
        asked.add(column)
    for name, value in _USUALLY.items():
        if name in key and name not in asked and rows.height > 1:
            usual = rows.filter(pl.col(name).cast(pl.String) == value)
            rows = usual if usual.height else rows
    if rows.height != 1:
        open_columns = {name: rows[name].unique().sort().cast(pl.String).to_list() for name in key}
        told = [
            f"{name} ({', '.join(some[:_MOST])}{' …' if len(some) > _MOST else ''})"
            for name, some in open_columns.items()
            if len(some) > 1
        ]
        msg = f"{rows.height} rows of {table} are so."
        raise ParameterError(msg, f"Say also: {'; '.join(told)}.")
    return Cell(table, rows.row(0, named=True))


def _meant(rows: pl.DataFrame, key: Sequence[str], word: str, table: str) -> tuple[str, str]:
    """Return the column and the value that a word means among the rows that are left."""
    column, equals, value = word.partition("=")
    if equals:
        if column not in key:
            msg = f"The table {table} has no key column '{column}'."
            raise ParameterError(msg, nearest(column, key))
        names, wanted = [column], value
    else:
        names, wanted = list(key), word
    texts = {name: rows[name].cast(pl.String).unique().to_list() for name in names}
    holding = [name for name, some in texts.items() if wanted in some]
    if not holding:
        msg = f"No row of {table} that is left has '{wanted}'."
        every = sorted({one for some in texts.values() for one in some if one})
        raise ParameterError(msg, nearest(wanted, every))
    if len(holding) > 1:
        msg = f"'{wanted}' could be {' or '.join(holding)}."
        raise ParameterError(msg, f"Write {holding[0]}={wanted}.")
    return holding[0], wanted
