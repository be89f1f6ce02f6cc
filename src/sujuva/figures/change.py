"""For callers that do not yet read the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sujuva.figures.catalogue import draw_tables
from sujuva.figures.catalogue.change import CROSS, SAME, change_rows
from sujuva.figures.labels import Meta
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture

__all__ = ["CROSS", "SAME", "change", "change_rows"]


def change(comparisons: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> Picture | None:
    """Draw the figure of the catalogue."""
    return draw_tables("change", meta, words, regions=regions, comparisons=comparisons)
