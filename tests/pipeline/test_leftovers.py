"""What killed runs leave: notes of DVC that name nobody, or the dead, and files that were never whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from zc.lockfile import LockFile

from sujuva.errors import PipelineError
from sujuva.pipeline.dag import Stage
from sujuva.pipeline.leftovers import RWLOCK, clear_parts, lock_fault, mend_half_lock, mend_lock

SLEEP = "import time; print(flush=True); time.sleep(60)"


@pytest.fixture
def note(project: Path) -> Path:
    """DVC's note of who works in the project."""
    (project / ".dvc" / "tmp").mkdir(parents=True)
    return project / RWLOCK


def noted(number: int) -> str:
    return json.dumps({"write": {"data/moments": {"pid": number, "cmd": "dvc repro"}}, "read": {}})


def sleeping(name: str, folder: Path) -> Iterator[int]:
    """A process that is called `name` and does nothing, as long as this is not closed."""
    script = folder / name
    script.write_text(SLEEP, encoding="utf-8")
    with subprocess.Popen([sys.executable, str(script)], cwd=folder, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
        process.kill()


@pytest.fixture
def stranger(project: Path) -> Iterator[int]:
    yield from sleeping("editor", project)


@pytest.fixture
def worker(project: Path) -> Iterator[int]:
    """A process of DVC, as its command line tells."""
    yield from sleeping("dvc", project)


@pytest.fixture
def dead() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


@pytest.mark.parametrize("text", ["", "{", '{"write": {"data', "[]", '{"write": {"a": 3}}', '{"read": {"a": [{}]}}'])
def test_a_note_that_says_nothing_is_removed(project: Path, note: Path, text: str):
    note.write_text(text, encoding="utf-8")
    assert "left half-written by a run that was killed" in mend_lock(project)
    assert not note.exists()
    assert mend_lock(project) == ""


def test_a_note_that_waits_for_a_stranger_is_removed(project: Path, note: Path, stranger: int):
    """The system has given the number of a run that was killed to somebody else."""
    note.write_text(noted(stranger), encoding="utf-8")
    assert f"waits for process {stranger}" in mend_lock(project)
    assert not note.exists()


def test_a_note_of_the_dead_is_left_to_dvc(project: Path, note: Path, dead: int):
    note.write_text(noted(dead), encoding="utf-8")
    assert mend_lock(project) == ""
    assert note.exists()


@pytest.mark.parametrize("text", ["", None])
def test_while_dvc_works_here_its_note_stays(project: Path, note: Path, worker: int, text: str | None):
    note.write_text(noted(worker) if text is None else text, encoding="utf-8")
    if text is None:
        assert mend_lock(project) == ""
    else:
        with pytest.raises(PipelineError, match=f"process {worker} still works here"):
            mend_lock(project)
    assert note.exists()


def test_a_note_that_is_being_written_stays(project: Path, note: Path):
    note.touch()
    guard = LockFile(str(note.with_name("rwlock.lock")))
    with pytest.raises(PipelineError, match="being written by another process"):
        mend_lock(project)
    guard.close()
    assert note.exists()
    assert lock_fault(project)
    assert mend_lock(project)


def test_dvc_stops_at_an_empty_note_and_goes_on_without_it(project: Path, dead: int):
    """The fault is DVC's own, and not one that we only believe in."""
    (project / ".dvc" / "tmp").mkdir(parents=True)
    (project / ".dvc" / "config").write_text("[core]\n    no_scm = true\n    analytics = false\n", encoding="utf-8")
    (project / "dvc.yaml").write_text("stages: {one: {cmd: echo made > out, outs: [out]}}", encoding="utf-8")
    (project / RWLOCK).touch()
    half = project / f".out.{dead}.part"
    half.touch()
    code = "import sys; from sujuva.cli import main; sys.argv = ['sujuva', 'repro']; main()"
    for command, stops in ([sys.executable, "-m", "dvc", "repro"], True), ([sys.executable, "-c", code], False):
        done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
        assert (done.returncode != 0) == stops, done.stderr
        assert ("JSON structure is corrupted" in done.stderr) == stops
    assert "left half-written by a run that was killed: removed." in done.stderr
    assert not half.exists()  # also where DVC takes the output from its cache and runs nothing
    assert (project / "out").read_text(encoding="utf-8").strip() == "made"


SOUND = "schema: '2.0'\nstages:\n  one:\n    cmd: echo\n    outs:\n    - path: out\n      md5: 0123\n"


@pytest.mark.parametrize("half", ["", SOUND[:-20], "schema: '2.0'\n"])
def test_a_half_written_lock_is_taken_from_git_as_it_was(project: Path, half: str):
    lock = project / "dvc.lock"
    lock.write_text(SOUND, encoding="utf-8")
    assert mend_half_lock(project) == ""
    for command in (["init", "--quiet"], ["add", "dvc.lock"]):
        subprocess.run(["git", *command], check=True)
    identity = ["-c", "user.name=x", "-c", "user.email=x@localhost"]
    lock.write_text(half, encoding="utf-8")
    assert "half-written" in mend_half_lock(project)
    assert not lock.exists()  # nothing was committed yet
    subprocess.run(["git", *identity, "commit", "--quiet", "-m", "one"], check=True)
    lock.write_text(half, encoding="utf-8")
    assert "half-written" in mend_half_lock(project)
    assert lock.read_text(encoding="utf-8") == SOUND


def test_a_lock_in_conflict_or_in_use_is_left_alone(project: Path, worker: int):
    lock = project / "dvc.lock"
    lock.write_text(f"<<<<<<< HEAD\n{SOUND}", encoding="utf-8")
    assert mend_half_lock(project) == ""
    lock.write_text("", encoding="utf-8")
    with pytest.raises(PipelineError, match=f"or is being written by process {worker}"):
        mend_half_lock(project)
    assert lock.exists()


def test_half_written_outputs_of_the_dead_are_removed(project: Path, dead: int):
    data = project / "data"
    (data / "moments").mkdir()
    for name in ("moments/.a.parquet.{}.part", ".ledger.json.{}.part", ".other.{}.part"):
        for number in (dead, os.getpid()):
            (data / name.format(number)).touch()
    (data / f".moments.{dead}.part").mkdir()
    clear_parts(Stage("one", {"cmd": "x", "outs": ["data/moments", {"data/ledger.json": {"push": False}}]}), project)
    left = {path.relative_to(data).as_posix() for path in data.rglob(".*.part")}
    assert left == {
        f"moments/.a.parquet.{os.getpid()}.part",
        f".ledger.json.{os.getpid()}.part",
        f".other.{os.getpid()}.part",
        f".other.{dead}.part",  # nobody's
    }
