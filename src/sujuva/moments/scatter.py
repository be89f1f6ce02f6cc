"""Adding words to the groups they belong to: numpy for some rows, scipy's compiled loop for very many."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from sujuva.moments.packing import Codes, Words

Adder = Callable[[Words, npt.NDArray[np.int32], Words, Codes], None]
"""Adds table[code] to words[index] for each pair of an index and a code; all must lie within."""
MANY = 1_000_000  # rows above which loading scipy (some 0.1 s) pays


def scatter_adder(rows: int) -> Adder:
    """Return the way to add up so many rows that is fastest, loading included; all give the same words."""
    if rows <= MANY:
        return add_with_numpy
    try:
        # The loop behind `coo_array @ vector`: that itself would check, copy and allocate for every block.
        from scipy.sparse._sparsetools import coo_matvec  # noqa: PLC0415 - see MANY
    except ImportError:
        return add_with_numpy
    ones = np.ones(0, np.uint64)

    def add(words: Words, index: npt.NDArray[np.int32], table: Words, codes: Codes) -> None:
        nonlocal ones
        if len(ones) < len(index):
            ones = np.ones(len(index), np.uint64)
        coo_matvec(len(index), index, codes.astype(np.int32), ones[: len(index)], table, words)

    return add


def add_with_numpy(words: Words, index: npt.NDArray[np.int32], table: Words, codes: Codes) -> None:
    """Add with numpy alone."""
    # Every code is in the table; "clip" only spares numpy the check.
    np.add.at(words, index.astype(np.intp), np.take(table, codes, mode="clip"))
