"""`sujuva verify` against a cold `make repro`, both with an environment of their own built from the lock.

Both start in a fresh clone of the last commit with no data, no cache and no reports; what uv has of packages serves
both, and is filled before the clock starts. The target is a ratio of at most 1.5.

    .venv/bin/python -m benchmarks.verify
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.common import report
from tests.acceptance.copies import ROOT

TARGET = 1.5
DIFFERS = 1


def run(folder: Path, *command: str, allowed: tuple[int, ...] = (0,)) -> float:
    """Run a command and return the seconds that it took; it must end with one of the exit codes `allowed`."""
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=kept, capture_output=True, text=True, check=False)
    if done.returncode not in allowed:
        msg = f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        raise SystemExit(msg)
    return time.perf_counter() - start


def main() -> None:
    """Time both and print the ratio."""
    python = f"PYTHON={sys.executable}"
    with tempfile.TemporaryDirectory() as folder:
        cold, reviewed = Path(folder) / "cold", Path(folder) / "reviewed"
        for clone in (cold, reviewed):
            run(Path(folder), "git", "clone", "--quiet", str(ROOT), str(clone))
        run(reviewed, "make", python, "environment")  # the reviewer's own, which also fills uv's cache
        by_hand = run(cold, "make", python, "repro")
        verified = run(reviewed, ".venv/bin/sujuva", "verify", allowed=(0, DIFFERS))
    report("sujuva verify / cold make repro", verified, by_hand, at_most=TARGET)


if __name__ == "__main__":
    main()
