"""Shares of families that stand among others: what lies between two published n is told by neither.

Whoever had some first support is one of those who started, and whoever met is one of those who had it. n is rounded,
but a share and its standard error give it back; then two of them tell, by subtraction, that three families were
referred on and never met. Where such a difference is small anywhere, the shares of the inner families are told without
n and without standard error, and so coarsely that the difference can still have been anything under the threshold.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sujuva.codebooks import Indicators
from sujuva.publish.rules import is_one, is_shown, suppressed_of
from sujuva.publish.worlds import STEPS
from sujuva.published import N_ONLY

STARTED, MET = "cases_started", "delay_median"
_PLACE = ["region", "wave", "group"]


def without_small_steps(
    marked: pl.DataFrame, indicators: Indicators, *, threshold: int, confidence: float
) -> pl.DataFrame:
    """Tell coarsely, and without n, the shares of families that differ by a few from those that met or started.

    n is left out of the whole series, since regions and years add up. A share is told in the finest of `STEPS` in which
    a few more or fewer families would look the same, and not at all where there is none.
    """
    name = pl.col("indicator")
    begun = marked.filter(name == STARTED).select(*_PLACE, _begun=pl.col("estimate").round().cast(pl.Int64))
    met = marked.filter(name == MET).select(*_PLACE, _met="n")
    rows = marked.with_row_index("_row").join(begun, on=_PLACE, how="left", maintain_order="left")
    rows = rows.join(met, on=_PLACE, how="left", maintain_order="left")
    above = pl.when(is_one(indicators.where(within=STARTED))).then(pl.col("_begun") - pl.col("n"))
    below = pl.when(is_one(indicators[MET].behind.within)).then(pl.col("n") - pl.col("_met"))
    small = pl.any_horizontal(step.is_between(1, threshold - 1) for step in (above, below)).fill_null(value=False)
    rows = rows.with_columns(_small=small, _above=above, _below=below)
    series = rows.filter("_small")["indicator"].unique().to_list()
    mine = rows.filter(name.is_in(series), is_shown(), pl.col("rule") != N_ONLY)
    found = [
        (row["_row"], *_told(row, threshold, confidence))
        for row in mine.select("_row", "estimate", "ci_low", "ci_high", "se", "n", "_small", "_above", "_below")
        .iter_rows(named=True)
    ]  # fmt: skip
    told = pl.DataFrame(
        found,
        schema={"_row": pl.UInt32, "_rule": pl.String, **dict.fromkeys(("_mid", "_low", "_high"), pl.Float64)},
        orient="row",
    )
    of = {"estimate": "_mid", "ci_low": "_low", "ci_high": "_high"}
    changed = pl.col("_rule").is_not_null()
    return (
        rows.join(told, on="_row", how="left", maintain_order="left")
        .with_columns(
            *(pl.when(changed).then(new).otherwise(old).alias(old) for old, new in of.items()),
            se=pl.when(~changed).then("se"),
            rule=pl.coalesce("_rule", "rule"),
        )
        .with_columns(suppressed=suppressed_of("rule"))
        .select(marked.columns)
    )


def _told(row: dict[str, float], threshold: int, confidence: float) -> tuple[str, float, float | None, float | None]:
    mid, low, high = row["estimate"], row["ci_low"], row["ci_high"]
    share = low is not None and 0 < mid < 1
    if low is not None and row["se"] == 0:  # nobody or everybody: how far the interval reaches tells n
        return N_ONLY, mid, None, None
    if not share or high > 1:  # a mean tells its n by nothing but its standard error
        return N_ONLY, mid, low, high
    n = int(row["n"])
    others = _others(n, row, threshold) if row["_small"] else []
    for step in STEPS:
        seen = _rounded((mid, low, high), step)
        if all(_same(seen, other, mid, step, confidence) for other in others):
            return N_ONLY, *seen
    return "small_count", mid, low, high


def _others(n: int, row: dict[str, float], threshold: int) -> set[int]:
    """Return the numbers of families that would make a small step the least and the most that it may be."""
    return {
        n + sign * (int(row[step]) - end)
        for step, sign in (("_above", 1), ("_below", -1))
        if row[step] is not None and 1 <= row[step] < threshold
        for end in (1, threshold - 1)
    }


def _rounded(numbers: Iterable[float], step: float) -> tuple[float, float, float]:
    one, two, three = (round(round(number / step) * step, 2) for number in numbers)
    return one, two, three


def _same(seen: tuple[float, float, float], n: int, share: float, step: float, confidence: float) -> bool:
    """Tell whether some number of `n` families would look like `seen`: each counts once, so s² = p(1 − p)/(n − 1)."""
    from sujuva.estimation.interval import share_interval  # noqa: PLC0415 - scipy is only needed here

    near = round(share * n)
    for count in range(max(near - 2, 1), min(near + 3, n)):
        p = count / n
        limits = share_interval(p, (p * (1 - p) / (n - 1)) ** 0.5, n - 1, confidence)
        if limits and _rounded((p, *limits), step) == seen:
            return True
    return False
