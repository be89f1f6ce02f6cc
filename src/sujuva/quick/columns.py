"""What both quick looks do with the rows of a file and the pairs that a person types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sujuva.errors import ParameterError
from sujuva.normal import normal


def kept(
    frame: pl.DataFrame, numbers: pl.Series, rules: Mapping[str, pl.Series]
) -> tuple[pl.DataFrame, dict[str, tuple[int, ...]]]:
    """Return the rows that break no rule, and the numbers of the others by the first rule that each breaks."""
    left_out: dict[str, tuple[int, ...]] = {}
    good = pl.Series([True]).new_from_index(0, frame.height)
    for rule, broken in rules.items():
        rows = numbers.filter(broken & good)
        if rows.len():
            left_out[rule] = tuple(sorted(rows.to_list()))
        good = good & ~broken
    return frame.filter(good), left_out


def parse_pairs(option: str, pairs: Sequence[str], example: str) -> dict[str, list[str]]:
    """Read pairs such as trigger=Syy; what follows the first equals sign may hold anything, a name may come again.

    Raises:
        ParameterError: One is no pair; names the option and shows the example.
    """
    found: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, word = (normal(piece) for piece in pair.partition("="))
        if not (name and equals and word):
            msg = f"{option} is not a pair."
            raise ParameterError(msg, f"Write it like {option} {example}.")
        found.setdefault(name, []).append(word)
    return found
