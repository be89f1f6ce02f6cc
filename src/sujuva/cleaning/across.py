"""Rules that compare rows and tables: duplicates, contracts, and references from one table to another.

All work on tables that still hold every row, with `_source` and `_row` beside the columns of the contract, and on
the list of broken rules (columns _source, _row, rule) that says which raw rows are set aside so far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import dataframely as dy
import polars as pl

from sujuva.cleaning.rules import CONTRACT, Study, noted
from sujuva.sources import Source
from sujuva.tables import PREFIX, references

ROW = ["_source", "_row"]


def clean_rows(frame: pl.DataFrame, broken: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose raw row has broken no rule."""
    return frame.join(broken, on=ROW, how="anti", maintain_order="left")


def duplicates(
    table: str,
    frame: pl.DataFrame,
    key: Sequence[str],
    broken: pl.DataFrame,
    *,
    study: Study,
    sources: Sequence[Source],
) -> pl.DataFrame:
    """Note `duplicate` of the rows that share a key with the row that stays.

    The row that stays is the first (or last) in the order of the delivery that has broken no other rule; with
    `none`, no row of a shared key stays. Rows with a blank in their key have no key to share.

    Args:
        table: Name of the table.
        frame: All its rows.
        key: Key columns of its contract.
        broken: What is broken so far.
        study: Says which row stays.
        sources: The delivery; a source may have further columns that tell its rows apart, and undirected ties.

    Returns:
        Columns _source, _row, rule.
    """
    dirty = broken.select(ROW).unique().with_columns(_dirty=pl.lit(True))
    order = frame.with_row_index("_order").join(dirty, on=ROW, how="left", maintain_order="left")
    order = order.with_columns(pl.col("_dirty").fill_null(value=False))
    if table == "ties":
        order = _same_both_ways(order, sources)
        found = [_shared(order, [*(name for name in key if name not in {"source", "target"}), "_one", "_other"], study)]
    else:
        found = [_shared(order, key, study)]
    for position, source in enumerate(sources):
        if source.unique and set(source.unique) <= set(frame.columns):
            found.append(_shared(order.filter(pl.col("_source") == position), source.unique, study))
    return noted(pl.concat(found), "duplicate")


def _same_both_ways(frame: pl.DataFrame, sources: Sequence[Source]) -> pl.DataFrame:
    """Add the ends of a tie; where a row speaks for both directions, a–b and b–a are the same tie."""
    either = [position for position, source in enumerate(sources) if source.undirected]
    swap = pl.col("_source").is_in(either) & (pl.col("source") > pl.col("target"))
    return frame.with_columns(
        _one=pl.when(swap).then("target").otherwise("source"), _other=pl.when(swap).then("source").otherwise("target")
    )


def _shared(frame: pl.DataFrame, key: Sequence[str], study: Study) -> pl.DataFrame:
    """Return the rows that lose against another row with the same key."""
    keyed = frame.filter(pl.all_horizontal(pl.col(key).is_not_null()))
    keyed = keyed.filter(pl.len().over(key) > 1)
    if study.duplicates == "none":
        return keyed.select(ROW)
    keyed = keyed.sort("_dirty", "_order", descending=[False, study.duplicates == "last"])
    return keyed.filter(pl.int_range(pl.len()).over(key) > 0).select(ROW)


def contract(table: str, schema: type[dy.Schema], frame: pl.DataFrame, broken: pl.DataFrame) -> pl.DataFrame:
    """Let the contract itself judge the rows that no named rule has caught, so that nothing is lost silently.

    Args:
        table: Name of the table, for the rule's name.
        schema: Its contract.
        frame: All its rows.
        broken: What is broken so far; the rows that remain have complete keys, each once.

    Returns:
        Columns _source, _row, rule; a rule is called contract_<column>_<check>.
    """
    left = clean_rows(frame, broken)
    failure = schema.filter(left.select(schema.column_names())).failure
    if not len(failure):
        return noted(left.head(0), "")
    details = failure.details()
    key = list(schema.primary_key())
    found = []
    for rule in (name for name in details.columns if name not in schema.column_names()):
        rejected = left.join(details.filter(pl.col(rule) == "invalid"), on=key, how="semi")
        name = rule.replace("check__", "").replace("|", "_")
        found.append(noted(rejected, f"{CONTRACT}{table}_{name}"))
    return pl.concat(found)


def orphans(tables: Mapping[str, pl.DataFrame], broken: pl.DataFrame) -> pl.DataFrame:
    """Note rows that refer to a row which is not clean, until no further row falls.

    A row whose own raw row brings the row it refers to is not noted again: it is set aside for the cause itself.

    Args:
        tables: All rows of each table.
        broken: What is broken so far.

    Returns:
        Columns _source, _row, rule: the rows of unknown_respondent and unknown_organisation.
    """
    added = broken.head(0)
    while True:
        now = pl.concat([broken, added])
        found = [
            _without_parent(frame, tables.get(parent), now, columns, rule_of_reference(table))
            for table, frame in tables.items()
            for parent, columns in references(table)
        ]
        more = pl.concat([added, *found]).unique(maintain_order=True)
        if more.height == added.height:
            return added
        added = more


def rule_of_reference(table: str) -> str:
    """Return the rule that a row of `table` breaks when the row it refers to is not clean."""
    return "unknown_respondent" if table.startswith(PREFIX) or table == "open_answers" else "unknown_organisation"


def _without_parent(
    frame: pl.DataFrame, parents: pl.DataFrame | None, broken: pl.DataFrame, columns: Mapping[str, str], rule: str
) -> pl.DataFrame:
    here, there = list(columns), list(columns.values())
    lonely = frame.filter(pl.all_horizontal(pl.col(here).is_not_null()))
    if parents is not None:
        lonely = lonely.join(clean_rows(parents, broken), left_on=here, right_on=there, how="anti")
        lonely = lonely.join(parents, left_on=[*ROW, *here], right_on=[*ROW, *there], how="anti")
    return noted(lonely, rule)
