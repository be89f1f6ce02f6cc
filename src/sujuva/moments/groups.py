"""Groups of rows as whole numbers 0 … G − 1, so that sums by group are additions into an array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import polars as pl

from sujuva.errors import ContractError, nearest

INDEX = "__group"
MOST_GROUPS = 20_000_000
"""Above this many combinations of levels, only those that occur get a number."""
_LARGE = (pl.Int64, pl.UInt64, pl.UInt32, pl.Int128, pl.UInt128)


@dataclass(frozen=True)
class Groups:
    """The groups of a frame.

    Attributes:
        frame: The frame with its group numbers in the column `INDEX` (Int32).
        keys: The grouping columns, one row a group number, in order.
        rows: Rows of the frame.
    """

    frame: pl.LazyFrame
    keys: pl.DataFrame
    rows: int


def number_groups(frame: pl.LazyFrame, by: Sequence[str], *, most: int | None = None) -> Groups:
    """Number the groups of `frame` by the columns `by` (whole numbers or texts without nulls).

    Every combination of the columns' levels has a number, also where no row has it, as long as these are at most
    `most` (default: `MOST_GROUPS`); a row's number is then arithmetic on its levels. Otherwise the groups that occur
    are listed first.

    Raises:
        ContractError: A column is missing, is neither whole numbers nor text, or holds nulls.
    """
    most = MOST_GROUPS if most is None else most
    schema = frame.collect_schema()
    for name in by:
        if name not in schema:
            msg = f"There is no column '{name}' to group by."
            raise ContractError(msg, nearest(name, schema.names()))
    whole = [name for name in by if schema[name].is_integer()]
    ends = frame.select(
        pl.len().alias("rows"),
        *(pl.col(name).null_count().alias(f"{name}|nulls") for name in by),
        *(pl.col(name).min().alias(f"{name}|low") for name in whole),
        *(pl.col(name).max().alias(f"{name}|high") for name in whole),
    )
    texts = [frame.select(pl.col(name).unique()) for name in by if name not in whole]
    found, *uniques = pl.collect_all([ends, *texts], engine="streaming")
    nulls = [name for name in by if found[f"{name}|nulls"].item()]
    if nulls:
        msg = f"The columns {nulls} have nulls and cannot make groups."
        raise ContractError(msg, "Fill or filter them first.")
    rows = int(found["rows"].item())
    levels = {unique.columns[0]: unique.to_series().cast(pl.String).sort() for unique in uniques}
    for name in whole if rows else []:
        low, high = int(found[f"{name}|low"].item()), int(found[f"{name}|high"].item())
        if high - low < most:
            levels[name] = pl.int_range(low, high + 1, eager=True).cast(schema[name]).alias(name)
    sizes = [len(levels[name]) if name in levels else most + 1 for name in by]
    if reduce(int.__mul__, sizes, 1) > most or not rows:
        return _listed(frame, by, rows)
    index = pl.lit(0, pl.Int32)
    keys = pl.DataFrame({"": [0]})
    for name in by:
        level = levels[name]
        if name in whole:
            # Differences fit 32 bits; the levels themselves need not, and narrow ones could not hold differences.
            wide = pl.col(name).cast(pl.Int64 if schema[name] in _LARGE else pl.Int32)
            place = (wide - int(level[0])).cast(pl.Int32)
        else:
            place = pl.col(name).cast(pl.String).cast(pl.Enum(level)).to_physical().cast(pl.Int32)
        index = index * len(level) + place
        keys = keys.join(level.alias(name).to_frame(), how="cross", maintain_order="left_right")
    return Groups(frame.with_columns(index.alias(INDEX)), keys.select(by), rows)


def _listed(frame: pl.LazyFrame, by: Sequence[str], rows: int) -> Groups:
    keys = frame.select(by).unique().collect(engine="streaming").sort(by)
    numbered = frame.join(keys.with_row_index(INDEX).lazy(), on=list(by), how="left")
    return Groups(numbered.with_columns(pl.col(INDEX).cast(pl.Int32)), keys, rows)
