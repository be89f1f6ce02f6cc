"""An intruder who sent a part: a region with exact numbers of its own, which it subtracts from what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

_PLACE = ("region", "wave", "group")
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Insider:
    """A region, and how many of its persons have a score, or one in a bin.

    Attributes:
        region: Its key.
        counts: scale and informant → what is counted, as `sujuva.attack.sums` names it → how many.
    """

    region: str
    counts: Mapping[tuple[str, str], Mapping[Key, int]]

    def of(self, scale: str, informant: str) -> Mapping[Key, int]:
        """Return what it knows of a scale."""
        return self.counts.get((scale, informant), {})


def insiders(regions: list[str], indicators: pl.DataFrame, distributions: pl.DataFrame) -> Iterator[Insider]:
    """Yield what each of some regions knows of itself.

    Args:
        regions: Their keys.
        indicators: Indicators before disclosure control: columns `sujuva.tidy.TIDY`; those of other regions are not
            looked at.
        distributions: scale, informant, region, wave, group, bin_low and n, before disclosure control.
    """
    for region in regions:
        found: dict[tuple[str, str], dict[Key, int]] = {}
        means = indicators.filter(pl.col("n").is_not_null(), region=region, indicator="score_mean")
        for scale, informant, n, *place in means.select("scale", "informant", "n", *_PLACE).iter_rows():
            found.setdefault((scale, informant), {})["n", *place] = n
        columns = ("scale", "informant", "n", *_PLACE, "bin_low")
        for scale, informant, n, *place in distributions.filter(region=region).select(columns).iter_rows():
            found.setdefault((scale, informant), {})["bin", *place] = n
        yield Insider(region, found)
