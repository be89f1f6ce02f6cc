"""How readers' languages are written: signs beside numbers, one word for a notion, pages called by their titles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from sujuva.cli.messages import used_messages
from sujuva.codebooks import LANGUAGES, load_terms
from sujuva.codebooks.files import folders, read_yaml
from sujuva.figures import catalogue

PAGES = {"Instruments": "instruments"}
"""Pages that sentences name, by their English titles."""
OTHER_WORDS = {
    "fi": r"\bkuv(a|an|assa|asta|aan|at|ia|ista|issa|ien)\b",  # it is a kuvio
    "sv": r"förbindelse|möjliga band\b|(fler|färre) band\b|\b[Åå]sidosat|\bParterna",  # kontakt; lagd åt sidan; partner
}
"""Words that readers would take for something else than the one that the site uses."""


def texts(value: Any, language: str) -> Iterator[str]:
    """Yield the texts of a codebook that stand in all languages."""
    if isinstance(value, Mapping) and set(value) >= set(LANGUAGES) and isinstance(value[language], str):
        yield value[language]
    if isinstance(value, (Mapping, list)):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from texts(part, language)


def said(language: str) -> Iterator[str]:
    """Yield every sentence of the catalogues and codebooks in a language."""
    yield from used_messages() if language == "en" else catalogue(language).values()
    for folder in folders(None):
        for path in sorted(folder.glob("**/*.yaml")):
            yield from texts(read_yaml(path), language)


def test_per_cent_stands_by_its_number_as_each_language_has_it():
    assert sum("%" in text for text in said("en")) > 20
    assert [text for text in said("en") if re.search(r"\d\s%", text)] == []
    for language in ("fi", "sv"):
        assert [text for text in said(language) if re.search(r"\d%", text)] == []


@pytest.mark.parametrize(("language", "other"), OTHER_WORDS.items())
def test_a_notion_has_one_word(language, other):
    assert [text for text in said(language) if re.search(other, text, re.IGNORECASE)] == []


def test_sentences_name_a_page_by_its_title():
    naming = [text for text in used_messages() if any(f"“{name}”" in text for name in PAGES)]
    assert len(naming) > 1
    for text in naming:
        for name, key in PAGES.items():
            titles = {one: load_terms().title("page", key, one) for one in LANGUAGES}
            assert titles["en"] == name
            assert f"“{name}”" not in text or all(f"”{titles[one]}”" in catalogue(one)[text] for one in ("fi", "sv"))
