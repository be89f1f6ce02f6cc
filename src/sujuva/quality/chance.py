"""What chance alone would do: p values of correlations and means, and Holm's correction for many of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_NEAREST = 1 - 1e-12  # Fisher's z of ±1 is infinite


def holm(p: Floats) -> Floats:
    """Return p values corrected for their number by Holm's step-down method.

    The i-th smallest of m becomes the largest, over j ≤ i, of (m − j + 1) · p_(j), at most 1 (Holm 1979, Scandinavian
    Journal of Statistics 6:65–70; R's `p.adjust(p, "holm")`).
    """
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(steps, 1)
    return adjusted


def below_zero(r: Floats, n: npt.NDArray[np.int64]) -> Floats:
    """Return the one-sided p value of a correlation this far below zero, by Fisher's z: Φ(artanh(r) · √(n − 3)).

    Args:
        r: Correlations, −1 to 1, any shape.
        n: Pairs of values behind each, at least 4, same shape.
    """
    from scipy.special import ndtr  # noqa: PLC0415  start-up time

    return np.asarray(ndtr(np.arctanh(np.clip(r, -_NEAREST, _NEAREST)) * np.sqrt(n - 3)))


def welch(difference: Floats, error: tuple[Floats, Floats], n: tuple[Floats, Floats]) -> Floats:
    """Return the two-sided p value of a difference between two means with unequal variances (Welch 1947).

    t = difference / √(e₁ + e₂) on (e₁ + e₂)² / (e₁² / (n₁ − 1) + e₂² / (n₂ − 1)) degrees of freedom, where e = s² / n.
    A difference between two constants is beyond chance: p = 0.

    Args:
        difference: Differences between means, shape (m,).
        error: s² / n of both means, shape (m,) each; where both are 0, the difference must not be 0.
        n: Values behind each mean, at least 2, shape (m,) each.
    """
    from scipy.special import stdtr  # noqa: PLC0415  start-up time

    total = error[0] + error[1]
    spread = total > 0
    safe = np.where(spread, total, 1.0)
    t = difference / np.sqrt(safe)
    # Shares of the total, so that the squares of small errors do not vanish.
    parts = (error[0] / safe) ** 2 / (n[0] - 1) + (error[1] / safe) ** 2 / (n[1] - 1)
    freedom = 1 / np.where(spread, parts, 1.0)
    return np.where(spread, 2 * stdtr(freedom, -np.abs(t)), 0.0)
