"""Whole scores with equal weights: mean × n is whole, and mean, standard deviation and n leave few sets of scores.

Where every person has the same weight, n persons with scores v have the sum S = Σv and the squares Q = Σv², and
mean = S / n, sd² = (Q − S² / n) / (n − 1). S and Q are whole numbers. Which n, S and Q the published decimals allow is
enumerated; how many persons can stand in a band, or at an end of the scale, is a small integer programme.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from sujuva.attack.finding import Finding, is_learned
from sujuva.attack.shown import Grid, Row, Shown, Span

MOST = 40
"""More persons than this are not looked at: their moments leave room enough."""
SCORES = ("scale", "informant", "region", "wave", "group")
_KEY = ("indicator", "category", *SCORES)


@dataclass(frozen=True)
class State:
    """Persons and their sum of scores (in steps above the lowest), and from what to what the sum of squares can be."""

    n: int
    total: int
    squares: tuple[int, int]


def states(grid: Grid, n: Span, mean: tuple[float, float], sd: tuple[float, float] | None = None) -> Iterator[State]:
    """Yield what n, S and Q can be by the published numbers: a mean and a standard deviation in points of the scale."""
    for size in range(max(n[0], 1), n[1] + 1):
        low, high = (size * (end - grid.low) / grid.step for end in mean)
        for total in range(max(math.ceil(low), 0), min(math.floor(high), size * grid.top) + 1):
            least, most = _extremes(size, total, grid.top)
            if sd is not None:
                around = [(size - 1) * (max(end, 0.0) / grid.step) ** 2 + total**2 / size for end in sd]
                least, most = max(least, math.ceil(around[0])), min(most, math.floor(around[1]))
            least += (least - total) % 2  # Q is as even or odd as S
            most -= (most - total) % 2
            if least <= most:
                yield State(size, total, (least, most))


def counted(grid: Grid, possible: Sequence[State], members: frozenset[int], threshold: int) -> Span | None:
    """Return how few and how many persons can have a score of `members`; None where nobody may have one.

    It ends early where the count is not surely small.
    """
    if any(_without(grid, one, members) for one in possible):
        return None
    low, high = threshold, 0
    for one in possible:
        least = _fewest(grid, one, members)
        if least is None:
            continue
        if least == 0:
            return None
        low = min(low, least)
    for one in possible:
        most = _fewest(grid, one, members, sign=-1)
        if most is None:
            continue
        high = max(high, -most)
        if high >= threshold:
            return None
    return (low, high) if low <= high else None


def _extremes(n: int, total: int, top: int) -> Span:
    """Return the least and the most that the squares of n scores from 0 to `top` can add up to."""
    whole, more = divmod(total, n)
    least = (n - more) * whole**2 + more * (whole + 1) ** 2
    return least, (total // top) * top**2 + (total % top) ** 2 if top else 0


def _without(grid: Grid, state: State, members: frozenset[int]) -> bool:
    """Tell whether nobody needs to have a score of `members`, where that is plain without a programme.

    The other scores are all from `low` to `high`; sums of squares near the least that they allow can be had, in twos.
    """
    others = [one for one in range(grid.top + 1) if one not in members]
    low, high = (others[0], others[-1]) if others else (0, -1)
    total = state.total - state.n * low
    if len(others) != high - low + 1 or not 0 <= total <= state.n * (high - low):
        return False
    squares = [end - 2 * low * total - state.n * low**2 for end in state.squares]
    least, most = _extremes(state.n, total, high - low)
    nearest = max(least, squares[0])
    return nearest + (nearest - total) % 2 <= min(squares[1], (least + most) // 2)


def _fewest(grid: Grid, state: State, members: frozenset[int], sign: int = 1) -> int | None:
    values = np.arange(grid.top + 1)
    result = milp(
        np.where(np.isin(values, list(members)), float(sign), 0.0),
        constraints=LinearConstraint(
            np.vstack([np.ones(len(values)), values, values**2]),
            [state.n, state.total, state.squares[0]],
            [state.n, state.total, state.squares[1]],
        ),
        integrality=np.ones(len(values), dtype=np.int64),
        bounds=Bounds(0, state.n),
        options={"time_limit": 2.0},
    )
    if result.status == 2:  # noqa: PLR2004 - SciPy's number for no solution
        return None
    bound = result.fun if result.status == 0 else (result.mip_dual_bound or 0.0)
    return math.ceil(bound - 1e-6)


def equal_weights(shown: Shown) -> set[str]:
    """Return the regions in which no mean of whole scores contradicts that every person weighs the same.

    Of weighted means of a few persons hardly any comes from a whole sum.
    """
    tried, failed = set(), set()
    for row, grid, deviation in means(shown):
        if shown.meta["indicators"][row["indicator"]]["topic"] == "score":
            tried.add(row["region"])
            if row["region"] not in failed and not possible(shown, row, grid, deviation):
                failed.add(row["region"])
    return tried - failed


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
        key = {name: row[name] for name in _KEY}
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
