"""Many comparisons at once: how often a difference that is told is none."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """Return the p-values of one family adjusted for the false-discovery rate, in their order.

    With m p-values in ascending order, q_i = min over j ≥ i of p_j·m / j (Benjamini & Hochberg, 1995, Journal of the
    Royal Statistical Society B 57, 289–300; R's `p.adjust(p, "BH")`). Telling all with q at most f, one expects no
    more than the share f of them to be false. The tests of a family may depend on each other positively, as those of a
    network and its regions do (Benjamini & Yekutieli, 2001, Annals of Statistics 29, 1165–1188).
    None: no test was made, which counts in no family.
    """
    tested = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    least = 1.0
    for rank in range(len(tested), 0, -1):
        p, place = tested[rank - 1]
        least = min(least, p * len(tested) / rank)
        adjusted[place] = least
    return adjusted


def with_false_discovery(frame: pl.DataFrame, family: Sequence[str]) -> pl.DataFrame:
    """Put adjusted p-values of `p` (null: no test) into `q`; rows alike in the columns `family` are a family."""
    members: dict[tuple[object, ...], list[int]] = {}
    for place, key in enumerate(frame.select(family).iter_rows()):
        members.setdefault(key, []).append(place)
    p_values = frame["p"].to_list()
    adjusted: list[float | None] = [None] * frame.height
    for places in members.values():
        for place, q in zip(places, benjamini_hochberg([p_values[place] for place in places]), strict=True):
            adjusted[place] = q
    return frame.with_columns(q=pl.Series(adjusted, dtype=pl.Float64))
