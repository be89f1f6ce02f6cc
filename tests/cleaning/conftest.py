"""A small delivery that tests write as text and clean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sujuva.cleaning import Cleaned, clean_folder
from sujuva.cleaning.pseudonyms import Hasher, load_key
from tests.cleaning.helpers import Clean, Who

MOOD = """
key: mood
title: {fi: Mieliala}
items: 2
response: [0, 3]
aliases: {1: [ilo], 2: [uni]}
scales: [{key: mood, title: {fi: Mieliala}, items: [1, 2], range: [0, 6], higher_is_better: true}]
licence: CC0
citation: "-"
"""


REGIONS = """
- {key: oulu, level: city, code: "564", title: {fi: Oulu, sv: Uleåborg}, municipalities: {"564": Oulu}}
- {key: tampere, level: city, code: "837", title: {fi: Tampere, sv: Tammerfors}, municipalities: {"837": Tampere}}
- {key: pohjois-karjala, level: county, title: {fi: Pohjois-Karjala}, municipalities: {"090": Heinävesi}}
"""
SECTORS = """
- {key: health, title: {fi: Terveyspalvelut}}
- {key: third, title: {fi: Järjestöt}}
- {key: parish, title: {fi: Seurakunnat}}
"""


@pytest.fixture
def small_project(project: Path) -> Path:
    """A project with small codebooks of its own: reading the real ones takes most of a test's time."""
    codebooks = project / "data" / "codebooks"
    terms = codebooks / "terms.yaml"
    real = terms.resolve()
    codebooks.unlink()
    (codebooks / "instruments").mkdir(parents=True)
    (codebooks / "instruments" / "mood.yaml").write_text(MOOD, encoding="utf-8")
    (codebooks / "regions.yaml").write_text(REGIONS, encoding="utf-8")
    (codebooks / "sectors.yaml").write_text(SECTORS, encoding="utf-8")
    terms.symlink_to(real)
    (project / "raw").mkdir()
    return project


@pytest.fixture
def who() -> Who:
    """Return a function that gives the pseudonym of a raw key, of a person unless another kind is named."""
    hasher = Hasher(load_key())

    def pseudonym(raw: str, kind: str = "person") -> str:
        return hasher.digits(kind, raw)

    return pseudonym


@pytest.fixture
def clean(small_project: Path) -> Clean:
    """Return a function that writes sources and CSV texts into an input folder and cleans it."""

    def run(sources: str, files: dict[str, str], **changes: Any) -> Cleaned:
        folder = small_project / "raw"
        (folder / "sources.yaml").write_text("title: {fi: Koe}\nsources:\n" + sources, encoding="utf-8")
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        choices: dict[str, Any] = {"regions": ["oulu", "tampere"], "waves": [2023, 2024], "max_quarantine": 1.0}
        return clean_folder(Path("raw"), **(choices | changes))

    return run
