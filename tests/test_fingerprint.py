"""Fingerprints of code, choices and data tell versions of them apart, and nothing else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from sujuva.errors import SujuvaError
from sujuva.fingerprint import (
    DRAWING,
    KEPT,
    blob,
    choices_fingerprint,
    code_fingerprint,
    data_fingerprint,
    drawing_fingerprint,
    hash_of,
    joined,
    with_bundles,
)

STAGES = """\
stages:
  publish:
    deps: [data/indicators, data/codebooks, notebooks/publish.ipynb, src/sujuva/io.py, src/sujuva/publish]
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "dvc.yaml").write_text(STAGES, encoding="utf-8")
    for name in (
        "data/codebooks/terms.yaml",
        "notebooks/publish.ipynb",
        "src/sujuva/io.py",
        "src/sujuva/publish/door.py",
    ):
        write(tmp_path / name, f"{name}\n")
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


@pytest.mark.parametrize(
    "name", ["data/codebooks/terms.yaml", "notebooks/publish.ipynb", "src/sujuva/io.py", "src/sujuva/publish/door.py"]
)
def test_it_changes_with_whatever_the_stage_runs(tree: Path, name: str):
    before = code_fingerprint("publish", tree)
    write(tree / name, "other\n")
    assert code_fingerprint("publish", tree) != before


def test_it_changes_with_a_name(tree: Path):
    before = code_fingerprint("publish", tree)
    (tree / "src/sujuva/publish/door.py").rename(tree / "src/sujuva/publish/doors.py")
    assert code_fingerprint("publish", tree) != before


@pytest.mark.parametrize(
    "name",
    [
        "docs/architecture.md",
        "tests/test_io.py",
        "src/sujuva/figures/theme.py",
        "data/indicators/a.csv",
        "src/sujuva/publish/__pycache__/door.cpython-311.pyc",
        "src/sujuva/publish/.ipynb_checkpoints/door.py",
        "src/sujuva/publish/.door.py.swp",
    ],
)
def test_it_does_not_change_with_what_made_no_table(tree: Path, name: str):
    before = code_fingerprint("publish", tree)
    write(tree / name, "new\n")
    assert code_fingerprint("publish", tree) == before


def test_it_is_the_same_with_the_line_ends_of_another_system(tree: Path):
    before = code_fingerprint("publish", tree)
    write(tree / "src/sujuva/io.py", "src/sujuva/io.py\r\n")
    assert code_fingerprint("publish", tree) == before


def test_code_that_is_not_there_has_none(tree: Path):
    (tree / "src/sujuva/io.py").unlink()
    with pytest.raises(SujuvaError, match=r"io\.py.* is not there"):
        code_fingerprint("publish", tree)
    with pytest.raises(SujuvaError, match="no stage 'pubish'"):
        code_fingerprint("pubish", tree)


def test_the_projects_own_covers_the_code_of_every_stage_before(root: Path):
    stages = yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    before = {
        dep for name in ("clean", "moments", "parjaavyys", "integration", "situation") for dep in stages[name]["deps"]
    }
    assert {dep for dep in before if dep.startswith(("src/", "notebooks/"))} <= set(stages["publish"]["deps"])
    assert len(code_fingerprint("publish", root)) == 16


def test_contents_are_called_as_git_calls_them(tmp_path: Path):
    write(tmp_path / "a", "päiväkoti\n")
    told = subprocess.run(["git", "hash-object", "a"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert blob(tmp_path / "a") == told.stdout.strip()


def test_what_draws_is_all_that_pages_run_besides_what_tables_do(root: Path):
    stages = yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    of_pages = {dep for name in ("figures", "region", "site", "record") for dep in stages[name]["deps"]}
    more = {dep for dep in of_pages if dep.startswith("src/")} - set(stages["publish"]["deps"])
    assert more == {f"src/sujuva/{room}" for room in DRAWING}
    assert drawing_fingerprint("c0de") != drawing_fingerprint("c0d3")
    assert drawing_fingerprint("") == ""


def test_choices_are_those_of_every_stage_before_and_no_others(root: Path, tmp_path: Path):
    stages = yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    names = ("clean", "moments", "parjaavyys", "integration", "situation", "publish")
    assert {name for stage in names for name in stages[stage]["params"]} == set(stages["publish"]["params"])
    params = yaml.safe_load((root / "params.yaml").read_text(encoding="utf-8"))
    write(tmp_path / "dvc.yaml", (root / "dvc.yaml").read_text(encoding="utf-8"))

    def told() -> str:
        write(tmp_path / "params.yaml", yaml.safe_dump(params))
        return choices_fingerprint("publish", tmp_path)

    assert told() == choices_fingerprint("publish", root)
    before = told()
    params["report"]["language"] = "sv"
    assert told() == before
    params["cleaning"]["max_quarantine"] = 0.24
    assert told() != before


def test_a_kernel_that_explores_tells_no_choices(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(root)
    assert choices_fingerprint("publish") == ""


def test_data_without_salt_tell_nothing(tmp_path: Path):
    write(tmp_path / "sources.yaml", "title: Kysely\n")
    write(tmp_path / "rows.csv", "1\n")
    assert data_fingerprint(tmp_path) == ""
    write(tmp_path / ".salt", "something that nobody knows")
    salted = data_fingerprint(tmp_path)
    assert len(salted) == 16
    assert salted not in str(hash_of(tmp_path))
    write(tmp_path / ".salt", "something else")
    assert data_fingerprint(tmp_path) != salted


def test_made_up_data_need_no_salt(tmp_path: Path):
    write(tmp_path / "sources.yaml", "key: demo\n")
    before = data_fingerprint(tmp_path)
    write(tmp_path / "rows.csv", "1\n")
    assert "" != before != data_fingerprint(tmp_path)


def test_a_fingerprint_is_whole_or_none():
    assert joined("a" * 16, "b" * 16, "c" * 16) == "aaaaaaaa-bbbbbbbb-cccccccc"
    assert joined("a" * 16, "", "c" * 16) == ""


def test_bundles_beside_raw_exports_are_part_of_the_data(tmp_path: Path):
    shelf = tmp_path / "bundles"
    shelf.mkdir()
    (shelf / KEPT).touch()
    assert with_bundles("data", "") == with_bundles("data", hash_of(shelf)) == "data"
    assert hash_of(shelf) == hash_of(Path(__file__).parents[1] / "data" / "bundles")
    (shelf / "oulu.zip").write_bytes(b"one")
    first = with_bundles("data", hash_of(shelf))
    (shelf / "oulu.zip").write_bytes(b"other")
    assert len({"data", first, with_bundles("data", hash_of(shelf))}) == 3
    assert not with_bundles("", hash_of(shelf))
