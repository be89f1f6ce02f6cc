"""What is saved while its stage runs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sujuva.errors import PipelineError
from sujuva.pipeline.dag import Stage
from sujuva.pipeline.runner import run_notebook
from sujuva.pipeline.unchanged import check_unchanged, made_of

Make = Callable[..., Path]
STAGE = Stage(
    "one",
    {
        "cmd": "sujuva run notebooks/one.ipynb",
        "deps": ["${data.input}", "data/clean", "notebooks/one.ipynb", "src/sujuva/io.py", "src/sujuva/moments"],
        "params": ["study.waves", "coping.norms"],
    },
)


@pytest.fixture
def made(project: Path) -> Path:
    for name in ("data/example/a.csv", "data/clean/b.parquet", "notebooks/one.ipynb", "src/sujuva/io.py"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("before", encoding="utf-8")
    (project / "src/sujuva/moments").mkdir()
    (project / "src/sujuva/moments/part.py").write_text("before", encoding="utf-8")
    return project


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def chosen(root: Path, old: str, new: str) -> None:
    text = (root / "params.yaml").read_text(encoding="utf-8")
    assert old in text
    write(root / "params.yaml", text.replace(old, new))


CHANGES: dict[str, Callable[[Path], object]] = {
    "notebooks/one.ipynb": lambda root: write(root / "notebooks/one.ipynb", "after!"),
    "src/sujuva/moments/part.py": lambda root: write(root / "src/sujuva/moments/part.py", "after!"),
    "src/sujuva/moments/new.py": lambda root: write(root / "src/sujuva/moments/new.py", ""),
    "src/sujuva/io.py": lambda root: (root / "src/sujuva/io.py").unlink(),
    "data/clean/b.parquet": lambda root: os.utime(root / "data/clean/b.parquet", (1, 1)),
    "data/example/c.csv": lambda root: write(root / "data/example/c.csv", ""),
    "params.yaml: study.waves": lambda root: chosen(root, "waves: [2022", "waves: [2021"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_changed_is_named(made: Path, what: str):
    before = made_of(STAGE, made)
    CHANGES[what](made)
    with pytest.raises(PipelineError) as told:
        check_unchanged(STAGE, before, made)
    assert told.value.message.startswith(f"{what} changed while it ran")


def test_what_makes_no_difference_passes(made: Path):
    before = made_of(STAGE, made)
    assert len(before) == 7
    write(made / "notebooks/one.ipynb", "before")  # saved as it was
    os.utime(made / "src/sujuva/io.py", (1, 1))
    write(made / "src/sujuva/moments/__pycache__/part.pyc", "")
    write(made / "src/sujuva/moments/.part.py.swp", "")
    write(made / "data/example/.salt", "salt")
    chosen(made, "languages: [fi]", "languages: [sv]")  # which this stage does not take
    check_unchanged(STAGE, before, made)
    assert made_of(None, made) == {}
    check_unchanged(None, {}, made)


def test_many_changes_are_not_all_listed(made: Path):
    before = made_of(STAGE, made)
    for number in range(9):
        write(made / f"data/example/{number}.csv", "")
    with pytest.raises(PipelineError, match=r"0\.csv, data/example/1\.csv, data/example/2\.csv and 6 more changed"):
        check_unchanged(STAGE, before, made)


def test_a_notebook_saved_while_its_stage_runs_writes_nothing(notebook: Make, project: Path):
    """Its first cell saves it, as a hand in JupyterLab would; what it computes is that of the old one."""
    path = notebook("one", "from pathlib import Path\none = Path('notebooks/one.ipynb')", "1")
    text = path.read_text(encoding="utf-8")
    write(
        path, text.replace("'notebooks/one.ipynb')", "'notebooks/one.ipynb')\\none.write_text(one.read_text() + ' ')")
    )
    stages = "stages: {one: {cmd: sujuva run notebooks/one.ipynb, deps: [notebooks/one.ipynb], outs: [%s]}}"
    write(project / "dvc.yaml", stages % "data/executed/one.ipynb: {push: false}")

    with pytest.raises(PipelineError, match=r"notebooks/one\.ipynb changed while it ran.*Run `make repro` again"):
        run_notebook(path)
    assert not (project / "data/executed").exists()


def test_a_command_whose_code_is_saved_while_it_runs_fails(project: Path):
    write(project / "src/sujuva/example/made.py", "before")
    stages = "stages: {example: {cmd: sujuva example, deps: [src/sujuva/example], outs: [data/x: {push: false}]}}"
    write(project / "dvc.yaml", stages)
    code = (
        "import sys\nfrom pathlib import Path\nfrom sujuva import cli\n"
        "def app(arguments):\n    Path('src/sujuva/example/made.py').write_text('after!')\n    sys.exit(int({}))\n"
        "cli.app = app\nsys.argv = ['sujuva', 'example']\ncli.main()\n"
    )
    for ended in (3, 0):  # of a command that failed its own words are enough
        write(project / "src/sujuva/example/made.py", "before")
        done = subprocess.run(
            [sys.executable, "-c", code.format(ended)], capture_output=True, text=True, check=False, cwd=project
        )
        assert done.returncode == (ended or 1)
        assert ("src/sujuva/example/made.py changed while it ran" in done.stderr) == (not ended)
