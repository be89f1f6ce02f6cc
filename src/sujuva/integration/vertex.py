"""The vertex bootstrap, and the spread that follows from it once its dyadic part is taken out.

Source: Snijders & Borgatti (1999), Non-parametric standard errors and tests for network statistics, Connections 22(2),
161–170: actors are drawn with replacement; two copies of one actor take a dyad drawn at random.

A dyad is drawn with both its ends, so that its own noise enters the bootstrap three times: through either end and by
itself. Write θ = Σ e_d for the part e_d of each dyad d (of N = n(n−1)/2) in a statistic, to first order, with Σ e_d = 0
after centring; Q = Σ e_d²; and S = Σ_i (Σ_j e_ij)². For a mean over dyads the bootstrap variance is exactly

    V_boot = Q + S·(n−1)(n−2)/n²,

while the variance that allows for dyads with a common actor is S − Q in large networks (Aronow, Samii & Assenova 2015,
Political Analysis 23, 564–577), which is what V_boot − 2Q comes to. In a network of some ten actors S − Q is biased and
wild. Here S is taken from V_boot by the equation above, and split as in an analysis of variance of dyads with
effects of actors (diallel; Griffing 1956, Australian Journal of Biological Sciences 9, 463–493, method 4):

    M_a = S/((n−2)(n−1)),  M_d = (Q − S/(n−2))/(n(n−3)/2),  V = N·(k·M_a − (k−1)·M_d),  k = 2(n−1)/(n−2),

which is unbiased for a mean over dyads, both when dyads are independent and when actors have effects. V is not let
below three quarters of V_0 = Q·N/(N−1), the variance of independent dyads. The t distribution has Satterthwaite's
degrees of freedom of V where V > V_0; else those of the variance of parts with their kurtosis,
2Q²/(Σ e_d⁴ − Q²/N) and at most N − 1, so that a sum over few dyads, such as those within sectors, is not taken for one
over all. Transitivity and
centralization are no sums over dyads: twins break triads, and no resample tells the spread of a highest value. Their S
is that of the parts e_d. E-I and transitivity bend: their variance is the smaller of the above and of the same with the
parts of the change itself, the mean slope of both waves times how much each dyad changed; both are right to first
order, and too large where the network is small. The floor and these choices are this project's own, set by
simulation (benchmarks/vertex_bootstrap.py) so that a test at 5 % rejects in about 5 %, with and without effects of
actors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sujuva.integration.matrices import Matrix

FEWEST = 6
"""With fewer actors in both waves there is no interval. This project's own."""
FLOOR = 0.75
"""Part of the variance of independent dyads below which the corrected variance is not let: see above."""
_MOST = 2_000_000
"""Dyads that are drawn at a time."""


@dataclass(frozen=True)
class Spread:
    """Standard error of a statistic and its degrees of freedom."""

    se: float
    df: float


def resample(n: int, draws: int, rng: np.random.Generator) -> Matrix:
    """Draw n actors with replacement, `draws` times.

    Returns:
        draws × dyads (of the upper triangle, row by row): how often each resample has each dyad.
    """
    actors = rng.integers(n, size=(draws, n))
    ones, others = np.triu_indices(n, 1)
    place = np.zeros((n, n), dtype=np.int64)
    place[ones, others] = place[others, ones] = np.arange(ones.size)
    first, second = actors[:, ones], actors[:, others]
    dyads = place[first, second]
    twins = first == second
    dyads[twins] = rng.integers(ones.size, size=int(twins.sum()))
    keys = dyads + ones.size * np.arange(draws)[:, None]
    counts = np.bincount(keys.ravel(), minlength=draws * ones.size).reshape(draws, ones.size)
    made: Matrix = counts.astype(np.float64)
    return made


def chunks(n: int, draws: int) -> list[int]:
    """Split a number of draws so that the dyads of each part fit into memory."""
    most = max(1, 2 * _MOST // (n * n))
    return [most] * (draws // most) + ([draws % most] if draws % most else [])


def corrected(boot: float | None, influence: Matrix) -> Spread | None:
    """Return the standard error that the module's text describes.

    Args:
        boot: Variance of the statistic over resamples; None where that says nothing, and S is taken from `influence`.
        influence: What each dyad adds to the statistic, to first order: n×n, symmetric with an empty diagonal, n at
            least `FEWEST`; centred here.

    Returns:
        Nothing where no dyad adds anything: there is no spread to make an interval of.
    """
    n = len(influence)
    upper = influence[np.triu_indices(n, 1)]
    mean = upper.mean()
    squares = (upper - mean) ** 2
    q = float(squares.sum())
    if not q > 0:
        return None
    parts = float(((influence.sum(axis=1) - (n - 1) * mean) ** 2).sum())
    s = parts if boot is None else max(boot - q, 0.0) * n * n / ((n - 1) * (n - 2))
    return spread_of(s, q, n, float((squares**2).sum()))


def spread_of(s: float, q: float, n: int, fourth: float) -> Spread:
    """Return the standard error from S, Q and Σ e_d⁴ of the module's text, for n actors and all their dyads."""
    dyads = n * (n - 1) // 2
    free_a, free_d = n - 1, n * (n - 3) / 2
    # Whatever S is, the actors cannot stand for more than all.
    between = min(s / (n - 2), q)
    mean_a, mean_d = between / free_a, (q - between) / free_d
    k = 2 * (n - 1) / (n - 2)
    variance, alone = dyads * (k * mean_a - (k - 1) * mean_d), q * dyads / (dyads - 1)
    if variance <= alone:
        excess = fourth - q * q / dyads  # 0 where all parts are equally far from their mean
        free = min(2 * q * q / excess, dyads - 1.0) if excess > 0 else dyads - 1.0
        return Spread(float(np.sqrt(max(variance, FLOOR * alone))), max(free, 1.0))
    parts = (dyads * k * mean_a) ** 2 / free_a + (dyads * (k - 1) * mean_d) ** 2 / free_d
    return Spread(float(np.sqrt(variance)), max(variance**2 / parts, 1.0))
