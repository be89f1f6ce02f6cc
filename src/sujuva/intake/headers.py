"""Whether a first row names columns: where it does not, its cells are a person's and must not be written anywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sujuva.intake.words import known_name

_DATA = re.compile(
    r"[+-]?[0-9]+([.,][0-9]+)?%?|[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}([ T].*)?|[^@\s]+@[^@\s]+\.[^@\s]+"
    r"|[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]|\+?[0-9][0-9 ()-]{6,}"
)
"""What a cell of data may be and a name of a column is not: a number, a date, an address, an identity code."""
_CODED = re.compile(r"[A-Za-z]+\.?[0-9]+([._][A-Za-z0-9]+)*|[a-z]+(_[a-z0-9]+)+|[a-z]+([A-Z][a-z]+)+")
"""Names that programs give: Q12, q1_2, first_name, startDate."""
_MOST = 0.9


def is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first row names the columns.

    Nothing in it may be data or come again below in its column; and something must speak for it: a name that is
    known or that programs give, or a column of numbers or dates below a word. Where all is free words, a list of
    people's names cannot be told from a header, and the answer is no.
    """
    head = [cell.strip() for cell in rows[0]]
    below = [
        [row[number].strip() for row in rows[1:] if len(row) > number and row[number].strip()]
        for number in range(len(head))
    ]
    if any(_DATA.fullmatch(cell) or cell in cells for cell, cells in zip(head, below, strict=True) if cell):
        return False
    coded = [cell for cell in head if _CODED.fullmatch(cell)]
    for cell, cells in zip(head, below, strict=True):
        # V00001 above V00002 is a row of data; q1 above numbers is a name, and so is lp_id above LP0001.
        if cell in coded and not known_name(cell) and cells and _share(_CODED, cells) >= _MOST:
            return False
    if coded or any(len(cell) > 1 and known_name(cell) for cell in head):
        return True
    return any(cells and _share(_DATA, cells) >= _MOST for cells in below)


def _share(pattern: re.Pattern[str], cells: Sequence[str]) -> float:
    return sum(pattern.fullmatch(cell) is not None for cell in cells) / len(cells)
