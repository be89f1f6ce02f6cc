"""Whether whole scores with a known number, sum and sum of squares surely have few persons somewhere on the scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

_NODES = 20_000
_THIN = 15
"""Of so few persons every score is looked at; of more only the ends of the scale and where scores are nearly alike."""
_TOLD = 2
"""With this highest score there are three, and the sums tell how many have each."""
_STEPS = 400
"""Most steps apart that are tried by hand."""


@dataclass(frozen=True)
class Sums:
    """Scores in steps above the lowest: how many, their sum, the sum of their squares, and the highest there is."""

    n: int
    total: int
    squares: int
    top: int


@dataclass(frozen=True)
class Grid:
    """The scores that one person can have: `low`, `low + step`, … `high`."""

    low: int
    high: int
    step: int = 1

    def sums(self, n: int, total: int, squares: int) -> Sums:
        """Return sums of `n` scores, and of their squares, in steps above the lowest."""
        above = total - n * self.low
        apart = squares - 2 * self.low * total + n * self.low**2
        return Sums(n, above // self.step, apart // self.step**2, (self.high - self.low) // self.step)


def pins_few(sums: Sums, threshold: int) -> bool:
    """Tell whether some score, or all but an end of the scale, surely has from 1 to `threshold` − 1 persons.

    A number of persons is an integer programme: so many at each score, with this number, sum and sum of squares. What
    cannot be decided in time is taken for pinned.
    """
    if not 0 <= sums.total <= sums.n * sums.top:
        return True
    if sums.top <= _TOLD:
        twos = (sums.squares - sums.total) // 2
        return any(0 < one < threshold for one in (twos, sums.total - 2 * twos, sums.n - sums.total + twos))
    return any(_surely_few(sums, members, threshold) for members in _looked_at(sums, threshold))


def _looked_at(sums: Sums, threshold: int) -> Iterator[frozenset[int]]:
    """Yield the sets of scores that can be surely few: others have room enough, whatever the sums."""
    everything = frozenset(range(sums.top + 1))
    n, top = sums.n, sums.top
    turned = n * top**2 - 2 * top * sums.total + sums.squares
    for end, distance, squares in ((0, sums.total, sums.squares), (top, n * top - sums.total, turned)):
        # So many are away from this end at least, by Cauchy and Schwarz: distance² / squares.
        if distance < threshold * top and distance**2 <= (threshold - 1) * squares:
            yield everything - {end}
            yield from (frozenset({one}) for one in everything - {end})
    spread = sums.n * sums.squares - sums.total**2  # n² times the variance
    if sums.n <= _THIN or spread < threshold * sums.n:  # or fewer than the threshold are a step from the others
        yield from (frozenset({one}) for one in everything)


def _surely_few(sums: Sums, members: frozenset[int], threshold: int) -> bool:
    if len(members) == 1 and _without(sums, *members):
        return False
    return _reach(sums, members, 1) >= 1 and -_reach(sums, members, -1) < threshold


def _without(sums: Sums, left_out: int) -> bool:
    """Tell whether such scores without one of them are plain to see: from the evenest, pairs step apart."""
    values = [one for one in range(sums.top + 1) if one != left_out]
    level = min(sums.total // sums.n, sums.top)
    near = [one for one in values if one <= level][-1:] or values[:1]
    scores = near * sums.n
    lack = sums.total - sum(scores)
    for place in range(sums.n):
        step = next((one for one in values if one > scores[place]), None)
        if lack <= 0 or step is None:
            break
        lack -= step - scores[place]
        scores[place] = step
    short = sums.squares - sum(one * one for one in scores)
    allowed = set(values)
    for _ in range(_STEPS):
        if lack or short < 0:
            return False
        if short == 0:
            return True
        pairs = (
            (2 * (high - low + 1), low, high)
            for low in set(scores)
            for high in set(scores)
            if high >= low and low - 1 in allowed and high + 1 in allowed and (high > low or scores.count(low) > 1)
        )
        gain, low, high = max((one for one in pairs if one[0] <= short), default=(0, 0, 0))
        if not gain:
            return False
        scores.remove(low)
        scores.remove(high)
        scores += [low - 1, high + 1]
        short -= gain
    return False


def _reach(sums: Sums, members: frozenset[int], sign: int) -> float:
    values = np.arange(sums.top + 1)
    exact = [sums.n, sums.total, sums.squares]
    result = milp(
        np.where(np.isin(values, list(members)), float(sign), 0.0),
        constraints=LinearConstraint(np.vstack([np.ones(len(values)), values, values**2]), exact, exact),
        integrality=np.ones(len(values), dtype=np.int64),
        bounds=Bounds(0, sums.n),
        options={"node_limit": _NODES},
    )
    if result.x is None or result.status != 0:
        return 1.0 if sign == 1 else 0.0
    return float(round(result.fun))
