"""Contracts of the books that cleaning keeps: quarantine, ledger, rules, sources, items, response and flags."""

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
    """One row is an item of an instrument: forms on which it was asked (`n`, all informants), and how many are blank.

    An item with `asked_if` is asked of some only; where nobody was, it has no row. `n_not_asked`: forms that did not
    have the item, because their feed does not deliver it or because nobody there answered it (`NOBODY`).
    """

    instrument = dy.String(primary_key=True, min_length=1)
    wave = dy.Int32(primary_key=True)
    region = dy.String(primary_key=True, min_length=1)
    item = dy.Int32(primary_key=True, min=1)
    n = dy.Int64(min=0)
    n_missing = dy.Int64(min=0)
    n_not_asked = dy.Int64(min=0)


class ResponseCounts(dy.Schema):
    """One row is an instrument, informant, wave and region: respondents there, and how many of them answered.

    Where nobody has a form of it, not even an empty one, nobody was asked, and there is no row.

    `n_again` are those among `n_answered` who had answered the same instrument through the same informant at the
    previous wave of the study, and `n_before` all who had answered then; null at the first wave.
    """

    instrument = dy.String(primary_key=True, min_length=1)
    informant = dy.String(primary_key=True, min_length=1)
    wave = dy.Int32(primary_key=True)
    region = dy.String(primary_key=True, min_length=1)
    n_respondents = dy.Int64(min=0)
    n_answered = dy.Int64(min=0)
    n_before = dy.Int64(nullable=True, min=0)
    n_again = dy.Int64(nullable=True, min=0)


class RowFlags(dy.Schema):
    """One row is a flag on one person's answers. Private. The answers stay in the clean table."""

    flag = dy.String(primary_key=True, min_length=1)
    instrument = dy.String(primary_key=True, min_length=1)
    respondent = dy.String(primary_key=True, min_length=1)
    wave = dy.Int32(primary_key=True)
    informant = dy.String(primary_key=True, min_length=1)


class FlagCounts(dy.Schema):
    """One row is a flag on something: rows of answers, an item in a wave or group, or an id with two titles.

    `about` is the instrument, the indicator or the source that it is about, `part` the item or scale there (empty:
    the whole); `wave` 0 means all waves, `region` network all regions, and `informant` and `group` may be empty.
    `n` of `looked_at` rows are flagged where rows are (else both say how many rows the finding rests on). `value` is
    the number behind it: a correlation, or a jump in standard deviations.
    """

    flag = dy.String(primary_key=True, min_length=1)
    about = dy.String(primary_key=True, min_length=1)
    part = dy.String(primary_key=True)
    informant = dy.String(primary_key=True)
    wave = dy.Int32(primary_key=True)
    region = dy.String(primary_key=True, min_length=1)
    group = dy.String(primary_key=True)
    n = dy.Int64(min=0)
    looked_at = dy.Int64(min=0)
    value = dy.Float64(nullable=True)
    reason = dy.String(min_length=1)


class ItemTitles(dy.Schema):
    """One row is a title that a source gives an item or an indicator: the same id should mean the same thing.

    `id` is the item column (`who5_1`, or `sdq_1 (parent)` where a source has one informant) or the indicator; `table`
    the clean table; `period` the wave or year as text where the rows of the source tell it, else empty.
    """

    table = dy.String(primary_key=True, min_length=1)
    id = dy.String(primary_key=True, min_length=1)
    source = dy.String(primary_key=True, min_length=1)
    period = dy.String(primary_key=True)
    title = dy.String(primary_key=True, min_length=1)
