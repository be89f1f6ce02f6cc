"""One delivery of the default size for every test of the example that only looks at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sujuva.cleaning import Cleaned, clean_folder
from sujuva.example import write_example
from sujuva.example.population import Study
from sujuva.sources import load_sources, read_source
from tests.example.truth import truth_by_design


@dataclass(frozen=True)
class Delivery:
    """A written example: where it is, what it was made from and what is in it."""

    folder: Path
    truth_path: Path
    arguments: dict[str, Any]
    truth: dict[str, Any]
    read: dict[str, pl.DataFrame] = field(default_factory=dict)

    def raw(self, source: str) -> pl.DataFrame:
        """The raw rows of a source, as the readers hand them on; each file is read once."""
        if source not in self.read:
            known = {one.name: one for one in load_sources(self.folder).sources}
            self.read[source] = read_source(self.folder, known[source]).frame
        return self.read[source]


@pytest.fixture(scope="session")
def arguments() -> dict[str, Any]:
    """The sizes of params.yaml, written out: a project that changes its own does not change what is tested here."""
    return {
        "seed": 20221207,
        "persons": 2400,
        "units": 60,
        "families": 900,
        "regions": ["keski-pohjanmaa", "pohjois-karjala", "oulu", "tampere"],
        "waves": [2022, 2023, 2024],
    }


@pytest.fixture(scope="session")
def delivery(root: Path, arguments: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Delivery:
    base = tmp_path_factory.mktemp("delivery")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        truth = write_example(base / "example", base / "truth.json", **arguments)
    by_design = truth_by_design(Study.of(arguments["regions"], arguments["waves"]))
    return Delivery(base / "example", base / "truth.json", arguments, truth | by_design)


@pytest.fixture(scope="session")
def cleaned(delivery: Delivery, root: Path) -> Cleaned:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        return clean_folder(
            delivery.folder,
            regions=delivery.arguments["regions"],
            waves=delivery.arguments["waves"],
            timezone="Europe/Helsinki",
        )
