"""The codebook of LP discussions, and what it must agree with."""

from __future__ import annotations

import pytest

from sujuva.codebooks import LANGUAGES, load_indicators, load_terms
from sujuva.codebooks.lp import COMPONENTS, FOLLOW_UP_DAYS, load_lp
from sujuva.errors import CodebookError
from sujuva.tables.lp import LP_ENVIRONMENTS, LP_OUTCOMES, LP_RATINGS


def test_it_titles_what_the_contract_allows():
    terms = load_terms().kinds
    assert tuple(terms["environment"]) == ("", *LP_ENVIRONMENTS)
    assert tuple(terms["topic_rating"]) == LP_RATINGS
    assert tuple(terms["action_outcome"]) == LP_OUTCOMES
    assert load_lp().components == COMPONENTS


def test_everything_is_titled_in_three_languages():
    book = load_lp()
    texts = [one.title for one in book.fidelity]
    texts += [text for key, one in load_indicators().items() if key.startswith("lp_") for text in (one.title, one.unit)]
    assert all(getattr(text, language) or not text.fi for text in texts for language in LANGUAGES)


def test_a_folder_brings_its_own_components(project):
    folder = project / "raw" / "codebooks"
    folder.mkdir(parents=True)
    text = (project / "data/codebooks/lp.yaml").read_text(encoding="utf-8")
    head, _, _ = text.partition("  - key: child_present")
    (folder / "lp.yaml").write_text(head, encoding="utf-8")
    assert load_lp("raw").components == ("parents_present",)
    (folder / "lp.yaml").write_text(head.replace("follow_up_days: 28", "follow_up_days: 60"), encoding="utf-8")
    assert load_lp("raw").follow_up_days == 60
    (folder / "lp.yaml").write_text(head.replace("follow_up_days: 28", ""), encoding="utf-8")
    assert load_lp("raw").follow_up_days == FOLLOW_UP_DAYS == load_lp().follow_up_days
    (folder / "lp.yaml").write_text(head.replace("follow_up_days: 28", "follow_up_days: 0"), encoding="utf-8")
    with pytest.raises(CodebookError, match="follow_up_days"):
        load_lp("raw")
    (folder / "lp.yaml").write_text(head + head[head.index("  - key:") :], encoding="utf-8")
    with pytest.raises(CodebookError, match="parents_present is named twice"):
        load_lp("raw")
