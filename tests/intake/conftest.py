"""Folders of exports that drafts are made for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sujuva.example import write_example
from sujuva.intake import Draft, draft_folder


@pytest.fixture(scope="session")
def example(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small synthetic delivery, its hand-written sources.yaml included."""
    base = tmp_path_factory.mktemp("delivery")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        write_example(
            base / "example",
            base / "truth.json",
            seed=20221207,
            persons=1200,
            units=40,
            families=300,
            regions=["keski-pohjanmaa", "pohjois-karjala", "oulu", "tampere"],
            waves=[2022, 2023, 2024],
        )
    return base / "example"


@pytest.fixture
def drafted(project: Path) -> Callable[..., Draft]:
    """Return a function that writes files (name to text or bytes) into a folder and drafts its sources.yaml."""

    def run(files: dict[str, str | bytes], folder: str = "raw") -> Draft:
        (project / folder).mkdir(exist_ok=True)
        for name, content in files.items():
            path = project / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return draft_folder(project / folder)

    return run
