"""Whole scores with equal weights: mean × n is whole, and mean, standard deviation and n leave few sets of scores.

Where every person has the same weight, n persons with scores v have the sum S = Σv and the squares Q = Σv², and
mean = S / n, sd² = (Q − S² / n) / (n − 1). S and Q are whole numbers. Which n, S and Q the published decimals allow is
enumerated; how many persons can stand in a band, or at an end of the scale, is a small integer programme.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from sujuva.attack.counts import NODES, UndecidedError
from sujuva.attack.finding import Finding, is_learned
from sujuva.attack.shown import Grid, Row, Shown, Span
from sujuva.codebooks.regions import NETWORK

MOST = 40
"""More persons than this are not looked at: their moments leave room enough."""
SCORES = ("scale", "informant", "region", "wave", "group")
KEY = ("indicator", "category", *SCORES)
Persons = tuple[int, int, int]
"""So many persons, and the lowest and highest score that each of them can have."""


@dataclass(frozen=True)
class State:
    """Persons and their sum of scores (in steps above the lowest), and from what to what the sum of squares can be.

    `free`: the squares are not known to be any of those that such a sum allows.
    """

    n: int
    total: int
    squares: Span
    free: bool


def states(grid: Grid, n: Span, mean: tuple[float, float], sd: tuple[float, float] | None = None) -> Iterator[State]:
    """Yield what n, S and Q can be by the published numbers: a mean and a standard deviation in points of the scale."""
    for size in range(max(n[0], 1), n[1] + 1):
        low, high = (size * (end - grid.low) / grid.step for end in mean)
        for total in range(max(math.ceil(low), 0), min(math.floor(high), size * grid.top) + 1):
            ends = least, most = _extremes(size, total, grid.top)
            if sd is not None:
                around = [(size - 1) * (max(end, 0.0) / grid.step) ** 2 + total**2 / size for end in sd]
                least, most = max(least, math.ceil(around[0])), min(most, math.floor(around[1]))
            least += (least - total) % 2  # Q is as even or odd as S
            most -= (most - total) % 2
            if least <= most:
                yield State(size, total, (least, most), (least, most) == ends)


def counted(grid: Grid, possible: Sequence[State], members: frozenset[int], threshold: int) -> Span | None:
    """Return how few and how many persons can have a score of `members`; None where nobody may have one.

    It ends early where the count is not surely small.
    """
    inside, outside = _runs(members), _runs(frozenset(range(grid.top + 1)) - members)
    for count in (0, *range(threshold, max((one.n for one in possible), default=0) + 1)):
        if any(_surely(grid, one, count, inside, outside) for one in possible):
            return None
    low, high = threshold, 0
    for one in possible:
        least = _fewest(grid.top, one, members)
        if least is None:
            continue
        if least == 0:
            return None
        low = min(low, least)
    for one in possible:
        most = _fewest(grid.top, one, members, sign=-1)
        if most is None:
            continue
        high = max(high, -most)
        if high >= threshold:
            return None
    return (low, high) if low <= high else None


def _extremes(n: int, total: int, top: int) -> Span:
    """Return the least and the most that the squares of n scores from 0 to `top` can add up to."""
    persons = [(n, 0, top)]
    return _least_squares(persons, total), _many_squares(persons, total)


def _least_squares(persons: Sequence[Persons], total: int) -> int:
    """Return the least sum of squares of some persons with that sum of scores: all as near to one another as can be."""

    def near(level: int) -> int:
        return sum(count * min(max(level, low), high) for count, low, high in persons)

    level = bisect(range(max(high for _, _, high in persons)), total, key=near) - 1 if total > near(0) else 0
    more = total - near(level)  # so many stand a step higher
    return sum(count * min(max(level, low), high) ** 2 for count, low, high in persons) + more * (2 * level + 1)


def _many_squares(persons: Sequence[Persons], total: int) -> int:
    """Return a sum of squares that they can have with that sum: one after the other goes as high as can be.

    Where all have the same scores there is none greater.
    """
    left = total - sum(count * low for count, low, _ in persons)
    squares = 0
    for count, low, high in sorted(persons, key=lambda one: -one[1] - one[2]):
        up = min(count, left // (high - low)) if high > low else 0
        left -= up * (high - low)
        squares += up * high**2 + (count - up) * low**2
        if count > up and high > low:
            squares += (low + left) ** 2 - low**2
            left = 0
    return squares


def _runs(scores: frozenset[int]) -> list[Span]:
    """Return from where to where scores follow one another."""
    starts = sorted(one for one in scores if one - 1 not in scores)
    return list(zip(starts, sorted(one for one in scores if one + 1 not in scores), strict=True))


def _shared(count: int, runs: Sequence[Span]) -> Iterator[tuple[Persons, ...]]:
    """Yield every way to share out persons among runs of scores."""
    if not runs:
        if count == 0:
            yield ()
    elif len(runs) == 1:
        yield ((count, *runs[0]),)
    else:
        for some in range(count + 1):
            for rest in _shared(count - some, runs[1:]):
                yield ((some, *runs[0]), *rest)


def _surely(grid: Grid, state: State, count: int, inside: Sequence[Span], outside: Sequence[Span]) -> bool:
    """Tell whether it is plain that `count` of the persons can have a score inside and the others one outside.

    Two sets of scores with one sum turn into each other by steps in which one person gains a score and another loses
    one. A step changes the sum of squares by at most 2 (top − 1); so an interval as wide, between sums of squares that
    there are, holds another. Where the squares are free, every sum between the ends can be had.
    """
    for persons in _ways(state, count, inside, outside):
        if state.free:
            return True
        low, high = _least_squares(persons, state.total), _many_squares(persons, state.total)
        least, most = max(low, state.squares[0]), min(high, state.squares[1])
        if least <= most and (least == low or most == high or most - least >= 2 * (grid.top - 1)):
            return True
    return False


def _ways(state: State, count: int, inside: Sequence[Span], outside: Sequence[Span]) -> Iterator[list[Persons]]:
    """Yield the ways to share out `count` persons inside and the others outside that can have the sum of scores."""
    if count <= state.n:
        for some in _shared(count, inside):
            for others in _shared(state.n - count, outside):
                persons = [one for one in (*some, *others) if one[0]]
                if sum(one[0] * one[1] for one in persons) <= state.total <= sum(one[0] * one[2] for one in persons):
                    yield persons


@lru_cache(maxsize=4096)
def _fewest(top: int, state: State, members: frozenset[int], sign: int = 1) -> int | None:
    """Return how few persons (with sign −1: how many, negative) can have a score of `members`; None: no such scores."""
    if state.free:
        inside, outside = _runs(members), _runs(frozenset(range(top + 1)) - members)
        counts = range(state.n + 1)[::sign]
        return next((sign * one for one in counts if any(_ways(state, one, inside, outside))), None)
    values = np.arange(top + 1)
    result = milp(
        np.where(np.isin(values, list(members)), float(sign), 0.0),
        constraints=LinearConstraint(
            np.vstack([np.ones(len(values)), values, values**2]),
            [state.n, state.total, state.squares[0]],
            [state.n, state.total, state.squares[1]],
        ),
        integrality=np.ones(len(values), dtype=np.int64),
        bounds=Bounds(0, state.n),
        options={"node_limit": NODES},
    )
    if result.status == 2:  # noqa: PLR2004 - SciPy's number for no solution
        return None
    if result.x is None:
        raise UndecidedError
    # What could not be shown to be possible is taken for impossible: then too much is found rather than too little.
    return round(result.fun)


def equal_weights(shown: Shown) -> set[str]:
    """Return the regions in which no mean of whole scores contradicts that every person weighs the same.

    Of weighted means of a few persons hardly any comes from a whole sum. The network is its regions together: where
    none of them weighs everybody the same, neither does it, however few of its means are of few persons.
    """
    tried, failed = set(), set()
    for row, grid, deviation in means(shown):
        if shown.meta["indicators"][row["indicator"]]["topic"] == "score":
            tried.add(row["region"])
            if row["region"] not in failed and not possible(shown, row, grid, deviation):
                failed.add(row["region"])
    equal = tried - failed
    return equal - {NETWORK} if tried - {NETWORK} and equal <= {NETWORK} else equal


def means(shown: Shown) -> Iterator[tuple[Row, Grid, float | None]]:
    """Yield the shown means of whole scores of few persons, with their grid and the standard deviation beside them."""
    table = shown.tables["parjaavyys"]
    deviations = {
        tuple(row[name] for name in SCORES): row["estimate"]
        for row in table.filter(indicator="score_sd").iter_rows(named=True)
    }
    for name in ("parjaavyys", "integration"):
        for row in shown.rows(name):
            topic = shown.meta["indicators"][row["indicator"]]["topic"]
            is_mean = row["indicator"] == "score_mean" or topic == "feedback"
            if not is_mean or row["estimate"] is None or row["n"] is None or row["n"] > MOST:
                continue
            grid = shown.grid(row["indicator"], row["scale"])
            if grid is not None:
                yield row, grid, deviations.get(tuple(row[one] for one in SCORES)) if topic == "score" else None


def possible(shown: Shown, row: Row, grid: Grid, deviation: float | None) -> list[State]:
    """Return what n, S and Q of a row of `means` can be."""
    spread = None if deviation is None else shown.span(deviation, shown.places(row["indicator"], row["scale"]))
    return list(states(grid, shown.n_of(row["n"]), shown.told(row), spread))


def find(shown: Shown, regions: set[str]) -> Iterator[Finding]:
    """Yield what means (and standard deviations) tell; of scores only in `regions`, where all weigh the same."""
    for row, grid, deviation in means(shown):
        feedback = shown.meta["indicators"][row["indicator"]]["topic"] == "feedback"
        if not feedback and row["region"] not in regions:
            continue
        table = "integration" if feedback else "parjaavyys"
        key = {name: row[name] for name in KEY}
        left = possible(shown, row, grid, deviation)
        sizes = {one.n for one in left}
        path = "mean × n is whole" if deviation is None else "mean, standard deviation and n of whole scores"
        rule = shown.n_of(row["n"])
        if len(sizes) == 1 and rule[0] < rule[1]:
            yield Finding("rounded_n", table, key, "persons", min(sizes), max(sizes), path)
        for name, members in _targets(shown, row, grid).items():
            span = counted(grid, left, members, shown.threshold)
            if span is not None and is_learned(*span, shown.threshold):
                yield Finding("moments", table, key, f"persons {name}", *span, path)


def _targets(shown: Shown, row: Row, grid: Grid) -> dict[str, frozenset[int]]:
    found = {"at the lowest score": frozenset({0}), "at the highest score": frozenset({grid.top})}
    for band in shown.meta["scales"].get(row["scale"], {}).get("bands", ()):
        if band["informant"] in ("", row["informant"]):
            found[f"in the band {band['key']}"] = grid.within(band["low"], band["high"])
    return found
