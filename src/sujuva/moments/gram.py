"""Sums of products of small whole numbers by group, as matrix products in 32-bit floats that are exact.

Answers are centred in the middle of their response range, so that they are small. For the rows of a group, XᵀX holds
all sums of products, and the processor has a fast routine for it. While rows × the largest square stay below 2²⁴, every
partial sum is a whole number that a 32-bit float holds exactly, in whatever order the routine or its threads add.
Longer groups are cut, and the pieces are added up in 64-bit whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from sujuva.moments.items import Batch

EXACT = 2**24  # up to here a 32-bit float holds every whole number
_LEAST = 32  # rows of a matrix product, or more
_ONE_THREAD = 400_000  # multiplications; OpenBLAS spreads larger products over threads
_BLOCK = 65_536  # rows laid out at once, so that they stay in cache until they are multiplied
Sums = npt.NDArray[np.int64]


class Grams:
    """For each group: rows, sums of the centred answers and sums of their products."""

    def __init__(self, groups: int, responses: Sequence[tuple[int, int]]) -> None:
        self.centres = np.array([(low + high) // 2 for low, high in responses], np.int8)
        largest = max(high - (low + high) // 2 for low, high in responses)
        # Rows of one matrix product: exact, and too small for the routine to wake threads, which other work needs.
        self.square = max(1, largest + 1) ** 2  # no product of two answers exceeds it
        self.most = max(1, min((EXACT - 1) // self.square, _ONE_THREAD // len(responses) ** 2))
        self.rows: Sums = np.zeros(groups, np.int64)
        self.sums: Sums = np.zeros((groups, len(responses)), np.int64)
        self.products: Sums = np.zeros((groups, len(responses), len(responses)), np.int64)

    def add(self, rows: npt.NDArray[np.int8], order: npt.NDArray[np.intp], counts: Sums) -> None:
        """Add persons.

        Args:
            rows: Centred answers, persons × items; the last row is nobody's and has zeros.
            order: Numbers of the rows to add, none with a missing answer, sorted by group.
            counts: How many of them each group has.
        """
        if not len(order):
            return
        present = np.flatnonzero(counts)
        sizes = counts[present]
        # All matrix products have as many rows, so that one call makes them all: a group is cut into pieces, and the
        # last one is filled up with zeros, which add nothing.
        length = max(1, min(self.most, max(_LEAST, int(sizes.mean()) // 4)))
        pieces = -(-sizes // length)
        first = np.cumsum(pieces) - pieces
        padded = np.full(int(pieces.sum()) * length, len(rows) - 1)
        padded[np.arange(len(order)) + np.repeat(first * length - (np.cumsum(sizes) - sizes), sizes)] = order
        numbers = np.take(rows, padded, axis=0).astype(np.float32).reshape(-1, length, rows.shape[1])
        products = np.matmul(numbers.transpose(0, 2, 1), numbers)
        sums = np.matmul(np.ones(length, np.float32), numbers)
        # Where even the whole group stays exact, its pieces are added up before they become 64-bit numbers.
        kind = np.float32 if int(sizes.max()) * self.square < EXACT else np.int64
        self.products[present] += np.add.reduceat(products.astype(kind, copy=False), first, axis=0).astype(np.int64)
        self.sums[present] += np.add.reduceat(sums.astype(kind, copy=False), first, axis=0).astype(np.int64)
        self.rows += counts

    def codes(self) -> tuple[Sums, Sums, Sums]:
        """Return rows (groups), sums (groups × items) and products (groups × items × items) of the codes as given."""
        centre = self.centres.astype(np.int64)
        sums = self.sums + self.rows[:, None] * centre
        # (x + a)(y + b) = xy + b·x + a·y + ab
        across = self.sums[:, :, None] * centre[None, None, :]
        products = self.products + across + across.transpose(0, 2, 1)
        products += self.rows[:, None, None] * np.multiply.outer(centre, centre)
        return self.rows, sums, products


class ListwiseGrams:
    """The sums of products of several scales that share items, each over the persons who answered all of its items.

    Persons who answered everything serve all scales with one matrix product over all items; for the others, each scale
    has its own.

    Attributes:
        whole: Sums over the batches without any missing answer: they tell the moments of single items, too.
        persons: Rows of each group, whatever they answered.
    """

    def __init__(self, groups: int, responses: Sequence[tuple[int, int]], scales: Sequence[Sequence[int]]) -> None:
        """Begin with nothing; `scales` holds the places of each scale's items."""
        self.groups, self.scales = groups, [list(scale) for scale in scales]
        self.responses = list(responses)
        self.persons: Sums = np.zeros(groups, np.int64)
        self.whole = Grams(groups, responses)
        self.complete = Grams(groups, responses)
        self.rest = [Grams(groups, [responses[place] for place in scale]) for scale in self.scales]
        # Many groups: more room is not worth having, fewer groups sort faster in 16 bits.
        self._kind = np.uint16 if 2 * groups <= 2**16 else np.int64

    def add(self, batches: Iterable[Batch]) -> None:
        """Add the rows of batches, a part of them at a time."""
        for batch in batches:
            for first in range(0, len(batch.index), _BLOCK):
                self._add(batch.part(slice(first, first + _BLOCK)))

    def _add(self, batch: Batch) -> None:
        self.persons += np.bincount(batch.index, minlength=self.groups)
        rows = self._centred(batch)
        if not batch.missing:
            order = np.argsort(batch.index.astype(self._kind), kind="stable")
            self.whole.add(rows, order, np.bincount(batch.index, minlength=self.groups))
            return
        gone = [values > high for values, (_, high) in zip(batch.values, self.responses, strict=True)]
        some = np.logical_or.reduce(gone)
        # Complete rows first, by group; then the others, by group.
        key = batch.index + np.where(some, np.int32(self.groups), np.int32(0))
        order = np.argsort(key.astype(self._kind), kind="stable")
        counts = np.bincount(key, minlength=2 * self.groups)[: self.groups]
        complete, later = np.split(order, [int(counts.sum())])
        self.complete.add(rows, complete, counts)
        for scale, grams in zip(self.scales, self.rest, strict=True):
            if len(scale) < len(self.responses):
                kept = later[~np.logical_or.reduce([gone[place] for place in scale])[later]]
                grams.add(rows[:, scale], kept, np.bincount(batch.index[kept], minlength=self.groups))

    def of_scale(self, number: int) -> tuple[Sums, Sums, Sums]:
        """Return rows, sums and products of the answer codes of one scale, as `Grams.codes`."""
        scale = self.scales[number]
        found = [(rows, sums[:, scale], products[:, scale][:, :, scale]) for rows, sums, products in self._joint()]
        found.append(self.rest[number].codes())
        rows, sums, products = (sum(parts[1:], start=parts[0]) for parts in zip(*found, strict=True))
        return rows, sums, products

    def _joint(self) -> list[tuple[Sums, Sums, Sums]]:
        return [self.whole.codes(), self.complete.codes()]

    def _centred(self, batch: Batch) -> npt.NDArray[np.int8]:
        """Lay the answers out as rows × items, around the middle of their ranges, and zeros below."""
        rows = np.empty((len(batch.index) + 1, len(batch.values)), np.int8)
        rows[-1] = 0
        for place, (values, centre) in enumerate(zip(batch.values, self.whole.centres, strict=True)):
            np.subtract(values, centre, out=rows[:-1, place])
        return rows
