"""For callers that do not yet read the catalogue."""

from __future__ import annotations

import polars as pl

from sujuva.figures.catalogue import draw_tables
from sujuva.figures.catalogue.change import turn_title
from sujuva.figures.labels import Meta
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture

__all__ = ["did", "turn_title"]


def did(comparisons: pl.DataFrame, meta: Meta, words: Words) -> Picture | None:
    """Draw the figure of the catalogue."""
    return draw_tables("did", meta, words, comparisons=comparisons)
