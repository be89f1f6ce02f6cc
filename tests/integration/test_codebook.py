"""What is described has its texts; that it is what is computed, the run of the example tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from sujuva.codebooks import LANGUAGES, load_indicators


@pytest.mark.parametrize("family", ["integration", "situation"])
def test_readers_find_every_text_in_their_language(project: Path, family: str) -> None:
    found = [one for one in load_indicators().values() if one.family == family]
    assert found
    for one in found:
        for text in (one.title, one.unit, one.description):
            assert all(getattr(text, language) for language in LANGUAGES), one.key
