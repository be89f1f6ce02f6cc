"""Survey weights as whole numbers, and the check that sums of them fit."""

from __future__ import annotations

import polars as pl

from sujuva.errors import ContractError, ParameterError

MOST_DECIMALS = 9
_LARGEST = 10**38  # 128-bit sums travel as decimals of 38 digits


def fixed_weights(respondents: pl.LazyFrame, decimals: int) -> pl.LazyFrame:
    """Replace `weight` by the whole number round(weight × 10^decimals), Int64.

    Args:
        respondents: Any table with `weight` (above 0).
        decimals: Decimals kept of a weight, from 0 to 9.

    Raises:
        ParameterError: `decimals` is outside 0–9, or so small that a weight would become 0.
        ContractError: A weight is too large for exact sums, missing or not a number.
    """
    if not 0 <= decimals <= MOST_DECIMALS:
        msg = f"weight_decimals is {decimals}; 0 to {MOST_DECIMALS} are allowed."
        raise ParameterError(msg)
    scaled = (pl.col("weight") * 10**decimals).round()
    found = respondents.select(
        low=(scaled < 1).sum(),
        high=(~(scaled < 2**53)).sum(),  # above, a float is no longer exact; catches NaN too
        missing=pl.col("weight").is_null().sum(),
    ).collect(engine="streaming")
    low, high, missing = found.row(0)
    if low:
        msg = f"{low} weights would become 0 with weight_decimals {decimals}."
        raise ParameterError(msg, "Keep more decimals.")
    if high or missing:
        msg = f"{high + missing} weights are missing or too large for exact sums with weight_decimals {decimals}."
        raise ContractError(msg, "Keep fewer decimals, or scale the weights to a mean of 1.")
    return respondents.with_columns(weight=scaled.cast(pl.Int64))


def check_squares(largest: int, rows: int) -> None:
    """Refuse totals whose squares, summed over `rows` clusters, would leave 38 digits.

    Raises:
        ContractError: They would.
    """
    if largest * largest * max(rows, 1) >= _LARGEST:
        msg = "The totals of weights times scores are too large for exact sums of squares."
        raise ContractError(msg, "Lower weight_decimals, or scale the weights to a mean of 1.")
