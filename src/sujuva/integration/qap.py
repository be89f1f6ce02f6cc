"""Whether two relations go together: their correlation, tested by the quadratic assignment procedure (QAP).

Sources: Hubert & Schultz (1976), Quadratic assignment as a general data analysis strategy, British Journal of
Mathematical and Statistical Psychology 29, 190–241; Krackhardt (1988), Predicting with networks, Social Networks 10,
359–381. Rows and columns of one matrix are permuted together, so each keeps its structure and only who is who is left
to chance.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from sujuva.errors import ContractError
from sujuva.integration.measures import FEW_ACTORS, NO_RATINGS
from sujuva.integration.permutation import NO_SPREAD, Tested, check_permutations, p_value

Matrix = npt.NDArray[np.float64]
_CELLS = 1 << 20
_SPARSE = 4  # where fewer than one of so many cells counts, they are looked up one by one
_EXACT = 2**24  # whole numbers of single precision
_ROUND = 1e-12  # permutations that lead to the same cells may differ in the last bits


def qap_test(one: Matrix, other: Matrix, *, permutations: int, random: np.random.Generator) -> Tested:
    """Correlate two relations of the same actors, and test it.

    It is Pearson's correlation over the ordered pairs of actors that are known in both matrices. After each
    permutation it is again over the pairs known in both. p is two-sided: how often a permutation's correlation is at
    least as far from 0.

    Args:
        one: n×n matrix; NaN where nothing is known. The diagonal is not read.
        other: Likewise, of the same actors in the same order.
        permutations: How many are drawn.
        random: Source of chance.

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
    cells = [np.where(apart, matrix, np.nan) for matrix in (one, other)]
    both = ~np.isnan(cells[0]) & ~np.isnan(cells[1])
    if not both.any():
        return Tested(None, None, None, NO_RATINGS)
    value = _pearson(cells[0][both], cells[1][both])
    if value is None:
        return Tested(None, None, None, NO_SPREAD)
    complete = bool(both.sum() == n * (n - 1))
    draw = _complete if complete else _with_gaps
    found = draw(cells[0], cells[1], permutations, random)
    as_far = int((np.abs(found) >= abs(value) - _ROUND).sum())
    return Tested(value, 0.0, p_value(as_far, permutations))


def _pearson(x: Matrix, y: Matrix) -> float | None:
    x, y = x - x.mean(), y - y.mean()
    if not (x.any() and y.any()):
        return None
    return float((x @ y) / np.sqrt((x @ x) * (y @ y)))


def _complete(one: Matrix, other: Matrix, permutations: int, random: np.random.Generator) -> Matrix:
    """Return the correlations after each permutation, where every pair is known in both.

    Sums and squares stay what they are, so only Σxy is new. The origin is put at the most frequent value, so that few
    cells count in relations that most pairs do not have.
    """
    n = len(one)
    apart = ~np.eye(n, dtype=bool)
    one, other = (_shifted(matrix, apart) for matrix in (one, other))
    pairs = n * (n - 1)
    sum_x, sum_y = one.sum(), other.sum()
    spread = np.sqrt(((one**2).sum() - sum_x**2 / pairs) * ((other**2).sum() - sum_y**2 / pairs))
    add_up = _sparse if np.count_nonzero(other) * _SPARSE < pairs else _dense
    found: Matrix = (add_up(one, other, permutations, random) - sum_x * sum_y / pairs) / spread
    return found


def _shifted(matrix: Matrix, apart: npt.NDArray[np.bool_]) -> Matrix:
    kinds, counts = np.unique(matrix[apart], return_counts=True)
    return np.where(apart, matrix - kinds[counts.argmax()], 0.0)


def _sparse(one: Matrix, other: Matrix, permutations: int, random: np.random.Generator) -> Matrix:
    """Return Σxy after each permutation, from the cells that `other` has."""
    n = len(one)
    rows, columns = np.nonzero(other)
    weights, flat = other[rows, columns], one.ravel()
    found = np.empty(permutations)
    for begin, order in _orders(n, permutations, len(rows), random):
        found[begin : begin + len(order)] = flat[order[:, rows] * n + order[:, columns]] @ weights
    return found


def _dense(one: Matrix, other: Matrix, permutations: int, random: np.random.Generator) -> Matrix:
    """Return Σxy after each permutation, from all cells: rows, then columns are put in the new order."""
    # Sums of small whole numbers are exact in single precision, which takes half the time.
    whole = bool((one == np.rint(one)).all() and (other == np.rint(other)).all())
    exact = whole and float(np.abs(one).max() * np.abs(other).max()) * one.size < _EXACT
    x = one.astype(np.float32 if exact else np.float64)
    y = other.astype(x.dtype).ravel()
    found = np.empty(permutations)
    for begin, orders in _orders(len(one), permutations, one.size, random):
        for number, order in enumerate(orders, begin):
            found[number] = x.take(order, 0).take(order, 1).ravel() @ y
    return found


def _with_gaps(one: Matrix, other: Matrix, permutations: int, random: np.random.Generator) -> Matrix:
    """Return the correlations after each permutation, each over the pairs that are then known in both.

    Where those do not vary, the correlation is 0: nothing goes together there.
    """
    n = len(one)
    rows, columns = np.nonzero(~np.isnan(other))
    y = other[rows, columns]
    y = y - y.mean()
    known = ~np.isnan(one)
    x = np.where(known, one - one[known].mean(), 0.0).ravel()
    here = known.ravel().astype(float)
    weights = np.stack([np.ones(len(y)), y, y**2], axis=1)
    found = np.empty(permutations)
    for begin, order in _orders(n, permutations, len(rows), random):
        places = order[:, rows] * n + order[:, columns]
        values = x[places]
        count, sum_y, square_y = (here[places] @ weights).T
        sum_x, product, square_x = values.sum(axis=1), values @ y, (values**2).sum(axis=1)
        count = np.maximum(count, 1)
        spread = (square_x - sum_x**2 / count) * (square_y - sum_y**2 / count)
        top = product - sum_x * sum_y / count
        flat = spread <= _ROUND * square_x * square_y
        found[begin : begin + len(order)] = np.where(flat, 0.0, top / np.sqrt(np.where(flat, 1.0, spread)))
    return found


def _orders(
    n: int, permutations: int, cells: int, random: np.random.Generator
) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
    """Yield permutations of n actors a block at a time, with the number of the first of each block."""
    step = max(1, _CELLS // max(cells, n))
    for begin in range(0, permutations, step):
        count = min(step, permutations - begin)
        yield begin, random.permuted(np.broadcast_to(np.arange(n), (count, n)), axis=1)
