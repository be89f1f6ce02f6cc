"""The stages of dvc.yaml against what their notebooks really read and take: stale when they must be, and only then."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from sujuva.pipeline.imports import parts_of
from sujuva.pipeline.notebook import imported_names, parameters, read_notebook, text_of
from sujuva.pipeline.nursery import available
from sujuva.pipeline.params import Params, sections

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "dvc.yaml"
STAGES: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["stages"] if FILE.is_file() else {}
RUN = re.compile(r"sujuva run (?P<notebook>\S+\.ipynb)")
RUNS = sorted(name for name, stage in STAGES.items() if RUN.search(stage["cmd"]))
# Everything above data/published may hold data of persons, or cells too small to publish.
SHAREABLE = ("data/published", "reports/")
# Choices of the machine change no result, so no stage may depend on them.
IDLE = {"run.workers"}


def names(entries: list[Any]) -> dict[str, dict[str, Any]]:
    """Outputs and dependencies may carry options: `- data/clean: {push: false}`."""
    return {
        name: options or {}
        for entry in entries
        for name, options in (entry.items() if isinstance(entry, dict) else [(entry, {})])
    }


def notebook_of(name: str) -> str:
    match = RUN.search(STAGES[name]["cmd"])
    assert match is not None
    return match["notebook"]


def dotted_params(name: str) -> set[str]:
    """The leaves that a stage names, a whole section as its leaves."""
    found = set()
    for entry in STAGES[name].get("params", []):
        section = Params.model_fields.get(entry)
        known = {dotted for dotted in sections().values() if dotted.startswith(f"{entry}.")}
        found |= known if section else {entry}
    return found


def is_code(dep: str) -> bool:
    return dep.startswith("src/") or dep.endswith(".ipynb")


@pytest.mark.parametrize("name", RUNS)
def test_code_deps_are_what_the_notebook_really_imports(name: str):
    notebook = notebook_of(name)
    code = {dep.rstrip("/") for dep in names(STAGES[name]["deps"]) if is_code(dep)}

    assert code == parts_of(ROOT / notebook, ROOT / "src") | {notebook}


@pytest.mark.parametrize("name", sorted(set(STAGES) - set(RUNS)))
def test_code_deps_of_other_stages_are_what_their_package_really_imports(name: str):
    homes = {"example": "sujuva.example", "site": "sujuva.reports"}
    module = homes[STAGES[name]["cmd"].removeprefix("sujuva ").split()[0]]
    package = ROOT / "src" / Path(*module.split("."))
    if not package.is_dir():
        pytest.skip(f"{module} is not there yet")
    code = {dep.rstrip("/") for dep in names(STAGES[name]["deps"]) if is_code(dep)}
    files = package.rglob("*.py")

    assert code == {f"src/{module.replace('.', '/')}"}.union(*(parts_of(file, ROOT / "src") for file in files))


@pytest.mark.parametrize("name", RUNS)
def test_params_are_what_the_notebook_takes(name: str):
    dotted = sections()
    taken = {dotted[one] for one in parameters(read_notebook(ROOT / notebook_of(name))) if one in dotted}
    taken |= set(re.findall(r"@([\w.]+)", STAGES[name]["cmd"]))

    assert dotted_params(name) == taken - IDLE


@pytest.mark.parametrize("name", RUNS)
def test_data_deps_come_from_somewhere_and_are_read(name: str):
    """Each is made by another stage, committed, or the chosen input folder; and the notebook speaks of it."""
    made = {out for stage in STAGES.values() for out in names(stage.get("outs", []))}
    text = "\n".join(text_of(cell) for cell in read_notebook(ROOT / notebook_of(name)).cells)
    data = {dep for dep in names(STAGES[name]["deps"]) if not is_code(dep)}

    for dep in data:
        assert (
            dep == "${data.input}"
            or dep.startswith("data/codebooks")
            or any(dep == out or dep.startswith(f"{out}/") for out in made)
        ), f"{dep} is made by no stage"
    outs = set(names(STAGES[name].get("outs", [])))
    for made_by_another in made - outs - {"data/example"}:
        spoken = re.search(rf"[\"']{re.escape(made_by_another)}[/\"']", text)
        known = any(dep == made_by_another or dep.startswith(f"{made_by_another}/") for dep in data)
        assert not spoken or known, f"the notebook speaks of {made_by_another}, which is no dep"


@pytest.mark.parametrize("name", sorted(STAGES))
def test_what_may_hold_personal_data_is_never_pushed(name: str):
    for out, options in names(STAGES[name].get("outs", [])).items():
        if not out.startswith(SHAREABLE):
            assert options.get("push") is False, f"{out} needs push: false"


@pytest.mark.parametrize("name", RUNS)
def test_the_executed_notebook_is_an_output(name: str):
    match = re.search(r"(?:-o|--output) (\S+)", STAGES[name]["cmd"])
    stem = Path(notebook_of(name)).stem
    default = f"data/executed/{stem}" + ("" if "--each" in STAGES[name]["cmd"] else ".ipynb")

    assert (match[1] if match else default) in names(STAGES[name]["outs"])


@pytest.mark.skipif(not available(), reason="kernels are forked on Linux only")
@pytest.mark.parametrize("name", [name for name in RUNS if "--each" in STAGES[name]["cmd"]])
def test_what_a_notebook_of_many_runs_imports_can_be_forked(name: str):
    """A module that runs a query when it is imported would start threads, and make each kernel start from nothing."""
    modules = imported_names(read_notebook(ROOT / notebook_of(name)))
    code = f"from sujuva.pipeline.preload import busy_threads, preload; preload({modules!r}); print(busy_threads())"
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_every_notebook_has_a_stage():
    if not STAGES:
        pytest.skip("dvc.yaml is not there yet")
    assert {notebook_of(name) for name in RUNS} >= {
        f"notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")
    }
