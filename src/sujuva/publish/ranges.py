"""What the rule tells of a hidden count: the range in which whoever knows the rule must look for it."""

from __future__ import annotations

import polars as pl


def ranged(frame: pl.DataFrame, threshold: int, *, none: pl.Expr | None = None) -> pl.DataFrame:
    """Add what the rule tells of a plain count: primary from 1 to threshold − 1.

    Args:
        frame: Counts, as `value`.
        threshold: See above.
        none: Rows of which 0 is small, too, and hidden. Where few are to be counted, zeros all around tell them: of two
            small years one is the total, and the marks of what is hidden add up.
    """
    none = pl.lit(value=False) if none is None or threshold <= 1 else none
    small = pl.col("value").is_between(pl.when(none).then(0).otherwise(1), threshold - 1)
    return frame.with_columns(
        value=pl.col("value").cast(pl.Int64),
        primary=small,
        low=pl.when(small)
        .then(pl.when(none).then(0).otherwise(1))
        .when(pl.col("value") >= threshold)
        .then(threshold)
        .otherwise(0)
        .cast(pl.Float64),
        high=pl.when(small).then(threshold - 1).otherwise(float("inf")).cast(pl.Float64),
        eligible=pl.col("value") >= threshold,
    )


def share_ranged(frame: pl.DataFrame, threshold: int) -> pl.DataFrame:
    """Add what the rule tells of a numerator: primary when it, or what is left of n, is under the threshold.

    Where n itself is too small, the numerator needs protection of its own, whatever it is: that nobody, or everybody,
    of a few is in the band must not be left over by subtraction either.
    """
    enough = (pl.col("n") >= threshold) & ~pl.col("few").fill_null(value=False)
    few, most = enough & (pl.col("value") < threshold), enough & (pl.col("n") - pl.col("value") < threshold)
    least = pl.max_horizontal(pl.col("n") - threshold + 1, 0)
    return frame.with_columns(
        primary=few | most | ~enough,
        low=pl.when(few | ~enough).then(0).when(most).then(least).otherwise(threshold).cast(pl.Float64),
        high=pl.when(few)
        .then(threshold - 1)
        .when(most | ~enough)
        .then("n")
        .otherwise(pl.col("n") - threshold)
        .cast(pl.Float64),
        eligible=enough & ~(few | most),
    )
