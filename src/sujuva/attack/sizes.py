"""How many persons stand behind the means of scores: by the rounded n, by marks, and where it tells, exactly."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import polars as pl

from sujuva.attack import moments
from sujuva.attack.shown import FREE, Row, Shown, Span
from sujuva.published import PRIMARY

Place = tuple[Any, ...]
Told = tuple[float, float, float]
"""From what to what a mean can be, and the step of what it is a mean of (1 of a share)."""


def known_sizes(shown: Shown, regions: set[str]) -> dict[Place, Span]:
    """Return from what to what the number of persons with a score can be, by scale, informant, region, wave and group.

    Every shown number about the same persons is used. In `regions` all weigh the same: means of whole scores, and
    shares, come from whole sums.
    """
    found: dict[Place, Span] = {}
    hidden: dict[Place, str] = {}
    told: dict[Place, list[Told]] = {}
    of_scores = [name for name, one in shown.meta["indicators"].items() if one["topic"] == "score"]
    for row in shown.rows("parjaavyys", pl.col("indicator").is_in(of_scores)):
        place = tuple(row[name] for name in moments.SCORES)
        if row["n"] is not None:
            found[place] = both(found.get(place), shown.n_of(row["n"]))
        elif row["indicator"] == "score_mean" and not shown.is_shown(row):
            hidden[place] = row["suppressed"]
        if (whole := whole_mean(shown, row)) is not None and row["region"] in regions:
            told.setdefault(place, []).append(whole)
    found |= {place: narrowed(found[place], means) for place, means in told.items() if place in found}
    for row, grid, deviation in moments.means(shown):
        place = tuple(row[name] for name in moments.SCORES)
        if row["region"] in regions and place in found:
            exact = {one.n for one in moments.possible(shown, row, grid, deviation)}
            found[place] = both(found[place], (min(exact), max(exact)))
    # Who is hidden for the sake of others is not few; else n, or a share, is small, or all gave the same answer.
    least = {place: 1 if mark == PRIMARY else shown.threshold for place, mark in hidden.items()}
    return {place: (low, FREE) for place, low in least.items()} | found


def whole_mean(shown: Shown, row: Row) -> Told | None:
    """Return what a row tells of the sum of whole scores, or of persons in a band, where it is a mean of these."""
    if row["estimate"] is None or row["indicator"] not in ("score_mean", "band_share"):
        return None
    step = 1.0
    if row["indicator"] == "score_mean":
        grid = shown.grid("score_mean", row["scale"])
        if grid is None:
            return None
        step = float(grid.step)
    return (*shown.told(row), step)


def narrowed(n: Span, means: Iterable[Told]) -> Span:
    """Return the least and the most of `n` with which every mean can come from a whole sum; `n` where there is none."""
    told = list(means)
    sizes_left = [size for size in range(n[0], n[1] + 1) if all(_is_whole(one, size) for one in told)]
    return (sizes_left[0], sizes_left[-1]) if sizes_left else n


def _is_whole(told: Told, n: int) -> bool:
    low, high, step = told
    return math.ceil(low * n / step) <= math.floor(high * n / step)


def both(one: Span | None, other: Span) -> Span:
    """Return what holds where both are true."""
    return other if one is None else (max(one[0], other[0]), min(one[1], other[1]))
