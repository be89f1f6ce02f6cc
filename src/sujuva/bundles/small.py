"""What makes a number too small to leave a region: expressions over counts that stand in one row, and what is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from sujuva.bundles.blocks import BLOCK, blocks_of

Block = tuple[int, str, str, str]
"""A wave, a scale, an informant and a kind of groups, as `BLOCK` names them."""


class Thresholds(Protocol):
    """The rules of disclosure control, as `sujuva.publish.Privacy` has them."""

    @property
    def threshold(self) -> int:
        """Counts of persons or families from 1 to one less are small."""

    @property
    def organisation_threshold(self) -> int:
        """The same for organisations."""

    @property
    def dominance_n(self) -> int:
        """Of a sum about organisations, so many of the largest."""

    @property
    def dominance_k(self) -> int:
        """So much of it, per cent, these may make up."""

    @property
    def p_percent(self) -> int:
        """Without the two largest, a sum is at least this much of the largest, per cent."""


@dataclass
class Hidden:
    """Blocks that must not leave, by table, each with the first reason that was found."""

    blocks: dict[str, dict[Block, str]] = field(default_factory=dict)

    def hide(self, table: str, blocks: Iterable[Block], reason: str) -> None:
        """Add blocks of a table; a reason that stands stays."""
        known = self.blocks.setdefault(table, {})
        for block in blocks:
            known.setdefault(block, reason)

    def rows(self, table: str, rows: pl.DataFrame, reasons: Mapping[str, pl.Expr]) -> None:
        """Add the block of each row that one of some conditions holds for; null is taken for true."""
        if rows.is_empty():
            return
        holds = rows.select(condition.fill_null(value=True).alias(reason) for reason, condition in reasons.items())
        for reason in reasons:
            self.hide(table, blocks_in(table, rows.filter(holds[reason])), reason)

    def of(self, table: str) -> dict[Block, str]:
        """Return the blocks of a table and their reasons."""
        return self.blocks.get(table, {})


def blocks_in(table: str, rows: pl.DataFrame) -> list[Block]:
    """Return the blocks that some rows belong to, sorted."""
    return [] if rows.is_empty() else blocks_of(table, rows).unique().sort(BLOCK).rows()


def few(count: pl.Expr, threshold: int) -> pl.Expr:
    """Tell whether a count is from 1 to the threshold less 1; below 0 counts contradict, and nothing is certain."""
    return (count != 0) & (count < threshold)


def any_few(threshold: int, *counts: pl.Expr) -> pl.Expr:
    """Tell whether one of some counts is small."""
    return pl.any_horizontal(few(one, threshold).fill_null(value=True) for one in counts)


def whole(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table with its wide sums as whole numbers."""
    return table.with_columns(
        pl.col(name).cast(pl.Int128) for name, kind in table.schema.items() if isinstance(kind, pl.Decimal)
    )


def kinds_of_groups(table: pl.DataFrame) -> Iterator[str]:
    """Yield the kinds of groups of a table, without everybody."""
    kinds = table.select(pl.col("group").str.split(":").list.first().unique().sort())["group"]
    yield from (one for one in kinds.to_list() if one != "all")
