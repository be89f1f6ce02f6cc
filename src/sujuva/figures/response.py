"""For callers that do not yet read the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sujuva.figures.catalogue import draw_tables
from sujuva.figures.catalogue.quality import AGAIN, ANSWERED
from sujuva.figures.labels import Meta
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture

__all__ = ["AGAIN", "ANSWERED", "response"]


def response(
    frame: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str], measure: str = ANSWERED
) -> Picture | None:
    """Draw the figure of the catalogue."""
    key = "response" if measure == ANSWERED else "response-again"
    return draw_tables(key, meta, words, regions=regions, quality_response=frame)
