"""How each published number is made: the function, and the rows of the tables that it reads (`lineage.yaml`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from sujuva.codebooks.files import folders, load
from sujuva.codebooks.indicators import IndicatorInfo
from sujuva.codebooks.text import Entry
from sujuva.errors import CodebookError

FILE = "lineage.yaml"
TOPIC = "topic"
"""Stands beside the columns of a row: the topic of its indicator's record."""
NAMING = ("indicator", "comparison", "measure")
"""Columns of published tables that name the record of a row."""


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Patterns = Annotated[tuple[str, ...], BeforeValidator(_several)]
"""Texts in which * stands for anything; one may be written without a list."""
Function = Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+)*\.[A-Za-z_]+$")]
"""A function of src/sujuva by its place, such as parjaavyys.level.score_indicators."""


def _fit(rows: Mapping[str, Patterns], cell: Mapping[str, Any]) -> bool:
    return all(any(fnmatchcase(str(cell.get(name, "")), one) for one in some) for name, some in rows.items())


class Making(Entry):
    """How some rows of a published table are made."""

    table: str
    rows: Mapping[str, Patterns] = Field(description="Patterns that the columns of its rows fit")
    by: Function
    source: Mapping[str, Mapping[str, Patterns]] = Field(
        alias="from", description="Table read, such as moments/scores → what its columns hold other than the cell's"
    )

    def fits(self, cell: Mapping[str, Any]) -> bool:
        """Whether a row of the table is made so: `cell` has its columns, and what is known beside them."""
        return _fit(self.rows, cell)


class Reduction(Entry):
    """How some tables of moments are made of clean tables."""

    tables: Patterns
    by: Function
    source: tuple[str, ...] = Field(alias="from", description="Clean tables; {…} as in what a cell is made of")


class Lineage(Entry):
    """All of it."""

    published: tuple[Making, ...]
    moments: tuple[Reduction, ...]

    def making(self, table: str, cell: Mapping[str, Any]) -> Making:
        """Return how a row is made: the first entry that fits.

        Raises:
            CodebookError: None does.
        """
        for one in self.published:
            if one.table == table and one.fits(cell):
                return one
        msg = f"{FILE} does not say how this row of {table} is made."
        raise CodebookError(msg, f"Add an entry to {FILE}: the function, and the tables of moments that it reads.")

    def reduction(self, table: str) -> Reduction:
        """Return how a table of moments is made.

        Raises:
            CodebookError: Nothing is said of it.
        """
        for one in self.moments:
            if any(fnmatchcase(table, pattern) for pattern in one.tables):
                return one
        msg = f"{FILE} does not say how the table of moments {table} is made."
        raise CodebookError(msg, f"Add it under moments in {FILE}.")


def load_lineage(extra: str | Path | None = None) -> Lineage:
    """Load `lineage.yaml`; entries of the input folder `extra` come before the project's.

    Raises:
        CodebookError: A file is not valid.
    """
    paths = [folder / FILE for folder in reversed(folders(extra)) if (folder / FILE).is_file()]
    found = [load(Lineage, path) for path in paths]
    return Lineage.model_construct(
        published=tuple(one for some in found for one in some.published),
        moments=tuple(one for some in found for one in some.moments),
    )


def untraced(lineage: Lineage, records: Mapping[str, IndicatorInfo]) -> Iterator[tuple[str, str]]:
    """Yield each record that may be published and of which nothing says how it is made, and what to do."""
    telling = [{name: told for name, told in one.rows.items() if name in (*NAMING, TOPIC)} for one in lineage.published]
    for key, one in records.items():
        names = dict.fromkeys(NAMING, key) | {TOPIC: one.topic}
        told = one.topic == "rows" or any(rows and _fit(rows, names) for rows in telling)
        if one.release.columns and not told:
            yield f"nothing says how '{key}' is made.", f"Add an entry to {FILE}."
