"""Each stage in a folder of its own that holds what the stage declares in `dvc.yaml`, and nothing else.

`commands(folder)` puts a program `sujuva` there which DVC finds before the real one. Called for a stage, it copies the
stage's `deps` to an empty folder, runs the stage there, and brings back its `outs`. What a notebook reads without
declaring it is not there, be it a table, a codebook or a module: its kernel imports the declared parts of `src/sujuva`
alone, and those that every kernel needs. A stage that is a command of the command line has the whole of `src`, since
the command line imports more than the stage; which parts it needs is read from its code (`sujuva dag`).
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from sujuva.pipeline.dag import Stage, input_folder, stages
from sujuva.pipeline.imports import CHOICES, module_tree, parts_of

RAN = "ran"
"""File beside the program, with the name of each stage that ran, a line each."""
_OF_EVERY_KERNEL = "import sujuva.pipeline.preload, sujuva.pipeline.launcher, sujuva.pipeline.failure"
# The runner takes the whole project's code, its kernels what PYTHONPATH says.
_RUN = "import sys; sys.path.insert(0, sys.argv.pop(1)); from sujuva.cli import main; main()"


def commands(folder: Path) -> Path:
    """Make the folder with the program, and return it."""
    folder.mkdir(parents=True)
    program = folder / "sujuva"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tests.acceptance.hermetic "$0" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return folder


def main() -> None:
    """Run a stage of DVC: its name and the project are in the environment, its command follows the program's path."""
    program, *words = sys.argv[1:]
    root, name = Path(os.environ["DVC_ROOT"]), os.environ["DVC_STAGE"]
    stage = stages(root)[name]
    with tempfile.TemporaryDirectory(prefix="hermetic-") as folder:
        place = Path(folder) / "sujuva"
        for dep in declared(stage, root):
            copy(root / dep, place / dep)
        environment = {**os.environ, "PYTHONPATH": str(place / "src")}
        del environment["DVC_ROOT"], environment["DVC_STAGE"]
        done = subprocess.run(
            [sys.executable, "-c", _RUN, str(root / "src"), *words], cwd=place, env=environment, check=False
        )
        if done.returncode:
            sys.exit(done.returncode)
        for out in stage.outs:
            (root / out).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(place / out, root / out)
    with (Path(program).parent / RAN).open("a", encoding="utf-8") as ran:
        ran.write(f"{name}\n")


def declared(stage: Stage, root: Path) -> set[str]:
    """Return what a stage finds, as paths from the project's root: its deps, and what makes it a project."""
    given = input_folder(root)
    assert given is not None
    deps = {dep.replace("${data.input}", given.relative_to(root).as_posix()) for dep in stage.deps}
    return without_nested(
        {*deps, *(_of_kernels(root / "src") if stage.notebook else {"src"}), "params.yaml", "dvc.yaml"}
    )


def _of_kernels(source: Path) -> set[str]:
    """Return the code that a kernel needs before it knows its notebook: parameters come by `choice`."""
    choices = [module_tree(name, source) for name in (CHOICES, f"{CHOICES}.sections")]
    code = parts_of([ast.parse(_OF_EVERY_KERNEL), *choices], source)
    return {*code, "src/sujuva/__init__.py", "src/sujuva/params"}


def without_nested(names: Iterable[str]) -> set[str]:
    """Leave out what lies in a folder that is named, too."""
    named = set(names)
    return {name for name in named if not any(name.startswith(f"{other}/") for other in named)}


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy2(source, target)


if __name__ == "__main__":
    main()
