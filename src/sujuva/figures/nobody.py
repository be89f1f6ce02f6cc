"""Rows about nobody: what was asked and left blank has rows, but nothing to draw."""

from __future__ import annotations

import polars as pl

from sujuva.published import SHOWN


def somebody() -> pl.Expr:
    """Tell of published rows whether anybody stands behind them: a hidden row has somebody, one of n = 0 does not."""
    return (pl.col("suppressed") != SHOWN) | pl.col("estimate").is_not_null() | (pl.col("n").fill_null(1) > 0)


def of_somebody(frame: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Leave out the series, named by the columns `by`, of which no row has anybody."""
    return frame.join(frame.filter(somebody()).select(by).unique(), on=by, how="semi", maintain_order="left")
