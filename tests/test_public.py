"""What each package offers is pinned in `public.yaml`: a name that comes or goes does so on purpose."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
import yaml

HERE = Path(__file__).parent
PUBLIC: dict[str, list[str]] = yaml.safe_load((HERE / "public.yaml").read_text(encoding="utf-8"))
PACKAGES = sorted(path.parent.name for path in (HERE.parent / "src" / "sujuva").glob("*/__init__.py"))


def test_every_package_is_listed():
    assert sorted(PUBLIC) == PACKAGES


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_offers_what_is_listed(package):
    module = importlib.import_module(f"sujuva.{package}")
    assert sorted(module.__all__) == sorted(PUBLIC[package])
    assert not [name for name in module.__all__ if getattr(module, name, None) is None]
