"""A whole delivery: the example against its own truth, what is written, and the notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import polars as pl
import pytest

from sujuva.cleaning import Cleaned, clean_folder
from sujuva.errors import SourceError
from sujuva.io import read_table
from sujuva.paths import SCRATCH
from sujuva.tables import (
    FlagCounts,
    ItemCounts,
    ItemTitles,
    Ledger,
    Quarantine,
    ResponseCounts,
    RowFlags,
    RuleCounts,
    SourceList,
)
from tests.cleaning.helpers import write

REGIONS = ["keski-pohjanmaa", "pohjois-karjala", "oulu", "tampere"]
WAVES = [2022, 2023, 2024]
TABLES = {
    "area_indicators",
    "area_months",
    "attendance",
    "case_events",
    "child_budgets",
    "feedback",
    "initiatives",
    "lp_topics",
    "method_reach",
    "observations",
    "open_answers",
    "coded_passages",
    "open_themes",
    "trainings",
    "organisations",
    "participation",
    "partner_ratings",
    "respondents",
    "rubric",
    "service_parts",
    "ties",
}


def _clean(folder: str) -> Cleaned:
    return clean_folder(
        Path(folder),
        regions=REGIONS,
        waves=WAVES,
        duplicates="first",
        max_quarantine=0.25,
        timezone="Europe/Helsinki",
    )


@pytest.fixture
def example(project: Path) -> dict[str, Any]:
    """A small example in data/example; what was built into it."""
    write_example = pytest.importorskip("sujuva.example").write_example
    return write_example(
        Path("data/example"),
        Path("data/truth.json"),
        seed=3,
        persons=300,
        units=12,
        families=60,
        regions=REGIONS,
        waves=WAVES,
    )


def test_the_intake_finds_every_error_of_the_example_and_no_other(example: dict[str, Any]) -> None:
    cleaned = _clean("data/example")
    aside = cleaned.rules.filter(pl.col("kind") == "quarantine")
    for row in cleaned.ledger.to_dicts():
        truth = example["files"][row["source"]]
        assert (row["rows_in"], row["rows_clean"]) == (truth["rows"], truth["clean"]), row["source"]
        found = aside.filter(pl.col("source") == row["source"])
        assert dict(zip(found["rule"], found["rows"], strict=True)) == truth["rules"], row["source"]
    assert cleaned.tables["open_answers"].height == example["open_answers"]


def test_what_is_written_is_what_was_cleaned(example: dict[str, Any], project: Path) -> None:
    cleaned = _clean("data/example")
    write(cleaned)
    stems = {path.stem for path in (project / "data" / "clean").iterdir()}
    assert stems == TABLES | {"answers_who5", "answers_cyrm_r", "answers_sdq", "answers_single"}
    for name, frame in cleaned.tables.items():
        written = read_table(project / "data" / "clean" / f"{name}.parquet")
        assert written.equals(frame.sort(cleaned.keys[name], nulls_last=True))
    ledger = project / "data" / "ledger"
    assert {path.name for path in ledger.iterdir()} == {
        "choices.json",
        "flags.parquet",
        "items.parquet",
        "ledger.parquet",
        "response.parquet",
        "rules.parquet",
        "sources.parquet",
        "titles.parquet",
    }
    for schema, path in (
        (Ledger, ledger / "ledger.parquet"),
        (RuleCounts, ledger / "rules.parquet"),
        (SourceList, ledger / "sources.parquet"),
        (ItemCounts, ledger / "items.parquet"),
        (ItemTitles, ledger / "titles.parquet"),
        (FlagCounts, ledger / "flags.parquet"),
        (ResponseCounts, ledger / "response.parquet"),
        (RowFlags, project / "data" / "quarantine" / "flags.parquet"),
        (Quarantine, project / "data" / "quarantine" / "quarantine.parquet"),
    ):
        assert schema.is_valid(read_table(path)), path.name
    assert all(read_table(ledger / "sources.parquet")["synthetic"])
    first = {path: path.read_bytes() for path in project.glob("data/*/*.parquet")}
    write(_clean("data/example"))
    assert {path: path.read_bytes() for path in project.glob("data/*/*.parquet")} == first


def test_every_table_is_written_even_when_nothing_feeds_it(clean: Any, small_project: Path) -> None:
    sources = """
  - name: people
    file: people.csv
    reader: csv
    feeds:
      - table: respondents
        columns: {respondent: id, wave: {value: 2024}, region: {value: oulu}}
"""
    write(clean(sources, {"people.csv": "id\na\n"}))
    heights = {path.stem: read_table(path).height for path in (small_project / "data" / "clean").iterdir()}
    assert heights == dict.fromkeys(TABLES, 0) | {"respondents": 1}
    assert read_table(small_project / "data" / "quarantine" / "quarantine.parquet").height == 0


def test_a_missing_file_stops_before_anything_is_written(clean: Any, small_project: Path) -> None:
    sources = """
  - name: people
    file: people.csv
    reader: csv
    feeds: [{table: respondents, columns: {respondent: id, wave: {value: 2024}, region: {value: oulu}}}]
"""
    with pytest.raises(SourceError, match=r"people.csv is not in raw/"):
        clean(sources, {})
    assert not (small_project / "data" / "clean").exists()


def test_the_notebook_runs_and_shows_counts_alone(
    example: dict[str, Any], project: Path, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = nbformat.read(root / "notebooks" / "clean.ipynb", as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in cells:
        assert not cell.outputs
    scope: dict[str, Any] = {"display": print}
    for cell in cells:
        exec(compile(cell.source, "clean.ipynb", "exec"), scope)
    shown = capsys.readouterr().out
    assert "rows_quarantined" in shown
    someone = read_table(project / SCRATCH / "data" / "clean" / "respondents.parquet")["respondent"][0]
    assert someone not in shown
