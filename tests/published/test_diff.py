"""Two folders of published tables: what differs is named by key, and nothing else is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from sujuva.cli import app
from sujuva.errors import DisclosureError, SujuvaError
from sujuva.published import compare_published

ROWS = {
    "region": ["oulu", "oulu", "tampere"],
    "wave": [2023, 2024, 2024],
    "days": [0, 0, 0],
    "days_to": [7, 7, 7],
    "n": [10, 20, None],
    "suppressed": ["", "", "primary"],
}


def folder(path: Path, rows: dict | None = None, meta: dict | None = None) -> Path:
    path.mkdir()
    pl.DataFrame(rows or ROWS).write_parquet(path / "delays.parquet")
    (path / "meta.json").write_text(json.dumps(meta or {"title": {"fi": "Aineisto"}}), encoding="utf-8")
    return path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return folder(tmp_path / "old")


def test_equal_folders_have_no_difference(old, tmp_path):
    new = shutil.copytree(old, tmp_path / "new")
    differences = compare_published(old, new)

    assert [(diff.table, diff.same, diff.equal) for diff in differences] == [
        ("delays", True, 3),
        ("meta.json", True, 1),
    ]


def test_rows_that_changed_went_or_came_are_named_by_key(old, tmp_path):
    rows = ROWS | {"region": ["oulu", "oulu", "turku"], "n": [10, 25, None]}
    delays, meta = compare_published(old, folder(tmp_path / "new", rows, {"title": {"fi": "Toinen"}}))

    assert delays.equal == 1
    assert list(delays.gone) == [{"region": "tampere", "wave": 2024, "days": 0}]
    assert list(delays.come) == [{"region": "turku", "wave": 2024, "days": 0}]
    (change,) = delays.changed
    assert (change.key["wave"], change.values, change.size) == (2024, {"n": (20, 25)}, 0.2)
    assert meta.changed[0].values == {"value": ('"Aineisto"', '"Toinen"')}


def test_a_number_that_appears_differs_more_than_any_that_changes(old, tmp_path):
    rows = ROWS | {"n": [11, 20, 5], "suppressed": ["", "", ""]}
    delays, _ = compare_published(old, folder(tmp_path / "new", rows))

    assert [change.key["region"] for change in delays.changed] == ["tampere", "oulu"]


def test_a_column_or_a_table_that_only_one_folder_has_is_a_difference(old, tmp_path):
    new = folder(tmp_path / "new", ROWS | {"extra": [1, 2, 3]})
    shutil.copy(old / "delays.parquet", new / "edges.parquet")
    differences = {diff.table: diff for diff in compare_published(old, new)}

    assert differences["delays"].columns == {"extra": "new"}
    assert differences["edges"].rows == (None, 3)
    assert not differences["delays"].same
    assert not differences["edges"].same


def test_tables_that_were_not_published_are_refused(old, tmp_path):
    raw = folder(tmp_path / "raw", ROWS | {"suppressed": ["primary", "", "primary"]})
    with pytest.raises(DisclosureError, match="hidden rows still carry numbers"):
        compare_published(old, raw)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SujuvaError, match="holds no published tables"):
        compare_published(old, tmp_path / "empty")
    shutil.copy(old / "delays.parquet", old / "answers.parquet")
    with pytest.raises(SujuvaError, match=r"no contract: answers\.parquet"):
        compare_published(old, old)


def test_the_command_ends_with_1_where_something_differs(old, tmp_path):
    new = folder(tmp_path / "new", ROWS | {"n": [10, 21, None]})
    same = CliRunner().invoke(app, ["diff", str(old), str(old)])
    other = CliRunner().invoke(app, ["diff", str(old), str(new)])

    assert (same.exit_code, other.exit_code) == (0, 1)
    assert "~ oulu 2024 0: n 20 → 21" in other.output
    told = json.loads(CliRunner().invoke(app, ["diff", str(old), str(new), "--json"]).output)
    assert told["tables"][0]["changed"] == [
        {"key": {"region": "oulu", "wave": 2024, "days": 0}, "values": {"n": [20, 21]}}
    ]
