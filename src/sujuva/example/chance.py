"""Small draws that several files share."""

from __future__ import annotations

from typing import Any

import numpy as np


def happens(rng: np.random.Generator, size: int, share: float) -> np.ndarray:
    """Return true for about a `share` of `size` cases."""
    return np.asarray(rng.random(size) < share)


def leave_gaps(
    rng: np.random.Generator, cells: np.ndarray, *, blank: float, coded: float, code: Any
) -> list[list[Any]]:
    """Leave some answers out: null in a share `blank` of the cells, the missing code in a share `coded`.

    Args:
        rng: Stream of the file.
        cells: Answers as they are written, persons × items.
        blank: Share of cells with nothing in them.
        coded: Share of cells with `code`.
        code: What the system writes for "no answer".

    Returns:
        One list an item.
    """
    lot = rng.random(cells.shape)
    filled = cells.astype(object)
    filled[lot < blank] = None
    filled[(lot >= blank) & (lot < blank + coded)] = code
    return [column.tolist() for column in filled.T]
