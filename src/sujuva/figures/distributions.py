"""For callers that do not yet read the catalogue."""

from __future__ import annotations

import polars as pl

from sujuva.figures.catalogue import draw_tables
from sujuva.figures.labels import Meta
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture

__all__ = ["distributions"]


def distributions(
    bins: pl.DataFrame, parjaavyys: pl.DataFrame, meta: Meta, words: Words, *, region: str
) -> Picture | None:
    """Draw the figure of the catalogue."""
    return draw_tables("distributions", meta, words, region=region, distributions=bins, parjaavyys=parjaavyys)
