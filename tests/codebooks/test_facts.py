"""Rows of the page of a region: the project's own are whole, a study's own take their place, and faults are told."""

from __future__ import annotations

import pytest
import yaml

from sujuva.codebooks import LANGUAGES, codebook_files, find_problems, load_indicators, load_instruments
from sujuva.codebooks.facts import TOPICS, load_facts, told, unknown
from sujuva.codebooks.instruments import INDEX
from sujuva.errors import CodebookError
from sujuva.publish.meta import facts_meta

ROW = {
    "key": "coping", "title": {"fi": "Arki", "sv": "Vardag", "en": "Everyday life"}, "topic": "coping",
    "table": "parjaavyys", "indicator": "score_mean", "scale": "who5", "informant": "self", "importance": 3,
}  # fmt: skip
SAID = {
    "better": "{sure}paremmin kuin {before}", "worse": "{sure}huonommin", "same": "kuin {before}",
    "number": "{last}, {first}", "ask": "Miksi?",
}  # fmt: skip


@pytest.fixture
def study(tmp_path):
    """A folder with a codebook of rows, as given."""

    def make(*rows):
        (tmp_path / "codebooks").mkdir(exist_ok=True)
        (tmp_path / "codebooks" / "facts.yaml").write_text(yaml.safe_dump(list(rows)), encoding="utf-8")
        return tmp_path

    return make


def said(**changes):
    return ROW | {name: dict.fromkeys(LANGUAGES, text) for name, text in (SAID | changes).items()}


def test_the_projects_own_rows_are_about_what_the_codebooks_have_and_stand_in_three_languages():
    rows = load_facts(delay_days=[7, 14])
    scales = {INDEX, *(scale.key for one in load_instruments().values() for scale in one.scales)}
    assert not [fault for one in rows.values() for fault in unknown(one, load_indicators(), scales)]
    assert [key for key, one in rows.items() if one.front] == ["coping", "wait", "partners"]
    assert rows["coping"].front == ("value", "change")
    assert {one.topic for one in rows.values()} <= set(TOPICS)
    for one in rows.values():
        texts = [text for name, text in told(one).items() if isinstance(text, dict)]
        assert all(set(text) == set(LANGUAGES) and all(text.values()) for text in texts), one.key


def test_days_are_the_longest_of_the_promise_and_without_a_promise_the_row_is_not_there():
    assert load_facts(delay_days=[7, 14])["wait"].category == "14"
    assert "wait" not in load_facts()


def test_a_study_may_bring_its_own(study):
    folder = study(ROW)
    assert list(load_facts(folder, [7])) == ["coping"]
    (row,) = facts_meta(folder, [7])
    assert row["title"] == {"fi": "Arki", "sv": "Vardag", "en": "Everyday life"}
    assert row["better"] is None


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([ROW | {"indicator": "score_maen"}], "has no indicator 'score_maen'"),
        ([ROW | {"scale": "who6"}], "has no scale 'who6'"),
        ([ROW, ROW], "is there twice"),
        ([ROW | {"topic": "coaping"}], "topic"),
        ([ROW | {"better": {"fi": "a", "sv": "b", "en": "c"}}], "go together"),
        ([said(better="{befor}")], "better has the gap {befor}"),
        ([said(number="{sure}")], "number has the gap {sure}"),
        ([{name: value for name, value in ROW.items() if name != "importance"}], "importance"),
        ([ROW | {"title": {"fi": "Arki"}}], "no version in sv, en"),
    ],
)
def test_faults_are_told_with_their_file(study, rows, told):
    folder = study(*rows)
    problems = [str(one) for one in find_problems(codebook_files(folder)) if one.file == "facts.yaml"]
    assert any(told in one for one in problems), problems
    if "no version" not in told:  # which falls back to Finnish
        with pytest.raises(CodebookError, match=r"facts\.yaml"):
            facts_meta(folder, [7])
    assert not [one for one in find_problems(codebook_files(study(said()))) if one.file == "facts.yaml"]
