"""Did topics change in one direction: tests of matched pairs that lie in clusters, from whole numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

EXACT, DURKALSKI, OBUCHOWSKI = "exact", "durkalski", "obuchowski"
"""Names of the tests."""


def exact_mcnemar(b: int, c: int) -> float | None:
    """Return the two-sided exact p-value of McNemar's test, which takes all pairs for independent.

    Of b + c pairs that changed, b changed one way: P = min(1, 2·P(X ≤ min(b, c))), X binomial with b + c trials of one
    half (McNemar 1947, Psychometrika 12, 153–157; R's `binom.test(b, b + c)`). Pairs of one child are alike, so
    that it is too small where a child has several; it is told beside the clustered tests, not instead of them. Nothing
    where no pair changed.
    """
    pairs, least = b + c, min(b, c)
    if pairs == 0:
        return None
    term, total = 1, 0
    for changed in range(least + 1):
        total += term
        term = term * (pairs - changed) // (changed + 1)
    return float(min(Fraction(1), Fraction(2 * total, 2**pairs)))


def durkalski(differences: Mapping[int, tuple[int, int]]) -> float | None:
    """Return the p-value of the test of Durkalski et al. (2003, Statistics in Medicine 22, 2417–2428).

    With b and c the pairs of a cluster that changed either way, of n: χ² = (Σ (b − c)/n)² / Σ ((b − c)/n)², one degree
    of freedom. Every cluster weighs the same. Nothing where no cluster changed more one way than the other.

    Args:
        differences: Of each number n of pairs in a cluster: Σ(b − c) and Σ(b − c)² over its clusters.
    """
    total = sum((Fraction(d, n) for n, (d, _) in differences.items()), Fraction(0))
    squares = sum((Fraction(dd, n * n) for n, (_, dd) in differences.items()), Fraction(0))
    return _chi_square(total * total / squares) if squares else None


def obuchowski(clusters: int, d: int, dd: int) -> float | None:
    """Return the p-value of the test of Obuchowski (1998, Statistics in Medicine 17, 1495–1507).

    χ² = (K − 1)/K · (Σ (b − c))² / Σ (b − c)² with K clusters, as Yang, Sun & Hardin (2010, Biometrical Journal 52,
    368–374) simplify it. Every pair weighs the same.
    `d` is Σ(b − c) over clusters and `dd` Σ(b − c)². Nothing where no cluster changed more one way than the other.
    """
    return _chi_square(Fraction((clusters - 1) * d * d, clusters * dd)) if dd else None


def _chi_square(statistic: Fraction) -> float:
    """Return the upper tail of χ² with one degree of freedom: that of a squared standard normal variable."""
    return math.erfc(math.sqrt(float(statistic) / 2))
