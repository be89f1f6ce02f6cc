"""Hidden bands and bins beside the mean of whole scores with equal weights, and beside those that are shown.

How many persons have each score is unknown; what is told of bands (shares), of bins (rounded counts), of n and of the
mean are inequalities. For each n that the rounded one can be, a small integer programme tells how few and how many
persons a hidden band or bin can hold.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from sujuva.attack.finding import Finding, is_learned
from sujuva.attack.moments import KEY, SCORES
from sujuva.attack.shown import Grid, Row, Shown, Span
from sujuva.programme import InfeasibleError, Programme
from sujuva.published import PRIMARY

MOST = 200
"""More persons than this are not looked at: the others can have scores enough."""
_NEAR = 1e-6
Members = npt.NDArray[np.float64]
"""1 for each score of the scale that is counted, else 0."""


@dataclass(frozen=True)
class Part:
    """A band or a bin: its name, its scores, and the row that tells or hides it."""

    name: str
    members: Members
    row: Row
    is_share: bool


def find(shown: Shown, regions: set[str]) -> Iterator[Finding]:
    """Yield hidden bands and bins of which the mean tells more than the rule; only in `regions`: all weigh the same."""
    means: dict[tuple[Any, ...], tuple[Row, Grid]] = {}
    for row in shown.rows("parjaavyys", indicator="score_mean"):
        grid = shown.grid(row["indicator"], row["scale"])
        is_few = row["estimate"] is not None and 0 < (row["n"] or 0) <= MOST
        if grid is not None and row["region"] in regions and is_few:
            means[_place(row)] = row, grid
    parts: dict[tuple[Any, ...], list[Part]] = {place: [] for place in means}
    bands = {
        (scale, band["key"], band["informant"]): (band["low"], band["high"])
        for scale, one in shown.meta["scales"].items()
        for band in one.get("bands", ())
    }
    for row in shown.rows("parjaavyys", indicator="band_share"):
        for informant in ("", row["informant"]):
            ends = bands.get((row["scale"], row["category"], informant))
            if ends is not None and _place(row) in parts:
                name = f"in the band {row['category']}"
                parts[_place(row)].append(Part(name, _members(means[_place(row)][1], *ends), row, is_share=True))
                break
    for row in shown.rows("distributions"):
        if _place(row) in parts:
            members = _members(means[_place(row)][1], row["bin_low"], row["bin_high"])
            parts[_place(row)].append(Part(f"from {row['bin_low']:g} points", members, row, is_share=False))
    for place, (row, grid) in means.items():
        yield from _of_place(shown, row, grid, parts[place])


def _place(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in SCORES)


def _members(grid: Grid, low: float, high: float) -> Members:
    return np.isin(np.arange(grid.top + 1), list(grid.within(low, high))).astype(np.float64)


def _of_place(shown: Shown, mean: Row, grid: Grid, parts: list[Part]) -> Iterator[Finding]:
    hidden = [one for one in parts if one.row["suppressed"] == PRIMARY]
    if not hidden:
        return
    every = np.vstack([one.members for one in parts])
    starts = np.flatnonzero(np.any(np.diff(every, axis=1, prepend=np.nan) != 0, axis=0))
    stops = np.append(starts[1:], every.shape[1]) - 1
    least_n, most_n = shown.n_of(mean["n"])
    sizes = range(max(least_n, 1), most_n + 1)

    def beside(n: int, sides: set[str]) -> Programme:
        low, high = (n * (end - grid.low) / grid.step for end in shown.told(mean))
        rows = [
            (np.ones(len(starts)), float(n), float(n)),
            (starts.astype(np.float64), 0.0, math.floor(high + _NEAR)),
            (stops.astype(np.float64), math.ceil(low - _NEAR), math.inf),
            *((one.members[starts], *_can_be(shown, one, n, sides)) for one in parts),
        ]
        weights, least, most = (np.array(part, dtype=np.float64) for part in zip(*rows, strict=True))
        none = np.zeros(len(starts))
        return Programme(csr_matrix(weights), least, most, none, none + n, whole=True)

    # Which side of a hidden share is small: where it cannot be all the others, it is the band itself.
    largest = beside(most_n, set())
    reached = {one.name: _wider(None, largest, one.members[starts], most_n + 1) for one in hidden if one.is_share}
    sides = {name for name, span in reached.items() if span and span[1] < sizes[0] - shown.threshold}
    spans: list[Span | None] = [None] * len(hidden)
    for n in sizes:
        programme = beside(n, sides)
        for at, one in enumerate(hidden):
            spans[at] = _wider(spans[at], programme, one.members[starts], shown.threshold)
    for one, span in zip(hidden, spans, strict=True):
        if span is not None and is_learned(*span, shown.threshold):
            key = {name: mean[name] for name in KEY}
            yield Finding("moments", "parjaavyys", key, f"persons {one.name}", *span, "the mean beside other counts")


def _can_be(shown: Shown, part: Part, n: int, sides: set[str]) -> tuple[float, float]:
    """Return from what to what the count of a band or bin can be where there are n persons."""
    row, few = part.row, shown.threshold - 1
    if row["suppressed"] == PRIMARY:
        # What holds nobody may be hidden like its neighbours; of a share either side may be the small one.
        return (0.0, float(n)) if part.is_share and part.name not in sides else (0.0, few)
    if part.is_share and row["estimate"] is not None:
        low, high = shown.told(row)
        return math.ceil(n * low - _NEAR), math.floor(n * high + _NEAR)
    if not part.is_share and row["n"] is not None:
        return shown.n_of(row["n"])
    return 0.0, float(n)


def _wider(span: Span | None, programme: Programme, members: Members, threshold: int) -> Span | None:
    """Return the range, with what the programme allows; it is looked at only as far as it can still be small."""
    low, high = span or (threshold, 0)
    try:
        if low > 1:
            low = min(low, round(float(members @ programme.highest(-members))))
        if high < threshold - 1:
            high = max(high, round(float(members @ programme.highest(members))))
    except InfeasibleError:
        return span
    return low, high
