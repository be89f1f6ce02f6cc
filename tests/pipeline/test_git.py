"""What is under git: what a person wrote, in whatever folder of data; never what a machine exported."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from sujuva.pipeline.dag import stages

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = (
    "data/raw/sources.yaml",
    "data/raw/codebooks/terms.yaml",
    "data/raw/codebooks/instruments/own.yaml",
    "data/raw/codebooks/conversions/own.csv",
    "data/2025/etelä/sources.yaml",
    "data/2025/etelä/codebooks/regions.yaml",
    "params.yaml",
    "notes.md",
)
EXPORTED = (
    "data/raw/answers.csv",
    "data/raw/answers.xlsx",
    "data/raw/dictionary.yaml",
    "data/raw/codebooks/answers.xlsx",
    "data/raw/codebooks/answers.csv",
    "data/raw/spring/answers.sav",
    "data/raw/spring/deep/answers.parquet",
    "data/2025/etelä/events.xes.gz",
    "data/loose.csv",
    "notebooks/explore/own.ipynb",
)


def git(folder: Path, *arguments: str) -> list[str]:
    done = subprocess.run(
        ["git", "-c", "core.quotepath=off", *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return [one for one in done.stdout.split("\0") if one]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the project's .gitignore, and with files of every kind."""
    git(tmp_path, "init", "--quiet")
    shutil.copy(ROOT / ".gitignore", tmp_path)
    made = [out for stage in stages(ROOT).values() for out in stage.outs if not out.endswith("metrics.json")]
    inside = ("sources.yaml", "codebooks/terms.yaml", "x.parquet")
    copies = [f"{out}/{name}" for out in made if not Path(out).suffix for name in inside]
    copies += [out for out in made if Path(out).suffix]
    for name in (*WRITTEN, *EXPORTED, *copies):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    return tmp_path


def test_git_takes_what_a_person_wrote_and_never_an_export_or_what_a_stage_made(repository: Path) -> None:
    git(repository, "add", "--all")
    assert set(git(repository, "ls-files", "-z")) == {".gitignore", *WRITTEN}


def test_git_ignores_every_output_of_a_stage_but_the_metrics(repository: Path) -> None:
    outs = {out for stage in stages(ROOT).values() for out in stage.outs}
    ignored = git(repository, "check-ignore", "--no-index", *sorted(outs))
    assert outs - {line for text in ignored for line in text.splitlines()} == {"reports/metrics.json"}
