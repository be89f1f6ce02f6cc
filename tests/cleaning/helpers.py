"""What several tests of cleaning say about a cleaned delivery."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from sujuva.cleaning import Cleaned, write_cleaned
from sujuva.paths import inside
from sujuva.tables import FlagCounts, ResponseCounts, RowFlags

Clean = Callable[..., Cleaned]
Who = Callable[..., str]


def quarantined(cleaned: Cleaned) -> dict[tuple[str, int], str]:
    """Rules of each raw row that was set aside, by source and row number."""
    return {(one["source"], one["row"]): one["rules"] for one in cleaned.quarantine.to_dicts()}


def counts(cleaned: Cleaned, kind: str) -> dict[str, int]:
    """Rows of each rule of one kind (quarantine or recode); a delivery of one source."""
    rules = cleaned.rules.filter(pl.col("kind") == kind)
    return dict(zip(rules["rule"], rules["rows"], strict=True))


def write(cleaned: Cleaned) -> None:
    """Write a cleaned delivery to which nobody has looked for flags or counted who answered."""
    write_cleaned(
        cleaned,
        clean=inside("data/clean"),
        quarantine=inside("data/quarantine"),
        ledger=inside("data/ledger"),
        origins=inside("data/origins"),
        flags=RowFlags.create_empty(),
        flag_counts=FlagCounts.create_empty(),
        response=ResponseCounts.create_empty(),
        choices={},
    )
