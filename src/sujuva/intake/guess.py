"""A guess, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Value_co = TypeVar("Value_co", covariant=True)

SURE, LIKELY, GUESS, WEAK, OPEN = 1.0, 0.9, 0.6, 0.3, 0.0
_WORDS = ((0.95, "sure"), (0.75, "likely"), (0.45, "a guess"), (0.01, "a weak guess"), (0.0, "to fill in"))


@dataclass(frozen=True)
class Guess(Generic[Value_co]):
    """What a draft says about one thing, with how sure it is and why.

    Attributes:
        value: What is written into the draft.
        sureness: 1 (`SURE`): the file itself says it (its first bytes, a byte order mark), or a name is the one that
            the codebook or the contract has and the values fit it. 0.9 (`LIKELY`): two independent signs agree, such
            as a name that people use for it and values that fit. 0.6 (`GUESS`): one sign speaks for it and nothing
            against it. 0.3 (`WEAK`): it is possible, but something else fits as well, or the signs disagree.
            0 (`OPEN`): nothing tells it, and a person must fill it in.
        why: The sign, in a few words. Never a value of a person.
    """

    value: Value_co
    sureness: float
    why: str = ""

    @property
    def word(self) -> str:
        """The sureness in words."""
        return word_of(self.sureness)

    @property
    def comment(self) -> str:
        """What stands at the end of the line in the draft."""
        word = self.word if self.sureness else "FILL IN"
        return f"{word}: {self.why}" if self.why else word


def word_of(sureness: float) -> str:
    """Return the word for a sureness between 0 and 1: sure, likely, a guess, a weak guess or to fill in."""
    return next(word for limit, word in _WORDS if sureness >= limit)
