"""For callers that do not yet read the catalogue."""

from __future__ import annotations

import polars as pl

from sujuva.figures.catalogue import draw_tables
from sujuva.figures.catalogue.talks import in_order, talks
from sujuva.figures.labels import Meta
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture

__all__ = ["in_order", "strengths", "talks", "transitions"]


def strengths(parjaavyys: pl.DataFrame, meta: Meta, words: Words, *, region: str) -> Picture | None:
    """Draw the figure of the catalogue."""
    return draw_tables("strengths", meta, words, region=region, parjaavyys=parjaavyys)


def transitions(parjaavyys: pl.DataFrame, meta: Meta, words: Words, *, region: str) -> Picture | None:
    """Draw the figure of the catalogue."""
    return draw_tables("transitions", meta, words, region=region, parjaavyys=parjaavyys)
