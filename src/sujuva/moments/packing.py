"""Several small sums in one 64-bit word: the arithmetic behind the moments of items.

An item has few answers, so a person's contributions to its sums are small: with c in the middle of the response range,
x − low and (x − c)², and 1 if missing. Each gets a *field* of the word, wide enough that adding up to `capacity`
persons cannot run over into the next field. One addition then serves all sums of all items of the word, and a table
look-up by the items' joint answer makes the word.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from sujuva.errors import ParameterError

Words = npt.NDArray[np.uint64]
Codes = npt.NDArray[np.unsignedinteger[Any]]
WORD = 64
MOST_STATES = 4096  # a look-up table that stays in the processor's cache


@dataclass(frozen=True)
class Layout:
    """How items share a word.

    Attributes:
        low: Lowest answer code.
        high: Highest answer code; high + 1 stands for a missing answer.
        together: Items in one word.
        missing: Whether missing answers are possible (and counted).
    """

    low: int
    high: int
    together: int
    missing: bool

    @property
    def centre(self) -> int:
        """Squares are taken from here, where they are smallest."""
        return (self.low + self.high) // 2

    @property
    def fields(self) -> int:
        """Sums kept of an item: x − low, (x − centre)² and, if need be, missing answers."""
        return 3 if self.missing else 2

    @property
    def states(self) -> int:
        """Different answers of one item."""
        return self.high - self.low + 1 + self.missing

    @property
    def bits(self) -> int:
        """Width of a field; less than a whole word, so that a sum is also a signed number."""
        return WORD // (self.fields * self.together)

    @property
    def capacity(self) -> int:
        """Persons whose words may be added before a field could overflow: (2^bits − 1) / largest contribution."""
        return int((2**self.bits - 1) // self._largest)

    @property
    def wide_bits(self) -> int:
        """Width of a field of the wide words, which hold every other field in place and the empty space above it."""
        last = (self.fields * self.together - 1) // 2 * 2
        return min(2 * self.bits, WORD - self.bits * last, WORD - 1)

    @property
    def wide_capacity(self) -> int:
        """Persons whose words may be added to the wide words."""
        return int((2**self.wide_bits - 1) // self._largest)

    @property
    def code_size(self) -> int:
        """Values of the type that holds a joint answer (one or two bytes). Codes wrap around there."""
        return 2**8 if self.states**self.together <= 2**8 else 2**16

    @cached_property
    def table(self) -> Words:
        """The word of every joint answer, by its code."""
        table = np.zeros(self.code_size, np.uint64)
        for answers in product(range(self.low, self.low + self.states), repeat=self.together):
            code = word = 0
            for place, answer in enumerate(answers):
                code = code * self.states + answer
                word |= self._contribution(answer) << (self.bits * self.fields * place)
            table[code % self.code_size] = word
        return table

    @property
    def _largest(self) -> int:
        return max(self.high - self.low, (self.low - self.centre) ** 2, (self.high - self.centre) ** 2)

    def _contribution(self, answer: int) -> int:
        if answer > self.high:
            return 1 << (2 * self.bits)
        return (answer - self.low) | (answer - self.centre) ** 2 << self.bits

    def codes(self, answers: list[npt.NDArray[np.int8]]) -> Codes:
        """Return the joint answer of up to `together` items of the same persons; absent items answer `low`."""
        kind = np.dtype(np.uint8 if self.code_size == 2**8 else np.uint16)
        joint: Codes = answers[0].astype(kind)  # a negative code wraps, as the table expects
        for place in range(1, self.together):
            np.multiply(joint, kind.type(self.states), out=joint)
            if place < len(answers):
                np.add(joint, answers[place].astype(kind), out=joint)
            else:
                np.add(joint, kind.type(self.low % self.code_size), out=joint)
        return joint

    def field(self, words: Words, item: int, which: int) -> npt.NDArray[np.int64]:
        """Take one sum out of words: `which` is 0 for x − low, 1 for squares, 2 for missing."""
        shift = np.uint64(self.bits * (self.fields * item + which))
        return ((words >> shift) & np.uint64(2**self.bits - 1)).view(np.int64)

    def widen(self, words: Words, wide: tuple[Words, Words]) -> None:
        """Add words to a pair of wide ones: the even fields to one, the odd fields to the other."""
        even = sum((2**self.bits - 1) << (self.bits * field) for field in range(0, self.fields * self.together, 2))
        part = words & np.uint64(even)
        np.add(wide[0], part, out=wide[0])
        np.right_shift(words, np.uint64(self.bits), out=part)
        np.bitwise_and(part, np.uint64(even), out=part)
        np.add(wide[1], part, out=wide[1])

    def wide_field(self, wide: tuple[Words, Words], item: int, which: int) -> npt.NDArray[np.int64]:
        """Take one sum out of a pair of wide words, as `field` does out of words."""
        pair, odd = divmod(self.fields * item + which, 2)
        return ((wide[odd] >> np.uint64(self.bits * 2 * pair)) & np.uint64(2**self.wide_bits - 1)).view(np.int64)


def best_layout(low: int, high: int, *, missing: bool, persons: int) -> Layout:
    """Return the layout with the most items in a word that still takes `persons` persons (or else one item a word).

    Raises:
        ParameterError: The response range does not fit one byte.
    """
    if not (-128 <= low < high < 127):  # noqa: PLR2004 (one signed byte, with a place left for missing)
        msg = f"Answers from {low} to {high} do not fit one byte; −128 to 126 are allowed."
        raise ParameterError(msg)
    options = [Layout(low, high, together, missing) for together in (4, 3, 2)]
    fitting = [one for one in options if one.states**one.together <= MOST_STATES and one.capacity >= persons]
    return fitting[0] if fitting else Layout(low, high, 1, missing)
