"""A stage that reads or imports what it does not declare fails where only what it declares is there."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.hermetic import RAN, commands
from tests.pipeline.conftest import write_notebook

pytestmark = pytest.mark.slow
STAGE = """\
stages:
  one:
    cmd: sujuva run notebooks/one.ipynb
    deps: [data/a, notebooks/one.ipynb, src/sujuva/io.py, src/sujuva/errors.py, src/sujuva/paths.py]
    outs:
      - data/executed/one.ipynb: {push: false}
"""


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("import sujuva.io\nopen('data/a').read()", ""),
        ("open('data/b').read()", "FileNotFoundError"),
        ("import sujuva.moments", "ModuleNotFoundError: No module named 'sujuva.moments'"),
    ],
)
def test_only_what_is_declared_is_there(project: Path, root: Path, cell: str, said: str):
    (project / "src").symlink_to(root / "src")
    (project / "tests").symlink_to(root / "tests")
    (project / "dvc.yaml").write_text(STAGE, encoding="utf-8")
    for name in ("a", "b"):
        (project / "data" / name).write_text(name, encoding="utf-8")
    write_notebook(project / "notebooks/one.ipynb", cell)
    program = commands(project / "commands") / "sujuva"
    done = subprocess.run(
        [str(program), "run", "notebooks/one.ipynb"],
        env={**os.environ, "DVC_ROOT": str(project), "DVC_STAGE": "one", "PYTHONPATH": str(project / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == bool(said), done.stderr
    assert said in done.stderr
    assert (project / "data/executed/one.ipynb").exists() == (not said)
    assert (program.parent / RAN).exists() == (not said)
