"""The notebooks as they are kept: without results, with stable ids, and with the choices of params.yaml."""

from __future__ import annotations

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
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ORDINAL = re.compile(r"[a-z]+(-[a-z]+)*-[1-9]\d*")
LONGEST = 20


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def source(request: pytest.FixtureRequest) -> Source:
    return read_notebook(request.param)


def test_it_holds_no_results(source: Source):
    for cell in source.cells:
        assert not cell.get("outputs"), f"{cell['id']} has outputs: save it in JupyterLab by `make lab`"
        assert cell.get("execution_count") is None
        assert set(cell["metadata"]) <= {"tags", "editable"}
    assert set(source.content["metadata"]) <= {"kernelspec", "language_info"}
    assert source.content["metadata"].get("language_info", {"name": "python"}) == {"name": "python"}


def test_it_is_valid(source: Source):
    nbformat.validate(nbformat.from_dict(source.content))
    assert (source.content["nbformat"], source.content["nbformat_minor"]) == (4, 5)


def test_its_cells_have_ids_of_a_word_and_a_number(source: Source):
    ids = [cell["id"] for cell in source.cells]

    assert len(set(ids)) == len(ids)
    assert [one for one in ids if not ORDINAL.fullmatch(one)] == []


def test_it_is_short(source: Source):
    assert len(source.cells) <= LONGEST


def test_what_params_yaml_says_is_taken_from_there_and_explained_as_there(source: Source):
    """No default is typed twice, and a parameter has one name and one description."""
    values = flat(load_params(ROOT / "params.yaml"))
    models = {name: field.annotation for name, field in Params.model_fields.items()}
    lines = text_of(parameter_cell(source)).splitlines()
    for one in parameters(source).values():
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


def test_papermill_knows_every_parameter(source: Source):
    """It would warn of any other, as it does of types that its pattern cannot read."""
    inferred = PythonTranslator.inspect(
        nbformat.from_dict(parameter_cell(source) | {"source": text_of(parameter_cell(source))})
    )

    assert [one.name for one in inferred] == list(parameters(source))
    assert all(one.help for one in inferred)


def parameter_cell(source: Source) -> dict[str, Any]:
    return next(cell for cell in source.cells if "parameters" in tags_of(cell))
