"""Which specifications of a finding there are: all where these are few, else one choice at a time and a sample."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

Specification = Mapping[str, str]
"""Choice → value, of every choice that bears on the finding."""


@dataclass(frozen=True)
class Design:
    """The specifications of a finding.

    Attributes:
        specifications: The default first, then those that differ from it in one choice, then others; each once.
        possible: How many combinations there are.
    """

    specifications: Sequence[Specification]
    possible: int

    @property
    def whole(self) -> bool:
        """Whether these are all combinations; else some were drawn."""
        return len(self.specifications) == self.possible


def specifications(values: Mapping[str, Sequence[str]], *, most: int, sample: int, seed: str) -> Design:
    """Combine the values of choices.

    Args:
        values: Choice → its values, the default first.
        most: So many combinations are all taken.
        sample: How many are drawn where there are more, beside the default and those one choice away from it.
        seed: The same seed draws the same.
    """
    possible = math.prod(len(some) for some in values.values())
    default = {choice: some[0] for choice, some in values.items()}
    chosen = [default, *({**default, choice: value} for choice, some in values.items() for value in some[1:])]
    if possible <= most:
        every = (dict(zip(values, some, strict=True)) for some in product(*values.values()))
        return Design([*chosen, *(one for one in every if one not in chosen)], possible)
    random, wanted = Random(seed), min(possible, len(chosen) + sample)  # noqa: S311  no secret
    while len(chosen) < wanted:
        drawn = {choice: random.choice(some) for choice, some in values.items()}
        if drawn not in chosen:
            chosen.append(drawn)
    return Design(chosen, possible)
