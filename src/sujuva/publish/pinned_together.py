"""What a mean of whole scores tells of several small counts at once, beside the other counts that are shown.

`sujuva.publish.pinned` holds one small count against the mean where all others may have any score. Readers know more:
other bands and bins are shown (in steps, in classes), and each hidden one is at least 1. Here all of it stands in one
small integer programme: how many persons have each score. A small count is open where the programme reaches as few and
as many of it with the mean as without.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_matrix

from sujuva.programme import InfeasibleError, Programme
from sujuva.publish.privacy import Privacy
from sujuva.published import PRIMARY, SECONDARY, SHOWN, step_beside

PLACE = ["scale", "informant", "region", "wave", "group"]
Floats = npt.NDArray[np.float64]
Scores = tuple[float, float]
"""Scores from … to …, in points of the scale."""
Range = tuple[float, float]
Row = tuple[Floats, float, float]
"""Weights of the unknowns, and from what to what their weighted sum is."""
_NEAR = 1e-9


@dataclass(frozen=True)
class Histogram:
    """Persons at one place (scale, informant, region, wave, group) by score.

    Attributes:
        n: Persons.
        unit: What scores are whole multiples of.
        ends: Lowest and highest score.
        bands: Scores of each band of the published shares, with its persons and how it is told (`suppressed`).
        bins: The same of the bins of the published distribution; none where there is none.
        small: Scores that a small number of persons has.
    """

    n: int
    unit: float
    ends: Scores
    bands: Sequence[tuple[Scores, int, str]]
    bins: Sequence[tuple[Scores, int, str]]
    small: Sequence[Scores]

    def where(self, scores: Scores) -> Floats:
        """Return 1 for each score of the scale that lies among `scores`, else 0."""
        values = np.arange(self.ends[0], self.ends[1] + self.unit / 2, self.unit)
        return ((values >= scores[0] - _NEAR) & (values <= scores[1] + _NEAR)).astype(np.float64)


def bands_of(scales: Mapping[str, Any]) -> Iterator[tuple[str, str, str, float, float]]:
    """Yield scale, band, informant (empty: any), lowest and highest score of each band."""
    for key, scale in scales.items():
        for band in scale["bands"]:
            yield key, band["key"], band["informant"] or "", float(band["low"]), float(band["high"])


def histograms(
    small: pl.DataFrame, shares: pl.DataFrame, bins: pl.DataFrame, scales: Mapping[str, Any], threshold: int
) -> Iterator[tuple[tuple[Any, ...], pl.DataFrame, Histogram]]:
    """Yield each place of small counts, its rows of `small`, and the counts that readers see of it.

    Args:
        small: `PLACE`, n, unit, low and high (ends of the scale), a_low and a_high (scores of the few).
        shares: `PLACE`, category, estimate, n and `suppressed` of the published shares of bands.
        bins: `PLACE`, bin_low, bin_high, n and `suppressed` of the published distributions.
        scales: Scales of the metadata.
        threshold: Fewer persons are a small count.
    """
    places = small.select(PLACE).unique()
    size = (pl.col("estimate") * pl.col("n")).round().cast(pl.Int64).alias("size")
    told = (
        rows.join(places, on=PLACE, how="semi", maintain_order="left").partition_by(PLACE, as_dict=True)
        for rows in (
            shares.select(*PLACE, "category", "n", size, "suppressed"),
            bins.select(*PLACE, "bin_low", "bin_high", "n", "suppressed"),
        )
    )
    of_bands, of_bins = ({place: rows.drop(PLACE).rows() for place, rows in parts.items()} for parts in told)
    for place, rows in small.group_by(PLACE, maintain_order=True):
        scale, informant, *_ = place
        scores = {
            key: (low, high)
            for of, key, whose, low, high in bands_of(scales)
            if of == scale and whose in {"", informant}
        }
        first = rows.row(0, named=True)
        here = [((low, high), n, mark) for low, high, n, mark in of_bins.get(place, ())]
        few = [one for one, n, _ in here if 0 < n < threshold]
        yield (
            place,
            rows,
            Histogram(
                n=first["n"],
                unit=first["unit"],
                ends=(first["low"], first["high"]),
                bands=[
                    (scores[band], count, mark)
                    for band, n, count, mark in of_bands.get(place, ())
                    if n == first["n"] and band in scores
                ],
                bins=here,
                small=[*dict.fromkeys([*rows.select("a_low", "a_high").unique(maintain_order=True).rows(), *few])],
            ),
        )


class Together:
    """How few and how many persons can have the scores of each small count, as readers see the place.

    Scores side by side that all that is known treats alike are one unknown, a stretch of the scale: its persons can
    have any sum between all at its lowest score and all at its highest.

    Args:
        place: The exact counts.
        privacy: Thresholds and rounding.
    """

    def __init__(self, place: Histogram, privacy: Privacy) -> None:
        self.place, self.privacy, self.few = place, privacy, privacy.threshold - 1
        low, high = self._class(place.n)
        self.sizes = [*dict.fromkeys((place.n, *range(low, high + 1)))]  # the likeliest first
        self.most = float(high)
        self.small = np.vstack([place.where(scores) for scores in place.small])
        self.bins, self.bands = [*self._bins()], [*self._bands()]
        self.values = np.arange(self.small.shape[1], dtype=np.float64)
        # A stretch begins where one of the counts begins or ends.
        every = np.vstack([self.small, *(told[0] for told in (*self.bins, *self.bands))])
        self.starts = np.flatnonzero(np.any(np.diff(every, axis=1, prepend=np.nan) != 0, axis=0))
        self.stops = np.append(self.starts[1:], every.shape[1]) - 1

    def open(self, mean: Range, squares: Mapping[int, tuple[int, Range]] | None = None) -> bool:
        """Tell whether no small count is narrowed down by the mean.

        Args:
            mean: From what to what the mean can be, as readers see it.
            squares: Where the interval tells the standard deviation too: by n, the sum of scores (units above the
                lowest) and from what to what their sum of squares can be. Of each n one sum is enough for a proof.

        Raises:
            DisclosureError: The solver gave up.
        """
        if squares is None:
            low, high = self._ends(self._beside_mean(n, mean) for n in self.sizes)
        else:
            low, high = self._ends(self._beside_squares(n, *told) for n, told in squares.items())
        if (low <= 1).all() and (high >= self.few).all():
            self.alone = (low, high)  # without the mean no less is possible
            return True
        # What other counts tell without the mean is not its doing.
        least, most = self.alone
        is_open = np.isfinite(low) & (low <= np.maximum(least, 1)) & (high >= np.minimum(most, self.few))
        return bool(is_open.all())

    @cached_property
    def alone(self) -> tuple[Floats, Floats]:
        """How few and how many persons each small count can be, without the mean; as far as 1 and threshold − 1."""
        return self._ends(self._alone(n) for n in self.sizes)

    @property
    def is_told_by_shares(self) -> bool:
        """Whether the shares of bands, which are counts where all weigh the same, narrow a small count down."""
        least, most = self.alone
        return bool(((least > 1) | (most < self.few)).any())

    def without_shares(self) -> Together:
        """Return the same where no share of a band is shown."""
        bands = [(scores, count, mark if mark != SHOWN else SECONDARY) for scores, count, mark in self.place.bands]
        return Together(replace(self.place, bands=bands), self.privacy)

    def _ends(self, worlds: Iterator[tuple[Floats, Sequence[Row]]]) -> tuple[Floats, Floats]:
        """Return how few and how many each small count can be in any of the worlds, each weights of them and rows.

        Looking ends where all reach 1 and threshold − 1.
        """
        low, high = np.full(len(self.small), np.inf), np.full(len(self.small), -np.inf)
        for sums, rows in worlds:
            weights, least, most = (np.array(part, dtype=np.float64) for part in zip(*rows, strict=True))
            unknown = np.zeros(weights.shape[1])
            programme = Programme(csr_matrix(weights), least, most, unknown, unknown + self.most, whole=True)
            # All at once, which mostly does, then one by one.
            for number, wanted in enumerate((sums.sum(axis=0), *sums)):
                at = slice(None) if number == 0 else slice(number - 1, number)
                for sign in (-1.0, 1.0):
                    if ((low > 1) if sign < 0 else (high < self.few))[at].any():
                        try:
                            reached = sums @ programme.highest(sign * wanted)
                        except InfeasibleError:
                            break
                        low, high = np.minimum(low, reached), np.maximum(high, reached)
            if (low <= 1).all() and (high >= self.few).all():
                break
        return low, high

    def _alone(self, n: int) -> tuple[Floats, list[Row]]:
        rows = [(scores[self.starts], low, high) for scores, low, high in self._known(n)]
        return self.small[:, self.starts], rows

    def _beside_mean(self, n: int, mean: Range) -> tuple[Floats, list[Row]]:
        sums, rows = self._alone(n)
        low, high = (n * (end - self.place.ends[0]) / self.place.unit for end in mean)
        # Any sum between all at the lowest and all at the highest score of their stretch is possible.
        lowest = (self.values[self.starts], -np.inf, float(np.floor(high + _NEAR)))
        highest = (self.values[self.stops], float(np.ceil(low - _NEAR)), np.inf)
        return sums, [*rows, lowest, highest]

    def _beside_squares(self, n: int, total: int, ends: Range) -> tuple[Floats, list[Row]]:
        around = (self.values**2, float(np.ceil(ends[0] - _NEAR)), float(np.floor(ends[1] + _NEAR)))
        return self.small, [*self._known(n), (self.values, float(total), float(total)), around]

    def _known(self, n: int) -> Iterator[Row]:
        """Yield what readers know of the counts where there are n persons."""
        yield np.ones_like(self.values), float(n), float(n)
        yield from self.bins
        for scores, low, high, is_share in self.bands:
            if is_share:
                yield scores, float(np.ceil(low * n - _NEAR)), float(np.floor(high * n + _NEAR))
            # Of few persons a hidden share does not tell which side of it is small.
            elif n <= 2 * self.few + 1:
                yield scores, 0.0, float(n)
            else:
                yield scores, low, high

    def _rounded(self, count: int) -> int:
        base = self.privacy.rounding
        return base * ((count + base // 2) // base)

    def _class(self, count: int) -> tuple[int, int]:
        """Return from what to what a count can be that is shown as this one is: fewer than the threshold are hidden."""
        base, seen = self.privacy.rounding, self._rounded(count)
        return max(seen - base // 2, self.privacy.threshold), seen + (base - 1) // 2

    def _bins(self) -> Iterator[Row]:
        for scores, count, mark in self.place.bins:
            if mark != SECONDARY:
                # What holds nobody may be hidden like its neighbours.
                low, high = (0, self.few) if mark == PRIMARY else self._class(count) if count else (0, 0)
                yield self.place.where(scores), float(low), float(high)

    def _bands(self) -> Iterator[tuple[Floats, float, float, bool]]:
        """Yield what readers know of bands: the share; where one side of it is small, which, and that it is."""
        n, step = self.place.n, self._share_step()
        for scores, count, mark in self.place.bands:
            inside = self.place.where(scores)
            side = inside if 2 * count <= n else 1 - inside
            less = min(count, n - count)
            if mark == PRIMARY or 0 < less <= self.few:
                yield side, 0.0, float(self.few), False
            elif mark != SECONDARY:
                share, half = round(less / n / step) * step, step / 2 if less else 0.0
                yield side, max(share - half, 0.0), share + half, True

    def _share_step(self) -> float:
        return max(
            step_beside(self._rounded(self.place.n), 1.0, self.privacy.rounding, self.privacy.threshold) or 0.0, 1e-3
        )
