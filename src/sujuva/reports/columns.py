"""Columns of the files that readers take along: of published tables, and what figures compute of these."""

from __future__ import annotations

import polars as pl

from sujuva.figures import Words
from sujuva.figures.titled import TITLES
from sujuva.published import CONTRACTS, KEYS

_SCHEMAS = [dict(one.schema) for one in CONTRACTS.values()]
_COMPUTED: dict[str, pl.DataType] = {
    **dict.fromkeys(("share", "place", "met", "met_low", "met_high"), pl.Float64()),
    **dict.fromkeys(("source_name", "target_name", "dimension"), pl.String()),
    "total": pl.Int64(), "sure": pl.Boolean(),
}  # fmt: skip
"""Columns that a figure adds to its published rows."""
TYPES: dict[str, pl.DataType] = {
    **{name: kind for schema in _SCHEMAS for name, kind in schema.items()},
    **_COMPUTED,
    "item": pl.String(),  # a number in one table, a name in another
}
"""Every column that may stand in a file, and its type there; it has a title of the kind `column` in `terms.yaml`."""
COUNTED = {name for name, kind in TYPES.items() if kind.is_integer()}
"""Columns of whole numbers."""
YEARS = ("wave", "other_wave")
"""Columns in which 0 stands for all years together."""
_IN_KEYS = {name for key in KEYS.values() for name in key}
HIDEABLE = {name for name, kind in TYPES.items() if kind.is_numeric() and name not in _IN_KEYS}
"""Columns of numbers, where a hidden row says that it is not shown."""


def heading(words: Words, column: str) -> str:
    """Return the title of a column.

    Raises:
        CodebookError: It has none.
    """
    return words.title("column", column)


def code_heading(words: Words, column: str) -> str:
    """Return the title of a column of codes that stands beside their titles."""
    return words.say("{column} (code)", column=heading(words, column)) if column in TITLES else heading(words, column)
