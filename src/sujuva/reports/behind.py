"""The rows behind figures and tables, held against the published tables that they should be of."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import polars as pl

from sujuva.io import csv_text
from sujuva.published import CONTRACTS, Published

_MARK = "suppressed"


@dataclass(frozen=True)
class Behind:
    """A publication, and its rows as texts that rows of CSV are looked up in."""

    published: Published
    _seen: dict[tuple[str, ...], pl.DataFrame] = field(default_factory=dict)

    def has(self, rows: pl.DataFrame) -> bool:
        """Tell whether rows that `texts` read are all of one published table: in every column that both have.

        Columns that no published table has are titles, or computed from the others.
        """
        return not rows.height or any(
            not rows.join(self._of(name, shared), on=shared, how="anti").height for name, shared in self._tables(rows)
        )

    def _tables(self, rows: pl.DataFrame) -> list[tuple[str, list[str]]]:
        """Return the tables whose numbers the rows have, and the columns that both have, most of them first."""
        known = self.published.tables.keys() & CONTRACTS.keys()
        shared = {name: [one for one in rows.columns if one in CONTRACTS[name].schema] for name in sorted(known)}
        numbers = {name: some for name, some in shared.items() if {*some} & {*CONTRACTS[name].numbers}}
        found = [(name, some) for name, some in numbers.items() if _MARK in some]
        return sorted(found, key=lambda one: -len(one[1]))

    def _of(self, name: str, columns: list[str]) -> pl.DataFrame:
        key = (name, *columns)
        if key not in self._seen:
            self._seen[key] = texts(csv_text(self.published[name].select(columns)).encode()).unique()
        return self._seen[key]


def texts(content: bytes) -> pl.DataFrame:
    """Return CSV as texts, "" where a cell is empty.

    Raises:
        polars.exceptions.PolarsError: It is no CSV.
    """
    return pl.read_csv(io.BytesIO(content), infer_schema=False).with_columns(pl.all().fill_null(""))
