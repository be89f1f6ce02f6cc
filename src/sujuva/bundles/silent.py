"""Tables of which a region withheld something: what is told of several regions would lack that region."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product
from pathlib import Path

import polars as pl

from sujuva.bundles.contents import EVERY, EVERY_WAVE
from sujuva.bundles.ledger import read_ledgers
from sujuva.bundles.protect import taken_away
from sujuva.codebooks.regions import NETWORK
from sujuva.tidy import ALL


def silent_tables(folder: Path) -> frozenset[str]:
    """Return the tables of moments of which some region withheld rows.

    `folder`: what `write_taken` left beside the moments; where it is not there, no bundle was taken in.
    """
    _, withheld = read_ledgers(folder)
    return frozenset(withheld["table"])


def told_of_network(indicators: pl.DataFrame, table: str, silent: Collection[str]) -> pl.DataFrame:
    """Leave out the network where it would be the sum of some regions.

    Args:
        indicators: Rows with `region`, made of rows of regions: the network is added up with them.
        table: The table of moments that they are made of.
        silent: As `silent_tables` returns them.
    """
    return indicators.filter(pl.col("region") != NETWORK) if table in silent else indicators


def told_of_all(comparisons: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """Leave out comparisons of some regions with others where a region withheld scores that they are made of.

    A region that never asked takes no part in such a comparison; one that asked, and may not tell, would be missing.

    Args:
        comparisons: Columns `sujuva.tidy.COMPARISONS`, of all regions together.
        folder: As of `silent_tables`.
    """
    _, withheld = read_ledgers(folder)
    of_all = taken_away("scores", withheld).filter(pl.col("group").is_in([ALL, EVERY]))
    gone = set(of_all.select("scale", "informant", "wave").iter_rows())

    def told(scale: str, category: str, informant: str, *waves: int) -> bool:
        scales, informants = (f"{scale}.{category}" if category else scale, EVERY), (informant, EVERY)
        return gone.isdisjoint(product(scales, informants, (*waves, EVERY_WAVE)))

    asked = comparisons.select("scale", "category", "informant", "wave", "other_wave").iter_rows()
    return comparisons.filter(pl.Series([told(*row) for row in asked], dtype=pl.Boolean))
