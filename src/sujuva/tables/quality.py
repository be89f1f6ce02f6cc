"""Contracts of the books that cleaning keeps: quarantine, ledger, rules, sources and items."""

from __future__ import annotations

import dataframely as dy
import polars as pl


class Quarantine(dy.Schema):
    """One row is a raw row that was set aside. Private: `raw` holds the row as JSON text.

    `row` is the number of the data row in its file, from 1; `rules` are names joined by ";".
    """

    source = dy.String(primary_key=True, min_length=1)
    file = dy.String(min_length=1)
    row = dy.Int64(primary_key=True, min=1)
    rules = dy.String(min_length=1)
    raw = dy.String(min_length=2)


class Ledger(dy.Schema):
    """One row is a source: how many raw rows came in and where they ended. `tables` are joined by ";"."""

    source = dy.String(primary_key=True, min_length=1)
    file = dy.String(min_length=1)
    tables = dy.String(min_length=1)
    rows_in = dy.Int64(min=0)
    rows_clean = dy.Int64(min=0)
    rows_quarantined = dy.Int64(min=0)

    @dy.rule()
    def adds_up(cls) -> pl.Expr:  # noqa: N805  dataframely passes the class
        """Every raw row ends in exactly one place."""
        return pl.col("rows_in") == pl.col("rows_clean") + pl.col("rows_quarantined")


class RuleCounts(dy.Schema):
    """One row is a rule that touched a source: raw rows it set aside (quarantine) or changed by name (recode)."""

    source = dy.String(primary_key=True, min_length=1)
    rule = dy.String(primary_key=True, min_length=1)
    kind = dy.String(regex="^(quarantine|recode)$")
    reason = dy.String(min_length=1)
    rows = dy.Int64(min=1)


class SourceList(dy.Schema):
    """One row is a source: where it comes from and under which licence."""

    source = dy.String(primary_key=True, min_length=1)
    file = dy.String(min_length=1)
    reader = dy.String(min_length=1)
    licence = dy.String()
    responsible = dy.String()
    citation = dy.String()
    synthetic = dy.Bool()


class ItemCounts(dy.Schema):
    """One row is an item of an instrument: clean answers of all informants (`n`) and how many of them are blank."""

    instrument = dy.String(primary_key=True, min_length=1)
    wave = dy.Int32(primary_key=True)
    region = dy.String(primary_key=True, min_length=1)
    item = dy.Int32(primary_key=True, min=1)
    n = dy.Int64(min=0)
    n_missing = dy.Int64(min=0)
