"""Seconds of CPU that `publish` and the attack's gate take, by regions and by persons a region and wave.

Each study is a delivery of the example's generator (its instruments, groups and three waves; units a region, and
families a person, as in the example), run through the notebooks up to `situation` in a copy of the project. The regions
are the example's, then areas of Finland that share no municipality with those before. Permutations and resamples are as
few as may be: they decide no count. Then the cells of the notebook `publish` run here, those that compute and attack on
the clock. The targets, of 23 regions and 200 persons: at most 60 s for each. Where the gate stops a study, the line
says why. docs/disclosure.md has the figures.

    .venv/bin/python -m benchmarks.publish [--regions 4 8 23] [--persons 60 200] [--keep FOLDER]

With `--keep`, deliveries stay in the folder and are not made again (making that of 23 × 200 takes some minutes).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl
import yaml

from sujuva.codebooks import load_regions
from sujuva.errors import DisclosureError
from sujuva.example.population import ENTRY_FIRST
from sujuva.programme import Programme
from sujuva.publish import people
from sujuva.publish.cells import build_cells
from tests.acceptance.copies import Copy, copy_project

TARGET = 60.0
AIM = (23, 200)
_LEVELS = ("county", "other")
_FEWEST = 99
_STAGES = ("clean", "moments", "parjaavyys", "integration", "situation")


def areas(count: int, first: list[str]) -> list[str]:
    """Return so many regions: `first`, then areas that share no municipality with those before."""
    known = load_regions()
    chosen = list(first)
    for key, one in known.items():
        held = {code for other in chosen for code in known[other].municipalities}
        if one.level in _LEVELS and one.municipalities and not held & set(one.municipalities):
            chosen.append(key)
    return chosen[:count]


def delivered(folder: Path, regions: int, persons: int) -> Path:
    """Make a study and its indicators in a copy of the project; return its folder."""
    if (folder / "data/indicators/situation").is_dir():
        return folder
    copy = copy_project(folder)
    file = copy.path / "params.yaml"
    params = yaml.safe_load(file.read_text(encoding="utf-8"))
    example = params["example"]
    keys = areas(regions, params["study"]["regions"])
    number = round(regions * persons / ENTRY_FIRST)
    params["study"]["regions"] = keys
    params["network"] |= {"permutations": _FEWEST, "bootstrap": _FEWEST}
    params["example"] |= {
        "example_regions": keys,
        "persons": number,
        "units": example["units"] * regions // len(example["example_regions"]),
        "families": round(number * example["families"] / example["persons"]),
    }
    file.write_text(yaml.safe_dump(params, allow_unicode=True), encoding="utf-8")
    _run(copy, "sujuva", "example")
    for name in _STAGES:
        _run(copy, "sujuva", "run", f"notebooks/{name}.ipynb")
    _run(copy, "sujuva", "changes")
    return folder


def _run(copy: Copy, *command: str) -> None:
    done = copy.run(*command)
    if done.returncode:
        msg = f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        raise SystemExit(msg)


def measured(folder: Path) -> tuple[float, float, str]:
    """Run the notebook's cells in that folder; return the seconds of publish and of its gate, and what was done."""
    notebook = json.loads((folder / "notebooks/publish.ipynb").read_text(encoding="utf-8"))
    cells = {one["id"]: "".join(one["source"]) for one in notebook["cells"] if one["cell_type"] == "code"}
    state: dict[str, Any] = {}
    counts = {"solves": 0, "cells": 0}

    def seconds(cell: str) -> float:
        code = compile(cells[cell], cell, "exec")
        start = time.process_time()
        exec(code, state)  # noqa: S102 - the project's own notebook
        return time.process_time() - start

    def counted_solve(self: Programme, weights: Any, **start: Any) -> Any:
        counts["solves"] += 1
        return highest(self, weights, **start)

    def counted_cells(*arguments: Any) -> Any:
        table = build_cells(*arguments)
        counts["cells"] = table.cells.height
        return table

    highest = Programme.highest
    with (
        contextlib.chdir(folder),
        patch.object(Programme, "highest", counted_solve),
        patch.object(people, "build_cells", counted_cells),
    ):
        seconds("parameters-1")
        seconds("load-2")
        publishing = seconds("compute-2")
        in_publish = counts["solves"]
        start, stopped = time.process_time(), ""
        try:
            seconds("attack-2")
        except DisclosureError as error:
            stopped = f"; STOPPED by the gate: {error}"
        gate = time.process_time() - start
    tables = state["published"].tables
    rows = pl.concat([tables[name].select("group", "suppressed") for name in ("parjaavyys", "integration")])
    shown = rows.select(
        all=pl.len(), share=(pl.col("suppressed") == "").mean(),
        everyone=(pl.col("suppressed") == "").filter(pl.col("group") == "all").mean(),
    ).row(0, named=True)  # fmt: skip
    return publishing, gate, (
        f"{counts['cells']} cells, {in_publish} + {counts['solves'] - in_publish} linear programmes, "
        f"{shown['all']} rows, shown {shown['share']:.3f}, of everyone {shown['everyone']:.3f}{stopped}"
    )  # fmt: skip


def main() -> int:
    """Print a line for each study; 1 where the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--regions", type=int, nargs="+", default=[4, 8, 23])
    parser.add_argument("--persons", type=int, nargs="+", default=[60, 200])
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    missed = False
    with tempfile.TemporaryDirectory() as temporary:
        for regions in options.regions:
            for persons in options.persons:
                folder = delivered((options.keep or Path(temporary)) / f"{regions}x{persons}", regions, persons)
                publishing, gate, done = measured(folder.resolve())
                told = ""
                if (regions, persons) == AIM:
                    reached = max(publishing, gate) <= TARGET
                    missed |= not reached
                    told = f"  (target: at most {TARGET:g} s each: {'met' if reached else 'MISSED'})"
                print(f"{regions} × {persons}: publish {publishing:.1f} s, gate {gate:.1f} s{told}; {done}", flush=True)
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
