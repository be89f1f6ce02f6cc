"""Numbers of others on paper: with their own source, and never called synthetic."""

from __future__ import annotations

import pytest

from sujuva.figures import voice
from sujuva.figures.catalogue import FIGURES
from sujuva.figures.specification import View, draw
from sujuva.reports.downloads import as_csv, sheet
from sujuva.reports.offers import background_table


@pytest.mark.parametrize(("language", "bound"), [("fi", "yli 1 000"), ("sv", "över 1 000"), ("en", "over 1,000")])
def test_on_paper_they_are_those_of_others(published, language, bound):
    words = voice(published.meta, language)
    picture = draw(FIGURES["background"], published, words)
    assert picture is not None
    assert (picture.stamp, "THL" in picture.source) == ("", True)
    assert "116" in picture.alt
    titles = {
        "fi": "Perhekeskukset: 196, joista 116 toiminnassa (2021)",
        "sv": "Familjecenter: 196, varav 116 i drift (2021)",
        "en": "Family centres: 196, of which 116 running (2021)",
    }
    assert picture.title == titles[language]
    assert (
        "1000"
        not in as_csv(sheet(picture.data, picture.title, published.meta, words), words, {}).decode().split("\n")[0]
    )
    table = background_table(View(published, words, "network", ()))
    cells = {cell.replace("\N{NO-BREAK SPACE}", " ") for row in table.rows for cell in row}
    assert any(cell.startswith(bound) for cell in cells)
    assert len(table.rows) == 15
    assert draw(FIGURES["background"], published, words, region="oulu") is None
