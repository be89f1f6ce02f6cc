"""Seconds of each stage of the example, one after another, in a fresh copy without data, cache and reports.

With `--write` the seconds, the machine, the day and the commit go into `benchmarks/run_times.json`, which the README of
the research object tells. Each number holds the start of DVC.

    .venv/bin/python -m benchmarks.stages --write
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sujuva.crate.project import in_order
from sujuva.io import write_json
from sujuva.params import load_params
from sujuva.pipeline.dag import stages
from tests.acceptance.copies import ROOT, copy_project


def measured(copy_place: Path) -> dict[str, float]:
    """Return the seconds of each stage, in the order in which they run."""
    copy = copy_project(copy_place)
    where = {"${data.input}": load_params(copy.path / "params.yaml").data.input}
    known = {name: ([where.get(dep, dep) for dep in one.deps], one.outs) for name, one in stages(copy.path).items()}
    found: dict[str, float] = {}
    for name in in_order(known):
        start = time.perf_counter()
        copy.repro("--single-item", "--force", name)
        found[name] = round(time.perf_counter() - start, 1)
        print(f"{name}: {found[name]:.1f} s")
    print(f"all: {sum(found.values()):.1f} s; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the end")
    return found


def main() -> None:
    """Measure, and write what was measured where that is asked for."""
    command = ["git", "rev-parse", "HEAD"]
    commit = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder) / "project")
    if "--write" in sys.argv:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
        told = {
            "commit": commit,
            "date": datetime.now(UTC).date().isoformat(),
            "load": round(os.getloadavg()[0], 1),
            "machine": platform.machine(),
            "memory_gb": round(memory),
            "processors": os.cpu_count(),
            "python": platform.python_version(),
            "seconds": found,
            "system": platform.system(),
        }
        write_json(told, ROOT / "benchmarks" / "run_times.json")


if __name__ == "__main__":
    main()
