"""What `lineage.yaml` says of the code and of the indicators is so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sujuva.codebooks import load_indicators, load_lineage
from sujuva.codebooks.lineage import Lineage, untraced
from sujuva.codebooks.problems import codebook_files, find_problems
from sujuva.errors import CodebookError, PipelineError
from sujuva.published import CONTRACTS, KEYS
from sujuva.review.trace_code import code_of, path_of

LINEAGE = load_lineage()
FUNCTIONS = sorted({one.by for one in (*LINEAGE.published, *LINEAGE.moments)})


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_function_is_there(function: str, root: Path):
    found = code_of(function, root)
    file, _, line = found.place.rpartition(":")
    name = function.rpartition(".")[2]
    assert f"def {name}(" in (root / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert file == path_of(function)


@pytest.mark.parametrize("function", sorted({one.by for one in LINEAGE.published}))
def test_each_function_of_an_indicator_is_called_by_a_stage(function: str, root: Path):
    """What the books of cleaning and the rows of moments are counted by is called by these, and not by a notebook."""
    inside = {"cleaning.books.ledger", "cleaning.books.rule_counts", "cleaning.books.item_counts"}
    found = code_of(function, root)
    assert bool(found.cell) == (function not in inside | {"moments.rows.finish_rows"})


def test_a_function_that_is_gone_is_said(root: Path):
    with pytest.raises(PipelineError, match=r"level.py has no function 'score_means'"):
        code_of("parjaavyys.level.score_means", root)


def test_every_published_table_has_an_entry_by_its_own_columns():
    beside = {"answered_by", "topic"}
    tables = {one.table for one in LINEAGE.published}
    assert tables == {*CONTRACTS} - {"decisions"}
    for one in LINEAGE.published:
        assert set(one.rows) <= {*KEYS[one.table]} | beside, one


def test_every_indicator_that_is_told_has_an_entry():
    assert list(untraced(LINEAGE, load_indicators())) == []


def test_an_indicator_without_an_entry_is_a_fault_of_the_codebooks(tmp_path: Path):
    for file in codebook_files():
        text = file.read_text(encoding="utf-8")
        without = text.replace("indicator: score_quantile", "indicator: score_quantil").replace(
            "{topic: score}", "{indicator: [score_mean, score_pomp, score_sd]}"
        )
        (tmp_path / file.name).write_text(without if file.name == "lineage.yaml" else text, encoding="utf-8")

    found = [one for one in find_problems(sorted(tmp_path.glob("*.yaml"))) if one.file == "lineage.yaml"]

    assert [one.message for one in found] == ["nothing says how 'score_quantile' is made."]


def lineage(**entry: Any) -> Lineage:
    usual = {"table": "actors", "rows": {}, "by": "integration.actors.network_actors", "from": {}}
    return Lineage.model_validate({"published": [usual | entry], "moments": []})


def test_the_first_entry_that_fits_counts_and_none_is_an_error():
    made = lineage(rows={"measure": "hsim_*"})
    assert made.making("actors", {"measure": "hsim_gap"}).rows == {"measure": ("hsim_*",)}
    with pytest.raises(CodebookError, match="does not say how this row of actors is made"):
        made.making("actors", {"measure": "degree_in"})
    with pytest.raises(CodebookError, match="does not say how the table of moments scores is made"):
        made.reduction("scores")
