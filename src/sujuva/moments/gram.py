"""Sums of small whole numbers and of their products by group, as matrix products of floats that are exact.

Answers are centred in the middle of their response range, so that they are small. For the rows of a group, XᵀX holds
all sums of products (and with a column of ones all sums), and the processor has a fast routine for it. Rows come in
blocks. While rows × the largest square stay below 2²⁴, every partial sum is a whole number that a 32-bit float holds
exactly, in whatever order the routine adds; where they do not, 64-bit floats hold it. Blocks are added up in 64-bit
whole numbers. Polars has no such product: it would make hundreds of columns of products for a scale of 28 items.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from sujuva.errors import ContractError, ParameterError, nearest
from sujuva.moments.threads import in_threads

EXACT = 2**24  # up to here a 32-bit float holds every whole number
BLOCK = 32_768  # rows laid out at once, so that they stay in cache until they are multiplied
_BATCH = 4 * BLOCK  # rows that a thread takes
_ONE_THREAD = 400_000  # multiplications; OpenBLAS spreads larger products over threads, which other work needs
_WORKERS = 2
_INDEX = "|group"
Sums = npt.NDArray[Any]
Response = tuple[int, int]


@dataclass(frozen=True)
class Grams:
    """Sums over the persons of each group, of the answer codes as given.

    Attributes:
        keys: The grouping columns, one row a group, in order; only groups with rows.
        rows: Persons (groups).
        n: Answers (groups × columns).
        total: Their sums.
        squares: Sums of their squares.
        scales: Of each scale, over those who answered all its items: how many they are (groups), the sums of their
            answers (groups × items) and of the products of every two (groups × items × items).
    """

    keys: pl.DataFrame
    rows: Sums
    n: Sums
    total: Sums
    squares: Sums
    scales: list[tuple[Sums, Sums, Sums]]


def sum_products(
    answers: pl.LazyFrame, responses: Mapping[str, Response], scales: Iterable[Sequence[str]], *, by: Sequence[str]
) -> Grams:
    """Add up answers and the products of every two answers of a scale within each group, exactly.

    The rows stream through once, in any order; memory grows with the number of groups (every combination of the levels
    of `by`) times the square of the number of columns, not with rows.

    Args:
        answers: The columns `by` and those of `responses`: whole numbers within their range, null: missing.
        responses: Columns, and the lowest and highest answer code of each, within −128 … 126.
        scales: The columns of each scale.
        by: Columns that make the groups: whole numbers or texts, no nulls.

    Raises:
        ContractError: No columns; one is missing or of a wrong type; or an answer lies outside its range.
        ParameterError: A response range does not fit one byte.
    """
    if not responses:
        msg = "No item columns were named."
        raise ContractError(msg, "Name at least one.")
    places = {name: place for place, name in enumerate(responses)}
    sums = _Blocks(list(responses.values()), [[places[name] for name in scale] for scale in scales])
    index, keys = _numbered(answers, by)
    wanted = _narrowed(answers, responses).select(index.alias(_INDEX), *responses)
    batches = wanted.collect_batches(chunk_size=_BATCH, maintain_order=False, engine="streaming")
    made = sums.zeros(keys.height)
    for found in in_threads(lambda frame: sums.of(frame.get_columns(), keys.height), batches, most=_WORKERS):
        for total, one in zip(made, found, strict=True):
            np.add(total, one, out=total)
    return sums.codes(keys, made)


def _numbered(frame: pl.LazyFrame, by: Sequence[str]) -> tuple[pl.Expr, pl.DataFrame]:
    """Number the combinations of the levels of `by`: the number of a row, and the combinations in order."""
    schema = frame.collect_schema()
    for name in by:
        if name not in schema:
            msg = f"There is no column '{name}' to group by."
            raise ContractError(msg, nearest(name, schema.names()))
    found = frame.select(by).unique().collect(engine="streaming")
    nulls = [name for name in by if found[name].null_count()]
    if nulls:
        msg = f"The columns {nulls} have nulls and cannot make groups."
        raise ContractError(msg, "Fill or filter them first.")
    index, keys = pl.lit(0, pl.Int32), pl.DataFrame({"": [0]})
    for name in by:
        levels = found[name].unique().sort()
        if schema[name].is_integer() and len(levels) and levels[-1] - levels[0] == len(levels) - 1:
            place = (pl.col(name).cast(pl.Int64) - levels[0]).cast(pl.Int32)  # much faster than looking levels up
        elif schema[name].is_integer():
            places = pl.int_range(len(levels), dtype=pl.Int32, eager=True)
            place = pl.col(name).replace_strict(levels, places, return_dtype=pl.Int32)
        else:
            place = pl.col(name).cast(pl.Enum(levels.cast(pl.String))).to_physical().cast(pl.Int32)
        index = index * len(levels) + place
        keys = keys.join(levels.to_frame(), how="cross", maintain_order="left_right")
    return index, keys.select(by)


def _narrowed(answers: pl.LazyFrame, responses: Mapping[str, Response]) -> pl.LazyFrame:
    """Give every column one byte; an answer that does not fit is certainly outside the response range."""
    schema = answers.collect_schema()
    for name, (low, high) in responses.items():
        if not -128 <= low < high < 127:  # noqa: PLR2004 (one signed byte, with a place left for missing)
            msg = f"Answers from {low} to {high} do not fit one byte; −128 to 126 are allowed."
            raise ParameterError(msg)
        if name not in schema:
            msg = f"There is no item column '{name}'."
            raise ContractError(msg, nearest(name, schema.names()))
        if not schema[name].is_integer():
            msg = f"The item column '{name}' is {schema[name]}; whole numbers are needed."
            raise ContractError(msg)
    wide = [pl.col(name) for name in responses if schema[name] != pl.Int8]
    # What does not fit a byte becomes 127, which no response range holds, so that it is found and counted.
    return answers.with_columns(
        pl.when(one.is_not_null()).then(pl.when(one.is_between(-128, 127)).then(one).otherwise(127)).cast(pl.Int8)
        for one in wide
    )


class _Blocks:
    """Sums over blocks of rows: arrays of rows, missing answers, centred sums and squares, and products by scale."""

    def __init__(self, responses: Sequence[Response], scales: Sequence[Sequence[int]]) -> None:
        self.responses, self.scales = responses, [np.array(scale, np.intp) for scale in scales]
        self.centres = np.array([(low + high) // 2 for low, high in responses])
        largest = max(1, *(high - centre for (_, high), centre in zip(responses, self.centres.tolist(), strict=True)))
        # Arrays that no thread uses now: getting memory anew takes longer than what is computed in it.
        self.rooms: list[list[npt.NDArray[Any]]] = []
        self.kind = np.float32 if BLOCK * (largest + 1) ** 2 < EXACT else np.float64

    def zeros(self, groups: int) -> list[Sums]:
        """Return rows, missing answers, sums, squares, and the products of each scale (and of 1), all 0."""
        columns = len(self.responses)
        shapes = [(groups,), *[(groups, columns)] * 3, *((groups, len(one) + 1, len(one) + 1) for one in self.scales)]
        return [np.zeros(shape, np.int64) for shape in shapes]

    def of(self, columns: Sequence[pl.Series], groups: int) -> list[Sums]:
        """Add up some rows: their group numbers, and the answers."""
        index, *answers = columns
        _check_range(answers, self.responses)
        number = index.to_numpy()
        values, gaps = zip(*(_buffers(one) for one in answers), strict=True)
        made = self.zeros(groups)
        try:
            room = self.rooms.pop()
        except IndexError:  # other threads use them all
            # A multiple of four columns multiplies faster; those behind the answers are ones.
            shape = BLOCK, len(answers) // 4 * 4 + 4
            room = [np.ones(shape, kind) for kind in (np.int8, np.int8, self.kind, self.kind)]
        for first in range(0, len(number), BLOCK):
            block = slice(first, first + BLOCK)
            self._add(made, room, number[block], [one[block] for one in values], [one[block] for one in gaps])
        self.rooms.append(room)
        return made

    def _add(
        self,
        made: list[Sums],
        room: list[npt.NDArray[Any]],
        index: npt.NDArray[np.int32],
        values: Sequence[npt.NDArray[np.int8]],
        gaps: Sequence[npt.NDArray[np.bool_]],
    ) -> None:
        size, columns, groups = len(index), len(values), len(made[0])
        # Fewer than 65,536 numbers sort faster in 16 bits.
        order = np.argsort(index.astype(np.uint16) if groups <= 2**16 else index, kind="stable")
        rows = np.bincount(index, minlength=groups)
        made[0] += rows
        laid, sorted_, matrix, other = (one[:size] for one in room)
        absent = np.empty((columns, size), np.bool_)
        for place, (value, gap, centre) in enumerate(zip(values, gaps, self.centres.tolist(), strict=True)):
            centred = value - np.int8(centre)
            if len(gap):
                centred *= ~gap
            laid[:, place] = centred
            absent[place] = gap if len(gap) else False
        item, row = np.divmod(np.flatnonzero(absent), size)
        made[1] += np.bincount(index[row] * columns + item, minlength=groups * columns).reshape(groups, columns)
        matrix[:] = np.take(laid, order, axis=0, out=sorted_, mode="clip")
        ends = np.cumsum(rows)
        _add(made[2], _sums(matrix, ends)[:, :columns])
        _add(made[3], _sums(np.multiply(matrix, matrix, out=other), ends)[:, :columns])
        for total, scale in zip(made[4:], self.scales, strict=True):
            part = np.append(scale, columns)
            some = [gaps[place] for place in scale if len(gaps[place])]
            left_out = np.logical_or.reduce(some)[order] if some else np.zeros(size, np.bool_)
            kept = np.flatnonzero(~left_out)
            persons = np.append(0, np.cumsum(~left_out))[ends]
            complete = np.take(matrix, kept, axis=0, out=other[: len(kept)], mode="clip")
            if len(part) <= columns:
                _add(total, _products(complete[:, part], persons))
            else:
                _add(total, _products(complete, persons)[:, part[:, None], part])

    def codes(self, keys: pl.DataFrame, made: Sequence[Sums]) -> Grams:
        """Turn the sums of centred answers into those of the codes as given."""
        rows, gone, total, squares, *scales = made
        used = np.flatnonzero(rows)
        n = (rows[:, None] - gone)[used]
        centred, squared, a = total[used], squares[used], self.centres
        found = []
        for scale, grams in zip(self.scales, scales, strict=True):
            products, sums, persons = grams[used, :-1, :-1], grams[used, -1, :-1], grams[used, -1, -1]
            b = self.centres[scale]
            # (x + a)(y + b) = xy + b·x + a·y + ab
            across = sums[:, :, None] * b
            whole = products + across + across.transpose(0, 2, 1) + persons[:, None, None] * np.multiply.outer(b, b)
            found.append((persons, sums + persons[:, None] * b, whole))
        return Grams(keys[used], rows[used], n, centred + n * a, squared + 2 * a * centred + n * a * a, found)


def _check_range(raw: Sequence[pl.Series], responses: Sequence[Response]) -> None:
    """Refuse answers outside the response range, naming the item and how many there are in this batch."""
    for column, (low, high) in zip(raw, responses, strict=True):
        least, most = column.min(), column.max()
        if least is not None and (int(least) < low or int(most) > high):  # type: ignore[arg-type]
            wrong = int((~column.is_between(low, high)).sum())
            msg = f"At least {wrong} answers to '{column.name}' lie outside {low}–{high}."
            raise ContractError(msg, "Clean the answers first, or correct the response range of the codebook.")


def _buffers(column: pl.Series) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.bool_]]:
    """Look at a column without a copy: its values (any number where there is none), and where there is none.

    The latter is empty where nothing is missing.
    """
    array = column.rechunk().to_arrow()
    known, values = array.buffers()
    found = np.frombuffer(values, np.int8)[array.offset : array.offset + len(array)]
    if not column.null_count():
        return found, np.zeros(0, np.bool_)
    bits = np.unpackbits(np.frombuffer(known, np.uint8), bitorder="little")
    return found, bits[array.offset : array.offset + len(array)] == 0


def _sums(matrix: npt.NDArray[Any], ends: Sums) -> npt.NDArray[Any]:
    """Return the sums of the rows of each group, which end at `ends`, one group after the other."""
    made = np.zeros((len(ends), matrix.shape[1]), matrix.dtype)
    ones = np.ones(len(matrix), matrix.dtype)
    begin = 0
    for group, end in enumerate(ends.tolist()):
        np.matmul(ones[begin:end], matrix[begin:end], out=made[group])
        begin = end
    return made


def _products(matrix: npt.NDArray[Any], ends: Sums) -> npt.NDArray[Any]:
    """Return XᵀX of the rows of each group, which end at `ends`, one group after the other."""
    columns = matrix.shape[1]
    made = np.zeros((len(ends), columns, columns), matrix.dtype)
    step = max(1, _ONE_THREAD // columns**2)
    begin = 0
    for group, end in enumerate(ends.tolist()):
        for first in range(begin, end, step):
            some = matrix[first : min(first + step, end)]
            made[group] += some.T @ some
        begin = end
    return made


def _add(total: Sums, one: npt.NDArray[Any]) -> None:
    """Add whole numbers that may be floats."""
    total += one.astype(np.int64)
