"""A cold `dvc repro` of the example against the same notebooks run one by one with the plain `papermill` command.

Both start in a fresh copy of the project with no data, no cache and no reports, and both make the example data and the
site. Plain papermill writes to the scratch folder; between its notebooks, off the clock, the tables are put where the
next one reads them. The target is a ratio of at most 0.5.

    .venv/bin/python -m benchmarks.cold_run
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

import yaml

from benchmarks.common import report
from tests.acceptance.copies import Copy, copy_project

TARGET = 0.5


def plain_commands(copy: Copy) -> list[list[str]]:
    """Return the commands that do by hand what the pipeline does, in order."""
    stages = yaml.safe_load((copy.path / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    regions = yaml.safe_load((copy.path / "params.yaml").read_text(encoding="utf-8"))["study"]["regions"]
    commands: list[list[str]] = []
    for name, stage in stages.items():
        words = stage["cmd"].split()
        notebook = next((word for word in words if word.endswith(".ipynb")), None)
        kept = Path(words[words.index("-o") + 1] if "-o" in words else f"data/plain/{name}.ipynb")
        if notebook is None:
            commands.append(words)
        elif "--each" in stage["cmd"]:
            commands += [
                ["papermill", notebook, str(kept / f"{name}_{region}.ipynb"), "-p", "region", region]
                for region in ("network", *regions)
            ]
        else:
            commands.append(["papermill", notebook, str(kept)])
    return commands


def run_plain(copy: Copy) -> float:
    """Run the commands one after another and return the seconds they took."""
    commands = plain_commands(copy)
    for folder in ("data/plain", "reports/notebooks/region"):
        (copy.path / folder).mkdir(parents=True)
    took = 0.0
    for command in commands:
        start = time.perf_counter()
        done = copy.run(*command)
        took += time.perf_counter() - start
        if done.returncode:
            msg = f"{' '.join(command)}\n{done.stderr[-2000:]}"
            raise SystemExit(msg)
        scratch = copy.path / ".sujuva" / "scratch"
        if scratch.is_dir():
            shutil.copytree(scratch, copy.path, dirs_exist_ok=True)
            shutil.rmtree(scratch)
        study = copy.path / "data" / "study"
        if study.is_dir():  # the runner leaves salt there, which the stage `changes` asks for; papermill does not
            (study / "salt").write_bytes(bytes(64))
    return took


def run_pipeline(copy: Copy) -> float:
    """Run `dvc repro` and return the seconds it took."""
    start = time.perf_counter()
    done = copy.run("dvc", "repro")
    if done.returncode:
        msg = f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        raise SystemExit(msg)
    return time.perf_counter() - start


def main() -> None:
    """Time both and print the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        pipeline = copy_project(Path(folder) / "pipeline")
        plain = copy_project(Path(folder) / "plain")
        # Compiled bytecode is there for both, as after a first import.
        pipeline.run("python", "-m", "compileall", "-q", "src")
        plain.run("python", "-m", "compileall", "-q", "src")
        by_hand = run_plain(plain)
        by_dvc = run_pipeline(pipeline)
    report("cold dvc repro / the same notebooks by plain papermill", by_dvc, by_hand, at_most=TARGET)


if __name__ == "__main__":
    main()
