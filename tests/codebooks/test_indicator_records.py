"""A record of an indicator lacks nothing, names what is there, and is found by its facts."""

from __future__ import annotations

import re
import shutil

import pytest

from sujuva.codebooks import codebook_files, find_problems, load_indicators
from sujuva.errors import CodebookError

NAME = "indicators_integration_families.yaml"


@pytest.fixture
def broken(project, tmp_path):
    """Return a function that breaks a copy of a codebook and returns what the check says of it."""
    folder = tmp_path / "codebooks"
    folder.mkdir()

    def problems(pattern, new):
        text = (project / "data" / "codebooks" / NAME).read_text(encoding="utf-8")
        changed = re.sub(pattern, new, text, count=1, flags=re.MULTILINE)
        assert changed != text
        (folder / NAME).write_text(changed, encoding="utf-8")
        others = [path for path in codebook_files() if path.name != NAME]
        return [str(one) for one in find_problems([*others, folder / NAME])]

    yield problems
    shutil.rmtree(folder)


def test_missing_facts_are_one_error_of_their_record_and_no_default(broken):
    problems = broken(r"^  better: lower\n  formula: arithmetic\n", "")
    assert len(problems) == 1
    assert re.fullmatch(rf"{NAME}, line \d+: the record 'delay_mean' lacks formula, better\.", problems[0])


def test_a_cell_that_is_not_there_is_an_error_with_the_nearest(broken):
    problems = broken(r"within: \[cases_started\]", "within: [cases_startd]")
    assert problems, "nothing was said"
    assert all(
        "has within: cases_startd, which is no indicator. Did you mean 'cases_started'?" in one for one in problems
    )
    assert problems[0].startswith(f"{NAME}, line ")


def test_a_column_that_no_table_has_cannot_leave(broken):
    problems = broken(r"columns: \[estimate, n\]", "columns: [estimate, names]")
    assert any("release.columns" in one for one in problems)


@pytest.mark.parametrize("column", ["se", "df", "p", "clusters"])
def test_a_record_of_families_cannot_let_a_column_leave_that_counts_them(broken, column):
    problems = broken(r"columns: \[estimate, n\]", f"columns: [estimate, {column}, n]")
    assert any(
        f"lets {column} leave, which tells how many persons stand behind a row. Leave {column} out" in one
        for one in problems
    )


def test_q_leaves_only_as_a_class(broken):
    problems = broken(r"columns: \[estimate, n\]", "columns: [estimate, q, n]")
    assert any("lets q leave as it is. release.coarsened must say {q: class}." in one for one in problems)


def test_the_project_does_not_load_with_a_dangling_record(broken, tmp_path):
    broken(r"within: \[cases_started\]", "within: [cases_startd]")
    with pytest.raises(CodebookError, match="cases_startd") as error:
        load_indicators(tmp_path)
    assert "cases_started" in str(error.value.hint)


def test_records_are_found_by_their_facts():
    known = load_indicators()
    talks = known.where(topic="lp")
    assert {one.family for one in talks.values()} == {"parjaavyys"}
    assert set(known.where(within="cases_started")) >= {"case_consent", "case_overlap"}
    assert set(known.where(topic="delay", quantile=0.5)) == {"delay_median", "delay_workday_median", "delay_km_median"}
    assert set(known.where(topic=("delay", "case"))) == {*known.where(topic="delay"), *known.where(topic="case")}
    with pytest.raises(CodebookError, match="no field 'topics'"):
        known.where(topics="lp")
    with pytest.raises(CodebookError, match="cannot be 'lpp'"):
        known.where(topic="lpp")
