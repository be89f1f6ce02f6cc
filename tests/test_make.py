"""The environment is built when it does not fit, whatever happened to it, and only then."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

LOCKS = ("requirements.lock", "pyproject.toml", "tools/installer.lock")


@pytest.fixture(scope="module")
def built(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose environment is whole: a real one, with a package or two of nothing."""
    place = tmp_path_factory.mktemp("make") / "sujuva"
    for name in ("tools/make.py", "src/sujuva/__init__.py"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text((root / name).read_text(encoding="utf-8"), encoding="utf-8")
    for name in LOCKS:
        (place / name).write_text("first", encoding="utf-8")
    venv.create(place / ".venv", with_pip=False, symlinks=True)
    libraries = libraries_of(place)
    for package in ("pip", "polars/dataframe"):
        (libraries / package).mkdir(parents=True)
        (libraries / package / "__init__.py").touch()
    (libraries / "polars" / "__init__.py").touch()
    install(place)
    made = tools(place)
    made.MARK.write_text(json.dumps(made.mark_of(made.VENV)), encoding="utf-8")
    return place


@pytest.fixture
def project_with_venv(built: Path, tmp_path: Path) -> Path:
    """A copy of it in another place, where it was built, too."""
    place = Path(shutil.copytree(built, tmp_path / "sujuva", symlinks=True))
    install(place)
    made = tools(place)
    made.MARK.write_text(json.dumps(made.mark_of(made.VENV)), encoding="utf-8")
    return place


def libraries_of(place: Path) -> Path:
    return next((place / ".venv").glob("lib/python*/site-packages"))


def install(place: Path) -> None:
    """As an editable installation does."""
    (libraries_of(place) / "sujuva.pth").write_text(str(place / "src"), encoding="utf-8")


def tools(place: Path) -> SimpleNamespace:
    """What tools/make.py of a project defines."""
    return SimpleNamespace(**runpy.run_path(str(place / "tools" / "make.py")))


def test_an_environment_that_fits_is_left_alone(project_with_venv: Path, built: Path):
    assert tools(project_with_venv).fault() == ""
    (libraries_of(project_with_venv) / "own_package").mkdir()  # what somebody has added stays
    (libraries_of(project_with_venv) / "polars" / "__pycache__").mkdir()
    assert tools(project_with_venv).fault() == ""


def moved(place: Path) -> Path:
    return place.rename(place.with_name("elsewhere"))


def removed(name: str) -> Callable[[Path], Path]:
    def remove(place: Path) -> Path:
        (path,) = place.glob(name)
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        return place

    return remove


def killed_at_once(place: Path) -> Path:
    """As `python -m venv` leaves it that was killed: an interpreter without pip, and no mark."""
    shutil.rmtree(place / ".venv")
    venv.create(place / ".venv", with_pip=False, symlinks=True)
    return place


def written(name: str, text: str) -> Callable[[Path], Path]:
    def write(place: Path) -> Path:
        (path,) = place.glob(name)
        path.write_text(text, encoding="utf-8")
        return place

    return write


def other_python(place: Path) -> Path:
    """The system's Python went, as after an update."""
    for link in (place / ".venv/bin").glob("python*"):
        link.unlink()
        link.symlink_to("/nowhere/python3")
    return place


FAULTS = {
    "never built": (removed(".venv"), "there is none yet"),
    "killed in its first seconds": (killed_at_once, "it was left half-made"),
    "killed before its mark": (removed(".venv/.ready"), "it was left half-made"),
    "a package removed": (removed(".venv/lib/python*/site-packages/polars"), "files are missing of polars"),
    "a part of one removed": (
        removed(".venv/lib/python*/site-packages/polars/dataframe"),
        "files are missing of polars",
    ),
    "a program removed": (removed(".venv/bin/activate"), "files are missing of activate"),
    "moved": (moved, "the project has moved here from"),
    "another Python": (other_python, "its Python does not find the project"),
    "another project": (written(".venv/lib/python*/site-packages/sujuva.pth", "/nowhere"), "its Python does not find"),
    "another lock": (written("requirements.lock", "second"), "outdated"),
    "an older mark": (written(".venv/.ready", ""), "outdated"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_each_fault_is_noticed_and_built_anew(project_with_venv: Path, what: str, monkeypatch: pytest.MonkeyPatch):
    damage, said = FAULTS[what]
    place = damage(project_with_venv)
    made = tools(place)
    assert made.fault().startswith(said)

    commands: list[tuple[str, ...]] = []
    environment = made.environment
    monkeypatch.setitem(environment.__globals__, "run", lambda *command: commands.append(command))
    (place / ".venv").mkdir(exist_ok=True)
    environment()
    assert [one[1:3] for one in commands[-3:]] == [("-m", "pip"), ("pip", "sync"), ("pip", "install")]
    anew = [one for one in commands if one[1:3] == ("-m", "venv")]
    assert [one[3] for one in anew] == ([] if said == "outdated" else ["--clear"])
    assert all(not one[0].startswith(str(place)) for one in anew), "no Python removes itself"
    assert json.loads((place / ".venv/.ready").read_text(encoding="utf-8"))["place"] == str(place / ".venv")


def test_nothing_is_removed_behind_a_link(project_with_venv: Path):
    other = (project_with_venv / ".venv").rename(project_with_venv / "shared")
    (project_with_venv / ".venv").symlink_to(other)
    (other / ".ready").unlink()
    with pytest.raises(SystemExit, match="Remove the link"):
        tools(project_with_venv).environment()
    assert libraries_of(project_with_venv).is_dir()


def test_a_failed_installation_leaves_no_mark(project_with_venv: Path, monkeypatch: pytest.MonkeyPatch):
    (project_with_venv / "requirements.lock").write_text("second", encoding="utf-8")
    made = tools(project_with_venv)

    def fails(*command: str) -> None:
        raise SystemExit(command[1:3] == ("pip", "sync"))

    monkeypatch.setitem(made.environment.__globals__, "run", fails)
    with pytest.raises(SystemExit):
        made.environment()
    assert not made.MARK.exists()
    assert tools(project_with_venv).fault() == "it was left half-made"


def typed(place: Path, *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(place / "tools/make.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **more)


def test_what_fails_is_told_with_what_to_do(project_with_venv: Path):
    program = project_with_venv / ".venv/bin/sujuva"
    program.write_text('#!/bin/sh\necho "sujuva $1 in $PWD"\ntest "$1" != repro || exit 7\n', encoding="utf-8")
    program.chmod(0o755)
    done = typed(project_with_venv, "repro")
    assert done.returncode == 7
    assert f"sujuva setup-git in {project_with_venv}" in done.stdout
    assert done.stdout.endswith("what usually stands in the way (docs/trouble.md)\n")

    wrong = typed(project_with_venv, "tset")
    assert wrong.returncode == 1
    assert "There is no target tset." in wrong.stderr
    assert "make fast-test" in wrong.stdout


def test_make_forwards_every_target(root: Path):
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    named = next(line for line in makefile.splitlines() if line.startswith("TARGETS :=")).split()[2:]
    assert named == list(tools(root).TARGETS)
    if shutil.which("make"):
        # As from a shell: a make above this one tells it to say which folder it enters.
        outside = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        alone = subprocess.run(["make"], cwd=root, capture_output=True, text=True, check=True, env=outside)
        assert [line.split()[1] for line in alone.stdout.splitlines()] == named
