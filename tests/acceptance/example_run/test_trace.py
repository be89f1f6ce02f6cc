"""Every kind of published number, traced to its moments and made again from these alone."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.published import cell_of, read_published
from sujuva.review.trace import trace
from tests.acceptance.copies import Copy
from tests.review.cells import made_again, sample

pytestmark = pytest.mark.slow
CELLS = 200


def test_traced_moments_give_published_cells_again(example_run: Copy, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(example_run.path)
    published = read_published()
    cells = sample(published, CELLS, seed=2022)

    found = made_again(published, example_run.path, cells)

    assert found.wrong == []
    assert len(cells) >= CELLS
    assert found.independent.total() > found.library.total()
    assert {table for table, _ in found.kinds} == {
        name
        for name, frame in published.tables.items()
        if name != "decisions" and not frame.filter(pl.col("suppressed") == "").is_empty()
    }


def test_rows_of_a_mean_are_those_who_gave_a_score_or_too_few_answers(
    example_run: Copy, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(example_run.path)
    published = read_published()
    cell = cell_of(published, ["parjaavyys", "score_mean", "sdq_total", "oulu", "2024"])

    found = trace(cell, published, example_run.path)

    scores = found.origin.tables["moments/scores"]
    (answers,) = (one for one in found.clean if one.table == "answers_sdq")
    assert answers.rows == scores.select(pl.col("n").sum() + pl.col("n_missing").sum()).item()
    assert sum(answers.files.values()) == answers.rows
    assert found.decision.exact["n"] == scores["n"].sum()


def test_the_link_of_a_figure_leads_to_the_row_behind_it(example_run: Copy):
    done = example_run.run(
        "sujuva", "trace", "fi/oulu/coping.html#coping", "score_mean", "who5", "oulu", "2024", "self"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("parjaavyys · score_mean · who5")
