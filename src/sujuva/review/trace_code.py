"""Where the code of a number stands: file and line of its function, and the cell of the notebook that calls it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sujuva.errors import PipelineError
from sujuva.pipeline.dag import stages
from sujuva.pipeline.notebook import read_notebook, text_of

SOURCE = "src/sujuva"


@dataclass(frozen=True)
class Code:
    """A function, and who calls it.

    Attributes:
        function: Its dotted name below sujuva.
        place: Its file and line, seen from the project root.
        notebook: The notebook that calls it, and "" where none does by this name.
        cell: The id of the cell; "".
    """

    function: str
    place: str
    notebook: str = ""
    cell: str = ""


def path_of(function: str) -> str:
    """Return the file of a function, seen from the project root."""
    return f"{SOURCE}/{'/'.join(function.split('.')[:-1])}.py"


def code_of(function: str, root: Path) -> Code:
    """Return where a function stands and which cell of which stage calls it.

    Args:
        function: Its place below sujuva, such as parjaavyys.level.score_indicators.
        root: The project.

    Raises:
        PipelineError: There is no such function.
    """
    name, file = function.rpartition(".")[2], path_of(function)
    line = _line_of(name, root / file)
    notebook, cell = _called(name, function.split(".", maxsplit=1)[0], root)
    return Code(function, f"{file}:{line}", notebook, cell)


def _line_of(name: str, path: Path) -> int:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except OSError:
        tree = ast.Module(body=[], type_ignores=[])
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return node.lineno
    msg = f"{path.name} has no function '{name}'."
    raise PipelineError(msg, "data/codebooks/lineage.yaml names it: mend the entry.")


def _called(name: str, package: str, root: Path) -> tuple[str, str]:
    """Return the first notebook of the stages, and the cell in it, that calls a function of a package."""
    for stage in stages(root).values():
        if not stage.notebook:
            continue
        cells = [one for one in read_notebook(root / stage.notebook).cells if one["cell_type"] == "code"]
        for cell in cells:
            if _calls(cell, name, package):
                return stage.notebook, str(cell.get("id", ""))
    return "", ""


def _calls(cell: dict[str, Any], name: str, package: str) -> bool:
    try:
        tree = ast.parse(text_of(cell))
    except SyntaxError:
        return False
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return not called.isdisjoint({name, f"{package}.{name}"})
