"""The notebooks as they are kept: without results, with stable ids, and with the choices of params.yaml."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from papermill.translators import PythonTranslator

from sujuva.params import Params, flat, load_params
from sujuva.pipeline.notebook import Source, parameters, read_notebook, tags_of, text_of
from sujuva.pipeline.values import fits

ROOT = Path(__file__).resolve().parents[2]
STAGES = sorted((ROOT / "notebooks").glob("*.ipynb"))
NOTEBOOKS = [*STAGES, ROOT / "notebooks" / "explore" / "start.ipynb"]
ORDINAL = re.compile(r"[a-z]+(-[a-z]+)*-[1-9]\d*")
LONGEST = 22


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def source(request: pytest.FixtureRequest) -> Source:
    return read_notebook(request.param)


def test_it_holds_no_results(source: Source):
    for cell in source.cells:
        assert not cell.get("outputs"), f"{cell['id']} has outputs: save it in JupyterLab by `make lab`"
        assert cell.get("execution_count") is None
        assert set(cell["metadata"]) <= {"tags", "editable"}


def test_it_is_valid_and_as_jupyterlab_saves_it(source: Source):
    notebook = nbformat.from_dict(source.content)
    nbformat.validate(notebook)
    assert (source.content["nbformat"], source.content["nbformat_minor"]) == (4, 5)
    assert source.content["metadata"] == {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert (
        source.path.read_text(encoding="utf-8") == nbformat.writes(nbformat.reads(json.dumps(source.content), 4)) + "\n"
    )


def test_its_cells_have_ids_of_a_word_and_a_number(source: Source):
    ids = [cell["id"] for cell in source.cells]

    assert len(set(ids)) == len(ids)
    assert [one for one in ids if not ORDINAL.fullmatch(one)] == []


def test_it_is_short(source: Source):
    assert len(source.cells) <= LONGEST


@pytest.fixture(params=STAGES, ids=lambda path: path.stem)
def stage(request: pytest.FixtureRequest) -> Source:
    return read_notebook(request.param)


def test_what_params_yaml_says_is_taken_from_there_and_explained_as_there(stage: Source):
    """No default is typed twice, and a parameter has one name and one description."""
    values = flat(load_params(ROOT / "params.yaml"))
    models = {name: field.annotation for name, field in Params.model_fields.items()}
    lines = text_of(parameter_cell(stage)).splitlines()
    for one in parameters(stage).values():
        section, _, leaf = one.choice.partition(".")
        comment = next(line for line in lines if line.startswith(f"{one.name}: ")).partition("  # ")[2]
        if one.choice:
            description = models[section].model_fields[leaf].description
            assert one.name == leaf
            assert fits(values[one.choice], one.kind)
            assert f"{description}; ".startswith(f"{comment}; "), f"{leaf}: {description}"
        else:
            assert f".{one.name}" not in [f".{name.partition('.')[2]}" for name in values]
            assert fits(one.default, one.kind)
            assert comment


def test_papermill_knows_every_parameter(stage: Source):
    """It would warn of any other, as it does of types that its pattern cannot read."""
    inferred = PythonTranslator.inspect(
        nbformat.from_dict(parameter_cell(stage) | {"source": text_of(parameter_cell(stage))})
    )

    assert [one.name for one in inferred] == list(parameters(stage))
    assert all(one.help for one in inferred)


def parameter_cell(source: Source) -> dict[str, Any]:
    return next(cell for cell in source.cells if "parameters" in tags_of(cell))
