"""For callers that do not yet read the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sujuva.figures.catalogue import draw_tables
from sujuva.figures.labels import Meta
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture

__all__ = ["blanks_by_item", "blanks_by_region"]


def blanks_by_item(frame: pl.DataFrame, meta: Meta, words: Words) -> Picture | None:
    """Draw the figure of the catalogue."""
    return draw_tables("blanks", meta, words, quality_items=frame)


def blanks_by_region(frame: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> Picture | None:
    """Draw the figure of the catalogue."""
    return draw_tables("blanks-by-region", meta, words, regions=regions, quality_items=frame)
