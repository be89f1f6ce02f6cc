"""Each fault that the doctor looks for, planted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from sujuva import cli
from sujuva.cli import checkup
from sujuva.errors import SujuvaError
from sujuva.pipeline import landlock, leftovers
from sujuva.reports import pdf
from tests.pipeline.test_intact import flip, lock_of

Patch = pytest.MonkeyPatch


def found(name: str, root: Path) -> tuple[str, str]:
    """State of a check, and all that it says."""
    one = checkup._looked_at(checkup.CHECKS[name], root)
    return one.state, f"{one.said} {one.to_do}"


def git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, capture_output=True)


@pytest.fixture
def sound(project: Path, root: Path, monkeypatch: Patch) -> Path:
    """A project in which nothing is wrong, before it has run."""
    for name in ("requirements.lock", "dvc.yaml"):
        shutil.copy(root / name, project)
    (project / "data/example").mkdir()
    (project / "data/example/sources.yaml").write_text("key: demo\nsynthetic: true\n", encoding="utf-8")
    monkeypatch.setattr(sys, "prefix", str(project / ".venv"))
    git("init", "--quiet")
    cli.app(["setup-git"], standalone_mode=False)
    return project


def typed(monkeypatch: Patch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["sujuva", "doctor", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_a_sound_project_is_told_so_and_a_fault_ends_with_1(
    sound: Path, monkeypatch: Patch, capsys: pytest.CaptureFixture[str]
):
    capsys.readouterr()
    assert typed(monkeypatch) == 0, capsys.readouterr().out
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == list(checkup.CHECKS)
    assert "FAULT" not in "".join(lines)

    monkeypatch.setattr(checkup, "CHECKS", {name: checkup.CHECKS[name] for name in ("rwlock", "results")})
    (sound / "data/clean").write_text("a table", encoding="utf-8")
    lock_of(sound, ["data/clean"])
    flip(sound / "data/clean")
    (sound / leftovers.RWLOCK).parent.mkdir(parents=True)
    (sound / leftovers.RWLOCK).touch()
    assert typed(monkeypatch) == 1
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2
    assert all(line.startswith("FAULT") and "sujuva doctor --mend" in line for line in said)
    assert (sound / "data/clean").exists()

    assert typed(monkeypatch, "--mend") == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["mended:", "mended:", "ok", "ok"]
    assert not (sound / "data/clean").exists()
    assert not (sound / leftovers.RWLOCK).exists()


def test_another_python_is_a_note(sound: Path, monkeypatch: Patch):
    monkeypatch.setattr(sys, "prefix", "/usr")
    assert found("Python", sound)[0] == "note"


def test_packages_that_differ_are_named(sound: Path):
    (sound / "requirements.lock").write_text(
        "nowhere-to-be-found==1 \\\n    --hash=sha256:0\npolars==0.0.1 \\\nwinonly==1 ; sys_platform == 'nowhere' \\\n",
        encoding="utf-8",
    )
    state, said = found("packages", sound)
    assert state == "FAULT"
    assert "requirements.lock: nowhere-to-be-found, polars." in said


def test_wrong_choices_are_told_in_their_own_words(sound: Path):
    (sound / "params.yaml").write_text("stduy: {}", encoding="utf-8")
    assert found("choices", sound) == ("FAULT", "params.yaml: unknown name 'stduy'. Did you mean 'study'?")


def test_a_kernel_that_does_not_start_and_one_that_nothing_confines(sound: Path, monkeypatch: Patch):
    monkeypatch.setattr(landlock, "version", lambda: 0)
    state, said = found("kernel", sound)
    assert state == "note"
    assert "no Landlock" in said
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    state, said = found("kernel", sound)
    assert state == "FAULT"
    assert "No kernel answers" in said


def test_fonts_that_are_missing(sound: Path, monkeypatch: Patch):
    monkeypatch.setattr(
        pdf, "_weasyprint", lambda: (_ for _ in ()).throw(SujuvaError("PDFs need Pango.", "Install it."))
    )
    assert found("fonts", sound) == ("note", "Figures have DejaVu Sans. PDFs need Pango. Install it.")
    monkeypatch.setattr("sujuva.figures.letters.get_data_path", lambda: "nowhere")
    state, said = found("fonts", sound)
    assert state == "FAULT"
    assert "DejaVu Sans" in said


@pytest.mark.parametrize(("free", "state"), [(0.1e9, "FAULT"), (0.55e9, "note"), (50e9, "ok")])
def test_little_room_on_the_disk(sound: Path, monkeypatch: Patch, free: float, state: str):
    (sound / "data/clean").write_text("a table", encoding="utf-8")
    lock_of(sound, ["data/clean"])
    lock = sound / "dvc.lock"
    lock.write_text(lock.read_text(encoding="utf-8").replace("md5:", "size: 200000000\n      md5:"), encoding="utf-8")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    told, said = found("disk", sound)
    assert told == state, said
    assert "takes about 0.9" in said


def test_a_folder_that_cannot_be_written(sound: Path, monkeypatch: Patch):
    monkeypatch.setattr(tempfile, "tempdir", "/proc")
    state, said = found("disk", sound)
    assert state == "FAULT"
    assert said.startswith("Nothing can be written to the folder for temporary files: ")


@pytest.mark.parametrize(("free", "state"), [(0.3e9, "FAULT"), (0.7e9, "note"), (8e9, "ok")])
def test_little_memory(sound: Path, monkeypatch: Patch, free: float, state: str):
    monkeypatch.setattr(checkup, "_free_memory", lambda: free)
    assert found("memory", sound)[0] == state


def test_a_lock_of_results_that_cannot_be_read(sound: Path):
    (sound / "dvc.lock").write_text("<<<<<<< HEAD", encoding="utf-8")
    assert found("results", sound)[1].endswith("git checkout -- dvc.lock")
    (sound / "dvc.lock").write_text("", encoding="utf-8")
    assert "was left half-written by a run that was killed. `make repro`" in found("results", sound)[1]


def own_data(project: Path) -> None:
    (project / "data/example/sources.yaml").write_text("title: Own\n", encoding="utf-8")


def test_a_key_that_is_missing_or_open_to_others(
    sound: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: Patch
):
    own_data(sound)
    assert found("key", sound)[0] == "ok"
    key = tmp_path_factory.mktemp("own") / "key"
    monkeypatch.delenv("SUJUVA_KEY")
    monkeypatch.setenv("SUJUVA_KEY_FILE", str(key))
    assert "There is no key" in found("key", sound)[1]
    key.write_text("0123456789" * 7, encoding="utf-8")
    key.chmod(0o644)
    assert found("key", sound)[0] == ("FAULT" if os.name == "posix" else "ok")
    key.chmod(0o600)
    assert found("key", sound)[0] == "ok"
    (sound / "data/study").mkdir()
    state, said = found("key", sound)
    assert state == "FAULT"
    assert "data/study has no salt" in said


def test_hooks_that_are_missing_and_no_repository(sound: Path):
    hooks = sound / ".git/hooks"
    (hooks / "pre-push").write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")  # somebody else's
    assert "no pre-push hook" in found("git", sound)[1]
    (hooks / "pre-commit").unlink()
    assert "no pre-commit and no pre-push hook" in found("git", sound)[1]
    shutil.rmtree(sound / ".git")
    state, said = found("git", sound)
    assert state == "FAULT"
    assert said.startswith("There is no git repository here, without which DVC does not run.")


def test_a_check_that_fails_keeps_nobody_from_the_others():
    def fails(root: Path) -> checkup.Finding:
        raise KeyError(root)

    one = checkup._looked_at(fails, Path("secret"))
    assert (one.state, one.said) == ("FAULT", "This could not be looked at: KeyError.")


LIGHT = ("import sujuva", "from sujuva.cli import main; import sys; sys.argv = ['sujuva', '--help']; main()")
HEAVY = {"polars", "pandas", "numpy", "scipy", "matplotlib", "papermill", "nbformat", "dvc", "psutil", "jupyter_client"}


@pytest.mark.parametrize("code", LIGHT)
def test_nothing_heavy_is_imported_before_it_is_needed(code: str):
    """The time of `import sujuva` and `sujuva --help` is that of what they import."""
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=True
    ).stderr
    modules = {line.rpartition("|")[2].strip().split(".")[0] for line in told.splitlines() if "|" in line}
    assert "sujuva" in modules
    assert modules & HEAVY == set()


def test_bundles_that_are_not_accepted_are_a_fault(sound: Path):
    assert found("bundles", sound)[0] == "ok"
    folder = sound / "data/bundles"
    folder.mkdir()
    (folder / "oulu.zip").write_bytes(b"PK\x03\x04 and no more")
    assert found("bundles", sound) == ("note", "1 of other regions: they are judged once clean has run. ")
    (sound / "data/study").mkdir()
    (sound / "data/study/sources.yaml").write_text("synthetic: true\n", encoding="utf-8")
    shutil.copytree(sound / "data/codebooks", sound / "data/study/codebooks/project")
    for name in ("src", "notebooks"):
        (sound / name).symlink_to(Path(__file__).parents[1] / name)
    state, said = found("bundles", sound)
    assert state == "FAULT"
    assert "oulu.zip is damaged or no bundle" in said
