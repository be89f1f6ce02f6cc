"""Footnotes of tables: what must be known of a number stands behind a sign, once for the whole table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sujuva.figures import Words
from sujuva.figures.labels import note_title
from sujuva.published import SHOWN

OF_VALUES = frozenset(
    {
        "missing_ratings", "missing_as_no_tie", "core_not_unique", "disconnected", "ratings_above_range",
        "ratings_out_of_range", "some_levels_unknown", "outside_range",
    }
)  # fmt: skip
"""Notes on a number that is there: what it leaves out. All others tell why it, or its interval, is missing."""
_SIGNS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def of_interval(note: str) -> str:
    """Return the notes of a row that tell of its interval, not of its number; divided by "; " as they came."""
    return "; ".join(one for one in note.split("; ") if one and one not in OF_VALUES)


def carried(row: Mapping[str, Any]) -> str:
    """Return the note of a row whose number is shown; "" where there is none to say something of."""
    return "" if row["suppressed"] != SHOWN or row["estimate"] is None else str(row["note"] or "")


@dataclass
class Footnotes:
    """The footnotes of one table, numbered in the order in which they are met.

    Attributes:
        words: The reader's language.
        numbers: Number by note.
    """

    words: Words
    numbers: dict[str, int] = field(default_factory=dict)

    def marked(self, text: str, note: str) -> str:
        """Return a number with the signs of the notes that it carries."""
        found = [one for one in note.split("; ") if one in OF_VALUES]
        signs = [str(self.numbers.setdefault(one, len(self.numbers) + 1)) for one in found]
        return text + " ".join(signs).translate(_SIGNS)

    def said(self) -> str:
        """Say what each sign means; nothing where there is none."""
        return " ".join(
            f"{str(number).translate(_SIGNS)} {self.words.sentence(note_title(note, self.words))}"
            for note, number in self.numbers.items()
        )
