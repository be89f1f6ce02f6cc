"""Small projects and notebooks for the runner."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Make = Callable[..., Path]


def write_notebook(path: Path, *sources: str, parameters: str = 'region: str = "oulu"') -> Path:
    """Write a notebook with a parameter cell and one code cell for each source."""
    cells = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "parameters-1" if number == 0 else f"look-{number}",
            "metadata": {"tags": ["parameters"]} if number == 0 else {},
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate((parameters, *sources))
    ]
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture
def notebook(project: Path) -> Make:
    """Return a function that writes `notebooks/<stem>.ipynb` in the project."""
    return lambda stem, *sources, **named: write_notebook(project / "notebooks" / f"{stem}.ipynb", *sources, **named)
