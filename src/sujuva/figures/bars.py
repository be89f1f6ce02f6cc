"""Bands, for callers that do not yet read the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sujuva.figures.catalogue import FIGURES
from sujuva.figures.labels import Meta
from sujuva.figures.language import Words
from sujuva.figures.norms import norms_note
from sujuva.figures.picture import Picture
from sujuva.figures.specification import draw
from sujuva.published import Published

__all__ = ["bands", "norms_note"]


def bands(parjaavyys: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> Picture | None:
    """Draw the figure of the catalogue."""
    return draw(FIGURES["bands"], Published({"parjaavyys": parjaavyys}, meta), words, regions=regions)
