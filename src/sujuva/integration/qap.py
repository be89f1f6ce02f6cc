"""Whether two relations go together: their correlation, tested by the quadratic assignment procedure (QAP).

Sources: Hubert & Schultz (1976), Quadratic assignment as a general data analysis strategy, British Journal of
Mathematical and Statistical Psychology 29, 190–241; Krackhardt (1988), Predicting with networks, Social Networks 10,
359–381. Rows and columns of one matrix are permuted together, so each keeps its structure and only who is who is left
to chance. Ratings are whole numbers, whose sums of products are exact whatever the order in which BLAS adds them up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, groupby

import numpy as np
import numpy.typing as npt
import polars as pl

from sujuva.errors import ContractError
from sujuva.estimation.interval import NO_VARIATION
from sujuva.integration.matrices import Matrix, Unlisted, sociomatrices
from sujuva.integration.measures import FEW_ACTORS, NO_RATINGS, SOME_MISSING
from sujuva.integration.permutation import Tested, check_permutations, p_value, tested_row
from sujuva.integration.ratings import stream
from sujuva.tidy import COMPARISONS, COMPARISONS_KEY

QAP = "qap"

_CELLS = 1 << 20
_EXACT = 2**24  # whole numbers of single precision
_ROUND = 1e-12  # permutations that lead to the same fractions may differ in the last bits


def qap_tests(
    actors: pl.DataFrame,
    ties: pl.DataFrame,
    *,
    unlisted: Unlisted = "auto",
    permutations: int = 2000,
    seed: int = 20221207,
) -> pl.DataFrame:
    """Correlate every two relations of a region and wave, and test it by QAP.

    The ratings as observed are correlated, whatever the rule says of ties.

    Args:
        actors: As for `sujuva.integration.sociomatrices`, which also says what is refused.
        ties: Likewise.
        unlisted: What a pair without a row means.
        permutations: Ways to permute the actors of one relation that are drawn.
        seed: Start of the random numbers; each pair of relations has its own from it.

    Returns:
        Columns `COMPARISONS`, comparison "qap", sorted: `scale` is one relation and `category` the other, estimate
        the correlation, p two-sided, n the number of actors, other_n the number of ordered pairs known in both.

    Raises:
        ParameterError: `permutations` or `seed` is out of range.
    """
    check_permutations(permutations)
    rows = []
    every = sociomatrices(actors, ties, unlisted=unlisted)
    for (region, wave), networks in groupby(every, key=lambda one: (one.region, one.wave)):
        for one, other in combinations(networks, 2):
            random = stream(seed, QAP, region, wave, one.relation, other.relation)
            found = qap_test(one.observed, other.observed, permutations=permutations, random=random)
            pairs = int(((one.observed + other.observed) >= 0).sum())
            note = SOME_MISSING if pairs < one.size * (one.size - 1) else ""
            row = tested_row(QAP, one, other.relation, found, note)
            rows.append(row | {"effect": None, "effect_kind": None, "other_n": pairs})
    return pl.DataFrame(rows, schema=COMPARISONS).sort(COMPARISONS_KEY)


def qap_test(one: Matrix, other: Matrix, *, permutations: int, random: np.random.Generator) -> Tested:
    """Correlate two relations of the same actors, in the same order, and test it.

    Pearson's correlation over the ordered pairs of actors that are known (not NaN) in both n×n matrices; the diagonal
    is not read. After each of `permutations` it is again over the pairs known in both. p is two-sided: how often a
    permutation's correlation is at least as far from 0.

    Raises:
        ParameterError: `permutations` is below 1.
        ContractError: The matrices are not square or not of one size.
    """
    check_permutations(permutations)
    n = len(one)
    if one.shape != (n, n) or other.shape != (n, n):
        msg = "Two relations can be correlated when both are square matrices over the same actors."
        raise ContractError(msg)
    if n < 3:  # noqa: PLR2004
        return Tested(None, None, None, FEW_ACTORS)
    apart = ~np.eye(n, dtype=bool)
    known = [apart & ~np.isnan(matrix) for matrix in (one, other)]
    both = known[0] & known[1]
    if not both.any():
        return Tested(None, None, None, NO_RATINGS)
    x, y = (_shifted(matrix, cells) for matrix, cells in zip((one, other), known, strict=True))
    value = float(_correlation(*_sums(x[both], y[both])))
    if np.isnan(value):
        return Tested(None, None, None, NO_VARIATION)
    if both.sum() == n * (n - 1):
        found = _complete(x, y, permutations, random)
    else:
        found = _with_gaps(x, y, known, permutations, random)
    # Where what is then known does not vary, nothing goes together: the correlation is 0.
    as_far = int((np.abs(np.nan_to_num(found)) >= abs(value) - _ROUND).sum())
    return Tested(value, 0.0, p_value(as_far, permutations))


def _shifted(matrix: Matrix, known: npt.NDArray[np.bool_]) -> Matrix:
    """Put the origin at the most frequent value, which keeps sums small; 0 where nothing is known."""
    kinds, counts = np.unique(matrix[known], return_counts=True)
    return np.where(known, matrix - kinds[counts.argmax()], 0.0)


def _sums(x: Matrix, y: Matrix) -> tuple[Matrix, ...]:
    """Return count, Σx, Σy, Σx², Σy² and Σxy."""
    return tuple(np.asarray(one.sum()) for one in (np.ones_like(x), x, y, x * x, y * y, x * y))


def _correlation(count: Matrix, x: Matrix, y: Matrix, xx: Matrix, yy: Matrix, xy: Matrix) -> Matrix:
    """Return Pearson's correlation from sums, of whole ratings exact up to the root; not a number without spread."""
    left, right = count * xx - x * x, count * yy - y * y
    varied = (left > _ROUND * count * xx) & (right > _ROUND * count * yy)
    return np.where(varied, (count * xy - x * y) / np.sqrt(np.where(varied, left * right, 1.0)), np.nan)


