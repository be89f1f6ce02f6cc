from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sujuva.errors import ParameterError, PipelineError
from sujuva.pipeline.notebook import Parameter, find_notebook, imported_names, parameters, read_notebook

Make = Callable[..., Path]


def test_the_parameter_cell_gives_names_types_and_defaults(notebook: Make):
    cell = """\
'What may be changed.'
region: str = "oulu"  # a key
delay_days: list[int] = [7, 14]
share = 0.5
x: str | None = None
"""
    found = parameters(read_notebook(notebook("one", parameters=cell)))

    assert {name: (one.kind, one.default) for name, one in found.items()} == {
        "region": ("str", "oulu"),
        "delay_days": ("list[int]", [7, 14]),
        "share": ("float", 0.5),
        "x": ("str | None", None),
    }


def test_the_parameter_cell_takes_choices_by_name(notebook: Make):
    cell = """from typing import Optional

from sujuva.params import choice

zone: Optional[str] = choice("casework.timezone")  # of the clocks
"""
    found = parameters(read_notebook(notebook("one", parameters=cell)))

    assert found == {"zone": Parameter("zone", "Optional[str]", choice="casework.timezone")}


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("x: int = len('a')", "line 1"),
        ("import os", "line 1"),
        ("x = choice('a.b')", "line 1"),
        ('x: int = choice("a", 1)', "line 1"),
        ("x = 1\ny = (", "not valid Python"),
    ],
)
def test_a_parameter_cell_only_names_plain_values(notebook: Make, cell: str, message: str):
    with pytest.raises(ParameterError, match=message):
        parameters(read_notebook(notebook("one", parameters=cell)))


def test_imports_of_all_cells_count_and_magic_does_not_matter(notebook: Make):
    source = read_notebook(
        notebook(
            "one", "%matplotlib inline\nimport polars as pl", "def f():\n    from sujuva import io", "not python ("
        )
    )

    assert imported_names(source) == ["polars", "sujuva", "sujuva.io"]


def test_a_missing_notebook_is_answered_with_the_nearest(notebook: Make):
    notebook("clean")

    with pytest.raises(PipelineError, match=r"no notebook notebooks/claen\.ipynb") as caught:
        find_notebook("notebooks/claen.ipynb")
    assert caught.value.hint == "Did you mean 'notebooks/clean.ipynb'?"


def test_a_notebook_is_found_from_a_folder_below_the_root(notebook: Make, monkeypatch: pytest.MonkeyPatch):
    path = notebook("clean")
    monkeypatch.chdir(path.parent)

    assert find_notebook("notebooks/clean.ipynb") == path.resolve()


@pytest.mark.parametrize("text", ["", "[]", '{"nbformat": 3, "cells": []}', '{"nbformat": 4}'])
def test_a_file_that_is_no_notebook_is_refused(project: Path, text: str):
    (project / "x.ipynb").write_text(text, encoding="utf-8")

    with pytest.raises(PipelineError, match=r"x\.ipynb"):
        read_notebook(project / "x.ipynb")


@pytest.mark.parametrize(
    ("metadata", "kernel", "languages"),
    [
        ({}, "", []),
        ({"kernelspec": None, "language_info": []}, "", []),
        ({"kernelspec": {"name": "x", "language": "R"}, "language_info": {"name": "python"}}, "x", ["python", "R"]),
    ],
)
def test_what_a_notebook_says_of_its_kernel(notebook: Make, metadata: dict[str, object], kernel: str, languages: list):
    path = notebook("one")
    path.write_text(json.dumps({**json.loads(path.read_text()), "metadata": metadata}))
    source = read_notebook(path)
    assert (source.kernel, source.languages) == (kernel, languages)
