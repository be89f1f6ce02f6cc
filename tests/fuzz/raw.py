"""Raw tables: a grid of cells, and what a table is fed with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Row = list[Any]


@dataclass(frozen=True)
class Grid:
    """A raw table: names of columns, and rows of texts, numbers and None."""

    header: list[str]
    rows: list[Row]

    def first(self, number: int) -> Grid:
        """Return its first rows."""
        return Grid(self.header, self.rows[:number])


@dataclass(frozen=True)
class Table:
    """A table to feed.

    Attributes:
        grid: Its sound raw rows.
        feed: The feed of sources.yaml.
        target: Name of the clean table.
        tag: Clean column and raw column that tell the rows apart.
        numbers: Clean columns that hold what the raw column says as a number.
        parents: Tables that its rows refer to.
        wide: One raw row may give several clean rows.
        text: Clean table of open answers comes from this raw column.
        forms: Formats that it comes in; none: all.
        options: Options that its readers need.
        transition: Raw column that tells the step in the life of an event; only what is complete counts.
    """

    grid: Grid
    feed: Mapping[str, Any]
    target: str
    tag: tuple[str, str]
    numbers: Mapping[str, str] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    wide: bool = False
    text: str = ""
    forms: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    transition: str = ""

    @property
    def is_matrix(self) -> bool:
        """Whether its cells, and not its rows, become rows."""
        return "matrix" in self.options
