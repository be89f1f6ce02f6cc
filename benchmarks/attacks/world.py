"""Data through the whole pipeline without kernels: raw files, clean tables, moments, indicators, publication.

    python -m benchmarks.attacks.world FOLDER --project PROJECT --persons 600 --seed 3 [--equal]

It writes raw files of the example's generator with fewer persons into a copy of PROJECT in FOLDER, and runs the code of
its notebooks up to `publish`, all but the gate: what it would stop is to be measured. With --equal every person
weighs 1. PROJECT may be another version, with its own code (PYTHONPATH) and codebooks.
"""

from __future__ import annotations

import argparse
import json
import os
import runpy
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from sujuva import params
from sujuva.example.generate import write_example
from sujuva.paths import OWN, RUN

PARTS = ("src", "notebooks", "data/codebooks", "data/releases", "dvc.yaml", "params.yaml")
STAGES = ("clean", "moments", "parjaavyys", "integration", "situation", "publish")
_PERSONS_A_UNIT, _FEWEST_UNITS, _FAMILIES_A_PERSON = 40, 8, 0.375  # as in the example
_DRAWS = 199


def copied(folder: Path, project: Path) -> None:
    """Copy to `folder` what stages of `project` read beside data."""
    for part in PARTS:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        if (project / part).is_dir():
            shutil.copytree(project / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "private"))
        elif (project / part).exists():
            shutil.copy(project / part, folder / part)


def choose(folder: Path, **sections: dict[str, Any]) -> dict[str, Any]:
    """Change some choices of `folder`, and return all of them."""
    choices: dict[str, Any] = yaml.safe_load((folder / "params.yaml").read_text(encoding="utf-8"))
    for section, values in sections.items():
        choices[section] |= values
    text = yaml.safe_dump(choices, allow_unicode=True, sort_keys=False)
    (folder / "params.yaml").write_text(text, encoding="utf-8")
    return choices


def make(folder: Path, *, persons: int, seed: int, equal: bool) -> None:
    """Make raw files of so many persons in a `folder` that `copied` has filled."""
    example = choose(
        folder,
        network={"permutations": _DRAWS, "bootstrap": _DRAWS},
        example={
            "seed": seed, "persons": persons, "units": max(persons // _PERSONS_A_UNIT, _FEWEST_UNITS),
            "families": round(persons * _FAMILIES_A_PERSON),
        },
    )["example"]  # fmt: skip
    write_example(
        folder / "data/example", folder / "data/truth.json", regions=example.pop("example_regions"),
        waves=example.pop("example_waves"), **example,
    )  # fmt: skip
    if equal:
        register = folder / "data/example/taustatiedot.parquet"
        rows = pl.read_parquet(register)
        rows.with_columns(Paino=pl.when(pl.col("Paino") > 0).then(1.0).otherwise("Paino")).write_parquet(register)


def run(folder: Path, stages: Sequence[str] = STAGES) -> None:
    """Run the code of notebooks in the working folder, which is `folder`: all of it but a gate."""
    (folder / OWN).write_text(str(folder), encoding="utf-8")
    os.environ[RUN] = str(folder)  # so that they write where the pipeline does
    for stage in stages:
        params._taken.clear()  # noqa: SLF001 - each notebook is a process of its own to `choice`
        cells = json.loads((folder / "notebooks" / f"{stage}.ipynb").read_text(encoding="utf-8"))["cells"]
        code = [one["source"] for one in cells if one["cell_type"] == "code" and not one["id"].startswith("attack")]
        script = folder / f"{stage}.py"
        script.write_text("\n\n".join("".join(one) for one in code), encoding="utf-8")
        runpy.run_path(str(script), {"display": lambda *_: None, "print": lambda *_: None})


def main() -> None:
    """Make one world."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--project", type=Path, default=Path.cwd())
    parser.add_argument("--persons", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--equal", action="store_true")
    parser.add_argument("--until", choices=STAGES, default=STAGES[-1], help="the last stage that is run")
    options = parser.parse_args()
    folder = options.folder.resolve()
    copied(folder, options.project.resolve())
    os.chdir(folder)
    make(folder, persons=options.persons, seed=options.seed, equal=options.equal)
    run(folder, STAGES[: STAGES.index(options.until) + 1])


if __name__ == "__main__":
    main()
