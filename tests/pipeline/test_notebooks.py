"""The notebooks as they are kept: without results, with stable ids, and with the defaults of params.yaml."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from sujuva.pipeline.notebook import Source, parameters, read_notebook, tags_of, text_of
from sujuva.pipeline.params import flat, load_params
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


def test_its_defaults_are_those_of_params_yaml(source: Source):
    leaves = flat(load_params(ROOT / "params.yaml"))
    found = parameters(source)

    assert {name: one.default for name, one in found.items() if name in leaves} == {
        name: leaves[name] for name in found if name in leaves
    }
    assert [name for name, one in found.items() if not fits(one.default, one.kind)] == []


def test_every_parameter_is_explained(source: Source):
    cell = next((cell for cell in source.cells if "parameters" in tags_of(cell)), None)

    lines = text_of(cell).splitlines() if cell else []
    # A value that does not fit on a line goes on below; what it means stands on its first line.
    for line in (line for line in lines if not line.startswith((" ", "}", "]"))):
        assert re.search(r": .+ = .+  # \S", line), f"{line}: not `name: type = value  # what it means`"
