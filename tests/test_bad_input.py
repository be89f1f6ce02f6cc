"""Bad input at the command line: one clear refusal each, before anything starts, and nothing is written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from sujuva.published import write_published
from tests.publish import made_up
from tests.releases.conftest import EMPTY
from tests.test_cli import run


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("0", "greater than or equal to 1"),
        ("-3", "greater than or equal to 1"),
        ("five", "a valid integer"),
        ("'5'", "a valid integer"),
        ("2.5", "a valid integer"),
        ("null", "a valid integer"),
    ],
)
@pytest.mark.parametrize("rule", ["threshold", "organisation_threshold", "rounding"])
def test_a_rule_that_cannot_be_stops_a_run_before_it_starts(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], rule: str, given: str, said: str
):
    root = Path(__file__).parents[1]
    (project / "notebooks").mkdir()
    shutil.copy(root / "notebooks" / "publish.ipynb", project / "notebooks")
    shutil.copy(root / "dvc.yaml", project)
    text = (root / "params.yaml").read_text(encoding="utf-8")
    was = next(line for line in text.splitlines() if line.startswith(f"  {rule}: "))
    (project / "params.yaml").write_text(text.replace(was, f"  {rule}: {given}"), encoding="utf-8")
    before = sorted(path.name for path in project.iterdir())

    assert run(monkeypatch, "run", "notebooks/publish.ipynb") == 1
    told = capsys.readouterr().err.splitlines()
    assert told == [
        f"params.yaml: 'privacy.{rule}': it should be {said}.",
        "Hint: What is allowed: `sujuva params --schema`.",
    ]
    assert sorted(path.name for path in project.iterdir()) == before


def _without_rows(path: Path) -> None:
    pl.read_parquet(path).clear().write_parquet(path)


DAMAGED = {
    "no bytes": (lambda path: path.write_bytes(b""), "survival.parquet cannot be read as Parquet"),
    "no table": (lambda path: path.unlink(), "survival.parquet is missing"),
    "no columns": (lambda path: pl.DataFrame().write_parquet(path), "has other columns than its contract"),
}


@pytest.mark.parametrize("what", DAMAGED)
@pytest.mark.parametrize("command", ["site", "attack"])
def test_a_published_table_that_is_none_is_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], what: str, command: str
):
    damage, said = DAMAGED[what]
    write_published(made_up.publication(), project / "data" / "published")
    damage(project / "data" / "published" / "survival.parquet")

    assert run(monkeypatch, command) == 1
    told = capsys.readouterr()
    assert said in told.err.splitlines()[0]
    assert told.out == ""
    assert not (project / "reports").exists()


def test_published_tables_without_rows_are_a_publication_that_tells_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    write_published(made_up.publication(), project / "data" / "published")
    for path in (project / "data" / "published").glob("*.parquet"):
        _without_rows(path)

    assert run(monkeypatch, "attack") == 0
    assert capsys.readouterr().out == "Nothing is learned.\n"


@pytest.mark.parametrize(
    "command", [["release", "--list"], ["release", "--check"], ["changes"], ["release", "--owner", "x"]]
)
def test_a_register_that_was_edited_is_refused_by_every_command_that_reads_it(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
):
    register = project / "data" / "releases" / "releases.json"
    entry = {
        "number": 1, "date": "2026-01-31", "owner": "us", "reason": "r", "study": "s", "cohort": {}, "code": "c",
        "rules": {"threshold": 5}, "files": {}, "seal": "0" * 64, "signature": "", "unsigned": "no key",
    }  # fmt: skip
    register.parent.mkdir(parents=True)
    (project / "data" / "moments").mkdir()
    (project / "data" / "moments" / "choices.json").write_text("{}", encoding="utf-8")
    register.write_text(json.dumps(EMPTY | {"releases": [entry]}), encoding="utf-8")

    assert run(monkeypatch, *command) == 1
    told = capsys.readouterr()
    assert "Release 1 of releases/releases.json was changed after it was added" in told.err.splitlines()[0]
    assert told.err.splitlines()[1] == (
        "Hint: Take the register and its tables from git as they were: git checkout -- data/releases"
    )
    assert json.loads(register.read_text(encoding="utf-8"))["releases"] == [entry]
    assert not (project / "data" / "changes").exists()
