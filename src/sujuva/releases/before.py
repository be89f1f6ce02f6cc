"""What `publish` reads of earlier releases: counts by cell, and the tables of the last one."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from sujuva.errors import DisclosureError
from sujuva.io import read_table
from sujuva.paths import inside
from sujuva.releases.cells import CELL, KEPT_CELLS
from sujuva.releases.held import Before
from sujuva.releases.judge import Verdict
from sujuva.releases.register import Earlier

_TOLD = {"number", "date", "owner", "reason", "code", "files", "seal"}
"""What readers are told of each release beside the tables."""


def read_before(earlier: Earlier, changes: str | Path) -> Before:
    """Return what `publish` is told of earlier releases.

    Args:
        earlier: The register.
        changes: The folder that `write_changes` wrote for it.

    Raises:
        DisclosureError: The changes are of another state of the register.
    """
    if not earlier.releases:
        return Before()
    folder = inside(changes)
    seen = json.loads((folder / "releases.json").read_text(encoding="utf-8"))
    if seen != {str(one.number): one.seal for one in earlier.releases}:
        msg = f"{folder.name}/ was counted for another state of the register of releases."
        raise DisclosureError(msg, "Run `make repro` (or `dvc repro changes`) to count anew.")
    last = earlier.releases[-1]
    return Before(
        counts=read_table(folder / "counts.parquet"),
        values=read_table(folder / "values.parquet"),
        kept=read_table(folder / "kept.parquet"),
        bundles=read_table(folder / "bundles.parquet"),
        tables=earlier.tables(last),
        told=tuple(one.model_dump(mode="json", include=_TOLD) for one in earlier.releases),
        study=last.study,
    )


def kept_cells(verdicts: pl.DataFrame, release: int) -> pl.DataFrame:
    """Return the cells, by level, that a release keeps from those before it: `KEPT_CELLS`."""
    levels = [name for name in verdicts.columns if name not in CELL]
    long = verdicts.unpivot(levels, index=CELL, variable_name="level", value_name="verdict")
    held = long.filter(pl.col("verdict") == Verdict.HELD)
    return held.with_columns(release=pl.lit(release)).select(KEPT_CELLS.names()).cast(KEPT_CELLS)
