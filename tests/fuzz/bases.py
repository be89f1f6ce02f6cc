"""Plain rows that are told otherwise: those of the tables, and some with letters, dates, gaps or pairs of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fuzz.grids import CANARY, TABLES
from tests.fuzz.raw import Grid, Row

Feed = Mapping[str, Any]


@dataclass(frozen=True)
class Base:
    """Plain rows: the table that they feed, and the tables that its rows refer to."""

    grid: Grid
    table: str
    parents: Mapping[str, Grid] = field(default_factory=dict)
    feed: Feed | None = None


def with_column(grid: Grid, name: str, tell: Callable[[int, Any], Any]) -> Grid:
    """Return a grid with one column told otherwise, by place of the row and value."""
    at = grid.header.index(name)
    rows = [[tell(place, one) if column == at else one for column, one in enumerate(row)]
            for place, row in enumerate(grid.rows)]  # fmt: skip
    return Grid(grid.header, rows)


def _named(grid: Grid) -> Grid:
    """Return a grid whose names have letters that can be composed in two ways, and blanks."""
    return Grid(grid.header, [[f"Äijö {one}" if CANARY in str(one) else one for one in row] for row in grid.rows])


def _moments(first: int) -> Grid:
    return with_column(TABLES["case_events"].grid, "moment", lambda at, _: f"2024-03-{first + at:02} {8 + at}:30")


ORGANISATIONS = [f"Ääkkönen {CANARY} {at}" for at in range(5)]
_IN_OULU = {"region": {"value": "oulu"}, "wave": {"value": "2024"}, "relation": {"value": "collaboration"}}
_TIES = {"table": "ties", "columns": {**_IN_OULU, "source": "source", "target": "target", "observed": "rating"}}


def _rating(row: int, column: int) -> int | None:
    return None if (row + 2 * column) % 5 == 0 else (3 * row + column) % 11


PAIRS: list[Row] = [
    [one, other, _rating(row, column)]
    for row, one in enumerate(ORGANISATIONS)
    for column, other in enumerate(ORGANISATIONS)
    if row != column and _rating(row, column) is not None
]
_ACTORS = Grid(
    TABLES["organisations"].grid.header, [["oulu", one, f"{CANARY} {one}", "health"] for one in ORGANISATIONS]
)
BASES: dict[str, Base] = {
    **{name: Base(one.grid, name, {of: TABLES[of].grid for of in one.parents}) for name, one in TABLES.items()},
    **{
        f"named {name}": Base(_named(one.grid), name, {of: _named(TABLES[of].grid) for of in one.parents})
        for name, one in TABLES.items()
    },
    "early events": Base(_moments(1), "case_events"),
    "late events": Base(_moments(9), "case_events"),
    "gaps": Base(
        with_column(TABLES["area_indicators"].grid, "value", lambda at, one: None if at % 3 else one), "area_indicators"
    ),
    "pairs": Base(Grid(["source", "target", "rating"], PAIRS), "ties", {"organisations": _ACTORS}, _TIES),
}
"""Plain rows by name."""
