"""The catalogue: every figure by its key, in the order of a report."""

from collections.abc import Sequence

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.catalogue import areas, cases, change, coping, families, partners, places, quality, talks
from sujuva.figures.labels import Meta
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture
from sujuva.figures.specification import Spec, draw
from sujuva.published import Published

FIGURES: dict[str, Spec] = {
    one.key: one
    for module in (coping, change, talks, partners, places, cases, families, quality, areas)
    for one in module.FIGURES
}
"""Every figure by its key."""


def draw_tables(
    key: str,
    meta: Meta,
    words: Words,
    *,
    region: str = NETWORK,
    regions: Sequence[str] | None = None,
    **tables: pl.DataFrame,
) -> Picture | None:
    """Draw a figure of the catalogue from single published tables."""
    return draw(FIGURES[key], Published(tables, meta), words, region=region, regions=regions)


__all__ = ["FIGURES", "draw_tables"]
