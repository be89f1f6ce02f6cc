"""The moments of scores and of pairs, at hand by domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ContractError


@dataclass(frozen=True)
class Domain:
    """Whose mean: those of a group who answered at a wave, in one region or in several taken together."""

    informant: str
    scale: str
    wave: int
    regions: tuple[str, ...]
    group: str = "all"

    @property
    def column(self) -> str:
        """The grouping column of the group; "all" has none but itself."""
        return self.group.split(":", 1)[0]

    def words(self) -> str:
        """Say which domain it is, for messages."""
        return f"{self.group} of {' and '.join(self.regions)} at wave {self.wave}"


class Part(NamedTuple):
    """A domain's moments in one region and stratum, a row of the moments `scores`; whole numbers."""

    region: str
    stratum: str
    wave: int
    decimals: int
    n: int
    w: int
    wy: int
    wyy: int
    clusters: int
    design_clusters: int
    cww: int
    cwy: int
    cyy: int


class Products(NamedTuple):
    """What two domains share in one region and stratum, a row of the moments `pairs`; whole numbers."""

    clusters: int
    cww: int
    cwy: int
    cyw: int
    cyy: int
    w: int
    wy: int
    other_w: int
    other_wy: int

    def turned(self) -> Products:
        """Return the same with the two domains in the other order."""
        own = {"w": self.other_w, "wy": self.other_wy, "other_w": self.w, "other_wy": self.wy}
        return self._replace(cwy=self.cyw, cyw=self.cwy, **own)


_DOMAIN = ("region", "informant", "scale", "wave", "group")
_PAIR = ("region", "stratum", "informant", "scale", "wave", "group", "other_wave", "other_group")


@dataclass(frozen=True)
class MomentIndex:
    """Moments by domain; made by `index_moments`.

    Attributes:
        linked_units: The same unit of a stratum at two waves is one cluster.
        network: The region that holds all others.
    """

    parts: dict[tuple[str, str, str, int, str], list[Part]]
    pairs: dict[tuple[str, str, str, str, int, str, int, str], Products]
    overlaps: dict[tuple[str, int, int], int]
    linked_units: bool
    network: str = NETWORK

    def domain(self, domain: Domain) -> list[Part]:
        """Return the parts of a domain, one a region and stratum; none where nobody is in it."""
        return [
            part
            for region in domain.regions
            for part in self.parts.get((region, domain.informant, domain.scale, domain.wave, domain.group), [])
        ]

    def products(self, one: Domain, other: Domain, *, region: str, stratum: str) -> Products | None:
        """Return the cross-products of two domains in a region and stratum, in that order."""
        place = (region, stratum, one.informant, one.scale)
        found = self.pairs.get((*place, one.wave, one.group, other.wave, other.group))
        if found is None:
            found = self.pairs.get((*place, other.wave, other.group, one.wave, one.group))
            return found.turned() if found else None
        return found

    def overlap(self, stratum: str, wave: int, other_wave: int) -> int | None:
        """Return how many units of a stratum are in the design at both waves; None where it is not known."""
        if not self.linked_units:
            return 0
        return self.overlaps.get((stratum, max(wave, other_wave), min(wave, other_wave)))


def index_moments(scores: pl.DataFrame, pairs: pl.DataFrame, *, linked_units: bool = True) -> MomentIndex:
    """Lay the moments `scores` and `pairs` out by domain, for `contrast`; 128-bit numbers may come as decimals.

    Where the same unit of a stratum at two waves is one cluster (`linked_units`), `pairs` must pair the waves.

    Raises:
        ContractError: A column is missing.
    """
    own = [one for one in Part._fields if one not in {"region", "stratum", "wave", "decimals"}]
    ordered = whole(scores, (*_DOMAIN, "stratum", "decimals"), own).sort(*_DOMAIN, "stratum")
    parts: dict[tuple[str, str, str, int, str], list[Part]] = {}
    keys = ordered.select(_DOMAIN).rows()
    for key, part in zip(keys, ordered.select(Part._fields).rows(), strict=True):
        parts.setdefault(key, []).append(Part(*part))
    paired = whole(pairs, _PAIR, ("overlap", *Products._fields))
    rows = zip(paired.select(_PAIR).rows(), paired.select(Products._fields).rows(), strict=True)
    found = {key: Products(*values) for key, values in rows}
    across = paired.filter(pl.col("wave") != pl.col("other_wave"))
    overlaps = across.select("stratum", "wave", "other_wave", "overlap").unique().rows()
    return MomentIndex(parts, found, {(s, later, earlier): n for s, later, earlier, n in overlaps}, linked_units)


def whole(frame: pl.DataFrame, keys: Sequence[str], numbers: Sequence[str]) -> pl.DataFrame:
    """Return keys and numbers of a table of moments, the numbers as 128-bit whole ones (they may come as decimals).

    Raises:
        ContractError: A column is missing.
    """
    missing = [name for name in (*keys, *numbers) if name not in frame.columns]
    if missing:
        msg = f"The moments lack the columns {missing}."
        raise ContractError(msg, "Run the stage moments again.")
    return frame.select(*keys, pl.col(list(numbers)).cast(pl.Int128))
