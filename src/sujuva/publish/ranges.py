"""What the rule tells of a count: whether it is small, and between what numbers it lies once it is hidden."""

from __future__ import annotations

import polars as pl

from sujuva.publish.rules import first_of


def ranged(frame: pl.DataFrame, threshold: int, *, none: pl.Expr | None = None) -> pl.DataFrame:
    """Add what the rule tells of the count `value`: primary from 1 to threshold − 1.

    Of rows with `none`, 0 is small too, and hidden. Where few are to be counted, zeros all around tell them: of two
    small years one is the total, and the marks of what is hidden add up.
    """
    none = pl.lit(value=False) if none is None or threshold <= 1 else none
    small = pl.col("value").is_between(pl.when(none).then(0).otherwise(1), threshold - 1)
    return frame.with_columns(
        value=pl.col("value").cast(pl.Int64),
        primary=small,
        low=first_of(
            (small & none, 0.0), (small, 1.0), (pl.col("value") >= threshold, float(threshold)), otherwise=0.0
        ),
        high=first_of((small, threshold - 1.0), otherwise=float("inf")),
        eligible=pl.col("value") >= threshold,
    )


def share_ranged(frame: pl.DataFrame, threshold: int) -> pl.DataFrame:
    """Add what the rule tells of a numerator: primary when it, or what is left of n, is under the threshold.

    Where n itself is too small, the numerator needs protection of its own, whatever it is: that nobody, or everybody,
    of a few is in the band must not be left over by subtraction either.
    """
    enough = (pl.col("n") >= threshold) & ~pl.col("few").fill_null(value=False)
    few, most = enough & (pl.col("value") < threshold), enough & (pl.col("n") - pl.col("value") < threshold)
    # Of how many meetings a few families stand on a side: that must stay open by the threshold either way.
    some, reach = pl.col("few_on_side"), threshold - 1
    least = pl.max_horizontal(pl.col("n") - reach, 0)
    below = pl.max_horizontal(pl.col("value") - reach, 0)
    above = pl.min_horizontal(pl.col("value") + reach, "n")
    return frame.with_columns(
        primary=few | most | ~enough | some,
        low=first_of((few | ~enough, 0.0), (most, least), (some, below), otherwise=float(threshold)).cast(pl.Float64),
        high=first_of(
            (few, threshold - 1.0), (most | ~enough, pl.col("n")), (some, above), otherwise=pl.col("n") - threshold
        ).cast(pl.Float64),
        eligible=enough & ~(few | most | some),
    )


def few_families(threshold: int) -> pl.Expr:
    """Tell which rows count meetings, actions or referrals of fewer families than the threshold: df + 1 counts them."""
    others = (pl.col("clusters") == "family") & (pl.col("counts") != "family")
    return (others & (pl.col("df") + 1 < threshold)).fill_null(value=False)


def of_few_families(cells: pl.DataFrame, threshold: int) -> pl.DataFrame:
    """Make cells of n with `few` primary: the exact number of meetings must stay open by the threshold either way."""
    few = pl.col("few") & ~pl.col("primary")
    reach = threshold - 1.0
    return cells.with_columns(
        primary=pl.col("primary") | few,
        low=pl.when(few).then(pl.max_horizontal(pl.col("value") - reach, 0.0)).otherwise("low"),
        high=pl.when(few).then(pl.col("value") + reach).otherwise("high"),
        eligible=pl.col("eligible") & ~few,
    )
