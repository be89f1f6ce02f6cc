"""McDonald's omega of a scale: the share of its variance that its items have in common, from a one-factor model.

Everything works on many domains of one scale at once: the first axis of every array is the domain. Linear algebra is
written out in elementwise steps: BLAS and LAPACK take other kernels on other processors, and the last bits differ.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

FEW_ITEMS = "few_items"
"""Note: two items do not identify a factor."""
HEYWOOD = "heywood"
"""Note: the factor would explain more than all of an item, so the one-factor model does not describe the answers."""
NO_CONVERGENCE = "no_convergence"
"""Note: the loadings were not found."""
LEAST_ITEMS = 3
_ROUNDS = 300
_CLOSE = 1e-11
_ENOUGH = 1e-8
_STEPS = 300
_TINY = 1e-300
_SINGULAR = 1e-12
_MOST = 700.0
"""Largest exponent of which the exponential is a float."""
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class OneFactor:
    """The one-factor model of some domains.

    Loadings are domains × items, not a number where they were not found; proper is a model of which none exceeds 1.
    """

    loadings: Floats
    found: Flags
    proper: Flags


def one_factor(matrix: Floats) -> OneFactor:
    """Fit one factor to correlations (domains × items × items, at least 3) by minimum residuals (MINRES).

    Minimises Σ (r_ij − λ_i·λ_j)² over the pairs of items (Harman & Jones, 1966, Psychometrika 31:351–368), the method
    `fm = "minres"` of R's `psych::fa`, by Newton steps damped as Levenberg and Marquardt do; loadings are turned so
    that their sum is positive. Unlike in psych no bound keeps them down: where one passes 1, the model is improper.
    """
    domains, items = matrix.shape[:2]
    usable = np.isfinite(matrix.sum(axis=(1, 2)))
    r = np.where(usable[:, None, None], matrix, np.eye(items))
    loadings = _start(r)
    damping = np.full(domains, 1e-3)
    misfit = _misfit(r, loadings)
    going = np.flatnonzero(usable)  # domains whose loadings are still sought
    for _ in range(_ROUNDS):
        gradient = _gradient(r[going], loadings[going])
        far = np.abs(gradient).max(axis=1, initial=0) >= _CLOSE
        going, gradient = going[far], gradient[far]
        if not len(going):
            break
        steep = _hessian(r[going], loadings[going]) + damping[going, None, None] * np.eye(items)
        tried = loadings[going] - _solved(steep, gradient)[0]
        reached = _misfit(r[going], tried)
        # Near the end a step gains less than a float of the misfit can tell.
        better = reached <= misfit[going] * (1 + 1e-14) + 1e-30
        loadings[going[better]] = tried[better]
        misfit[going[better]] = reached[better]
        damping[going] = np.where(better, damping[going] / 10, np.minimum(damping[going] * 10, 1e6))
    found = usable & (np.abs(_gradient(r, loadings)).max(axis=1) < _ENOUGH)
    loadings = np.where(found[:, None], loadings * np.where(loadings.sum(axis=1) < 0, -1, 1)[:, None], np.nan)
    return OneFactor(loadings, found, found & (np.nan_to_num(np.abs(loadings)).max(axis=1) <= 1))


def omega_total(matrix: Floats, factor: OneFactor) -> Floats:
    """Return ω = 1 − Σ(1 − λ²) / Σr, with Σr the sum of all observed correlations.

    This is what `omega.tot` of `psych::omega(nfactors = 1, fm = "minres", flip = FALSE)` is (psych 2.2.9): the
    uniquenesses come from the model, the variance of the total from the data. (Σλ)² / ((Σλ)² + Σ(1 − λ²)) would take
    that from the model too; the two are equal where the model fits. McDonald (1999), Test Theory, ch. 6; Revelle &
    Condon (2019), Psychological Assessment 31:1395–1411. Not a number where the model was not found or is improper.
    """
    total = matrix.sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        omega = 1 - (1 - factor.loadings**2).sum(axis=1) / total
    return np.where(factor.proper & (total > _ENOUGH), omega, np.nan)


def omega_error(matrix: Floats, factor: OneFactor, n: npt.NDArray[np.int64]) -> Floats:
    """Return the standard error of ω by the delta method.

    The loadings are an implicit function of the correlations, H·dλ = [Σ_j λ_j·dr_ij], with H the Hessian of the misfit
    at the solution; so the gradient of ω holds whether or not the model fits. With M that gradient (a symmetric matrix
    with dω = tr(M·dR)) and N = M − diag(M·R), Var ω = 2·tr((N·R)²) / (n − 1): the correlations of a normal sample of
    persons drawn one by one. Clusters and weights are not taken into account, nor that answers are few whole numbers.
    n are the persons who answered all items.
    """
    items = matrix.shape[1]
    good = factor.proper & (n > 1)
    r = np.where(good[:, None, None], matrix, np.eye(items))
    loadings = np.where(good[:, None], factor.loadings, 0.5)
    total = r.sum(axis=(1, 2))
    unique = (1 - loadings**2).sum(axis=1)
    pulled, pivots = _solved(_hessian(r, loadings), 2 * loadings / total[:, None])
    regular = pivots.min(axis=1) > _SINGULAR * pivots.max(axis=1)
    across = pulled[:, :, None] * loadings[:, None, :]
    gradient = (across + across.transpose(0, 2, 1)) / 2 + (unique / total**2)[:, None, None]
    places = range(items)
    gradient[:, places, places] = 0
    adjusted = gradient.copy()
    adjusted[:, places, places] = -(gradient * r).sum(axis=2)
    moved = np.zeros_like(r)
    for place in places:
        moved += adjusted[:, :, place, None] * r[:, place, None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = 2 * (moved * moved.transpose(0, 2, 1)).sum(axis=(1, 2)) / (n - 1)
        return np.where(good & regular, np.sqrt(np.maximum(variance, 0)), np.nan)


def omega_interval(omega: Floats, error: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Return the normal interval of log(1 − ω), turned back, so that it stays below 1 as α's does."""
    reach = float(ndtri(0.5 + confidence / 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        width = np.array([math.exp(one) if one < _MOST else math.inf for one in reach * error / (1 - omega)])
        return 1 - (1 - omega) * width, 1 - (1 - omega) / width


def _start(r: Floats) -> Floats:
    """Begin near the first principal factor, communalities guessed as the largest correlation of each item.

    By power iteration; the shift makes the largest root also the largest in size.
    """
    items = r.shape[1]
    places = range(items)
    reduced = r.copy()
    reduced[:, places, places] = 0
    reduced[:, places, places] = np.abs(reduced).max(axis=2)
    shift = np.abs(reduced).sum(axis=2).max(axis=1)[:, None]
    strongest = (reduced**2).sum(axis=2).argmax(axis=1)
    vector = reduced[np.arange(len(r)), strongest]
    for _ in range(_STEPS):
        vector = (reduced * vector[:, None, :]).sum(axis=2) + shift * vector
        vector /= np.maximum(np.sqrt((vector**2).sum(axis=1, keepdims=True)), _TINY)
    root = (vector * (reduced * vector[:, None, :]).sum(axis=2)).sum(axis=1, keepdims=True)
    return np.asarray(vector * np.sqrt(np.maximum(root, 1e-4)))


def _solved(matrix: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Solve one system a domain by Gauss elimination with partial pivoting; also the pivots' sizes."""
    domains, size = right.shape
    each = np.arange(domains)
    rows = np.concatenate([matrix, right[:, :, None]], axis=2)
    pivots = np.empty((domains, size))
    for place in range(size):
        chosen = place + np.abs(rows[:, place:, place]).argmax(axis=1)
        pivot = rows[each, chosen]
        rows[each, chosen] = rows[:, place]
        pivots[:, place] = np.abs(pivot[:, place])
        with np.errstate(divide="ignore", invalid="ignore"):  # singular: whoever asked looks at the pivots
            pivot = pivot / pivot[:, place, None]
            rows -= rows[:, :, place, None] * pivot[:, None, :]
        rows[:, place] = pivot
    return rows[:, :, -1], pivots


def _residuals(r: Floats, loadings: Floats) -> Floats:
    left = r - loadings[:, :, None] * loadings[:, None, :]
    places = range(r.shape[1])
    left[:, places, places] = 0
    return np.asarray(left)


def _misfit(r: Floats, loadings: Floats) -> Floats:
    return np.asarray((_residuals(r, loadings) ** 2).sum(axis=(1, 2)) / 4)


def _gradient(r: Floats, loadings: Floats) -> Floats:
    return np.asarray(-(_residuals(r, loadings) * loadings[:, None, :]).sum(axis=2))


def _hessian(r: Floats, loadings: Floats) -> Floats:
    made = loadings[:, :, None] * loadings[:, None, :] - _residuals(r, loadings)
    places = range(r.shape[1])
    squares = loadings**2
    made[:, places, places] = squares.sum(axis=1, keepdims=True) - squares
    return np.asarray(made)
