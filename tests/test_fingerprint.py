"""The fingerprint of the code tells versions of it apart, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from sujuva.errors import SujuvaError
from sujuva.fingerprint import code_fingerprint

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
