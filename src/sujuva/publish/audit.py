"""What all published classes together tell of small counts, by linear programming.

Unlike `sujuva.publish.protect`, which hides counts until sums do not give a hidden one back, this looks at ranges:
every number a reader sees is a class, and every class a pair of inequalities. A small count is safe when it can still
have been anything from 1 to threshold − 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, hstack, identity, vstack

from sujuva.errors import DisclosureError

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Term = dict[int, float]
"""A weighted sum of unknowns: weight by unknown."""
_NEAR = 1e-6


@dataclass
class Knowledge:
    """Unknown counts, and inequalities that a reader knows of them.

    Attributes:
        low: Least that each unknown can be.
        high: Most that each unknown can be.
        terms: Left sides of the inequalities.
        ends: Their lower and upper ends.
    """

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    ends: list[tuple[float, float]] = field(default_factory=list)

    def unknown(self, low: float = 0.0, high: float = np.inf) -> int:
        """Add an unknown and return its number."""
        self.low.append(low)
        self.high.append(high)
        return len(self.low) - 1

    def between(self, term: Term, low: float = -np.inf, high: float = np.inf) -> None:
        """Add that `term` lies between `low` and `high`."""
        self.terms.append(term)
        self.ends.append((low, high))

    def share(self, part: Term, whole: Term, low: float, high: float) -> None:
        """Add that `part` is between `low` and `high` times `whole`."""
        for end, sign in ((low, -1.0), (high, 1.0)):
            term = dict(part)
            for key, weight in whole.items():
                term[key] = term.get(key, 0.0) - end * weight
            self.between({key: sign * weight for key, weight in term.items()}, high=0.0)

    def copy(self) -> Knowledge:
        """Return the same knowledge, to add to."""
        return Knowledge(list(self.low), list(self.high), list(self.terms), list(self.ends))


@dataclass(frozen=True)
class Goal:
    """A small count that must stay open.

    Attributes:
        term: The count as a sum of unknowns.
        low: It must be able to have been this little …
        high: … and this much.
    """

    term: Term
    low: float
    high: float


def _matrix(terms: Sequence[Term], width: int) -> Any:
    rows = [row for row, term in enumerate(terms) for _ in term]
    columns = [key for term in terms for key in term]
    weights = [weight for term in terms for weight in term.values()]
    return csr_matrix((weights, (rows, columns)), shape=(len(terms), width))


class _System:
    def __init__(self, known: Knowledge) -> None:
        self.width = len(known.low)
        self.bounds = list(zip(known.low, known.high, strict=True))
        matrix = _matrix(known.terms, self.width)
        low, high = (np.array([ends[side] for ends in known.ends], dtype=np.float64) for side in (0, 1))
        upper, lower = np.isfinite(high), np.isfinite(low)
        self.left = vstack([matrix[np.flatnonzero(upper)], -matrix[np.flatnonzero(lower)]], format="csr")
        self.right = np.concatenate([high[upper], -low[lower]])

    def solve(self, aim: Floats, left: Any, right: Floats, bounds: list[tuple[float, float]]) -> Floats:
        found = linprog(-aim, A_ub=left, b_ub=right, bounds=bounds, method="highs-ds")
        if found.status != 0:
            msg = f"What published shares tell together could not be computed ({found.message})."
            raise DisclosureError(msg, "Publish fewer waves or regions, or report this as a bug.")
        return np.asarray(found.x, dtype=np.float64)

    def most(self, terms: Any, caps: Floats) -> Floats:
        """Return the most that each term can be, no more than its cap: many at once, then one by one."""
        count = terms.shape[0]
        extra = hstack([-terms, identity(count)], format="csr")
        left = vstack([hstack([self.left, csr_matrix((self.left.shape[0], count))]), extra], format="csr")
        aim = np.concatenate([np.zeros(self.width), np.ones(count)])
        bounds = [*self.bounds, *((-np.inf, float(cap)) for cap in caps)]
        point = self.solve(aim, left, np.concatenate([self.right, np.zeros(count)]), bounds)
        reached = np.asarray(terms @ point[: self.width], dtype=np.float64)
        for row in np.flatnonzero(reached < caps - _NEAR).tolist():
            weights = np.asarray(terms[row].todense(), dtype=np.float64).ravel()
            if reached[row] >= caps[row] - _NEAR:
                continue
            capped = vstack([self.left, terms[row]], format="csr")
            alone = self.solve(weights, capped, np.append(self.right, caps[row]), self.bounds)
            reached = np.maximum(reached, np.asarray(terms @ alone, dtype=np.float64))
        return np.minimum(reached, caps)


def ranges(known: Knowledge, goals: Sequence[Goal]) -> tuple[Floats, Floats]:
    """Return how little and how much each goal can be, cut at the goal's own ends.

    Args:
        known: What a reader knows.
        goals: Small counts.

    Raises:
        DisclosureError: What is known contradicts itself, or the solver gave up.
    """
    if not goals:
        return np.zeros(0), np.zeros(0)
    system = _System(known)
    terms = _matrix([one.term for one in goals], system.width)
    low, high = (np.array([getattr(one, end) for one in goals], dtype=np.float64) for end in ("low", "high"))
    return -system.most(-terms, -low), system.most(terms, high)


def narrowed(known: Knowledge, goals: Sequence[Goal]) -> Flags:
    """Return which goals a reader can tell to be more than their `low` or less than their `high`.

    Args:
        known: What a reader knows.
        goals: Small counts.
    """
    least, most = ranges(known, goals)
    low, high = (np.array([getattr(one, end) for one in goals], dtype=np.float64) for end in ("low", "high"))
    return np.asarray((least > low + _NEAR) | (most < high - _NEAR), dtype=np.bool_)
