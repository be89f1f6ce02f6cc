"""The QAP test of two relations of 100 actors, 10,000 permutations, beside `qaptest` of R's package sna.

R is timed inside R, without its start. Both sides compute alternately, and the median of the pairs' ratios counts.
Correlations must agree to 1e-10, and the shares of permutations that go as far to what chance allows.

    python -m benchmarks.qap [--reps 10000] [--pairs 3]
"""

from __future__ import annotations

import argparse
import math
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.common import report
from sujuva.integration.qap import qap_test

ACTORS = 100
TARGET = 20.0
AGREE = 1e-10
ERRORS = 5  # standard errors that two shares of permutations may be apart


def relations(ratings: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return two relations that go together a little: ratings 0–4, or ties 0/1 of which a tenth are there."""
    random = np.random.default_rng(20221207)
    one = random.integers(0, 5, (ACTORS, ACTORS)) if ratings else random.random((ACTORS, ACTORS)) < 0.1
    fresh = random.integers(0, 5, (ACTORS, ACTORS)) if ratings else random.random((ACTORS, ACTORS)) < 0.1
    other = np.where(random.random((ACTORS, ACTORS)) < 0.015, one, fresh)
    made = one.astype(float), other.astype(float)
    for matrix in made:
        np.fill_diagonal(matrix, 0)
    return made


def against_r(one: np.ndarray, other: np.ndarray, reps: int, pairs: int) -> bool:
    """Time both alternately, compare what they say, and tell whether the target is reached."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "relations.txt"
        np.savetxt(file, np.concatenate([one, other]), fmt="%d")
        times = []
        for _ in range(pairs):
            begun = time.perf_counter()
            ours = qap_test(one, other, permutations=reps, random=np.random.default_rng(1))
            seconds = time.perf_counter() - begun
            command = ["Rscript", str(Path(__file__).with_suffix(".R")), str(file), str(ACTORS), str(reps)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            theirs, value, share = map(float, done.stdout.split(","))
            times.append((theirs, seconds))
    assert ours.value is not None
    assert ours.p is not None
    mine = (ours.p * (reps + 1) - 1) / reps
    error = math.sqrt((mine * (1 - mine) + share * (1 - share)) / reps)
    print(f"  correlation {ours.value:.12f}, in R {value:.12f}: apart by {abs(ours.value - value):.1e}")
    print(f"  as far by chance: {mine:.4f}, in R {share:.4f} (Monte Carlo error of the difference {error:.4f})")
    assert abs(ours.value - value) < AGREE
    assert abs(mine - share) <= ERRORS * error + 1 / reps
    print("  R inside / ours, pair by pair:", " ".join(f"{theirs / own:.0f}" for theirs, own in times))
    ratio = statistics.median(theirs / own for theirs, own in times)
    medians = [statistics.median(side) for side in zip(*times, strict=True)]
    report(f"R's qaptest ({reps:,} permutations) / ours", *medians)
    print(f"  median ratio {ratio:.1f} (target: at least {TARGET:g}: {'reached' if ratio >= TARGET else 'MISSED'})")
    return ratio >= TARGET


def main() -> int:
    """Run the benchmark; the exit code is 1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reps", type=int, default=10_000)
    parser.add_argument("--pairs", type=int, default=3)
    choice = parser.parse_args()
    if not shutil.which("Rscript"):
        print("R is not on this machine: not compared")
        return 1
    reached = []
    for ratings, label in ((True, "ratings 0–4"), (False, "ties, density 0.1")):
        print(f"{ACTORS} actors, {label}")
        reached.append(against_r(*relations(ratings), choice.reps, choice.pairs))
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
