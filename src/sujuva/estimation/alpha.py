"""Cronbach's alpha, its interval, and what each item adds, from sums of products alone.

Everything works on many domains of one scale at once: the first axis of every array is the domain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import fdtri

from sujuva.errors import ContractError

FEW_ANSWERS = "few_answers"
"""Note: fewer than 30 persons answered all items, so the estimate is unsteady."""
ENOUGH_ANSWERS = 30
ITEM_WITHOUT_VARIANCE = "item_without_variance"
"""Note: everybody gave the same answer to an item, so it correlates with nothing."""
NEGATIVE_ALPHA = "negative_alpha"
"""Note: alpha is below 0, so some items may be keyed the wrong way round."""
Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ItemProducts:
    """The sums of products of the items of one scale, over those who answered them all.

    `n` are persons, one number a domain; `sums` Σ x (domains × items) and `products` Σ x·y (domains × items × items).
    """

    n: Whole
    sums: Whole
    products: Whole

    def turned(self, pivots: dict[int, int]) -> ItemProducts:
        """Return the sums with the items at some places reversed: x becomes pivot − x, lowest plus highest code."""
        sign = np.ones(self.sums.shape[1], np.int64)
        shift = np.zeros(self.sums.shape[1], np.int64)
        for place, pivot in pivots.items():
            sign[place], shift[place] = -1, pivot
        # (a + s·x)(b + t·y) = ab + b·s·x + a·t·y + st·xy
        moved = self.sums * sign
        across = moved[:, :, None] * shift[None, None, :]
        products = self.products * np.multiply.outer(sign, sign) + across + across.transpose(0, 2, 1)
        products += self.n[:, None, None] * np.multiply.outer(shift, shift)
        return ItemProducts(self.n, moved + self.n[:, None] * shift, products)

    def means(self) -> Floats:
        """Return the items' means, domains × items; not a number where nobody answered."""
        with np.errstate(invalid="ignore", divide="ignore"):
            made: Floats = self.sums / self.n[:, None]
        return made

    def spread(self) -> Whole:
        """Return n·Σxy − Σx·Σy, whole numbers: n·(n − 1) times the covariances, domains × items × items.

        Whatever does not depend on the unit is best made of these: a variance of 0 is then 0.

        Raises:
            ContractError: The sums are too large for that.
        """
        items = self.sums.shape[1]
        largest = max(int(np.abs(self.products).max(initial=0)), 1) * max(int(self.n.max(initial=0)), 1)
        if largest * items * items >= 2**62:  # |Σx·Σy| ≤ n·max Σx², so this bounds both terms and sums of them
            msg = "The sums of products are too large for exact covariances."
            raise ContractError(msg, "Item codes of at most three digits are expected.")
        return np.asarray(self.n[:, None, None] * self.products - self.sums[:, :, None] * self.sums[:, None, :])

    def covariances(self) -> Floats:
        """Return the items' sample covariances (n − 1), domains × items × items; not a number below two persons.

        Each is rounded once.

        Raises:
            ContractError: The sums are too large for exact covariances.
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            made: Floats = self.spread() / (self.n * (self.n - 1)).astype(np.float64)[:, None, None]
        return made


def correlations(covariances: Floats) -> Floats:
    """Turn covariances into correlations; not a number where an item has no variance."""
    deviations = np.sqrt(covariances.diagonal(axis1=1, axis2=2))
    with np.errstate(invalid="ignore", divide="ignore"):
        made: Floats = covariances / (deviations[:, :, None] * deviations[:, None, :])
    items = range(covariances.shape[1])
    # The diagonal is 1, not 1 give or take a rounding.
    made[:, items, items] = np.where(np.isfinite(made[:, items, items]), 1.0, np.nan)
    return made


def cronbach(matrix: Floats | Whole) -> Floats:
    """Return α = k / (k − 1) · (1 − trace / sum) of covariances; of correlations it is the standardised α.

    Cronbach (1951), Psychometrika 16:297–334; `raw_alpha` and `std.alpha` of R's `psych::alpha`. Not a number where
    the total does not vary, which is certain for whole numbers (`ItemProducts.spread`) and within rounding for others.
    """
    items = matrix.shape[1]
    total = matrix.sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        alpha: Floats = items / (items - 1) * (1 - matrix.diagonal(axis1=1, axis2=2).sum(axis=1) / total)
    # What a sum may be off by: nothing for whole numbers.
    rounding = 0.0 if np.issubdtype(matrix.dtype, np.integer) else 1e-13 * np.abs(matrix).sum(axis=(1, 2))
    return np.asarray(np.where(total > rounding, alpha, np.nan))


def average_correlation(matrix: Floats) -> Floats:
    """Return the mean correlation between two items (`average_r` of `psych::alpha`)."""
    items = matrix.shape[1]
    made: Floats = (matrix.sum(axis=(1, 2)) - items) / (items * (items - 1))
    return made


def feldt_interval(alpha: Floats, n: Whole, items: int, confidence: float) -> tuple[Floats, Floats]:
    """Return the interval of α of Feldt, Woodruff & Salih (1987), Applied Psychological Measurement 11:93–103.

    (1 − α) / (1 − α̂) is taken as F distributed with n − 1 and (n − 1)(k − 1) degrees of freedom: the limits `feldt` of
    `psych::alpha`. It assumes persons drawn one by one and items with equal covariances, not clusters.
    n are the persons who answered all items.
    """
    first = np.where(n > 1, n - 1, np.nan)
    second = first * (items - 1)
    tail = (1 - confidence) / 2
    with np.errstate(invalid="ignore"):
        low = 1 - (1 - alpha) * fdtri(first, second, 1 - tail)
        high = 1 - (1 - alpha) * fdtri(first, second, tail)
    return low, high


def item_rest(spread: Whole) -> Floats:
    """Return each item's correlation with the sum of the others (`r.drop` of `psych::alpha`), from `spread()`."""
    variances = spread.diagonal(axis1=1, axis2=2)
    with_item = spread.sum(axis=2)
    rest = spread.sum(axis=(1, 2))[:, None] - 2 * with_item + variances
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (with_item - variances) / (np.sqrt(variances) * np.sqrt(rest))
    return np.where((variances > 0) & (rest > 0), found, np.nan)


def alpha_without(matrix: Floats | Whole) -> Floats:
    """Return the α of the other items, domains × items (`alpha.drop`); not a number for scales of two items."""
    items = matrix.shape[1]
    if items < 3:  # noqa: PLR2004 - one item has no α
        return np.full(matrix.shape[:2], np.nan)
    kept = [np.delete(np.arange(items), place) for place in range(items)]
    return np.stack([cronbach(matrix[:, some][:, :, some]) for some in kept], axis=1)
