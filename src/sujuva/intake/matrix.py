"""Whether a table is a sociomatrix: the same names in its first column and its header, and short signs in its cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sujuva.intake.guess import LIKELY, Guess
from sujuva.intake.words import missing_words, words_of
from sujuva.normal import normal

TOTALS = ("yhteensä", "summa", "kaikki", "total", "totals", "totalt", "sum", "summe", "samtliga")
"""What sums beside a matrix are called."""
_FEWEST, _HALF, _LONGEST = 2, 0.5, 4


def matrix_of(rows: Sequence[Sequence[str]]) -> dict[str, Guess[Any]]:
    """Return the options of a reader that say how the rows of a table are a sociomatrix; none where they are not one.

    Args:
        rows: Cells as text, the header first.
    """
    if len(rows) <= _FEWEST:
        return {}
    header = [normal(cell) for cell in rows[0][1:]]
    body = [[normal(cell) for cell in row] for row in rows[1:]]
    body = [row for row in body if any(row)]
    names, labels = [name for name in header if name], [row[0] for row in body if row[0]]
    both = set(names) & set(labels)
    if len(both) < max(_FEWEST, _HALF * max(len(names), len(labels))):
        return {}
    if all(name.isdigit() for name in both) and set(names) != set(labels):
        return {}  # items and persons are numbered from 1 alike
    if not all(_is_sign(cell) for row in body for cell in row[1:]):
        return {}
    count = f"{len(both)} names stand in its rows and its columns"
    found: dict[str, Guess[Any]] = {"matrix": Guess("rows", LIKELY, f"{count}; columns, if a column tells of the rows")}
    totals = sorted({name for name in (*names, *labels) if name.lower() in TOTALS})
    return found | ({"totals": Guess(totals, LIKELY, "sums are no actors")} if totals else {})


def _is_sign(cell: str) -> bool:
    """Tell whether a cell is blank, a number, a mark or a word for yes, no or no answer."""
    known = {word for words in words_of("yes_no").values() for word in words}
    number = cell.replace(",", ".", 1).replace(".", "", 1).lstrip("+-").isdigit()
    return number or len(cell) <= _LONGEST or cell.lower() in known or cell.lower() in missing_words()
