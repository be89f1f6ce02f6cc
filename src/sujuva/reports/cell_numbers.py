"""How a cell of a published table is written in a sentence: as pages write it, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sujuva.errors import DisclosureError, ParameterError, nearest
from sujuva.figures import Words
from sujuva.figures.labels import Meta, manner, manner_of_difference, record
from sujuva.published import CONTRACTS, Cell

LOW, HIGH = "ci_low", "ci_high"
MEASURED = ("estimate", LOW, HIGH)
"""Columns that are in the unit of the indicator; others are numbers by themselves."""
_FINEST, _NOTHING = 3, 1e-9


def main_number(table: str) -> str:
    """Return the column of the number that a row of a table is about."""
    return CONTRACTS[table].numbers[0]


def value_of(cell: Cell, column: str = "") -> float:
    """Return a number of a cell.

    Args:
        cell: The row.
        column: One of its columns of numbers; none: the one that the row is about.

    Raises:
        ParameterError: The table has no such column, or there is no number.
        DisclosureError: The cell is hidden.
    """
    column = column or main_number(cell.table)
    if column not in cell.numbers:
        msg = f"The table {cell.table} has no number '{column}'."
        raise ParameterError(msg, nearest(column, cell.numbers))
    if not cell.shown:
        msg = "This cell is hidden (too small, or it would tell of another), so no text may tell it."
        raise DisclosureError(msg, "Write the sentence without it, or of a larger group or all years together.")
    value = cell.numbers[column]
    if value is None:
        told = [name for name, one in cell.numbers.items() if one is not None]
        msg = f"Nothing is published of this cell as '{column}'."
        raise ParameterError(msg, f"It has: {', '.join(told)}." if told else "It has no number at all.")
    return float(value)


def manner_of(meta: Meta, cell: Cell, column: str) -> Mapping[str, Any]:
    """Return how a number of a cell is written: decimals, percent."""
    if column in MEASURED and cell.table == "comparisons":
        return manner_of_difference(meta, cell.row)
    if column in MEASURED and "indicator" in cell.row:
        return manner(meta, cell.row)
    if column in MEASURED and cell.record in meta["indicators"]:
        return record(meta, "indicators", cell.record)
    value = cell.numbers[column]
    return {"decimals": 0 if value is None else digits_of(float(value)), "percent": False}


def digits_of(value: float) -> int:
    """Return how many decimals a published number has, three at most."""
    return next((places for places in range(_FINEST) if abs(round(value, places) - value) < _NOTHING), _FINEST)


def written(cell: Cell, meta: Meta, words: Words, column: str = "", *, decimals: int | None = None) -> str:
    """Write a number of a cell.

    Args:
        cell: The row.
        meta: Metadata of the publication.
        words: The reader's language.
        column: A column of numbers; none: the one that the row is about.
        decimals: Fewer than are usual.

    Raises:
        ParameterError: No such number, or more decimals than the number was published with.
        DisclosureError: The cell is hidden.
    """
    column = column or main_number(cell.table)
    value, shown = value_of(cell, column), _shown(meta, cell, column, decimals)
    if cell.table == "comparisons" and column == "estimate":
        return words.signed(value, shown, brief=True)
    return words.value(value, shown)


def interval_written(cell: Cell, meta: Meta, words: Words, *, decimals: int | None = None) -> str:
    """Write the interval of a cell: as `written`, and raises as that does."""
    low, high = value_of(cell, LOW), value_of(cell, HIGH)
    shown = _shown(meta, cell, LOW, decimals)
    return (words.between if cell.table == "comparisons" else words.interval)(low, high, shown)


def _shown(meta: Meta, cell: Cell, column: str, decimals: int | None) -> Mapping[str, Any]:
    shown = manner_of(meta, cell, column)
    if decimals is None:
        return shown
    most = int(shown["decimals"])
    if decimals > most:
        msg = f"This number was published with no more than {most} decimal{'' if most == 1 else 's'}."
        raise ParameterError(msg, f"Write decimals {most} or fewer.")
    return {**shown, "decimals": decimals}
