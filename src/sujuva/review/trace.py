"""From a published number back to where it came from: `sujuva trace`.

What may leave (the row, its record, the code, the thresholds) is read from data/published and the codebooks. Moments,
exact numbers and counts of rows are for the terminal of whoever has the data: nothing of it is written anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.codebooks import load_indicators, load_lineage
from sujuva.handed import read_choices
from sujuva.io import read_table
from sujuva.published import KEYS, SHOWN, Cell, Published
from sujuva.review.trace_code import Code, code_of
from sujuva.review.trace_moments import CHOICES, Origin, origin_of
from sujuva.review.trace_sources import CleanRows, SourceFile, clean_rows, clean_tables, source_files

_FOLDERS = ("parjaavyys", "integration", "situation")


@dataclass(frozen=True)
class Decision:
    """What `publish` did with a row.

    Attributes:
        suppressed: "" shown, primary hidden for itself, secondary for the sake of others.
        rule: The rule; "" none.
        exact: The numbers before the door, where a table of indicators has the row. Private.
        changed: Numbers that the door tells otherwise, rounded or in steps: column → exact and told.
        untold: Numbers that it does not tell.
    """

    suppressed: str
    rule: str
    exact: Mapping[str, Any]
    changed: Mapping[str, tuple[Any, Any]]
    untold: tuple[str, ...]


@dataclass(frozen=True)
class Trace:
    """Where a published number comes from.

    Attributes:
        cell: The published row.
        decision: What the door did with it.
        record: What the codebook says of its indicator; {} where the table has none.
        code: Functions from the indicator back to the moments.
        origin: The rows of moments.
        clean: The clean rows that lie there.
        sources: The files that they came from.
        parameters: Choices of the stages on the way, by dotted name.
        fingerprint: Of data, choices and code of the publication.
    """

    cell: Cell
    decision: Decision
    record: Mapping[str, Any]
    code: tuple[Code, ...]
    origin: Origin
    clean: tuple[CleanRows, ...]
    sources: tuple[SourceFile, ...]
    parameters: Mapping[str, Any]
    fingerprint: str

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON has it; rows of moments as columns and rows."""
        return {
            "cell": {"table": self.cell.table, "key": self.cell.key, "published": self.cell.numbers},
            "decision": asdict(self.decision),
            "indicator": dict(self.record),
            "code": [asdict(one) for one in self.code],
            "moments": {
                name: {"columns": frame.columns, "rows": [[_plain(value) for value in row] for row in frame.rows()]}
                for name, frame in self.origin.tables.items()
            },
            "clean": [asdict(one) for one in self.clean],
            "sources": [asdict(one) for one in self.sources],
            "parameters": dict(self.parameters),
            "fingerprint": self.fingerprint,
        }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool) else int(value)


def trace(cell: Cell, published: Published, root: Path) -> Trace:
    """Trace a published row.

    Args:
        cell: The row.
        published: The publication that it stands in.
        root: The project, with the private folders of data/.

    Raises:
        SujuvaError: A private folder is missing: only who has the data can trace a number.
        CodebookError: Nothing says how the row is made.
    """
    data = root / "data"
    origin = origin_of(cell, data)
    choices = read_choices(*(str(root / one) for one in CHOICES))
    package = origin.making.by.partition(".")[0]
    way = [one for one in CHOICES if Path(one).parent.name in ("ledger", "moments", package)]
    counted = clean_rows(cell, origin, data, choices)
    tables = clean_tables(origin, data)
    records = load_indicators(data / "study")
    record = records[cell.record].model_dump(mode="json") if cell.record in records else {}
    return Trace(
        cell=cell,
        decision=decision_of(cell, data),
        record=record,
        code=tuple(code_of(name, root) for name in functions(origin, data)),
        origin=origin,
        clean=tuple(counted),
        sources=tuple(source_files(_fed(cell, tables, data), counted, data)),
        parameters=_flat(read_choices(*(str(root / one) for one in way)))
        | {f"privacy.{name}": value for name, value in _thresholds(published).items()},
        fingerprint=str(published.meta["fingerprint"]),
    )


def functions(origin: Origin, data: Path) -> list[str]:
    """Return the functions from the indicator back to the moments, each once."""
    lineage = load_lineage(data / "study")
    moments = (name.partition("/")[2] for name in origin.tables if name.startswith("moments/"))
    return list(dict.fromkeys([origin.making.by, *(lineage.reduction(name).by for name in moments)]))


def decision_of(cell: Cell, data: Path) -> Decision:
    """Return what the door did with a row, from the private record of its rules and the exact numbers before it."""
    rule = _row(read_table(data / "decisions" / f"{cell.table}.parquet"), cell).get("why", "")
    exact = _exact(cell, data)
    shown = cell.row["suppressed"] == SHOWN
    told = {name: value for name, value in cell.numbers.items() if name in exact}
    return Decision(
        suppressed=str(cell.row["suppressed"]),
        rule=str(rule),
        exact=exact,
        changed={name: (exact[name], value) for name, value in told.items() if value not in (None, exact[name])},
        untold=tuple(name for name, value in told.items() if shown and value is None and exact[name] is not None),
    )


def _exact(cell: Cell, data: Path) -> dict[str, Any]:
    """Return the numbers of a row before the door; {} of tables that the door makes itself (bins, books)."""
    numbers = set(cell.numbers)
    for folder in _FOLDERS:
        path = data / "indicators" / folder / f"{cell.table}.parquet"
        if not path.is_file():
            continue
        frame = read_table(path)
        if set(KEYS[cell.table]) <= set(frame.columns) and (row := _row(frame, cell)):
            return {name: value for name, value in row.items() if name in numbers}
    return {}


def _row(frame: pl.DataFrame, cell: Cell) -> dict[str, Any]:
    found = frame.filter(pl.col(name).eq_missing(pl.lit(value)) for name, value in cell.key.items())
    return found.row(0, named=True) if found.height == 1 else {}


def _fed(cell: Cell, tables: Sequence[str], data: Path) -> list[str]:
    """Return the clean tables whose files are told; of a row of the ledger, those of its source."""
    if tables or "source" not in cell.row:
        return list(tables)
    mine = read_table(data / "ledger/ledger.parquet").filter(source=cell.row["source"])
    return [name for named in mine["tables"] for name in named.split(";")]


def _thresholds(published: Published) -> dict[str, Any]:
    privacy = published.meta["privacy"]
    return {name: value for name, value in privacy.items() if isinstance(value, int | float)}


def _flat(choices: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {f"{section}.{name}": value for section, leaves in choices.items() for name, value in leaves.items()}
