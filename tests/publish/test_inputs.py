"""What publish reads: every table of its stages, and an empty one where an older run has none."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sujuva.errors import SujuvaError
from sujuva.publish import Indicators
from sujuva.publish.inputs import _MADE, _OPTIONAL

STAGES = ("parjaavyys", "integration", "situation", "ledger")


def written(folder: Path, *optional: str) -> dict[str, Path]:
    """Write every table that must be there, and some that may be, each with its name in it."""
    made = {name: f"{stage}/{name}" for stage, names in _MADE.items() for name in names}
    made |= {name: _OPTIONAL[name][0] for name in optional} | {"rows": "rows"}
    for name, place in made.items():
        path = folder / f"{place}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pl.DataFrame({"name": [name], "source": [name], "region": ["oulu"]}).write_parquet(path)
    return {stage: folder / stage for stage in STAGES} | {"rows": folder / "rows.parquet", "bundles": folder / "none"}


def names(read: Indicators) -> dict[str, list[str]]:
    return {name: frame["name"].to_list() if "name" in frame.columns else [] for name, frame in read.tables.items()}


def test_every_table_of_every_stage_is_read_and_missing_ones_are_empty(tmp_path):
    read = Indicators.read(**written(tmp_path, "actors", "items", "network_comparisons"))
    there = {*(name for some in _MADE.values() for name in some), "rows", "actors", "items", "network_comparisons"}
    assert names(read) == {name: [name] if name in there else [] for name in {*there, *_OPTIONAL}}
    for name in {*_OPTIONAL} - there:
        assert read.tables[name].schema == pl.Schema(_OPTIONAL[name][1])


def test_a_table_that_every_run_makes_must_be_there(tmp_path):
    folders = written(tmp_path)
    (tmp_path / "integration" / "edges.parquet").unlink()
    with pytest.raises(SujuvaError, match=r"edges\.parquet"):
        Indicators.read(**folders)
