"""Fixtures of bundles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sujuva.bundles.books import books_of
from sujuva.bundles.trust import Rules
from sujuva.params import flat, load_params
from tests.bundles.small import CODE, FIELDED, ROOT, study, write

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write a bundle of a region into a folder; parts of its manifest may be given."""

    def made(region: str = "oulu", *, n: int = 40, folder: str = "sent", **other: Any) -> Path:
        return write(tmp_path / folder / f"{region}.zip", region, n, **other)

    return made


@pytest.fixture
def rules() -> Rules:
    """What the example's study asks of bundles; of its own data it has those of Tampere."""
    params = load_params(ROOT / "params.yaml")
    books: dict[str, Any] = {}
    for region in params.study.regions:
        books |= books_of(study(), instruments=FIELDED, region=region)
    return Rules(
        regions=params.study.regions, waves=params.study.waves, own=frozenset({"tampere"}), synthetic=True,
        choices=flat(params), books=books, code=CODE, signed=False,
    )  # fmt: skip
