"""Numbers of others: each as its source tells it, and parts that add up."""

from __future__ import annotations

import pytest
import yaml

from sujuva.codebooks.background import load_background
from sujuva.errors import CodebookError
from sujuva.situation import background_rows

TEXT = dict.fromkeys(("fi", "sv", "en"), "text")


def subject(**changes):
    parts = [{"key": "a", "title": TEXT, "value": 3}, {"key": "b", "title": TEXT, "value": 1}]
    return {"key": "s", "title": TEXT, "unit": TEXT, "year": 2020, "source": "S", "parts": parts, "total": 4} | changes


@pytest.fixture
def study(tmp_path):
    """A folder with a codebook of subjects, as given."""

    def make(*subjects):
        (tmp_path / "codebooks").mkdir(exist_ok=True)
        (tmp_path / "codebooks" / "background.yaml").write_text(yaml.safe_dump(list(subjects)), encoding="utf-8")
        return tmp_path

    return make


def test_the_numbers_of_the_source_documents():
    """`shared/sources/004`: THL's survey of 19.4.2021, trained and reached in 2018, budgets."""
    rows = background_rows(load_background())
    told = {
        (scale, category): (value, note)
        for scale, category, value, note in rows.select("scale", "category", "estimate", "note").iter_rows()
    }
    assert [told["family_centres", key][0] for key in ("running", "developed", "planned", "total")] == [
        116,
        55,
        25,
        196,
    ]
    assert [told["meeting_places", key][0] for key in ("running", "planned", "total")] == [473, 37, 510]
    assert told["evidence_based_methods", "professionals"] == (1000, "at_least")
    assert told["evidence_based_methods", "families"] == (12000, "at_least")
    assert [told["child_budget", key][0] for key in ("education", "care", "total")] == [840, 160, 1000]
    assert told["lape_first", "budget"] == (40, "")
    assert [told["lape_second", key] for key in ("budget", "grants")] == [(40, "about"), (36, "about")]
    assert ("evidence_based_methods", "total") not in told
    assert rows["n"].null_count() == rows.height


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"total": 5}, "the parts add up to 4, and total says 5"),
        ({"parts": [{"key": "a", "title": TEXT, "value": 4, "bound": "at_least"}]}, "a lower bound has no share"),
        ({"parts": [{"key": "a", "title": TEXT, "value": 2}] * 2}, "each part needs a key of its own"),
        ({"parts": [{"key": "a", "title": TEXT, "value": -4}]}, "value"),
        ({"source": ""}, "source"),
    ],
)
def test_what_is_no_background(study, changes, said):
    with pytest.raises(CodebookError, match=said):
        load_background(study(subject(**changes)))


def test_a_subject_stands_once(study):
    with pytest.raises(CodebookError, match="the subject 's' is there twice"):
        load_background(study(subject(), subject()))
    assert list(load_background(study(subject()))) == ["s"]
