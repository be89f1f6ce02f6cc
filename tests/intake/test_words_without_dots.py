"""Names of columns as programs write them that know no dots, and who is said to have answered."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sujuva.codebooks import load_instruments
from sujuva.intake import draft_folder
from sujuva.intake.words import names_of

SDQ = load_instruments()["sdq"]


def drafted(folder: Path, **columns: list[object]) -> str:
    pl.DataFrame(columns).write_csv(folder / "a.csv")
    return draft_folder(folder).text


def test_words_are_known_without_their_dots():
    assert {"yksikkö", "yksikko", "koulu"} <= set(names_of("respondents", "unit"))
    assert "ikaryhma" in names_of("respondents", "age_group")
    assert "ar" not in names_of("respondents", "wave"), "år without its ring is another word"


def test_a_unit_without_dots_is_found(tmp_path):
    answers = {"sukupuoli": ["tyttö", "poika"] * 20, "yksikko": [f"k{n % 9}" for n in range(40)]}
    text = drafted(tmp_path, vastaaja=[f"v{n}" for n in range(40)], vuosi=[2024] * 40, alue=["oulu"] * 40, **answers)
    assert "unit: yksikko" in text


@pytest.mark.parametrize(
    ("prefix", "informant"),
    [("", '{value: ""}  # FILL IN: who'), ("p", "{value: parent}  # likely: the item")],
)
def test_only_official_names_tell_who_answered(tmp_path, prefix, informant):
    """The codebook's own names begin with its key: sdq_1 is nobody's word for a self-report."""
    names = [f"{prefix}{SDQ.aliases[n][0][1:]}" if prefix else f"sdq_{n}" for n in range(1, 26)]
    items = {name: [(row + place) % 3 for row in range(40)] for place, name in enumerate(names)}
    text = drafted(tmp_path, vastaaja=[f"v{n}" for n in range(40)], vuosi=[2024] * 40, **items)
    assert f"informant: {informant}" in text
