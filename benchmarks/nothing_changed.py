"""`dvc repro` when nothing has changed against `dvc status`, in a copy of the project where the example has run.

The target is a ratio of at most 1.5 (medians of alternating repeats).

    .venv/bin/python -m benchmarks.nothing_changed
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.common import report
from tests.acceptance.copies import Copy, copy_project

TARGET = 1.5
REPEATS = 7


def seconds(copy: Copy, *command: str) -> float:
    """Return the seconds that a command took; it must succeed."""
    start = time.perf_counter()
    done = copy.run(*command)
    if done.returncode or "Running stage" in done.stdout:
        msg = f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        raise SystemExit(msg)
    return time.perf_counter() - start


def main() -> None:
    """Time both alternately and print the ratio of the medians."""
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_project(Path(folder) / "sujuva")
        copy.repro()
        pairs = [(seconds(copy, "dvc", "repro"), seconds(copy, "dvc", "status")) for _ in range(REPEATS)]
    repro, status = (statistics.median(times) for times in zip(*pairs, strict=True))
    report("dvc repro with nothing changed / dvc status", repro, status, at_most=TARGET)


if __name__ == "__main__":
    main()
