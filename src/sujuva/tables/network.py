"""Contracts of the network of services: organisations, their rated ties, and who came to which meeting."""

from __future__ import annotations

import dataframely as dy
import polars as pl

RATING_RANGE = (0, 10)
"""Lowest and highest rating of a tie that any source may use."""


class Organisations(dy.Schema):
    """One row is an actor of a region's network.

    `level` is the level of services that it belongs to (such as basic or specialised): links within a level are
    horizontal, links between levels vertical.
    """

    region = dy.String(primary_key=True, min_length=1)
    organisation = dy.String(primary_key=True, min_length=1)
    name = dy.String(min_length=1)
    sector = dy.String(min_length=1)
    level = dy.String(nullable=True, min_length=1)


class Ties(dy.Schema):
    """One row is a rated relation from `source` to `target` at a wave.

    `observed` and `expected` are ratings (0 = none); `directed` is false where one row speaks for both ends.
    """

    region = dy.String(primary_key=True, min_length=1)
    wave = dy.Int32(primary_key=True, min=1900, max=2199)
    relation = dy.String(primary_key=True, min_length=1)
    source = dy.String(primary_key=True, min_length=1)
    target = dy.String(primary_key=True, min_length=1)
    observed = dy.Int16(min=RATING_RANGE[0], max=RATING_RANGE[1])
    expected = dy.Int16(nullable=True, min=RATING_RANGE[0], max=RATING_RANGE[1])
    directed = dy.Bool()

    @dy.rule()
    def two_ends(cls) -> pl.Expr:  # noqa: N805  dataframely passes the class
        """An organisation does not rate itself."""
        return pl.col("source") != pl.col("target")


class Attendance(dy.Schema):
    """One row is an organisation that was at an event (a meeting or workshop), and the one phenomenon it was about."""

    event = dy.String(primary_key=True, min_length=1)
    wave = dy.Int32(primary_key=True, min=1900, max=2199)
    region = dy.String(primary_key=True, min_length=1)
    organisation = dy.String(primary_key=True, min_length=1)
    phenomenon = dy.String(nullable=True, min_length=1)
