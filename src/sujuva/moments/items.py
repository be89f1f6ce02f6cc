"""The moments of items: how many answered, the sum and the sum of squares, by any groups, in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from sujuva.codebooks import Instrument
from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ContractError, nearest
from sujuva.moments.groups import INDEX, Groups, number_groups
from sujuva.moments.packing import Layout, Words, best_layout
from sujuva.moments.scatter import Adder, scatter_adder
from sujuva.tables import item_asked

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
BATCH = (100_000, 500_000)  # rows added at once; many, so that a word's sums stay in cache while it is added to
EACH = 24  # persons of a group in a batch, on average: what the tightest words take without running over
_BLOCK = 65_536  # rows whose words are made at once, so that they stay in cache until they are added
FILLED = "|filled"
Sums = npt.NDArray[np.int64]


def item_moments(
    answers: pl.LazyFrame, items: Sequence[str], *, by: Sequence[str], response: tuple[int, int]
) -> pl.DataFrame:
    """Count, add up and square the answers to each item within each group, exactly.

    The rows stream through once, in any order; memory grows with the number of groups times items, not with rows. Sums
    are packed into 64-bit words (see `sujuva.moments.packing`), which are emptied into wider ones and those into Int64
    totals before they are full, so every number is exact.

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
    best_layout(*response, missing=True, persons=0)  # refuses a range that is too wide
    groups = number_groups(narrowed(answers, items), by)
    totals = ItemTotals(len(items), groups.keys.height, response, adder=scatter_adder(groups.rows))
    for batches in batches_of(groups, dict.fromkeys(items, response)):
        totals.add(batches)
    return item_rows(groups.keys, items, *totals.read())


def item_table(answers: pl.LazyFrame, instrument: Instrument) -> pl.DataFrame:
    """Return the moments of an instrument's items by wave, region and informant, the network included.

    Args:
        answers: wave, region, informant and the item columns of `instrument`.
        instrument: The codebook.

    Returns:
        instrument, wave, region, informant, item, n, n_missing, sum, sumsq, sorted by `ITEMS_KEY`; sums of the answer
        codes as given, reverse items not turned. Of an item with `asked_if`, both n and n_missing count those who were
        asked it; where nobody was, it has no row.

    Raises:
        ContractError: An answer lies outside the response range.
    """
    by = ["wave", "region", "informant"]
    alike: dict[tuple[int, int], list[str]] = {}  # items share words, and so a pass, where they share a range
    asked_of_some = []
    for number, (item, response) in enumerate(instrument.item_responses.items(), start=1):
        asked = item_asked(instrument, number)
        if asked is None:
            alike.setdefault(response, []).append(item)
        else:
            asked_of_some.append(item_moments(answers.filter(asked), [item], by=by, response=response))
    found = [item_moments(answers, items, by=by, response=response) for response, items in alike.items()]
    found += asked_of_some
    return with_network_items(pl.concat(one.with_columns(pl.col("item").cast(pl.String)) for one in found), instrument)


def with_network_items(found: pl.DataFrame, instrument: Instrument) -> pl.DataFrame:
    """Add the network to moments of items by wave, region and informant, and give them the columns `ITEMS`."""
    regions = found.with_columns(pl.col("item").cast(pl.String))
    keys = ["wave", "informant", "item"]
    network = regions.group_by(keys).agg(pl.col("n", "n_missing", "sum", "sumsq").sum())
    together = pl.concat([regions, network.with_columns(region=pl.lit(NETWORK)).select(regions.columns)])
    named = together.with_columns(instrument=pl.lit(instrument.key))
    return named.select(pl.col(name).cast(kind) for name, kind in ITEMS.items()).sort(ITEMS_KEY)