def _complete(one: Matrix, other: Matrix, permutations: int, random: np.random.Generator) -> Matrix:
    """Return the correlations after each permutation, where every pair is known in both: only Σxy is new."""
    # Sums of small whole numbers are exact in single precision, which takes half the time.
    whole = bool((one == np.rint(one)).all() and (other == np.rint(other)).all())
    exact = whole and float(np.abs(one).max() * np.abs(other).max()) * one.size < _EXACT
    cells = one.astype(np.float32 if exact else np.float64)
    across = other.astype(cells.dtype).ravel()
    products = np.empty(permutations)
    for begin, orders in _orders(len(one), permutations, one.size, random):
        for number, order in enumerate(orders, begin):  # rows, then columns are put in the new order
            products[number] = cells.take(order, 0).take(order, 1).ravel() @ across
    _, x, y, xx, yy, _ = _sums(one, other)
    return _correlation(np.array(float(len(one) * (len(one) - 1))), x, y, xx, yy, products)


def _with_gaps(
    one: Matrix,
    other: Matrix,
    known: Sequence[npt.NDArray[np.bool_]],
    permutations: int,
    random: np.random.Generator,
) -> Matrix:
    """Return the correlations after each permutation, each over the pairs that are then known in both."""
    n = len(one)
    rows, columns = np.nonzero(known[1])
    y, x, here = other[rows, columns], one.ravel(), known[0].ravel().astype(float)
    weights = np.stack([np.ones(len(y)), y, y * y], axis=1)
    found = np.empty(permutations)
    for begin, order in _orders(n, permutations, len(rows), random):
        places = order[:, rows] * n + order[:, columns]
        values = x[places]
        count, sum_y, square_y = (here[places] @ weights).T
        found[begin : begin + len(order)] = _correlation(
            count, values.sum(axis=1), sum_y, (values * values).sum(axis=1), square_y, values @ y
        )
    return found


def _orders(
    n: int, permutations: int, cells: int, random: np.random.Generator
) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
    """Yield permutations of n actors a block at a time, with the number of the first of each block."""
    step = max(1, _CELLS // max(cells, n))
    for begin in range(0, permutations, step):
        count = min(step, permutations - begin)
        yield begin, random.permuted(np.broadcast_to(np.arange(n), (count, n)), axis=1)
