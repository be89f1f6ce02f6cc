"""Counts, the sums that they stand in, and what one sum tells of a hidden count.

A *relation* says that some cells add up to another: regions to the network, girls and boys to all, the bins of
a distribution to its n. Who reads the tables knows the relations, every shown cell and the rule itself (a
hidden small count lies in its own range, any other hidden count does not). From that a hidden cell has a
*feasible interval*. A primary cell is protected when this interval is still the whole range of the rule:
what is shown then adds nothing to what the rule alone tells (worked case: tests/publish/test_protect.py).

Intervals are computed from exact counts although only rounded ones are shown, which is on the safe side.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Relation:
    """Cells `parts` add up to cell `total` (positions in the table of cells), up to a residual that is known.

    Attributes:
        total: The sum.
        parts: What is added up.
        keep_total: The total is worth more to readers than its parts and is not hidden for their sake.
    """

    total: int
    parts: tuple[int, ...]
    keep_total: bool = False

    @property
    def members(self) -> tuple[int, ...]:
        """Every cell of the relation, the total last."""
        return (*self.parts, self.total)


def related(sums: pl.DataFrame, total: str, parts: str, *, keep_total: bool = True) -> list[Relation]:
    """Return a relation for each row: the cell in the column `total` and the list of cells in `parts`."""
    return [Relation(one, tuple(some), keep_total) for one, some in sums.select(total, parts).iter_rows()]


def sums_within(cells: pl.DataFrame, within: list[str], is_total: pl.Expr, value: str) -> pl.DataFrame:
    """Return for each value of `within` that has one total its id, the ids of its parts, and what the parts lack."""
    sums = (
        cells.sort("id")
        .group_by(within, maintain_order=True)
        .agg(
            total=pl.col("id").filter(is_total),
            parts=pl.col("id").filter(~is_total),
            left=pl.col(value).filter(is_total).sum() - pl.col(value).filter(~is_total).sum(),
        )
    )
    one = sums.filter(pl.col("total").list.len() == 1, pl.col("parts").list.len() > 0)
    return one.with_columns(pl.col("total").list.first())


@dataclass(frozen=True)
class Cells:
    """Counts with what a reader knows of each if it is hidden. All arrays have one entry a cell.

    Attributes:
        values: The true counts.
        primary: Whether the rule hides the cell by itself.
        low: Lower end of what the rule tells of the cell once hidden.
        high: Upper end of the same.
        eligible: Cells that may be hidden for the sake of others.
        secret: Cells that are never published and need no protection: persons whose group is unknown.
        followers: Cells that go with another: hiding the n of a group hides its shares and bins.
    """

    values: Floats
    primary: Flags
    low: Floats
    high: Floats
    eligible: Flags
    secret: Flags
    followers: dict[int, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def of_counts(cls, values: Sequence[int], *, threshold: int) -> Cells:
        """Build cells of plain counts: 1 … `threshold` − 1 is primary, 0 is shown."""
        counts = np.asarray(values, dtype=np.float64)
        primary = (counts >= 1) & (counts < threshold)
        return cls(
            values=counts,
            primary=primary,
            low=np.where(primary, 1.0, np.where(counts >= threshold, threshold, 0)).astype(np.float64),
            high=np.where(primary, threshold - 1.0, np.inf),
            eligible=counts >= threshold,
            secret=np.zeros(len(counts), dtype=np.bool_),
        )


def signs(relation: Relation) -> Floats:
    """Return +1 for each part and −1 for the total: the signed sum of the members is constant."""
    return np.array([1.0] * len(relation.parts) + [-1.0])


def relation_intervals(cells: Cells, hidden: Flags, relation: Relation) -> dict[int, tuple[float, float]]:
    """Return the feasible interval of each member that is `hidden`, from this relation and the rule alone."""
    last = len(relation.parts)
    mine = [(cell, -1 if place == last else 1) for place, cell in enumerate(relation.members) if hidden[cell]]
    values, lows, highs = cells.values, cells.low, cells.high
    constant, least, most, unbounded = 0.0, 0.0, 0.0, [0, 0]
    spans: list[tuple[float, float]] = []
    for cell, sign in mine:
        constant += sign * float(values[cell])
        low, high = float(lows[cell]), float(highs[cell])
        if sign < 0:
            low, high = -high, -low
        spans.append((low, high))
        if low == -math.inf:
            unbounded[0] += 1
        else:
            least += low
        if high == math.inf:
            unbounded[1] += 1
        else:
            most += high
    found: dict[int, tuple[float, float]] = {}
    for (cell, sign), (own_low, own_high) in zip(mine, spans, strict=True):
        # What the others add up to, at most and at least.
        endless = unbounded[1] - (own_high == math.inf), unbounded[0] - (own_low == -math.inf)
        others_most = math.inf if endless[0] else most - (0.0 if own_high == math.inf else own_high)
        others_least = -math.inf if endless[1] else least - (0.0 if own_low == -math.inf else own_low)
        low, high = constant - others_most, constant - others_least
        if sign < 0:
            low, high = -high, -low
        found[cell] = (max(low, float(lows[cell])), min(high, float(highs[cell])))
    return found


def unprotected(cells: Cells, hidden: Flags, relation: Relation) -> list[int]:
    """Return the primary cells of `relation` whose feasible interval is narrower than the rule's range."""
    if not any(cells.primary[cell] for cell in relation.members):
        return []
    return [
        cell
        for cell, (low, high) in relation_intervals(cells, hidden, relation).items()
        if cells.primary[cell] and (low > cells.low[cell] or high < cells.high[cell])
    ]


def relations_around(relations: Sequence[Relation]) -> dict[int, list[int]]:
    """Return the numbers of the relations that each cell is in."""
    around: dict[int, list[int]] = {}
    for number, relation in enumerate(relations):
        for cell in relation.members:
            around.setdefault(cell, []).append(number)
    return around
