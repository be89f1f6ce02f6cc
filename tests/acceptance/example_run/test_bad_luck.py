"""An interrupted or badly fed pipeline says so once, leaves nothing half-written and goes on correctly."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from sujuva.cleaning import clean_folder
from sujuva.errors import SujuvaError
from sujuva.params import load_params
from tests.acceptance.copies import Copy

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_200)]


@pytest.fixture
def copy(example_run, tmp_path) -> Copy:
    """A copy of the finished example run, its cache included."""
    target = tmp_path / "sujuva"
    shutil.copytree(example_run.path, target, symlinks=True)
    return Copy(target)


def leftovers(copy: Copy) -> list[Path]:
    return [path for path in copy.path.rglob("*.part") if ".venv" not in path.parts]


def test_a_kill_in_the_middle_of_a_stage_is_made_good_by_the_next_run(copy, example_run):
    with subprocess.Popen(
        ["dvc", "repro", "--force", "moments"],
        cwd=copy.path,
        env=copy.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if "moments: cell 3" in line:
                break
        else:
            pytest.fail("the stage never got to its third cell")
        os.killpg(running.pid, signal.SIGKILL)
    copy.repro()
    assert copy.lock == example_run.lock
    assert not leftovers(copy)


def test_a_notebook_that_raises_gives_a_card_and_keeps_the_failed_notebook(copy, example_run):
    notebook = copy.path / "notebooks" / "moments.ipynb"
    sound = notebook.read_text(encoding="utf-8")
    broken = sound.replace('"import datetime', '"raise ValueError([1_570_796_326 * 2])\\n",\n    "import datetime', 1)
    assert broken != sound
    notebook.write_text(broken, encoding="utf-8")
    failed = copy.run("dvc", "repro")
    assert failed.returncode != 0
    card = failed.stderr + failed.stdout
    assert "ValueError" in card
    assert "moments" in card
    assert "3141592652" not in card
    assert "Traceback" not in card
    assert (copy.path / ".sujuva" / "failed" / "moments.ipynb").is_file()
    assert not (copy.path / "data" / "executed" / "moments.ipynb").exists()
    notebook.write_text(sound, encoding="utf-8")
    copy.repro()
    assert copy.lock == example_run.lock


@pytest.fixture
def raw(example_run, tmp_path) -> Path:
    """The example's exports in a folder of their own."""
    return Path(shutil.copytree(example_run.path / "data" / "example", tmp_path / "raw"))


def damaged(raw: Path, damage: str) -> str:
    """Damage the exports, and return what a message about it must say."""
    sources, file, expected = raw / "sources.yaml", raw / "cyrm_kysely.csv", "cyrm_kysely.csv"
    if damage == "missing":
        file.unlink()
    elif damage == "truncated":
        expected = "webropol_who5.xlsx"
        (raw / expected).write_bytes((raw / expected).read_bytes()[:5_000])
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "instrument":
        described = sources.read_text(encoding="utf-8")
        sources.write_text(described.replace("instrument: cyrm_r", "instrument: cyrm_q"), encoding="utf-8")
        expected = "cyrm_r"
    else:
        header, *rows = file.read_bytes().split(b"\n")
        assert b"Vuosi" in header
        file.write_bytes(b"\n".join([header.replace(b"Vuosi", b"Vuosj"), *rows]))
        expected = "Vuosj"  # the nearest column that is there
    return expected


@pytest.mark.parametrize("damage", ["missing", "truncated", "empty", "column", "instrument"])
def test_bad_input_gives_one_clear_message(raw, root, damage, monkeypatch):
    monkeypatch.chdir(root)
    expected = damaged(raw, damage)
    study = load_params(root / "params.yaml").study
    with pytest.raises(SujuvaError) as told:
        clean_folder(raw, regions=study.regions, waves=study.waves)
    assert expected in str(told.value)
    assert len(str(told.value).splitlines()) <= 6


def test_a_stage_tells_bad_input_in_one_message_and_leaves_nothing(copy, raw):
    """What the message is of each kind of damage: the test above."""
    expected = damaged(raw, "truncated")
    raw.rename(copy.path / "data" / "raw")
    params = copy.path / "params.yaml"
    params.write_text(params.read_text(encoding="utf-8").replace("input: data/example", "input: data/raw"))
    failed = copy.run("sujuva", "run", "notebooks/clean.ipynb")
    assert failed.returncode == 1
    assert expected in failed.stderr
    assert "Traceback" not in failed.stdout + failed.stderr
    assert len(failed.stderr.strip().splitlines()) <= 12
    assert not leftovers(copy)


def test_a_full_disk_gives_one_message_and_leaves_nothing_half_written(copy, example_run, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs the rights to do so")
    try:
        moments = copy.path / "data" / "moments"
        shutil.rmtree(moments)
        moments.symlink_to(disk / "moments")
        (disk / "moments").mkdir()
        failed = copy.run("sujuva", "run", "notebooks/moments.ipynb")
        assert failed.returncode == 1
        assert "Could not write" in failed.stderr
        assert "Traceback" not in failed.stderr
        moments.unlink()
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    copy.repro()
    assert copy.lock == example_run.lock
