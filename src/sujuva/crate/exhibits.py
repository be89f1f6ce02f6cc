"""Which figure and table is made by which cell of which notebook: what a data editor and a codechecker ask first."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from sujuva.crate.project import Project, Run
from sujuva.figures import network_pictures, voice
from sujuva.figures.picture import PART
from sujuva.pipeline.allowed import within
from sujuva.pipeline.dag import DOOR

_FIGURES, _TABLES = "reports/figures", "reports/tables"
_DRAWING, _ROWS = ".svg", ".csv"
_KINDS = (_DRAWING, ".png", ".pdf", _ROWS)


@dataclass(frozen=True)
class Exhibit:
    """A figure or table of results, and what makes it.

    Attributes:
        name: Of its files, without suffix.
        title: What it is of.
        files: Its files, seen from the project's root.
        program: Notebook, or the command of a stage.
        cell: Id of the cell that writes it; "" where no notebook does.
        shown: Id of the cell that shows it in the notebook; "" where none does.
        stage: The stage.
    """

    name: str
    title: str
    files: tuple[str, ...]
    program: str
    cell: str
    shown: str
    stage: str


def exhibits_of(project: Project) -> list[Exhibit]:
    """Return the figures and tables of the whole network, sorted by name."""
    words = voice(project.published.meta, "en")
    regions = project.published.meta["region_order"]
    titles = {
        name: " – ".join(dict.fromkeys(text for text in (one.subtitle or one.title, one.place) if text))
        for name, one in network_pictures(project.published, words, regions=regions).items()
    }
    by_name: dict[str, list[str]] = {}
    for one in project.files:
        if within(one.name, _FIGURES, _TABLES) and PurePosixPath(one.name).suffix in _KINDS:
            by_name.setdefault(PART.sub("", PurePosixPath(one.name).stem), []).append(one.name)
    found = []
    for name, files in sorted(by_name.items()):
        run = next(run for run in project.runs.values() if within(files[0], *run.makes))
        out = next(one for one in run.makes if within(files[0], one))
        cells = _cells(project, run)
        writing = next((cell for cell, tree in cells if out in _written(tree)), "")
        showing = next((cell for cell, tree in cells if any(_names(text, name) for text in _shown(tree))), "")
        found.append(Exhibit(name, titles.get(name, name), tuple(files), run.tool, writing, showing, run.stage.name))
    return found


def manifest(project: Project, exhibits: list[Exhibit]) -> dict[str, str]:
    """Return the files that a check must make anew → what they are: drawings, their rows, and published tables."""
    told: dict[str, str] = {}
    for one in exhibits:
        for file in one.files:
            if file.endswith((_DRAWING, _ROWS)):
                what = "Figure" if file.endswith(_DRAWING) else "Rows of the figure"
                told[file] = f"{what}: {one.title} (stage {one.stage})"
    published = [one.name for one in project.files if within(one.name, DOOR)]
    return told | dict.fromkeys(published, "Published table (stage publish)")


def _cells(project: Project, run: Run) -> list[tuple[str, ast.AST]]:
    if not run.stage.notebook:
        return []
    content = next(one.content for one in project.files if one.name == run.stage.notebook)
    cells: list[Any] = json.loads(content)["cells"]
    return [(one["id"], ast.parse("".join(one["source"]))) for one in cells if one["cell_type"] == "code"]


def _written(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="output"), args=[ast.Constant(value=str() as path)]):
                yield path


def _shown(tree: ast.AST) -> Iterator[str]:
    """Yield the names that a cell shows or draws, and what names begin with there."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="show")):
                yield from (
                    one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )
            case ast.Subscript(value=ast.Name(id="FIGURES"), slice=ast.Constant(value=str() as name)):
                yield name


def _names(text: str, name: str) -> bool:
    return text == name or (re.fullmatch(r"[a-z-]+-", text) is not None and name.startswith(text))
