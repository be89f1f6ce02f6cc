"""Signs in the cells of tables: what is not verified or this project's own, and footnotes on single numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sujuva.figures import Words
from sujuva.figures.labels import band_title, note_title, scale_title
from sujuva.figures.language import NO_BREAK, NO_BREAK_HYPHEN
from sujuva.figures.specification import View
from sujuva.published import SHOWN

STAR = f"{NO_BREAK}*"
DAGGER = f"{NO_BREAK}†"
OF_VALUES = frozenset(
    {
        "missing_ratings", "missing_as_no_tie", "core_not_unique", "disconnected", "ratings_above_range",
        "ratings_out_of_range", "ratings_below_tie", "yes_no_ties", "some_levels_unknown", "outside_range",
    }
)  # fmt: skip
"""Notes on a number that is there: what it leaves out. All others tell why it, or its interval, is missing."""
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def formula(view: View, indicator: str) -> str:
    """Return the sign of an indicator whose formula is this project's own; "" for the others."""
    return DAGGER if view.meta["indicators"][indicator]["formula"] == "own" else ""


def measure(view: View, scale: str) -> str:
    """Return the title of a scale for a cell, starred where its codebook says that something is not verified."""
    title = scale_title(view.meta, scale, view.words).replace("-", NO_BREAK_HYPHEN)
    return title + (STAR if view.meta["scales"].get(scale, {}).get("unverified") else "")


def band(view: View, scale: str, key: str) -> str:
    """Return the title of a band for a cell, starred where nobody here has read the source of its limits."""
    bands = view.meta["scales"].get(scale, {}).get("bands", [])
    doubtful = any(one["key"] == key and one["unverified"] for one in bands)
    return band_title(view.meta, scale, key, view.words) + (STAR if doubtful else "")


def star_note(rows: Iterable[Iterable[str]], words: Words) -> str:
    """Say what the star and the dagger mean; nothing where no cell has one."""
    cells = [cell for row in rows for cell in row]
    said = {
        STAR: words.say("* Not verified or this project's own: what exactly, stands under “Instruments”."),
        DAGGER: words.say("† The formula, or part of it, is this project's own or not verified."),
    }
    return " ".join(text for sign, text in said.items() if any(sign in cell for cell in cells))


def of_interval(note: str) -> str:
    """Return the notes of a row that tell of its interval, not of its number; divided by "; " as they came."""
    return "; ".join(one for one in note.split("; ") if one and one not in OF_VALUES)


@dataclass
class Footnotes:
    """The footnotes of one table, numbered in the order in which they are met.

    Attributes:
        words: The reader's language.
        numbers: Number by note.
    """

    words: Words
    numbers: dict[str, int] = field(default_factory=dict)

    def marked(self, text: str, row: Mapping[str, Any]) -> str:
        """Return the number of a row with the signs of the notes that it carries; as it is where it is not shown."""
        told = row.get("note") if row["suppressed"] == SHOWN and row["estimate"] is not None else None
        found = [one for one in (told or "").split("; ") if one in OF_VALUES]
        signs = [str(self.numbers.setdefault(one, len(self.numbers) + 1)) for one in found]
        return text + " ".join(signs).translate(_RAISED)

    def said(self) -> str:
        """Say what each sign means; nothing where there is none."""
        return " ".join(
            f"{str(number).translate(_RAISED)} {self.words.sentence(note_title(note, self.words))}"
            for note, number in self.numbers.items()
        )
