"""What differs between two folders of published tables: table by table, key by key."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.errors import SujuvaError
from sujuva.io import read_table
from sujuva.paths import inside
from sujuva.published.contracts import KEYS, require_published

META = "meta.json"
_OLD, _NEW = "|old", "|new"


@dataclass(frozen=True)
class Change:
    """A row that stands in both folders with other values.

    Attributes:
        key: Its key columns.
        values: Column → its old and its new value, where they differ.
    """

    key: dict[str, Any]
    values: dict[str, tuple[Any, Any]]

    @property
    def size(self) -> float:
        """The largest relative difference of a number; infinite where a text or what is there at all differs."""
        return max((_distance(*both) for both in self.values.values()), default=0.0)


@dataclass(frozen=True)
class TableDiff:
    """How a table differs.

    Attributes:
        table: Its name.
        rows: Rows in the old and in the new folder; None where the folder has no such table.
        equal: Rows that are the same in both.
        gone: Keys that only the old folder has.
        come: Keys that only the new folder has.
        changed: Rows with other values, the largest difference first.
        columns: Columns that only one folder has, with the folder's name.
    """

    table: str
    rows: tuple[int | None, int | None]
    equal: int = 0
    gone: Sequence[dict[str, Any]] = ()
    come: Sequence[dict[str, Any]] = ()
    changed: Sequence[Change] = ()
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return self.rows[0] == self.rows[1] == self.equal and not self.columns


def compare_published(old: str | Path, new: str | Path) -> list[TableDiff]:
    """Compare two folders of published tables, and what is told beside them in meta.json.

    Args:
        old: A folder such as a copy of data/published.
        new: Another.

    Returns:
        A difference for each table of either folder, in the order of the contracts; meta.json last, a row a value.

    Raises:
        SujuvaError: A folder holds no published table, or a table without a contract.
        DisclosureError: A table has not passed `publish`: its rows are nobody's to be shown.
    """
    tables = [_read(inside(folder)) for folder in (old, new)]
    names = [name for name in (*KEYS, META) if any(name in some for some in tables)]
    return [compare_table(name, *(some.get(name) for some in tables)) for name in names]


def _read(folder: Path) -> dict[str, pl.DataFrame]:
    files = sorted(folder.glob("*.parquet"))
    unknown = [path.name for path in files if path.stem not in KEYS]
    if unknown or not files:
        what = f"tables that have no contract: {', '.join(unknown)}" if unknown else "no published tables"
        msg = f"The folder {folder.name}/ holds {what}."
        raise SujuvaError(msg, "Name a folder that `publish` wrote, such as data/published or a copy of it.")
    tables = {path.stem: read_table(path) for path in files}
    for name, frame in tables.items():
        require_published(frame.drop("rows") if name == "decisions" else frame, name)
    meta = folder / META
    if meta.is_file():
        told = sorted(leaves(json.loads(meta.read_text(encoding="utf-8"))))
        tables[META] = pl.DataFrame(told, schema={"path": pl.String, "value": pl.String}, orient="row")
    return tables


def leaves(value: Any, path: str = "") -> list[tuple[str, str]]:
    """Return what a value of JSON holds that is no object, as JSON, by its path such as `/privacy/threshold`."""
    if not isinstance(value, dict) or not value:
        return [(path, json.dumps(value, ensure_ascii=False))]
    return [leaf for name, inner in value.items() for leaf in leaves(inner, f"{path}/{name}")]


def compare_table(name: str, old: pl.DataFrame | None, new: pl.DataFrame | None) -> TableDiff:
    """Compare two states of a published table by its key; None stands for a folder without it.

    Args:
        name: Name of the table, one of `KEYS`, or `meta.json` with the columns path and value.
        old: Its rows before.
        new: Its rows after.
    """
    if old is None or new is None:
        rows = (None if old is None else old.height, None if new is None else new.height)
        return TableDiff(name, rows)
    key = ["path"] if name == META else list(KEYS[name])
    lone = {column: "old" for column in old.columns if column not in new.columns}
    lone |= {column: "new" for column in new.columns if column not in old.columns}
    values = [column for column in old.columns if column in new.columns and column not in key]
    pairs = old.select(*key, pl.col(values).name.suffix(_OLD), _old=True).join(
        new.select(*key, pl.col(values).name.suffix(_NEW), _new=True),
        on=key,
        how="full",
        coalesce=True,
        nulls_equal=True,
    )
    both = pairs.filter(pl.col("_old") & pl.col("_new"))
    differs = pl.any_horizontal(pl.lit(value=False), *(pl.col(c + _OLD).ne_missing(pl.col(c + _NEW)) for c in values))
    changed = [
        Change(
            {column: row[column] for column in key},
            {c: (row[c + _OLD], row[c + _NEW]) for c in values if row[c + _OLD] != row[c + _NEW]},
        )
        for row in both.filter(differs).sort(key).iter_rows(named=True)
    ]
    return TableDiff(
        name,
        (old.height, new.height),
        both.height - len(changed),
        pairs.filter(pl.col("_new").is_null()).select(key).sort(key).to_dicts(),
        pairs.filter(pl.col("_old").is_null()).select(key).sort(key).to_dicts(),
        sorted(changed, key=lambda change: -change.size),
        lone,
    )


def _distance(old: Any, new: Any) -> float:
    """Return the difference of two values in units of the larger."""
    if isinstance(old, float | int) and isinstance(new, float | int):
        return abs(new - old) / max(abs(old), abs(new))
    return float("inf")


def show_differences(differences: Sequence[TableDiff], *, most: int = 5) -> str:
    """Return what a person reads of `compare_published`: a line a table, then the keys that differ most."""
    lines = []
    for diff in differences:
        old, new = ("–" if rows is None else str(rows) for rows in diff.rows)
        counts = f"{diff.equal} equal, {len(diff.changed)} changed, {len(diff.gone)} gone, {len(diff.come)} come"
        lines.append(f"{'=' if diff.same else '≠'} {diff.table}: {old} → {new} rows; {counts}")
        lines += [f"    column {column}: only {side}" for column, side in diff.columns.items()]
        lines += [f"    − {_key(key)}" for key in diff.gone[:most]]
        lines += [f"    + {_key(key)}" for key in diff.come[:most]]
        lines += [
            f"    ~ {_key(change.key)}: "
            + ", ".join(f"{column} {old} → {new}" for column, (old, new) in change.values.items())
            for change in diff.changed[:most]
        ]
    return "\n".join(lines)


def _key(key: dict[str, Any]) -> str:
    return " ".join(str(value) for value in key.values() if value not in ("", None))
