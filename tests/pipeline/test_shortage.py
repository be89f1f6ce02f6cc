"""Runs on machines that lack something: a line or two with what to do, and nothing half-written."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sujuva.paths import SCRATCH
from sujuva.pipeline import nursery
from sujuva.pipeline.batch import FAILED, Batch, Job
from sujuva.pipeline.notebook import read_notebook

Make = Callable[..., Path]
MAIN = "from sujuva.cli import main; main()"
resource = pytest.importorskip("resource")


def typed(*words: str, limit: tuple[int, int] | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command as typed, with a limit of the system."""
    return subprocess.run(
        [sys.executable, "-c", MAIN, *words],
        env={**os.environ, **environment},
        preexec_fn=(lambda: resource.setrlimit(limit[0], (limit[1], limit[1]))) if limit else None,
        capture_output=True,
        text=True,
        check=False,
    )


WAYS = {
    "disk": "with open('/dev/full', 'w') as full:\n    full.write('Anna Virtanen')",
    "memory": "import numpy\nnumpy.ones(1 << 50)",
    "refused": "import resource, polars\nresource.setrlimit(resource.RLIMIT_AS, (1 << 31, 1 << 31))\n"
    "polars.select(polars.int_range(1 << 40))",
}


@pytest.mark.skipif(not nursery.available(), reason="kernels are forked on Linux only")
def test_what_a_cell_lacks_is_told_with_what_to_do(notebook: Make, project: Path, capfd: pytest.CaptureFixture[str]):
    cards = {}
    with nursery.Nursery(["numpy", "polars"], project, many=True) as one:
        for way, code in WAYS.items():
            path = notebook(way, code)
            outcome = Batch(read_notebook(path), one).execute([Job(way, {"region": "x"}, path.name)], workers=1)[0]
            assert outcome.card is not None
            cards[way] = outcome.card
    assert cards["disk"].error == "OSError: The disk is full."
    assert cards["memory"].error.endswith("MemoryError: Memory ran out.")
    assert cards["refused"].error == "The kernel was ended by SIGABRT."
    assert "Free some space" in cards["disk"].hint
    assert "fewer workers" in cards["memory"].hint
    assert "fewer workers" in cards["refused"].hint
    assert all((project / card.kept).is_file() for card in cards.values())
    assert "Virtanen" not in "".join(map(str, cards.values()))


def test_a_failed_notebook_is_kept_where_there_is_room(notebook: Make, project: Path):
    """No file may grow larger than the notebook that failed; the card comes all the same."""
    notebook("large", "print('x' * 300_000)", "1 / 0")
    done = typed("run", "notebooks/large.ipynb", limit=(resource.RLIMIT_FSIZE, 200_000))
    assert done.returncode == 1
    assert "ZeroDivisionError: division by zero" in done.stderr
    assert "is not kept. Could not write large.ipynb in failed/: a file may not grow that large here." in done.stderr
    assert len(done.stderr.splitlines()) <= 6
    assert list((project / FAILED).iterdir()) == []


def test_a_project_that_can_only_be_read_says_so(notebook: Make, project: Path):
    notebook("small", "1")
    if subprocess.run(["mount", "--bind", str(project), str(project)], capture_output=True, check=False).returncode:
        pytest.skip("mounting needs the rights to do so")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(project)], check=True)
        done = typed("run", str(project / "notebooks/small.ipynb"))
    finally:
        subprocess.run(["umount", str(project)], cwd="/", check=True)
    assert done.returncode == 1
    assert "Could not write small.ipynb in executed/: the folder can only be read.\nHint: " in done.stderr
    assert len(done.stderr.splitlines()) == 2
    assert not (project / SCRATCH).exists()
