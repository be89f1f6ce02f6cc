"""Notebooks run by hand: they take the choices of params.yaml, and leave alone what the pipeline made."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from sujuva.paths import OWN, RUN, SCRATCH, output
from sujuva.pipeline.runner import run_notebook

Make = Callable[..., Path]
STAGE = (
    "stages:\n  one:\n    cmd: sujuva run notebooks/one.ipynb{}\n    deps:\n    params:\n"
    "    outs:\n      - data/made: {{push: false}}\n"
)
PARAMETERS = "from sujuva.params import choice\n\nwaves: list[int] = choice('study.waves')  # years\n"
WRITES = """\
from sujuva.io import write_text
from sujuva.paths import output

write_text(f"{waves}", output("data/made") / "waves.txt")
"""


@pytest.fixture
def one(notebook: Make, project: Path) -> Path:
    """A notebook that writes what it takes, and the stage that runs it."""
    (project / "dvc.yaml").write_text(STAGE.format(""), encoding="utf-8")
    return notebook("one", WRITES, parameters=PARAMETERS)


def made(folder: Path) -> str | None:
    path = folder / "data" / "made" / "waves.txt"
    return path.read_text(encoding="utf-8") if path.is_file() else None


def change(project: Path) -> None:
    path = project / "params.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("[2022, 2023, 2024]", "[2023, 2024]"), encoding="utf-8")


def test_run_all_takes_the_choices_and_writes_aside(one: Path, project: Path):
    """As JupyterLab does it: a kernel in the notebook's folder, and nobody who gives it values."""
    change(project)
    executed = nbformat.read(one, as_version=4)
    NotebookClient(executed, resources={"metadata": {"path": str(one.parent)}}).execute()

    assert made(project) is None
    assert made(project / SCRATCH) == "[2023, 2024]"
    assert f"this goes to {SCRATCH}/data/made" in executed.cells[-1].outputs[0].text


def test_plain_papermill_sets_parameters_without_a_warning(one: Path, project: Path):
    command = [sys.executable, "-m", "papermill", "notebooks/one.ipynb", "out.ipynb", "--no-progress-bar"]
    done = subprocess.run([*command, "-y", "waves: [2030]"], cwd=project, capture_output=True, text=True, check=True)

    assert "unknown parameter" not in done.stderr.lower()
    assert "unable to parse" not in done.stderr.lower()
    assert made(project) is None
    assert made(project / SCRATCH) == "[2030]"


def test_only_the_run_of_a_stage_as_it_stands_writes_what_the_pipeline_keeps(one: Path, project: Path):
    assert run_notebook(one) == project / "data" / "executed" / "one.ipynb"
    assert (made(project), made(project / SCRATCH)) == ("[2022, 2023, 2024]", None)

    change(project)
    assert run_notebook(one, overrides=[("waves", "2030")]) == project / SCRATCH / "data/executed/one.ipynb"
    assert (made(project), made(project / SCRATCH)) == ("[2022, 2023, 2024]", "[2030]")

    assert run_notebook(one, output=Path("elsewhere.ipynb")) == project / "elsewhere.ipynb"
    assert (made(project), made(project / SCRATCH)) == ("[2022, 2023, 2024]", "[2023, 2024]")

    (project / "dvc.yaml").write_text(STAGE.format(" -o elsewhere.ipynb"), encoding="utf-8")
    assert run_notebook(one) == project / "elsewhere.ipynb"
    assert made(project) == "[2023, 2024]"


def test_a_notebook_without_a_stage_writes_aside(one: Path, project: Path):
    own = project / "notebooks" / "own.ipynb"
    one.rename(own)

    assert run_notebook(own) == project / SCRATCH / "data/executed/own.ipynb"
    assert (made(project), made(project / SCRATCH)) == (None, "[2022, 2023, 2024]")


@pytest.mark.parametrize("context", ["none", "a run that has ended", "another project's run", "its own run"])
def test_an_unknown_context_is_scratch(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], context: str
):
    folder = project / "private"
    folder.mkdir()
    if context != "none":
        monkeypatch.setenv(RUN, str(folder))
    if context.endswith("run"):
        (folder / OWN).write_text(str(project if context == "its own run" else project / "other"), encoding="utf-8")
    told = f"Not a run of the pipeline: data/made stays as it is, this goes to {SCRATCH}/data/made\n"

    if context == "its own run":
        assert (output("data/made"), capsys.readouterr().out) == (project / "data/made", "")
    else:
        assert (output("data/made"), capsys.readouterr().out) == (project / SCRATCH / "data/made", told)


def test_the_scratch_folder_is_no_part_of_the_project(root: Path):
    done = subprocess.run(
        ["git", "check-ignore", f"{SCRATCH}/data/x.parquet"], cwd=root, capture_output=True, check=False
    )

    assert done.returncode == 0
