"""Seconds in the solver of `publish`, through SciPy's wrapper and through one warm HiGHS model for each system of sums.

A made-up study of 23 regions with some 60 persons a region and wave is published twice, once each way, and the
published tables must be identical. Only the time in the solver counts: on the warm side with the building of models and
the changes of bounds, on SciPy's side `linprog` alone.

    python -m benchmarks.publish_solver [--regions 23] [--persons 60]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import vstack

from benchmarks.common import report
from sujuva.programme import Floats, Programme
from sujuva.publish import Privacy, publish
from sujuva.published import Published
from tests.publish import made_up, made_up_coping

TARGET = 4.0


class Spent:
    """Seconds and solves so far."""

    def __init__(self) -> None:
        self.seconds, self.solves = 0.0, 0

    def timed(self, work: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Do the work and count its time."""
        start = time.perf_counter()
        try:
            return work(*arguments, **options)
        finally:
            self.seconds += time.perf_counter() - start


def warm(spent: Spent) -> type:
    """Return the programme of `publish`, timed."""

    class Timed(Programme):
        def __init__(self, *arguments: Any) -> None:
            spent.timed(super().__init__, *arguments)

        def bound(self, low: Floats, high: Floats) -> None:
            spent.timed(super().bound, low, high)

        def bound_rows(self, low: Floats, high: Floats) -> None:
            spent.timed(super().bound_rows, low, high)

        def highest(self, weights: Floats, **start: Any) -> Floats:
            spent.solves += 1
            return np.asarray(spent.timed(super().highest, weights, **start))

    return Timed


def wrapped(spent: Spent) -> type:
    """Return the same through SciPy: each solve starts anew, with the unknowns that are not fixed and their rows."""

    class Wrapped:
        def __init__(self, matrix: Any, row_low: Floats, row_high: Floats, low: Floats, high: Floats) -> None:
            self.matrix = matrix.tocsr()
            self.row_low, self.row_high, self.low, self.high = row_low, row_high, low, high

        def bound(self, low: Floats, high: Floats) -> None:
            self.low, self.high = low, high

        def bound_rows(self, low: Floats, high: Floats) -> None:
            self.row_low, self.row_high = low, high

        def basis(self) -> None:
            return None

        def prices(self) -> Floats:
            return self.of_rows

        def highest(self, weights: Floats, **_: Any) -> Floats:
            free = self.low < self.high
            point = np.where(free, 0.0, self.low)
            matrix, shift = self.matrix[:, np.flatnonzero(free)], self.matrix @ point
            touched = np.diff(matrix.indptr) > 0
            low, high = self.row_low - shift, self.row_high - shift
            equal = touched & (low == high)
            upper, lower = touched & ~equal & np.isfinite(high), touched & ~equal & np.isfinite(low)
            left = [matrix[np.flatnonzero(upper)], -matrix[np.flatnonzero(lower)]]
            options: dict[str, Any] = {}
            if equal.any():
                options |= {"A_eq": matrix[np.flatnonzero(equal)], "b_eq": low[equal]}
            if upper.any() or lower.any():
                options |= {"A_ub": vstack(left, format="csr"), "b_ub": np.concatenate([high[upper], -low[lower]])}
            bounds = np.column_stack([self.low[free], self.high[free]])
            spent.solves += 1
            answer = spent.timed(linprog, -weights[free], bounds=bounds, method="highs-ds", **options)
            assert answer.status == 0, answer.message
            point[free] = answer.x
            self.of_rows = np.zeros_like(low)
            if equal.any():
                self.of_rows[equal] = answer.eqlin.marginals
            return point

    return Wrapped


def published(programme: type, regions: list[str], persons: int) -> Published:
    """Publish the made-up study by one kind of programme."""
    made = made_up.indicators(regions, persons=persons)
    with (
        tempfile.TemporaryDirectory() as folder,
        patch("sujuva.publish.moves.Programme", programme),
        patch("sujuva.publish.audit.Programme", programme),
    ):
        return publish(
            made,
            input_folder=made_up.input_folder(Path(folder), regions),
            privacy=Privacy(),
            regions=regions,
            waves=made_up.WAVES,
            coping=made_up_coping.COPING,
        )


def main() -> int:
    """Run both ways and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--regions", type=int, default=len(made_up.ALL_REGIONS))
    parser.add_argument("--persons", type=int, default=60)
    chosen = parser.parse_args()
    regions = made_up.ALL_REGIONS[: chosen.regions]
    new, old = Spent(), Spent()
    ours = published(warm(new), regions, chosen.persons)
    theirs = published(wrapped(old), regions, chosen.persons)
    different = [name for name, frame in theirs.tables.items() if not frame.equals(ours[name], null_equal=True)]
    print(f"{len(regions)} regions, {chosen.persons} persons: {old.solves} solves by SciPy, {new.solves} warm ones")
    print(f"published tables: {'DIFFERENT in ' + ', '.join(different) if different else 'identical'}")
    ratio = report("SciPy's wrapper / one warm model", old.seconds, new.seconds, at_least=TARGET)
    return 0 if ratio >= TARGET and not different else 1


if __name__ == "__main__":
    sys.exit(main())
