"""Sujuva: from raw evaluation exports to published indicators and reports.

For analysts: `study = sujuva.open()`, then `study.published(…)`, `study.indicators()`, `study.figure(…)`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sujuva.study import MixedIndicatorsWarning, Study
    from sujuva.study import open_study as open  # noqa: A004

__version__ = "0.2.0"
__all__ = ["MixedIndicatorsWarning", "Study", "__version__", "open"]
_HOMES = {"open": "open_study", "Study": "Study", "MixedIndicatorsWarning": "MixedIndicatorsWarning"}


def __getattr__(name: str) -> Any:
    """Import the analysts' interface when it is first asked for: the stages of the pipeline never need it."""
    if name not in _HOMES:
        msg = f"module 'sujuva' has no attribute '{name}'"
        raise AttributeError(msg)
    return getattr(importlib.import_module("sujuva.study"), _HOMES[name])
