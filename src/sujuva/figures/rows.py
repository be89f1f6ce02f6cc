"""Many regions as rows: a hollow dot for the first year, a full one for the latest. Lines could not be told apart."""

from __future__ import annotations

import polars as pl
from matplotlib.axes import Axes

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.theme import COLOURS, PAPER, QUIET

MOST_LINES = 6
"""With more regions than this, regions become rows."""


def row_height(regions: list[str]) -> float:
    """Return the inches that a panel with a row for each region needs."""
    return 0.21 * len(regions) + 0.3


def dot_rows(
    ax: Axes,
    part: pl.DataFrame,
    regions: dict[str, str],
    waves: list[int],
    *,
    factor: float = 1.0,
    labelled: bool = True,
) -> None:
    """Draw the first and the latest year of each region.

    Args:
        ax: Where to draw.
        part: Shown rows of one indicator: region, wave, estimate, ci_low, ci_high.
        regions: Titles by key, top row first.
        waves: Years, ascending.
        factor: Values are multiplied by this.
        labelled: Whether the titles of the regions are written.
    """
    places = {region: place for place, region in enumerate(regions)}
    for wave in dict.fromkeys((waves[0], waves[-1])) if waves else ():
        mine = part.filter(pl.col("wave") == wave, pl.col("region").is_in(list(regions)))
        y = [places[region] for region in mine["region"].to_list()]
        latest = wave == waves[-1]
        spans = mine.select("ci_low", "ci_high").drop_nulls()
        if latest and spans.height == mine.height:
            low, high = (factor * spans["ci_low"]).to_list(), (factor * spans["ci_high"]).to_list()
            ax.hlines(y, low, high, color=COLOURS[0], linewidth=1.4)
        ax.scatter(
            (factor * mine["estimate"]).to_list(), y, s=28, color=COLOURS[0] if latest else PAPER,
            edgecolor=COLOURS[0] if latest else QUIET, linewidth=1, label=str(wave), zorder=4 if latest else 3,
        )  # fmt: skip
    ax.set_ylim(len(regions) - 0.4, -0.6)
    ax.grid(visible=True, axis="x")
    ax.set_yticks(range(len(regions)), list(regions.values()) if labelled else [""] * len(regions))
    for label, region in zip(ax.get_yticklabels(), regions, strict=True):
        label.set_fontweight("bold" if region == NETWORK else "normal")
