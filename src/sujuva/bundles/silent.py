"""Tables of which a region withheld something: their indicators of the network would lack that region."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import polars as pl

from sujuva.bundles.ledger import read_ledgers
from sujuva.codebooks.regions import NETWORK


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
