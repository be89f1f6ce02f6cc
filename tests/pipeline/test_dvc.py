"""The stages of dvc.yaml against what their notebooks really read and take: stale when they must be, and only then."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sujuva.bundles.shelf import SHELF
from sujuva.errors import PipelineError
from sujuva.pipeline.dag import Stage, needs, stage_of, stages, written
from sujuva.pipeline.notebook import imported_names, read_notebook, text_of
from sujuva.pipeline.nursery import available
from sujuva.releases import REGISTER

Make = Callable[..., Path]
ROOT = Path(__file__).resolve().parents[2]
STAGES = stages(ROOT)
RUNS = sorted(name for name, stage in STAGES.items() if stage.notebook)
# Everything above data/published may hold data of persons, or cells too small to publish.
SHAREABLE = ("data/published", "reports/")


def test_the_deps_and_params_of_all_stages_are_what_their_code_needs():
    assert written(ROOT) == (ROOT / "dvc.yaml").read_text(encoding="utf-8"), "run: .venv/bin/sujuva dag --write"


def test_what_a_stage_needs_is_read_from_its_code(notebook: Make, project: Path):
    source = project / "src" / "sujuva"
    (source / "codebooks").mkdir(parents=True)
    for name in ("__init__", "codebooks/__init__", "io", "params", "paths"):
        (source / f"{name}.py").write_text("", encoding="utf-8")
    notebook(
        "one",
        "from sujuva.io import read_table\nread_table(inside('data/clean') / 'a.parquet')\n# 'data/not'",
        "with replacing_folder(output('data/moments')) as out:\n    'data/own/x', 'say data/b', f'data/{region}'",
        parameters="from sujuva.params import choice\nwaves: list[int] = choice('study.waves')\nn: int = 5",
    )
    content = {"cmd": "sujuva run notebooks/one.ipynb --each n=@study.waves,@run.workers", "outs": ["data/own"]}
    stage = Stage("one", content)

    assert needs(stage, project) == {
        "deps": ["data/clean", "notebooks/one.ipynb", "src/sujuva/io.py"],
        "params": ["study.waves"],
    }
    notebook("one", "from sujuva import codebooks", parameters="input: str = choice('data.input')  # raw")
    assert needs(stage, project) == {
        "deps": ["${data.input}", "data/codebooks", "notebooks/one.ipynb", "src/sujuva/codebooks"],
        "params": ["data.input", "study.waves"],
    }


def test_a_stage_whose_command_is_not_there_is_named():
    with pytest.raises(PipelineError, match="the stage 'one' runs `sujuva exampel`"):
        needs(Stage("one", {"cmd": "sujuva exampel"}), ROOT)


def test_only_deps_and_params_are_written(notebook: Make, project: Path):
    (project / "src" / "sujuva").mkdir(parents=True)
    notebook("one", "inside('data/clean')", parameters="input: str = choice('study.waves')  # years")
    text = (
        "# first\nstages:\n  one:\n    cmd: sujuva run notebooks/one.ipynb\n    deps:\n      - {}\n    params:\n"
        "      - {}\n    outs:\n      - data/moments: {{push: false}}  # kept\nplots:\n  - x\n"
    )
    (project / "dvc.yaml").write_text(text.format("data/x\n      - data/y: {}", "study"), encoding="utf-8")

    assert written(project) == text.format("data/clean\n      - notebooks/one.ipynb", "study.waves")


def test_the_stage_of_a_run_is_found_by_its_notebook_and_values():
    region = STAGES["region"]

    assert stage_of(ROOT / "notebooks" / "clean.ipynb", None, ROOT) == STAGES["clean"]
    assert stage_of(ROOT / "notebooks" / "region.ipynb", region.each, ROOT) == region
    assert stage_of(ROOT / "notebooks" / "region.ipynb", "region=oulu", ROOT) is None
    assert stage_of(ROOT / "notebooks" / "other.ipynb", None, ROOT) is None


def test_a_choice_that_only_words_hang_on_runs_no_stage_before_them():
    """And the raw exports are read by one stage."""
    taking = {name for name, stage in STAGES.items() if "coping.fdr" in stage.content.get("params", ())}
    reading = {name for name, stage in STAGES.items() if "${data.input}" in stage.content["deps"]}

    assert taking == {"figures", "record", "region", "site"}
    assert reading == {"clean"}


@pytest.mark.parametrize("name", RUNS)
def test_what_a_notebook_reads_is_made_by_another_stage_or_committed(name: str):
    made = {out for stage in STAGES.values() for out in stage.outs}
    for dep in needs(STAGES[name], ROOT)["deps"]:
        if dep.startswith(("data/", "reports/")) and dep not in {"data/codebooks", SHELF, REGISTER}:
            assert any(dep == out or dep.startswith(f"{out}/") for out in made), f"{dep} is made by no stage"


@pytest.mark.parametrize("name", RUNS)
def test_what_a_notebook_writes_and_the_executed_notebook_are_its_outs(name: str):
    stage = STAGES[name]
    code = "\n".join(text_of(cell) for cell in read_notebook(ROOT / stage.notebook).cells)
    outputs = set(re.findall(r"\boutput\(\"([^\"]+)\"\)", code))

    assert outputs | {stage.output} == set(stage.outs)


@pytest.mark.parametrize("name", sorted(STAGES))
def test_what_may_hold_personal_data_is_never_pushed(name: str):
    for out in STAGES[name].content.get("outs", []):
        path, options = next(iter(out.items())) if isinstance(out, dict) else (out, {})
        if not path.startswith(SHAREABLE):
            assert options.get("push") is False, f"{path} needs push: false"


def test_the_record_looks_at_everything_that_is_pushed():
    """What is under git instead of DVC's cache (metrics) leaves, too."""
    leaving = set()
    for name, stage in STAGES.items():
        for out in (*stage.content.get("outs", []), *stage.content.get("metrics", [])):
            path, options = next(iter(out.items())) if isinstance(out, dict) else (out, {})
            if name != "record" and options.get("push", True):
                leaving.add(path)

    deps = set(STAGES["record"].content["deps"])
    assert leaving == {dep for dep in deps if dep.startswith(SHAREABLE)}


@pytest.mark.skipif(not available(), reason="kernels are forked on Linux only")
@pytest.mark.parametrize("name", [name for name in RUNS if STAGES[name].each])
def test_what_a_notebook_of_many_runs_imports_can_be_forked(name: str):
    """A module that runs a query when it is imported would start threads, and make each kernel start from nothing."""
    modules = imported_names(read_notebook(ROOT / STAGES[name].notebook))
    code = (
        "from importlib import import_module; from sujuva.pipeline.preload import ONCE, busy_threads, preload; "
        f"preload({modules!r}); [import_module(one).prepare(['fi', 'sv']) for one in ONCE.values()]; "
        "print(busy_threads())"
    )
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_every_notebook_has_a_stage():
    notebooks = {f"notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")}

    assert {STAGES[name].notebook for name in RUNS} == notebooks
