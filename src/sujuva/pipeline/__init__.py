"""Running notebooks: typed parameters, fast kernels, canonical output and short accounts of failure.

The public nouns are imported when first asked for: the command line and every kernel pass through this package, and
neither should wait for what it does not use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sujuva.pipeline.imports import parts_of
    from sujuva.pipeline.runner import run_each, run_notebook

_HOME = {"parts_of": "imports", "run_each": "runner", "run_notebook": "runner"}

__all__ = ["parts_of", "run_each", "run_notebook"]


def __getattr__(name: str) -> Any:
    """Import a public noun from its module."""
    if name not in _HOME:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
