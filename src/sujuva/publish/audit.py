"""What all published classes together tell of small counts, by linear programming.

Unlike `sujuva.publish.protect`, which hides counts until sums do not give a hidden one back, this looks at ranges:
every number a reader sees is a class, and every class a pair of inequalities. A small count is safe when it can still
have been anything from 1 to threshold − 1.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack, identity, vstack

from sujuva.programme import Floats, Programme

Flags = npt.NDArray[np.bool_]
_NEAR = 1e-6
_ALWAYS = -1


class Term(dict[int, float]):
    """A weighted sum of unknowns: weight by unknown."""

    def __add__(self, other: Mapping[int, float]) -> Term:
        return Term({key: self.get(key, 0.0) + other.get(key, 0.0) for key in {**self, **other}})

    def __mul__(self, factor: float) -> Term:
        return Term({key: factor * weight for key, weight in self.items()})

    def __sub__(self, other: Term) -> Term:
        return self + other * -1.0


def total_of(terms: Iterable[Term]) -> Term:
    """Return the sum of some terms."""
    return sum(terms, Term())


@dataclass
class Knowledge:
    """Unknown counts, and inequalities that a reader knows of them.

    Attributes:
        low: Least that each unknown can be.
        high: Most that each unknown can be.
        terms: Left sides of the inequalities.
        ends: Their lower and upper ends.
        told_by: Number of the published row that tells each inequality; −1: known anyway.
    """

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    ends: list[tuple[float, float]] = field(default_factory=list)
    told_by: list[int] = field(default_factory=list)

    def unknown(self, low: float = 0.0, high: float = np.inf) -> Term:
        """Add an unknown and return it."""
        self.low.append(low)
        self.high.append(high)
        return Term({len(self.low) - 1: 1.0})

    def between(self, term: Term, low: float = -np.inf, high: float = np.inf, *, by: int = _ALWAYS) -> None:
        """Add that `term` lies between `low` and `high`, as the published row `by` tells."""
        self.terms.append(term)
        self.ends.append((low, high))
        self.told_by.append(by)

    def share(self, part: Term, whole: Term, low: float, high: float, *, by: int) -> None:
        """Add that `part` is between `low` and `high` times `whole`, as the published row `by` tells."""
        self.between(part - whole * low, low=0.0, by=by)
        self.between(part - whole * high, high=0.0, by=by)


@dataclass(frozen=True)
class Goal:
    """A small count that must stay open: it must be able to have been as little as `low` and as much as `high`."""

    term: Term
    low: float
    high: float


def _matrix(terms: Sequence[Term], width: int) -> Any:
    rows = [row for row, term in enumerate(terms) for _ in term]
    columns = [key for term in terms for key in term]
    weights = [weight for term in terms for weight in term.values()]
    return csr_matrix((weights, (rows, columns)), shape=(len(terms), width))


class Audit:
    """How little and how much small counts can be, whichever of the published rows are shown.

    Args:
        known: What a reader knows where every row is shown.
        goals: Small counts.
    """

    def __init__(self, known: Knowledge, goals: Sequence[Goal]) -> None:
        # Beside the unknowns stands a variable for each end of each goal: no more than the goal, and than that end.
        width, self.count = len(known.low), 2 * len(goals)
        self.low, self.high = (
            np.array([getattr(one, end) for one in goals], dtype=np.float64) for end in ("low", "high")
        )
        terms = _matrix([one.term for one in goals], width)
        told = hstack([_matrix(known.terms, width), csr_matrix((len(known.terms), self.count))])
        tied = hstack([vstack([-terms, terms]), -identity(self.count)])
        self.rows = np.array([*known.ends, *[(0.0, np.inf)] * self.count], dtype=np.float64).reshape(-1, 2)
        self.told_by = np.array([*known.told_by, *[_ALWAYS] * self.count], dtype=np.int64)
        self.caps = np.concatenate([-self.low, self.high])
        self.programme = Programme(
            vstack([told, tied], format="csr"),
            self.rows[:, 0],
            self.rows[:, 1],
            np.concatenate([known.low, np.full(self.count, -np.inf)]),
            np.concatenate([known.high, self.caps]),
        )

    def ranges(self, hidden: Collection[int]) -> tuple[Floats, Floats]:
        """Return how little and how much each goal can be, cut at the goal's own ends.

        Raises:
            DisclosureError: What is known contradicts itself, or the solver gave up.
        """
        if not self.count:
            return self.low, self.high
        free = np.isin(self.told_by, list(hidden))
        self.programme.bound_rows(np.where(free, -np.inf, self.rows[:, 0]), np.where(free, np.inf, self.rows[:, 1]))
        reached = np.full(self.count, -np.inf)
        half = self.count // 2
        every = np.arange(self.count)
        # Many at once, then one by one.
        for some in (every < half, every >= half, *(every == place for place in every)):
            if (reached[some] < self.caps[some] - _NEAR).any():
                weights = np.concatenate([np.zeros(len(self.programme.low) - self.count), some.astype(np.float64)])
                reached = np.maximum(reached, self.programme.highest(weights)[-self.count :])
        return -reached[:half], reached[half:]

    def narrowed(self, hidden: Collection[int]) -> Flags:
        """Return which goals a reader can tell to be more than their `low` or less than their `high`."""
        least, most = self.ranges(hidden)
        return np.asarray((least > self.low + _NEAR) | (most < self.high - _NEAR), dtype=np.bool_)
