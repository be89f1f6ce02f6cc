"""A small project whose stages, results and commit fit each other, and its research object."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import polars as pl
import pytest
from dvc.repo import Repo

from sujuva.crate import write_crate
from sujuva.published import Published, write_published
from tests.conftest import ROOT
from tests.publish import made_up
from tests.reports.small import INDEX, mean, small

PERSON = "00112233445566778899aabbccddeeff"
STAGES = """\
stages:
  clean:
    desc: Raw exports to clean tables
    cmd: sujuva run notebooks/clean.ipynb
    deps: [notebooks/clean.ipynb]
    params: [study.waves]
    outs:
      - data/clean: {push: false}
  figures:
    desc: Figures and tables
    cmd: sujuva run notebooks/figures.ipynb -o reports/notebooks/figures.ipynb
    deps: [data/published, notebooks/figures.ipynb]
    params: [report.language]
    outs: [reports/figures, reports/tables]
    metrics:
      - reports/metrics.json: {cache: false}
  publish:
    desc: The one door out
    cmd: sujuva run notebooks/publish.ipynb
    deps: [data/clean, notebooks/publish.ipynb]
    params: [network.network_seed, privacy.threshold]
    outs: [data/published]
"""
MADE = {
    "reports/figures/coping.svg": "<svg/>",
    "reports/figures/coping.csv": "estimate\n1\n",
    "reports/tables/network-collaboration-oulu.csv": "estimate\n2\n",
    "reports/metrics.json": "{}\n",
}
COPIED = ("LICENSE", "CITATION.cff", "pyproject.toml", "params.yaml", "requirements.lock", ".gitignore")


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", *who, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def commit(folder: Path) -> None:
    """Bring `dvc.lock` up to date with what lies there, and commit everything."""
    with Repo(str(folder)) as repo:
        repo.commit(force=True)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "As it is")


def make_project(folder: Path, published: Published) -> Path:
    """Make the project in the working folder."""
    git(folder, "init", "--quiet")
    Repo.init(str(folder)).close()
    for name in COPIED:
        shutil.copy(ROOT / name, folder)
    for name in ("clean", "figures", "publish"):
        (folder / "notebooks").mkdir(exist_ok=True)
        shutil.copy(ROOT / f"notebooks/{name}.ipynb", folder / "notebooks")
    (folder / "dvc.yaml").write_text(STAGES)
    for name, text in MADE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "data/clean").mkdir(mode=0o700, parents=True)
    pl.DataFrame({"respondent": [PERSON], "wave": [2024]}).write_parquet(folder / "data/clean/answers_sdq.parquet")
    (folder / "data/published").mkdir()
    write_published(published, folder / "data/published")
    commit(folder)
    return folder


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    rows = [mean(70.0 + year - 2022, 69.0, 73.0, wave=year, **INDEX) for year in (2022, 2023, 2024)]
    published = small(made_up.publication(), *rows)
    published.meta["region_order"] = list(published.meta["regions"])
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return make_project(folder, published)


@pytest.fixture
def study(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project, for one test, and the working folder."""
    folder = tmp_path / "study"
    shutil.copytree(finished, folder, symlinks=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="session")
def crate(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its research object, as a folder."""
    folder = tmp_path_factory.mktemp("object") / "crate"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(finished)
        patch.setattr("sujuva.params._taken", {})
        write_crate(folder, finished)
    return folder