@dataclass(frozen=True)
class Batch:
    """Persons: their group numbers and their answers, one array an item; `missing`: whether any answer is.

    A missing answer is one above the item's response range.
    """

    index: npt.NDArray[np.int32]
    values: list[npt.NDArray[np.int8]]
    missing: bool

    def part(self, rows: slice) -> Batch:
        """Return some of the persons."""
        return Batch(self.index[rows], [one[rows] for one in self.values], self.missing)

    def halves(self) -> list[Batch]:
        """Return the batch in two."""
        half = len(self.index) // 2
        return [self.part(slice(half)), self.part(slice(half, None))]


def batches_of(groups: Groups, responses: Mapping[str, tuple[int, int]]) -> Iterator[list[Batch]]:
    """Read the persons of `groups` in a stream, some batches at a time.

    Args:
        groups: The numbered frame; it holds the items, one byte each (`narrowed`).
        responses: Items, and the lowest and highest answer code of each.

    Raises:
        ContractError: An answer lies outside its response range.
    """
    items = list(responses)
    filled = [pl.col(name).fill_null(high + 1).name.suffix(FILLED) for name, (_, high) in responses.items()]
    frames = groups.frame.select(INDEX, pl.col(items), *filled)
    waiting: list[Batch] = []
    enough = min(max(EACH * groups.keys.height, BATCH[0]), BATCH[1])
    for frame in frames.collect_batches(maintain_order=False, engine="streaming"):
        waiting.append(as_batch(frame.get_columns(), list(responses.values())))
        if sum(len(batch.index) for batch in waiting) >= enough:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def as_batch(columns: Sequence[pl.Series], responses: Sequence[tuple[int, int]]) -> Batch:
    """Check the answers and look at them as arrays, without a copy: group numbers, items, filled items."""
    # Columns, not a frame's `select`: its work would queue behind the reading of the next rows.
    index, *answers = columns
    raw, filled = answers[: len(answers) // 2], answers[len(answers) // 2 :]
    check_range(raw, responses)
    values = [column.to_numpy() for column in filled]
    return Batch(index.to_numpy(), values, any(column.null_count() for column in raw))


class _Packed:
    """Words being filled: one array over the groups for every few items, and the wide words they are emptied into."""

    def __init__(self, layout: Layout, items: int, groups: int) -> None:
        self.layout = layout
        self.starts = range(0, items, layout.together)
        self.words: list[Words] = [np.zeros(groups, np.uint64) for _ in self.starts]
        self.wide: list[tuple[Words, Words]] = []
        self.persons = np.zeros(groups, np.int64)
        self.wide_persons = np.zeros(groups, np.int64)

    def widen(self) -> None:
        """Empty the words into the wide ones, which must have room."""
        if not self.wide:
            self.wide = [(np.zeros_like(words), np.zeros_like(words)) for words in self.words]
        for words, wide in zip(self.words, self.wide, strict=True):
            self.layout.widen(words, wide)
            words[:] = 0
        self.wide_persons += self.persons
        self.persons[:] = 0


class ItemTotals:
    """Sums over the persons of each group, item by item."""

    def __init__(self, items: int, groups: int, response: tuple[int, int], *, adder: Adder) -> None:
        self.items, self.groups, self.adder = items, groups, adder
        self.low, self.high = response
        self.rows = np.zeros(groups, np.int64)
        # x − low, (x − centre)², missing; zeros take no memory until they are added to
        self.sums: Sums = np.zeros((3, items, groups), np.int64)
        self.unpacked = False
        self.packed: dict[bool, _Packed] = {}

    def add(self, batches: list[Batch]) -> None:
        """Add the persons of some batches."""
        if not batches:
            return
        # Group numbers outside 0 … G − 1 would fail here, before they are used to address memory.
        persons = sum((np.bincount(batch.index, minlength=self.groups) for batch in batches), start=np.int64(0))
        most = int(persons.max(initial=0))
        packed = self._packed(
            missing=any(batch.missing for batch in batches), most=most, rows=sum(len(batch.index) for batch in batches)
        )
        layout = packed.layout
        if most > layout.capacity:
            # Too many of one group at once even for the roomiest layout: in two parts.
            parts = batches if len(batches) > 1 else batches[0].halves()
            self.add(parts[: len(parts) // 2])
            self.add(parts[len(parts) // 2 :])
            return
        if int((packed.persons + persons).max(initial=0)) > layout.capacity:
            self._empty(packed)
        packed.persons += persons
        self.rows += persons
        for words, start in zip(packed.words, packed.starts, strict=True):
            for batch in batches:
                values = batch.values[start : start + layout.together]
                for first in range(0, len(batch.index), _BLOCK):
                    block = slice(first, first + _BLOCK)
                    self.adder(words, batch.index[block], layout.table, layout.codes([one[block] for one in values]))

    def read(self) -> tuple[Sums, Sums, Sums, Sums]:
        """Return n, n_missing, sum and sumsq, each items × groups."""
        for packed in self.packed.values():
            self._empty(packed)
        centre = (self.low + self.high) // 2
        n, missing, total, squares = (np.zeros((self.items, self.groups), np.int64) for _ in range(4))
        for item in range(self.items):  # one by one: what is computed on the way stays in cache
            for which, sums in enumerate((total, squares, missing)):
                if self.unpacked:
                    sums[item] += self.sums[which, item]
                for packed in self.packed.values():
                    if which < packed.layout.fields and packed.wide:
                        word, place = divmod(item, packed.layout.together)
                        sums[item] += packed.layout.wide_field(packed.wide[word], place, which)
            np.subtract(self.rows, missing[item], out=n[item])
            total[item] += self.low * n[item]
            squares[item] += 2 * centre * total[item] - centre * centre * n[item]
        return n, missing, total, squares

    def _packed(self, *, missing: bool, most: int, rows: int) -> _Packed:
        """Return the words for such answers; rebuild them with more room when a batch asks for it."""
        packed = self.packed.get(missing)
        if packed is None or (most > packed.layout.capacity and packed.layout.together > 1):
            if packed is not None:
                self._unpack(packed)
            # Emptying goes through all groups: not oftener than every so many rows a group.
            often = max(1, EACH * self.groups // (3 * rows))
            layout = best_layout(self.low, self.high, missing=missing, persons=most * often)
            packed = self.packed[missing] = _Packed(layout, self.items, self.groups)
        return packed

    def _empty(self, packed: _Packed) -> None:
        """Make room in the words."""
        if int((packed.wide_persons + packed.persons).max(initial=0)) > packed.layout.wide_capacity:
            self._unpack(packed)
        else:
            packed.widen()

    def _unpack(self, packed: _Packed) -> None:
        """Empty the words and the wide words into the sums."""
        layout = packed.layout
        self.unpacked = True
        for number, (words, start) in enumerate(zip(packed.words, packed.starts, strict=True)):
            for place in range(min(layout.together, self.items - start)):
                for which in range(layout.fields):
                    total = self.sums[which, start + place]
                    total += layout.field(words, place, which)
                    if packed.wide:
                        total += layout.wide_field(packed.wide[number], place, which)
            words[:] = 0
            for wide in packed.wide[number] if packed.wide else ():
                wide[:] = 0
        packed.persons[:] = 0
        packed.wide_persons[:] = 0


def narrowed(answers: pl.LazyFrame, items: Sequence[str]) -> pl.LazyFrame:
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


def check_range(raw: Sequence[pl.Series], responses: Sequence[tuple[int, int]]) -> None:
    """Refuse answers outside the response range, naming the item and how many there are in this batch."""
    for column, (low, high) in zip(raw, responses, strict=True):
        least, most = column.min(), column.max()
        if least is not None and (int(least) < low or int(most) > high):  # type: ignore[arg-type]
            wrong = int((~column.is_between(low, high)).sum())
            msg = f"At least {wrong} answers to '{column.name}' lie outside {low}–{high}."
            raise ContractError(msg, "Clean the answers first, or correct the response range of the codebook.")


def item_rows(keys: pl.DataFrame, items: Sequence[str], *sums: Sums) -> pl.DataFrame:
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
