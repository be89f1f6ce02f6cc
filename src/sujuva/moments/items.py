"""The moments of items: how many answered, the sum and the sum of squares, by any groups, in one pass."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from sujuva.codebooks import Instrument
from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ContractError, nearest
from sujuva.moments.groups import INDEX, number_groups
from sujuva.moments.packing import Layout, Words, best_layout

ITEMS = pl.Schema(
    {
        "instrument": pl.String(),
        "wave": pl.Int32(),
        "region": pl.String(),
        "informant": pl.String(),
        "item": pl.String(),
        "n": pl.Int64(),
        "n_missing": pl.Int64(),
        "sum": pl.Int64(),
        "sumsq": pl.Int64(),
    }
)
"""Columns of the moments of items and their types."""
ITEMS_KEY = ("instrument", "wave", "region", "informant", "item")
"""Columns that tell the rows of the moments of items apart."""
_BATCH = 500_000  # rows; large enough that a word's sums stay in cache while it is added to
_FILLED = "|filled"
Sums = npt.NDArray[np.int64]


def item_moments(
    answers: pl.LazyFrame, items: Sequence[str], *, by: Sequence[str], response: tuple[int, int]
) -> pl.DataFrame:
    """Count, add up and square the answers to each item within each group, exactly.

    The rows stream through once, in any order; memory grows with the number of groups times items, not with rows. Sums
    are packed into 64-bit words (see `sujuva.moments.packing`), which are emptied into Int64 totals before they are
    full, so every number is exact.

    Args:
        answers: The columns `by` and `items`. Items are whole numbers within `response`, null: missing.
        items: Columns of items.
        by: Columns that make the groups: whole numbers or texts, no nulls.
        response: Lowest and highest answer code, within −128 … 126.

    Returns:
        One row an item and group, in the order of `items`, then of the groups (texts sorted, numbers ascending): the
        columns `by`, item (Enum of `items`), n (answers), n_missing, sum, sumsq (Int64). Groups without rows have none.

    Raises:
        ContractError: No items; a column is missing or of a wrong type; or an answer lies outside `response`.
        ParameterError: The response range does not fit one byte.
    """
    low, high = response
    best_layout(low, high, missing=True, persons=0)  # refuses a range that is too wide
    groups = number_groups(_narrowed(answers, items), by)
    filled = pl.col(items).fill_null(high + 1).name.suffix(_FILLED)
    totals = _Totals(len(items), groups.keys.height, response, persons=groups.rows // max(groups.keys.height, 1))
    batches = groups.frame.select(INDEX, pl.col(items), filled).collect_batches(
        chunk_size=_BATCH, maintain_order=False, engine="streaming"
    )
    for batch in batches:
        raw = batch.select(items)
        _check_range(raw, response)
        missing = any(column.null_count() for column in raw.iter_columns())
        values = [batch[name + _FILLED].to_numpy() for name in items]
        totals.add(batch[INDEX].to_numpy(), values, missing=missing)
    return _long(groups.keys, items, *totals.read())


def item_table(answers: pl.LazyFrame, instrument: Instrument) -> pl.DataFrame:
    """Return the moments of an instrument's items by wave, region and informant, the network included.

    Args:
        answers: wave, region, informant and the item columns of `instrument`.
        instrument: The codebook.

    Returns:
        instrument, wave, region, informant, item, n, n_missing, sum, sumsq, sorted by `ITEMS_KEY`; sums of the answer
        codes as given, reverse items not turned.

    Raises:
        ContractError: An answer lies outside the response range.
    """
    by = ["wave", "region", "informant"]
    found = item_moments(answers, instrument.item_columns, by=by, response=instrument.response)
    regions = found.with_columns(pl.col("item").cast(pl.String))
    keys = ["wave", "informant", "item"]
    network = regions.group_by(keys).agg(pl.col("n", "n_missing", "sum", "sumsq").sum())
    together = pl.concat([regions, network.with_columns(region=pl.lit(NETWORK)).select(regions.columns)])
    named = together.with_columns(instrument=pl.lit(instrument.key))
    return named.select(pl.col(name).cast(kind) for name, kind in ITEMS.items()).sort(ITEMS_KEY)


class _Packed:
    """Words being filled: one array over the groups for every few items."""

    def __init__(self, layout: Layout, items: int, groups: int) -> None:
        self.layout = layout
        self.starts = range(0, items, layout.together)
        self.words: list[Words] = [np.zeros(groups, np.uint64) for _ in self.starts]
        self.persons = np.zeros(groups, np.int64)


class _Totals:
    """Sums over the persons of each group, item by item."""

    def __init__(self, items: int, groups: int, response: tuple[int, int], *, persons: int) -> None:
        self.items, self.groups, self.persons = items, groups, persons
        self.low, self.high = response
        self.rows = np.zeros(groups, np.int64)
        self.sums: Sums = np.zeros((3, items, groups), np.int64)  # x − low, (x − centre)², missing
        self.packed: dict[bool, _Packed] = {}

    def add(self, index: Sums, values: list[npt.NDArray[np.int8]], *, missing: bool) -> None:
        """Add persons: their group numbers and their answers, one array an item."""
        persons = np.bincount(index, minlength=self.groups)
        packed = self._packed(missing=missing, most=int(persons.max(initial=0)))
        layout = packed.layout
        if int(persons.max(initial=0)) > layout.capacity:
            # Too many of one group at once even for the roomiest layout: in two halves.
            half = len(index) // 2
            self.add(index[:half], [one[:half] for one in values], missing=missing)
            self.add(index[half:], [one[half:] for one in values], missing=missing)
            return
        if int((packed.persons + persons).max(initial=0)) > layout.capacity:
            self._empty(packed)
        packed.persons += persons
        self.rows += persons
        added = np.empty(len(index), np.uint64)
        for words, start in zip(packed.words, packed.starts, strict=True):
            codes = layout.codes(values[start : start + layout.together])
            # Every code is in the table; "clip" only spares numpy the check and a copy.
            np.take(layout.table, codes, out=added, mode="clip")
            np.add.at(words, index, added)

    def read(self) -> tuple[Sums, Sums, Sums, Sums]:
        """Return n, n_missing, sum and sumsq, each items × groups."""
        for packed in self.packed.values():
            self._empty(packed)
        shifted, squares, missing = self.sums
        centre = (self.low + self.high) // 2
        n = self.rows - missing
        total = shifted + self.low * n
        return n, missing, total, squares + 2 * centre * total - centre * centre * n

    def _packed(self, *, missing: bool, most: int) -> _Packed:
        """Return the words for such answers; rebuild them with more room when a batch asks for it."""
        packed = self.packed.get(missing)
        if packed is None or (most > packed.layout.capacity and packed.layout.together > 1):
            if packed is not None:
                self._empty(packed)
            layout = best_layout(self.low, self.high, missing=missing, persons=max(self.persons, most))
            packed = self.packed[missing] = _Packed(layout, self.items, self.groups)
        return packed

    def _empty(self, packed: _Packed) -> None:
        layout = packed.layout
        for words, start in zip(packed.words, packed.starts, strict=True):
            for place in range(min(layout.together, self.items - start)):
                for which in range(layout.fields):
                    self.sums[which, start + place] += layout.field(words, place, which)
            words[:] = 0
        packed.persons[:] = 0


def _narrowed(answers: pl.LazyFrame, items: Sequence[str]) -> pl.LazyFrame:
    """Give every item one byte; an answer that does not fit is certainly outside the response range."""
    schema = answers.collect_schema()
    if not items:
        msg = "No item columns were named."
        raise ContractError(msg, "Name at least one.")
    for name in items:
        if name not in schema:
            msg = f"There is no item column '{name}'."
            raise ContractError(msg, nearest(name, schema.names()))
        if not schema[name].is_integer():
            msg = f"The item column '{name}' is {schema[name]}; whole numbers are needed."
            raise ContractError(msg)
    wide = [name for name in items if schema[name] != pl.Int8]
    # An answer outside a byte becomes 127, which no response range holds, so that it is found and counted below.
    fits = [pl.when(pl.col(name).is_between(-128, 127)).then(pl.col(name)).otherwise(127).alias(name) for name in wide]
    kept = [pl.when(pl.col(name).is_not_null()).then(fit).alias(name) for name, fit in zip(wide, fits, strict=True)]
    return answers.with_columns(expression.cast(pl.Int8) for expression in kept)


def _check_range(raw: pl.DataFrame, response: tuple[int, int]) -> None:
    """Refuse answers outside the response range, naming the item and how many there are in this batch."""
    low, high = response
    for column in raw.iter_columns():
        least, most = column.min(), column.max()
        if least is not None and (int(least) < low or int(most) > high):  # type: ignore[arg-type]
            wrong = int((~column.is_between(low, high)).sum())
            msg = f"At least {wrong} answers to '{column.name}' lie outside {low}–{high}."
            raise ContractError(msg, "Clean the answers first, or correct the response range of the codebook.")


def _long(keys: pl.DataFrame, items: Sequence[str], *sums: Sums) -> pl.DataFrame:
    """Turn items × groups arrays into rows; groups that nobody is in are dropped."""
    used = sums[0][0] + sums[1][0] > 0
    if not used.all():
        keys = keys.filter(pl.Series(used))
        sums = tuple(one[:, used] for one in sums)
    names = pl.Series("item", items, dtype=pl.Enum(list(items)))
    columns = dict(zip(("n", "n_missing", "sum", "sumsq"), sums, strict=True))
    return pl.concat([keys] * len(items)).with_columns(
        names.gather(np.repeat(np.arange(len(items)), keys.height)),
        *(pl.Series(name, values.reshape(-1)) for name, values in columns.items()),
    )
