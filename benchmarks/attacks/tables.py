"""Tables of counts through `sujuva.publish.protect`: made-up ones, and what every table of counts has in common."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

import numpy as np

from benchmarks.attacks.report import ALONE, OURS, Hidden, Line
from sujuva.attack.counts import Counts, learned
from sujuva.publish.protect import protect
from sujuva.publish.sums import Cells, Relation

THRESHOLD = 5
_MANY = 1_000_000


class Attacked:
    """Adds up what is learned and hidden of tables of counts."""

    def __init__(self, what: str, threshold: int = THRESHOLD) -> None:
        self.threshold = threshold
        self.line = Line(what, 0, small=0, hidden={ALONE: Hidden(), OURS: Hidden()})

    def add(self, values: Sequence[int], relations: Sequence[Relation]) -> None:
        """Protect a table and attack it: the intruder knows the sums, the rule, the marks, and what is shown."""
        cells = Cells.of_counts(values, threshold=self.threshold)
        gone = protect(cells, relations)
        start = time.process_time()
        known = Counts()
        for cell, value in enumerate(values):
            # The mark tells whether a hidden count is small.
            rule = (1, self.threshold - 1) if cells.primary[cell] else (self.threshold, _MANY)
            known.count(cell, *(rule if gone[cell] else (value, value)))
        for one in relations:
            known.adds_up(one.total, one.parts)
        goals = np.flatnonzero(cells.primary).tolist()
        self.line.learned += len(learned(known, goals, self.threshold))
        self.line.small = (self.line.small or 0) + len(goals)
        self.line.cpu += time.process_time() - start
        counts = np.asarray(values, dtype=np.float64)
        for way, out in ((ALONE, cells.primary), (OURS, gone)):
            self.line.hidden[way] += Hidden(out.sum(), len(values), counts[out].sum(), counts.sum())


def lines(count: int) -> Iterable[Line]:
    """Attack so many made-up tables: one or two levels of regions × one or two levels of groups."""
    rng = np.random.default_rng(1)
    done = Attacked(f"{count:,} random tables")
    for _ in range(count):
        height, width = (int(size) for size in rng.integers(2, 5, 2))
        shape = height * int(rng.integers(1, 3)), width * int(rng.integers(1, 3))
        done.add(*hierarchical(rng.negative_binomial(1, 0.06, shape), height, width))
    yield done.line


def hierarchical(inner: np.ndarray, height: int, width: int) -> tuple[list[int], list[Relation]]:
    """Return the cells of a table with the sums of `height` parts of its rows and `width` of its columns, and of all.

    `inner`: counts, rows and columns in as many as parts, or a multiple of it.
    """
    ways = [_levels(inner.shape[0], height), _levels(inner.shape[1], width)]
    full = ways[0][0] @ inner @ ways[1][0].T
    at = np.arange(full.size).reshape(full.shape)
    relations = [
        Relation(int(line[total]), tuple(line[parts].tolist())) for total, parts in ways[0][1] for line in at.T
    ]
    relations += [Relation(int(line[total]), tuple(line[parts].tolist())) for total, parts in ways[1][1] for line in at]
    return full.ravel().tolist(), relations


def _levels(size: int, parts: int) -> tuple[np.ndarray, list[tuple[int, list[int]]]]:
    """Return a matrix that adds up the middle and the highest level below each other, and which are parts of which."""
    each = size // parts
    rows = [np.eye(size, dtype=np.int64)]
    sums: list[tuple[int, list[int]]] = []
    top = list(range(size))
    if each > 1:
        rows.append(np.kron(np.eye(parts, dtype=np.int64), np.ones((1, each), dtype=np.int64)))
        sums = [(size + one, list(range(one * each, one * each + each))) for one in range(parts)]
        top = [total for total, _ in sums]
    rows.append(np.ones((1, size), dtype=np.int64))
    return np.vstack(rows), [*sums, (sum(len(one) for one in rows) - 1, top)]
