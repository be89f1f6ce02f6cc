"""Items that go against the rest of their scale: the mark of a reversal that was forgotten or made twice.

A forgotten reversal spoils the rests of its neighbours too, so their correlations fall with it. Items are therefore
named one at a time: the most negative one of a domain is named and turned, everything is computed anew, and so on
until none is left. This finds every wrongly coded item as long as they are fewer than half of a scale; which half is
wrong no correlation can tell. Both items of a scale of two are named: there, neither can be told from the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from sujuva.codebooks import Instrument
from sujuva.quality.chance import Floats, below_zero, holm
from sujuva.quality.flags import Flagging
from sujuva.quality.sums import DOMAIN, Products, domains, products, scales_of
from sujuva.tables import FlagCounts, types_of

_PAIR = 2  # items of the smallest scale
_FLAG = "negative_item"


def item_rest(scatter: npt.NDArray[np.object_], signs: npt.NDArray[np.int64]) -> Floats:
    """Return the correlation of each item with the sum of the other items of its scale.

    Args:
        scatter: n² times the covariances, whole numbers, shape (domains, k, k).
        signs: −1 where an item is turned, else 1, shape (domains, k).

    Returns:
        Correlations, shape (domains, k); NaN where the item or the rest does not vary.
    """
    turned = scatter * signs[:, :, None] * signs[:, None, :]
    # Whole numbers of any size up to here, so that nothing cancels.
    own = np.diagonal(turned, axis1=1, axis2=2)
    with_all = turned.sum(axis=2)
    rest = with_all.sum(axis=1)[:, None] - 2 * with_all + own
    covariance, own, rest = ((part.astype(np.float64)) for part in (with_all - own, own, rest))
    varies = (own > 0) & (rest > 0)
    scale = np.where(varies, np.sqrt(own * varies) * np.sqrt(rest * varies), 1.0)
    return np.where(varies, np.clip(covariance / scale, -1, 1), np.nan)


def negative_items(
    cells: Mapping[str, pl.DataFrame], instruments: Mapping[str, Instrument], flagging: Flagging
) -> pl.DataFrame:
    """Name the items whose correlation with the rest of their scale is below zero by more than chance.

    An item is judged in the smallest scale of three items or more that holds it (else in its pair), over the persons
    who answered all of it, in every domain (see `sujuva.quality.sums.domains`) with `min_group` of them. One Holm
    correction stands over all instruments, domains and items.

    `cells` are the sums of each instrument (see `sujuva.quality.sums.cell_sums`), by its key.

    Returns:
        `FlagCounts` without reason: value is the correlation once the items named before it are turned.
    """
    studies = [_Study.of(instruments[key], cells[key], flagging) for key in sorted(cells)]
    while studies and _name_next(studies, flagging.alpha):
        pass
    return pl.concat([_EMPTY, *(study.told() for study in studies)])


_EMPTY = pl.DataFrame(schema=types_of(FlagCounts)).drop("reason")


@dataclass
class _Study:
    """One instrument: its domains, the sums of its scales, and what has been named so far.

    Attributes:
        key: Key of the instrument.
        domains: The domains, one a row.
        scales: Sums of the scales in which items are judged.
        columns: Of each scale the places of its items among `items`.
        items: Items that are judged.
        home: Of each item the scale in which it is judged, and its place there.
        n: Persons behind each domain and item.
        judged: Whether there are enough of them and they differ.
        signs: −1 where an item has been turned, shape (domains, items).
        named: The correlation at which an item was named, else NaN, shape (domains, items).
    """

    key: str
    domains: pl.DataFrame
    scales: list[Products]
    columns: list[list[int]]
    items: list[str]
    home: list[tuple[int, int]]
    n: npt.NDArray[np.int64]
    judged: npt.NDArray[np.bool_]
    signs: npt.NDArray[np.int64]
    named: Floats

    @classmethod
    def of(cls, instrument: Instrument, cells: pl.DataFrame, flagging: Flagging) -> _Study:
        """Make the study of an instrument, with nothing turned yet."""
        groups = [name for name in cells.columns if name not in DOMAIN and "|" not in name]
        sums = domains(cells, groups)
        scales = scales_of(instrument)
        homes = {item: _home(item, scales) for items in scales.values() for item in items}
        kept = {key: items for key, items in scales.items() if key in homes.values()}
        items = list(homes)
        made = products(sums, kept)
        home = [(list(kept).index(key), kept[key].index(item)) for item, key in homes.items()]
        shape = (sums.height, len(items))
        study = cls(
            key=instrument.key,
            domains=sums.select(DOMAIN),
            scales=made,
            columns=[[items.index(item) for item in scale] for scale in kept.values()],
            items=items,
            home=home,
            n=np.array([made[scale].n for scale, _ in home], np.int64).reshape(shape[::-1]).T,
            judged=np.ones(shape, np.bool_),
            signs=np.ones(shape, np.int64),
            named=np.full(shape, np.nan),
        )
        study.judged = (study.n >= flagging.min_group) & ~np.isnan(study.correlations())
        return study

    def correlations(self) -> Floats:
        """Return the correlation of each item with the rest of its scale in each domain, what is turned being so."""
        within = [
            item_rest(one.scatter, self.signs[:, columns])
            for one, columns in zip(self.scales, self.columns, strict=True)
        ]
        found = np.full(self.signs.shape, np.nan)
        for place, (scale, column) in enumerate(self.home):
            found[:, place] = within[scale][:, column]
        return found

    def name(self, r: Floats, below: npt.NDArray[np.bool_]) -> bool:
        """Name and turn the most negative item of each domain where any is `below`; tell whether there was one."""
        candidates = np.where(below & np.isnan(self.named), r, np.inf)
        for row in np.flatnonzero(np.isfinite(candidates).any(axis=1)):
            worst = int(np.argmin(candidates[row]))
            scale = self.home[worst][0]
            together = self.columns[scale] if len(self.columns[scale]) == _PAIR else [worst]
            for item in together:
                if self.home[item][0] == scale:
                    self.named[row, item] = r[row, item]
            self.signs[row, worst] = -1
        return bool(np.isfinite(candidates).any())

    def told(self) -> pl.DataFrame:
        """Return what has been named, one row a domain and item."""
        rows, places = np.nonzero(~np.isnan(self.named))
        return (
            self.domains[rows]
            .with_columns(
                flag=pl.lit(_FLAG),
                about=pl.lit(self.key),
                part=pl.Series([self.items[place] for place in places], dtype=pl.String),
                n=pl.Series(self.n[rows, places], dtype=pl.Int64),
                looked_at=pl.Series(self.n[rows, places], dtype=pl.Int64),
                value=pl.Series(self.named[rows, places], dtype=pl.Float64),
            )
            .select(_EMPTY.columns)
        )


def _home(item: str, scales: Mapping[str, tuple[str, ...]]) -> str:
    """Return the smallest scale of three items or more that holds the item, else the pair; the first of equals."""
    mine = [key for key, items in scales.items() if item in items]
    return min(mine, key=lambda key: (len(scales[key]) == _PAIR, len(scales[key])))


def _name_next(studies: Sequence[_Study], alpha: float) -> bool:
    """Name the most negative item of each domain with any; tell whether there was one."""
    found = [(study, study.correlations()) for study in studies]
    # An item whose rest stopped varying when another was turned stays among the comparisons, but is no longer named.
    p = [below_zero(np.nan_to_num(r[study.judged]), study.n[study.judged]) for study, r in found]
    below = holm(np.concatenate(p)) <= alpha
    any_named = False
    for (study, r), mine in zip(found, np.split(below, np.cumsum([len(one) for one in p])[:-1]), strict=True):
        mask = np.zeros(r.shape, np.bool_)
        mask[study.judged] = mine
        any_named |= study.name(r, mask & (r < 0))
    return any_named
