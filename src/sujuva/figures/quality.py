"""For callers that do not yet read the catalogue."""

from __future__ import annotations

import polars as pl

from sujuva.figures.catalogue import draw_tables
from sujuva.figures.catalogue.quality import file_titles, under
from sujuva.figures.labels import Meta
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture

__all__ = ["file_titles", "quality", "under"]


def quality(ledger: pl.DataFrame, rules: pl.DataFrame, meta: Meta, words: Words) -> Picture | None:
    """Draw the figure of the catalogue."""
    return draw_tables("quality", meta, words, quality_ledger=ledger, quality_rules=rules)
