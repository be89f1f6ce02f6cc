"""Coarse shares: whole steps of per cent, whose first and last class are wide enough to hide a few persons.

A share is told as a class of a fixed row: "under f %", then whole steps, then "over 100 − f %". f is the smallest of
`FLOORS` under which every count from 0 to `threshold` − 1 lies. So nobody sees from one share whether none, one or
four are missing; what several shares tell together is for `sujuva.publish.audit`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from sujuva.published import ABOVE, BELOW

FLOORS = (1, 2, 5, 10, 20)
"""Per cent: the possible ends of the first class. Where even the last is too narrow, nothing is shown."""


@dataclass(frozen=True)
class Share:
    """A share as readers see it: what it may have been lies from `low` to `high`, ends included.

    Attributes:
        estimate: A whole number of per cent as a proportion; None where too few stand behind it.
        bound: "", BELOW or ABOVE.
        low: Lowest proportion of the class.
        high: Highest proportion of the class.
        least: Fewest that can stand behind it, where the class tells that.
        most: Most that can stand behind it.
    """

    estimate: float | None
    bound: str = ""
    low: float = 0.0
    high: float = 1.0
    least: float = 0.0
    most: float = float("inf")


def coarse(count: int, size: int, *, threshold: int, step: int = 1) -> Share:
    """Return the class of `count` of `size`."""
    floors = [one for one in FLOORS if one % step == 0]
    place = next((place for place, one in enumerate(floors) if 100 * threshold <= one * size), None)
    if place is None:
        return Share(None)
    floor = floors[place]
    least = 100 * threshold / floor
    most = 100 * threshold / floors[place - 1] if place else float("inf")
    if 100 * count < floor * size:
        return Share(floor / 100, BELOW, 0.0, floor / 100, least, most)
    if 100 * (size - count) < floor * size:
        return Share((100 - floor) / 100, ABOVE, 1 - floor / 100, 1.0, least, most)
    percent = step * ((200 * count + step * size) // (2 * step * size))  # half up, in whole numbers
    low, high = max(percent - step / 2, floor), min(percent + step / 2, 100 - floor)
    return Share(percent / 100, "", low / 100, high / 100, 100 * threshold / floors[-1])


def with_shares(
    frame: pl.DataFrame, count: str, size: str, share: Callable[[int, int], Share]
) -> tuple[pl.DataFrame, list[Share]]:
    """Add `estimate` and `bound` to `frame`, and return the classes row by row.

    `frame`: rows with the columns `count` and `size`; `count`: column of how many; `size`: column of how many there
    are; `share`: makes the class of one row.
    """
    shares = [share(some, of) for some, of in frame.select(count, size).iter_rows()]
    told: dict[str, Any] = {
        "estimate": pl.Series([one.estimate for one in shares], dtype=pl.Float64),
        "bound": pl.Series([one.bound for one in shares], dtype=pl.String),
    }
    return frame.with_columns(**told), shares
