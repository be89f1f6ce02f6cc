from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cleaning.conftest import small_project, who  # noqa: F401  fixtures

EMPTY = {"releases": [], "withdrawn": []}


@pytest.fixture
def register(project: Path) -> Path:
    """An empty register in an empty project."""
    path = project / "data" / "releases" / "releases.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(EMPTY), encoding="utf-8")
    return path
