"""What a region gives to its network: finished moments of its own, counts of its ledger, and what it withheld."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import dataframely as dy
import polars as pl

from sujuva.tables.quality import FlagCounts, ItemCounts, ItemTitles, Ledger, ResponseCounts, RuleCounts, SourceList

LEDGER: Mapping[str, type[dy.Schema]] = {
    "ledger": Ledger,
    "rules": RuleCounts,
    "sources": SourceList,
    "items": ItemCounts,
    "flags": FlagCounts,
    "response": ResponseCounts,
    "titles": ItemTitles,
}
"""The tables of the ledger that go with moments, and their contracts."""
EVERY, EVERY_WAVE = "", 0
"""What stands in a row of `WITHHELD` for all scales, informants and groups, and for all waves."""
WITHHELD = pl.Schema(
    {
        "table": pl.String(),
        "region": pl.String(),
        "wave": pl.Int32(),
        **dict.fromkeys(("scale", "informant", "group", "reason"), pl.String()),
        "rows": pl.Int64(),
    }
)
"""Columns of the list of what was withheld, and their types: blocks of rows, where and why, and how many.

`table` is a table of moments or, as "ledger/<name>", of the ledger; `group` the column whose values make groups, "all"
where it is everybody, and "" where it is every group.
"""
WITHHELD_KEY = ("table", "region", "wave", "scale", "informant", "group", "reason")
"""Columns that tell the rows of the list apart."""


WITHHELD_FILE = "withheld.parquet"
"""The list, where it lies in a folder."""


def nothing_withheld() -> pl.DataFrame:
    """Return the list of what was withheld, without rows."""
    return pl.DataFrame(schema=WITHHELD)


@dataclass(frozen=True)
class Contents:
    """What a bundle holds, or what several bundles make together.

    Attributes:
        moments: Tables of moments by name, as `sujuva.moments.RECORDS` has them. Those of a bundle have rows of its
            region alone, and none of the network.
        ledger: Tables of the ledger by name, as `LEDGER` has them.
        withheld: What is not among them although the region knows it: columns `WITHHELD`.
    """

    moments: Mapping[str, pl.DataFrame]
    ledger: Mapping[str, pl.DataFrame]
    withheld: pl.DataFrame = field(default_factory=nothing_withheld)
