"""Many comparisons at once: how often a difference that is told is none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """Return the p-values of one family adjusted for the false-discovery rate, in their order.

    With m p-values in ascending order, q_i = min over j ≥ i of p_j·m / j (Benjamini & Hochberg, 1995, Journal of the
    Royal Statistical Society B 57, 289–300; R's `p.adjust(p, "BH")`). Telling all with q at most f, one expects no
    more than the share f of them to be false. The tests of a family may depend on each other positively, as those of a
    network and its regions do (Benjamini & Yekutieli, 2001, Annals of Statistics 29, 1165–1188).
    None: no test was made, which counts in no family.
    """
    found = adjusted(np.asarray([np.nan if p is None else p for p in p_values], dtype=np.float64))
    return [None if p is None else float(q) for p, q in zip(p_values, found, strict=True)]


def adjusted(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the same for an array; NaN: no test was made."""
    tested = np.flatnonzero(~np.isnan(p_values))
    order = tested[np.argsort(p_values[tested], kind="stable")]
    ratios = p_values[order] * len(order) / np.arange(1, len(order) + 1)
    found = np.full(p_values.shape, np.nan)
    found[order] = np.minimum(np.minimum.accumulate(ratios[::-1])[::-1], 1.0)
    return found


def with_false_discovery(frame: pl.DataFrame, family: Sequence[str]) -> pl.DataFrame:
    """Put adjusted p-values of `p` (null: no test) into `q`; rows alike in the columns `family` are a family."""
    members: dict[tuple[object, ...], list[int]] = {}
    for place, key in enumerate(frame.select(family).iter_rows()):
        members.setdefault(key, []).append(place)
    p_values = frame["p"].to_list()
    found: list[float | None] = [None] * frame.height
    for places in members.values():
        for place, q in zip(places, benjamini_hochberg([p_values[place] for place in places]), strict=True):
            found[place] = q
    return frame.with_columns(q=pl.Series(found, dtype=pl.Float64))
