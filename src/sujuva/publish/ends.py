"""How coarsely the ends of a share's interval are told, so that share and interval tell no more than the rounded n.

The interval of x of n persons who were drawn one by one is made of x and n alone: it fits few pairs of them, and often
one. So its ends are told in steps, outwards, and the steps are made wider until each n of the rounding class has some x
that looks the same. Where clusters or weights made the interval, it tells of them, and no n follows from it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import polars as pl

from sujuva.publish.privacy import Privacy

TIMES = (1, 2, 5, 10, 20)
"""The ends are told in so many steps of the share."""
_SAME = 1e-6


def times_of_ends(rows: pl.DataFrame, privacy: Privacy, confidence: float) -> pl.Series:
    """Return in how many steps of the share the ends of each interval are told; null: not at all.

    `rows`: estimate, se, df, ci_low, n (exact), seen (n rounded), step and share (whether it is one).
    """
    asked = rows.select("estimate", "se", "df", "ci_low", "n", "seen", "step", "share")
    found = [_times(row, privacy, confidence) if row["share"] else 1 for row in asked.iter_rows(named=True)]
    return pl.Series(found, dtype=pl.Float64)


def _times(row: dict[str, float], privacy: Privacy, confidence: float) -> int | None:
    share, se, n, step = row["estimate"], row["se"], row["n"], row["step"]
    if None in (share, se, row["df"], row["ci_low"], step) or not 0 < share < 1 or privacy.rounding == 1:
        return 1
    count = round(share * n)
    if abs(share * n - count) > _SAME * n or abs(se**2 * (n - 1) / (share * (1 - share)) - 1) > _SAME:
        return 1
    lost = n - row["df"]
    mine = _Seen(count, int(n), step, lost, confidence)
    first = int(row["seen"]) - privacy.rounding // 2
    sizes = [size for size in range(first, first + privacy.rounding) if size >= 2 * privacy.threshold and size != n]
    for times in TIMES:
        if all(any(mine.alike(x, size, times) for x in _near(share, size, step)) for size in sizes):
            return times
    return None


def _step(share: float, step: float) -> int:
    return round(round(share / step, 9))


def _near(share: float, n: int, step: float) -> Iterator[int]:
    """Yield the numerators whose share of `n` is told as `share` is."""
    middle = round(share / step) * step
    low, high = math.floor(n * (middle - step / 2)), math.ceil(n * (middle + step / 2))
    return (x for x in range(max(low, 1), min(high, n - 1) + 1) if _step(x / n, step) == _step(share, step))


class _Seen:
    """The interval of one share as readers see it, and whether that of another one looks the same."""

    def __init__(self, count: int, n: int, step: float, lost: float, confidence: float) -> None:
        self.step, self.lost, self.confidence = step, lost, confidence
        self.ends = self._ends(count, n)

    def _ends(self, x: int, n: int) -> tuple[float, float]:
        from sujuva.estimation.interval import share_interval  # noqa: PLC0415 - scipy is only needed here

        share = x / n
        found = share_interval(share, math.sqrt(share * (1 - share) / (n - 1)), max(n - self.lost, 1), self.confidence)
        return found or (0.0, 1.0)

    def alike(self, x: int, n: int, times: int) -> bool:
        """Tell whether the ends of `x` of `n` look the same in `times` steps."""
        return self._told(self._ends(x, n), times) == self._told(self.ends, times)

    def _told(self, ends: tuple[float, float], times: int) -> tuple[int, int]:
        wide = times * self.step
        return math.floor(round(ends[0] / wide, 9)), math.ceil(round(ends[1] / wide, 9))
