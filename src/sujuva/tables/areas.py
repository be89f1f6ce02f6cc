"""Contract of official statistics of areas."""

from __future__ import annotations

import dataframely as dy
import polars as pl

AREA_GENDERS = ("total", "male", "female")


def _gender(column: pl.Expr) -> pl.Expr:
    return column.is_in(AREA_GENDERS)


class AreaIndicators(dy.Schema):
    """One row is a statistic of an area, gender and year.

    `area` is the official code as text: leading zeros matter. `value` is in the unit of the indicator, `absolute`
    the count behind it. A blank stays null: it means "not published" or "not known", never 0.
    """

    indicator = dy.String(primary_key=True, min_length=1)
    title = dy.String(min_length=1)
    area = dy.String(primary_key=True, min_length=1)
    area_name = dy.String(min_length=1)
    gender = dy.String(primary_key=True, check={"allowed": _gender})
    year = dy.Int32(primary_key=True, min=1800, max=2199)
    value = dy.Float64(nullable=True)
    absolute = dy.Float64(nullable=True)
