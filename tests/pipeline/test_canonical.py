from __future__ import annotations

import json
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from sujuva.pipeline.canonical import canonical_text
from sujuva.pipeline.notebook import Source, read_notebook

Make = Callable[..., Path]


def executed(source: Source, *outputs: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """What papermill leaves behind: an injected cell, random metadata, and outputs in the last cell."""
    cells = json.loads(json.dumps(source.cells))
    injected = {
        "cell_type": "code",
        "id": "3f2a9c1b",
        "metadata": {"tags": ["injected-parameters"], "papermill": {"duration": 0.3}},
        "execution_count": 7,
        "outputs": [],
        "source": "# Parameters\n",
    }
    cells.insert(1, injected)
    for cell in cells:
        cell["execution_count"] = 8
    cells[-1]["outputs"] = list(outputs)
    cells[-1]["metadata"]["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
    return {"cells": cells, "metadata": {"papermill": {"input_path": "/x"}, **metadata}, "nbformat": 4}


@pytest.fixture
def source(notebook: Make) -> Source:
    return read_notebook(notebook("one", "1 + 1"))


def last_outputs(text: str) -> list[dict[str, Any]]:
    outputs: list[dict[str, Any]] = json.loads(text)["cells"][-1]["outputs"]
    return outputs


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def test_the_result_is_a_valid_notebook_without_traces_of_the_run(source: Source, project: Path):
    text = canonical_text(executed(source, stream("a\n")), source, project)

    nbformat.validate(nbformat.reads(text, as_version=4))
    assert text.endswith("}\n")
    assert "papermill" not in text
    assert "2026" not in text
    notebook = json.loads(text)
    assert [cell["id"] for cell in notebook["cells"]] == ["parameters-1", "injected-parameters", "look-1"]
    assert [cell["execution_count"] for cell in notebook["cells"]] == [1, 2, 3]


def test_pieces_of_streams_are_merged_whatever_the_order_they_came_in(source: Source, project: Path):
    first = [stream("a"), stream("x", "stderr"), stream("b\n"), stream("y", "stderr")]
    second = [stream("x", "stderr"), stream("ab\n"), stream("y", "stderr")]
    texts = {canonical_text(executed(source, *outputs), source, project) for outputs in (first, second)}

    assert [(one["name"], one["text"]) for one in last_outputs(texts.pop())] == [
        ("stdout", ["ab\n"]),
        ("stderr", ["xy"]),
    ]
    assert not texts


def test_a_display_keeps_its_place_between_streams(source: Source, project: Path):
    display = {"output_type": "display_data", "data": {"text/plain": "<Figure>"}, "metadata": {}}
    text = canonical_text(executed(source, stream("a"), display, stream("b")), source, project)

    assert [one["output_type"] for one in last_outputs(text)] == ["stream", "display_data", "stream"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("<object at 0x7f3a1c2b4d50>", "<object>"),
        ("id 0x7f3a1c2b4d50", "id 0x0"),
        ("{root}/data/clean", "data/clean"),
        ("in {root}", "in ."),
        ("{root}2/data", "{root}2/data"),
        ("{libraries}/pandas/core.py:3", "pandas/core.py:3"),
        ("{temporary}/ipykernel_12/345.py:1: UserWarning", "(cell):1: UserWarning"),
        ("{temporary}/tmpa1b2c3/x.csv", "(temporary)"),
        ('id="T_a1b2c" id="T_ffff0" T_a1b2c_row', 'id="T_00001" id="T_00002" T_00001_row'),
        ("weight 0x10", "weight 0x10"),
    ],
)
def test_what_differs_between_machines_is_taken_out(source: Source, said: str, kept: str):
    root = Path("/home/anna/sujuva")  # not below the temporary folder, as the tests' own projects are
    names = {"root": str(root), "libraries": sysconfig.get_path("purelib"), "temporary": tempfile.gettempdir()}
    for name, value in names.items():
        said, kept = said.replace(f"{{{name}}}", value), kept.replace(f"{{{name}}}", value)
    result = {"output_type": "execute_result", "execution_count": 8, "data": {"text/plain": said}, "metadata": {}}
    text = canonical_text(executed(source, result), source, root)

    assert last_outputs(text)[0]["data"]["text/plain"] == [kept]


def test_images_are_left_as_they_are(source: Source, project: Path):
    display = {"output_type": "display_data", "data": {"image/png": "iVBORat0x7f3a1c2b4d50"}, "metadata": {}}

    assert last_outputs(canonical_text(executed(source, display), source, project)) == [display]


def test_cells_without_ids_are_called_by_their_number(source: Source, project: Path):
    for cell in source.cells:
        del cell["id"]
    text = canonical_text(executed(source), source, project)

    assert [cell["id"] for cell in json.loads(text)["cells"]] == ["cell-1", "injected-parameters", "cell-2"]
