"""Which published rows the rule of verdicts reads: the comparison of two years, else the two years themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from sujuva.figures.specification import View
from sujuva.figures.verdicts import Pair, Row, Verdict, changed, changed_together, compared, q_of
from sujuva.published import SHOWN, rows_of

_SAME = ("scale", "informant", "region", "group")


def judged(view: View, first: Row, last: Row, *, beside: Callable[[], Sequence[Pair]] = tuple) -> Verdict:
    """Judge how an indicator changed between two years, by its published comparison where there is one.

    The interval of a comparison knows which schools and services answered in both years, and its q how many changes
    were looked at. Only where none is told the years are compared as if they were independent.

    Args:
        view: The page.
        first: A published row of an indicator.
        last: The same in a later year.
        beside: Gives all such changes that stand side by side, this one among them; asked where no comparison is told.
    """
    row = comparison(view, first, last)
    if row is not None:
        return compared(row, view.meta)
    q = q_of((first, last), [one for one in beside() if comparison(view, *one) is None], view.meta)
    return changed(first, last, view.meta, sd=_deviation(view, first), q=q)


def judged_together(view: View, pairs: Sequence[Pair]) -> list[Verdict]:
    """Judge changes that stand side by side; those that nobody published a comparison of share one family of q.

    Args:
        view: The page.
        pairs: Published rows of an indicator in an earlier and a later year.
    """
    told = {place: row for place, pair in enumerate(pairs) if (row := comparison(view, *pair)) is not None}
    rest = [place for place in range(len(pairs)) if place not in told]
    verdicts = {place: compared(row, view.meta) for place, row in told.items()}
    verdicts |= dict(zip(rest, changed_together([pairs[place] for place in rest], view.meta), strict=True))
    return [verdicts[place] for place in range(len(pairs))]


def comparison(view: View, first: Row, last: Row) -> dict[str, Any] | None:
    """Return the published comparison of two years with its interval; None where none is told."""
    kinds = {"score_mean": ("change", ""), "band_share": ("change", last["category"])}
    kind, category = kinds.get(last["indicator"], ("network_change", last["indicator"]))
    rows = view.table("comparisons").filter(
        *(pl.col(name) == last[name] for name in _SAME if name in last and kind == "change"),
        pl.col("region") == last["region"], pl.col("scale") == last["scale"], pl.col("wave") == last["wave"],
        pl.col("other_wave") == first["wave"], pl.col("comparison") == kind, pl.col("category") == category,
        pl.col("suppressed") == SHOWN, pl.col("ci_low").is_not_null(), pl.col("ci_high").is_not_null(),
    )  # fmt: skip
    return next(rows_of(rows), None)


def _deviation(view: View, first: Row) -> float | None:
    """Return the published standard deviation of the scores behind a mean; None where it is hidden or there is none."""
    if first["indicator"] != "score_mean":
        return None
    rows = view.table("parjaavyys").filter(
        *(pl.col(name) == first[name] for name in (*_SAME, "wave")), pl.col("indicator") == "score_sd",
        pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null(),
    )  # fmt: skip
    return next(iter(rows["estimate"]), None)
