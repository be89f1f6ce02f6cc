"""What is shared has the modes that files have on this machine; what is private is the owner's alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sujuva.pipeline.runner import run_notebook

Make = Callable[..., Path]
STAGES = """\
stages:
  door:
    cmd: sujuva run notebooks/door.ipynb
    deps: [notebooks/door.ipynb]
    outs:
      - data/published
      - data/clean: {push: false}
      - data/executed/door.ipynb: {push: false}
"""
WRITES = """\
from sujuva.io import replacing_folder, write_text
from sujuva.paths import output
for name in ("data/published", "data/clean"):
    with replacing_folder(output(name)) as out:
        write_text("x", out / "deep" / "table")
"""


@pytest.fixture(params=[0o002, 0o027])
def mask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield int(request.param)
    assert os.umask(before) == request.param, "a run leaves the mask as it found it"


@pytest.mark.skipif(os.name != "posix", reason="modes are those of Unix")
def test_folders_keep_the_mask_of_whoever_runs(notebook: Make, project: Path, mask: int):
    (project / "dvc.yaml").write_text(STAGES, encoding="utf-8")
    run_notebook(notebook("door", WRITES))

    def mode(name: str) -> int:
        return (project / name).stat().st_mode & 0o777

    assert [mode(name) for name in ("data/published", "data/published/deep")] == [0o777 & ~mask] * 2
    assert mode("data/published/deep/table") == 0o666 & ~mask
    assert (mode("data/clean"), mode("data/executed")) == (0o700, 0o700)
    assert mode("data/executed/door.ipynb") == 0o600
